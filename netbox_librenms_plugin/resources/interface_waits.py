"""What hangs on interfaces is told why an interface that it waits for cannot be made, by the interfaces' own rules.

Interfaces are compared for this only where something waits, and not under lock: nothing of it decides what is written.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ..librenms.records import UNSET, DeviceAddresses, DeviceLinks, Port, Snapshot
from ..orm.frame.scope import Scope
from ..orm.frame.subjects import Subject
from ..sync.core.issues import Issue
from ..sync.core.plan import Plan
from ..sync.core.policy import Policies
from ..sync.core.waiting import in_vain, obstacles
from .interfaces import INTERFACES
from .resource import Key, ResourceReader

type OnPorts = DeviceAddresses | DeviceLinks


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting[Reading]:
    """A reading, with what is in the way of interfaces that NetBox does not have: LibreNMS id of the port → reason."""

    reading: Reading
    obstacles: Mapping[int, Issue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterInterfaces[OnPort: OnPorts, Reading]:
    """Reads and plans rows that hang on interfaces. ``waits``: whether any row may wait for its interface."""

    reads: ResourceReader[OnPort, Reading]
    plans: Callable[[OnPort, Reading, Policies], Plan]
    waits: Callable[[OnPort, Reading], bool]

    def read(
        self, subjects: Sequence[Subject], snapshots: Mapping[Key, OnPort], scope: Scope, *, lock: bool = False
    ) -> dict[Key, Waiting[Reading]]:
        """As a ``ResourceReader``."""
        readings = self.reads(subjects, snapshots, scope, lock=lock)
        asked = [] if lock else [one for one in subjects if one.key in readings]
        waiting = [one for one in asked if self.waits(snapshots[one.key], readings[one.key])]
        why = _obstacles(waiting, snapshots, scope) if waiting else {}
        return {key: Waiting(reading=one, obstacles=why.get(key, {})) for key, one in readings.items()}

    def plan(self, snapshot: OnPort, reading: Waiting[Reading], policies: Policies) -> Plan:
        """The rows, with the reason of those that wait in vain."""
        return in_vain(self.plans(snapshot, reading.reading, policies), reading.obstacles)


def _bare(ports: Iterable[Port]) -> tuple[Port, ...]:
    """Without their VLANs, which keep no interface from being made."""
    return tuple(msgspec.structs.replace(one, vlans=UNSET) for one in ports)


def _obstacles(
    subjects: Sequence[Subject], snapshots: Mapping[Key, Any], scope: Scope
) -> dict[Key, Mapping[int, Issue]]:
    said = {one.key: snapshots[one.key] for one in subjects}
    asked = {key: Snapshot(device_id=one.device_id, ports=_bare(one.ports)) for key, one in said.items()}
    readings = INTERFACES.read(subjects, asked, scope)
    plans = {key: INTERFACES.plan(asked[key], reading, Policies()) for key, reading in readings.items()}
    return {key: obstacles(plan) for key, plan in plans.items()}
