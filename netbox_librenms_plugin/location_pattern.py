"""The location pattern: a regular expression whose named groups say which part of LibreNMS's location is the name of a
site, of a location in it, of a rack, of a tenant.

People write the pattern and devices the texts, so RE2 evaluates it: in a time that grows with the text and no faster.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

import re2

from .place_names import GROUPS, PlaceNames
from .texts import clean_text

LONGEST_PATTERN = 500
# LibreNMS's own column holds no more
LONGEST_TEXT = 255
# Bytes for the compiled pattern, which bound what one text costs (RE2's default is eight times as many)
MOST_MEMORY = 1 << 20
LONGEST_REASON = 200
_NAMED = re.compile(r"\(\?P?<\w+>")


class PatternError(ValueError):
    """The pattern cannot be used. ``kind``: ``long``, ``invalid``, ``unknown`` (a group that means nothing), ``twice``
    (a group that is there again) or ``none`` (no group); ``detail``: the engine's reason, or the names of the unknown
    groups."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind, self.detail = kind, detail


def _reason(error: Exception) -> str:
    """The engine's words, which it gives as bytes."""
    said = next(iter(error.args), "")
    words = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return clean_text(words)[:LONGEST_REASON]


class LocationPattern:
    """A pattern that can be used. Raises ``PatternError`` for one that cannot."""

    def __init__(self, pattern: str) -> None:
        if len(pattern) > LONGEST_PATTERN:
            raise PatternError("long")
        options = re2.Options()
        options.max_mem, options.log_errors = MOST_MEMORY, False
        try:
            self._compiled = re2.compile(pattern, options)
            groups = sorted(self._compiled.groupindex, key=self._compiled.groupindex.get)
        except (re2.error, UnicodeError) as error:
            raise PatternError("invalid", _reason(error)) from error
        if unknown := [one for one in groups if one not in GROUPS]:
            raise PatternError("unknown", ", ".join(unknown)[:LONGEST_REASON])
        if not groups:
            raise PatternError("none")
        # RE2 takes a second group of the same name, and never says what that matched
        if len(_NAMED.findall(pattern)) > len(groups):
            raise PatternError("twice")

    def read(self, text: str) -> PlaceNames | None:
        """The names in a text; None where the pattern does not match the whole of it, or reads no name."""
        if len(text) > LONGEST_TEXT:
            return None
        try:
            found = self._compiled.fullmatch(text)
        except UnicodeError:  # half of a pair, which no text of UTF-8 has
            return None
        if found is None:
            return None
        names = {name: said.strip() for name, said in found.groupdict(default="").items()}
        return PlaceNames(**names) if any(names.values()) else None


@lru_cache(maxsize=16)
def _usable(pattern: str) -> LocationPattern | None:
    try:
        return LocationPattern(pattern) if pattern else None
    except PatternError:
        return None


def names_read(pattern: str, texts: Iterable[str]) -> dict[str, PlaceNames]:
    """Text → the names in it, for the texts that the pattern matches. An empty pattern, and one that was written past
    validation and cannot be used, match none."""
    usable = _usable(pattern)
    if usable is None:
        return {}
    return {text: names for text in texts if (names := usable.read(text)) is not None}
