"""What the pages about many objects share: who may come in, and which objects they are about."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View
from utilities.permissions import get_permission_for_model
from utilities.views import ContentTypePermissionRequiredMixin, get_viewname

from ...fleet_sync.finding import MODELS, FilterError, filtered, filters_in, ids_of
from ...models import LibreNMSSettings
from ...sync.status.rows import LinkState
from ...tables.status_lists import LABELS
from ..address_state import encoded
from ..base.object_view import query_string
from ..mixins import FragmentMixin, LibreNMSAPIMixin
from .kept import Chosen, Shelf

APP = "plugins:netbox_librenms_plugin"
# Parameters of these pages; all others are filters of NetBox's
OWN = ("selection", "server", "page", "sort", "at", "ping_only")


class FleetView(FragmentMixin, LibreNMSAPIMixin, ContentTypePermissionRequiredMixin, View):
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
    def shelf(self) -> Shelf:
        """What the user has chosen."""
        return Shelf(self.request.user)

    @property
    def model(self) -> Any:
        """The model of the objects."""
        return MODELS[self.kind]

    @cached_property
    def name(self) -> str:
        """The name of what was chosen, empty where the address has filters."""
        data = self.request.POST if self.request.method == "POST" else self.request.GET
        return str(data.get("selection", ""))[:50]

    @cached_property
    def chosen(self) -> Chosen | None:
        """The objects: those that were kept, else those that the address's filters let through; None when they are not
        kept any more. Raises ``FilterError``."""
        if self.name:
            found = self.shelf.get(self.name)
            return found if found is not None and found.kind == self.kind else None
        return self._by_filters(self._without_own(self.request.GET))

    def _by_filters(self, query: QueryDict) -> Chosen:
        filters = filters_in(query)
        ids = ids_of(filtered(self.kind, filters, self.request.user))
        return Chosen(kind=self.kind, ids=ids, filters=encoded(filters.lists()))

    def _without_own(self, query: QueryDict) -> QueryDict:
        found = query.copy()
        for name in OWN:
            found.pop(name, None)
        return found

    @property
    def may_change(self) -> bool:
        """Whether the user may have anything written."""
        return bool(self.request.user.has_perm(get_permission_for_model(LibreNMSSettings, "change")))

    @property
    def list_url(self) -> str:
        """NetBox's list, with the filter that these objects came from."""
        address = reverse(get_viewname(self.model, "list"))
        try:
            filters = self.chosen.filters if self.chosen else ""
        except FilterError:
            filters = encoded(filters_in(self._without_own(self.request.GET)).lists())
        return f"{address}?{filters}" if filters else address

    def url(self, part: str, **query: str) -> str:
        """Address of a page about the same objects, or of a part of it."""
        address = reverse(f"{APP}:fleet_{part}", kwargs={"kind": self.kind})
        said = query_string(**{"selection": self.name, "server": self.server_key or "", **query})
        filters = self.chosen.filters if self.chosen and not self.name else ""
        whole = "&".join(one for one in (filters, said) if one)
        return f"{address}?{whole}" if whole else address

    def enter(self, page: str) -> HttpResponse:
        """From NetBox's list: ``pk`` for each object that is ticked, or else ``filter``, the query of the list."""
        request = self.request
        ticked = [int(one) for one in request.POST.getlist("pk") if one.isascii() and one.isdecimal() and len(one) < 19]
        if not ticked or request.POST.get("_all"):
            query = encoded(filters_in(self._without_own(QueryDict(request.POST.get("filter", "")))).lists())
            address = reverse(f"{APP}:fleet_{page}", kwargs={"kind": self.kind})
            return redirect(f"{address}?{query}" if query else address)
        seen = self.model.objects.restrict(request.user, "view").filter(pk__in=ticked)
        if not (ids := ids_of(seen)):
            messages.warning(request, _("None of it is there any more."))
            return redirect(self.list_url)
        name = self.shelf.put(Chosen(kind=self.kind, ids=ids, ticked=True))
        address = reverse(f"{APP}:fleet_{page}", kwargs={"kind": self.kind})
        return redirect(f"{address}?{query_string(selection=name)}")

    def page_context(self, page: str) -> dict[str, Any]:
        """What every page says of the objects. Raises ``FilterError``, and ``ConfigurationError`` where the server of
        the address is not configured."""
        chosen, server = self.chosen, self.api.server
        left_out = chosen.left_out if chosen else {}
        others = (one for one in self.api.servers().values() if one.key != server.key)
        return {
            "server": server,
            "servers": [(one.display_name, self.url(page, server=one.key)) for one in others],
            "things": self.model._meta.verbose_name_plural,
            "thing": self.model._meta.verbose_name,
            "chosen": chosen,
            "number": len(chosen.ids) if chosen else 0,
            "filters": list(QueryDict(chosen.filters).lists()) if chosen else [],
            "left_out": [(LABELS[state], left_out[state.value]) for state in LinkState if state.value in left_out],
            "list_url": self.list_url,
        }
