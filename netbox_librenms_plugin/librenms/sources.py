"""Where LibreNMS's answers about devices come from: asked for each device, or taken from the server's lists.

Both give the same records. What a source did not look at is named in ``partial`` of a record, never left out silently;
nobody who reads the records needs to know which source they are from.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Any, Protocol

from msgspec.structs import replace

from ..librenms_api import LibreNMSAPI
from .cache import Fetched
from .errors import DeviceNotFound, LibreNMSError, PortsUnknown
from .identify import Identification
from .records import (
    Address,
    Device,
    DeviceAddresses,
    DeviceDetails,
    DeviceLinks,
    DeviceVlans,
    FleetPorts,
    Link,
    Part,
    Port,
    Snapshot,
    Vlan,
)

__all__ = ("Bulk", "PerDevice", "Source")

# Ports of devices that were asked for last
PORTS_KEPT = 20_000


class Source(Protocol):
    """What is asked about devices by LibreNMS id. Every method raises ``LibreNMSError``; all but ``identify`` may be
    called from several threads at once."""

    api: LibreNMSAPI

    @property
    def complete(self) -> bool:
        """Whether all is asked for that LibreNMS can say about a device."""

    def identify(self, objects: list[Any]) -> dict[int, Identification]:
        """Who each object (of one model) is in LibreNMS, by primary key."""

    def device(self, device_id: int) -> Device:
        """The device itself."""

    def details(self, device_id: int, *, with_inventory: bool) -> DeviceDetails:
        """The device, with its parts if they are asked for."""

    def parts(self, device_id: int) -> DeviceDetails:
        """The device with its parts, for who is who: what is cached will do, ``refresh`` or not."""

    def interfaces(self, device_id: int) -> Snapshot:
        """Its ports, their VLANs and their layers."""

    def vlans(self, device_id: int) -> DeviceVlans:
        """The VLANs that it carries."""

    def addresses(self, device_id: int) -> DeviceAddresses:
        """Its IP addresses, and the ports that they are on."""

    def links(self, device_id: int) -> DeviceLinks:
        """Its neighbours, and the ports that hear them."""


class PerDevice:
    """Asks about each device by itself, and for all that there is to know. With ``refresh`` nothing cached counts when
    something is asked for the first time.

    Many objects are told apart by the list of all devices, one by a look-up.
    """

    complete = True

    def __init__(self, api: LibreNMSAPI, *, refresh: bool = False, many: bool = False) -> None:
        self.api = api
        self._refresh = refresh
        self._many = many
        self._asked: set[tuple[str, int]] = set()

    def _anew(self, what: str, device_id: int) -> bool:
        """Whether to refresh: an answer that hangs on another one would have that read again and again."""
        first = (what, device_id) not in self._asked
        self._asked.add((what, device_id))
        return self._refresh and first

    @cached_property
    def _listed(self) -> Mapping[int, Device]:
        """The list of all devices where many are asked about; without it each is asked for by itself."""
        if self._many:
            with suppress(LibreNMSError):
                return {one.device_id: one for one in self.api.devices().value}
        return {}

    def identify(self, objects: list[Any]) -> dict[int, Identification]:
        if self._many:
            # Before any threads want it
            listed = self._listed
            return self.api.identify_many(objects, devices=lambda: listed.values() or self.api.devices().value)
        return {one.pk: self.api.identify(one) for one in objects}

    def device(self, device_id: int) -> Device:
        return self._listed.get(device_id) or self.api.device(device_id).value

    def details(self, device_id: int, *, with_inventory: bool) -> DeviceDetails:
        return self.api.device_details(
            device_id, with_inventory=with_inventory, refresh=self._anew("details", device_id)
        )

    def parts(self, device_id: int) -> DeviceDetails:
        return self.api.device_details(device_id, with_inventory=True)

    def interfaces(self, device_id: int) -> Snapshot:
        return self.api.snapshot(device_id, refresh=self._anew("interfaces", device_id))

    def vlans(self, device_id: int) -> DeviceVlans:
        return self.api.device_vlans(device_id, refresh=self._anew("vlans", device_id))

    def addresses(self, device_id: int) -> DeviceAddresses:
        return self.api.device_addresses(device_id, refresh=self._anew("addresses", device_id))

    def links(self, device_id: int) -> DeviceLinks:
        return self.api.device_links(device_id, refresh=self._anew("links", device_id))


@dataclass(frozen=True, slots=True)
class _Grouped[T]:
    """A list of the whole server by whom its rows are of: a device, or a port where they name no device. ``odd_rows``
    of it could not be read, whosever they are."""

    rows: Mapping[int, Sequence[T]]
    fetched_at: datetime
    odd_rows: int = 0


class Dated(Protocol):
    """An answer that says when LibreNMS gave it."""

    @property
    def fetched_at(self) -> datetime:
        """When that was (UTC)."""


class Bulk:
    """Takes the server's lists, each read once and grouped by device, and makes no call for a single device.

    What the lists lack (VLANs of ports, layers of ports, inventories) is named as not looked at; with ``complete`` it
    is asked for, and so is what a list could not give or gave only in part. With ``refresh`` no cached list counts.
    Where ``only`` a few devices are meant, the ports of these are asked for instead of everybody's. Answers from before
    ``since`` are not taken: whoever comes first asks again, and the others have his.
    """

    def __init__(
        self,
        api: LibreNMSAPI,
        *,
        complete: bool = False,
        refresh: bool = False,
        only: Iterable[int] | None = None,
        since: datetime | None = None,
    ) -> None:
        self.api = api
        self.complete = complete
        self._since = since
        self._refresh = refresh
        self._each = PerDevice(api, refresh=refresh or since is not None)
        self._only = None if only is None else list(only)
        self._kept: dict[str, Any] = {}
        self._snapshots: dict[int, Snapshot] = {}
        self._ports_kept = 0
        self._guard = Lock()

    def identify(self, objects: list[Any]) -> dict[int, Identification]:
        return self.api.identify_many(objects, devices=lambda: self._devices().values())

    def device(self, device_id: int) -> Device:
        device = self._devices().get(device_id)
        if device is None:
            raise DeviceNotFound(self.api.server.display_name, device_id=device_id)
        return device

    def details(self, device_id: int, *, with_inventory: bool) -> DeviceDetails:
        details = DeviceDetails(device=self.device(device_id), fetched_at=self._devices_at)
        if not with_inventory:
            return details
        if not self.complete:
            return replace(details, partial=(Part.INVENTORY,))
        try:
            parts = self._new(lambda refresh: self.api.inventory(device_id, refresh=refresh))
        except LibreNMSError:
            return replace(details, partial=(Part.INVENTORY,))
        fetched_at = min(details.fetched_at, parts.fetched_at)
        return replace(details, inventory=parts.value, fetched_at=fetched_at, odd_rows=parts.odd_rows)

    def parts(self, device_id: int) -> DeviceDetails:
        return self.details(device_id, with_inventory=True)

    def interfaces(self, device_id: int) -> Snapshot:
        self.device(device_id)
        # Asked for by each resource: the ones that hang on ports have them from the same answer
        found = self._snapshots.get(device_id)
        if found is None:
            found = self._each.interfaces(device_id) if self.complete else self._ports_of(device_id)
            if self.complete and found.partial:
                # The next time LibreNMS may say more
                return found
            self._keep(device_id, found)
        return found

    def _keep(self, device_id: int, snapshot: Snapshot) -> None:
        """In place of those that were asked for longest ago."""
        with self._guard:
            while self._ports_kept > PORTS_KEPT:
                gone = self._snapshots.pop(next(iter(self._snapshots)))
                self._ports_kept -= len(gone.ports)
            if device_id not in self._snapshots:
                self._snapshots[device_id] = snapshot
                self._ports_kept += len(snapshot.ports)

    def _ports_of(self, device_id: int) -> Snapshot:
        every = self._ports()
        if device_id in every.failed:
            raise PortsUnknown(self.api.server.display_name, sentence=every.failed[device_id])
        ports = sorted(every.ports_by_device.get(device_id, ()), key=_by_index)
        return Snapshot(
            device_id=device_id,
            ports=tuple(ports),
            fetched_at=every.fetched_at,
            odd_rows=every.odd_rows,
            partial=(Part.PORT_STACK, Part.PORT_VLANS) if ports else (Part.PORT_STACK,),
        )

    def vlans(self, device_id: int) -> DeviceVlans:
        self.device(device_id)
        every = self._list("vlans", self._read_vlans)
        if every is None:
            return self._each.vlans(device_id)
        rows = tuple(every.rows.get(device_id, ()))
        return DeviceVlans(device_id=device_id, vlans=rows, fetched_at=every.fetched_at, odd_rows=every.odd_rows)

    def addresses(self, device_id: int) -> DeviceAddresses:
        device = self.device(device_id)
        every = self._list("addresses", self._read_addresses)
        if every is None:
            return self._each.addresses(device_id)
        ports = self.interfaces(device_id)
        found = [one for port in ports.ports for one in every.rows.get(port.port_id, ())]
        return DeviceAddresses(
            device_id=device_id,
            addresses=tuple(found),
            ports=ports.ports,
            management=device.ip if isinstance(device.ip, str) else "",
            fetched_at=min(every.fetched_at, ports.fetched_at),
            odd_rows=every.odd_rows + ports.odd_rows,
        )

    def links(self, device_id: int) -> DeviceLinks:
        self.device(device_id)
        every = self._list("links", self._read_links)
        if every is None:
            return self._each.links(device_id)
        ports = self.interfaces(device_id)
        return DeviceLinks(
            device_id=device_id,
            links=tuple(every.rows.get(device_id, ())),
            ports=ports.ports,
            fetched_at=every.fetched_at,
            odd_rows=every.odd_rows + ports.odd_rows,
        )

    @property
    def _devices_at(self) -> datetime:
        return self._once("devices", self._read_devices)[1]

    def _devices(self) -> Mapping[int, Device]:
        return self._once("devices", self._read_devices)[0]

    def _read_devices(self) -> tuple[Mapping[int, Device], datetime]:
        fetched = self._new(lambda refresh: self.api.devices(refresh=refresh))
        return {one.device_id: one for one in fetched.value}, fetched.fetched_at

    def _ports(self) -> FleetPorts:
        return self._once("ports", lambda: self._new(lambda again: self.api.fleet_ports(self._only, refresh=again)))

    def _read_vlans(self) -> _Grouped[Vlan]:
        return _grouped(self._new(lambda again: self.api.fleet_vlans(refresh=again)), lambda one: one.device_id)

    def _read_links(self) -> _Grouped[Link]:
        return _grouped(self._new(lambda again: self.api.fleet_links(refresh=again)), lambda one: one.local_device_id)

    def _read_addresses(self) -> _Grouped[Address]:
        """By port: an address does not say whose it is."""
        return _grouped(self._new(lambda again: self.api.fleet_addresses(refresh=again)), lambda one: one.port_id)

    def sizes(self, *, ports: bool) -> dict[str, int]:
        """How long the lists of devices and of ``ports`` are. Raises ``LibreNMSError``."""
        found = {"devices": len(self._devices())}
        return found | {"ports": sum(map(len, self._ports().ports_by_device.values()))} if ports else found

    def _new[T: Dated](self, read: Callable[[bool], T]) -> T:
        """An answer that is new enough; ``read`` is told whether to ask in any case."""
        found = read(self._refresh)
        return found if self._since is None or found.fetched_at >= self._since else read(True)

    def _list[T](self, name: str, read: Callable[[], _Grouped[T]]) -> _Grouped[T] | None:
        """One of the lists; None where each device is to be asked instead: the list is not to be had, or not whole."""
        if not self.complete:
            return self._once(name, read)
        try:
            every = self._once(name, read)
        except LibreNMSError:
            return None
        return None if every.odd_rows else every

    def _once[T](self, name: str, read: Callable[[], T]) -> T:
        """What ``read`` gave at its first call, or the error that it raised: a list that fails is not asked for again
        for each device."""
        with self._guard:
            if name not in self._kept:
                try:
                    self._kept[name] = read()
                except LibreNMSError as error:
                    self._kept[name] = error
        kept = self._kept[name]
        if isinstance(kept, LibreNMSError):
            raise kept.bare()
        found: T = kept
        return found


def _grouped[T](fetched: Fetched[tuple[T, ...]], owner: Callable[[T], Any]) -> _Grouped[T]:
    groups: dict[int, list[T]] = defaultdict(list)
    for row in fetched.value:
        groups[owner(row)].append(row)
    return _Grouped(groups, fetched.fetched_at, fetched.odd_rows)


def _by_index(port: Port) -> tuple[bool, int, int]:
    """The order in which LibreNMS gives the ports of one device; its list of all has none."""
    index = port.if_index
    return not isinstance(index, int), index if isinstance(index, int) else 0, port.port_id
