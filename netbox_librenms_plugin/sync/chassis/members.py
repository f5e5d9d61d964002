"""Which member of a virtual chassis a port belongs to.

The number in a port's name says it only where the device and NetBox are known to count alike: by the serial numbers of
the inventory, or because the numbers of all ports fit the positions of all members. Where they do not, nobody is given
the port: a person is asked.
"""

from collections.abc import Collection, Iterable, Mapping, Sized
from dataclasses import dataclass, field, replace

from ..core.names import Slot, slot_of
from ..core.plan import Ref
from .units import MemberPlace, Units, proven

# Ports between the units of a stack have a number of their own (Junos: vcp-255/1/0)
_BETWEEN_UNITS = frozenset({"vcp"})
_MANAGEMENT = ("m-", "meth", "mgmt", "management", "bluetooth", "fxp")


def in_chassis(members: Sized) -> bool:
    """Whether an object is in a chassis as comparing means it: several members share one device of LibreNMS. A virtual
    chassis of one member is that device alone."""
    return len(members) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One object that holds interfaces: a chassis member, a lone device or a VM; ``visible`` to the user or not."""

    ref: Ref
    position: int | None = None
    master: bool = False
    visible: bool = True
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Members:
    """All members in their order, the choices that a person made for single rows (row key → member id), and the units
    of LibreNMS's inventory.

    ``slots``: number in a port's name → member id; see ``fitted``.
    """

    members: tuple[Member, ...]
    chosen: Mapping[str, int] = field(default_factory=dict)
    units: Units = ()
    slots: Mapping[int, int | None] = field(default_factory=dict)

    @property
    def master(self) -> Member:
        """Who owns what belongs to the whole device: the master, else the first."""
        return next((one for one in self.members if one.master), self.members[0])

    @property
    def several(self) -> bool:
        """Whether there is more than one."""
        return in_chassis(self.members)

    def by_hand(self, key: str) -> Member | None:
        """The member a person gave this row to."""
        return self._by_id(self.chosen.get(key))

    def by_name(self, port_name: str) -> Member | None:
        """The member whose number the port's name gives; None for a name without one, or with one that is nobody's."""
        slot = slot_of(port_name)
        return None if slot is None else self._by_id(self.slots.get(slot.number))

    def is_foreign(self, port_name: str) -> bool:
        """Whether the port's name gives a number that is no member's, so that nobody knows whose port it is."""
        slot = slot_of(port_name)
        return slot is not None and slot.number in self.slots and self.slots[slot.number] is None

    def _by_id(self, member_id: int | None) -> Member | None:
        return next((one for one in self.members if member_id is not None and one.ref.id == member_id), None)

    def fitted(self, port_names: Iterable[str]) -> "Members":
        """These members with ``slots`` for the names of all ports of the device: None for a number that is nobody's."""
        if not self.several:
            return self
        slots = {slot for name in port_names if (slot := slot_of(name)) is not None}
        return replace(self, slots=_fit(slots, self))


def _fit(slots: Collection[Slot], members: Members) -> dict[int, int | None]:
    """Number → member id. What the serial numbers prove counts, else that both sides count alike."""
    every = {slot.number for slot in slots}
    of_units = {slot.number for slot in slots if slot.prefix not in _BETWEEN_UNITS}
    ways = (of_units, of_units - _of_the_whole(slots, members))
    places = [MemberPlace(id=one.ref.id or 0, position=one.position, serial=one.serial) for one in members.members]
    proofs = [(numbers, proven(members.units, places, numbers)) for numbers in ways]
    numbers = next((one for one, proof in proofs if proof), ways[-1])
    known: Mapping[int, int] = next((proof for _numbers, proof in proofs if proof), {})
    if all(proof is None for _numbers, proof in proofs):
        positions = {one.position: one.ref.id or 0 for one in members.members if one.position is not None}
        known = _by_position(numbers, positions) if len(positions) == len(members.members) else {}
    foreign = every - of_units
    return {number: None if number in foreign else known.get(number) for number in foreign | numbers}


def _of_the_whole(slots: Collection[Slot], members: Members) -> set[int]:
    """The number 0 where it is no unit's: all ports that have it are for management, by their kind, or since their
    names are shorter than all others (``GigabitEthernet0/0`` beside ``GigabitEthernet1/0/1``)."""
    if 0 in {one.position for one in members.members}:
        return set()
    zero = [slot for slot in slots if slot.number == 0]
    depths = [slot.depth for slot in slots if slot.number != 0]
    if not zero or not depths:
        return set()
    return {0} if all(one.prefix.startswith(_MANAGEMENT) or one.depth < min(depths) for one in zero) else set()


def _by_position(numbers: Collection[int], positions: Mapping[int, int]) -> Mapping[int, int]:
    """Number → member id where the numbers are the positions, all of them or some, or all of them from another start.

    Empty where neither holds: then nothing says that they count the same things.
    """
    wanted, held = set(numbers), set(positions)
    if wanted <= held:
        # Of members 0 and 1, unit 1 alone may be either
        return {} if wanted and min(wanted) > 0 and 0 in held else positions
    if held <= wanted:
        # More units than NetBox has; numbers that jump are those of line cards
        return positions if wanted == set(range(1, len(wanted) + 1)) and held == set(range(1, len(held) + 1)) else {}
    shift = min(held) - min(wanted)
    if {number + shift for number in wanted} == held:
        return {number: positions[number + shift] for number in wanted}
    return {}
