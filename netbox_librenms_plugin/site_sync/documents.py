"""The comparison of sites as plain JSON, and what a sync of them did or would do."""

from typing import Any

from ..choices import RunOutcomeChoices
from ..engine.documents import kept_reason_document, reason_document
from ..models import Run
from ..sync.core.plan import Ref
from ..sync.sites.places import Coordinates
from ..sync.sites.rows import SiteRow
from .choosing import Wishes
from .comparing import SiteComparison


def plan_document(comparison: SiteComparison) -> dict[str, Any]:
    """What a comparison says of all rows together."""
    updates = comparison.updates
    return {
        "server": comparison.server,
        "fetched_at": comparison.fetched_at,
        "tolerance": comparison.tolerance,
        "version": updates.version,
        "counts": {outcome.value: number for outcome, number in comparison.plan.counts.items()},
        "unseen": comparison.plan.unseen,
    }


def row_document(row: SiteRow) -> dict[str, Any]:
    """One row with what can be done about it."""
    return {
        "key": row.key,
        "name": row.name,
        "outcome": row.outcome.value,
        "matched_by": row.matched_by,
        "librenms": _place(row),
        "netbox": _site(row),
        "distance": None if row.distance is None else round(row.distance, 1),
        "elsewhere": [{"librenms_id": one.librenms_id, "name": one.name, "location": one.place} for one in row.strays],
        "issues": [reason_document(one) for one in row.issues],
        "actions": [
            {
                "action": one.action.value,
                "problem": None if one.problem is None else reason_document(one.problem),
                "unsure": one.unsure,
            }
            for one in row.offers
        ],
        "fingerprint": row.fingerprint,
    }


def _place(row: SiteRow) -> dict[str, Any] | None:
    if row.place is None:
        return None
    return {"id": row.place.id, "name": row.name, **_degrees(row.librenms), "devices": row.devices_librenms}


def _site(row: SiteRow) -> dict[str, Any] | None:
    if row.site is None:
        return None
    site = {"site": _ref(row.site), "location": _ref(row.location)}
    return {**site, **_degrees(row.netbox), "devices": row.devices_netbox}


def _ref(ref: Ref | None) -> dict[str, Any] | None:
    return None if ref is None else {"id": ref.id, "name": ref.name}


def _degrees(place: Coordinates | None) -> dict[str, float | None]:
    found = (None, None) if place is None else (place.latitude, place.longitude)
    return dict(zip(("latitude", "longitude"), found, strict=True))


def foreseen_document(asked: Wishes) -> dict[str, Any]:
    """What would be done: nothing is."""
    results = [
        {
            "key": one.row.key,
            "name": one.row.name,
            "action": one.action.value,
            "outcome": (RunOutcomeChoices.LEFT_OUT if one.problem is not None else RunOutcomeChoices.PENDING),
            "issues": [] if one.problem is None else [reason_document(one.problem)],
        }
        for one in asked.all
    ]
    return {"run": None, "job": None, "results": results}


def run_document(run: Run) -> dict[str, Any]:
    """What became of each action of a run that has ended."""
    results = [
        {
            "key": item.choice["key"],
            "name": item.name,
            "action": item.choice["action"],
            "outcome": item.outcome,
            "issues": [kept_reason_document(one) for one in item.issues],
        }
        for item in run.items.all()
    ]
    return {"run": run.pk, "job": None, "results": results}
