"""Patterns of names with ``*`` and ``?``, as people write them down: one a line."""

import re
from dataclasses import dataclass
from fnmatch import translate
from functools import cached_property

MOST_PATTERNS = 100
LONGEST_PATTERN = 100


@dataclass(frozen=True)
class NamePatterns:
    """Whole names, case aside. What is beyond the bounds is left out."""

    patterns: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str) -> "NamePatterns":
        """Those of a text, one a line; empty lines are none."""
        lines = (line.strip() for line in text.splitlines())
        return cls(tuple(line for line in lines if line and len(line) <= LONGEST_PATTERN)[:MOST_PATTERNS])

    def first(self, *texts: str) -> str:
        """The first pattern that one of the texts matches; empty where there is none."""
        said = [text.casefold() for text in texts if text]
        return next((one for one, regex in self._compiled if any(regex.match(text) for text in said)), "")

    @cached_property
    def _compiled(self) -> list[tuple[str, re.Pattern[str]]]:
        return [(one, re.compile(translate(one.casefold()))) for one in self.patterns]
