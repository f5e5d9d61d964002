"""What the parts of the import list share: who may come in, the server, the state, and the rows with their choices."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.generic import View
from utilities.permissions import get_permission_for_model
from utilities.views import ContentTypePermissionRequiredMixin

from ...import_utils.filters import in_order, matching, shown
from ...import_utils.listing import Listing, listing
from ...import_utils.rows import Choice, Row
from ...models import ImportIgnore, LibreNMSSettings
from ..mixins import FragmentMixin, LibreNMSAPIMixin
from .choice_shelf import ChoiceShelf
from .state import ListState

APP = "plugins:netbox_librenms_plugin"
PAGE = "librenms_import"
# What the button under the list leads to
REVIEW = "librenms_import_review"


@dataclass(frozen=True, slots=True)
class FilteredListing:
    """A listing, and what the filters leave of it: ``matching`` in any state, ``rows`` in the one that is looked at."""

    listing: Listing
    matching: Sequence[Row]
    rows: Sequence[Row]

    @property
    def unasked_stacks(self) -> list[Row]:
        """The rows that may be stacks, as far as LibreNMS's inventory was not asked yet."""
        return [row for row in self.rows if row.may_be_stack and row.stack is None]


class ImportPageView(FragmentMixin, LibreNMSAPIMixin, ContentTypePermissionRequiredMixin, View):
    """Lets in who may view the plugin's comparisons; what is decided for rows is his own, so it needs no more."""

    def get_required_permission(self) -> str:
        """NetBox asks for this before the handler runs."""
        return get_permission_for_model(LibreNMSSettings, "view")

    @cached_property
    def state(self) -> ListState:
        """The state of the list: of the address, or as a form says that it is."""
        said = self.request.POST.get("state") if self.request.method == "POST" else None
        return ListState.of(self.request.GET if said is None else QueryDict(said))

    @property
    def server_key(self) -> str | None:
        """The server of the list, None for the selected one."""
        return self.state.server or None

    @cached_property
    def shelf(self) -> ChoiceShelf:
        """Where the user's choices are kept. Raises ``ConfigurationError``."""
        return ChoiceShelf(self.request.user, self.api)

    def listing(self, *, choices: Mapping[int, Choice] | None = None, refresh: bool = False) -> Listing:
        """All rows as the user has decided them. Raises ``LibreNMSError``."""
        decided = self.shelf.all() if choices is None else choices
        return listing(self.api, user=self.request.user, choices=decided, refresh=refresh)

    def find(self, listing: Listing, *, keep: Collection[int] = ()) -> FilteredListing:
        """What the filters let through; the devices to ``keep`` whatever state they are in by now. Raises
        ``LibreNMSError`` where a device group cannot be read."""
        filters = self.state.filters
        members = self.api.device_group_members(filters.group).value if filters.group else None
        found = matching(listing.rows, filters, members=members)
        rows = shown(found, self.state.show)
        if keep:
            seen = {row.librenms_id for row in rows}
            rows = [row for row in found if row.librenms_id in seen or row.librenms_id in keep]
        return FilteredListing(listing, found, in_order(rows, self.state.sort))

    def url(self, action: str = "", *, query: str = "", **kwargs: Any) -> str:
        """Address of the page, or of one of its parts."""
        address = reverse(f"{APP}:{PAGE}_{action}" if action else f"{APP}:{PAGE}", kwargs=kwargs)
        return f"{address}?{query}" if query else address

    def links(self, **changes: Any) -> dict[str, str]:
        """Addresses of the list and of the page in another state."""
        query = self.state.query(**changes)
        return {"panel": self.url("list", query=query), "page": self.url(query=query)}

    @cached_property
    def may_change(self) -> bool:
        """Whether the user may have anything written."""
        return bool(self.request.user.has_perm(get_permission_for_model(LibreNMSSettings, "change")))

    def may_ignore(self, action: str) -> bool:
        """Whether the user may ``add`` devices to those that are ignored, or ``delete`` them from there."""
        return self.may_change and bool(self.request.user.has_perm(get_permission_for_model(ImportIgnore, action)))


class ImportPostView(ImportPageView):
    """A part that answers POST alone."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """There is nothing to look at here, and a prefetch must change nothing."""
        return self.http_method_not_allowed(request)
