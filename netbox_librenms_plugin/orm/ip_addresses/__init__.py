"""IP addresses, in and out of NetBox."""
