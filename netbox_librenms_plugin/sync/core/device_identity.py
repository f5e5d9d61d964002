"""Whether a NetBox object and the LibreNMS device that it is linked to are one: all clues are asked, not only the link.

A clue that both sides have agrees or denies. The link is believed where the name or a serial number agrees, or the
address with no serial number against it, and nothing says that LibreNMS's device is another object of NetBox. What a
person confirmed stays so as long as both sides say what they said then.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...librenms.records import Device
from ...texts import address_text
from ..fields.device_names import is_address, same_host, without_domain
from .issues import Code, Issue, issue
from .normalise import text
from .plan import Change, Outcome, Plan
from .serials import folded_serial

DOUBTS = frozenset({Code.IDENTITY_DOUBT, Code.IDENTITY_OF_OTHER, Code.IDENTITY_OF_NAMESAKE, Code.IDENTITY_BY_ADDRESS})
# Enough to know a device by, if nothing denies it; an address alone changes hands too easily
TELLING = frozenset({"name", "dns_name", "serial"})


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIdentity:
    """What NetBox knows of an object, of all its chassis members together. Addresses are without their masks."""

    name: str = ""
    names: tuple[str, ...] = ()
    dns_names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What the clues say: those that agree and those that deny (``name``, ``dns_name``, ``primary_ip``, ``serial``),
    and ``doubt``, the reason why the object is not to be written.

    ``digest`` stands for all that both sides say, where there is a doubt; ``confirmed``: a person said that they are
    one in spite of it.
    """

    agrees: tuple[str, ...] = ()
    denies: tuple[str, ...] = ()
    doubt: Issue | None = None
    confirmed: bool = False
    digest: str = ""

    @property
    def open_doubt(self) -> Issue | None:
        """The doubt, unless a person settled it."""
        return None if self.confirmed else self.doubt


def identity_of(
    device: Device,
    known: KnownIdentity,
    *,
    serials: Iterable[str] = (),
    holders: Sequence[str] = (),
    namesakes: Sequence[str] = (),
) -> Identity:
    """What the clues say. ``serials`` are those of the chassis in LibreNMS's inventory, beside the device's own;
    ``holders`` names the other objects of NetBox that have the device's own serial number, ``namesakes`` those that are
    called like it."""
    numbers = tuple(filter(None, (folded_serial(one) for one in (device.serial, *serials))))
    clues = {
        "name": _named(device, known.names),
        "dns_name": _named(device, known.dns_names),
        "primary_ip": _agreement(_addresses(device), tuple(map(address_text, known.addresses)), str.__eq__),
        "serial": _agreement(numbers, tuple(map(folded_serial, known.serials)), str.__eq__),
    }
    agrees = tuple(name for name, agreed in clues.items() if agreed)
    denies = tuple(name for name, agreed in clues.items() if agreed is False)
    doubt = _doubt(device, known, agrees, denies, holders, namesakes)
    digest = _digest(device, known, numbers, (*holders, *namesakes)) if doubt is not None else ""
    return Identity(agrees=agrees, denies=denies, doubt=doubt, digest=digest)


def depends_on_namesakes(identity: Identity) -> bool:
    """Whether it matters who else is called like the device: the object is not, and no serial number bears it out."""
    return identity.doubt is None and not TELLING & set(identity.agrees) and "name" in identity.denies


def names_of(device: Device) -> tuple[str, ...]:
    """What a namesake is called, folded: the device's names, with and without their domains."""
    names = [name.casefold() for name in _hosts(device) if not is_address(name)]
    return tuple(dict.fromkeys((*names, *map(without_domain, names))))


def is_confirmed_by(choices: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether what a person chose among the fields (row key or ``"*"`` → choice) says that both are one."""
    return choices.get("*", {}).get("confirmed") is True


def _agreement(said: Sequence[str], held: Sequence[str], same: Any) -> bool | None:
    """Whether one of each is the same; None where one side says nothing."""
    one, other = [value for value in said if value], [value for value in held if value]
    return any(same(value, known) for value in one for known in other) if one and other else None


def _hosts(device: Device) -> tuple[str, ...]:
    return tuple(name for name in (text(device.sys_name), text(device.hostname)) if name)


def _named(device: Device, held: Sequence[str]) -> bool | None:
    """Whether it has one of these names. A device that LibreNMS knows by its address only denies none."""
    hosts = _hosts(device)
    agreed = _agreement(hosts, held, same_host)
    return None if agreed is False and all(map(is_address, hosts)) else agreed


def _addresses(device: Device) -> tuple[str, ...]:
    return tuple(address_text(value) for value in (device.ip, device.overwrite_ip, device.hostname))


def _doubt(
    device: Device,
    known: KnownIdentity,
    agrees: Sequence[str],
    denies: Sequence[str],
    holders: Sequence[str],
    namesakes: Sequence[str],
) -> Issue | None:
    about = {"hostname": text(device.hostname), "name": known.name}
    if holders and "serial" not in agrees:
        return issue(Code.IDENTITY_OF_OTHER, **about, serial=text(device.serial), holders=tuple(holders))
    if not agrees:
        return issue(Code.IDENTITY_DOUBT, **about)
    if namesakes and not TELLING & set(agrees):
        return issue(Code.IDENTITY_OF_NAMESAKE, **about, holders=tuple(namesakes))
    if not TELLING & set(agrees) and "serial" in denies:
        return issue(Code.IDENTITY_BY_ADDRESS, **about)
    return None


def _digest(device: Device, known: KnownIdentity, numbers: Sequence[str], holders: Sequence[str]) -> str:
    """What a confirmation is of: the clues of both sides, whatever their order."""
    said = (_hosts(device), _addresses(device), numbers)
    held = (known.names, known.dns_names, known.addresses, tuple(map(folded_serial, known.serials)))
    folded = [sorted({value.casefold() for value in clue if value}) for clue in (*said, *held, holders)]
    return hashlib.sha256(repr((device.device_id, folded)).encode()).hexdigest()


def guarded(plan: Plan, identity: Identity) -> Plan:
    """The plan of an object in doubt: whatever could be written waits until a person has confirmed who it is."""
    doubt = identity.open_doubt
    return plan if doubt is None else replace(plan, changes=tuple(_waiting(one, doubt) for one in plan.changes))


def _waiting(change: Change, doubt: Issue) -> Change:
    if not change.syncable:
        return change
    return replace(change, outcome=Outcome.BLOCKED, issues=(doubt, *change.issues))
