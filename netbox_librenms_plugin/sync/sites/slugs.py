"""The slug that a new site gets, as NetBox's own form would propose it."""

import re
import unicodedata

LONGEST = 100
_OTHERS = re.compile(r"[^\w\s-]")
_GAPS = re.compile(r"[-\s]+")


def slug_of(name: str, number: int) -> str:
    """The slug of a name; one with LibreNMS's ``number`` where the name has no letter that a slug can hold."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    slug = _GAPS.sub("-", _OTHERS.sub("", plain.lower())).strip("-_")[:LONGEST]
    return slug or f"librenms-{number}"
