"""Maintenance in LibreNMS as plain JSON values: what REST answers."""

from typing import Any

from ..engine.documents import kept_reason_document, object_document, reason_document
from ..models import Run
from ..runs.access import visible_objects
from .asking import AskedWindow
from .planning import MaintenancePlan

type Document = dict[str, Any]


def window_document(asked: AskedWindow) -> Document:
    """The window: its beginning by NetBox's clock, null for now, and by LibreNMS's."""
    return {
        "minutes": asked.minutes,
        "start": asked.start,
        "local_start": asked.local_start.isoformat(" ", "minutes") if asked.local_start is not None else None,
        "note": asked.note,
    }


def plan_document(plan: MaintenancePlan, asked: AskedWindow) -> Document:
    """A plan: how many of what, and each object."""
    rows = [
        {
            "object": object_document(plan.objects[row.pk]),
            "action": "begin" if row.reason is None else "nothing",
            "librenms_id": row.librenms_id,
            "hostname": row.hostname,
            "issues": [] if row.reason is None else [reason_document(row.reason)],
        }
        for row in plan.rows
    ]
    return {"digest": plan.digest, "window": window_document(asked), "counts": plan.counts, "results": rows}


def run_document(run: Run, user: Any) -> Document:
    """A run that was tried: how it ended, and what became of each object."""
    items = list(run.items.order_by("pk"))
    seen = visible_objects(items, user)
    return {
        "run": run.pk,
        "state": str(run.state),
        "server": run.server,
        "request_id": str(run.request_id),
        "window": window_document(AskedWindow.of(run.options)),
        "counts": {name: number for name, number in run.counts().items() if number},
        "results": [
            {
                "object": _object(seen.get((one.object_type_id or 0, one.object_id or 0))),
                "outcome": str(one.outcome),
                "librenms_id": one.librenms_id,
                "issues": [kept_reason_document(reason) for reason in one.issues],
            }
            for one in items
        ],
    }


def _object(instance: Any) -> Document | None:
    return object_document(instance) if instance is not None else None
