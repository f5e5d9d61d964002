"""The network page: how far NetBox and the network differ, everywhere; and the comparison of everything."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View
from utilities.permissions import get_permission_for_model
from utilities.views import ContentTypePermissionRequiredMixin

from ..choices import RunOutcomeChoices
from ..deviations import overview
from ..deviations.kinds import figures_of
from ..deviations.scopes import linked_objects
from ..deviations.starting import InBranchError, start_comparison
from ..forms.deviations import CompareForm
from ..librenms.errors import LibreNMSError
from ..librenms_api import LibreNMSAPI
from ..models import Cause, ComparedObject, LibreNMSSettings, Run
from ..models.compared_object import sees_network
from ..runs.access import state_of
from ..runs.control import enqueue_run
from ..runs.queue import workers_for_runs
from ..schedules.upcoming import next_on
from ..tables.deviations import CauseTable, ComparedObjectTable
from ..tables.rules import rules_for
from ..words.deviations import label_of
from ..words.schedules import moment_words
from .mixins import LibreNMSAPIMixin

TEMPLATES = "netbox_librenms_plugin"
APP = "plugins:netbox_librenms_plugin"
PAGE = f"{APP}:network"
LISTS = {"list": "deviation_list", "causes": "cause_list", "objects": "comparedobject_list"}
# Of a device with ports: its ports with their VLANs, the port stack, the inventory
CALLS_EACH = 3
SHOWN = 15
WIDTH, HEIGHT = 240, 48


class NetworkPermissionMixin(ContentTypePermissionRequiredMixin):
    """Reading needs the right to view the plugin's settings, everything else the right to change them."""

    request: HttpRequest

    def get_required_permission(self) -> str:
        """NetBox asks for this before the handler runs."""
        action = "view" if self.request.method in ("GET", "HEAD", "OPTIONS") else "change"
        return get_permission_for_model(LibreNMSSettings, action)


def may_change(user: Any) -> bool:
    """Whether the user may compare, decide and sync."""
    return bool(user.has_perm(get_permission_for_model(LibreNMSSettings, "change")))


class NetworkView(LibreNMSAPIMixin, NetworkPermissionMixin, View):
    """GET: totals with their trend, the largest causes, the worst objects, and where they are."""

    @cached_property
    def server(self) -> str:
        """The key of the page's server; empty where none is configured."""
        return self.api.server.key

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page, from stored numbers alone; LibreNMS is not asked."""
        try:
            servers = LibreNMSAPI.servers()
            server = self.api.server
        except LibreNMSError as error:
            return render(request, f"{TEMPLATES}/network.html", {"error": error})
        user = request.user
        totals = overview.totals(server.key, user)
        running, last = overview.last_runs(server.key)
        points = overview.trend(server.key, overview.today()) if sees_network(user) else []
        on_server = urlencode({"server": server.key})
        context = {
            "server": server,
            "servers": servers.values(),
            "totals": [(one, label_of(one.resource)) for one in totals],
            "open": sum(one.open for one in totals),
            "accepted": sum(one.accepted for one in totals),
            "extra": sum(one.extra for one in totals),
            "coverage": overview.coverage(server.key, user),
            "trend": points,
            "line": overview.polyline(points, width=WIDTH, height=HEIGHT),
            "width": WIDTH,
            "height": HEIGHT,
            "running": running if running is not None and not _ended(running) else None,
            "last": last,
            "figures": figures_of(last) if last is not None else {},
            "next": self._next(server.key),
            "may_change": may_change(user),
            **{f"{name}_url": f"{reverse(f'{APP}:{view}')}?{on_server}" for name, view in LISTS.items()},
            "causes": self._causes(),
            "objects": self._objects(),
            "groups": [
                (by, label, overview.groups(server.key, user, by))
                for by, label in (("site", _("By site")), ("role", _("By role")), ("platform", _("By platform")))
            ],
        }
        return render(request, f"{TEMPLATES}/network.html", context)

    def _next(self, server: str) -> tuple[Any, str] | None:
        """The schedule that begins next, and when."""
        found = next_on(server, self.request.user)
        return None if found is None else (found[0], moment_words(found[1], timezone.now()))

    def _causes(self) -> CauseTable:
        rows = Cause.objects.visible_to(self.request.user).filter(server=self.server, counted=True, seen_open__gt=0)
        table = CauseTable(list(rows.order_by("-seen_open", "pk")[:SHOWN]), orderable=False)
        table.may_change, table.whole = may_change(self.request.user), sees_network(self.request.user)
        table.links = lambda cause: rules_for(cause, self.request.user)
        table._set_columns(("cause", "resource", "seen_open", "seen_objects", "decide"))
        return table

    def _objects(self) -> ComparedObjectTable:
        rows = ComparedObject.objects.visible_to(self.request.user).filter(server=self.server, open__gt=0)
        table = ComparedObjectTable(list(rows.order_by("-open", "name")[:SHOWN]), orderable=False)
        table._set_columns(("name", "open", "accepted", "checked_at"))
        return table


def _ended(run: Run) -> bool:
    """Whether a run that NetBox holds to be open has ended in truth."""
    run.state = state_of(run)
    return run.ended_already


class NetworkProgressView(LibreNMSAPIMixin, NetworkPermissionMixin, View):
    """GET: how far the comparison is, as a fragment; when it has ended, the whole page is to be loaded."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Two queries, and a look at the queue."""
        try:
            running, _last = overview.last_runs(self.api.server.key)
        except LibreNMSError:
            running = None
        if running is None or _ended(running):
            return HttpResponse(headers={"HX-Refresh": "true"})
        counts = running.counts()
        total = sum(counts.values())
        context = {
            "total": total,
            "done": total - counts[RunOutcomeChoices.PENDING],
            "no_worker": not workers_for_runs(),
        }
        return render(request, f"{TEMPLATES}/inc/network_progress.html", context)


class CompareView(LibreNMSAPIMixin, NetworkPermissionMixin, View):
    """GET: what a comparison of the network costs. POST: start it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The question, with its numbers."""
        try:
            number = len(linked_objects(self.api))
        except LibreNMSError as error:
            messages.error(request, error.message)
            return redirect(PAGE)
        context = {"server": self.api.server, "number": number, "calls": CALLS_EACH * number}
        return render(request, f"{TEMPLATES}/network_compare.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Put it into the queue."""
        form = CompareForm(request.POST)
        if not form.is_valid():
            return redirect(PAGE)
        options = form.cleaned_data
        try:
            run = start_comparison(self.api, request=request, complete=options["complete"], force=options["force"])
        except (LibreNMSError, InBranchError) as error:
            messages.error(request, str(error))
            return redirect(PAGE)
        enqueue_run(run, request)
        messages.success(request, _("The network is being compared."))
        return redirect(f"{reverse(PAGE)}?server={self.api.server.key}")
