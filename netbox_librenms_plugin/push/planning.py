"""The plan of adding objects of NetBox's to a LibreNMS server. It tells LibreNMS nothing and writes nothing."""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from ..engine import doubts_about
from ..librenms.errors import NoDevices
from ..librenms.profiles import Profiles, configured_profiles
from ..librenms.records import Device
from ..librenms_api import LibreNMSAPI
from ..models import LibreNMSSettings
from ..sync.core.issues import Issue
from ..sync.push.keeping import Keeping, Kept
from ..sync.push.plan import plan_push, without_doubtful
from ..sync.push.rows import Action, KnownDevices, PushRow, PushRuleSays
from .kept import keeping_of
from .reading import objects_of, profiles_of, rules_of, subjects_of

# Objects of one plan
MOST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PushPlan:
    """The rows in the order of the objects, which are there by their ids."""

    rows: Sequence[PushRow]
    objects: Mapping[int, Any]

    @property
    def counts(self) -> dict[str, int]:
        """What becomes of how many, all present."""
        found = Counter(row.action.value for row in self.rows)
        return {action.value: found[action.value] for action in Action}

    @property
    def digest(self) -> str:
        """Names what a person saw."""
        return hashlib.sha256("\n".join(row.fingerprint for row in self.rows).encode()).hexdigest()[:32]


@dataclass(slots=True, kw_only=True)
class PushPlanner:
    """Plans for one user, from what LibreNMS had when it was made and what is told to ``note`` since."""

    api: LibreNMSAPI
    user: Any
    ping_only: bool
    devices: list[Device]
    rules: Sequence[PushRuleSays]
    profiles: Profiles
    known: KnownDevices
    keeping: Keeping = Keeping()
    notes_from: str = ""
    order: Sequence[str] = ()

    @classmethod
    def of(
        cls,
        api: LibreNMSAPI,
        *,
        user: Any,
        ping_only: bool = False,
        refresh: bool = False,
        keeps: Collection[Kept] = tuple(Kept),
    ) -> Self:
        """Ask LibreNMS what it has. ``keeps``: what is compared of what is linked. Raises ``LibreNMSError``."""
        devices = devices_of(api, refresh=refresh)
        settings = LibreNMSSettings.load()
        keeping = keeping_of(api, devices, settings, user, keeps)
        return cls(
            api=api,
            user=user,
            ping_only=ping_only,
            devices=devices,
            rules=rules_of(api.server.key),
            profiles=configured_profiles(),
            known=KnownDevices(devices),
            keeping=keeping,
            notes_from=str(settings.notes_from) if keeping.is_on else "",
            order=settings.parent_order if Kept.PARENTS in keeping.policies else (),
        )

    def plan(self, kind: str, ids: Sequence[int]) -> PushPlan:
        """The plan for some objects of a kind, those that the user may not view left out."""
        objects = objects_of(kind, ids, self.user)
        rows = plan_push(
            subjects_of(objects, self.api, self.devices, user=self.user, notes_from=self.notes_from, order=self.order),
            rules=self.rules,
            profiles=profiles_of(self.profiles, {rule.profile for rule in self.rules}),
            known=self.known,
            ping_only=self.ping_only,
            keeping=self.keeping,
        )
        held = {one.pk: one for one in objects}
        return PushPlan(rows=without_doubtful(rows, self._doubts(rows, held)), objects=held)

    def _doubts(self, rows: Sequence[PushRow], objects: Mapping[int, Any]) -> dict[int, Issue]:
        """Object → why it is not to be taken for the device that was found, or that it is linked to."""
        devices = {one.device_id: one for one in self.devices}
        links = [(objects[row.id], devices[row.librenms_id or 0]) for row in rows if row.rests_on_identity]
        return {pk: doubt for (_kind, pk), doubt in doubts_about(links, user=self.user, api=self.api).items()}

    def note(self, device: Device) -> None:
        """LibreNMS has this one now, too."""
        self.devices.append(device)
        self.known.add(device)


def devices_of(api: LibreNMSAPI, *, refresh: bool) -> list[Device]:
    """All devices of a server. That it has none is a fact here: whatever it has after all, it does not add twice.
    Raises ``LibreNMSError``."""
    try:
        return list(api.devices(refresh=refresh).value)
    except NoDevices:
        return []
