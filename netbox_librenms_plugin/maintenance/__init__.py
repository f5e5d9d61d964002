"""Maintenance windows in LibreNMS for objects of NetBox's: asked for, planned, begun once, and read back."""
