"""What a person has chosen on a sync page: filter, search, order, page, server. It lives in the address alone."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from django.http import QueryDict

from ...sync.plan import ATTENTION, Change, Outcome

NEEDS_ATTENTION = "attention"
EVERYTHING = "all"
FILTERS = (EVERYTHING, NEEDS_ATTENTION, *(outcome.value for outcome in Outcome))
LONGEST_SEARCH = 100
MOST_CHOICES = 500

_SORT = re.compile(r"-?[a-z_]{1,30}")
_MEMBER = re.compile(r"(?P<key>[A-Za-z0-9_.-]{1,80}):(?P<member>[0-9]{1,18})")
_NUMBER = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelState:
    """The state of one resource's panel. ``members``: row key → id of the member that a person gave the row to."""

    show: str = NEEDS_ATTENTION
    q: str = ""
    sort: str = ""
    page: int = 1
    per_page: str = ""
    server: str = ""
    members: tuple[tuple[str, int], ...] = ()

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
            members=tuple(_members(params.getlist("member")).items()),
        )

    def query(self, *, tab: str = "", **changes: Any) -> str:
        """The query string of this state with changes; what is as usual is left out. A new filter starts at page 1."""
        state = replace(self, **changes)
        if changes.keys() & {"show", "q", "sort"} and "page" not in changes:
            state = replace(state, page=1)
        params = QueryDict(mutable=True)
        for name, value in state._worth_saying(tab).items():
            params[name] = value
        params.setlist("member", [f"{key}:{member}" for key, member in state.members])
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

    @property
    def choices(self) -> dict[str, Mapping[str, int]]:
        """Row key → what a person chose for it, as the engine takes it."""
        return {key: {"member": member} for key, member in self.members}

    def shows(self, change: Change) -> bool:
        """Whether the filter lets a row through."""
        if self.show == EVERYTHING:
            return True
        if self.show == NEEDS_ATTENTION:
            return change.outcome in ATTENTION
        return change.outcome.value == self.show


def _number(text: str) -> str:
    return text if _NUMBER.fullmatch(text) else ""


def _members(texts: Iterable[str]) -> dict[str, int]:
    """The last choice for a row holds."""
    matches = (_MEMBER.fullmatch(text) for text in texts)
    found = {match["key"]: int(match["member"]) for match in matches if match}
    return dict(list(found.items())[-MOST_CHOICES:])
