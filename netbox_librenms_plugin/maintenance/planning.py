"""Which objects LibreNMS can put under maintenance: those that are linked, without a doubt, each device once. It tells
LibreNMS nothing and writes nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..fleet_sync.finding import MODELS, ids_of, load
from ..librenms_api import LibreNMSAPI
from ..orm.frame.permissions import refusal
from ..status_lists.listing import status_listing
from ..sync.core.issues import Code, Issue, issue
from ..sync.core.normalise import text
from ..sync.status.rows import LinkState, StatusRow

# Objects of one plan
MOST = 2_000
# Why a row in this state is left out, where it has no reason of its own
_REASONS = {LinkState.FOUND: Code.NOT_LINKED, LinkState.UNKNOWN: Code.NOT_FOUND_THERE}


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceRow:
    """One object. ``librenms_id`` and ``hostname`` are the device that it is linked to, None and empty where it is
    none; ``reason``: why it is left out."""

    pk: int
    name: str
    librenms_id: int | None = None
    hostname: str = ""
    reason: Issue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenancePlan:
    """The rows in the order of the objects, which are there by their ids."""

    rows: Sequence[MaintenanceRow]
    objects: Mapping[int, Any]

    @property
    def wanted(self) -> list[MaintenanceRow]:
        """Those for which LibreNMS is told something."""
        return [row for row in self.rows if row.reason is None]

    @property
    def counts(self) -> dict[str, int]:
        """What becomes of how many."""
        begun = len(self.wanted)
        return {"begin": begun, "nothing": len(self.rows) - begun}

    @property
    def digest(self) -> str:
        """Names what a person saw."""
        said = [f"{row.pk}:{row.librenms_id if row.reason is None else ''}" for row in self.rows]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


def plan_maintenance(api: LibreNMSAPI, kind: str, ids: Sequence[int], *, user: Any) -> MaintenancePlan:
    """The plan for some objects of a kind, those that the user may not view left out, in a fixed number of queries.
    Raises ``LibreNMSError``."""
    objects = {one.pk: one for one in load(kind, ids, user)}
    model = MODELS[kind]
    changeable = set(ids_of(model.objects.restrict(user, "change").filter(pk__in=ids).order_by("pk")))
    may_not = issue(Code.NO_PERMISSION, what=str(refusal(model, "change")))
    rows: list[MaintenanceRow] = []
    taken: dict[int, str] = {}
    for row in status_listing(api, kind, list(objects), user=user).rows:
        name = str(objects[row.pk])
        reason = _why_not(row) or (None if row.pk in changeable else may_not)
        if reason is None:
            reason = _taken(row, name, taken)
        rows.append(_row(row, name, reason))
    return MaintenancePlan(rows=rows, objects=objects)


def _why_not(row: StatusRow) -> Issue | None:
    if row.link is LinkState.LINKED:
        return None
    return row.reason or issue(_REASONS[row.link])


def _taken(row: StatusRow, name: str, taken: dict[int, str]) -> Issue | None:
    """Members of a chassis share a device, which needs one window."""
    number = row.librenms_id or 0
    if number in taken:
        return issue(Code.SAME_DEVICE, name=taken[number])
    taken[number] = name
    return None


def _row(row: StatusRow, name: str, reason: Issue | None) -> MaintenanceRow:
    hostname = text(row.device.hostname)[:255] if row.device is not None else ""
    return MaintenanceRow(pk=row.pk, name=name, librenms_id=row.librenms_id, hostname=hostname, reason=reason)
