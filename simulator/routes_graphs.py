"""Graphs: which there are, and pictures of them (SVG, PNG, or base64 inside JSON)."""

from __future__ import annotations

import base64
import struct
import zlib
from html import escape

from simulator.answers import Answer, error, rows, server_error
from simulator.calls import Call, route
from simulator.shapes import port_values
from simulator.tables import Row

GRAPHS = {
    "device_poller_perf": "Poller Time",
    "device_icmp_perf": "Ping Response",
    "device_bits": "Device Traffic",
    "device_uptime": "Uptime",
    "device_processor": "Processor Usage",
    "device_mempool": "Memory Usage",
    "device_storage": "Storage Usage",
    "device_temperature": "Temperature",
    "device_availability": "Availability",
}
WITHOUT_DEVICE = ("device_poller_perf", "device_icmp_perf")
PORT_GRAPHS = ("port_bits", "port_errors", "port_upkts")
# What every device has that is polled by SNMP, beside its sensors
POLLED = {"device_processor": "Processors", "device_storage": "Storage", "device_mempool": "Memory Pools"}


@route("GET", "/devices/<part:hostname>/graphs")
def graphs(call: Call, hostname: str) -> Answer:
    """The graphs of a device; an unknown device has the two that every device has."""
    device = call.device(hostname)
    if device is not None:
        call.require(device)
    names = GRAPHS if device is not None else WITHOUT_DEVICE
    return rows("graphs", [{"desc": GRAPHS[name], "name": name} for name in names])


@route("GET", "/devices/<part:hostname>/health")
def health(call: Call, hostname: str) -> Answer:
    """The kinds of sensors of a device."""
    device = call.device(hostname)
    if device is None:
        return error(404, f"Device {hostname} not found")
    sensors = call.state.sensors.having("device_id", call.require(device)["device_id"])
    kinds = sorted({sensor["sensor_class"] for sensor in sensors})
    found = [{"desc": kind.capitalize(), "name": f"device_{kind}"} for kind in kinds]
    polled = {} if device["snmp_disable"] else POLLED
    return rows("graphs", found + [{"desc": desc, "name": name} for name, desc in polled.items()])


@route("GET", "/devices/<part:hostname>/health/<part:kind>")
def health_of(call: Call, hostname: str, kind: str) -> Answer:
    """The sensors of a kind of a device."""
    device = call.device(hostname)
    if device is None:
        return error(404, f"Device {hostname} not found")
    sensors = call.state.sensors.having("device_id", call.require(device)["device_id"])
    wanted = [sensor for sensor in sensors if f"device_{sensor['sensor_class']}" == kind]
    return rows("graphs", [{"sensor_id": row["sensor_id"], "desc": row["sensor_descr"]} for row in wanted])


@route("GET", "/devices/<part:hostname>/<part:kind>")
def device_graph(call: Call, hostname: str, kind: str) -> Answer:
    """A graph of a device; any unknown last part of a path is taken for a kind of graph, and fails."""
    device = call.device(hostname)
    if device is None or "/" in kind or not kind.startswith("device_"):
        return server_error()
    call.require(device)
    if kind not in GRAPHS:
        return error(500, f"{kind} template missing")
    return _picture(call, device, GRAPHS[kind], kind.removeprefix("device_"))


@route("GET", "/devices/<part:hostname>/ports/<part:ifname>/<part:kind>")
def port_graph(call: Call, hostname: str, ifname: str, kind: str) -> Answer:
    """A graph of a port, found by its name or (`ifDescr=true`) its description."""
    device = call.device(hostname)
    if not kind.startswith("port_"):
        return server_error()
    field = "ifDescr" if call.args.get("ifDescr") == "true" else "ifName"
    known = call.state.ports.having("device_id", device["device_id"]) if device else []
    named = (row for row in call.seen(known) if port_values(row, (field,))[field].casefold() == ifname.casefold())
    port = next(named, None)
    if device is None or port is None:
        return error(500, "No Authorization")
    if kind not in PORT_GRAPHS:
        return error(500, f"{kind} template missing")
    return _picture(call, device, f"{port['ifName']} {kind}", f"port-id{port['port_id']}")


@route("GET", "/devices/<part:hostname>/<part:kind>/<tail:rest>")
def no_graph(call: Call, hostname: str, kind: str, rest: str) -> Answer:
    """Anything deeper that no other route takes, such as a port name with slashes."""
    return server_error()


def _picture(call: Call, device: Row, title: str, file: str) -> Answer:
    if device["device_id"] in call.state.without_rrd:
        path = f"/opt/librenms/app/rrd/{device['hostname']}/{file}.rrd"
        return error(500, f"Error: opening '{path}': No such file or directory")
    if call.args.get("graph_type") == "png":
        content, kind = png(), "image/png"
    else:
        content, kind = svg(f"{device['hostname']}: {title}").encode(), "image/svg+xml"
    if call.args.get("output") == "base64":
        image = {"image": base64.b64encode(content).decode(), "content-type": kind}
        return Answer({"status": "ok", "image": image, "count": 2})
    return Answer(content=content, content_type=kind)


def svg(title: str) -> str:
    """A small line graph with a title."""
    points = " ".join(f"{at * 10},{100 - (at * 37) % 80}" for at in range(60))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<svg xmlns="http://www.w3.org/2000/svg" width="600pt" height="150pt" viewBox="0 0 600 150" version="1.1">'
        '<rect width="600" height="150" fill="#f3f3f3"/>'
        f'<polyline points="{points}" fill="none" stroke="#3366cc"/>'
        f'<text x="10" y="140" font-size="12">{escape(title)}</text></svg>\n'
    )


def png() -> bytes:
    """A grey picture of 2 by 2 pixels."""
    pixels = zlib.compress(b"\x00\xc0\xc0" * 2)
    header = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    )
