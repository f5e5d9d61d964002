"""What a person has chosen on the page of sites: filter, search, order, page, server."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Self

from django.http import QueryDict

from ...site_sync.filtering import ATTENTION, SHOWS
from ..address_state import AddressState, search_text, server_key


@dataclass(frozen=True, slots=True, kw_only=True)
class SitesState(AddressState):
    """``show`` is one of ``site_sync.filtering.SHOWS``."""

    usual: ClassVar[str] = ATTENTION

    show: str = ATTENTION
    q: str = ""
    server: str = ""

    @classmethod
    def of(cls, params: QueryDict) -> Self:
        """The state that an address asks for."""
        return cls(**cls.read(params, SHOWS), q=search_text(params), server=server_key(params))

    def said(self) -> Iterable[tuple[str, list[str]]]:
        """(name, values) of the query string, in its order."""
        yield "server", [self.server]
        yield from self.said_of_rows(q=self.q)
