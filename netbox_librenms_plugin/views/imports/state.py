"""What a person has chosen on the import list: filters, state, order, page, server."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, Self

from django.http import QueryDict

from ...import_utils.filters import DOWN, EVERYTHING, EXACT, NO, SHOWS, UP, YES, Filters
from ..address_state import AddressState, cleaned, encoded, search_text, server_key

LONGEST_TEXT = 255
# An address holds some thousand characters, and nobody picks more values than that from a list
MOST_VALUES = 50

_ONE_OF = {"status": (UP, DOWN), "disabled": (YES, NO)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListState(AddressState):
    """The state of the list. ``show`` is the state of the rows, or everything that is not ignored."""

    usual: ClassVar[str] = EVERYTHING
    renewing: ClassVar[frozenset[str]] = frozenset({"show", "filters", "sort"})

    show: str = EVERYTHING
    filters: Filters = field(default_factory=Filters)
    server: str = ""

    @classmethod
    def of(cls, params: QueryDict) -> Self:
        """The state that an address asks for."""
        filters = Filters(**{one.name: _read(params, one.name) for one in fields(Filters)})
        return cls(**cls.read(params, SHOWS), filters=filters, server=server_key(params))

    @property
    def q(self) -> str:
        """What the search box holds."""
        return self.filters.q

    def query(self, **changes: Any) -> str:
        """The query string of this state with changes, also of single filters; what is as usual is left out."""
        own = {name: changes.pop(name) for name in tuple(changes) if name in _FILTERS}
        if own:
            changes["filters"] = replace(changes.get("filters", self.filters), **own)
        return encoded(self.changed(**changes).said())

    def said(self) -> Iterable[tuple[str, list[str]]]:
        """(name, values) of the query string, in its order."""
        yield "server", [self.server]
        yield from self.said_of_rows(**{name: getattr(self.filters, name) for name in _FILTERS})

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
        values = (cleaned(value, LONGEST_TEXT) for value in params.getlist(name)[:MOST_VALUES])
        return tuple(dict.fromkeys(value for value in values if value))
    value = search_text(params, name, LONGEST_TEXT)
    return value if name not in _ONE_OF or value in _ONE_OF[name] else ""
