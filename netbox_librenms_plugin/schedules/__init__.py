"""Schedules: saved selections that start comparisons and syncs of many objects by themselves."""
