"""The row of one LibreNMS device: what it would become in NetBox, what it matches, and what is missing."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from ..librenms.records import Device
from ..sync.core.issues import Issue
from ..sync.core.plan import Ref
from ..sync.core.serials import real_serial
from ..texts import clean_text


class State(StrEnum):
    """Where a device stands. ``ready`` and ``needs_setup`` are new, ``exists`` is in NetBox and not linked yet."""

    READY = "ready"
    NEEDS_SETUP = "needs_setup"
    EXISTS = "exists"
    LINKED = "linked"
    CONFLICT = "conflict"
    IGNORED = "ignored"


NEW = frozenset({State.READY, State.NEEDS_SETUP})
# What an import of the row would do something for; a linked row can be synced with it
IMPORTABLE = frozenset({State.READY, State.EXISTS, State.LINKED})


class Kind(StrEnum):
    """What a LibreNMS device becomes."""

    DEVICE = "device"
    VM = "vm"


class Clue(StrEnum):
    """What a NetBox object was found by, in the order in which clues are followed; ``choice`` is a person's."""

    LIBRENMS_ID = "librenms_id"
    NAME = "name"
    SERIAL = "serial"
    ADDRESS = "primary_ip"
    CHOICE = "choice"


# Fields of a row that a person can choose an object for
FIELDS = ("role", "site", "location", "rack", "cluster", "device_type", "platform", "tenant")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a person decided for one device. ``ids``: field → id of the chosen object.

    ``link`` is the (kind, id) of the NetBox object that the device is; ``take_serial``: the linked object gets
    LibreNMS's serial number; ``anyway``: it is a device of its own although something else agrees.
    """

    kind: Kind | None = None
    ids: Mapping[str, int] = field(default_factory=dict)
    name: str = ""
    link: tuple[Kind, int] | None = None
    take_serial: bool = False
    anyway: bool = False

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """From its JSON form (``{"as": "vm", "role": 3, "name": …, "link": {"type": "device", "id": 5}}``).

        What is no valid entry is left out.
        """
        link = data.get("link")
        return cls(
            kind=_kind(data.get("as")),
            ids={name: data[name] for name in FIELDS if _is_id(data.get(name))},
            name=clean_text(str(data.get("name") or "")[:255]),
            link=_link(link) if isinstance(link, Mapping) else None,
            take_serial=data.get("take_serial") is True,
            anyway=data.get("anyway") is True,
        )

    def as_json(self) -> dict[str, Any]:
        """The form that ``of`` reads, without what was not decided."""
        data: dict[str, Any] = {"as": self.kind.value} if self.kind else {}
        data |= self.ids
        if self.name:
            data["name"] = self.name
        if self.link:
            data["link"] = {"type": self.link[0].value, "id": self.link[1]}
        return data | {name: True for name in ("take_serial", "anyway") if getattr(self, name)}


def _kind(value: Any) -> Kind | None:
    return Kind(value) if value in tuple(Kind) else None


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def _link(link: Mapping[str, Any]) -> tuple[Kind, int] | None:
    kind, number = _kind(link.get("type")), link.get("id")
    return (kind, number) if kind and isinstance(number, int) and _is_id(number) else None


NO_CHOICE = Choice()


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A device or VM of NetBox, as far as it can be what LibreNMS sees.

    ``site``, ``cluster``, ``role`` and ``device_type`` may lack; ``librenms_id`` is that on the server that is asked,
    ``other_server`` says that there is one for another. ``visible`` to the user or not: what he may not see is taken
    into account and not named.
    """

    kind: Kind
    id: int
    name: str
    site: Ref | None = None
    cluster: Ref | None = None
    role: Ref | None = None
    device_type: Ref | None = None
    serial: str = ""
    addresses: tuple[str, ...] = ()
    librenms_id: int | None = None
    chassis: int | None = None
    chassis_name: str = ""
    is_master: bool = False
    tenant: int | None = None
    other_server: bool = False
    visible: bool = True

    @property
    def key(self) -> tuple[Kind, int]:
        """What tells objects apart."""
        return self.kind, self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Chassis:
    """A virtual chassis of NetBox; ``visible`` to the user or not, as of ``Holder``."""

    id: int
    name: str
    visible: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One field of what would be made: the object (None: nothing), where it comes from, and LibreNMS's own text.

    ``via``: ``choice``, ``rule``, ``mapping``, or the attribute that was exactly LibreNMS's text (``name``, ``slug``,
    ``model``, ``part_number``), ``host`` for the cluster of a VM's host. ``issue`` says why there is nothing.
    """

    ref: Ref | None = None
    via: str = ""
    said: str = ""
    issue: Issue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleHit:
    """The import rule that decided. ``ignores``: it keeps the device out of NetBox."""

    id: int
    name: str
    ignores: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One device of LibreNMS.

    ``values``: field of ``FIELDS`` → value, without those that the kind does not have. ``hits``: clue → NetBox objects
    that it leads to. ``holder`` is the one object that it is (states ``exists`` and ``linked``). ``issues`` are reasons
    for the state, ``notes`` things worth knowing. ``stack``: number of members where LibreNMS's inventory was asked (0:
    no stack), else None; ``may_be_stack`` is what can be told without asking.
    """

    device: Device
    state: State
    kind: Kind
    name: str
    choice: Choice = NO_CHOICE
    values: Mapping[str, Value] = field(default_factory=dict)
    tags: tuple[Ref, ...] = ()
    hits: Mapping[Clue, tuple[Holder, ...]] = field(default_factory=dict)
    holder: Holder | None = None
    matched_by: Clue | None = None
    issues: tuple[Issue, ...] = ()
    notes: tuple[Issue, ...] = ()
    rule: RuleHit | None = None
    may_be_stack: bool = False
    stack: int | None = None

    @property
    def librenms_id(self) -> int:
        """The device's id in LibreNMS."""
        return self.device.device_id

    @property
    def serial(self) -> str:
        """LibreNMS's serial number, empty where it knows none."""
        return real_serial(self.device.serial)

    @property
    def fingerprint(self) -> str:
        """Short digest of everything that an import of this row would do; another digest means the row is stale."""
        refs = sorted((name, value.ref.id) for name, value in self.values.items() if value.ref)
        tags = sorted(one.id or 0 for one in self.tags)
        said = (self.state, self.kind, self.name, self.serial, self.choice.take_serial)
        made = (said, refs, tags, self.holder.key if self.holder else None)
        return hashlib.sha256(repr(made).encode()).hexdigest()[:16]

    def ref(self, name: str) -> Ref | None:
        """The object of one field, None where there is none."""
        value = self.values.get(name)
        return value.ref if value else None
