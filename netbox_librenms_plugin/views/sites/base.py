"""What the parts of the page share: who may come in, the server, the state in the address, and the rows as a table."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View
from utilities.permissions import get_permission_for_model
from utilities.views import ContentTypePermissionRequiredMixin

from ...models import LibreNMSSettings
from ...resources import SITES
from ...site_sync.filtering import ATTENTION, EVERYTHING, STRAYS, numbers
from ...sync.sites.rows import SitePlan
from ...tables.sites import OUTCOME_LABELS, SiteLine, SiteSurroundings, SiteTable
from ..base.filters import Chip
from ..mixins import FragmentMixin, LibreNMSAPIMixin
from .state import SitesState

APP = "plugins:netbox_librenms_plugin"
PAGE = "site_location_sync"


class SitesPageView(FragmentMixin, LibreNMSAPIMixin, ContentTypePermissionRequiredMixin, View):
    """Lets in who may view the plugin's comparisons."""

    def get_required_permission(self) -> str:
        """NetBox asks for this before the handler runs."""
        return get_permission_for_model(LibreNMSSettings, "view")

    @cached_property
    def state(self) -> SitesState:
        """The state of the list: of the address, or as a form says that it is."""
        said = self.request.POST.get("state") if self.request.method == "POST" else None
        return SitesState.of(self.request.GET if said is None else QueryDict(said))

    @property
    def server_key(self) -> str | None:
        """The server of the page, None for the selected one."""
        return self.state.server or None

    @cached_property
    def may_change(self) -> bool:
        """Whether the user may have anything written."""
        return bool(self.request.user.has_perm(get_permission_for_model(LibreNMSSettings, "change")))

    def url(self, action: str = "", *, query: str = "") -> str:
        """Address of the page, or of one of its parts."""
        address = reverse(f"{APP}:{PAGE}_{action}" if action else f"{APP}:{PAGE}")
        return f"{address}?{query}" if query else address

    def links(self, **changes: Any) -> dict[str, str]:
        """Addresses of the list and of the page in another state."""
        query = self.state.query(**changes)
        return {"panel": self.url("list", query=query), "page": self.url(query=query)}

    def table(self, lines: Sequence[SiteLine]) -> SiteTable:
        """These rows as a table."""
        around = SiteSurroundings(
            user=self.request.user,
            allowed=SITES.allowed(self.request.user) if self.may_change else frozenset(),
            location_url=self.api.location_url,
            locations_url=self.api.locations_url,
            confirm_url=self.url("confirm"),
        )
        return SiteTable(lines, around=around)

    def chips(self, plan: SitePlan) -> list[tuple[Chip, dict[str, str]]]:
        """The filters with their numbers; one without rows only while it is the filter."""
        words = {ATTENTION: _("Needs attention"), EVERYTHING: _("All"), STRAYS: _("Devices elsewhere")}
        labels: dict[str, Any] = {**{one.value: label for one, label in OUTCOME_LABELS.items()}, **words}
        found = []
        for value, number in numbers(plan).items():
            active = self.state.show == value
            if number or active or value in (ATTENTION, EVERYTHING):
                chip = Chip(value=value, label=labels[value], count=number, active=active)
                found.append((chip, self.links(show=value)))
        return found


class SitesPostView(SitesPageView):
    """A part that answers POST alone."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """There is nothing to look at here, and a prefetch must change nothing."""
        return self.http_method_not_allowed(request)
