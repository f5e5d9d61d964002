"""Who may see which run, and how those that are under way stand."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dcim.models import Device
from django.contrib.contenttypes.models import ContentType
from django.db import router
from django.db.models import Case, Count, DateTimeField, Max, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone
from virtualization.models import VirtualMachine

from ..choices import RunOutcomeChoices, RunStateChoices
from ..engine.undo_scope import UNDO
from ..models import Run, RunItem, SyncRun
from ..orm.frame.permissions import viewable
from .status import state_by_queue

# One item takes seconds, whatever it has
QUIET = timedelta(minutes=10)
# Each costs a look into the queue; usually there are a few
MOST_OPEN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRun:
    """A run that has not ended: so many of ``total`` items are done."""

    run: Run
    done: int
    total: int


def visible_runs(user: Any, *, kind: str = "") -> QuerySet[Run]:
    """The runs that a user may see, of a kind or of all: his own, and those that NetBox's permission ``view_run`` shows
    him."""
    runs = Run.objects.filter(kind=kind) if kind else Run.objects.all()
    if not user.is_authenticated:
        return runs.none()
    if user.is_superuser:
        return runs
    return runs.filter(Q(user=user.pk) | Q(pk__in=Run.objects.restrict(user, "view").values("pk")))


def visible_sync_runs(user: Any, runs: QuerySet[SyncRun] | None = None) -> QuerySet[SyncRun]:
    """The syncs, or those of ``runs``, of objects that a user may view. A superuser sees those of deleted objects too;
    of these nobody else can be known to have been allowed."""
    # In a branch the runs are seen from there: they are in main, and what they tell of can be in the branch alone
    runs = (SyncRun.objects.all() if runs is None else runs).using(router.db_for_read(Device))
    if user.is_superuser:
        return runs
    visible = Q()
    for model in (Device, VirtualMachine):
        ids = model.objects.restrict(user, "view").values("pk")
        visible |= Q(object_type=ContentType.objects.get_for_model(model), object_id__in=ids)
    return runs.filter(visible)


def in_state(runs: QuerySet[Run], states: Collection[str]) -> QuerySet[Run]:
    """Those that really are in one of these states: NetBox holds some to be open that have ended in truth."""
    held = with_last_sign(runs.filter(state__in=RunStateChoices.OPEN).select_related("job"))[:MOST_OPEN]
    now = {run.pk: state_of(run) for run in held}
    moved = [pk for pk, state in now.items() if state in states]
    return runs.filter(Q(state__in=states) & ~Q(pk__in=list(now)) | Q(pk__in=moved))


def may_steer(user: Any, run: Run) -> bool:
    """Whether the user may cancel or continue it: it is his own, or he is a superuser."""
    return bool(user.is_superuser or (user.is_authenticated and run.user_id == user.pk))


def state_of(run: Run) -> str:
    """The state that a run really is in, for every page and answer about it. Nothing is written.

    Its row says "running" for ever where nobody is left to write down how it ended.
    """
    return str(RunStateChoices.ABANDONED) if is_left_behind(run) else state_by_queue(run)


def is_left_behind(run: Run) -> bool:
    """Whether it was worked off by a request that broke off: still open, no job of its own, and nothing for minutes."""
    if run.ended_already or run.job_id is not None:
        return False
    known = hasattr(run, "last_sign")
    return _is_quiet(run, run.last_sign if known else run.items.aggregate(last=Max("ended"))["last"])


def with_last_sign(runs: QuerySet[Run]) -> QuerySet[Run]:
    """Runs that bring along what ``is_left_behind`` would ask for one by one."""
    items = RunItem.objects.filter(run=OuterRef("pk")).order_by().values("run")
    asked = When(state__in=RunStateChoices.OPEN, job=None, then=Subquery(items.annotate(at=Max("ended")).values("at")))
    return runs.annotate(last_sign=Case(asked, output_field=DateTimeField()))


def is_hidden(item: RunItem, run: Run, user: Any, *, seen: Collection[tuple[int, int]]) -> bool:
    """Whether an item's name is not to be told. ``seen``: (id of the object type, id) of what the user may view.

    Of what hangs on no device it is not known whether somebody else may view it.
    """
    if item.object_type_id is None or item.object_id is None:
        return run.kind == UNDO and not may_steer(user, run)
    return (item.object_type_id, item.object_id) not in seen


def _is_quiet(run: Run, last: datetime | None) -> bool:
    moments = [one for one in (run.created, run.started, last) if one is not None]
    return timezone.now() - max(moments) > QUIET


def open_runs(user: Any, *, kind: str) -> list[OpenRun]:
    """The user's own runs of a kind that have not ended, newest first: two queries, so that a page can say so."""
    if not user.is_authenticated:
        return []
    held = Run.objects.filter(user=user.pk, kind=kind, state__in=RunStateChoices.OPEN).select_related("job")
    runs = [run for run in with_last_sign(held)[:5] if state_of(run) in RunStateChoices.OPEN]
    counts = counts_of(runs) if runs else {}
    return [
        OpenRun(
            run=run,
            done=sum(counts[run.pk].values()) - counts[run.pk][RunOutcomeChoices.PENDING],
            total=sum(counts[run.pk].values()),
        )
        for run in runs
    ]


def counts_of(runs: Iterable[Run]) -> Mapping[int, dict[str, int]]:
    """Run → outcome → number of items, all outcomes present: one query."""
    found = {run.pk: dict.fromkeys(RunOutcomeChoices.values(), 0) for run in runs}
    counted = RunItem.objects.filter(run__in=list(found)).order_by().values_list("run", "outcome")
    for pk, outcome, number in counted.annotate(number=Count("pk")):
        found[pk][outcome] = number
    return found


def visible_objects(items: Iterable[RunItem], user: Any) -> dict[tuple[int, int], Any]:
    """(id of the object type, id) → what these items are about that the user may view: one query for a type."""
    ids: defaultdict[int, set[int]] = defaultdict(set)
    for item in items:
        if item.object_type_id is not None and item.object_id is not None:
            ids[item.object_type_id].add(item.object_id)
    found: dict[tuple[int, int], Any] = {}
    for type_id, wanted in ids.items():
        # None where a plugin is gone
        model = ContentType.objects.get_for_id(type_id).model_class()
        if model is not None:
            visible = viewable(model.objects, user).filter(pk__in=wanted)
            found |= {(type_id, instance.pk): instance for instance in visible}
    return found
