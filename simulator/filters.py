"""Which devices `/devices` lists, and in what order: its `type`, `query` and `order` parameters."""

from __future__ import annotations

import re
from collections.abc import Callable

from simulator.calls import like, numeric
from simulator.data import Dataset
from simulator.shapes import listed_device, whole_port
from simulator.tables import Row

_LIKE = ("hostname", "display", "location", "serial", "version", "hardware", "features")
_SAME = ("os", "type", "sysName")
_IDS = ("device_id", "location_id")
_ORDER = re.compile(r"([A-Za-z0-9_.]+)(?:\s+(asc|desc))?", re.IGNORECASE)

_STATES: dict[str, Callable[[Row], bool]] = {
    "active": lambda row: not row["disabled"] and not row["ignore"],
    "ignored": lambda row: bool(row["ignore"]) and not row["disabled"],
    "up": lambda row: bool(row["status"]) and not row["disabled"] and not row["ignore"],
    "down": lambda row: not row["status"] and not row["disabled"] and not row["ignore"],
    "disabled": lambda row: bool(row["disabled"]),
}


def listed(state: Dataset, devices: list[Row], args: dict[str, str]) -> list[Row]:
    """The device list for these query parameters; an unknown `type` filters nothing, an unknown column gives []."""
    found = _filtered(state, devices, args.get("type", "all"), args.get("query", ""))
    return _one_per_hostname(_ordered(found, args.get("order", "")))


def _filtered(state: Dataset, devices: list[Row], kind: str, query: str) -> list[Row]:
    if kind in ("mac", "ipv4", "ipv6"):
        return _by_port(state, devices, kind, query) if query else []
    found = [listed_device(state, device) for device in devices]
    if kind in _STATES:
        return [row for row in found if _STATES[kind](row)]
    if kind in _LIKE:
        return [row for row in found if query and like(row[kind], query)]
    if kind in _SAME:
        return [row for row in found if query and str(row[kind] or "").casefold() == query.casefold()]
    if kind in _IDS:
        return [row for row in found if query and row[kind] == numeric(query)]
    return found


def _by_port(state: Dataset, devices: list[Row], kind: str, query: str) -> list[Row]:
    allowed = {device["device_id"]: device for device in devices}
    found = []
    for port in _ports_with(state, kind, query):
        device = allowed.get(port["device_id"])
        if device is not None:
            found.append(listed_device(state, device) | whole_port(port))
    return found


def _ports_with(state: Dataset, kind: str, query: str) -> list[Row]:
    if kind == "mac":
        return state.ports.having("ifPhysAddress", query.lower())
    table, fields = (
        (state.ipv4, ("ipv4_address",)) if kind == "ipv4" else (state.ipv6, ("ipv6_address", "ipv6_compressed"))
    )
    addresses = [row for field in fields for row in table.having(field, query)]
    return [state.ports[row["port_id"]] for row in addresses if row["port_id"] in state.ports]


def _ordered(found: list[Row], order: str) -> list[Row]:
    match = _ORDER.fullmatch(order.strip())
    column = match[1].rpartition(".")[2] if match else "hostname"
    if found and column not in found[0]:
        return []
    backwards = bool(match and (match[2] or "").lower() == "desc")
    return sorted(found, key=lambda row: _sort_key(row[column]), reverse=backwards)


def _sort_key(value: object) -> tuple[int, float, str]:
    if value is None:
        return (0, 0, "")
    if isinstance(value, int | float):
        return (1, value, "")
    return (2, 0, str(value).casefold())


def _one_per_hostname(found: list[Row]) -> list[Row]:
    seen: dict[str, Row] = {}
    for row in found:
        seen.setdefault(row["hostname"].casefold(), row)
    return list(seen.values())
