"""The page that compares many objects of NetBox's with LibreNMS: a table with the numbers of each, page by page."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from utilities.paginator import EnhancedPaginator
from utilities.views import get_viewname

from ...fleet_sync.finding import FilterError, load
from ...fleet_sync.options import SyncOptions
from ...fleet_sync.tallies import Counter, ObjectTally, source_of
from ...librenms.errors import LibreNMSError
from ...resources import RESOURCES
from ...words.sentences import kept_gap_sentence, sentence
from ..base.navigation import page_navigation
from ..base.object_view import query_string
from ..base.problems import problem_of
from .base import FleetView

PAGE = "netbox_librenms_plugin/fleet_compare.html"
ROWS = "netbox_librenms_plugin/htmx/fleet_rows.html"
# Each page is compared as it is shown
PER_PAGE = 50


class CompareView(FleetView):
    """GET: the page, whose table comes afterwards. POST: from NetBox's list."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Which objects, and the place of the table."""
        try:
            context = self.page_context("compare")
        except FilterError as error:
            return render(request, PAGE, {"wrong_filter": str(error), "list_url": self.list_url}, status=400)
        except LibreNMSError as error:
            return render(request, PAGE, {"problem": problem_of(error), "list_url": self.list_url})
        if self.chosen is not None:
            more = {"rows_url": self.url("compare_rows", page=request.GET.get("page", ""), **self._sort())}
            context |= more | {"sync_url": self.url("sync") if self.may_change else ""}
        return render(request, PAGE, context)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep what is ticked, and go to the page."""
        return self.enter("compare")

    def _sort(self) -> dict[str, str]:
        return {"sort": "-name"} if self.request.GET.get("sort") == "-name" else {}


class CompareRowsView(CompareView):
    """GET: the table of one page, as a fragment."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Compare the objects of the page. Nothing is written."""
        try:
            chosen = self.chosen
        except FilterError:
            # The page says it in a sentence
            return HttpResponse(headers={"HX-Refresh": "true"})
        if chosen is None:
            return HttpResponse(headers={"HX-Refresh": "true"})
        page = self.page_of(chosen.ids)
        try:
            context: dict[str, Any] = {"rows": self._rows(page, len(chosen.ids))}
        except LibreNMSError as error:
            context = {"problem": problem_of(error)}
        table = {"page": page}
        response = render(request, ROWS, {**context, "table": table, **self._links_around(page)})
        response["HX-Replace-Url"] = self._links(page=page.number)["page"]
        return response

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """There is nothing to write here."""
        return self.http_method_not_allowed(request)

    def page_of(self, ids: Sequence[int]) -> Page:
        """The ids of the page that is asked for."""
        ordered = list(reversed(ids)) if self._sort() else list(ids)
        return EnhancedPaginator(ordered, PER_PAGE, orphans=0).get_page(self.request.GET.get("page"))

    def _rows(self, page: Page, number: int) -> list[dict[str, Any]]:
        user = self.request.user
        source = source_of(self.api, number)
        objects = load(self.kind, list(page.object_list), user)
        counter = Counter(source, user=user, options=SyncOptions())
        return [self._row(one) for one in counter.count(objects)]

    def _row(self, one: ObjectTally) -> dict[str, Any]:
        tab = reverse(get_viewname(one.object, "librenms_sync"), kwargs={"pk": one.object.pk})
        server = query_string(server=self.server_key or "")
        waiting = {name: tally.writes + tally.decisions for name, tally in one.tallies.items()}
        return {
            "tally": one,
            "together": one.together,
            "url": f"{tab}?{server}" if server else tab,
            "reason": sentence(one.reason) if one.reason else "",
            "gaps": list(dict.fromkeys(kept_gap_sentence(gap) for gap in one.gaps)),
            "parts": [(RESOURCES[name].label, number) for name, number in waiting.items() if number],
        }

    def _links(self, **changes: Any) -> dict[str, str]:
        said = {**self._sort(), **{name: str(value) for name, value in changes.items()}}
        said = {name: value for name, value in said.items() if (name, value) != ("page", "1")}
        return {"page": self.url("compare", **said), "panel": self.url("compare_rows", **said)}

    def _links_around(self, page: Page) -> dict[str, Any]:
        other = "" if self._sort() else "-name"
        return {
            **page_navigation(page, self._links),
            "page_lengths": [],
            "sort_links": self._links(sort=other),
            "direction": "descending" if self._sort() else "ascending",
        }
