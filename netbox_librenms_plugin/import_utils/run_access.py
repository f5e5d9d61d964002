"""Who may see which import, and how those that are under way stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dcim.models import Device
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from virtualization.models import VirtualMachine

from ..choices import ImportOutcomeChoices, ImportStateChoices
from ..models import ImportRun, ImportRunRow

# One device takes seconds, whatever it has
QUIET = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRun:
    """An import that has not ended: so many of ``total`` devices are done."""

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


def is_left_behind(run: ImportRun) -> bool:
    """Whether it was worked off by a request that broke off: still open, no job of its own, and nothing for minutes."""
    if run.ended_already or run.job_id is not None:
        return False
    return _is_quiet(run, run.rows.aggregate(last=Max("ended"))["last"])


def _is_quiet(run: ImportRun, last: datetime | None) -> bool:
    moments = [one for one in (run.created, run.started, last) if one is not None]
    return timezone.now() - max(moments) > QUIET


def open_runs(user: Any) -> list[OpenRun]:
    """The user's own imports that have not ended, newest first: two queries, so that a page can say so."""
    if not user.is_authenticated:
        return []
    held = ImportRun.objects.filter(user=user.pk, state__in=ImportStateChoices.OPEN).annotate(last=Max("rows__ended"))
    runs = [run for run in held[:5] if run.job_id is not None or not _is_quiet(run, run.last)]
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
    """Run → outcome → number of devices, all outcomes present: one query."""
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
