"""The page of one run: how far it is, and what became of each item. Imports have a page of their own."""

from collections.abc import Mapping
from typing import Any

from dcim.models import Device
from django.db.models import Case, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import RedirectView, View
from utilities.paginator import EnhancedPaginator, get_paginate_count
from utilities.permissions import get_permission_for_model
from utilities.views import ConditionalLoginRequiredMixin, get_viewname
from virtualization.models import VirtualMachine

from ...choices import RunOutcomeChoices, RunStateChoices
from ...engine.undo_scope import UNDO
from ...fleet_sync.writing import LEFT
from ...models import LibreNMSSettings, Run, RunItem
from ...runs.access import is_hidden, is_left_behind, may_steer, state_of, visible_objects, visible_runs
from ...runs.control import enqueue_run, sync_state, work_left
from ...runs.ends import finish
from ...runs.kinds import kind_label, kind_of
from ...words.labels import server_names
from ...words.push import asked_words
from ...words.runs import count_words, option_words
from ..base.filters import Chip
from ..base.navigation import page_navigation
from ..base.object_view import query_string
from ..imports.job_urls import job_urls
from ..imports.result_words import Reasons, ResultSurroundings
from ..mixins import FragmentMixin
from .undo_words import undo_context

APP = "plugins:netbox_librenms_plugin"
PAGE = "netbox_librenms_plugin/run.html"
ROWS = "netbox_librenms_plugin/htmx/run_rows.html"
WORST_FIRST = Case(
    When(outcome=RunOutcomeChoices.FAILED, then=Value(0)),
    When(~Q(issues=[]), then=Value(1)),
    When(counts__has_key=LEFT, then=Value(2)),
    default=Value(3),
)
LABELS = {value: label for value, label, _color in RunOutcomeChoices.CHOICES}


class RunView(FragmentMixin, ConditionalLoginRequiredMixin, View):
    """GET: the page; to whom it may not be shown it is not there."""

    template = PAGE

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whoever is not logged in has no runs."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def get(self, request: HttpRequest, *, pk: int) -> HttpResponse:
        """Who, when, what; its items; and while it is under way, how far it is."""
        run = self.run(pk)
        address = run.get_absolute_url()
        if address != reverse(f"{APP}:run", kwargs={"pk": pk}):
            return redirect(address)
        held, run.state = run.state, state_of(run)
        counts = run.counts()
        context = {**self._head(run, held, counts), **undo_context(run, request.user), **self._table(run, counts)}
        return render(request, self.template, context)

    def run(self, pk: int) -> Run:
        """A run that the user may see."""
        runs = visible_runs(self.request.user).select_related("job", "undone_by__undone_by")
        run: Run = get_object_or_404(runs, pk=pk)
        return run

    def _head(self, run: Run, held: str, counts: Mapping[str, int]) -> dict[str, Any]:
        user, pending = self.request.user, counts[RunOutcomeChoices.PENDING]
        steers = may_steer(user, run)
        live = not run.ended_already
        jobs = job_urls(run.job, user) if run.job is not None and steers else {}
        changes = query_string(request_id=str(run.request_id))
        sums = dict(kind_of(run.kind).sums(run))
        return {
            "run": run,
            "kind": kind_label(run.kind),
            "options": option_words(run),
            "total": sum(counts.values()),
            "done": sum(counts.values()) - pending,
            "pending": pending,
            "objects": True,
            "live": live,
            "server_name": server_names().get(run.server, run.server),
            "left": sums.pop(LEFT, 0),
            "written": count_words(sums),
            "can_continue": bool(steers and self._may_change() and run.ended_already and work_left(run)),
            "changes_url": (
                f"{reverse('core:objectchange_list')}?{changes}"
                if user.has_perm("core.view_objectchange") and run.writes_here
                else ""
            ),
            "shown_on_url": run.shown_on_url(),
            "bring_url": jobs.get("sync_url", "") if held != run.state else "",
            **(jobs if live else {}),
        }

    def _table(self, run: Run, counts: Mapping[str, int]) -> dict[str, Any]:
        show = self.request.GET.get("show", "")
        outcomes = [one for one in kind_of(run.kind).outcomes if counts[one]]
        # What failed stands first
        outcomes.sort(key=lambda one: one != RunOutcomeChoices.FAILED)
        rows = run.items.order_by(WORST_FIRST, "pk")
        if show in outcomes:
            rows = rows.filter(outcome=show)
        paginator = EnhancedPaginator(rows, get_paginate_count(self.request), orphans=0)
        page = paginator.get_page(self.request.GET.get("page"))
        items = list(page.object_list)
        around = ResultSurroundings(objects=visible_objects(items, self.request.user))
        chips = [("", _("All"), sum(counts.values())), *((one, LABELS[one], counts[one]) for one in outcomes)]
        per_page = self.request.GET.get("per_page", "")

        def links(**changes: Any) -> dict[str, str]:
            said = {"show": show, "page": page.number, "per_page": per_page, **changes}
            kept = {name: str(value) for name, value in said.items() if (name, value) != ("page", 1)}
            query = query_string(**kept)
            end = f"?{query}" if query else ""
            panel = reverse(f"{APP}:run_rows", kwargs={"pk": run.pk})
            return {"page": f"{run.get_absolute_url()}{end}", "panel": f"{panel}{end}"}

        return {
            "rows": [self._row(run, one, around) for one in items],
            "table": {"page": page},
            "rows_url": links()["panel"],
            "with_left": any(one.counts.get(LEFT) for one in items),
            "chips": [
                (Chip(value=value or "all", label=label, count=n, active=show == value), links(show=value, page=1))
                for value, label, n in chips
            ],
            **page_navigation(page, links),
        }

    def _row(self, run: Run, item: RunItem, around: ResultSurroundings) -> dict[str, Any]:
        instance = around.instance(item)
        hidden = is_hidden(item, run, self.request.user, seen=around.objects)
        told = item.outcome in (RunOutcomeChoices.SYNCED, RunOutcomeChoices.CREATED) and not hidden
        return {
            "item": item,
            "url": _url_of(instance) if instance is not None else "",
            "hidden": hidden,
            "written": [
                *count_words({name: number for name, number in item.counts.items() if name != LEFT}),
                *(asked_words(item.choice.get("asked", {})) if told else ()),
            ],
            "left": item.counts.get(LEFT, 0),
            "reasons": Reasons() if hidden and run.kind == UNDO else around.reasons(item),
        }

    def _may_change(self) -> bool:
        return bool(self.request.user.has_perm(get_permission_for_model(LibreNMSSettings, "change")))


def _url_of(instance: Any) -> str:
    """The plugin's tab of a device or VM, and the page of anything else."""
    if isinstance(instance, (Device, VirtualMachine)):
        return reverse(get_viewname(instance, "librenms_sync"), kwargs={"pk": instance.pk})
    return str(instance.get_absolute_url())


class RunRowsView(RunView):
    """GET: the same as a fragment."""

    template = ROWS


class RunContinueView(RunView):
    """POST: do what a cancelled or broken-off run has left."""

    def get(self, request: HttpRequest, *, pk: int) -> HttpResponse:
        """There is nothing to look at here, and a prefetch must start nothing."""
        return self.http_method_not_allowed(request)

    def post(self, request: HttpRequest, *, pk: int) -> HttpResponse:
        """Back into the queue, for whose run it is."""
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


class OldAddressView(ConditionalLoginRequiredMixin, RedirectView):
    """Where syncs of many objects had their page."""

    permanent = True
    pattern_name = f"{APP}:run"
