"""The base of every sync view: who may come in, which object it is about, and where its siblings are."""

from functools import cached_property
from typing import Any

from dcim.models import Device
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from netbox.views import generic
from utilities.views import get_viewname

from ...preferences import chosen_name_field
from ...resources import RESOURCES, Resource
from ...tables import SYNC_TABLES
from ...tables.base import SyncTable
from ..mixins import CacheMixin, FragmentMixin
from .state import PanelState

VIEW = "netbox_librenms_plugin.view_librenmssettings"
CHANGE = "netbox_librenms_plugin.change_librenmssettings"
# The tab that shows all resources
OVERVIEW = "overview"


class BaseObjectSyncView(FragmentMixin, CacheMixin, generic.ObjectView):
    """Lets in who may view both the object and the plugin's comparisons; an object outside his constraints is 404."""

    additional_permissions: tuple[str, ...] = (VIEW,)

    @cached_property
    def state(self) -> PanelState:
        """The filter, order and page that the address asks for."""
        return PanelState.of(self.request.GET)

    @cached_property
    def may_change(self) -> bool:
        """Whether the user may have anything written."""
        return bool(self.request.user.has_perm(CHANGE))

    @property
    def name_field(self) -> str | None:
        """The column that names interfaces, where the user chose one."""
        return chosen_name_field(self.request.user)

    @classmethod
    def resources(cls) -> dict[str, Resource]:
        """What can be compared of the view's kind of object, as far as there is a table for it."""
        virtual = cls.queryset.model is not Device
        return {name: one for name, one in RESOURCES.items() if name in SYNC_TABLES and one.serves(virtual=virtual)}

    @classmethod
    def resource(cls, name: str) -> Resource:
        """The resource of this name; 404 where this kind of object has no such things."""
        found = cls.resources().get(name)
        if found is None:
            raise Http404
        return found

    @staticmethod
    def table_of(resource: str) -> type[SyncTable]:
        """The table class of a resource."""
        return SYNC_TABLES[resource]

    def url(self, instance: Any, action: str = "", *, resource: str = "", query: str = "") -> str:
        """Address of the page, or of one of its parts, with a query string."""
        name = f"librenms_sync_{action}" if action else "librenms_sync"
        kwargs = {"pk": instance.pk, **({"resource": resource} if resource else {})}
        address = reverse(get_viewname(instance, name), kwargs=kwargs)
        return f"{address}?{query}" if query else address

    def server_query(self, **more: str) -> str:
        """A query string that keeps the server chosen in the address."""
        return query_string(server=self.server_key or "", **more)


def query_string(**params: str) -> str:
    """The parameters that have a value, as a query string."""
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in params.items() if value})
    return query.urlencode()


class BaseObjectChangeView(BaseObjectSyncView):
    """A view that writes; it answers POST (and GET only where a subclass asks first)."""

    additional_permissions = (VIEW, CHANGE)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """There is nothing to look at here."""
        return self.http_method_not_allowed(request)
