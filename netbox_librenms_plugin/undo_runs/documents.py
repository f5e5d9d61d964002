"""Undoing as plain JSON values: what REST answers and what the command prints."""

from collections.abc import Mapping
from typing import Any

from ..engine.documents import kept_reason_document, reason_document
from ..models import Run
from ..orm.undo.names import viewable_keys
from ..sync.undo.plan import UndoPlan
from ..sync.undo.rows import UndoRow
from .kinds import sums_of
from .showing import in_order

type Document = dict[str, Any]


def plan_document(plan: UndoPlan, *, user: Any) -> Document:
    """The whole plan as plain JSON values; what the user may not view has no name and no values."""
    rows = in_order(plan)
    visible = viewable_keys(rows, user=user)
    return {
        "fingerprint": plan.fingerprint if plan.problem is None else "",
        "problem": None if plan.problem is None else reason_document(plan.problem),
        "counts": plan.counts,
        "rows": [_row_document(one, hidden=one.key not in visible) for one in rows],
    }


def _row_document(row: UndoRow, *, hidden: bool) -> Document:
    owner = row.owner
    return {
        "object": {"type": row.key[0], "id": row.key[1], "name": "" if hidden else row.name},
        "owner": None if owner is None or hidden else {"type": owner[0], "id": owner[1], "name": row.owner_name},
        "action": row.action.value,
        "standing": row.standing.value,
        "fields": [] if hidden else [{"field": one.field, "now": one.now, "then": one.then} for one in row.fields],
        "issues": [] if hidden else [reason_document(one) for one in row.issues],
    }


def undone_document(run: Run) -> Document:
    """An undo that was tried: how it ended, what was done to how many objects, and what was left."""
    issues = [one for item in run.items.order_by("pk") for one in item.issues]
    return {
        "run": run.pk,
        "state": str(run.state),
        "request_id": str(run.request_id),
        "undone": dict(sums_of(run)),
        "issues": [_kept_issue(one) for one in issues],
    }


def _kept_issue(one: Mapping[str, Any]) -> Document:
    return {**kept_reason_document(one), "type": one["resource"], "name": one["name"]}
