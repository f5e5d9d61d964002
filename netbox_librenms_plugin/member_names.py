"""What members of an imported virtual chassis are called: a pattern of ``{name}``, ``{position}``, ``{serial}``."""

import re

PLACES = ("name", "position", "serial")
DEFAULT = "{name}-{position}"

_PLACE = re.compile(r"\{([^{}]*)\}")


class PatternError(ValueError):
    """The pattern cannot be used: ``unknown`` (braces around something else) or ``same`` (one name for all)."""


def check_pattern(pattern: str) -> None:
    """Raise ``PatternError`` for a pattern that cannot name members apart."""
    used = _PLACE.findall(pattern)
    rest = _PLACE.sub("", pattern)
    if "{" in rest or "}" in rest or any(place not in PLACES for place in used):
        raise PatternError("unknown")
    if not {"position", "serial"} & set(used):
        raise PatternError("same")


def member_name(pattern: str, *, name: str, position: int, serial: str) -> str:
    """The name of one member that is not the master."""
    values = {"name": name, "position": str(position), "serial": serial}
    return _PLACE.sub(lambda match: values.get(match[1], match[0]), pattern)
