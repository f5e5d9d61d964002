"""Routes about devices: the list, one device, and what hangs on it."""

from __future__ import annotations

from simulator.answers import Answer, error, rows, server_error
from simulator.calls import Call, numeric, route
from simulator.filters import listed
from simulator.shapes import single_device
from simulator.tables import Row

VLAN_OF_DEVICE = ("vlan_vlan", "vlan_domain", "vlan_name", "vlan_type", "vlan_state")
PERIODS = (86400, 604800, 2592000, 31536000)


@route("GET", "/devices")
def devices(call: Call) -> Answer:
    """The devices that the caller sees, filtered by `type` and `query`."""
    return rows("devices", listed(call.state, call.seen(call.state.devices.rows()), call.args))


@route("GET", "/devices/<part:hostname>")
def device(call: Call, hostname: str) -> Answer:
    """One device, in a list of one."""
    found = call.device(hostname)
    if found is None:
        return error(404, f"Device {hostname} does not exist")
    call.require(found)
    if found.get("parent_id") is not None and call.version.vm_detail_fails:
        return server_error()
    return rows("devices", [single_device(call.state, found, call.version)])


@route("GET", "/devices/<part:hostname>/ip")
def device_addresses(call: Call, hostname: str) -> Answer:
    """IPv4 and IPv6 addresses of a device's ports, in one list."""
    found = call.device(hostname)
    if found is None:
        return error(404, "Device  does not have any IP addresses")
    call.require(found)
    ports = {port["port_id"] for port in call.state.ports.having("device_id", found["device_id"])}
    both = [
        row for table in (call.state.ipv4, call.state.ipv6) for port in ports for row in table.having("port_id", port)
    ]
    if not both:
        return error(404, f"Device {found['device_id']} does not have any IP addresses")
    return rows("addresses", both)


@route("GET", "/devices/<part:hostname>/vlans")
def device_vlans(call: Call, hostname: str) -> Answer:
    """The VLANs of a device, without ids."""
    found = call.device(hostname)
    if found is None:
        return error(404, f"Device {hostname} not found")
    call.require(found)
    vlans = call.state.vlans.having("device_id", found["device_id"])
    return rows("vlans", [{name: row[name] for name in VLAN_OF_DEVICE} for row in vlans])


@route("GET", "/devices/<part:hostname>/links")
def device_links(call: Call, hostname: str) -> Answer:
    """The neighbours of a device; an unknown name answers with those of the whole server."""
    found = call.device(hostname)
    if found is not None:
        call.require(found)
        links = call.state.links.having("local_device_id", found["device_id"])
    else:
        links = [] if numeric(hostname) is not None else call.seen(call.state.links.rows(), "local_device_id")
    return rows("links", links) if links else error(404, "Links do not exist")


@route("GET", "/inventory/<part:hostname>")
def inventory(call: Call, hostname: str) -> Answer:
    """The parts at the top of the tree, unless another parent is asked for."""
    found = call.device(hostname)
    if found is None:
        return error(400, "Invalid device provided")
    call.require(found)
    parent = numeric(call.args.get("entPhysicalContainedIn", "0"))
    parts = [part for part in _parts(call, found) if part["entPhysicalContainedIn"] == parent]
    wanted = call.args.get("entPhysicalClass")
    return rows("inventory", [part for part in parts if not wanted or part["entPhysicalClass"] == wanted])


@route("GET", "/inventory/<part:hostname>/all")
def whole_inventory(call: Call, hostname: str) -> Answer:
    """Every part of a device; an unknown device has none."""
    found = call.device(hostname)
    return rows("inventory", _parts(call, call.require(found)) if found else [])


def _parts(call: Call, device: Row) -> list[Row]:
    return call.state.inventory.having("device_id", device["device_id"])


@route("GET", "/devices/<part:hostname>/port_stack")
def port_stack(call: Call, hostname: str) -> Answer:
    """Which port lies on which; an unknown device has no rows."""
    found = call.device(hostname)
    stack = call.state.port_stack.having("device_id", call.require(found)["device_id"]) if found else []
    return rows("mappings", stack, counted=False)


@route("GET", "/devices/<part:hostname>/transceivers")
def transceivers(call: Call, hostname: str) -> Answer:
    """The transceivers of a device; of a device that the caller may not see: none."""
    found = call.device(hostname)
    known = call.state.transceivers.having("device_id", found["device_id"]) if found else []
    return rows("transceivers", call.seen(known), counted=False)


@route("GET", "/devices/<part:hostname>/groups")
def device_groups(call: Call, hostname: str) -> Answer:
    """The device groups that a device is in."""
    found = call.device(hostname)
    if found is None:
        return error(404, "Device not found")
    call.require(found)
    groups = [row for row in call.state.groups.rows() if found["device_id"] in call.state.members.get(row["id"], ())]
    if not groups:
        return error(404, "No device groups found")
    return rows("groups", groups, message=f"Found {len(groups)} device groups")


@route("GET", "/devices/<part:hostname>/availability")
def availability(call: Call, hostname: str) -> Answer:
    """Availability in per cent over a day, a week, a month and a year."""
    found = call.device(hostname)
    if found is None:
        return rows("availability", [], counted=False)
    percent = "100.000000" if call.require(found)["status"] else "97.250000"
    return rows(
        "availability", [{"duration": period, "availability_perc": percent} for period in PERIODS], counted=False
    )


@route("GET", "/devices/<part:hostname>/outages")
def outages(call: Call, hostname: str) -> Answer:
    """When a device was down (unix seconds)."""
    found = call.device(hostname)
    known = call.state.outages.having("device_id", call.require(found)["device_id"]) if found else []
    times = [{"going_down": row["going_down"], "up_again": row["up_again"]} for row in known]
    return rows("outages", times, counted=False)


@route("GET", "/devices/<part:hostname>/fdb")
def device_fdb(call: Call, hostname: str) -> Answer:
    """The MAC addresses that a device has learnt."""
    found = call.device(hostname)
    if found is None:
        return error(404, f"Device {hostname} not found")
    return rows("ports_fdb", call.state.fdb.having("device_id", call.require(found)["device_id"]), counted=False)


@route("GET", "/devices/<part:hostname>/maintenance")
def maintenance(call: Call, hostname: str) -> Answer:
    """Whether a device is under maintenance."""
    found = call.device(hostname)
    if found is None:
        return error(404, f"Device {hostname} not found")
    return Answer({"status": "ok", "is_under_maintenance": call.require(found)["device_id"] in call.state.maintenance})


@route("GET", "/devices/<part:hostname>/discover")
def discover(call: Call, hostname: str) -> Answer:
    """Ask for a rediscovery: a GET that changes state."""
    found = call.device(hostname)
    if found is None:
        return error(404, f"Device {hostname} does not exist")
    call.require(found)["last_discovered"] = None
    return Answer({"status": "ok", "result": {"status": 1, "message": "Device will be rediscovered"}, "count": 2})
