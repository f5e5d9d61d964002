"""Interfaces, in and out of NetBox."""
