"""Adding devices to LibreNMS, and changing them there, as plain JSON values: what REST answers."""

from typing import Any

from ..engine.documents import kept_reason_document, object_document, reason_document
from ..models import Run
from ..runs.access import visible_objects
from ..sync.push.keeping import KeptOutcome, KeptValue, Value
from ..sync.push.rows import PushRow
from .kinds import sums_of
from .planning import PushPlan

type Document = dict[str, Any]
# Of notes, which can be a whole page
LONGEST_SHOWN = 1_000


def plan_document(plan: PushPlan) -> Document:
    """A plan: how many of what, and each object."""
    rows = [_row(one, plan.objects[one.id]) for one in plan.rows]
    return {"digest": plan.digest, "counts": plan.counts, "results": rows}


def _row(row: PushRow, instance: Any) -> Document:
    return {
        "object": object_document(instance),
        "action": row.action.value,
        "hostname": row.hostname,
        "display": row.display,
        "location": row.location,
        "profile": row.profile,
        "poller_group": row.poller_group,
        "ping_only": row.ping_only,
        "rule": {"id": row.rule_id, "name": row.rule} if row.rule_id else None,
        "librenms_id": row.librenms_id,
        "parents": list(row.parents),
        "fields": [_field(one) for one in row.fields],
        "issues": [reason_document(one) for one in row.issues],
    }


def _field(one: KeptValue) -> Document:
    return {
        "field": one.field.value,
        "netbox": _shown(one.wanted),
        "librenms": _shown(one.found) if one.outcome is not KeptOutcome.UNKNOWN else None,
        "policy": one.policy.value,
        "outcome": one.outcome.value,
        "issue": reason_document(one.problem) if one.problem is not None else None,
    }


def _shown(value: Value) -> Value:
    return f"{value[:LONGEST_SHOWN]}…" if isinstance(value, str) and len(value) > LONGEST_SHOWN else value


def run_document(run: Run, user: Any) -> Document:
    """A run that was tried: how it ended, what LibreNMS took, and what became of each object."""
    items = list(run.items.order_by("pk"))
    seen = visible_objects(items, user)
    return {
        "run": run.pk,
        "state": str(run.state),
        "server": run.server,
        "request_id": str(run.request_id),
        "counts": {name: number for name, number in run.counts().items() if number},
        "written": {name: number for name, number in sums_of(run).items() if number},
        "results": [
            {
                "object": _object(seen.get((one.object_type_id or 0, one.object_id or 0))),
                "outcome": str(one.outcome),
                "librenms_id": one.librenms_id,
                "changed": one.choice.get("asked", {}).get("fields", {}),
                "issues": [kept_reason_document(reason) for reason in one.issues],
            }
            for one in items
        ],
    }


def _object(instance: Any) -> Document | None:
    return object_document(instance) if instance is not None else None
