"""Filter, search, order and page of the tables around an import. They live in the address alone."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Self

from django.http import QueryDict

LONGEST_SEARCH = 100

_SORT = re.compile(r"-?[a-z_]{1,30}")
_NUMBER = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableState:
    """``fixed`` are further parameters of the address, which stay as they are."""

    show: str = ""
    q: str = ""
    sort: str = ""
    page: int = 1
    per_page: str = ""
    fixed: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, params: QueryDict, *, shows: Collection[str], keep: Collection[str] = ()) -> Self:
        """The state that an address asks for; what makes no sense in it is as if it were not there."""
        show, sort, page = params.get("show", ""), params.get("sort", ""), params.get("page", "")
        per_page = params.get("per_page", "")
        return cls(
            show=show if show in shows else "",
            q=params.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
            sort=sort if _SORT.fullmatch(sort) else "",
            page=max(1, int(page)) if _NUMBER.fullmatch(page) else 1,
            per_page=per_page if _NUMBER.fullmatch(per_page) else "",
            fixed=tuple((name, params[name][:50]) for name in keep if params.get(name)),
        )

    def query(self, **changes: Any) -> str:
        """The query string of this state with changes; what is as usual is left out. A new filter starts at page 1."""
        state = replace(self, **changes)
        if changes and "page" not in changes:
            state = replace(state, page=1)
        said = {"show": state.show, "q": state.q, "sort": state.sort, "per_page": state.per_page}
        params = QueryDict(mutable=True)
        params.update(dict(state.fixed))
        params.update({name: value for name, value in said.items() if value})
        if state.page > 1:
            params["page"] = str(state.page)
        return params.urlencode()
