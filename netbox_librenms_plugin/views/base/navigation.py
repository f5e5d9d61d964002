"""Where a table's headings and pages lead: the same panel in another order, on another page."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from django.utils.translation import gettext as _


class Ordered(Protocol):
    """A state that names the column its rows are sorted by, with ``-`` in front for the other way round."""

    @property
    def sort(self) -> str:
        """The column."""


# Changes of the state → addresses of the panel and of the page in that state
Links = Callable[..., dict[str, str]]


def navigation(table: Any, state: Ordered, links: Links) -> dict[str, Any]:
    """Context for the templates of a table's head and foot."""
    return {"headers": list(_headers(table, state, links)), **page_navigation(table.page, links)}


def page_navigation(page: Any, links: Links) -> dict[str, Any]:
    """Context for the template of a table's foot alone."""
    lengths = page.paginator.get_page_lengths()
    return {
        "pages": list(_pages(page, links)) if page.paginator.num_pages > 1 else [],
        "page_lengths": [(number, links(per_page=str(number), page=1)) for number in lengths],
    }


def _headers(table: Any, state: Ordered, links: Links) -> Iterator[dict[str, Any]]:
    """A heading sorts upwards, a second click downwards, a third gives LibreNMS's own order back."""
    for column in table.columns:
        name = column.name
        following = {name: f"-{name}", f"-{name}": ""}.get(state.sort, name)
        direction = {name: "ascending", f"-{name}": "descending"}.get(state.sort, "")
        yield {
            "column": column,
            "direction": direction,
            "links": links(sort=following) if column.orderable else None,
        }


def _pages(page: Any, links: Links) -> Iterator[dict[str, Any]]:
    if page.has_previous():
        yield _step("previous", _("Previous page"), "mdi-chevron-left", links(page=page.previous_page_number()))
    for number in page.smart_pages():
        yield {
            "number": number,
            "id": number,
            "label": _("Page {number}").format(number=number),
            "current": number == page.number,
            "links": links(page=number) if number else None,
        }
    if page.has_next():
        yield _step("next", _("Next page"), "mdi-chevron-right", links(page=page.next_page_number()))


def _step(name: str, label: str, icon: str, links: dict[str, str]) -> dict[str, Any]:
    return {"id": name, "label": label, "icon": icon, "links": links}
