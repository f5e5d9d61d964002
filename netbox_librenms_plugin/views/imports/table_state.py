"""Filter, search, order and page of the tables around an import."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import ClassVar, Self

from django.http import QueryDict

from ..address_state import LONGEST_KEY, AddressState, search_text


@dataclass(frozen=True, slots=True, kw_only=True)
class TableState(AddressState):
    """``fixed`` are further parameters of the address, which stay as they are."""

    renewing: ClassVar[frozenset[str]] = frozenset({"show", "q", "sort", "per_page"})

    q: str = ""
    fixed: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, params: QueryDict, *, shows: Collection[str], keep: Collection[str] = ()) -> Self:
        """The state that an address asks for."""
        fixed = tuple((name, params[name][:LONGEST_KEY]) for name in keep if params.get(name))
        return cls(**cls.read(params, shows), q=search_text(params), fixed=fixed)

    def said(self) -> Iterable[tuple[str, list[str]]]:
        """(name, values) of the query string, in its order."""
        yield from ((name, [value]) for name, value in self.fixed)
        yield from self.said_of_rows(q=self.q)
