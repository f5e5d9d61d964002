"""The import list: the page, which is there at once, and the list itself, which loads into it."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from netbox.config import get_config
from utilities.paginator import EnhancedPaginator, get_paginate_count

from ...forms.import_choices import ImportFiltersForm
from ...import_utils.filters import EVERYTHING, Filters
from ...import_utils.kinds import IMPORT, running_search
from ...import_utils.listing import Listing
from ...import_utils.rows import State
from ...librenms.errors import LibreNMSError, SuspiciousAnswer
from ...runs.access import open_runs
from ...tables.device_status import LABELS, TITLES, Around, ImportTable, digests
from ...words.labels import field_label
from ..base.address import follow
from ..base.filters import Chip
from ..base.navigation import navigation
from ..base.object_view import query_string
from ..base.problems import problem_of
from .base import APP, REVIEW, FilteredListing, ImportPageView, ImportPostView
from .job_urls import job_urls
from .state import ListState

TEMPLATE = "netbox_librenms_plugin/htmx/import_list.html"
FILTER_LABELS: dict[str, Any] = {
    "hostname": gettext_lazy("Hostname"),
    "sys_name": gettext_lazy("sysName"),
    "os": gettext_lazy("OS"),
    "group": gettext_lazy("Device group"),
    "status": gettext_lazy("Status"),
    "disabled": gettext_lazy("Disabled"),
}


def value_label(name: str, value: str) -> Any:
    """A value of a filter in the words of the form."""
    field: Any = ImportFiltersForm.base_fields[name]
    return dict(field.choices).get(value, value) if name in ("status", "disabled") else value


def filter_label(name: str) -> Any:
    """The name of a filter for people."""
    return FILTER_LABELS.get(name) or field_label(name)


# So many are named one by one in the page; more are found by their state
MOST_BECAME = 500


class ListMixin(ImportPageView):
    """Builds the list, whole or in parts."""

    def show_list(
        self,
        request: HttpRequest,
        *,
        listing: Listing | None = None,
        refresh: bool = False,
        all_chosen: bool = False,
        became: Sequence[int] = (),
    ) -> HttpResponse:
        """The list, or the state that keeps it from being shown. ``all_chosen``: all that match stay selected;
        ``became``: devices that are ready just now, which stay whatever the filter says of their state."""
        try:
            found = self.find(listing or self.listing(refresh=refresh), keep=frozenset(became))
        except LibreNMSError as error:
            return self.problem(request, error)
        context = self._frame() | self.numbers(found) | self._table(request, found)
        context |= {"all_chosen": all_chosen, "fetched_at": found.listing.fetched_at}
        context |= {"became": became if len(became) <= MOST_BECAME else (), "became_number": len(became)}
        context["ready"] = self.links(show=State.READY.value)
        return render(request, TEMPLATE, context | {"odd_rows": found.listing.odd_rows})

    def problem(self, request: HttpRequest, error: LibreNMSError) -> HttpResponse:
        """What keeps the list from being shown, in its place."""
        context: dict[str, Any] = self._frame() | {"problem": problem_of(error)}
        if isinstance(error, SuspiciousAnswer) and self.may_change:
            context["fewer_url"] = reverse(f"{APP}:accept_fewer", args=(self.api.server.key,))
        return render(request, TEMPLATE, context)

    def _frame(self) -> dict[str, Any]:
        """What the list has whether it has rows or not."""
        state = self.state
        return {
            "state": state,
            "here": self.links(),
            "search_url": self.url("list", query=state.query(q="")),
            "refresh_url": self.url("refresh"),
            "unfiltered": self.links(filters=Filters()),
            "everything": self.links(filters=Filters(), show=EVERYTHING),
            "filtered": state.filters != Filters(),
            "applied": [
                {
                    "label": filter_label(name),
                    "words": value_label(name, value),
                    "links": {
                        "panel": self.url("list", query=state.without(name, value)),
                        "page": self.url(query=state.without(name, value)),
                    },
                }
                for name, value in state.applied()
            ],
        }

    def numbers(self, found: FilteredListing) -> dict[str, Any]:
        """What changes with every choice: the chips' numbers, and how many rows match."""
        counts = found.listing.counts(found.matching)
        everything = len(found.matching) - counts[State.IGNORED]
        values = [
            (EVERYTHING, _("All"), everything, _("All that is not ignored")),
            *((one.value, LABELS[one], counts[one], TITLES[one]) for one in State),
        ]
        chips = [
            Chip(value=value, label=label, count=count, active=self.state.show == value, title=title)
            for value, label, count, title in values
        ]
        return {
            "chips": [(chip, self.links(show=chip.value)) for chip in chips],
            "number": len(found.rows),
            "total": len(found.listing.rows),
            "unasked_stacks": len(found.unasked_stacks) if self.may_change else 0,
            "stacks_url": self.url("stacks"),
        }

    def _table(self, request: HttpRequest, found: FilteredListing) -> dict[str, Any]:
        paginator = EnhancedPaginator(found.rows, self._per_page(request))
        page = paginator.page(min(self.state.page, paginator.num_pages))
        rows = list(page.object_list)
        table = self.table(request, rows)
        table.page = page
        return {
            **navigation(table, self.state, self.links),
            "table": table,
            "here_number": len(rows),
            "shown": digests(rows),
            "columns": ",".join(table.shown_columns),
            "review_url": self._review_url(),
            "choose_url": self.url("choose"),
            "ignore_url": self.url("ignore"),
            "many_url": self.url("choose_many"),
            "set_url": self.url("set"),
        }

    def table(self, request: HttpRequest, rows: list[Any], *, like: tuple[str, ...] = ()) -> ImportTable:
        """These rows as a table; ``like`` are the columns of the table that they go into."""
        query = query_string(server=self.state.server)
        around = Around(
            librenms_url=self.api.device_url,
            details_query=f"?{query}" if query else "",
            may_start=self.may_change,
            may_ignore=self.may_ignore("add"),
            may_unignore=self.may_ignore("delete"),
        )
        table = ImportTable(rows, around=around)
        table.arrange(request.user, like=like)
        return table

    def _per_page(self, request: HttpRequest) -> int:
        """NetBox reads the page size from the address; here a form may say it too."""
        if not self.state.per_page:
            return int(get_paginate_count(request))
        largest = get_config().MAX_PAGE_SIZE
        asked = int(self.state.per_page)
        return min(asked, largest) if largest else asked

    def _review_url(self) -> str:
        try:
            return f"{reverse(f'{APP}:{REVIEW}')}?{self.state.query()}"
        except NoReverseMatch:
            return ""


class ImportListView(ImportPageView):
    """GET: the page around the list. LibreNMS is not asked."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The frame of NetBox's lists; the list and the filters load themselves."""
        context: dict[str, Any] = {"list_url": self.url("list", query=self.state.query())}
        try:
            context |= {"server": self.api.server, "servers": self._servers(), "notice": self.api.notice}
        except LibreNMSError as error:
            return render(request, "netbox_librenms_plugin/librenms_import.html", {"problem": problem_of(error)})
        table = ImportTable([], around=Around(librenms_url=self.api.device_url))
        table.arrange(request.user)
        context |= {
            "config_table": table,
            "filters_url": self.url("filters"),
            "open_runs": open_runs(request.user, kind=IMPORT.name),
        }
        if job := running_search(request.user, self.api.server.key):
            context |= job_urls(job, request.user)
            context["search_url"] = self.url("stacks", query=ListState(server=self.state.server).query())
        return render(request, "netbox_librenms_plugin/librenms_import.html", context)

    def _servers(self) -> list[tuple[str, str]]:
        """(display name, address of the list there) for the other servers. Filters are about one server's devices."""
        return [
            (server.display_name, self.url(query=ListState(server=key).query()))
            for key, server in self.api.servers().items()
            if key != self.api.server.key
        ]


class ImportFragmentView(ListMixin):
    """GET: the list, as a fragment."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list; the page's own address follows the filter, so that it can be kept and gone back to."""
        response = self.show_list(request)
        address = self.url(query=self.state.query())
        follow(request, response, address, normal=lambda query: ListState.of(query).query())
        return response


class ImportRefreshView(ListMixin, ImportPostView):
    """POST: ask LibreNMS again for its devices. Nothing in NetBox changes."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """The list from what LibreNMS says now."""
        return self.show_list(request, refresh=True)
