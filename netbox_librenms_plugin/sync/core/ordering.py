"""In which order names are shown."""

import re
from typing import Any

_DIGITS = re.compile(r"(\d+)")


def natural(value: str) -> tuple[tuple[Any, ...], ...]:
    """A sort key by which port 9 comes before port 10."""
    parts = (part for part in _DIGITS.split(value.casefold()) if part)
    return tuple(_number(part) if part.isdecimal() and part.isascii() else (1, part) for part in parts)


def _number(digits: str) -> tuple[Any, ...]:
    """Numbers by their size. Python makes no number of a text of some thousand digits."""
    counting = digits.lstrip("0")
    return 0, len(counting), counting
