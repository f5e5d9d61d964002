"""Writes to locations, device groups, port descriptions and alerts."""

from __future__ import annotations

from typing import Any

from simulator.answers import Answer, done, error, server_error
from simulator.auth import Need
from simulator.calls import Call, numeric, route
from simulator.defaults import SEEN_AT
from simulator.routes_resources import group_of, location_of


@route("POST", "/locations", Need.ADMIN)
def add_location(call: Call) -> Answer:
    """Add a location; a coordinate of 0 counts as missing, a text that is no number as 0."""
    asked = call.json()
    if not all(_given(asked.get(name)) for name in ("location", "lat", "lng")):
        return error(400, "Required fields missing (location, lat and lng needed)")
    name = str(asked["location"])
    if location_of(call, name) is not None and numeric(name) is None:
        return error(500, "Database inconsistent")
    location_id = call.state.add_location(name, _coordinate(asked["lat"]), _coordinate(asked["lng"]))
    call.state.locations[location_id]["fixed_coordinates"] = int(bool(asked.get("fixed_coordinates", True)))
    return done(f"Location added with id #{location_id}", 201)


def _given(value: Any) -> bool:
    # PHP's empty(): the text "0" is empty too.
    return bool(value) and value != "0"


def _coordinate(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0


@route("PATCH", "/locations/<tail:name>", Need.ADMIN)
def patch_location(call: Call, name: str) -> Answer:
    """Change a location: always fails on the releases with the fault, works on older ones."""
    found = location_of(call, name)
    if found is None:
        return error(400, "Failed to update location")
    if call.version.location_patch_fails:
        return server_error()
    asked = call.json()
    for field in ("lat", "lng"):
        if field in asked:
            found[field] = f"{_coordinate(asked[field]):.8f}"
    if asked.get("location"):
        found["location"] = str(asked["location"])
        call.state.locations.put(found)
    found["timestamp"] = SEEN_AT
    return done("Location updated successfully", 201)


@route("DELETE", "/locations/<tail:name>", Need.ADMIN)
def remove_location(call: Call, name: str) -> Answer:
    """Remove a location; its devices have none afterwards."""
    found = location_of(call, name)
    if found is None:
        return error(400, "Failed to delete  (Does not exists)")
    for device in call.state.devices.rows():
        if device["location_id"] == found["id"]:
            device["location_id"] = None
    del call.state.locations[found["id"]]
    return done(f"Location {found['location']} has been deleted successfully", 201)


@route("POST", "/devicegroups", Need.ADMIN)
def add_group(call: Call) -> Answer:
    """Add a static device group: 422 with a message per field where something is missing or taken."""
    asked = call.json()
    missing = {name: [f"The {name} field is required."] for name in ("name", "type") if not asked.get(name)}
    if missing:
        return error(422, missing)
    name = str(asked["name"])
    if any(group["name"].casefold() == name.casefold() for group in call.state.groups.rows()):
        return error(422, {"name": ["The name has already been taken."]})
    devices = {device for device in asked.get("devices", []) if isinstance(device, int)}
    group_id = call.state.add_group(name, devices, desc=str(asked.get("desc", "")))
    return done(f"Device group {name} created", 201, id=group_id)


@route("PATCH", "/devicegroups/<part:name>", Need.ADMIN)
def patch_group(call: Call, name: str) -> Answer:
    """Rename a device group or change its description."""
    group = group_of(call, name)
    if group is None:
        return error(404, f"Device group {name} not found")
    asked = call.json()
    group |= {field: str(asked[field]) for field in ("name", "desc") if asked.get(field)}
    return done(f"Device group {name} updated")


@route("DELETE", "/devicegroups/<part:name>", Need.ADMIN)
def remove_group(call: Call, name: str) -> Answer:
    """Remove a device group."""
    group = group_of(call, name)
    if group is None:
        return error(404, f"Device group {name} not found")
    del call.state.groups[group["id"]]
    call.state.members.pop(group["id"], None)
    return done(f"Device group {name} deleted")


@route("POST", "/devicegroups/<part:name>/devices", Need.ADMIN)
def add_to_group(call: Call, name: str) -> Answer:
    """Put devices (ids) into a group."""
    return _change_members(call, name, join=True)


@route("DELETE", "/devicegroups/<part:name>/devices", Need.ADMIN)
def remove_from_group(call: Call, name: str) -> Answer:
    """Take devices (ids) out of a group."""
    return _change_members(call, name, join=False)


def _change_members(call: Call, name: str, *, join: bool) -> Answer:
    group = group_of(call, name)
    if group is None:
        return error(404, f"Device group {name} not found")
    devices = {device for device in call.json().get("devices", []) if isinstance(device, int)}
    members = call.state.members[group["id"]]
    call.state.members[group["id"]] = members | devices if join else members - devices
    return done("Devices added" if join else "Devices removed")


@route("PATCH", "/ports/<part:port_id>/description", Need.ADMIN)
def patch_port_description(call: Call, port_id: str) -> Answer:
    """Set the alias of a port; an empty one makes LibreNMS poll it again."""
    found = call.state.ports.get(numeric(port_id) or 0)
    if found is None:
        return error(400, "Invalid port ID.")
    text = str(call.json().get("description") or "")
    found["ifAlias"] = text or "repoll"
    return done("Port description updated." if text else "Port description cleared.")


@route("PUT", "/alerts/<part:alert_id>", Need.ADMIN)
def acknowledge_alert(call: Call, alert_id: str) -> Answer:
    """Acknowledge an alert."""
    return _set_alert(call, alert_id, 2, "Alert has been acknowledged")


@route("PUT", "/alerts/unmute/<part:alert_id>", Need.ADMIN)
def unmute_alert(call: Call, alert_id: str) -> Answer:
    """Open an acknowledged alert again."""
    return _set_alert(call, alert_id, 1, "Alert has been unmuted")


def _set_alert(call: Call, alert_id: str, state: int, message: str) -> Answer:
    found = call.state.alerts.get(numeric(alert_id) or 0)
    if found is None:
        return error(404, "No alert by that ID")
    found["state"] = state
    if call.json().get("note"):
        found["note"] = str(call.json()["note"])
    return done(message)
