"""The page of one sync of many objects: how far it is, and what became of each object."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View
from utilities.paginator import EnhancedPaginator
from utilities.permissions import get_permission_for_model
from utilities.views import ConditionalLoginRequiredMixin, get_viewname

from ...choices import RunOutcomeChoices, RunStateChoices
from ...fleet_sync.kinds import SYNC, written_by
from ...fleet_sync.writing import LEFT
from ...models import LibreNMSSettings, Run, RunItem
from ...resources import RESOURCES
from ...runs.access import is_left_behind, may_steer, state_of, visible_objects, visible_runs
from ...runs.control import enqueue_run, sync_state, work_left
from ...runs.ends import finish
from ...words.labels import server_names
from ..base.filters import Chip
from ..base.navigation import page_navigation
from ..base.object_view import query_string
from ..imports.job_urls import job_urls
from ..imports.result_words import ResultSurroundings
from ..mixins import FragmentMixin

APP = "plugins:netbox_librenms_plugin"
PAGE = "netbox_librenms_plugin/fleet_run.html"
ROWS = "netbox_librenms_plugin/htmx/fleet_run_rows.html"
PER_PAGE = 50
WORST_FIRST = Case(
    When(outcome=RunOutcomeChoices.FAILED, then=Value(0)),
    When(~Q(issues=[]), then=Value(1)),
    When(counts__has_key=LEFT, then=Value(2)),
    default=Value(3),
)


class FleetRunView(FragmentMixin, ConditionalLoginRequiredMixin, View):
    """GET: the page; to whom it may not be shown it is not there."""

    template = PAGE

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whoever is not logged in has no runs."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def get(self, request: HttpRequest, *, pk: int) -> HttpResponse:
        """Who, when, what; its objects; and while it is under way, how far it is."""
        run = self.run(pk)
        held, run.state = run.state, state_of(run)
        counts = run.counts()
        return render(request, self.template, {**self._head(run, held, counts), **self._table(run, counts)})

    def run(self, pk: int) -> Run:
        """A sync that the user may see."""
        runs = visible_runs(self.request.user, kind=SYNC.name).select_related("job")
        run: Run = get_object_or_404(runs, pk=pk)
        return run

    def _head(self, run: Run, held: str, counts: Mapping[str, int]) -> dict[str, Any]:
        user, pending = self.request.user, counts[RunOutcomeChoices.PENDING]
        steers = may_steer(user, run)
        live = not run.ended_already
        jobs = job_urls(run.job, user) if run.job is not None and steers else {}
        changes = query_string(request_id=str(run.request_id))
        written = written_by(run)
        return {
            "run": run,
            "total": sum(counts.values()),
            "done": sum(counts.values()) - pending,
            "pending": pending,
            "objects": True,
            "live": live,
            "server_name": server_names().get(run.server, run.server),
            "written": [RESOURCES[name].words.number(n) for name, n in written.items() if name in RESOURCES],
            "left": written.get(LEFT, 0),
            "can_continue": bool(steers and self._may_change() and run.ended_already and work_left(run)),
            "changes_url": (
                f"{reverse('core:objectchange_list')}?{changes}" if user.has_perm("core.view_objectchange") else ""
            ),
            "bring_url": jobs.get("sync_url", "") if held != run.state else "",
            **(jobs if live else {}),
        }

    def _table(self, run: Run, counts: Mapping[str, int]) -> dict[str, Any]:
        show = self.request.GET.get("show", "")
        rows = run.items.order_by(WORST_FIRST, "pk")
        if show in SYNC.outcomes:
            rows = rows.filter(outcome=show)
        page = EnhancedPaginator(rows, PER_PAGE, orphans=0).get_page(self.request.GET.get("page"))
        items = list(page.object_list)
        around = ResultSurroundings(objects=visible_objects(items, self.request.user))
        labels = {value: label for value, label, _color in RunOutcomeChoices.CHOICES}
        chips = [("", _("All"), sum(counts.values()))]
        chips += [(one, labels[one], counts[one]) for one in SYNC.outcomes if counts[one]]

        def links(**changes: Any) -> dict[str, str]:
            said = {name: str(value) for name, value in {"show": show, "page": page.number, **changes}.items()}
            query = query_string(**{name: value for name, value in said.items() if (name, value) != ("page", "1")})
            end = f"?{query}" if query else ""
            panel = reverse(f"{APP}:fleet_run_rows", kwargs={"pk": run.pk})
            return {"page": f"{run.get_absolute_url()}{end}", "panel": f"{panel}{end}"}

        return {
            "rows": [self._row(one, around) for one in items],
            "table": {"page": page},
            "rows_url": links()["panel"],
            "chips": [
                (Chip(value=value or "all", label=label, count=n, active=show == value), links(show=value, page=1))
                for value, label, n in chips
            ],
            **page_navigation(page, links),
            "page_lengths": [],
        }

    def _row(self, item: RunItem, around: ResultSurroundings) -> dict[str, Any]:
        instance = around.instance(item)
        tab = get_viewname(instance, "librenms_sync") if instance is not None else ""
        return {
            "item": item,
            "url": reverse(tab, kwargs={"pk": instance.pk}) if tab else "",
            "written": [RESOURCES[name].words.number(n) for name, n in item.counts.items() if name in RESOURCES],
            "left": item.counts.get(LEFT, 0),
            "reasons": around.reasons(item),
        }

    def _may_change(self) -> bool:
        return bool(self.request.user.has_perm(get_permission_for_model(LibreNMSSettings, "change")))


class FleetRunRowsView(FleetRunView):
    """GET: the same as a fragment."""

    template = ROWS


class FleetRunContinueView(FleetRunView):
    """POST: do what a cancelled or broken-off sync has left."""

    def get(self, request: HttpRequest, *, pk: int) -> HttpResponse:
        """There is nothing to look at here, and a prefetch must start nothing."""
        return self.http_method_not_allowed(request)

    def post(self, request: HttpRequest, *, pk: int) -> HttpResponse:
        """Back into the queue, for whose sync it is."""
        if not self._may_change():
            return self.handle_no_permission()
        run = self.run(pk)
        if may_steer(request.user, run):
            if run.job is not None:
                sync_state(run.job)
                run.refresh_from_db()
            if is_left_behind(run):
                finish(run, state=RunStateChoices.ABANDONED)
            if run.ended_already and work_left(run):
                enqueue_run(run, request)
        return redirect(run)
