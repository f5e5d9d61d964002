"""What is read for a panel: the device or port itself, and as much beside it as LibreNMS gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..librenms.cache import Fetched
from ..librenms.errors import LibreNMSError
from ..librenms.records import Alert, Device, PortTraffic
from ..librenms_api import LibreNMSAPI
from .graphs import PortName, device_graphs, port_name
from .ports import port_of
from .states import alerts_of, availability_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceReading:
    """How a device is. What could not be read is None."""

    device: Device
    fetched_at: datetime
    availability: Mapping[int, float] | None
    alerts: tuple[Alert, ...] | None
    graphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PortReading:
    """How a port is; ``name``: what its graphs are asked for by, None where that would be ambiguous."""

    device_id: int
    port: PortTraffic
    fetched_at: datetime
    name: PortName | None


def read_device(api: LibreNMSAPI, device_id: int) -> DeviceReading:
    """The device itself, then what is worth having beside it. Raises LibreNMSError where the device cannot be read."""
    device = api.device(device_id)
    alerts = _if_given(api.alerts)
    availability = _if_given(lambda: api.availability(device_id))
    health = _if_given(lambda: api.health(device_id))
    return DeviceReading(
        device=device.value,
        fetched_at=device.fetched_at,
        availability=None if availability is None else availability_of(availability),
        alerts=None if alerts is None else alerts_of(alerts, device_id),
        graphs=device_graphs(health),
    )


def _if_given[T](read: Callable[[], Fetched[T]]) -> T | None:
    try:
        return read().value
    except LibreNMSError:
        return None


def holder_field(interface: Any) -> str:
    """The field that says what an interface is on."""
    return "device" if interface._meta.model_name == "interface" else "virtual_machine"


def holder_of(interface: Any) -> Any:
    """The device or virtual machine that an interface is on."""
    return getattr(interface, holder_field(interface))


def read_port(api: LibreNMSAPI, interface: Any) -> PortReading | None:
    """The port that an interface is, None where LibreNMS has none. Raises LibreNMSError."""
    device_id = api.get_librenms_id(holder_of(interface))
    if device_id is None:
        return None
    ports = api.port_traffic(device_id)
    port = port_of(ports.value, interface.name, api.get_librenms_id(interface))
    if port is None:
        return None
    name = port_name(port, ports.value)
    return PortReading(device_id=device_id, port=port, fetched_at=ports.fetched_at, name=name)
