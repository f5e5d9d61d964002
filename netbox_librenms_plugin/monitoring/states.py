"""What state a device or port is in, how much of the time it was up, and which alerts are worst. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ..librenms.records import Alert, Availability, Device, PortTraffic
from ..sync.core.device_state import device_state

DAY = 86_400
# LibreNMS's own periods, in seconds
DURATIONS = (DAY, 7 * DAY, 30 * DAY, 365 * DAY)
RECOVERED, ACKNOWLEDGED = 0, 2


class State(StrEnum):
    """How LibreNMS says that a device is. ``ignored`` is still polled, and nobody is alerted."""

    UP = "up"
    DOWN = "down"
    IGNORED = "ignored"
    DISABLED = "disabled"
    UNKNOWN = "unknown"


class PortState(StrEnum):
    """How LibreNMS says that a port is. ``shut``: somebody shut it down."""

    UP = "up"
    DOWN = "down"
    SHUT = "shut"
    UNKNOWN = "unknown"


class Tone(StrEnum):
    """How loud something is said. Only what is broken is red."""

    BROKEN = "broken"
    WARNING = "warning"
    QUIET = "quiet"


def state_of(device: Device) -> State:
    """The state of a device. One that is ignored is neither up nor down, as in LibreNMS's own lists."""
    state = device_state(device)
    return State.UNKNOWN if state is None else State(state.value)


def reached(device: Device) -> State:
    """Whether LibreNMS reaches a device, whatever else it says of it."""
    if device.status is True:
        return State.UP
    return State.DOWN if device.status is False else State.UNKNOWN


def port_state(port: PortTraffic) -> PortState:
    """The state of a port (IF-MIB ifAdminStatus, ifOperStatus)."""
    if port.if_admin_status == "down":
        return PortState.SHUT
    if port.if_oper_status in ("up", "dormant"):
        return PortState.UP
    known = isinstance(port.if_oper_status, str) and port.if_oper_status not in ("", "unknown", "testing")
    return PortState.DOWN if known else PortState.UNKNOWN


def port_tone(state: PortState, *, connected: bool) -> Tone:
    """A port that is down is broken only where NetBox says that something is plugged in."""
    return Tone.BROKEN if state is PortState.DOWN and connected else Tone.QUIET


def tone_of(alert: Alert) -> Tone:
    """What somebody has acknowledged is quiet, whatever its severity."""
    if alert.state == ACKNOWLEDGED:
        return Tone.QUIET
    return {"critical": Tone.BROKEN, "warning": Tone.WARNING}.get(str(alert.severity), Tone.QUIET)


def alerts_of(alerts: Iterable[Alert], device_id: int) -> tuple[Alert, ...]:
    """Those of one device that are not over, the worst first, and of these the newest."""
    own = [one for one in alerts if one.device_id == device_id and one.state != RECOVERED]
    by_age = sorted(own, key=lambda one: (str(one.timestamp), one.id), reverse=True)
    return tuple(sorted(by_age, key=lambda one: list(Tone).index(tone_of(one))))


def availability_of(rows: Iterable[Availability]) -> Mapping[int, float]:
    """Seconds → per cent, for LibreNMS's own periods as far as it knows them."""
    known = {row.duration: row.percent for row in rows if isinstance(row.percent, float) and 0 <= row.percent <= 100}
    return {duration: known[duration] for duration in DURATIONS if duration in known}


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Bits and errors per second, and how much of the port's speed is used, in per cent; None where not known."""

    bits_in: float | None
    bits_out: float | None
    errors_in: float | None
    errors_out: float | None
    used_in: float | None
    used_out: float | None


def traffic_of(port: PortTraffic) -> Traffic:
    """What goes through a port, and what goes wrong there."""
    bits_in, bits_out = _bits(port.in_octets_rate), _bits(port.out_octets_rate)
    return Traffic(
        bits_in=bits_in,
        bits_out=bits_out,
        errors_in=_rate(port.in_errors_rate),
        errors_out=_rate(port.out_errors_rate),
        used_in=_used(bits_in, port.if_speed),
        used_out=_used(bits_out, port.if_speed),
    )


def _rate(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and value >= 0 else None


def _bits(octets: object) -> float | None:
    rate = _rate(octets)
    return None if rate is None else rate * 8


def _used(bits: float | None, speed: object) -> float | None:
    if bits is None or not isinstance(speed, int) or speed <= 0:
        return None
    return min(100.0, bits * 100 / speed)
