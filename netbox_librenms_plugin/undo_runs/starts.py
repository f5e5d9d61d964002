"""The beginning of an undo: planned, written down, and noted with what it undoes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched, groupby
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ..choices import RunOutcomeChoices
from ..engine.undo import Record, plan_undo
from ..engine.undo_scope import UNDO
from ..models import Run, RunItem, SyncRun
from ..orm.undo.names import viewable_keys
from ..runs.opening import open_run
from ..runs.phases import MOST_ISSUES
from ..sync.core.issues import Code, Issue, issue
from ..sync.undo.effects import Key
from ..sync.undo.plan import Step, UndoPlan
from ..sync.undo.rows import UndoRow
from ..words.sentences import sentence

# So many objects can be undone while the browser waits
IN_REQUEST = 300
# Objects that are undone in one transaction, but for what goes along with them
AT_ONCE = 100


class UndoRefusedError(Exception):
    """Nothing was undone, for this reason."""

    def __init__(self, reason: Issue) -> None:
        super().__init__(sentence(reason))
        self.reason = reason


def whole_of(record: Record) -> Record:
    """What is undone when somebody undoes this record: the record of an undo is a part of that run, and of nothing
    else."""
    if isinstance(record, SyncRun) and record.run is not None and record.run.kind == UNDO:
        return record.run if record.run.sync_runs.count() == 1 else record
    return record


def start_undo(record: Record, *, user: Any, request: Any, seen: str = "") -> Run:
    """Write down what is to be undone. Nothing is yet; whoever comes second is refused.

    ``seen``: fingerprint of the plan that the person saw. Raises ``UndoRefusedError``.
    """
    record = whole_of(record)
    with transaction.atomic():
        # Two who undo the same wait for each other here
        held: Record = type(record).objects.select_for_update(of=("self",)).get(pk=record.pk)
        plan = plan_undo(held, user=user)
        if plan.problem is not None:
            raise UndoRefusedError(plan.problem)
        if seen and plan.fingerprint != seen:
            raise UndoRefusedError(issue(Code.PLAN_CHANGED))
        if not plan.ready:
            raise UndoRefusedError(issue(Code.NOTHING_TO_UNDO))
        run = open_run(
            UNDO,
            held.server,
            user=user,
            request=request,
            options={UNDO: said_of(held)},
            items=lambda run: list(_items(run, plan, user)),
        )
        held.undone_by = run
        held.save(update_fields=["undone_by"])
    return run


def said_of(record: Record) -> dict[str, Any]:
    """What an undo keeps of what it undoes: which run of many, or which sync of one object, and its request."""
    which = {"run": record.pk} if isinstance(record, Run) else {"sync_run": record.pk}
    return {**which, "request_id": str(record.request_id), "name": str(record)[:200]}


@dataclass(slots=True)
class _Group:
    """What is undone of one owner in one go, or stays as it is."""

    owner: Key | None
    steps: list[Step] = field(default_factory=list)
    rows: list[UndoRow] = field(default_factory=list)


def _items(run: Run, plan: UndoPlan, user: Any) -> Iterator[RunItem]:
    visible = viewable_keys(plan.rows, user=user)
    along: dict[Key, list[UndoRow]] = defaultdict(list)
    for row in plan.ready:
        along[row.along or row.key].append(row)
    left: dict[Key | None, list[UndoRow]] = defaultdict(list)
    for row in plan.left_out:
        left[row.owner].append(row)
    number = 0
    for group in _groups(plan, along):
        yield _item(run, number, group, left.pop(group.owner, ()), visible)
        number += 1
    for owner, rows in left.items():
        yield _item(run, number, _Group(owner, rows=list(rows)), rows, visible)
        number += 1


def _groups(plan: UndoPlan, along: Mapping[Key, Sequence[UndoRow]]) -> Iterator[_Group]:
    """The steps in their order, those of one owner that follow each other together."""
    for owner, some in groupby(plan.steps, key=lambda one: plan.by_key[one.key].owner):
        for steps in batched(some, AT_ONCE):
            rows = [row for one in steps for row in along.get(one.key, ())] or [plan.by_key[one.key] for one in steps]
            yield _Group(owner, steps=list(steps), rows=rows)


def _item(run: Run, number: int, group: _Group, left: Iterable[UndoRow], visible: Collection[Key]) -> RunItem:
    issues = issues_json(((reason, row) for row in left for reason in row.issues), visible)[:MOST_ISSUES]
    item = RunItem(run=run, key=str(number), name=_name(group, visible)[:255], issues=issues)
    item.choice = {
        "steps": [step_json(one) for one in group.steps],
        "keys": [list(one.key) for one in group.rows] if group.steps else [],
    }
    if group.owner is not None:
        app, model = group.owner[0].split(".")
        item.object_type = ContentType.objects.get_by_natural_key(app, model)
        item.object_id, item.object_repr = group.owner[1], item.name[:200]
    if not group.steps:
        item.outcome, item.ended = RunOutcomeChoices.LEFT_OUT, timezone.now()
    return item


def _name(group: _Group, visible: Collection[Key]) -> str:
    """The device or VM, else what it is."""
    if group.owner is not None:
        return group.rows[0].owner_name
    if len(group.rows) == 1 and group.rows[0].key in visible:
        return group.rows[0].name
    kinds = {row.key[0] for row in group.rows}
    if len(kinds) == 1:
        return str(capfirst(apps.get_model(kinds.pop())._meta.verbose_name_plural))
    return _("What belongs to no device")


def issues_json(told: Iterable[tuple[Issue, UndoRow]], visible: Collection[Key]) -> list[dict[str, Any]]:
    """Reasons in the form in which items keep them. Of what whoever undoes may not view (all but ``visible``) it says
    of each kind that something stays, and no more."""
    told = list(told)
    hidden = dict.fromkeys(row.key[0] for _reason, row in told if row.key not in visible)
    return [
        *(_issue_json(reason, row.key[0], row.name) for reason, row in told if row.key in visible),
        *(_issue_json(issue(Code.STAYS_HIDDEN), kind, "") for kind in hidden),
    ]


def _issue_json(reason: Issue, kind: str, name: str) -> dict[str, Any]:
    return {"code": reason.code.value, "details": dict(reason.details), "resource": kind, "name": name[:200]}


def step_json(step: Step) -> dict[str, Any]:
    """A step as plain JSON values."""
    return {
        "key": list(step.key),
        "only": None if step.only is None else sorted(step.only),
        "without": sorted(step.without),
        "despite": [list(key) for key in sorted(step.despite)],
    }


def step_of(kept: Mapping[str, Any]) -> Step:
    """A step as an item keeps it."""
    label, pk = kept["key"]
    only = kept.get("only")
    return Step(
        key=(str(label), int(pk)),
        only=None if only is None else frozenset(only),
        without=frozenset(kept.get("without", ())),
        despite=frozenset((str(one), int(pk)) for one, pk in kept.get("despite", ())),
    )
