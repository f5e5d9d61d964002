"""The status lists: devices and virtual machines of NetBox with their state in LibreNMS."""
