"""The words for a resource: as a heading, in sentences, with a number, and for its fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

type Text = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """``label`` heads tabs and lists; ``one`` and ``many`` stand in sentences, ``counted`` is that with a number (lazy,
    with the placeholder ``n``). ``fields``: name of a field or of its policy → label."""

    label: Text
    one: Text
    many: Text
    counted: Any
    fields: Mapping[str, Text] = field(default_factory=dict)

    def noun(self, number: int) -> str:
        """What so many are called: "interface", "interfaces"."""
        return str(self.one if number == 1 else self.many)

    def number(self, number: int) -> str:
        """A number with its noun: "48 interfaces"."""
        return str(self.counted % {"n": number})
