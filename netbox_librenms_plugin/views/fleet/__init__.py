"""Pages about many objects of NetBox's: compared with LibreNMS, and synced as one run."""
