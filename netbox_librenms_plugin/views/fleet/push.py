"""The page before devices are added to LibreNMS, or changed there: what it would be told of each, and why of others it
is not; and the start."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from utilities.paginator import EnhancedPaginator
from utilities.views import get_viewname

from ...fleet_sync.finding import FilterError
from ...librenms.errors import LibreNMSError
from ...models import PushRule, Run
from ...push.options import PushOptions
from ...push.planning import MOST, PushPlan, PushPlanner
from ...push.starting import can_wait, start_push, wanted_of
from ...runs.control import enqueue_run
from ...runs.queue import workers_for_runs
from ...runs.worker import run_now
from ...sync.push.rows import Action, PushRow
from ...words.push import kept_words
from ...words.sentences import sentence
from ..base.navigation import page_navigation
from ..base.problems import problem_of
from .base import APP
from .sync import FleetChangeView

PAGE = "netbox_librenms_plugin/fleet_push.html"
ROWS = "netbox_librenms_plugin/htmx/fleet_push_rows.html"
PER_PAGE = 50
# What somebody has to do something about comes last: first what happens, then what can
ORDER = {Action.ADD: 0, Action.LINK: 1, Action.CHANGE: 2, Action.NOTHING: 3, Action.SAME: 4}
EVERYTHING = PushOptions(link=True, change=True)


class PushView(FleetChangeView):
    """GET: the question, whose plan comes afterwards. POST: from NetBox's list."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Which objects, and the place of the plan."""
        try:
            context = self.page_context("push")
            chosen = self.chosen
        except FilterError as error:
            return render(request, PAGE, {"wrong_filter": str(error), "list_url": self.list_url}, status=400)
        except LibreNMSError as error:
            return render(request, PAGE, {"problem": problem_of(error), "list_url": self.list_url})
        if chosen is None or not chosen.ids:
            return render(request, PAGE, context)
        if not self.name:
            # From here on it is about these, whatever the filter lets through when the button is pressed
            self.name = self.shelf.put(chosen)
        more = {
            "selection": self.name,
            "rows_url": self.url("push_rows", page=request.GET.get("page", "")),
            "start_url": self.url("push_start"),
            "no_worker": not workers_for_runs(),
            "run": chosen.run,
            "too_many": len(chosen.ids) > MOST,
            "most": MOST,
            "no_rules": not PushRule.objects.exists(),
        }
        return render(request, PAGE, {**context, **more})

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep what is ticked, and go to the page."""
        return self.enter("push")


class PushRowsView(FleetChangeView):
    """GET: the plan, as a fragment: its numbers, a page of its rows, and the button."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Plan all of them anew. LibreNMS is asked what it has, and told nothing."""
        chosen = self.shelf.get(self.name)
        if chosen is None or chosen.kind != self.kind or len(chosen.ids) > MOST:
            return HttpResponse(headers={"HX-Refresh": "true"})
        ping_only = bool(request.GET.get("ping_only"))
        try:
            planner = PushPlanner.of(self.api, user=request.user, ping_only=ping_only)
            plan = planner.plan(self.kind, chosen.ids)
        except LibreNMSError as error:
            return render(request, ROWS, {"problem": problem_of(error)})
        context = {
            "counts": plan.counts,
            "possible": wanted_of(plan, EVERYTHING),
            "can_wait": can_wait(plan, EVERYTHING),
            "keeps": planner.keeping.is_on,
            "seen": plan.digest,
            "server": self.api.server,
            **self._table(plan, ping_only=ping_only),
        }
        return render(request, ROWS, context)

    def _table(self, plan: PushPlan, *, ping_only: bool) -> dict[str, Any]:
        rows = sorted(plan.rows, key=lambda row: ORDER[row.action])
        page = EnhancedPaginator(rows, PER_PAGE, orphans=0).get_page(self.request.GET.get("page"))
        pinged = {"ping_only": "on"} if ping_only else {}

        def links(**changes: Any) -> dict[str, str]:
            said = {name: str(value) for name, value in changes.items() if (name, value) != ("page", 1)}
            return {"page": self.url("push", **said), "panel": self.url("push_rows", **said, **pinged)}

        return {
            "rows": self._rows(page, plan),
            "table": {"page": page},
            **page_navigation(page, links),
            "page_lengths": [],
        }

    def _rows(self, page: Page, plan: PushPlan) -> Sequence[dict[str, Any]]:
        return [self._row(row, plan.objects[row.id]) for row in page.object_list]

    def _row(self, row: PushRow, instance: Any) -> dict[str, Any]:
        rule = reverse(f"{APP}:pushrule", kwargs={"pk": row.rule_id}) if row.rule_id else ""
        return {
            "row": row,
            "url": reverse(get_viewname(instance, "librenms_sync"), kwargs={"pk": instance.pk}),
            "rule_url": rule,
            "librenms_url": self.api.device_url(row.librenms_id) if row.librenms_id else "",
            "kept": kept_words(row.fields),
            "reasons": [sentence(one) for one in row.issues],
        }


class PushStartView(FleetChangeView):
    """POST: start it, in the background or (few devices) while the browser waits."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """There is nothing to look at here, and a prefetch must start nothing."""
        return self.http_method_not_allowed(request)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Start what was shown, once; the second of two clicks is shown the run of the first."""
        posted = request.POST
        options = PushOptions(
            ping_only="ping_only" in posted,
            forced="force_add" in posted,
            add="add" in posted,
            link="link" in posted,
            change="change" in posted,
        )
        with self.shelf.alone(self.name):
            chosen = self.shelf.get(self.name)
            if chosen is None or chosen.kind != self.kind or len(chosen.ids) > MOST:
                messages.warning(request, _("This selection has expired. Choose the objects again."))
                return redirect(self.list_url)
            if chosen.run is not None:
                messages.info(request, _("This was started already. This is its page."))
                return redirect(f"{APP}:run", pk=chosen.run)
            try:
                planner = PushPlanner.of(self.api, user=request.user, ping_only=options.ping_only)
                plan = planner.plan(self.kind, chosen.ids)
            except LibreNMSError as error:
                messages.error(request, _("LibreNMS was told nothing. {reason}").format(reason=error.message))
                return redirect(self.url("push"))
            if plan.digest != posted.get("seen"):
                messages.warning(request, _("Something has changed since this was shown. Look at it again."))
                return redirect(self.url("push"))
            if not wanted_of(plan, options):
                messages.warning(request, _("There is nothing to do, so nothing was started."))
                return redirect(self.url("push"))
            run = start_push(self.api, self.kind, plan, request=request, options=options)
            self.shelf.put(replace(chosen, run=run.pk), self.name)
        return self._go(request, run, short=can_wait(plan, options))

    def _go(self, request: HttpRequest, run: Run, *, short: bool) -> HttpResponse:
        if request.POST.get("how") != "wait" or not short:
            enqueue_run(run, request)
            return redirect(run)
        try:
            run_now(run, request)
        except LibreNMSError as error:
            messages.error(request, _("It stopped. {reason}").format(reason=error.message))
        return redirect(run)
