"""What is known of the objects of a list without asking: from the cache, in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dcim.models import Device
from virtualization.models import VirtualMachine

from ..librenms.cache import Fetched
from ..librenms.clock import Clock
from ..librenms.errors import LibreNMSError
from ..librenms.records import Device as LibreNMSDevice
from ..librenms.records import PortTraffic
from ..librenms_api import LibreNMSAPI
from .ports import port_of
from .reading import holder_field


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What LibreNMS said last of an object's device, and of an interface's port; ``heard_at``: when."""

    device: LibreNMSDevice | None
    heard_at: datetime
    port: PortTraffic | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownList:
    """By primary key; objects of which nothing is known are not in it."""

    objects: Mapping[int, Known]
    clock: Clock | None = None


def known_of(rows: Sequence[Any]) -> KnownList:
    """Of devices or virtual machines: one query. Nothing where no server can be used."""
    try:
        api = LibreNMSAPI()
        devices = _devices(api, rows)
    except LibreNMSError:
        return KnownList(objects={})
    objects = {pk: Known(device=one.value, heard_at=one.fetched_at) for pk, one in devices.items()}
    return KnownList(objects=objects, clock=api.clock())


def known_of_interfaces(rows: Sequence[Any]) -> KnownList:
    """Of interfaces, by what was last read of all ports of their devices: two queries."""
    if not rows:
        return KnownList(objects={})
    field = holder_field(rows[0])
    model = Device if field == "device" else VirtualMachine
    holders = {getattr(one, f"{field}_id") for one in rows}
    try:
        api = LibreNMSAPI()
        ids = api.known_ids(list(model.objects.filter(pk__in=holders)))
        traffic = api.known_traffic(ids.values())
        devices = api.known_devices(ids.values())
        objects = {
            one.pk: found
            for one in rows
            if (number := ids.get(getattr(one, f"{field}_id"))) is not None
            and (found := _of_interface(api, one, traffic.get(number), devices.get(number))) is not None
        }
    except LibreNMSError:
        return KnownList(objects={})
    return KnownList(objects=objects, clock=api.clock())


def _devices(api: LibreNMSAPI, rows: Sequence[Any]) -> dict[int, Fetched[LibreNMSDevice]]:
    ids = api.known_ids(rows)
    devices = api.known_devices(ids.values())
    return {pk: devices[number] for pk, number in ids.items() if number in devices}


def _of_interface(
    api: LibreNMSAPI,
    interface: Any,
    traffic: Fetched[tuple[PortTraffic, ...]] | None,
    device: Fetched[LibreNMSDevice] | None,
) -> Known | None:
    port = None
    if traffic is not None:
        port = port_of(traffic.value, interface.name, api.get_librenms_id(interface))
    heard = traffic if port is not None else device
    if heard is None:
        return None
    return Known(device=device.value if device is not None else None, heard_at=heard.fetched_at, port=port)
