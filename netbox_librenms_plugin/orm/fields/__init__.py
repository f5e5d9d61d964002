"""Fields of devices and VMs, in and out of NetBox."""
