"""Pages of schedules: how each stands, what it would do, and what a person has it do."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import IntegerField, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from netbox.views import generic
from utilities.paginator import EnhancedPaginator, get_paginate_count
from utilities.permissions import get_permission_for_model
from utilities.views import ConditionalLoginRequiredMixin, ObjectPermissionRequiredMixin, register_model_view

from .. import filtersets, forms
from ..choices import RunOutcomeChoices
from ..deviations.kinds import COMPARE
from ..fleet_sync.kinds import IN_SHADOW, SYNC
from ..fleet_sync.planning import PLANNED
from ..fleet_sync.writing import LEFT
from ..forms.schedule import ForceForm
from ..librenms.errors import LibreNMSError
from ..models import Run, RunItem, Schedule
from ..push.foreseeing import ADDED, LINKED
from ..push.kinds import IN_SHADOW as PUSH_IN_SHADOW
from ..push.kinds import PUSH
from ..resources import RESOURCES
from ..runs.access import counts_of, state_of, visible_objects, visible_runs, with_last_sign
from ..runs.queue import workers_for_runs
from ..schedules.arming import ArmError, arm, disarm, mark_of, runs_in_shadow, runs_missing, why_not
from ..schedules.preview import preview
from ..schedules.results import sums_of
from ..schedules.starting import StartError, guards_of
from ..schedules.tick import run_now
from ..schedules.timing import standing_of
from ..tables.schedules import ScheduleTable
from ..words.labels import field_label, resource_label, server_names
from ..words.runs import count_words
from ..words.schedules import moment_words, resources_of, times_of
from ..words.sentences import kept_sentence
from .imports.result_words import ResultSurroundings
from .mixins import FragmentMixin
from .model_pages import register_pages

APP = "plugins:netbox_librenms_plugin"
TEMPLATES = "netbox_librenms_plugin"
LAST_RUNS = 10
# Kind of a run in shadow → what is said of an object with which something would happen
WOULD = {
    IN_SHADOW.name: gettext_lazy("Would be written"),
    PUSH_IN_SHADOW.name: gettext_lazy("LibreNMS would be told"),
}
MOST_FIRST = Cast(KT(f"counts__{PLANNED}"), IntegerField()).desc(nulls_last=True)
# Kinds of runs that say what would be written, and of those that write
SHADOWS, WRITING = (IN_SHADOW.name, PUSH_IN_SHADOW.name), (SYNC.name, PUSH.name)
SCHEDULES = Schedule.objects.select_related("run_as", "armed_by", "last_run")


class ScheduleView(generic.ObjectView):
    """GET: one schedule."""

    def get_extra_context(self, request: HttpRequest, instance: Schedule) -> dict[str, Any]:
        """How it stands, and its last runs. LibreNMS is not asked."""
        now = timezone.now()
        missing = runs_missing(instance) if instance.writes else 0
        stopped = _stopped(instance.last_run)
        known = standing_of(instance, now)
        return {
            "server_label": server_names().get(instance.server, instance.server),
            "times": times_of(instance),
            "next": moment_words(known.begins, now) if instance.enabled else "",
            "overdue": known.due if instance.enabled and known.late else None,
            "resources": resources_of(instance),
            "left_out": [field_label(one) for one in instance.exclude_fields],
            "guards": guards_of(instance),
            "missing": missing,
            "why_not": why_not(instance, missing) if instance.writes and not instance.armed else "",
            "stopped": stopped,
            "runs": run_lines(with_last_sign(instance.runs.select_related("job"))[:LAST_RUNS], request.user),
            "may_change": request.user.has_perm(get_permission_for_model(Schedule, "change"), instance),
            "no_worker": instance.enabled and not workers_for_runs(),
        }


class ScheduleEditView(generic.ObjectEditView):
    """The form, which is told who fills it in."""

    edited: Schedule

    def alter_object(self, obj: Schedule, request: Any, url_args: Any, url_kwargs: Any) -> Schedule:
        """Who edits it decides in whose name it may run."""
        obj.editor = request.user
        self.edited = obj
        return obj

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say it where that has put it back into shadow."""
        response: HttpResponse = super().post(request, *args, **kwargs)
        if self.edited.back_in_shadow:
            messages.warning(request, _("What it writes was changed, so it is back in shadow."))
        return response


register_pages(
    Schedule,
    filterset=filtersets.ScheduleFilterSet,
    filter_form=forms.ScheduleFilterForm,
    table=ScheduleTable,
    form=forms.ScheduleForm,
    bulk_edit_form=forms.ScheduleBulkEditForm,
    queryset=SCHEDULES,
    bases={"": ScheduleView, "Edit": ScheduleEditView},
)


class ScheduleActionView(FragmentMixin, ObjectPermissionRequiredMixin, View):
    """What is done with one schedule. GET only looks; everything else needs the right to change it."""

    queryset = SCHEDULES.all()

    def get_required_permission(self) -> str:
        """NetBox asks for this before the handler runs."""
        action = "view" if self.request.method in ("GET", "HEAD", "OPTIONS") else "change"
        return get_permission_for_model(Schedule, action)

    def held(self, pk: int) -> Schedule:
        """The schedule, if the user may do this with it."""
        schedule: Schedule = get_object_or_404(self.queryset, pk=pk)
        return schedule


@register_model_view(Schedule, "preview")
class SchedulePreviewView(ScheduleActionView):
    """GET: what would change now, as a fragment."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Compare. Nothing is written."""
        schedule = self.held(pk)
        try:
            seen = preview(schedule)
        except (LibreNMSError, StartError) as error:
            return render(request, f"{TEMPLATES}/htmx/schedule_preview.html", {"problem": str(error)})
        lines = [(resource_label(name), one) for name, one in seen.totals.tallies.items()]
        return render(request, f"{TEMPLATES}/htmx/schedule_preview.html", {"seen": seen, "lines": lines})


@register_model_view(Schedule, "run")
class ScheduleRunNowView(ScheduleActionView):
    """POST: run it now, also where a guard stopped its last run."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put a run into the queue."""
        schedule, form = self.held(pk), ForceForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("The reason has at most 200 characters. Nothing was started."))
            return redirect(schedule)
        try:
            run_now(schedule, force=form.cleaned_data["force"], by=request.user.username)
        except StartError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("It was started."))
        return redirect(schedule)


@register_model_view(Schedule, "arm")
class ScheduleArmView(ScheduleActionView):
    """GET: what its runs in shadow would have written, and the question. POST: have it write."""

    def get_required_permission(self) -> str:
        """Who may not arm it has no use for the question."""
        return get_permission_for_model(Schedule, "change")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The question."""
        schedule = self.held(pk)
        missing = runs_missing(schedule)
        runs = list(runs_in_shadow(schedule).select_related("job")[:LAST_RUNS])
        context = {
            "object": schedule,
            "runs": run_lines(runs, request.user),
            "why_not": why_not(schedule, missing),
            "seen": mark_of(schedule),
            "resources": resources_of(schedule),
            "times": times_of(schedule),
            **(table_of(runs[0], request) if runs else {}),
        }
        return render(request, f"{TEMPLATES}/schedule_arm.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Arm it as it was shown."""
        schedule = self.held(pk)
        try:
            arm(schedule, request.user, seen=request.POST.get("seen") or "-")
        except ArmError as error:
            messages.error(request, str(error))
            return redirect(f"{APP}:schedule_arm", pk=schedule.pk)
        messages.success(request, _("It is armed: its runs write from now on."))
        return redirect(schedule)


@register_model_view(Schedule, "disarm")
class ScheduleDisarmView(ScheduleActionView):
    """POST: back to shadow."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Its next runs only say what they would write."""
        schedule = disarm(self.held(pk))
        messages.success(request, _("It is in shadow: its next runs write nothing."))
        return redirect(schedule)


@register_model_view(Schedule, "enable")
class ScheduleEnableView(ScheduleActionView):
    """POST: enable it, or with ``enabled=0`` disable it."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Change it as an edit would."""
        schedule = self.held(pk)
        schedule.snapshot()
        schedule.enabled = request.POST.get("enabled") != "0"
        schedule.save()
        messages.success(request, _("It is enabled.") if schedule.enabled else _("It is disabled."))
        return redirect(schedule)


class ScheduleRunView(ConditionalLoginRequiredMixin, View):
    """GET: a run in shadow, for who may see its schedule."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whoever is not logged in has no runs."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Its objects, and what would have been written of each."""
        run = get_object_or_404(Run.objects.filter(kind__in=SHADOWS).select_related("job", "schedule"), pk=pk)
        seen = Schedule.objects.restrict(request.user, "view").filter(pk=run.schedule_id).exists()
        if not seen and not visible_runs(request.user, kind=run.kind).filter(pk=run.pk).exists():
            return render(request, "404.html", status=404)
        context = {"run": run, "line": run_lines([run], request.user)[0], "schedule": run.schedule if seen else None}
        return render(request, f"{TEMPLATES}/schedule_run.html", {**context, **table_of(run, request)})


def _stopped(run: Run | None) -> str:
    """Why a guard stopped a run, empty where none did."""
    held = run.options.get("stopped") if run is not None else None
    return kept_sentence(held["code"], held["details"]) if held else ""


def run_lines(runs: QuerySet[Run] | Sequence[Run], user: Any) -> list[dict[str, Any]]:
    """Runs of one schedule with what came of each, in a fixed number of queries."""
    runs = list(runs)
    counts, sums = counts_of(runs), sums_of(runs)
    written = visible_runs(user).filter(kind__in=WRITING, pk__in=[run.pk for run in runs])
    shown = set(written.values_list("pk", flat=True))
    return [_run_line(run, counts[run.pk], sums.get(run.pk, {}), linked=run.pk in shown) for run in runs]


def _run_line(run: Run, counts: Mapping[str, int], sums: Mapping[str, int], *, linked: bool) -> dict[str, Any]:
    run.state = state_of(run)
    compares = run.kind == COMPARE.name
    labels = {value: label for value, label, _color in RunOutcomeChoices.CHOICES}
    if run.kind in SHADOWS:
        adds = run.kind == PUSH_IN_SHADOW.name
        labels[RunOutcomeChoices.DONE] = _("Objects to add or link") if adds else _("Objects with changes")
    found = _("{opened} found, {cleared} cleared").format(opened=sums.get("opened", 0), cleared=sums.get("cleared", 0))
    return {
        "run": run,
        "url": run.get_absolute_url() if linked or run.kind not in WRITING else "",
        "written": [found] if compares else _numbers(sums),
        "shadow": run.kind in SHADOWS,
        "counts": [] if compares else [f"{labels[name]}: {number:,}" for name, number in counts.items() if number],
        "stopped": _stopped(run) or (run.job.error if run.job is not None else ""),
        "force": run.options.get("force", ""),
        "forced_by": run.options.get("forced_by", ""),
        "left_to": {
            name: [resource_label(one) for one in some] for name, some in run.options.get("left_to", {}).items()
        },
    }


def _numbers(counts: Mapping[str, int]) -> list[str]:
    told = {name: number for name, number in counts.items() if name in RESOURCES or name in (ADDED, LINKED)}
    return count_words(told)


def table_of(run: Run, request: HttpRequest) -> dict[str, Any]:
    """The objects of a run in shadow, those first that would have most written."""
    rows = run.items.order_by(MOST_FIRST, "pk")
    page = EnhancedPaginator(rows, get_paginate_count(request), orphans=0).get_page(request.GET.get("page"))
    items: Sequence[RunItem] = list(page.object_list)
    around = ResultSurroundings(objects=visible_objects(items, request.user))
    lines = [
        {
            "item": item,
            "instance": around.instance(item),
            "outcome": WOULD[run.kind] if item.outcome == RunOutcomeChoices.DONE else item.get_outcome_display(),
            "written": _numbers(item.counts),
            "left": item.counts.get(LEFT, 0),
            "reasons": around.reasons(item),
        }
        for item in items
    ]
    return {"latest": run, "rows": lines, "page": page, "paginator": page.paginator}
