"""Who may see which run, and how those that are under way stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dcim.models import Device
from django.db.models import Case, Count, DateTimeField, Max, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone
from virtualization.models import VirtualMachine

from ..choices import ImportOutcomeChoices, ImportStateChoices
from ..models import ImportRun, ImportRunRow
from .status import state_by_queue

# One item takes seconds, whatever it has
QUIET = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRun:
    """A run that has not ended: so many of ``total`` items are done."""

    run: ImportRun
    done: int
    total: int


def visible_runs(user: Any) -> QuerySet[ImportRun]:
    """The runs that a user may see: his own, and those that NetBox's permission ``view_importrun`` shows him."""
    runs = ImportRun.objects.all()
    if not user.is_authenticated:
        return runs.none()
    if user.is_superuser:
        return runs
    return runs.filter(Q(user=user.pk) | Q(pk__in=ImportRun.objects.restrict(user, "view").values("pk")))


def may_steer(user: Any, run: ImportRun) -> bool:
    """Whether the user may cancel or continue it: it is his own, or he is a superuser."""
    return bool(user.is_superuser or (user.is_authenticated and run.user_id == user.pk))


def state_of(run: ImportRun) -> str:
    """The state that a run really is in, for every page and answer about it. Nothing is written.

    Its row says "running" for ever where nobody is left to write down how it ended.
    """
    return str(ImportStateChoices.ABANDONED) if is_left_behind(run) else state_by_queue(run)


def is_left_behind(run: ImportRun) -> bool:
    """Whether it was worked off by a request that broke off: still open, no job of its own, and nothing for minutes."""
    if run.ended_already or run.job_id is not None:
        return False
    known = hasattr(run, "last_sign")
    return _is_quiet(run, run.last_sign if known else run.rows.aggregate(last=Max("ended"))["last"])


def with_last_sign(runs: QuerySet[ImportRun]) -> QuerySet[ImportRun]:
    """Runs that bring along what ``is_left_behind`` would ask for one by one."""
    rows = ImportRunRow.objects.filter(run=OuterRef("pk")).order_by().values("run")
    asked = When(
        state__in=ImportStateChoices.OPEN, job=None, then=Subquery(rows.annotate(at=Max("ended")).values("at"))
    )
    return runs.annotate(last_sign=Case(asked, output_field=DateTimeField()))


def _is_quiet(run: ImportRun, last: datetime | None) -> bool:
    moments = [one for one in (run.created, run.started, last) if one is not None]
    return timezone.now() - max(moments) > QUIET


def open_runs(user: Any) -> list[OpenRun]:
    """The user's own runs that have not ended, newest first: two queries, so that a page can say so."""
    if not user.is_authenticated:
        return []
    held = ImportRun.objects.filter(user=user.pk, state__in=ImportStateChoices.OPEN).select_related("job")
    runs = [run for run in with_last_sign(held)[:5] if state_of(run) in ImportStateChoices.OPEN]
    counts = counts_of(runs) if runs else {}
    return [
        OpenRun(
            run=run,
            done=sum(counts[run.pk].values()) - counts[run.pk][ImportOutcomeChoices.PENDING],
            total=sum(counts[run.pk].values()),
        )
        for run in runs
    ]


def counts_of(runs: Iterable[ImportRun]) -> Mapping[int, dict[str, int]]:
    """Run → outcome → number of items, all outcomes present: one query."""
    found = {run.pk: dict.fromkeys(ImportOutcomeChoices.values(), 0) for run in runs}
    counted = ImportRunRow.objects.filter(run__in=list(found)).order_by().values_list("run", "outcome")
    for pk, outcome, number in counted.annotate(number=Count("pk")):
        found[pk][outcome] = number
    return found


def visible_objects(rows: Iterable[ImportRunRow], user: Any) -> dict[tuple[str, int], Any]:
    """(model name, id) → device or virtual machine of these rows that the user may view: two queries at most."""
    rows = list(rows)
    found: dict[tuple[str, int], Any] = {}
    for model in (Device, VirtualMachine):
        name = model._meta.model_name
        ids = [row.object_id for row in rows if row.object_type and row.object_type.model == name]
        if ids:
            visible = model.objects.restrict(user, "view").filter(pk__in=ids)
            found |= {(name, instance.pk): instance for instance in visible}
    return found
