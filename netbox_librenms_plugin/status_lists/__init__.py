"""The status lists: all devices or virtual machines of NetBox beside LibreNMS's list, and links of what was found."""
