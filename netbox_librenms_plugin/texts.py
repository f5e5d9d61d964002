"""Texts as they are taken from LibreNMS and kept in NetBox. Pure: the standard library, nothing else."""

import re
from functools import lru_cache
from ipaddress import ip_address

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")
_SPACES = re.compile(r"\s+")


# Names of ports come up again and again; long texts would fill the memory
_SHORT = 100


def clean_text(text: str) -> str:
    """One line without control or direction characters, as every text from LibreNMS is taken."""
    return _known_line(text) if len(text) <= _SHORT else _line(text)


def _line(text: str) -> str:
    return _SPACES.sub(" ", _CONTROL.sub(" ", text)).strip()


_known_line = lru_cache(maxsize=32_768)(_line)


def address_text(said: object) -> str:
    """The usual short form of an IP address, empty for anything else."""
    return _short(said) if isinstance(said, str) and said else ""


# The same lists are looked at again and again, and reading their addresses is most of what that costs
@lru_cache(maxsize=100_000)
def _short(said: str) -> str:
    try:
        return str(ip_address(said))
    except ValueError:
        return ""
