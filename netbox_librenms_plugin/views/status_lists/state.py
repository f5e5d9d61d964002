"""What a person has chosen on a status list: NetBox's filters, the states, order, page, server."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.http import QueryDict

from ...fleet_sync.finding import Filters, filters_in
from ...sync.status.choosing import EVERYTHING, LINKS, MONITORINGS
from ..address_state import AddressState, cleaned, encoded, server_key

# Parameters of the page; all others are filters of NetBox's
OWN = frozenset({"server", "show", "monitoring", "sort", "page", "per_page"})
SEARCH = "q"
LONGEST_TEXT = 255
# NetBox's columns are called as they like, those of custom fields too
_COLUMN = re.compile(r"-?[A-Za-z0-9_]{1,60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusState(AddressState):
    """The state of a list. ``show`` is the state of the link; ``filters`` are NetBox's, as (name, values)."""

    usual: ClassVar[str] = EVERYTHING
    renewing: ClassVar[frozenset[str]] = frozenset({"show", "monitoring", "filters", "sort", "per_page"})

    show: str = EVERYTHING
    monitoring: str = ""
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    server: str = ""

    @classmethod
    def of(cls, params: QueryDict) -> Self:
        """The state that an address asks for."""
        read = cls.read(params, LINKS)
        sort, monitoring = params.get("sort", ""), params.get("monitoring", "")
        read["sort"] = sort if _COLUMN.fullmatch(sort) else ""
        return cls(
            **read,
            monitoring=monitoring if monitoring in MONITORINGS else "",
            filters=tuple(_filters(params)),
            server=server_key(params),
        )

    @property
    def q(self) -> str:
        """What the search box holds."""
        return next((values[0] for name, values in self.filters if name == SEARCH), "")

    @property
    def netbox(self) -> Filters:
        """NetBox's filters."""
        found = Filters()
        for name, values in self.filters:
            found.setlist(name, list(values))
        return found

    def query(self, **changes: Any) -> str:
        """The query string of this state with changes, also of the search; what is as usual is left out."""
        if SEARCH in changes:
            text = changes.pop(SEARCH)
            rest = tuple(one for one in self.filters if one[0] != SEARCH)
            changes["filters"] = (*rest, *(((SEARCH, (text,)),) if text else ()))
        return encoded(self.changed(**changes).said())

    def said(self) -> Iterable[tuple[str, list[str]]]:
        """(name, values) of the query string, in its order."""
        yield "server", [self.server]
        yield from ((name, list(values)) for name, values in self.filters)
        yield from self.said_of_rows(monitoring=self.monitoring)


def _filters(params: QueryDict) -> Iterable[tuple[str, tuple[str, ...]]]:
    for name, values in sorted(filters_in(params).lists()):
        if name in OWN:
            continue
        # A form that goes with a link says the search once more
        said = values[-1:] if name == SEARCH else values
        kept = tuple(text for one in said if (text := cleaned(one, LONGEST_TEXT)))
        if kept:
            yield name, kept
