"""Which chassis of LibreNMS's inventory is which member of a virtual chassis: by serial number, then by position.

Stacks differ in how they number their units. What is certain is a serial number that NetBox has already; positions are
tried by the number in the unit's name ("Switch 2"), then by ENTITY-MIB's entPhysicalParentRelPos, and only in a way
that contradicts no serial number. What is left undecided stays so.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...librenms.records import InventoryItem
from ..core.normalise import text
from ..core.serials import folded_serial, real_serial

Units = tuple["Unit", ...]
Numbering = Callable[["Unit"], int | None]

_NUMBERED = re.compile(r"\b(?:switch|unit|member|chassis|slot|node|fpc)[\s#:._-]*(?P<number>\d{1,3})\b", re.IGNORECASE)
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One chassis with a serial number; ``index`` is its entPhysicalIndex."""

    index: int
    name: str
    serial: str
    number: int | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChoice:
    """The unit that a member is; without one, those that it may be (none where LibreNMS sees no unit for it)."""

    unit: Unit | None = None
    candidates: Units = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPlace:
    """A member of the virtual chassis: its id in NetBox, its position, and the serial number it has there."""

    id: int
    position: int | None = None
    serial: str = ""


def units_of(items: Sequence[InventoryItem]) -> Units:
    """The chassis that have a serial number. Some agents call the units of a stack containers: those count too."""
    stacks = {one.index for one in items if one.class_ == "stack"}
    whole = [one for one in items if one.class_ == "chassis"]
    if not whole:
        whole = [one for one in items if one.class_ == "container" and one.contained_in in stacks]
    return tuple(unit for one in whole if (unit := _unit(one)) is not None)


def serial_units_of(items: Sequence[InventoryItem]) -> Units:
    """Those whose serial number is one, and not what agents say in place of it."""
    return tuple(one for one in units_of(items) if real_serial(one.serial))


def shared_serials(units: Units) -> frozenset[str]:
    """The serial numbers (folded) that are said of several units: each is that of one box, and nobody knows which."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for unit in units:
        number = unit.position if unit.number is None else unit.number
        if number is not None:
            numbers[folded_serial(unit.serial)].add(number)
    return frozenset(serial for serial, several in numbers.items() if serial and len(several) > 1)


def _unit(item: InventoryItem) -> Unit | None:
    serial, name = text(item.serial), text(item.name)
    if not serial or not isinstance(item.index, int):
        return None
    numbered = _NUMBERED.search(name)
    return Unit(
        index=item.index,
        name=(name or text(item.descr))[:_LONGEST_NAME],
        serial=serial,
        number=int(numbered["number"]) if numbered else None,
        position=item.parent_rel_pos if isinstance(item.parent_rel_pos, int) else None,
    )


def assign(
    units: Units, places: Sequence[MemberPlace], chosen: Mapping[int, int] | None = None
) -> dict[int, UnitChoice]:
    """Member id → the unit that it is, or those that it may be.

    ``chosen``: member id → index of the unit that a person gave it.
    """
    by_index = {one.index: one for one in units}
    sure = {id: by_index[index] for id, index in (chosen or {}).items() if index in by_index}
    sure |= _by_serial(units, [one for one in places if one.id not in sure])
    left = [one for one in units if one not in sure.values()]
    waiting = [one for one in places if one.id not in sure]
    numbering = _numbering(units, places, sure) if left else None
    if numbering is not None:
        by_number = {numbering(one): one for one in left}
        sure |= {one.id: by_number[one.position] for one in waiting if one.position in by_number}
        left = []
    elif len(left) == len(waiting) == 1 and len(units) == len(places):
        sure[waiting[0].id] = left.pop()
    undecided = UnitChoice(candidates=tuple(left))
    return {one.id: UnitChoice(unit=sure[one.id]) if one.id in sure else undecided for one in places}


def proven(units: Units, places: Sequence[MemberPlace], numbers: Collection[int]) -> dict[int, int] | None:
    """Number of a unit → member id, as far as serial numbers prove how the units are counted; empty where ``numbers``
    (those that ports are called by) are not the units' own, and None where no serial number proves anything."""
    if not _by_serial(units, places):
        return None
    way = next((one for one in (_by_name, _by_position) if _usable(one, units) and _all_of(one, units, numbers)), None)
    if way is None:
        return {}
    assigned = ((member_id, choice.unit) for member_id, choice in assign(units, places).items())
    return {number: pk for pk, unit in assigned if unit is not None and (number := way(unit)) is not None}


def _all_of(way: Numbering, units: Units, numbers: Collection[int]) -> bool:
    return set(numbers) <= {way(one) for one in units}


def _by_serial(units: Units, places: Iterable[MemberPlace]) -> dict[int, Unit]:
    known: dict[str, list[Unit]] = {}
    for unit in units:
        known.setdefault(folded_serial(unit.serial), []).append(unit)
    held = Counter(folded_serial(one.serial) for one in places)
    numbers = ((one.id, folded_serial(one.serial)) for one in places)
    return {pk: known[one][0] for pk, one in numbers if one and held[one] == 1 and len(known.get(one, ())) == 1}


def _numbering(units: Units, places: Sequence[MemberPlace], sure: Mapping[int, Unit]) -> Numbering | None:
    """How the units are numbered: in a way that names every member, else shifted by one start, else at least some."""
    positions = [one.position for one in places if one.position is not None]
    if len(positions) != len(places):
        return None
    ways = [way for way in (_by_name, _by_position) if _usable(way, units)]
    whole = [way for way in ways if {way(one) for one in units} >= set(positions)]
    shifted = [_shifted(way, min(positions) - _lowest(way, units)) for way in ways if _as_many(way, units, positions)]
    some = [way for way in ways if (_lowest(way, units) > 0) == (min(positions) > 0)]
    for way in (*whole, *shifted, *some):
        if all(way(sure[one.id]) == one.position for one in places if one.id in sure):
            return way
    return None


def _by_name(unit: Unit) -> int | None:
    return unit.number


def _by_position(unit: Unit) -> int | None:
    return unit.position


def _usable(way: Numbering, units: Units) -> bool:
    """Whether every unit has a number of its own."""
    numbers = [way(one) for one in units]
    return None not in numbers and len(set(numbers)) == len(units) and min(n for n in numbers if n is not None) >= 0


def _lowest(way: Numbering, units: Units) -> int:
    return min(number for one in units if (number := way(one)) is not None)


def _as_many(way: Numbering, units: Units, positions: Sequence[int]) -> bool:
    """Whether the numbers are the members' positions, counted from another start."""
    numbers = sorted(number for one in units if (number := way(one)) is not None)
    return len({number - position for number, position in zip(numbers, sorted(positions), strict=False)}) == 1 and (
        len(numbers) == len(positions)
    )


def _shifted(way: Numbering, offset: int) -> Numbering:
    return lambda unit: None if (number := way(unit)) is None else number + offset
