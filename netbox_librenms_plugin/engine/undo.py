"""The use cases of undoing what a run wrote: ``plan_undo`` looks, ``undo`` writes."""

from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dcim.models import Device
from django.db import DEFAULT_DB_ALIAS, router, transaction
from django.utils.translation import gettext as _

from ..branching import active_branch
from ..choices import RunStateChoices
from ..lost_connections import watched
from ..models import Run, SyncRun
from ..orm.frame import audit
from ..orm.undo.plan import plan_of
from ..orm.undo.write import UndoResult, UndoWriter
from ..sync.core.issues import Code, Issue, issue
from ..sync.undo.effects import Key
from ..sync.undo.plan import Step, UndoPlan
from .undo_scope import keys_written_by, wrote_anything

Record = Run | SyncRun
# States in which an undo keeps others from undoing the same
HOLDING = (*RunStateChoices.OPEN, RunStateChoices.COMPLETED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What came of an undo, or of a part of one: the rows that were tried, and the plan they are from."""

    plan: UndoPlan
    results: Sequence[UndoResult]


def plan_undo(record: Record, *, user: Any) -> UndoPlan:
    """What undoing a run would do, of one object or of many: a row for each object that it wrote. Nothing is written.

    The plan's ``problem`` says why nothing of it can be undone.
    """
    problem = obstacle(record)
    if problem is not None:
        return UndoPlan(problem=problem)
    plan, found = plan_of(record.request_id, user=user, keys=keys_written_by(record))
    if plan.rows:
        return plan
    pruned = not found and wrote_anything(record)
    return UndoPlan(problem=issue(Code.LOG_PRUNED if pruned else Code.NOTHING_WRITTEN))


def undo(
    request_id: UUID,
    *,
    request: Any,
    keys: Collection[Key] | None,
    steps: Sequence[Step] | None = None,
    message: str = "",
) -> Undone:
    """Undo what a request wrote, or what it wrote of some objects (``keys``), in one transaction. Runs inside the event
    tracking of ``request``, in whose name the change log has it.

    All is looked at anew, with the objects locked. ``steps``: those to take, in their order, where they are a part of a
    larger undo; what is not ready any more is left out. Raises ``ConnectionLostError``.
    """
    with watched():
        done = _undone(request_id, request, keys, steps, message)
    audit.flush_when_full(router.db_for_write(Device))
    return done


def _undone(
    request_id: UUID, request: Any, keys: Collection[Key] | None, steps: Sequence[Step] | None, message: str
) -> Undone:
    with ExitStack() as stack:
        for using in dict.fromkeys((DEFAULT_DB_ALIAS, router.db_for_write(Device))):
            stack.enter_context(transaction.atomic(using=using))
        despite = {key for one in steps or () for key in one.despite}
        plan, _found = plan_of(request_id, user=request.user, keys=keys, despite=despite, own=request.id, lock=True)
        chosen = plan.steps if steps is None else [one for one in steps if _is_ready(plan, one)]
        writer = UndoWriter(request_id=request_id, user=request.user, message=message or str(_("Undone")))
        return Undone(plan=plan, results=writer.write(plan, chosen))


def _is_ready(plan: UndoPlan, step: Step) -> bool:
    """Whether it is to be done still; fields that were left empty are filled when the object has come back."""
    row = plan.by_key.get(step.key)
    return row is not None and (row.ready or step.only is not None)


def obstacle(record: Record) -> Issue | None:
    """Why a run cannot be undone as a whole, whatever it wrote."""
    state = record.state
    if isinstance(record, Run) and state in RunStateChoices.OPEN:
        return issue(Code.RUN_NOT_ENDED)
    branch = active_branch()
    if record.branch != branch:
        return (
            issue(Code.MADE_IN_BRANCH, name=record.branch) if record.branch else issue(Code.MADE_IN_MAIN, name=branch)
        )
    undone = undone_by(record)
    if undone is None:
        return None
    code = Code.BEING_UNDONE if undone.state in RunStateChoices.OPEN else Code.ALREADY_UNDONE
    return issue(code, who=undone.user_name, when=(undone.ended or undone.created).isoformat())


def obstacle_at_first_sight(record: Record) -> Issue | None:
    """The same as far as it can be known without the change log, so that a page can say it of several runs."""
    problem = obstacle(record)
    return problem if problem or wrote_anything(record) else issue(Code.NOTHING_WRITTEN)


def undone_by(record: Record) -> Run | None:
    """The run that undid this one wholly, or is at it; None where there is none, and where that was undone itself. What
    was undone in part can be undone once more, for the rest."""
    found = [record.undone_by]
    if isinstance(record, SyncRun) and record.run is not None:
        found.append(record.run.undone_by)
    for one in found:
        if one is not None and undone_by(one) is None and _holds(one):
            return one
    return None


def undone_runs() -> dict[int, int]:
    """Run → the run that undid it wholly, or is at it, of all runs: one query."""
    chosen = Run.objects.exclude(undone_by=None).order_by().values_list("pk", "undone_by", "undone_by__state")
    held = {pk: (by, state) for pk, by, state in chosen}

    def holds(pk: int) -> bool:
        by, state = held[pk]
        return state in HOLDING and not (by in held and holds(by))

    return {pk: by for pk, (by, _state) in held.items() if holds(pk)}


def _holds(undo_run: Run) -> bool:
    return undo_run.state in HOLDING
