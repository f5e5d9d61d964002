"""The tab on an object's page: it asks LibreNMS nothing itself, so it is there at once; its parts load themselves."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from utilities.views import ViewTab

from ...compat import get_default_template
from ...librenms.errors import LibreNMSError
from ...tables import SYNC_TABLES
from .object_view import OVERVIEW, VIEW
from .problems import problem_of
from .tabs import TabsMixin


class BaseSyncPage(TabsMixin):
    """GET: the page around header card and panel. A subclass names the model and its template."""

    template_name = "netbox_librenms_plugin/librenms_sync_base.html"
    tab = ViewTab(label=_("LibreNMS"), permission=VIEW, weight=2500)

    def get_extra_context(self, request: HttpRequest, instance: Any) -> dict[str, Any]:
        """Where the parts load from, and which of the resources' tabs is open."""
        chosen = self._chosen()
        context: dict[str, Any] = {"base_template": get_default_template(instance), "resource": chosen}
        try:
            tabs = self.tabs(instance, chosen)
        except LibreNMSError as error:
            return context | {"problem": problem_of(error)}
        return context | {
            "tabs": tabs,
            "open_tab": chosen,
            "counts_url": self._counts_url(instance, chosen, tabs),
            "header_url": self.url(instance, "header", query=self.server_query(tab=chosen)),
            "panel_url": self._part(instance, chosen),
            "config_table": self._config_table(chosen) if chosen != OVERVIEW else None,
        }

    def _part(self, instance: Any, chosen: str) -> str:
        """Address of what the open tab shows."""
        if chosen == OVERVIEW:
            return self.url(instance, "overview", query=self.state.query())
        return self.url(instance, "panel", resource=chosen, query=self.state.query())

    def _counts_url(self, instance: Any, chosen: str, tabs: list[dict[str, Any]]) -> str:
        """Where the missing numbers come from; the overview brings all of them itself."""
        missing = any(tab.get("resource") and tab["count"] is None and not tab["active"] for tab in tabs)
        return self.url(instance, "counts", query=self.server_query()) if missing and chosen != OVERVIEW else ""

    def _chosen(self) -> str:
        asked = self.request.GET.get("tab", "")
        return asked if asked in self.resources() else OVERVIEW

    def _config_table(self, chosen: str) -> Any:
        """An empty table, whose columns NetBox's column chooser offers."""
        table = SYNC_TABLES[chosen]([])
        table.arrange(self.request.user)
        return table
