"""Which member of a virtual chassis a port belongs to.

The number in a port's name says it only where the device and NetBox are known to count alike: by the serial numbers of
the inventory, or because the numbers of all ports fit the positions of all members. Where they do not, nobody is given
the port: a person is asked.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from .chassis import Place, Units, proven
from .names import Slot, slot_of
from .plan import Ref


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
        return len(self.members) > 1

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
    numbers = {slot.number for slot in slots} - _of_the_whole(slots, members)
    places = [Place(id=one.ref.id or 0, position=one.position, serial=one.serial) for one in members.members]
    known: Mapping[int, int] = proven(members.units, places, numbers)
    if not known:
        positions = {one.position: one.ref.id or 0 for one in members.members if one.position is not None}
        known = _by_position(numbers, positions) if len(positions) == len(members.members) else {}
    return {number: known.get(number) for number in numbers}


def _of_the_whole(slots: Collection[Slot], members: Members) -> set[int]:
    """The number 0 where it is no unit's: only kinds of ports have it that no unit has (a management port,
    ``GigabitEthernet0/0`` or ``M-GigabitEthernet0/0/0`` beside units from 1 on)."""
    if 0 in {one.position for one in members.members}:
        return set()
    others = {slot.number for slot in slots} - {0}
    numbers: dict[str, set[int]] = defaultdict(set)
    for slot in slots:
        numbers[slot.kind].add(slot.number)
    alone = all(found == {0} for found in numbers.values() if 0 in found)
    return {0} if alone and others else set()


def _by_position(numbers: Collection[int], positions: Mapping[int, int]) -> Mapping[int, int]:
    """Number → member id where the numbers are the positions, all of them or some, or all of them from another start.

    Empty where neither holds: then nothing says that they count the same things.
    """
    wanted, held = set(numbers), set(positions)
    if wanted <= held or held <= wanted:
        starts_alike = 0 in held or 0 not in wanted
        return positions if starts_alike else {}
    shift = min(held) - min(wanted)
    if {number + shift for number in wanted} == held:
        return {number: positions[number + shift] for number in wanted}
    return {}
