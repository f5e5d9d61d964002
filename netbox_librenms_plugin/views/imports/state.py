"""What a person has chosen on the import list: filters, state, order, page, server. It lives in the address alone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

from django.http import QueryDict

from ...import_utils.filters import DOWN, EVERYTHING, EXACT, NO, SHOWS, UP, YES, Filters

LONGEST_TEXT = 255
# An address holds some thousand characters, and nobody picks more values than that from a list
MOST_VALUES = 50

_SORT = re.compile(r"-?[a-z_]{1,30}")
_NUMBER = re.compile(r"[0-9]{1,6}")
_ONE_OF = {"status": (UP, DOWN), "disabled": (YES, NO)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListState:
    """The state of the list. ``show`` is the state of the rows, or everything that is not ignored."""

    show: str = EVERYTHING
    filters: Filters = field(default_factory=Filters)
    sort: str = ""
    page: int = 1
    per_page: str = ""
    server: str = ""

    @classmethod
    def of(cls, params: QueryDict) -> Self:
        """The state that an address asks for; what makes no sense in it is as if it were not there."""
        show, sort = params.get("show", EVERYTHING), params.get("sort", "")
        return cls(
            show=show if show in SHOWS else EVERYTHING,
            filters=Filters(**{one.name: _read(params, one.name) for one in fields(Filters)}),
            sort=sort if _SORT.fullmatch(sort) else "",
            page=int(_number(params.get("page", "")) or 1) or 1,
            per_page=_number(params.get("per_page", "")),
            server=params.get("server", "")[:50],
        )

    @property
    def q(self) -> str:
        """What the search box holds."""
        return self.filters.q

    def query(self, **changes: Any) -> str:
        """The query string of this state with changes; what is as usual is left out. A new filter starts at page 1."""
        own = {name: changes.pop(name) for name in tuple(changes) if name in _FILTERS}
        changed = {"filters": replace(self.filters, **own), **changes}
        state = replace(self, **changed)
        if (own or changes.keys() & {"show", "sort", "filters"}) and "page" not in changes:
            state = replace(state, page=1)
        params = QueryDict(mutable=True)
        for name, values in state._said():
            params.setlist(name, values)
        return params.urlencode()

    def _said(self) -> Iterable[tuple[str, list[str]]]:
        plain = {
            "server": self.server,
            "show": "" if self.show == EVERYTHING else self.show,
            **{name: getattr(self.filters, name) for name in _FILTERS},
            "sort": self.sort,
            "page": "" if self.page == 1 else str(self.page),
            "per_page": self.per_page,
        }
        return ((name, list(value) if isinstance(value, tuple) else [value]) for name, value in plain.items() if value)

    def applied(self) -> list[tuple[str, str]]:
        """(filter, value) for each filter that is on beside the search box, a pair for each of several values."""
        found = []
        for name in _FILTERS:
            value = getattr(self.filters, name)
            if name != "q" and value:
                found += [(name, one) for one in value] if isinstance(value, tuple) else [(name, value)]
        return found

    def without(self, name: str, value: str) -> str:
        """The query string without one value of one filter."""
        held = getattr(self.filters, name)
        left = tuple(one for one in held if one != value) if isinstance(held, tuple) else ""
        return self.query(**{name: left})


_FILTERS = tuple(one.name for one in fields(Filters))


def _read(params: QueryDict, name: str) -> Any:
    if name in EXACT:
        values = (_clean(value) for value in params.getlist(name)[:MOST_VALUES])
        return tuple(dict.fromkeys(value for value in values if value))
    value = _clean(params.get(name, ""))
    return value if name not in _ONE_OF or value in _ONE_OF[name] else ""


def _clean(value: str) -> str:
    return value.replace("\x00", "").strip()[:LONGEST_TEXT]


def _number(value: str) -> str:
    return value if _NUMBER.fullmatch(value) else ""
