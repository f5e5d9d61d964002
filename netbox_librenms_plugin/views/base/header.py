"""The header card: which LibreNMS device this is, how it is doing, and what to do when it is none."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from utilities.permissions import get_permission_for_model

from ...deviations.histories import record_of
from ...librenms.errors import LibreNMSError
from ...librenms.lookup import How
from ...librenms_api import Identification
from ...models import LibreNMSSettings
from ...push.kept import kept_policies
from .facts import MATCHED, facts_of, looked_for
from .object_view import BaseObjectSyncView, query_string
from .problems import problem_of

TEMPLATE = "netbox_librenms_plugin/htmx/sync_header.html"
PUSH, MAINTENANCE = (f"plugins:netbox_librenms_plugin:fleet_{one}" for one in ("push", "maintenance"))
DEVIATIONS = "plugins:netbox_librenms_plugin:deviation_list"


class HeaderMixin(BaseObjectSyncView):
    """Builds the header card."""

    def show_header(self, request: HttpRequest, instance: Any) -> HttpResponse:
        """The device as LibreNMS sees it, or the state that keeps it from being seen."""
        context = self._addresses(instance)
        try:
            context |= {"server": self.api.server, "servers": self._servers(instance), "notice": self.api.notice}
            context |= self._known(instance, self.api.identify(instance))
        except LibreNMSError as error:
            context["problem"] = problem_of(error)
        return render(request, TEMPLATE, context)

    def _addresses(self, instance: Any) -> dict[str, Any]:
        tab = self.request.GET.get("tab", "")
        return {
            "object": instance,
            "header_url": self.url(instance, "header", query=self.server_query(tab=tab)),
            "may_link": self.may_change and self._may_change_object(instance),
            "refresh_url": self.url(instance, "refresh", query=self.server_query(tab=tab)),
            "link_url": self.url(instance, "link", query=self.server_query()),
            "relink_url": self.url(instance, "relink", query=self.server_query()),
            "unlink_url": self.url(instance, "unlink", query=self.server_query()),
        }

    def _may_change_object(self, instance: Any) -> bool:
        return bool(self.request.user.has_perm(get_permission_for_model(instance, "change"), instance))

    def _servers(self, instance: Any) -> list[tuple[str, str]]:
        """(display name, address of the page there) for the other servers."""
        tab = self.request.GET.get("tab", "")
        return [
            (server.display_name, self.url(instance, query=query_string(server=key, tab=tab)))
            for key, server in self.api.servers().items()
            if key != self.api.server.key
        ]

    def _known(self, instance: Any, identification: Identification) -> dict[str, Any]:
        if identification.librenms_id is None:
            return self._unknown(instance, identification)
        device = self.api.device(identification.librenms_id)
        return {
            "facts": facts_of(device.value, self.api.clock()),
            "fetched_at": device.fetched_at,
            "librenms_id": identification.librenms_id,
            "librenms_url": self.api.device_url(identification.librenms_id),
            "matched": MATCHED.get(identification.how, ""),
            "guessed": identification.how is not How.CUSTOM_FIELD,
            "via": identification.via,
            "push_url": self._keep_url(instance, identification),
            "maintenance_url": self._page_about(instance, MAINTENANCE),
            **self._stored(instance),
        }

    def _stored(self, instance: Any) -> dict[str, Any]:
        """The way to what is stored of it; nothing where nothing is."""
        stored = record_of(instance, self.api.server.key)
        if stored is None:
            return {}
        shown = urlencode({"compared_id": stored.pk, "state": ("open", "failed", "accepted")}, doseq=True)
        return {"stored": stored, "deviations_url": f"{reverse(DEVIATIONS)}?{shown}"}

    def _unknown(self, instance: Any, identification: Identification) -> dict[str, Any]:
        candidates = [(one, self.api.device_url(one.librenms_id)) for one in identification.candidates]
        return {
            "unidentified": True,
            "ambiguous": identification.how is How.AMBIGUOUS,
            "candidates": candidates,
            "looked_for": looked_for(instance),
            "push_url": self._push_url(instance),
        }

    def _keep_url(self, instance: Any, identification: Identification) -> str:
        """Where what LibreNMS has of the object can be brought into step; empty where nothing is kept in step."""
        is_its_own = identification.how is How.CUSTOM_FIELD and identification.via is None
        return self._push_url(instance) if is_its_own and kept_policies(LibreNMSSettings.load()) else ""

    def _push_url(self, instance: Any) -> str:
        """Where LibreNMS can be told of the object; empty for who may not have that done."""
        if not (self.may_change and self._may_change_object(instance)):
            return ""
        return self._page_about(instance, PUSH)

    def _page_about(self, instance: Any, name: str) -> str:
        """One of the pages about many objects, about this one."""
        address = reverse(name, kwargs={"kind": instance._meta.model_name})
        return f"{address}?{query_string(id=str(instance.pk), server=self.server_key or '')}"


class BaseHeaderView(HeaderMixin):
    """GET: the header card, as a fragment."""

    def get(self, request: HttpRequest, *, pk: int, **kwargs: Any) -> HttpResponse:
        """The card; LibreNMS is asked where nothing is cached."""
        return self.show_header(request, self.get_object(pk=pk))


class BaseRefreshView(HeaderMixin):
    """POST: ask LibreNMS again who the object is, how it is, and for the resource whose tab is open, or for all."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """A prefetch must not make LibreNMS work."""
        return self.http_method_not_allowed(request)

    def post(self, request: HttpRequest, *, pk: int, **kwargs: Any) -> HttpResponse:
        """The card as it is now; the panel loads itself again. What goes wrong is the card's state."""
        instance = self.get_object(pk=pk)
        try:
            self.refresh(instance, self._refreshed(request.POST.get("tab", "")))
        except LibreNMSError as error:
            return render(request, TEMPLATE, {**self._addresses(instance), "problem": problem_of(error)})
        response = self.show_header(request, instance)
        response["HX-Trigger"] = "librenms:panel"
        return response

    def _refreshed(self, tab: str) -> list[str]:
        return [tab] if tab in self.resources() else list(self.resources())
