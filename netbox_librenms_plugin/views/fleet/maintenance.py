"""The page before devices are put under maintenance in LibreNMS: which, which not and why, how long; and the start."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from utilities.paginator import EnhancedPaginator
from utilities.views import get_viewname

from ...fleet_sync.finding import FilterError
from ...forms import MaintenanceForm
from ...librenms.errors import LibreNMSError
from ...maintenance.asking import AskedWindow
from ...maintenance.planning import MOST, MaintenancePlan, MaintenanceRow, plan_maintenance
from ...maintenance.starting import IN_REQUEST, start_maintenance
from ...models import Run
from ...runs.control import enqueue_run
from ...runs.queue import workers_for_runs
from ...runs.worker import run_now
from ...words.sentences import sentence
from ..base.navigation import page_navigation
from ..base.problems import problem_of
from .base import APP
from .kept import Chosen
from .sync import FleetChangeView

PAGE = "netbox_librenms_plugin/fleet_maintenance.html"
ROWS = "netbox_librenms_plugin/htmx/fleet_maintenance_rows.html"
PER_PAGE = 50


class MaintenancePageMixin(FleetChangeView):
    """Shows the question."""

    def show_page(self, form: MaintenanceForm | None = None) -> HttpResponse:
        """Which objects, the form, and the place of the plan."""
        request = self.request
        try:
            context = self.page_context("maintenance")
            chosen, clock = self.chosen, self.api.clock()
        except FilterError as error:
            return render(request, PAGE, {"wrong_filter": str(error), "list_url": self.list_url}, status=400)
        except LibreNMSError as error:
            return render(request, PAGE, {"problem": problem_of(error), "list_url": self.list_url})
        if chosen is None or not chosen.ids:
            return render(request, PAGE, context)
        if not self.name:
            # From here on it is about these, whatever the filter lets through when the button is pressed
            self.name = self.shelf.put(chosen)
        now = timezone.now()
        more = {
            "form": form or MaintenanceForm(clock=clock),
            "selection": self.name,
            "rows_url": self.url("maintenance_rows", page=request.GET.get("page", "")),
            "start_url": self.url("maintenance_start"),
            "no_worker": not workers_for_runs(),
            "run": chosen.run,
            "too_many": len(chosen.ids) > MOST,
            "most": MOST,
            "there_now": clock.shows(now) if clock is not None else None,
            "here_now": timezone.localtime(now),
        }
        return render(request, PAGE, {**context, **more})


class MaintenanceView(MaintenancePageMixin):
    """GET: the question, whose plan comes afterwards. POST: from NetBox's list."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The question. Nothing is told."""
        return self.show_page()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep what is ticked, and go to the page."""
        return self.enter("maintenance")


class MaintenanceRowsView(FleetChangeView):
    """GET: the plan, as a fragment: its numbers, a page of its rows, and the button."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Plan all of them anew. LibreNMS is asked what it has, and told nothing."""
        chosen = self.shelf.get(self.name)
        if chosen is None or chosen.kind != self.kind or len(chosen.ids) > MOST:
            return HttpResponse(headers={"HX-Refresh": "true"})
        try:
            plan = plan_maintenance(self.api, self.kind, chosen.ids, user=request.user)
        except LibreNMSError as error:
            return render(request, ROWS, {"problem": problem_of(error)})
        context = {
            "counts": plan.counts,
            "at_once": plan.counts["begin"] <= IN_REQUEST,
            "seen": plan.digest,
            **self._table(plan),
        }
        return render(request, ROWS, context)

    def _table(self, plan: MaintenancePlan) -> dict[str, Any]:
        rows = sorted(plan.rows, key=lambda row: row.reason is not None)
        page = EnhancedPaginator(rows, PER_PAGE, orphans=0).get_page(self.request.GET.get("page"))

        def links(**changes: Any) -> dict[str, str]:
            said = {name: str(value) for name, value in changes.items() if (name, value) != ("page", 1)}
            return {"page": self.url("maintenance", **said), "panel": self.url("maintenance_rows", **said)}

        return {
            "rows": [self._row(row, plan.objects[row.pk]) for row in page.object_list],
            "table": {"page": page},
            **page_navigation(page, links),
            "page_lengths": [],
        }

    def _row(self, row: MaintenanceRow, instance: Any) -> dict[str, Any]:
        return {
            "row": row,
            "url": reverse(get_viewname(instance, "librenms_sync"), kwargs={"pk": instance.pk}),
            "librenms_url": self.api.device_url(row.librenms_id) if row.librenms_id else "",
            "reason": sentence(row.reason) if row.reason is not None else "",
        }


class MaintenanceStartView(MaintenancePageMixin):
    """POST: start it, in the background or (few devices) while the browser waits."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """There is nothing to look at here, and a prefetch must start nothing."""
        return self.http_method_not_allowed(request)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Start what was shown, once; the second of two clicks is shown the run of the first."""
        with self.shelf.alone(self.name):
            chosen = self.shelf.get(self.name)
            if chosen is None or chosen.kind != self.kind or len(chosen.ids) > MOST:
                messages.warning(request, _("This selection has expired. Choose the objects again."))
                return redirect(self.list_url)
            if chosen.run is not None:
                messages.info(request, _("This was started already. This is its page."))
                return redirect(f"{APP}:run", pk=chosen.run)
            try:
                form = MaintenanceForm(request.POST, clock=self.api.clock())
                if not form.is_valid():
                    return self.show_page(form)
                plan = plan_maintenance(self.api, self.kind, chosen.ids, user=request.user)
            except LibreNMSError as error:
                messages.error(request, _("Nothing was begun. {reason}").format(reason=error.message))
                return redirect(self.url("maintenance"))
            if plan.digest != request.POST.get("seen"):
                messages.warning(request, _("Something has changed since this was shown. Look at it again."))
                return self.show_page(form)
            if not plan.wanted:
                messages.warning(request, _("LibreNMS knows none of them for certain, so nothing was started."))
                return redirect(self.url("maintenance"))
            run = self._started(request, chosen, plan, form.asked)
        return self._go(request, run, len(plan.wanted))

    def _started(self, request: HttpRequest, chosen: Chosen, plan: MaintenancePlan, asked: AskedWindow) -> Run:
        run = start_maintenance(self.api, self.kind, plan, asked, request=request)
        self.shelf.put(replace(chosen, run=run.pk), self.name)
        return run

    def _go(self, request: HttpRequest, run: Run, number: int) -> HttpResponse:
        if request.POST.get("how") != "wait" or number > IN_REQUEST:
            enqueue_run(run, request)
            return redirect(run)
        try:
            run_now(run, request)
        except LibreNMSError as error:
            messages.error(request, _("It stopped. {reason}").format(reason=error.message))
        return redirect(run)
