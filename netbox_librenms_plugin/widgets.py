"""The widgets on NetBox's dashboard: how far NetBox and the network differ, from stored numbers, and how the network
is, which comes after the page."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from extras.dashboard.utils import register_widget
from extras.dashboard.widgets import DashboardWidget, WidgetConfigForm

from .deviations import overview
from .librenms.errors import LibreNMSError
from .librenms_api import LibreNMSAPI
from .models.compared_object import reads_pages, sees_network
from .words.deviations import label_of
from .words.labels import server_choices

APP = "plugins:netbox_librenms_plugin"
TEMPLATE = "netbox_librenms_plugin/widgets/differences.html"
MONITORING = "netbox_librenms_plugin/widgets/monitoring.html"
ROWS, MOST_ROWS = 5, 20
WIDTH, HEIGHT = 64, 20


@register_widget
class DifferencesWidget(DashboardWidget):
    """Differences by resource with their trend, the most first, and when everything was compared last."""

    default_title = _("Differences to LibreNMS")
    description = _("How much NetBox and the network differ, by resource.")
    width = 4
    height = 4

    class ConfigForm(WidgetConfigForm):
        """Which server, and how many rows."""

        server = forms.ChoiceField(
            choices=lambda: server_choices(everywhere=_("The selected server")), required=False, label=_("Server")
        )
        rows = forms.IntegerField(
            min_value=1, max_value=MOST_ROWS, initial=ROWS, required=False, label=_("Number of rows")
        )

    def __str__(self) -> str:
        """As a title; NetBox's own takes a text that is not translated yet for none."""
        return str(self.title)

    def render(self, request: HttpRequest) -> str:
        """A fixed number of queries; LibreNMS is not asked."""
        if not reads_pages(request.user):
            return str(render_to_string(TEMPLATE, {"forbidden": True}))
        try:
            # What fails inside must not spoil what comes after it
            with transaction.atomic():
                context = self._figures(request.user)
        except LibreNMSError as error:
            context = {"problem": error.message}
        except DatabaseError:
            context = {"problem": _("The numbers cannot be read just now.")}
        return str(render_to_string(TEMPLATE, context))

    def _figures(self, user: Any) -> dict[str, Any]:
        server = LibreNMSAPI(self.config.get("server") or None).server
        totals = sorted(overview.totals(server.key, user), key=lambda one: -one.open)
        days = overview.trends(server.key, overview.today()) if sees_network(user) else {}
        shown = totals[: self.config.get("rows") or ROWS]
        return {
            "server": server,
            "open": sum(one.open for one in totals),
            "rows": [_row(one, server.key, days.get(one.resource, ())) for one in shown],
            "network_url": f"{reverse(f'{APP}:network')}?{urlencode({'server': server.key})}",
            "more": len(totals) - len(shown),
            "last": overview.last_full(server.key),
            "width": WIDTH,
            "height": HEIGHT,
        }


def _row(total: overview.Total, server: str, points: Sequence[tuple[date, int]]) -> dict[str, Any]:
    on = {"server": server, "resource": total.resource, "counted": "true"}
    return {
        "total": total,
        "label": label_of(total.resource),
        "points": points,
        "line": overview.polyline(points, width=WIDTH, height=HEIGHT),
        "list_url": f"{reverse(f'{APP}:deviation_list')}?{urlencode({**on, 'state': ('open', 'failed')}, doseq=True)}",
        "causes_url": f"{reverse(f'{APP}:cause_list')}?{urlencode({**on, 'open': 'true'})}",
    }


@register_widget
class MonitoringWidget(DashboardWidget):
    """How many devices are up and down, the alerts, and the worst of them; read from LibreNMS after the page."""

    default_title = _("LibreNMS monitoring")
    description = _("What is down in LibreNMS, and its alerts, the worst first.")
    width = 4
    height = 4

    ConfigForm = DifferencesWidget.ConfigForm

    def __str__(self) -> str:
        """As a title; NetBox's own takes a text that is not translated yet for none."""
        return str(self.title)

    def render(self, request: HttpRequest) -> str:
        """A place for what comes later: no query, and LibreNMS is not asked."""
        shown = {"server": self.config.get("server") or "", "rows": self.config.get("rows") or ROWS}
        url = f"{reverse(f'{APP}:monitoring')}?{urlencode({name: one for name, one in shown.items() if one})}"
        return str(render_to_string(MONITORING, {"forbidden": not reads_pages(request.user), "url": url}))
