"""How everything is that LibreNMS watches: what the dashboard's widget and NetBox's lists show."""

from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.generic import View
from utilities.permissions import get_permission_for_model
from utilities.views import ContentTypePermissionRequiredMixin, get_viewname

from ..librenms.errors import LibreNMSError
from ..models import LibreNMSSettings
from ..models.compared_object import NETBOX_MODELS
from ..monitoring.overview import Troubled, overview
from ..monitoring.states import State
from ..words.monitoring import COLOURS, STATES
from ..words.polled import text
from .base.problems import problem_of
from .monitoring import TEMPLATES, GlanceMixin

SHOWN_ROWS, MOST_ROWS = 5, 20


class ReaderMixin(GlanceMixin, ContentTypePermissionRequiredMixin):
    """For what is about no one object: needs the right to view the plugin's settings."""

    def get_required_permission(self) -> str:
        """NetBox asks for this before the handler runs."""
        return get_permission_for_model(LibreNMSSettings, "view")


class OverviewView(ReaderMixin, View):
    """GET: what the dashboard's widget shows, as a fragment."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Numbers by state, and the worst objects."""
        try:
            context = self._context(request)
        except LibreNMSError as error:
            context = {"problem": problem_of(error)}
        return render(request, f"{TEMPLATES}/monitoring_overview.html", {"url": request.get_full_path(), **context})

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        found = overview(self.api, request.user)
        rows = request.GET.get("rows", "")
        number = min(int(rows), MOST_ROWS) if rows.isdecimal() and len(rows) < 4 else SHOWN_ROWS
        counted = [one for one in State if found.states[one]]
        return {
            "server": self.api.server,
            "numbers": [(STATES[one], COLOURS.get(one, "secondary"), found.states[one]) for one in counted],
            "alerts": found.alerts,
            "rows": [_troubled(one) for one in found.troubled[:number]],
            "more": max(0, len(found.troubled) - number),
            "fetched_at": found.fetched_at,
        }


def _troubled(one: Troubled) -> dict[str, Any]:
    url = reverse(get_viewname(NETBOX_MODELS[one.kind]), args=(one.pk,))
    label = STATES[State.DOWN] if one.state is State.DOWN else text(one.alerts[0].name) if one.alerts else ""
    return {
        "name": one.name,
        "url": url,
        "label": label,
        "reason": text(one.reason),
        "tone": one.tone.value,
        "alerts": len(one.alerts),
    }


class HeardView(ReaderMixin, View):
    """GET: asks LibreNMS for its devices where that is some time ago: the columns of lists show what was heard."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Nothing to show, whatever LibreNMS says."""
        with suppress(LibreNMSError):
            self.api.devices()
        return HttpResponse(status=204)
