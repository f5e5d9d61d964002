"""Adding devices to LibreNMS: which rule decides, what LibreNMS would be told, and what keeps it from being told."""
