"""What the parts of the status lists share: who may come in, the state, NetBox's objects and where they stand."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.generic import View
from utilities.permissions import get_permission_for_model
from utilities.views import ContentTypePermissionRequiredMixin, get_viewname

from ...fleet_sync.finding import DEVICE, MODELS, filtered, ids_of
from ...models import LibreNMSSettings
from ...status_lists.listing import StatusListing, status_listing
from ...sync.status.choosing import EVERYTHING, in_order, shown
from ...sync.status.rows import StatusRow
from ...tables.status_lists import OWN_COLUMNS, PREFIX, TABLES
from ..mixins import FragmentMixin, LibreNMSAPIMixin
from .state import StatusState

APP = "plugins:netbox_librenms_plugin"


class StatusView(FragmentMixin, LibreNMSAPIMixin, ContentTypePermissionRequiredMixin, View):
    """Lets in who may view the plugin's comparisons and objects of the kind at all. ``kind`` is in the address's
    pattern."""

    kind: str = ""

    @property
    def additional_permissions(self) -> Sequence[str]:
        """Asked for beside the required one."""
        return (get_permission_for_model(MODELS[self.kwargs["kind"]], "view"),)

    def get_required_permission(self) -> str:
        """NetBox asks for this before the handler runs."""
        return get_permission_for_model(LibreNMSSettings, "view")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Know the kind before anything is asked."""
        super().setup(request, *args, **kwargs)
        self.kind = kwargs["kind"]

    @cached_property
    def state(self) -> StatusState:
        """The state of the list: of the address, or as a form says that it is."""
        said = self.request.POST.get("state") if self.request.method == "POST" else None
        return StatusState.of(self.request.GET if said is None else QueryDict(said))

    @property
    def server_key(self) -> str | None:
        """The server of the list, None for the selected one."""
        return self.state.server or None

    @property
    def model(self) -> Any:
        """The model of the objects."""
        return MODELS[self.kind]

    @cached_property
    def may_change(self) -> bool:
        """Whether the user may have anything written."""
        return bool(self.request.user.has_perm(get_permission_for_model(LibreNMSSettings, "change")))

    # What there is

    def ids(self) -> list[int]:
        """The objects that NetBox's filters let through, in NetBox's order or that of one of its columns. Raises
        ``FilterError``."""
        return ids_of(self._ordered(filtered(self.kind, self.state.netbox, self.request.user)))

    def _ordered(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        name = self.state.sort.removeprefix("-")
        if not name or name in OWN_COLUMNS:
            return queryset
        table = TABLES[self.kind](queryset)
        if name not in table.columns.names() or not table.columns[name].orderable:
            return queryset
        table.order_by = (self.state.sort,)
        ordered: QuerySet[Any] = table.data.data
        return ordered

    def listing(self, ids: Sequence[int], *, refresh: bool = False) -> StatusListing:
        """Where they stand. Raises ``LibreNMSError``."""
        return status_listing(self.api, self.kind, ids, user=self.request.user, refresh=refresh)

    def shown(self, rows: Sequence[StatusRow]) -> list[StatusRow]:
        """Those in the states that are looked at, in the order of the list."""
        state = self.state
        found = shown(rows, link=state.show, monitoring=state.monitoring)
        backwards, name = state.sort.startswith("-"), state.sort.removeprefix("-")
        if name not in OWN_COLUMNS:
            return found
        return in_order(found, f"{'-' if backwards else ''}{name.removeprefix(PREFIX)}")

    def meant(self) -> list[int]:
        """All objects that the list shows on all of its pages. Raises ``FilterError`` and ``LibreNMSError``."""
        ids = self.ids()
        if self.state.show == EVERYTHING and not self.state.monitoring:
            return ids
        return [row.pk for row in self.shown(self.listing(ids).rows)]

    # Addresses

    @property
    def page_name(self) -> str:
        """The name of the list's address."""
        return "device_status" if self.kind == DEVICE else "vm_status"

    def url(self, part: str = "", *, query: str = "") -> str:
        """Address of the list, or of one of its parts."""
        name = f"status_{part}" if part else self.page_name
        address = reverse(f"{APP}:{name}", kwargs={"kind": self.kind} if part else None)
        return f"{address}?{query}" if query else address

    def links(self, **changes: Any) -> dict[str, str]:
        """Addresses of the list and of the page in another state."""
        query = self.state.query(**changes)
        return {"panel": self.url("rows", query=query), "page": self.url(query=query)}

    def tab_url(self, pk: int) -> str:
        """Address of an object's LibreNMS tab."""
        address = reverse(get_viewname(self.model, "librenms_sync"), kwargs={"pk": pk})
        server = QueryDict(mutable=True)
        if self.state.server:
            server["server"] = self.state.server
        return f"{address}?{server.urlencode()}" if server else address


class StatusChangeView(StatusView):
    """For who may have anything written."""

    @property
    def additional_permissions(self) -> Sequence[str]:
        """Looking is asked for too."""
        return (*super().additional_permissions, get_permission_for_model(LibreNMSSettings, "change"))

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """There is nothing to look at here, and a prefetch must change nothing."""
        return self.http_method_not_allowed(request)
