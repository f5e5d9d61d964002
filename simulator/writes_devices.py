"""Writes to devices: add, change, rename, remove, maintenance, parents, events."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from simulator.answers import Answer, Refused, blank, done, error, rows
from simulator.auth import Need
from simulator.calls import Call, numeric, route
from simulator.data import default_ip
from simulator.defaults import DEVICE, POLLED_DEVICE, SEEN_AT
from simulator.shapes import plain_device
from simulator.tables import Row

HOSTNAME = re.compile(r"[A-Za-z0-9_.-]{1,253}")
SNMP_VERSIONS = ("v1", "v2c", "v3")
FORBIDDEN = ("hostname", "device_id")
# Columns that a PATCH sets; anything else is accepted and ignored, as the real server does.
FILLABLE = frozenset(
    "agent_uptime authalgo authlevel authname authpass bgpLocalAs community cryptoalgo cryptopass disable_notify "
    "disabled features hardware icon ignore ignore_status ip location_id notes os overwrite_ip override_sysLocation "
    "poller_group port port_association_mode purpose retries serial snmp_disable snmpver status status_reason "
    "sysContact sysDescr sysName sysObjectID timeout transport type uptime version".split()
)
INTEGERS = frozenset(name for name, value in DEVICE.items() if isinstance(value, int)) | {"location_id", "timeout"}
LENGTHS = {"sysName": 128, "purpose": 64, "serial": 128, "version": 128, "os": 32, "type": 20, "overwrite_ip": 40}


@route("POST", "/devices", Need.ADMIN)
def add_device(call: Call) -> Answer:
    """Add a device: 400 for a bad request, 500 for everything that LibreNMS finds wrong with the device."""
    asked = call.json()
    _check_request(asked)
    hostname = str(asked["hostname"])
    forced = bool(asked.get("force_add"))
    if not asked.get("snmp_disable"):
        _check_snmp_version(asked)
    if call.device(hostname) is not None and numeric(hostname) is None:
        raise Refused(error(500, f"Device {hostname} already exists"))
    if not forced:
        _check_reachable(call, hostname, asked)
    device = _new_device(call, asked, hostname, forced=forced)
    message = f"Device {hostname} ({device['device_id']}) has been added successfully"
    return rows("devices", [_added(asked, device, forced=forced)], message=message)


def _check_request(asked: Row) -> None:
    if not asked:
        raise Refused(error(400, "No information has been provided to add this new device"))
    hostname = asked.get("hostname")
    if not hostname:
        raise Refused(error(400, "Missing the device hostname"))
    if not HOSTNAME.fullmatch(str(hostname)) and not _is_ip(str(hostname)):
        raise Refused(error(400, f"Invalid hostname or IP: {hostname}"))
    snmp = ("snmpver", "version", "community", "authname", "snmp_disable")
    if asked.get("force_add") and not any(asked.get(name) for name in snmp):
        raise Refused(error(400, "SNMP information is required when force adding a device"))


def _check_snmp_version(asked: Row) -> None:
    version = _snmp_version(asked)
    if version not in SNMP_VERSIONS:
        raise Refused(error(500, f'Unsupported SNMP Version "{version}", must be v1, v2c, or v3'))


def _snmp_version(asked: Row) -> str:
    return str(asked.get("snmpver") or asked.get("version") or "v2c")


def _check_reachable(call: Call, hostname: str, asked: Row) -> None:
    if hostname.lower().endswith(".invalid"):
        raise Refused(error(500, f"Could not ping {hostname} (Hostname did not resolve to IP)"))
    address = default_ip(hostname, 0) if _is_ip(hostname) else None
    for device in call.state.devices.rows():
        if address and device["ip"] == address:
            message = f"Cannot add {hostname}, already have device {device['hostname']} with this IP {address}"
            raise Refused(error(500, message))
    if hostname in call.state.talkative:
        secrets = [str(asked[name]) for name in ("community", "authname", "authpass", "cryptopass") if asked.get(name)]
        raise Refused(error(500, f"snmpget {' '.join(secrets)}\n{hostname}: Timeout\x1b[0m"))
    if hostname in call.state.unreachable and not asked.get("snmp_disable"):
        message = f"Could not connect to {hostname}, please check the snmp details and snmp reachability"
        raise Refused(error(500, message))


def _is_ip(hostname: str) -> bool:
    try:
        ipaddress.ip_address(hostname)
    except ValueError:
        return False
    return True


def _new_device(call: Call, asked: Row, hostname: str, *, forced: bool) -> Row:
    device_id = call.state.devices.last_id + 1
    ping_only = bool(asked.get("snmp_disable"))
    device = DEVICE | {
        "device_id": device_id,
        "inserted": SEEN_AT,
        "hostname": hostname,
        "sysName": asked.get("sysName") or (hostname if forced else ""),
        "display": str(asked.get("display") or hostname)[:128],
        "display_template": asked.get("display"),
        "ip": None if forced else default_ip(hostname, device_id),
        "os": str(asked.get("os") or ("ping" if ping_only else "generic")),
        "hardware": asked.get("hardware"),
        "snmp_disable": int(ping_only),
        "snmpver": "v2c" if ping_only else _snmp_version(asked),
        "port": asked.get("port", 161),
        "transport": asked.get("transport", "udp"),
        "poller_group": asked.get("poller_group", 0),
        "status": int(not forced),
        "override_sysLocation": int(bool(asked.get("override_sysLocation"))),
    }
    secrets = ("community", "authlevel", "authname", "authpass", "authalgo", "cryptopass", "cryptoalgo")
    device |= {name: asked.get(name) for name in secrets}
    if not forced and not ping_only:
        device |= {name: POLLED_DEVICE[name] for name in ("os", "icon", "sysDescr", "sysObjectID")}
    if asked.get("location"):
        device["location_id"] = call.state.location_id(str(asked["location"]))
    if hostname in call.state.forgetful:
        return device
    call.state.devices.put(device)
    if forced:
        # Nothing has polled it, so it has no folder of graphs: renaming it fails.
        call.state.without_rrd.add(device_id)
    return device


def _added(asked: Row, device: Row, *, forced: bool) -> Row:
    names = ["hostname", "port", "transport", "poller_group", "os", "status_reason", "sysName"]
    names += ["port_association_mode", "display", "device_id"]
    if asked.get("snmp_disable"):
        names += ["snmp_disable"] + (["hardware"] if asked.get("hardware") else [])
    else:
        names += ["snmpver"] + (["community"] if device["community"] else [])
        if not forced:
            names += ["authlevel", "authname", "authalgo", "cryptopass", "cryptoalgo", "sysDescr", "sysObjectID"]
    names += ["location_id"] if device["location_id"] is not None else []
    found = {name: device[name] for name in names}
    return found | ({"snmp_disable": True} if asked.get("snmp_disable") else {})


@route("DELETE", "/devices/<part:hostname>", Need.ADMIN)
def remove_device(call: Call, hostname: str) -> Answer:
    """Remove a device and answer with what it was."""
    device = _device_or_404(call, hostname)
    call.state.remove_device(device["device_id"])
    return rows("devices", [plain_device(device)], message=f"Removed device {device['hostname']}\n")


def _device_or_404(call: Call, hostname: str) -> Row:
    device = call.device(hostname)
    if device is None:
        raise Refused(error(404, f"Device {hostname} not found"))
    return device


@route("PATCH", "/devices/<part:hostname>", Need.ADMIN)
def patch_device(call: Call, hostname: str) -> Answer:
    """Set one field or several; unknown fields are ignored without a word."""
    device = _device_or_404(call, hostname)
    asked = call.json()
    field, value = asked.get("field"), asked.get("data")
    if not field:
        return error(400, "Device field to patch has not been supplied")
    if isinstance(field, list):
        return _patch_many(call, device, field, value)
    if field in FORBIDDEN:
        return error(500, "Device field is not allowed to be updated")
    _set_field(device, str(field), value)
    return done(f"Device {field} field has been updated")


def _patch_many(call: Call, device: Row, fields: list[Any], values: Any) -> Answer:
    values = values if isinstance(values, list) else [values]
    if any(field in FORBIDDEN for field in fields):
        return error(500, "Device field is not allowed to be updated")
    if len(fields) != len(values):
        counts = f"number of fields ({len(fields)}) does not match the supplied data ({len(values)})"
        return error(500, f"Device fields failed to be updated as the {counts}")
    for field, value in zip(fields, values, strict=True) if device["hostname"] not in call.state.stubborn else ():
        if field == "location" and value:
            device["location_id"] = call.state.location_id(str(value))
        else:
            _set_field(device, str(field), value)
    return done("Device fields have been updated")


def _set_field(device: Row, field: str, value: Any) -> None:
    if field not in FILLABLE:
        return
    if value is None:
        device[field] = None if DEVICE[field] is None else DEVICE[field]
    elif field in INTEGERS:
        digits = re.match(r"\s*-?\d+", str(int(value) if isinstance(value, bool) else value))
        device[field] = int(digits[0]) if digits else 0
    else:
        text = str(value)[: LENGTHS.get(field, 255 if field != "notes" else None)]
        device[field] = text.lower() if field == "sysName" else text


@route("PATCH", "/devices/<part:hostname>/rename/<part:new>", Need.ADMIN)
def rename_device(call: Call, hostname: str, new: str) -> Answer:
    """Give a device another hostname: a blank page where it works, and its address is forgotten until polled."""
    device = call.device(hostname)
    if device is None:
        return error(404, "Existing device not found")
    taken = any(row["hostname"].casefold() == new.casefold() for row in call.state.devices.rows())
    if taken or device["device_id"] in call.state.without_rrd:
        return error(500, "Device failed to be renamed")
    device |= {"hostname": new, "ip": None} | ({"display": new} if device["display_template"] is None else {})
    return blank()


@route("POST", "/devices/<part:hostname>/maintenance", Need.ADMIN)
def start_maintenance(call: Call, hostname: str) -> Answer:
    """Put a device under maintenance for `duration` (H:MM), now or from `start` on. Each makes a window more."""
    asked = call.json()
    if not asked:
        return error(400, "No information has been provided to set this device into maintenance")
    device = _device_or_404(call, hostname)
    if not asked.get("duration"):
        return error(400, "Duration not provided")
    call.state.windows.append({"device_id": device["device_id"], **asked})
    if not asked.get("start") and device["device_id"] not in call.state.unmoved:
        call.state.maintenance.add(device["device_id"])
    named = f"{device['hostname']} ({device['device_id']})"
    return done(f"Device {named} moved into maintenance mode for {asked['duration']}h", 201)


@route("POST", "/devices/<part:hostname>/eventlog", Need.ADMIN)
def add_event(call: Call, hostname: str) -> Answer:
    """Write a line into the event log of a device."""
    device = call.device(hostname)
    if device is None:
        return error(404, f"{hostname} device does not exist")
    asked = call.json()
    call.state.events.put(
        {
            "hostname": device["hostname"],
            "sysName": device["sysName"],
            "host": device["device_id"],
            "event_id": None,
            "device_id": device["device_id"],
            "datetime": SEEN_AT,
            "message": str(asked.get("text", "")),
            "type": str(asked.get("type", "system")),
            "reference": None,
            "username": "",
            "severity": asked.get("severity", 2),
        }
    )
    return done(f"Eventlog received for {hostname}")


@route("POST", "/devices/<part:hostname>/parents", Need.ADMIN)
def set_parents(call: Call, hostname: str) -> Answer:
    """Set the devices that a device depends on (ids or hostnames, joined by commas)."""
    device = call.device(hostname)
    names = [name.strip() for name in str(call.json().get("parent_ids", "")).split(",")]
    found = {name: call.device(name) for name in names}
    missing = [name for name, parent in found.items() if parent is None]
    if missing:
        return error(400, f"Parent device IDs/Hostname does not exist: {', '.join(missing)}")
    parents = [parent for parent in found.values() if parent is not None]
    if device is None or device in parents:
        return error(400, "Check your parent and device IDs")
    device["dependency_parent_id"] = ",".join(str(parent["device_id"]) for parent in parents)
    device["dependency_parent_hostname"] = ",".join(parent["hostname"] for parent in parents)
    return done("Device dependencies have been saved", 201)


@route("DELETE", "/devices/<part:hostname>/parents", Need.ADMIN)
def clear_parents(call: Call, hostname: str) -> Answer:
    """Forget the devices that a device depends on."""
    device = call.device(hostname)
    if device is None:
        return error(400, "Check your device ID!")
    device |= {"dependency_parent_id": None, "dependency_parent_hostname": None}
    return done("All device dependencies have been removed", 201)
