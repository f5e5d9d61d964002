"""The import list and the results of an import as plain JSON values: what REST answers and what the command prints."""

from collections.abc import Iterable

from ..engine.documents import Document
from ..models import ImportRun, ImportRunRow
from ..sync.core.issues import Issue
from ..sync.core.normalise import text
from ..sync.core.plan import Ref
from ..words.sentences import sentence_of
from .filters import is_up
from .netbox import object_of
from .rows import FIELDS, Holder, Row
from .starts import Foreseen, complaints_json


def row_document(row: Row) -> Document:
    """One device of the list: what LibreNMS says of it, what it is or would be in NetBox, and why."""
    device = row.device
    up = is_up(device)
    return {
        "librenms_id": row.librenms_id,
        "hostname": text(device.hostname),
        "sysname": text(device.sys_name),
        "hardware": text(device.hardware),
        "os": text(device.os),
        "location": text(device.location_name),
        "serial": text(device.serial),
        "status": None if up is None else "up" if up else "down",
        "disabled": device.disabled is True,
        "state": row.state.value,
        "as": row.kind.value,
        "name": row.name,
        "matches": {name: _ref(row.ref(name)) for name in FIELDS},
        "netbox": _holder(row.holder),
        "matched_by": row.matched_by.value if row.matched_by else None,
        "rule": {"id": row.rule.id, "name": row.rule.name} if row.rule else None,
        "issues": _reasons(row.issues),
        "notes": _reasons(row.notes),
        "may_be_stack": row.may_be_stack,
        "stack": row.stack,
        "fingerprint": row.fingerprint,
    }


def _ref(ref: Ref | None) -> Document | None:
    return {"id": ref.id, "name": ref.name} if ref else None


def _holder(holder: Holder | None) -> Document | None:
    """What the user may not view is as good as nothing to him."""
    if holder is None or not holder.visible:
        return None
    return {"type": object_of(holder.kind)._meta.label_lower, "id": holder.id, "name": holder.name}


def _reasons(issues: Iterable[Issue]) -> list[Document]:
    return [
        {"code": one.code.value, "field": one.field, "message": sentence_of(one.code, one.details)} for one in issues
    ]


def foreseen_document(one: Foreseen) -> Document:
    """What an import would do with one device, in the form of ``result_document``; nothing was written."""
    return {
        "librenms_id": one.librenms_id,
        "hostname": one.hostname,
        "outcome": one.outcome,
        "netbox": _holder(one.row.holder) if one.row else None,
        "counts": {},
        "issues": _complaints(complaints_json(one.complaints)),
        "fingerprint": one.row.fingerprint if one.row else "",
    }


def results_of(run: ImportRun) -> list[Document]:
    """What became of the devices, in the order in which they were asked for: one query."""
    return [result_document(row) for row in run.rows.select_related("object_type").order_by("pk")]


def result_document(row: ImportRunRow) -> Document:
    """What became of one device. ``fingerprint``: of the row that the import began with."""
    kind = row.object_type
    netbox = {"type": f"{kind.app_label}.{kind.model}", "id": row.object_id, "name": row.object_repr} if kind else None
    return {
        "librenms_id": row.librenms_id,
        "hostname": row.hostname,
        "outcome": row.outcome,
        "netbox": netbox,
        "counts": dict(row.counts),
        "issues": _complaints(row.issues),
        "fingerprint": row.choice.get("seen", ""),
    }


def _complaints(kept: Iterable[Document]) -> list[Document]:
    return [
        {
            "code": one["code"],
            "message": sentence_of(one["code"], one["details"]),
            "resource": one["resource"],
            "name": one["name"],
        }
        for one in kept
    ]
