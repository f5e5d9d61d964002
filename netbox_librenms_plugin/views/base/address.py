"""The page's own address follows what its fragments show, so that it can be kept, shared and gone back to."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse, QueryDict

# A further search starts at the first page by itself
_TYPED = ("q", "page")


def current_query(request: Any) -> QueryDict | None:
    """The query of the page that a fragment is asked for from; None where that is not known."""
    current = getattr(request.htmx, "current_url", None) if request.htmx else None
    return QueryDict(urlsplit(current).query) if current else None


def follow(
    request: Any, response: HttpResponse, url: str, *, normal: Callable[[QueryDict], str] = QueryDict.urlencode
) -> None:
    """Have the browser show ``url`` in place of the page's own address, unless that says the same already.

    ``normal`` writes the page's query as ``url`` has it. A search is sent while it is typed: its pieces are one step
    of the browser's history, not several.
    """
    current = current_query(request)
    if current is None:
        return
    old, new = QueryDict(normal(current)), QueryDict(urlsplit(url).query)
    if old == new:
        return
    typed = bool(old.get("q") and new.get("q")) and _without_search(old) == _without_search(new)
    response["HX-Replace-Url" if typed else "HX-Push-Url"] = url


def _without_search(query: QueryDict) -> dict[str, list[str]]:
    return {name: values for name, values in query.lists() if name not in _TYPED}
