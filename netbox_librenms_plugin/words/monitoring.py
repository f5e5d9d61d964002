"""What the states, graphs and periods of monitoring are called, and rates in words."""

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..monitoring.states import DAY, PortState, State, Tone

STATES: dict[State, Any] = {
    State.UP: gettext_lazy("up"),
    State.DOWN: gettext_lazy("down"),
    State.IGNORED: gettext_lazy("ignored in LibreNMS"),
    State.DISABLED: gettext_lazy("disabled in LibreNMS"),
    State.UNKNOWN: gettext_lazy("status unknown"),
}
COLOURS: dict[State, str] = {State.UP: "green", State.DOWN: "red"}
PORT_STATES: dict[PortState, Any] = {
    PortState.UP: gettext_lazy("up"),
    PortState.DOWN: gettext_lazy("down"),
    PortState.SHUT: gettext_lazy("shut down"),
    PortState.UNKNOWN: gettext_lazy("status unknown"),
}
PORT_COLOURS: dict[PortState, str] = {PortState.UP: "green"}
TONES: dict[Tone, str] = {Tone.BROKEN: "red", Tone.WARNING: "yellow", Tone.QUIET: "secondary"}
_GRAPHS: dict[str, Any] = {
    "device_bits": gettext_lazy("Traffic"),
    "device_processor": gettext_lazy("Processor"),
    "device_mempool": gettext_lazy("Memory"),
    "device_temperature": gettext_lazy("Temperature"),
    "device_poller_perf": gettext_lazy("Poller time"),
    "port_bits": gettext_lazy("Traffic"),
    "port_errors": gettext_lazy("Errors"),
}
_PERIODS: dict[str, Any] = {
    "day": gettext_lazy("Day"),
    "week": gettext_lazy("Week"),
    "month": gettext_lazy("Month"),
    "year": gettext_lazy("Year"),
}
DURATIONS: dict[int, Any] = {
    DAY: gettext_lazy("day"),
    7 * DAY: gettext_lazy("week"),
    30 * DAY: gettext_lazy("month"),
    365 * DAY: gettext_lazy("year"),
}
_UNITS = ("bps", "kbps", "Mbps", "Gbps", "Tbps")
SEVERITIES: dict[str, Any] = {
    "critical": gettext_lazy("critical"),
    "warning": gettext_lazy("warning"),
    "ok": gettext_lazy("ok"),
}


def graph_label(name: str) -> Any:
    """What a graph shows."""
    return _GRAPHS[name]


def period_label(name: str) -> Any:
    """What a period is called."""
    return _PERIODS[name]


def bit_rate(bits: float | None) -> str:
    """Bits per second as people read them: "12.3 Mbps"; empty where nobody knows."""
    if bits is None:
        return ""
    step = 0
    while bits >= 1000 and step < len(_UNITS) - 1:
        bits, step = bits / 1000, step + 1
    digits = 0 if bits >= 100 or not step else 1
    return f"{number_format(bits, digits)} {_UNITS[step]}"


def error_rate(errors: float | None) -> str:
    """Errors per second; empty where nobody knows."""
    if errors is None:
        return ""
    if not errors:
        return _("none")
    return _("{n} per second").format(n=number_format(errors, 0 if errors >= 100 else 2))


def percentage(percent: float | None) -> str:
    """As "99.98 %", with as many digits as say something; empty where nobody knows. Digits are cut off, so that what is
    not all is never 100 %."""
    if percent is None:
        return ""
    digits = 0 if percent >= 100 else 2 if percent >= 99 else 1
    return f"{number_format(percent, digits)} %"
