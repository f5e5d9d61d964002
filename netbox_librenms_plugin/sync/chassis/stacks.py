"""Stacks: which devices may be one, and which members LibreNMS's inventory shows, numbered as the device numbers them.

Nothing is guessed: units that nothing numbers, or that two ways number alike, are an issue and no stack.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...librenms.records import Device, InventoryItem
from ..core.issues import Code, Issue, issue
from ..core.normalise import text
from ..core.serials import folded_serial
from ..fields.plan import SERIAL_LENGTH
from .units import Unit, shared_serials, units_of

# LibreNMS's names of systems whose devices stack, or are several chassis under one control plane. NX-OS is not among
# them: its fabric extenders are line cards of one switch, and two such switches (vPC) are two devices.
SYSTEMS = frozenset(
    {
        "3com",
        "alaxala",
        "allied",
        "aos",
        "aos6",
        "aos7",
        "arubaos-cx",
        "avaya-ers",
        "awplus",
        "boss",
        "ciscosb",
        "comware",
        "dcn-software",
        "dell-os10",
        "dlink",
        "dnos",
        "edgecos",
        "eltex-mes21xx",
        "eltex-mes23xx",
        "eltex-mes24xx",
        "enterasys",
        "fs-switch",
        "ftos",
        "ibmnos",
        "ios",
        "iosxe",
        "ironware",
        "jetstream",
        "junos",
        "netgear",
        "powerconnect",
        "procurve",
        "qtech",
        "radlan",
        "ruijie",
        "vrp",
        "xos",
        "zxr10",
    }
)
# LibreNMS's types of devices; a device that somebody has not sorted has none
_TYPES = frozenset({"", "network", "firewall", "wireless"})
_SAYS_SO = re.compile(r"(?<!open)stack|\bvsf\b|\birf\b|virtual[ -]?chassis", re.IGNORECASE)
# Routers and virtual machines that run the same systems as switches do
_CANNOT = re.compile(
    r"^(?:cisco[ -]?)?(?:(?:asr|isr|csr|ncs|vg|ir)[ -]?[0-9]|c8[0-9]{3}|c11[0-9]{2})"
    r"|^cisco[ -]?[0-9]{3,4}(?![0-9])"
    r"|\b(?:vmx|vsrx|vqfx|vsr[0-9]*|iosv|virtual)\b"
    r"|\b(?:acx|ptx|ne|ar|msr)[0-9]|\bmx(?:5|10|40|80|104|150|204)\b",
    re.IGNORECASE,
)
# What NetBox's column for positions holds
_POSITIONS = range(2**31)

Numbering = Callable[[Unit], int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class StackMember:
    """One unit of a stack: ``position`` as the device numbers it (from 0 where it does so), ``model`` from ENTITY-MIB's
    entPhysicalModelName, ``name`` of the unit, ``index`` its entPhysicalIndex."""

    position: int
    serial: str
    model: str = ""
    name: str = ""
    index: int = 0
    is_master: bool = False


@dataclass(frozen=True, slots=True)
class Stack:
    """The members by position, none where there is no stack; ``issue`` where there is one that cannot be told apart."""

    members: tuple[StackMember, ...] = ()
    issue: Issue | None = None

    @property
    def master(self) -> StackMember | None:
        """The member that answers for all; None where there is no stack."""
        return next((one for one in self.members if one.is_master), None)


def may_be_stack(device: Device) -> bool:
    """Whether its inventory is worth asking for, from what the list of devices tells: type, system and hardware."""
    if text(device.type).casefold() not in _TYPES:
        return False
    hardware = text(device.hardware)
    if _SAYS_SO.search(hardware):
        return True
    return text(device.os).casefold() in SYSTEMS and not _CANNOT.search(hardware)


def members_of(device: Device, inventory: Sequence[InventoryItem]) -> Stack:
    """The stack that an inventory shows, if it has two units with serial numbers at least.

    The master is the one that answers: the unit with the device's own serial number. Where the device has none, or one
    that is no unit's (a supervisor's, a line card's), the unit of the lowest position stands for it.
    """
    told = units_of(inventory)
    units, shared = _distinct(told), shared_serials(told)
    if len(units) < 2:
        return Stack(issue=issue(Code.UNITS_SHARE_SERIAL, serials=tuple(sorted(shared)))) if shared else Stack()
    if any(len(one.serial) > SERIAL_LENGTH for one in units):
        return Stack(issue=issue(Code.MEMBERS_SERIAL_TOO_LONG))
    positions = _positions(units)
    if positions is None:
        return Stack(issue=issue(Code.MEMBERS_UNNUMBERED))
    units = sorted(units, key=lambda one: positions[one.index])
    own = text(device.serial).casefold()
    master = next((one for one in units if one.serial.casefold() == own), units[0])
    models = _models(inventory)
    return Stack(
        tuple(
            StackMember(
                position=positions[one.index],
                serial=one.serial,
                model=models.get((one.index, one.serial), ""),
                name=one.name,
                index=one.index,
                is_master=one is master,
            )
            for one in units
        )
    )


def _distinct(units: Iterable[Unit]) -> list[Unit]:
    """Each unit once, the first where it is listed again; what agents say for "no serial number" makes no unit."""
    found: dict[str, Unit] = {}
    for unit in units:
        serial = folded_serial(unit.serial)
        if serial:
            found.setdefault(serial, unit)
    return list(found.values())


def _positions(units: Sequence[Unit]) -> Mapping[int, int] | None:
    """entPhysicalIndex → position, by the first way that gives every unit a number of its own."""
    ways: tuple[Numbering, ...] = (lambda one: one.number, lambda one: one.position)
    for way in ways:
        numbers = {one.index: number for one in units if (number := way(one)) is not None and number in _POSITIONS}
        if len(numbers) == len(set(numbers.values())) == len(units):
            return numbers
    return None


def _models(inventory: Iterable[InventoryItem]) -> dict[tuple[int, str], str]:
    return {
        (one.index, text(one.serial)): text(one.model) for one in inventory if isinstance(one.index, int) and one.serial
    }
