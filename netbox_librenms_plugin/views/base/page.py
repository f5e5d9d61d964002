"""The tab on an object's page: it asks LibreNMS nothing itself, so it is there at once; its parts load themselves."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from utilities.views import ViewTab

from ...compat import get_default_template
from ...librenms.errors import LibreNMSError
from ...tables import SYNC_TABLES
from .object_view import VIEW, BaseObjectSyncView
from .problems import problem_of

# What most people come for
MOST_WANTED = "interfaces"


class BaseSyncPage(BaseObjectSyncView):
    """GET: the page around header card and panel. A subclass names the model and its template."""

    template_name = "netbox_librenms_plugin/librenms_sync_base.html"
    tab = ViewTab(label=_("LibreNMS"), permission=VIEW, weight=2500)

    def get_extra_context(self, request: HttpRequest, instance: Any) -> dict[str, Any]:
        """Where the parts load from, and which of the resources' tabs is open."""
        chosen = self._chosen()
        context: dict[str, Any] = {"base_template": get_default_template(instance), "resource": chosen}
        try:
            tabs = self._tabs(instance, chosen)
        except LibreNMSError as error:
            return context | {"problem": problem_of(error)}
        return context | {
            "tabs": tabs,
            "header_url": self.url(instance, "header", query=self.server_query(tab=chosen)),
            "panel_url": self.url(instance, "panel", resource=chosen, query=self.state.query()),
            "config_table": self._config_table(chosen),
        }

    def _chosen(self) -> str:
        names = list(self.resources())
        asked = self.request.GET.get("tab", "")
        usual = MOST_WANTED if MOST_WANTED in names else names[0]
        return asked if asked in names else usual

    def _tabs(self, instance: Any, chosen: str) -> list[dict[str, Any]]:
        """One sub-tab per resource; its number is what was found when it was last open."""
        resources = self.resources()
        counts = self.recall_counts(instance, list(resources))
        return [
            {
                "name": name,
                "label": resource.label,
                "active": name == chosen,
                "known": name in counts,
                "count": counts.get(name, 0),
                "url": self.url(instance, query=self.server_query(tab=name)),
            }
            for name, resource in resources.items()
        ]

    def _config_table(self, chosen: str) -> Any:
        """An empty table, whose columns NetBox's column chooser offers."""
        table = SYNC_TABLES[chosen]([])
        table.arrange(self.request.user)
        return table
