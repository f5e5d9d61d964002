"""What a person has chosen on a sync page: filter, search, order, page, server. It lives in the address alone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Self

from django.http import QueryDict

from ...sync.core.plan import ATTENTION, Change, Outcome
from ...tables.row_choices import EVERY_ROW, Chosen

NEEDS_ATTENTION = "attention"
EVERYTHING = "all"
FILTERS = (EVERYTHING, NEEDS_ATTENTION, *(outcome.value for outcome in Outcome))
LONGEST_SEARCH = 100
MOST_CHOICES = 500

_SORT = re.compile(r"-?[a-z_]{1,30}")
# An empty value takes a choice back
_CHOICE = re.compile(r"([a-z_]{1,30}):([A-Za-z0-9_.-]{0,60}):([!-~]{1,100})")
_NUMBER = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelState:
    """The state of one resource's panel. ``chosen`` is what a person decided for rows: the member, a VLAN's group."""

    show: str = NEEDS_ATTENTION
    q: str = ""
    sort: str = ""
    page: int = 1
    per_page: str = ""
    server: str = ""
    chosen: tuple[Chosen, ...] = ()

    @classmethod
    def of(cls, params: QueryDict) -> Self:
        """The state that an address asks for; what makes no sense in it is as if it were not there."""
        show, sort = params.get("show", NEEDS_ATTENTION), params.get("sort", "")
        return cls(
            show=show if show in FILTERS else NEEDS_ATTENTION,
            q=params.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
            sort=sort if _SORT.fullmatch(sort) else "",
            page=int(_number(params.get("page", "")) or 1) or 1,
            per_page=_number(params.get("per_page", "")),
            server=params.get("server", "")[:50],
            chosen=last_of_each(_choices(params.getlist("choose"))),
        )

    def query(self, *, tab: str = "", **changes: Any) -> str:
        """The query string of this state with changes; what is as usual is left out. A new filter starts at page 1."""
        state = replace(self, **changes)
        if changes.keys() & {"show", "q", "sort"} and "page" not in changes:
            state = replace(state, page=1)
        params = QueryDict(mutable=True)
        for name, value in state._worth_saying(tab).items():
            params[name] = value
        params.setlist("choose", [f"{name}:{value}:{key}" for name, key, value in state.chosen])
        return params.urlencode()

    def _worth_saying(self, tab: str) -> dict[str, str]:
        said = {
            "tab": tab,
            "server": self.server,
            "show": "" if self.show == NEEDS_ATTENTION else self.show,
            "q": self.q,
            "sort": self.sort,
            "page": "" if self.page == 1 else str(self.page),
            "per_page": self.per_page,
        }
        return {name: value for name, value in said.items() if value}

    def shows(self, change: Change) -> bool:
        """Whether the filter lets a row through."""
        if self.show == EVERYTHING:
            return True
        if self.show == NEEDS_ATTENTION:
            return change.outcome in ATTENTION
        return change.outcome.value == self.show


def _number(text: str) -> str:
    return text if _NUMBER.fullmatch(text) else ""


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
