"""Routes about the whole server: addresses, networks, links, VLANs, locations, neighbours, alerts, groups."""

from __future__ import annotations

import ipaddress

from simulator.answers import Answer, Refused, blank, error, one, route_missing, rows, server_error
from simulator.auth import Need, Role
from simulator.calls import Call, numeric, route
from simulator.defaults import ALERT
from simulator.shapes import plain_device, single_location
from simulator.tables import Row


@route("GET", "/resources/ip/addresses")
def addresses(call: Call) -> Answer:
    """Every address of the server, whoever asks."""
    return _addresses([*call.state.ipv4.rows(), *call.state.ipv6.rows()])


@route("GET", "/resources/ip/addresses/<part:family>")
def addresses_of(call: Call, family: str) -> Answer:
    """Every address of a family; an unknown family gives a blank page."""
    tables = {"ipv4": call.state.ipv4, "ipv6": call.state.ipv6}
    return _addresses(tables[family].rows()) if family in tables else blank()


def _addresses(found: list[Row]) -> Answer:
    return rows("ip_addresses", found) if found else error(404, "IP addresses do not exist")


@route("GET", "/resources/ip/networks")
def networks(call: Call) -> Answer:
    """Every network, whoever asks."""
    found = call.state.networks.rows()
    return rows("ip_networks", found) if found else error(404, "IP networks do not exist")


@route("GET", "/resources/ip/networks/<part:network_id>/ip")
def network_addresses(call: Call, network_id: str) -> Answer:
    """The addresses in a network."""
    found = call.state.ipv4.having("ipv4_network_id", numeric(network_id))
    if not found:
        return error(404, f"IP network {network_id} does not exist or is empty")
    return rows("addresses", found)


@route("GET", "/resources/ip/arp/<tail:query>")
def arp(call: Call, query: str) -> Answer:
    """The ARP entries for "all", an address, a network or a MAC address."""
    found = [row for row in call.state.arp.rows() if _arp_matches(row, query)]
    device = call.device(call.args["device"]) if "device" in call.args else None
    if device is not None:
        found = [row for row in found if row["device_id"] == device["device_id"]]
    return rows("arp", found, counted=False)


def _arp_matches(row: Row, query: str) -> bool:
    if query == "all":
        return True
    try:
        return ipaddress.ip_address(row["ipv4_address"]) in ipaddress.ip_network(query, strict=False)
    except ValueError:
        return bool(row["mac_address"] == query.replace(":", "").lower())


@route("GET", "/resources/fdb")
def fdb(call: Call) -> Answer:
    """Every learnt MAC address on the devices that the caller sees."""
    found = call.seen(call.state.fdb.rows())
    return rows("ports_fdb", found, counted=False) if found else error(404, "Fdb entry does not exist")


@route("GET", "/resources/fdb/<part:mac>")
def fdb_of(call: Call, mac: str) -> Answer:
    """Where a MAC address was learnt."""
    found = call.seen(call.state.fdb.having("mac_address", mac.replace(":", "").lower()))
    return rows("ports_fdb", found, counted=False) if found else error(404, "Fdb entry does not exist")


@route("GET", "/resources/sensors")
def sensors(call: Call) -> Answer:
    """The sensors of the devices that the caller sees."""
    found = call.seen(call.state.sensors.rows())
    return rows("sensors", found, counted=False) if found else error(404, "Sensors do not exist")


@route("GET", "/resources/links")
def links(call: Call) -> Answer:
    """The neighbours of the devices that the caller sees."""
    found = call.seen(call.state.links.rows(), "local_device_id")
    return rows("links", found) if found else error(404, "Links do not exist")


@route("GET", "/resources/links/<part:link_id>")
def link(call: Call, link_id: str) -> Answer:
    """One neighbour, in a list; not limited to the caller's devices."""
    if numeric(link_id) is None:
        return error(400, "Invalid id has been provided")
    found = call.state.links.get(int(link_id))
    return rows("link", [found]) if found else error(404, f"Link {link_id} does not exist")


@route("GET", "/resources/vlans", Need.VLANS)
def vlans(call: Call) -> Answer:
    """The VLANs of all devices, or of `hostname`; an unknown hostname answers with all."""
    device = call.device(call.args["hostname"]) if call.args.get("hostname") else None
    if device is not None:
        found = call.state.vlans.having("device_id", call.require(device)["device_id"])
    else:
        found = call.seen(call.state.vlans.rows())
    return rows("vlans", found) if found else error(404, "VLANs do not exist")


@route("GET", "/resources/locations", Need.LOCATIONS)
def locations(call: Call) -> Answer:
    """Every location, coordinates as strings."""
    found = call.state.locations.rows()
    return rows("locations", found) if found else error(404, "Locations do not exist")


@route("GET", "/location/<tail:name>")
def location(call: Call, name: str) -> Answer:
    """One location by id or name, as an object with numbers."""
    if call.role is Role.USER:
        return server_error()
    found = location_of(call, name)
    return one("get_location", single_location(found)) if found else error(404, "Location does not exist")


def location_of(call: Call, name: str) -> Row | None:
    """The location of an id or a name, or None."""
    if numeric(name) is not None:
        return call.state.locations.get(int(name))
    wanted = name.rstrip(" ").casefold()
    return next((row for row in call.state.locations.rows() if row["location"].casefold() == wanted), None)


@route("GET", "/bgp")
def bgp(call: Call) -> Answer:
    """The BGP sessions of all devices, or of `hostname`; an unknown hostname answers with all."""
    device = call.device(call.args["hostname"]) if call.args.get("hostname") else None
    found = call.state.bgp.having("device_id", device["device_id"]) if device else call.state.bgp.rows()
    return rows("bgp_sessions", found)


@route("GET", "/routing/vrf", Need.GLOBAL)
def vrfs(call: Call) -> Answer:
    """No device here has a VRF."""
    return rows("vrfs", [])


@route("GET", "/alerts")
def alerts(call: Call) -> Answer:
    """The alerts of these states (open ones without `state`), whoever asks."""
    order = call.args.get("order", "").partition(" ")[0]
    if order and order.rpartition(".")[2] not in ALERT:
        return error(400, f"Invalid columns: {order}")
    states = {numeric(text.strip()) for text in call.args.get("state", "1").split(",")}
    return rows("alerts", [row for row in call.state.alerts.rows() if row["state"] in states])


@route("GET", "/alerts/<part:alert_id>")
def alert(call: Call, alert_id: str) -> Answer:
    """One alert in a list, or an empty list."""
    found = call.state.alerts.get(numeric(alert_id) or 0)
    return rows("alerts", [found] if found else [])


@route("GET", "/devicegroups")
def device_groups(call: Call) -> Answer:
    """The device groups that hold a device of the caller."""
    found = [
        row
        for row in call.state.groups.rows()
        if call.sees_all or any(call.sees(device) for device in call.state.members.get(row["id"], ()))
    ]
    if not found:
        return error(404, "No device groups found")
    return rows("groups", found, message=f"Found {len(found)} device groups")


@route("GET", "/devicegroups/<part:name>")
def device_group(call: Call, name: str) -> Answer:
    """The members of a device group, whoever asks: ids, or whole devices with `full=1`."""
    group = group_of(call, name)
    if group is None:
        return error(404, "Device group not found")
    members = [call.state.devices[key] for key in sorted(call.state.members[group["id"]]) if key in call.state.devices]
    if not members:
        return error(404, f"No devices found in group {name}")
    if call.args.get("full") in (None, "", "0"):
        return rows("devices", [{"device_id": device["device_id"]} for device in members])
    return rows("devices", [plain_device(device) for device in members])


def group_of(call: Call, name: str) -> Row | None:
    """The device group of an id or a name, or None; a slash in a name makes it another route."""
    if "/" in name:
        raise Refused(route_missing())
    for group in call.state.groups.rows():
        if group["id"] == numeric(name) or group["name"].casefold() == name.casefold():
            return group
    return None


@route("GET", "/logs/eventlog/<part:hostname>")
def eventlog(call: Call, hostname: str) -> Answer:
    """The events of a device: `limit` (50) rows from `start`, with the total."""
    device = call.device(hostname)
    known = call.state.events.having("device_id", call.require(device)["device_id"]) if device else []
    start, limit = (numeric(call.args.get(name, "")) or default for name, default in (("start", 0), ("limit", 50)))
    page = known[start : start + limit]
    return Answer({"status": "ok", "logs": page, "count": len(page), "total": len(known)})
