"""The import list and the results of an import as plain JSON values: what REST answers and what the command prints."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..engine.documents import Document
from ..models import Run, RunItem
from ..sync.core.issues import Issue
from ..sync.core.normalise import text
from ..sync.core.plan import Ref
from ..words.sentences import kept_gap_sentence, kept_sentence, sentence_of
from .filters import is_up
from .listing import Listing
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


def list_document(found: Listing, matching: Sequence[Row], server: str) -> Document:
    """What is said of a list as a whole: when LibreNMS was asked, and how many of the ``matching`` rows are in each
    state."""
    return {
        "server": server,
        "fetched_at": found.fetched_at.isoformat(),
        "odd_rows": found.odd_rows,
        "counts": {state.value: number for state, number in found.counts(matching).items()},
    }


def skipped_document(row: Row) -> Document:
    """A device that an import leaves as it is."""
    return {
        "librenms_id": row.librenms_id,
        "hostname": row.device.hostname,
        "state": row.state.value,
        "issues": [{"code": one.code.value, "message": sentence_of(one.code, one.details)} for one in row.issues],
    }


def foreseen_document(one: Foreseen) -> Document:
    """What an import would do with one device, in the form of ``result_document``; nothing was written."""
    return {
        "librenms_id": one.librenms_id,
        "hostname": one.hostname,
        "outcome": one.outcome,
        "netbox": _holder(one.row.holder) if one.row else None,
        "counts": {},
        "issues": [complaint_document(kept) for kept in complaints_json(one.complaints)],
        "gaps": [],
        "fingerprint": one.row.fingerprint if one.row else "",
    }


def foreseen_run_document(foreseen: Iterable[Foreseen]) -> Document:
    """What an import would do, in the form of ``run_document``."""
    return {"run": None, "results": [foreseen_document(one) for one in foreseen]}


def run_document(run: Run) -> Document:
    """What became of the devices, in the order in which they were asked for: one query."""
    rows = run.items.select_related("object_type").order_by("pk")
    return {"run": run.pk, "results": [result_document(row) for row in rows]}


def result_document(row: RunItem) -> Document:
    """What became of one device. ``fingerprint``: of the row that the import began with."""
    kind = row.object_type
    netbox = {"type": f"{kind.app_label}.{kind.model}", "id": row.object_id, "name": row.object_repr} if kind else None
    return {
        "librenms_id": row.librenms_id,
        "hostname": row.name,
        "outcome": row.outcome,
        "netbox": netbox,
        "counts": dict(row.counts),
        "issues": [complaint_document(kept) for kept in row.issues],
        "gaps": [gap_document(kept) for kept in row.gaps],
        "fingerprint": row.choice.get("seen", ""),
    }


def gap_document(kept: Mapping[str, Any]) -> Document:
    """Something that was not looked at, from the form in which a row keeps it."""
    return {**kept, "message": kept_gap_sentence(kept)}


def complaint_document(kept: Mapping[str, Any]) -> Document:
    """Something that was not written, from the form in which a row keeps it."""
    return {
        "code": kept["code"],
        "message": kept_sentence(kept["code"], kept["details"]),
        "resource": kept["resource"],
        "name": kept["name"],
    }
