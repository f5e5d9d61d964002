"""Texts as they are taken from LibreNMS and kept in NetBox. Pure: the standard library, nothing else."""

import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")
_SPACES = re.compile(r"\s+")


def clean_text(text: str) -> str:
    """One line without control or direction characters, as every text from LibreNMS is taken."""
    return _SPACES.sub(" ", _CONTROL.sub(" ", text)).strip()
