"""What a person has chosen of a table lives in the address alone: which rows, in which order, on which page."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from django.http import QueryDict

LONGEST_SEARCH = 100
LONGEST_KEY = 50

_SORT = re.compile(r"-?[a-z_]{1,30}")
_NUMBER = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressState:
    """``show`` is the filter, ``per_page`` a number as text, empty for the usual one."""

    # The filter that goes without saying
    usual: ClassVar[str] = ""
    # With a change of these the rows are others, and begin at page 1
    renewing: ClassVar[frozenset[str]] = frozenset({"show", "q", "sort"})

    show: str = ""
    sort: str = ""
    page: int = 1
    per_page: str = ""

    @classmethod
    def read(cls, params: QueryDict, shows: Collection[str]) -> dict[str, Any]:
        """The fields that every table has; what makes no sense in an address is as if it were not there."""
        show, sort = params.get("show", cls.usual), params.get("sort", "")
        return {
            "show": show if show in shows else cls.usual,
            "sort": sort if _SORT.fullmatch(sort) else "",
            "page": int(_number(params.get("page", "")) or 1) or 1,
            "per_page": _number(params.get("per_page", "")),
        }

    def changed(self, **changes: Any) -> Self:
        """The state with changes. Other rows start at page 1."""
        if changes.keys() & self.renewing and "page" not in changes:
            changes["page"] = 1
        return replace(self, **changes)

    def query(self, **changes: Any) -> str:
        """The query string of this state with changes; what is as usual is left out."""
        return encoded(self.changed(**changes).said())

    def said(self) -> Iterable[tuple[str, list[str]]]:
        """(name, values) of the query string, in its order; an empty value is not said."""
        return self.said_of_rows()

    def said_of_rows(self, **others: str | Collection[str]) -> Iterable[tuple[str, list[str]]]:
        """What every table says, with other filters between the first one and the order."""
        plain: dict[str, str | Collection[str]] = {
            "show": "" if self.show == self.usual else self.show,
            **others,
            "sort": self.sort,
            "page": "" if self.page == 1 else str(self.page),
            "per_page": self.per_page,
        }
        return ((name, [value] if isinstance(value, str) else list(value)) for name, value in plain.items())


def encoded(said: Iterable[tuple[str, list[str]]]) -> str:
    """A query string without what is empty."""
    params = QueryDict(mutable=True)
    for name, values in said:
        if any(values):
            params.setlist(name, values)
    return params.urlencode()


def search_text(params: QueryDict, name: str = "q", longest: int = LONGEST_SEARCH) -> str:
    """What somebody typed; the database refuses the character 0."""
    return cleaned(params.get(name, ""), longest)


def cleaned(text: str, longest: int) -> str:
    """A text of an address, as it can be looked for."""
    return text.replace("\x00", "").strip()[:longest]


def server_key(params: QueryDict) -> str:
    """The server that an address names."""
    return params.get("server", "")[:LONGEST_KEY]


def _number(text: str) -> str:
    return text if _NUMBER.fullmatch(text) else ""
