"""The forms in which rows leave the server: a device in a list and alone, a location, a port."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from simulator.data import Dataset
from simulator.defaults import PORT, PORT_COLUMNS, PORT_FALLBACKS, PORT_STATISTICS
from simulator.tables import Row
from simulator.versions import SingleLocation, Version

BOOLEANS = (
    "status",
    "disabled",
    "ignore",
    "snmp_disable",
    "override_sysLocation",
    "disable_notify",
    "ignore_status",
    "mtu_status",
)
DATES = ("inserted", "last_polled", "last_discovered", "last_ping")
LIST_ONLY = ("dependency_parent_id", "dependency_parent_hostname", "parent_id")


def listed_device(state: Dataset, device: Row) -> Row:
    """A device as `/devices` lists it: 0/1, local dates, the location as a name and coordinates as strings."""
    row = {name: value for name, value in device.items() if name != "parent_id"}
    location = location_row(state, device)
    row |= {name: location[name] if location else None for name in ("location", "lat", "lng")}
    if device.get("parent_id") is not None:
        row["parent_id"] = device["parent_id"]
    return row


def plain_device(device: Row) -> Row:
    """A device as a model prints it: booleans, ISO dates, a full icon path, nothing about its location."""
    row = {name: value for name, value in device.items() if name not in LIST_ONLY}
    row |= {name: bool(device[name]) for name in BOOLEANS}
    row |= {name: iso(device[name]) for name in DATES}
    row["icon"] = f"images/os/{device['icon'] or str(device['os']) + '.svg'}"
    return row


def single_device(state: Dataset, device: Row, version: Version) -> Row:
    """A device as `/devices/:hostname` answers it: the model, with the location in the release's form."""
    row = plain_device(device)
    location = location_row(state, device)
    if version.single_location is SingleLocation.OBJECT:
        row |= {"location": single_location(location) if location else None, "lat": None, "lng": None}
    elif version.single_location is SingleLocation.STRING:
        row["location"] = location["location"] if location else None
        row |= {name: number(location[name]) if location else None for name in ("lat", "lng")}
    return row


def location_row(state: Dataset, device: Row) -> Row | None:
    """The location of a device, or None."""
    return state.locations.get(device["location_id"]) if device["location_id"] is not None else None


def single_location(location: Row) -> Row:
    """A location alone: coordinates as numbers, an ISO date, a boolean."""
    return {
        "id": location["id"],
        "location": location["location"],
        "lat": number(location["lat"]),
        "lng": number(location["lng"]),
        "timestamp": iso(location["timestamp"]),
        "fixed_coordinates": bool(location["fixed_coordinates"]),
    }


def iso(date: str | None) -> str | None:
    """ "2026-11-23 01:50:15" as "2026-11-23T01:50:15.000000Z"."""
    return None if date is None else f"{date.replace(' ', 'T')}.000000Z"


def number(text: Any) -> float | int | None:
    """A decimal column as PHP prints a float: without a fraction where it is whole."""
    if text is None:
        return None
    value = float(text)
    return int(value) if value.is_integer() else value


def port_values(port: Row, columns: Sequence[str]) -> Row:
    """The columns of a port; what the row does not hold is filled in as LibreNMS would."""
    return {name: port[name] if name in port else _port_default(port, name) for name in columns}


def _port_default(port: Row, name: str) -> Any:
    source = PORT_FALLBACKS.get(name)
    return port.get(source, PORT.get(source)) if source else PORT[name]


def whole_port(port: Row) -> Row:
    """A port with all its columns."""
    return port_values(port, PORT_COLUMNS)


def ports_shaped(ports: Sequence[Row], columns: Sequence[str]) -> Iterator[Row]:
    """The live ports with these columns, one after the other."""
    return (port_values(port, columns) for port in ports if not port.get("deleted"))


def port_statistics(port: Row) -> list[Row]:
    """The second counters table of a port, as `with=statistics` adds it."""
    return [{"port_id": port["port_id"]} | dict.fromkeys(PORT_STATISTICS, 0)]


def port_vlans(state: Dataset, port: Row) -> list[Row]:
    """The VLANs of a port, as `with=vlans` adds them."""
    return state.port_vlans.having("port_id", port["port_id"])
