"""The status lists as plain JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from ..engine.documents import reason_document
from ..fleet_sync.finding import MODELS
from ..librenms.clock import Clock, moment_of
from ..sync.core.normalise import text
from ..sync.status.choosing import link_counts, monitoring_counts, uptime_of
from ..sync.status.rows import StatusRow
from .linking import Links

LONGEST = 255


def row_document(row: StatusRow, *, name: str, clock: Clock | None, deviations: int | None) -> dict[str, Any]:
    """Where one object stands."""
    device = row.device
    polled = text(device.last_polled)[:LONGEST] if device is not None else ""
    monitoring = row.monitoring
    return {
        "object": object_document(row.key, name),
        "link": row.link.value,
        "librenms_id": row.librenms_id,
        "reason": reason_document(row.reason) if row.reason is not None else None,
        "candidates": [{"librenms_id": number, "name": said} for number, said in row.candidates],
        "hostname": text(device.hostname)[:LONGEST] or None if device is not None else None,
        "monitoring": monitoring.value if monitoring is not None else None,
        "last_polled": moment_of(polled, clock, timezone.now()),
        "last_polled_text": polled or None,
        "uptime": uptime_of(row),
        "os": text(device.os)[:LONGEST] or None if device is not None else None,
        "os_version": text(device.version)[:LONGEST] or None if device is not None else None,
        "open_deviations": deviations,
    }


def counts_document(rows: Sequence[StatusRow]) -> dict[str, dict[str, int]]:
    """How many rows there are in each state."""
    return {
        "link": {state.value: number for state, number in link_counts(rows).items()},
        "monitoring": {state.value: number for state, number in monitoring_counts(rows).items()},
    }


def links_document(links: Links, kind: str, names: Mapping[int, str]) -> dict[str, Any]:
    """What was linked, or would be, and why the others were not."""
    linked = [
        {"object": object_document(row.key, names.get(pk, "")), "librenms_id": row.librenms_id, "outcome": "linked"}
        for pk, row in links.rows.items()
    ]
    left_out = [
        {
            "object": object_document((kind, pk), names.get(pk, "")),
            "librenms_id": None,
            "outcome": "left_out",
            "reason": reason_document(reason),
        }
        for pk, reason in links.left_out.items()
    ]
    return {
        "linked": len(linked),
        "left_out": len(left_out),
        "waiting": links.waiting,
        "results": [*({**one, "reason": None} for one in linked), *left_out],
    }


def object_document(key: tuple[str, int], name: str) -> dict[str, Any]:
    """An object of NetBox."""
    return {"type": MODELS[key[0]]._meta.label_lower, "id": key[1], "name": name}
