"""The boxes in which a person decides about a row before it is synced: the member that gets it, a new VLAN's group."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..resources.decisions import Decision
from ..sync.core.plan import Change

EVERY_ROW = "*"
# (name of the choice, row key or "*", value as it stands in an address)
Chosen = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChoice:
    """The box for one decision. ``offered`` says for which rows, ``options`` gives value → words for one of them, the
    decision's own words where it has some.

    With ``remote`` (the name of a REST list's address) the options are looked up there, beside the one for "0" (none of
    them). ``current`` tells the value that a row has anyway; without it a row can be left undecided.
    """

    decision: Decision
    offered: Callable[[Change], bool]
    options: Callable[[Change], Mapping[str, Any]] | None = None
    current: Callable[[Change], str] | None = None
    remote: str = ""

    @property
    def name(self) -> str:
        """The decision's name."""
        return self.decision.name

    def options_for(self, change: Change) -> Mapping[str, Any]:
        """Value → words, for one row."""
        return self.options(change) if self.options is not None else self.decision.words


def as_engine_takes_it(decisions: Iterable[Decision], chosen: Iterable[Chosen]) -> dict[str, dict[str, Any]]:
    """Row key → name → value; what is no decision of the resource, or no value of it, is left out."""
    by_name = {one.name: one for one in decisions}
    found: dict[str, dict[str, Any]] = {}
    for name, key, text in chosen:
        value = by_name[name].read(text) if name in by_name else None
        if value is not None:
            found.setdefault(key, {})[name] = value
    return found
