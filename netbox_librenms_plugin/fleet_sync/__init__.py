"""Sync of many objects as one run: which objects, what differs in numbers, and how it is written."""
