"""What a plan of adding devices to LibreNMS is made from and consists of, as plain values."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ...librenms.records import Device
from ...texts import address_text
from ..core.issues import Issue
from ..core.normalise import text
from .keeping import KeptValue

# The name under which an item of a run counts a device that was changed in LibreNMS; nothing of NetBox's is
CHANGED = "push_changed"


class Action(StrEnum):
    """What becomes of an object: LibreNMS adds it, it is linked to the device that LibreNMS has, what LibreNMS has of
    it is changed or is the same already, or nothing."""

    ADD = "add"
    LINK = "link"
    CHANGE = "change"
    SAME = "same"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDevice:
    """A device that LibreNMS has."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PushRuleSays:
    """A push rule. ``conditions``: what an object has to have, by the names of its ``traits`` → ids; ``tag``: one of
    its tags. ``address``: what LibreNMS is to reach it by, a name of its ``names``."""

    id: int
    name: str
    profile: str
    address: str
    give_location: bool = False
    conditions: Mapping[str, int] = field(default_factory=dict)
    tag: int | None = None

    def fits(self, subject: "PushSubject") -> bool:
        """Whether all conditions hold."""
        traits = all(subject.traits.get(name) == wanted for name, wanted in self.conditions.items())
        return traits and (self.tag is None or self.tag in subject.tags)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileSays:
    """What a plan has to know of an SNMP profile. ``problem``: why it cannot be used, empty where it can."""

    poller_group: int = 0
    ping_only: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushSubject:
    """A device or virtual machine of NetBox's. ``names``: what it can be reached by, empty where it has no such thing.

    ``linked``: the LibreNMS id that it, or the member that speaks for its chassis, has; ``found``: the device of
    LibreNMS's that clues lead to, ``several`` where they lead to more than one. ``spokesman``: the member of its
    virtual chassis by which LibreNMS knows, or would know it, where that is another. ``refusal``: what the user may not
    do, who may not link it. ``sharing``: other objects that are linked to the same device, as reasons name them.
    ``parents``: LibreNMS ids of the devices that it depends on, None where nobody has said so of its role.
    """

    id: int
    name: str
    names: Mapping[str, str]
    traits: Mapping[str, int | None] = field(default_factory=dict)
    tags: frozenset[int] = frozenset()
    site: str = ""
    status: str = ""
    notes: str = ""
    linked: int | None = None
    found: KnownDevice | None = None
    several: tuple[KnownDevice, ...] = ()
    spokesman: str = ""
    sharing: tuple[Mapping[str, object], ...] = ()
    parents: frozenset[int] | None = None
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushRow:
    """What becomes of one object. ``rule_id`` and ``rule``: the push rule that decided, 0 and empty where none fits.
    ``librenms_id``: the device that it is, or would be linked to. ``parents``: hostnames of the devices that a new one
    is to depend on. ``fields``: what LibreNMS has of a linked device beside what NetBox says. ``issues``: why nothing
    is done, or not all."""

    id: int
    name: str
    action: Action
    hostname: str = ""
    display: str = ""
    sys_name: str = ""
    location: str = ""
    profile: str = ""
    poller_group: int = 0
    ping_only: bool = False
    rule_id: int = 0
    rule: str = ""
    librenms_id: int | None = None
    parents: tuple[str, ...] = ()
    fields: tuple[KeptValue, ...] = ()
    issues: tuple[Issue, ...] = ()

    @property
    def rests_on_identity(self) -> bool:
        """Whether it holds only where the object and the LibreNMS device are one."""
        return self.action is Action.LINK or bool(self.fields)

    @property
    def fingerprint(self) -> str:
        """Names what a person saw: a row with another one is not what he agreed to."""
        said = [
            *(self.id, self.action.value, self.hostname, self.display, self.sys_name, self.location),
            *(self.profile, self.poller_group, self.ping_only, self.rule_id, self.librenms_id),
            *((one.field, one.found, one.wanted, one.outcome) for one in self.fields),
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


class KnownDevices:
    """All devices of a LibreNMS server, by what it tells them apart by: hostname, and address."""

    def __init__(self, devices: Iterable[Device]) -> None:
        self._hostnames: dict[str, KnownDevice] = {}
        self._addresses: dict[str, dict[int, KnownDevice]] = {}
        for device in devices:
            self.add(device)

    def add(self, device: Device) -> None:
        """One more."""
        known = KnownDevice(id=device.device_id, name=text(device.hostname))
        self._hostnames.setdefault(known.name.casefold(), known)
        for said in (device.ip, device.overwrite_ip, device.hostname):
            if address := address_text(said):
                self._addresses.setdefault(address, {})[known.id] = known

    def by(self, hostname: str) -> tuple[KnownDevice, ...]:
        """The one with this hostname, else all with this address: contexts of a firewall share one."""
        found = self._hostnames.get(hostname.casefold())
        return (found,) if found is not None else tuple(self._addresses.get(address_text(hostname), {}).values())
