"""Cables, in and out of NetBox."""
