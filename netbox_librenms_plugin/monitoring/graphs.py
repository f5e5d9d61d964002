"""Which graphs an object has, of the few kinds that may be asked for, and by which name LibreNMS knows a port. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..librenms.records import PortTraffic

# Every device has these
ALWAYS = ("device_bits", "device_poller_perf")
# A device has these where it has such sensors
SENSORS = ("device_processor", "device_mempool", "device_temperature")
DEVICE_GRAPHS = ("device_bits", *SENSORS, "device_poller_perf")
PORT_GRAPHS = ("port_bits", "port_errors")
# Name → seconds
PERIODS = {"day": 86_400, "week": 7 * 86_400, "month": 30 * 86_400, "year": 365 * 86_400}
FIRST_PERIOD = "day"


def device_graphs(health: Collection[str] | None) -> tuple[str, ...]:
    """The graphs of a device with these kinds of sensors (None: nobody knows which)."""
    return tuple(name for name in DEVICE_GRAPHS if name in ALWAYS or name in (health or ()))


@dataclass(frozen=True, slots=True)
class PortName:
    """What a port is asked for by: its ifName, or (``by_descr``) its ifDescr."""

    name: str
    by_descr: bool = False


def port_name(port: PortTraffic, ports: Sequence[PortTraffic]) -> PortName | None:
    """A name that is this port's alone. None where it shares both with others: LibreNMS would draw any one of them."""
    others = [one for one in ports if one.port_id != port.port_id]
    if _only(port.if_name, [one.if_name for one in others]):
        return PortName(str(port.if_name))
    if _only(port.if_descr, [one.if_descr for one in others]):
        return PortName(str(port.if_descr), by_descr=True)
    return None


def _only(name: object, others: Collection[object]) -> bool:
    """LibreNMS's database compares without case, and without blanks at the end. Dots alone lead up an address."""
    if not isinstance(name, str) or not name.strip(". "):
        return False
    return _folded(name) not in {_folded(other) for other in others if isinstance(other, str)}


def _folded(name: str) -> str:
    return name.rstrip(" ").casefold()
