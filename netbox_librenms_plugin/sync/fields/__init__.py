"""Fields of devices and VMs. Pure."""
