"""Sync of many objects as one run."""
