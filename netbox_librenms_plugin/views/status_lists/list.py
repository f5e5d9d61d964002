"""A status list: the page, which is there at once, and the list itself, which loads into it."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_tables2.export import TableExport
from netbox.config import get_config
from utilities.paginator import EnhancedPaginator, get_paginate_count

from ...choices import DeviceStateChoices
from ...csv_cells import harmless_document
from ...fleet_sync.finding import NAMED, FilterError
from ...forms.status_lists import APPLIED, FORMS
from ...librenms.errors import LibreNMSError, SuspiciousAnswer
from ...status_lists.listing import StatusListing
from ...sync.status.choosing import EVERYTHING, link_counts, monitoring_counts
from ...sync.status.rows import StatusRow
from ...tables.status_lists import (
    LABELS,
    MONITORING_TITLES,
    TABLES,
    TITLES,
    StatusAround,
)
from ..base.address import follow
from ..base.facts import facts_of
from ..base.filters import Chip
from ..base.navigation import navigation
from ..base.problems import problem_of
from .base import APP, StatusView
from .state import StatusState

PAGE = "netbox_librenms_plugin/status_list.html"
FILTERS = "inc/filter_list.html"
ROWS = "netbox_librenms_plugin/htmx/status_rows.html"


class StatusRowsMixin(StatusView):
    """Builds the list. Without LibreNMS it has NetBox's rows, and says nothing of states."""

    def show_list(self, request: HttpRequest, *, refresh: bool = False) -> HttpResponse:
        """The list as a fragment."""
        context = self._frame()
        try:
            ids = self.ids()
        except FilterError as error:
            return render(request, ROWS, context | {"wrong_filter": str(error)})
        try:
            listing = self.listing(ids, refresh=refresh)
        except LibreNMSError as error:
            context |= self._problem(error)
            return render(request, ROWS, context | self._table(request, ids, total=len(ids)))
        rows = self.shown(listing.rows)
        context |= self._chips(listing.rows)
        context |= {"fetched_at": listing.fetched_at, "odd_rows": listing.odd_rows}
        shown = [row.pk for row in rows]
        return render(request, ROWS, context | self._table(request, shown, rows, listing, total=len(listing.rows)))

    def _frame(self) -> dict[str, Any]:
        """What the list has whether it has rows or not."""
        state = self.state
        return {
            "state": state,
            "here": self.links(),
            "search_url": self.url("rows", query=state.query(q="")),
            "filters_url": self.url("filters", query=state.query(page=1)),
            "everything": self.links(filters=(), show=EVERYTHING, monitoring=""),
            "filtered": bool(state.filters),
            "number_of_filters": len(state.filters),
            "refresh_url": self.url("refresh"),
            "choose_url": self.url("choose"),
            "export_url": self.url(query="&".join(filter(None, (state.query(page=1), "export=table")))),
            "may_change": self.may_change,
            "model": self.model,
            "thing": self.model._meta.verbose_name,
            "things": self.model._meta.verbose_name_plural,
            "kind": self.kind,
            "config_name": TABLES[self.kind].__name__,
            "applied_form": APPLIED[self.kind](state.netbox),
            "applied_query": QueryDict(state.query(page=1)),
        }

    def _problem(self, error: LibreNMSError) -> dict[str, Any]:
        context: dict[str, Any] = {"problem": problem_of(error)}
        if isinstance(error, SuspiciousAnswer) and self.may_change:
            context["fewer_url"] = reverse(f"{APP}:accept_fewer", args=(self.api.server.key,))
        return context

    def _chips(self, rows: Sequence[StatusRow]) -> dict[str, Any]:
        """The numbers of all that NetBox's filters let through: of the one state as far as the other lets it."""
        state = self.state
        by_link = link_counts(rows, monitoring=state.monitoring)
        links = [
            Chip(value=EVERYTHING, label=_("All"), count=sum(by_link.values()), active=state.show == EVERYTHING),
            *(
                Chip(value=one.value, label=LABELS[one], count=count, active=state.show == one, title=TITLES[one])
                for one, count in by_link.items()
            ),
        ]
        found = [
            Chip(
                value=one.value,
                label=DeviceStateChoices.LABELS[one],
                count=count,
                active=state.monitoring == one,
                title=MONITORING_TITLES[one],
            )
            for one, count in monitoring_counts(rows, link=state.show).items()
        ]
        return {
            "chips": [(chip, self.links(show=chip.value)) for chip in links],
            "monitoring_chips": [(chip, self.links(monitoring="" if chip.active else chip.value)) for chip in found],
        }

    def _table(
        self,
        request: HttpRequest,
        ids: Sequence[int],
        rows: Sequence[StatusRow] = (),
        listing: StatusListing | None = None,
        *,
        total: int,
    ) -> dict[str, Any]:
        """One page of these objects; only those are read as a whole."""
        paginator = EnhancedPaginator(ids, self._per_page(request))
        page: Page = paginator.page(min(self.state.page, paginator.num_pages))
        table = self.table(request, list(page.object_list), rows, listing)
        paging = SimpleNamespace(columns=table.columns, page=page)
        return {
            **navigation(paging, self.state, self.links),
            "table": table,
            "paging": paging,
            "number": len(ids),
            "here_number": len(page.object_list),
            "total": total,
        }

    def table(
        self,
        request: HttpRequest,
        ids: Sequence[int],
        rows: Sequence[StatusRow] = (),
        listing: StatusListing | None = None,
    ) -> Any:
        """These objects as a table, in their order."""
        wanted = set(ids)
        held = {row.pk: row for row in rows if row.pk in wanted}
        clock = listing.clock if listing is not None else None
        around = StatusAround(
            rows=held,
            facts={pk: facts_of(row.device, clock) for pk, row in held.items() if row.device is not None},
            librenms_url=self.api.device_url if held else None,
            tab_url=self.tab_url,
        )
        viewed = self.model.objects.restrict(request.user, "view").filter(pk__in=ids)
        # NetBox's table knows what has to be read with its rows, which then get the list's own order
        whole = TABLES[self.kind](viewed.select_related(*NAMED[self.kind]))
        whole.arrange(request.user)
        objects = {one.pk: one for one in whole.data.data}
        table = TABLES[self.kind]([objects[pk] for pk in ids if pk in objects])
        table.request = request
        table.arrange(request.user, around=around)
        return table

    def _per_page(self, request: HttpRequest) -> int:
        """NetBox reads the page size from the address; here a form may say it too."""
        if not self.state.per_page:
            return int(get_paginate_count(request))
        largest = get_config().MAX_PAGE_SIZE
        asked = int(self.state.per_page)
        return min(asked, largest) if largest else asked


class StatusListView(StatusRowsMixin):
    """GET: the page around the list. LibreNMS is not asked, but for an export."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The frame of NetBox's lists, and NetBox's own filters; the list loads itself."""
        if "export" in request.GET:
            return self.export(request)
        table = TABLES[self.kind](self.model.objects.none())
        table.arrange(request.user)
        context: dict[str, Any] = {
            "model": self.model,
            "things": self.model._meta.verbose_name_plural,
            "list_url": self.url("rows", query=self.state.query()),
            "filters_url": self.url("filters", query=self.state.query()),
            "config_table": table,
        }
        try:
            context |= {"server": self.api.server, "servers": self._servers(), "notice": self.api.notice}
        except LibreNMSError:
            # The list says it, with NetBox's rows below
            context["server"] = None
        return render(request, PAGE, context)

    def _servers(self) -> list[tuple[str, str]]:
        """(display name, address of the list there) for the other servers."""
        return [
            (server.display_name, self.url(query=self.state.query(server=key, page=1)))
            for key, server in self.api.servers().items()
            if key != self.api.server.key
        ]

    def export(self, request: HttpRequest) -> HttpResponse:
        """All rows that the list shows, as NetBox's lists give them: CSV of the columns that are shown."""
        try:
            listing = self.listing(self.ids())
        except (FilterError, LibreNMSError) as error:
            reason = str(error) if isinstance(error, FilterError) else error.message
            status = 503 if isinstance(error, LibreNMSError) else 400
            return HttpResponse(reason, status=status, content_type="text/plain; charset=utf-8")
        rows = self.shown(listing.rows)
        table = self.table(request, [row.pk for row in rows], rows, listing)
        hidden = {name for name, _label in table.available_columns}
        exported = TableExport(TableExport.CSV, table, exclude_columns={"pk", *hidden}).export()
        name = f"netbox_librenms_{self.kind}_status.csv"
        return HttpResponse(
            harmless_document(str(exported), delimiter=","),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


class StatusRowsView(StatusRowsMixin):
    """GET: the list, as a fragment."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The list; the page's own address follows, so that it can be kept and gone back to."""
        response = self.show_list(request)
        address = self.url(query=self.state.query())
        follow(request, response, address, normal=lambda query: StatusState.of(query).query())
        return response


class StatusFiltersView(StatusView):
    """GET: NetBox's own filter form, as a fragment: it is as long as everything else on the page."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The form, filled in as the list is filtered. LibreNMS is not asked."""
        return render(request, FILTERS, {"filter_form": FORMS[self.kind](request.GET)})


class StatusRefreshView(StatusRowsMixin):
    """POST: ask LibreNMS again for its devices. Nothing in NetBox changes."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """There is nothing to look at here, and a prefetch must not ask LibreNMS."""
        return self.http_method_not_allowed(request)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The list from what LibreNMS says now."""
        return self.show_list(request, refresh=True)
