"""Routes about ports: of a device, of the server, one, and searches."""

from __future__ import annotations

import re
from collections.abc import Sequence

from simulator.answers import Answer, Refused, Rows, error, one, rows, server_error
from simulator.calls import Call, like, numeric, route
from simulator.columns import asked_columns, check_columns, with_vlans
from simulator.defaults import PORT_COLUMNS, PORT_RATES
from simulator.shapes import plain_device, port_statistics, port_values, port_vlans, ports_shaped, whole_port
from simulator.tables import Row

SEARCHED = ("ifAlias", "ifDescr", "ifName")
# The interface states that RFC 2863 knows; some releases fail on any other one.
STATUSES = (None, "up", "down", "testing", "unknown", "dormant", "notPresent", "lowerLayerDown")
STATUS_COLUMNS = ("ifAdminStatus", "ifOperStatus")
FOUND_COLUMNS = ("device_id", "port_id", "ifIndex", "ifName", "ifAlias")


@route("GET", "/ports")
def ports(call: Call) -> Answer:
    """Every port of the server with the asked columns; filters are ignored, there are no pages."""
    columns = asked_columns(call, ("port_id", "ifName"))
    found = call.seen(call.state.ports.rows())
    _check_statuses(call, found, columns)
    return rows("ports", Rows(lambda: ports_shaped(found, columns)))


@route("GET", "/devices/<part:hostname>/ports")
def device_ports(call: Call, hostname: str) -> Answer:
    """The ports of a device by ifIndex; an unknown or foreign device has none."""
    columns = asked_columns(call, ("ifName",))
    device = call.device(hostname)
    known = call.state.ports.having("device_id", device["device_id"]) if device else []
    live = sorted((row for row in call.seen(known) if not row.get("deleted")), key=lambda row: row["ifIndex"])
    if not live:
        return error(404, "No ports found")
    _check_statuses(call, live, columns)
    shaped = [port_values(port, columns) for port in live]
    if with_vlans(call):
        for row, port in zip(shaped, live, strict=True):
            # The server joins over port_id: without that column it finds no VLANs.
            row["vlans"] = port_vlans(call.state, port) if "port_id" in columns else []
    return rows("ports", shaped, counted=False)


def _check_statuses(call: Call, found: list[Row], columns: Sequence[str]) -> None:
    asked = [name for name in STATUS_COLUMNS if name in columns] if call.version.odd_status_fails else []
    for row in found if asked else ():
        if not row.get("deleted") and any(row.get(name) not in STATUSES for name in asked):
            raise Refused(server_error())


@route("GET", "/ports/<part:port_id>")
def port(call: Call, port_id: str) -> Answer:
    """One port with all columns, in a list; [] for an unknown one, 500 for callers who do not see everything."""
    if not call.sees_all:
        return server_error()
    found = call.state.ports.get(numeric(port_id) or 0)
    if found is None:
        return rows("port", [], counted=False)
    return rows("port", [whole_port(found) | _extra(call, found)], counted=False)


def _extra(call: Call, port: Row) -> Row:
    wanted = call.args.get("with")
    if wanted == "device":
        return {"device": plain_device(call.state.devices[port["device_id"]])}
    if wanted == "statistics":
        return {"statistics": port_statistics(port)}
    return {"vlans": port_vlans(call.state, port)} if with_vlans(call) else {}


@route("GET", "/ports/<part:port_id>/ip")
def port_addresses(call: Call, port_id: str) -> Answer:
    """The addresses of a port."""
    if not call.sees_all:
        return server_error()
    found = [row for table in (call.state.ipv4, call.state.ipv6) for row in table.having("port_id", numeric(port_id))]
    return rows("addresses", found) if found else error(404, f"Port {port_id} does not have any IP addresses")


@route("GET", "/ports/<part:port_id>/fdb")
def port_fdb(call: Call, port_id: str) -> Answer:
    """The MAC addresses that a port has learnt."""
    if not call.sees_all:
        return server_error()
    found = call.state.fdb.having("port_id", numeric(port_id))
    if not found:
        return error(404, f"Port {port_id} does not have any MAC addresses in fdb")
    return rows("macs", [row["mac_address"] for row in found])


@route("GET", "/ports/<part:port_id>/transceiver")
def port_transceiver(call: Call, port_id: str) -> Answer:
    """The transceiver of a port, in a list."""
    found = call.state.ports.get(numeric(port_id) or 0)
    if found is None or not call.sees_all:
        return server_error()
    return rows("transceivers", call.state.transceivers.having("port_id", found["port_id"]), counted=False)


@route("GET", "/ports/<part:port_id>/description")
def port_description(call: Call, port_id: str) -> Answer:
    """The alias of a port."""
    found = call.state.ports.get(numeric(port_id) or 0)
    if found is None:
        return error(400, "Invalid port ID.")
    if not call.sees(found["device_id"]):
        return server_error()
    return Answer({"status": "ok", "port_description": whole_port(found)["ifAlias"]})


@route("GET", "/ports/search/<part:search>")
def search_ports(call: Call, search: str) -> Answer:
    """The ports whose alias, description or name contains a text."""
    return _searched(call, SEARCHED, search)


@route("GET", "/ports/search/<part:field>/<tail:search>")
def search_ports_by(call: Call, field: str, search: str) -> Answer:
    """The ports where one of the given columns contains a text, which may hold slashes."""
    fields = tuple(field.split(","))
    check_columns(fields)
    return _searched(call, fields, search)


def _searched(call: Call, fields: tuple[str, ...], search: str) -> Answer:
    columns = asked_columns(call, FOUND_COLUMNS)
    found = [
        port_values(port, columns)
        for port in call.seen(call.state.ports.rows())
        if not port.get("deleted") and any(like(value, search) for value in port_values(port, fields).values())
    ]
    return rows("ports", found, counted=False) if found else error(404, "No ports found")


@route("GET", "/ports/mac/<part:mac>")
def ports_by_mac(call: Call, mac: str) -> Answer:
    """The ports that have learnt a MAC address."""
    digits = re.sub(r"[:.\- ]", "", mac).lower()
    if not re.fullmatch(r"[0-9a-f]{12}", digits):
        return error(422, {"macAddress": ["The mac address field is required."]})
    learnt = call.seen(call.state.fdb.having("mac_address", digits))
    found = [whole_port(call.state.ports[row["port_id"]]) for row in learnt if row["port_id"] in call.state.ports]
    return rows("ports", found, counted=False) if found else error(404, "mac not found")


@route("GET", "/devices/<part:hostname>/ports/<part:ifname>")
def port_by_name(call: Call, hostname: str, ifname: str) -> Answer:
    """A port of a device by its name, with its rates; the rates alone where there is no such port."""
    columns = asked_columns(call, (*PORT_COLUMNS, *PORT_RATES), rates=True)
    device = call.device(hostname)
    known = call.state.ports.having("device_id", call.require(device)["device_id"]) if device else []
    found = next((row for row in known if row["ifName"].casefold() == ifname.casefold()), None)
    everything = (whole_port(found) if found else {}) | PORT_RATES
    return one("port", {name: everything[name] for name in columns if name in everything}, counted=True)
