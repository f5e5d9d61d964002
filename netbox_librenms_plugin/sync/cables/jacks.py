"""Interfaces as cables see them: what can carry one, what carries one already, and where that leads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from ..core.issues import Code, Issue, issue
from ..core.names import parent_name
from ..core.plan import Ref


class JackKind(StrEnum):
    """What an interface is to a cable."""

    WIRED = "wired"
    VIRTUAL = "virtual"
    CHANNEL = "channel"
    WIRELESS = "wireless"


@dataclass(frozen=True, slots=True, kw_only=True)
class Jack:
    """One interface. ``far`` holds the interfaces at the other end of its cable path, patch panels and circuits in
    between; ``leads_to`` says in words what is there, as far as the user may see it.

    ``cable`` is the id of its cable (and ``cable_end`` the side it is on), whether the user may see that cable or not.
    """

    ref: Ref
    device: Ref
    type: str = ""
    kind: JackKind = JackKind.WIRED
    librenms_id: int | None = None
    macs: frozenset[str] = frozenset()
    parent: int | None = None
    marked: bool = False
    wireless: bool = False
    cable: int | None = None
    cable_end: str = ""
    far: frozenset[int] = frozenset()
    leads_to: str = ""

    @property
    def id(self) -> int:
        """Primary key of the interface."""
        return self.ref.id or 0

    @property
    def label(self) -> str:
        """Device and interface in one phrase."""
        return f"{self.device.name} {self.ref.name}"


@dataclass(frozen=True, kw_only=True)
class Jacks:
    """The interfaces that the user may see, by id, and the members of aggregates and bridges, seen or not."""

    by_id: Mapping[int, Jack] = field(default_factory=dict)
    members: Mapping[int, Sequence[int]] = field(default_factory=dict)

    def carriers(self, jack: Jack) -> tuple[Jack, ...]:
        """The interfaces on which the cable of this one can be: itself, else its members, else its parent."""
        if jack.kind is not JackKind.VIRTUAL:
            return (jack,)
        ids = self.members.get(jack.id) or self._parents(jack)
        return tuple(one for pk in ids if (one := self.by_id.get(pk)) is not None and one.kind is JackKind.WIRED)

    def _parents(self, jack: Jack) -> tuple[int, ...]:
        """The interface it is a part of, as NetBox says or else its name (``xe-0/0/1.0``)."""
        if jack.parent:
            return (jack.parent,)
        base = parent_name(jack.ref.name)
        held = self.named(jack.device, base) if base else None
        return () if held is None else (held.id,)

    def named(self, device: Ref, name: str) -> Jack | None:
        """The interface of this very name on a device."""
        return self._by_name.get((device.id, name))

    @cached_property
    def _by_name(self) -> Mapping[tuple[int | None, str], Jack]:
        return {(one.device.id, one.ref.name): one for one in self.by_id.values()}

    def carrier(self, jack: Jack) -> Jack | None:
        """The one interface that a new cable goes to; None where there is none, or a choice among several."""
        if jack.kind is not JackKind.VIRTUAL:
            return None if jack.kind is JackKind.CHANNEL or _is_wireless(jack) else jack
        carriers = self.carriers(jack)
        alone = len(self.members.get(jack.id, ())) <= 1
        return carriers[0] if alone and len(carriers) == 1 and not _is_wireless(carriers[0]) else None

    def joined(self, one: Jack, other: Jack) -> tuple[Jack, Jack] | None:
        """The two interfaces by which these are connected already, if they are."""
        for near in self.carriers(one):
            for far in self.carriers(other):
                if _joined(near, far):
                    return near, far
        return None


def cableable(jacks: Iterable[Jack]) -> tuple[Jack, ...]:
    """Those that can have a cable themselves."""
    return tuple(one for one in jacks if one.kind is JackKind.WIRED and not one.wireless)


def _is_wireless(jack: Jack) -> bool:
    return jack.kind is JackKind.WIRELESS or jack.wireless


def _joined(one: Jack, other: Jack) -> bool:
    if other.id in one.far or one.id in other.far:
        return True
    # An interface that is split into channels has a cable and no path of its own
    pathless = not one.far and not other.far and one.cable is not None
    return pathless and one.cable == other.cable and one.cable_end != other.cable_end


def uncabled(jack: Jack, carrier: Jack | None) -> Issue | None:
    """Why no cable can be put where this interface is; None when one can."""
    if carrier is not None:
        return issue(Code.MARKED_CONNECTED, interface=carrier.label) if carrier.marked else None
    if _is_wireless(jack):
        return issue(Code.WIRELESS, interface=jack.label)
    return issue(Code.NOT_CABLEABLE, interface=jack.label)


def occupied(jacks: Iterable[Jack], cables: Mapping[int, str]) -> tuple[Issue, ...]:
    """A reason for each interface that has a cable already. ``cables`` names them by id."""
    return tuple(_occupied(one, cables) for one in jacks if one.cable is not None)


def _occupied(jack: Jack, cables: Mapping[int, str]) -> Issue:
    cable = cables.get(jack.cable or 0, f"#{jack.cable}")
    if not jack.leads_to:
        return issue(Code.CABLE_LEADS_NOWHERE, interface=jack.label, cable=cable)
    return issue(Code.CABLED_ELSEWHERE, interface=jack.label, cable=cable, peer=jack.leads_to)
