"""The page, which is there at once, and the list, which loads into it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from utilities.paginator import EnhancedPaginator, get_paginate_count

from ...librenms.errors import LibreNMSError
from ...site_sync.comparing import SiteComparison, compare_sites
from ...site_sync.filtering import matching
from ...sync.core.issues import Issue
from ...sync.sites.plan import no_updates
from ...sync.sites.rows import Action
from ...tables.sites import SiteLine, digests
from ...words.sentences import sentence
from ..base.address import follow
from ..base.navigation import navigation
from ..base.problems import problem_of
from .base import SitesPageView, SitesPostView
from .state import SitesState

PAGE = "netbox_librenms_plugin/site_location_sync.html"
LIST = "netbox_librenms_plugin/htmx/site_list.html"


class SitesView(SitesPageView):
    """GET: the page around the list. LibreNMS is not asked."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The frame; the list loads itself."""
        context: dict[str, Any] = {"list_url": self.url("list", query=self.state.query())}
        try:
            context |= {"server": self.api.server, "servers": self._servers(), "notice": self.api.notice}
        except LibreNMSError as error:
            context = {"problem": problem_of(error)}
        return render(request, PAGE, context)

    def _servers(self) -> list[tuple[str, str]]:
        """(display name, address of the page there) for the other servers."""
        return [
            (server.display_name, self.url(query=SitesState(server=key).query()))
            for key, server in self.api.servers().items()
            if key != self.api.server.key
        ]


class ListMixin(SitesPageView):
    """Builds the list."""

    def show_list(self, request: HttpRequest, *, refresh: bool = False) -> HttpResponse:
        """The list, or the state that keeps it from being shown."""
        frame = {
            "state": self.state,
            "here": self.links(),
            "search_url": self.url("list", query=self.state.query(q="")),
            "refresh_url": self.url("refresh"),
        }
        try:
            comparison = compare_sites(self.api, user=request.user, refresh=refresh)
        except LibreNMSError as error:
            return render(request, LIST, {**frame, "problem": problem_of(error)})
        return render(request, LIST, {**frame, **self._rows(request, comparison)})

    def _rows(self, request: HttpRequest, comparison: SiteComparison) -> dict[str, Any]:
        plan, state = comparison.plan, self.state
        rows = matching(plan, show=state.show, q=state.q, sort=state.sort)
        paginator = EnhancedPaginator(rows, int(get_paginate_count(request)))
        page = paginator.page(min(state.page, paginator.num_pages))
        here = list(page.object_list)
        table = self.table([SiteLine(row=row, number=number) for number, row in enumerate(here)])
        table.page = page
        refused = no_updates(comparison.updates)
        return {
            **navigation(table, state, self.links),
            "table": table,
            "chips": self.chips(plan),
            "plan": plan,
            "number": len(rows),
            "shown": digests(here),
            "fetched_at": comparison.fetched_at,
            "silent": comparison.silent,
            "everything": self.links(show="all", q=""),
            "refused": self._told(refused) if any(row.offer(Action.PUSH_COORDINATES) for row in plan.rows) else "",
            "confirm_url": self.url("confirm"),
            "may_change": self.may_change,
        }

    @staticmethod
    def _told(refused: Issue | None) -> str:
        return sentence(refused) if refused is not None else ""


class SitesFragmentView(ListMixin):
    """GET: the list, as a fragment."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list; the page's own address follows the filter, so that it can be kept and gone back to."""
        response = self.show_list(request)
        address = self.url(query=self.state.query())
        follow(request, response, address, normal=lambda query: SitesState.of(query).query())
        return response


class SitesRefreshView(ListMixin, SitesPostView):
    """POST: ask LibreNMS again. Nothing in NetBox changes."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """The list from what LibreNMS says now."""
        return self.show_list(request, refresh=True)
