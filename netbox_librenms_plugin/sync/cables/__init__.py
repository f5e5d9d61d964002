"""Neighbours and cables. Pure."""
