"""What a person has chosen on a sync page: filter, search, order, page, server, and what he decided in rows."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.http import QueryDict

from ...sync.core.plan import Change, Standing
from ...tables.row_choices import EVERY_ROW, Chosen
from ..address_state import AddressState, encoded, search_text, server_key

NEEDS_ATTENTION = "attention"
EVERYTHING = "all"
FILTERS = (EVERYTHING, NEEDS_ATTENTION, *(standing.value for standing in Standing))
MOST_CHOICES = 500

# An empty value takes a choice back
_CHOICE = re.compile(r"([a-z_]{1,30}):([A-Za-z0-9_.-]{0,60}):([!-~]{1,100})")


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelState(AddressState):
    """The state of one resource's panel. ``chosen`` is what a person decided for rows: the member, a VLAN's group."""

    usual: ClassVar[str] = NEEDS_ATTENTION

    show: str = NEEDS_ATTENTION
    q: str = ""
    server: str = ""
    chosen: tuple[Chosen, ...] = ()

    @classmethod
    def of(cls, params: QueryDict) -> Self:
        """The state that an address asks for."""
        return cls(
            **cls.read(params, FILTERS),
            q=search_text(params),
            server=server_key(params),
            chosen=last_of_each(_choices(params.getlist("choose"))),
        )

    def query(self, *, tab: str = "", **changes: Any) -> str:
        """The query string of this state with changes, on one of the tabs; what is as usual is left out."""
        return encoded([("tab", [tab]), *self.changed(**changes).said()])

    def said(self) -> Iterable[tuple[str, list[str]]]:
        """(name, values) of the query string, in its order."""
        yield "server", [self.server]
        yield from self.said_of_rows(q=self.q)
        yield "choose", [f"{name}:{value}:{key}" for name, key, value in self.chosen]

    def shows(self, change: Change) -> bool:
        """Whether the filter lets a row through."""
        if self.show == EVERYTHING:
            return True
        if self.show == NEEDS_ATTENTION:
            return change.needs_attention
        return change.standing.value == self.show


def _choices(texts: Iterable[str]) -> Iterable[Chosen]:
    matches = (_CHOICE.fullmatch(text) for text in texts)
    return ((match[1], match[3], match[2]) for match in matches if match)


def last_of_each(chosen: Iterable[Chosen]) -> tuple[Chosen, ...]:
    """The last choice for a row holds, and one for all rows makes those for single rows before it void."""
    found: dict[tuple[str, str], Chosen] = {}
    for one in chosen:
        name, key, _value = one
        if key == EVERY_ROW:
            found = {place: other for place, other in found.items() if place[0] != name}
        found.pop((name, key), None)
        found[name, key] = one
    return tuple(found.values())[-MOST_CHOICES:]
