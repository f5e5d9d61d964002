"""NetBox's devices and VMs by everything that a LibreNMS device can be recognised by."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from ipaddress import ip_address
from typing import Any, Self

from ..sync.core.serials import folded_serial
from ..sync.fields.device_names import is_address
from .rows import Chassis, Holder, Kind


def plain_address(value: Any) -> str:
    """The usual short form of an address, empty for anything else; one with a zone is nobody's elsewhere."""
    return _plain(value) if isinstance(value, str) else ""


# A list is matched again and again, and reading an address takes as long as all the rest of its row
@lru_cache(maxsize=2**16)
def _plain(value: str) -> str:
    return str(ip_address(value)) if "%" not in value and is_address(value) else ""


class Index:
    """Holders by LibreNMS id, folded name (of the object or of the chassis it is the master of), serial and address;
    ``chassis`` by folded name."""

    def __init__(self, holders: Iterable[Holder], chassis: Iterable[Chassis] = ()) -> None:
        self.by_key: dict[tuple[Kind, int], Holder] = {}
        self._ids: dict[int, list[Holder]] = defaultdict(list)
        self._names: dict[str, list[Holder]] = defaultdict(list)
        self._serials: dict[str, list[Holder]] = defaultdict(list)
        self._addresses: dict[str, list[Holder]] = defaultdict(list)
        self._members: dict[int, list[Holder]] = defaultdict(list)
        self._chassis: dict[str, list[Chassis]] = defaultdict(list)
        for one in holders:
            self._add(one)
        for each in chassis:
            self._chassis[each.name.lower()].append(each)

    @classmethod
    def empty(cls) -> Self:
        """An index of nothing."""
        return cls(())

    def _add(self, one: Holder) -> None:
        self.by_key[one.key] = one
        if one.librenms_id is not None:
            self._ids[one.librenms_id].append(one)
        # As PostgreSQL folds them, which is asked for few devices
        names = {one.name.lower(), one.chassis_name.lower() if one.is_master else ""}
        for name in names - {""}:
            self._names[name].append(one)
        serial = folded_serial(one.serial)
        if serial:
            self._serials[serial].append(one)
        for address in set(one.addresses):
            self._addresses[address].append(one)
        if one.chassis is not None:
            self._members[one.chassis].append(one)

    def by_id(self, librenms_id: int) -> tuple[Holder, ...]:
        """Who is linked to the device. Members of one chassis share the link: their master stands for them."""
        return together(self._ids.get(librenms_id, ()))

    def by_names(self, names: Iterable[str]) -> tuple[Holder, ...]:
        """Who has one of these names."""
        return together(one for name in names for one in self._names.get(name.lower(), ()))

    def chassis_named(self, names: Iterable[str]) -> tuple[tuple[Chassis, tuple[Holder, ...]], ...]:
        """The virtual chassis that have one of these names, each with its members."""
        found = {one.id: one for name in names for one in self._chassis.get(name.lower(), ())}
        return tuple((one, tuple(self._members.get(one.id, ()))) for one in found.values())

    def crew(self, holder: Holder) -> tuple[Holder, ...]:
        """The members of its virtual chassis, or it alone."""
        members = self._members.get(holder.chassis, ()) if holder.chassis is not None else ()
        return tuple(members) or (holder,)

    def by_serial(self, serial: str) -> tuple[Holder, ...]:
        """Who has this serial number, if it is one."""
        return together(self._serials.get(folded_serial(serial), ()))

    def by_addresses(self, addresses: Iterable[str]) -> tuple[Holder, ...]:
        """Whose primary or out-of-band address is one of these."""
        return together(one for address in addresses for one in self._addresses.get(address, ()))


def together(holders: Iterable[Holder]) -> tuple[Holder, ...]:
    """Each holder once; where the master of a chassis is among several of its members, it stands for them."""
    found: Mapping[tuple[Kind, int], Holder] = {one.key: one for one in holders}
    if len(found) < 2:
        return tuple(found.values())
    masters = {one.chassis for one in found.values() if one.is_master and one.chassis is not None}
    kept: Sequence[Holder] = [one for one in found.values() if one.is_master or one.chassis not in masters]
    return tuple(kept)
