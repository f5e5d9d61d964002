"""Undoing in NetBox: what the change log says of a run, what NetBox holds now, and writing it back."""
