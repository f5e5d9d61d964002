"""The page before a sync of many objects: what it would write, in numbers, whom it leaves out; and the start."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from utilities.permissions import get_permission_for_model

from ...fleet_sync.finding import VIRTUAL_MACHINE, FilterError
from ...fleet_sync.options import CHANGE, CREATE, SyncOptions
from ...fleet_sync.starting import IN_REQUEST, start_sync
from ...librenms.errors import LibreNMSError
from ...models import LibreNMSSettings, Run
from ...resources import RESOURCES
from ...runs.control import enqueue_run
from ...runs.queue import workers_for_runs
from ...runs.worker import run_now
from ..base.problems import problem_of
from .base import APP, FleetView
from .counting import MOST_COUNTED, count_more, figures_of

PAGE = "netbox_librenms_plugin/fleet_sync.html"
TOTALS = "netbox_librenms_plugin/htmx/fleet_totals.html"


class FleetChangeView(FleetView):
    """For who may have anything written."""

    @property
    def additional_permissions(self) -> Any:
        """Looking is asked for too."""
        return (*super().additional_permissions, get_permission_for_model(LibreNMSSettings, "change"))


class SyncView(FleetChangeView):
    """GET: the question. POST: from NetBox's list."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Which objects, what of them; the numbers come afterwards."""
        try:
            context = self.page_context("sync")
            chosen = self.chosen
        except FilterError as error:
            return render(request, PAGE, {"wrong_filter": str(error), "list_url": self.list_url}, status=400)
        except LibreNMSError as error:
            return render(request, PAGE, {"problem": problem_of(error), "list_url": self.list_url})
        if chosen is None or not chosen.ids:
            return render(request, PAGE, context)
        compare_url = self.url("compare")
        if not self.name:
            # From here on it is about these, whatever the filter lets through when the button is pressed
            self.name = self.shelf.put(chosen)
        return render(request, PAGE, {**context, "compare_url": compare_url, **self._context()})

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep what is ticked, and go to the page."""
        return self.enter("sync")

    def _context(self) -> dict[str, Any]:
        virtual = self.kind == VIRTUAL_MACHINE
        return {
            "selection": self.name,
            "resources": [(one.name, one.label) for one in RESOURCES.values() if one.serves(virtual=virtual)],
            "in_request": IN_REQUEST,
            "no_worker": not workers_for_runs(),
            "start_url": self.url("start"),
            "totals_url": self.url("totals", at="0"),
            "run": self.chosen.run if self.chosen else None,
        }


class TotalsView(FleetChangeView):
    """GET: the numbers so far, as a fragment that asks for the next ones."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Compare some more of the objects. Nothing is written."""
        try:
            with self.shelf.alone(self.name):
                chosen = self.shelf.get(self.name)
                if chosen is None or chosen.kind != self.kind:
                    return render(request, TOTALS, {"gone": True})
                if len(chosen.ids) > MOST_COUNTED:
                    return render(request, TOTALS, {"many": len(chosen.ids), "most": MOST_COUNTED})
                # From the beginning where the page is opened; what was asked for twice is counted once
                held = {} if request.GET.get("at") == "0" else chosen.counted
                if request.GET.get("at") == str(held.get("at", 0)):
                    chosen = replace(chosen, counted=count_more(chosen, held, self.api, request.user))
                    self.shelf.put(chosen, self.name)
        except LibreNMSError as error:
            return render(request, TOTALS, {"problem": problem_of(error)})
        if not chosen.counted:
            return render(request, TOTALS, {"gone": True})
        return render(request, TOTALS, {**figures_of(chosen), "next_url": self._next(chosen.counted, len(chosen.ids))})

    def _next(self, counted: Mapping[str, Any], number: int) -> str:
        return self.url("totals", at=str(counted["at"])) if counted["at"] < number else ""


class StartView(FleetChangeView):
    """POST: start the sync, in the background or (few objects) while the browser waits."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """There is nothing to look at here, and a prefetch must start nothing."""
        return self.http_method_not_allowed(request)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Start it once; the second of two clicks is shown the run of the first."""
        with self.shelf.alone(self.name):
            chosen = self.shelf.get(self.name)
            if chosen is None or chosen.kind != self.kind:
                messages.warning(request, _("This selection has expired. Choose the objects again."))
                return redirect(self.list_url)
            if chosen.run is not None:
                messages.info(request, _("This sync was started already. This is its page."))
                return redirect(f"{APP}:run", pk=chosen.run)
            options = self._options(request)
            if options is None:
                messages.warning(request, _("Nothing was chosen to be written, so nothing was started."))
                return redirect(self.url("sync"))
            try:
                run = start_sync(self.api, request=request, objects={chosen.kind: chosen.ids}, options=options)
            except LibreNMSError as error:
                messages.error(request, _("Nothing was synced. {reason}").format(reason=error.message))
                return redirect(self.url("sync"))
            self.shelf.put(replace(chosen, run=run.pk), self.name)
        return self._go(request, run)

    def _options(self, request: HttpRequest) -> SyncOptions | None:
        """What is ticked; None where that comes to nothing."""
        resources = tuple(name for name in RESOURCES if name in request.POST.getlist("resource"))
        outcomes = {one for one in (CREATE, CHANGE) if one.value in request.POST.getlist("outcome")}
        return SyncOptions(resources=resources, outcomes=frozenset(outcomes)) if resources and outcomes else None

    def _go(self, request: HttpRequest, run: Run) -> HttpResponse:
        if request.POST.get("how") != "wait" or run.items.count() > IN_REQUEST:
            enqueue_run(run, request)
            return redirect(run)
        try:
            run_now(run, request)
        except LibreNMSError as error:
            messages.error(request, _("The sync stopped. {reason}").format(reason=error.message))
        return redirect(run)
