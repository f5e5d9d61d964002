"""Telling LibreNMS of devices that NetBox has: planned, written down as a run, told, and read back."""
