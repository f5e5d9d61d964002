"""Ports and interfaces. Pure."""
