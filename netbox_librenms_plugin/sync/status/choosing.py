"""Which rows of a status list somebody wants to see, in which order, and how many there are of each state."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ..core.device_state import DeviceState
from ..core.normalise import text
from ..core.ordering import natural
from .rows import LinkState, StatusRow

EVERYTHING = "all"
LINKS = (EVERYTHING, *(state.value for state in LinkState))
MONITORINGS = tuple(state.value for state in DeviceState)

_LINK_ORDER = {state: number for number, state in enumerate(LinkState)}
_MONITORING_ORDER = {state: number for number, state in enumerate(DeviceState)}


def shown(rows: Iterable[StatusRow], *, link: str = EVERYTHING, monitoring: str = "") -> list[StatusRow]:
    """The rows in one state of the link, and of the monitoring; an empty text lets everything through."""
    return [
        row
        for row in rows
        if (link in ("", EVERYTHING) or row.link == link) and (not monitoring or row.monitoring == monitoring)
    ]


def link_counts(rows: Iterable[StatusRow], *, monitoring: str = "") -> dict[LinkState, int]:
    """State of the link → how many rows there are of it in that state of the monitoring; all states are there."""
    counted = Counter(row.link for row in shown(rows, monitoring=monitoring))
    return {state: counted[state] for state in LinkState}


def monitoring_counts(rows: Iterable[StatusRow], *, link: str = EVERYTHING) -> dict[DeviceState, int]:
    """The other way round."""
    counted = Counter(row.monitoring for row in shown(rows, link=link))
    return {state: counted[state] for state in DeviceState}


def software(row: StatusRow) -> str:
    """The operating system and its version, as far as LibreNMS knows them."""
    if row.device is None:
        return ""
    return " ".join(part for part in (text(row.device.os), text(row.device.version)) if part)


def uptime_of(row: StatusRow) -> int | None:
    """Seconds since the device started; of one that is down they say nothing."""
    device = row.device
    if device is None or device.status is not True or isinstance(device.uptime, bool):
        return None
    return device.uptime if isinstance(device.uptime, int) and device.uptime >= 0 else None


# What rows are sorted by → its value; None comes last whichever way round
SORTS: Mapping[str, Callable[[StatusRow], Any]] = {
    "state": lambda row: _LINK_ORDER[row.link],
    "device": lambda row: natural(text(row.device.hostname)) if row.device is not None else None,
    "monitoring": lambda row: _MONITORING_ORDER[row.monitoring] if row.monitoring is not None else None,
    "polled": lambda row: (text(row.device.last_polled) or None) if row.device is not None else None,
    "uptime": uptime_of,
    "version": lambda row: natural(software(row)) or None,
}


def in_order(rows: Sequence[StatusRow], sort: str) -> list[StatusRow]:
    """Rows by one of ``SORTS``, ``-`` in front for the other way round; equal ones, and all where it is none of these,
    stay in the order that they have."""
    of = SORTS.get(sort.removeprefix("-"))
    if of is None:
        return list(rows)
    valued = [(of(row), row) for row in rows]
    known = [pair for pair in valued if pair[0] is not None]
    known.sort(key=lambda pair: pair[0], reverse=sort.startswith("-"))
    return [row for _value, row in known] + [row for value, row in valued if value is None]
