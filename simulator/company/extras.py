"""Places, the device rows themselves, groups, alerts, outages, sessions and sensors of the company."""

from __future__ import annotations

import zlib

from simulator.company.description import Kind, Node, Site
from simulator.data import Dataset
from simulator.defaults import SECRET_AUTHPASS, SECRET_CRYPTOPASS

# Guests whose hypervisor tells LibreNMS of them: for those, release 26.7 fails to answer with a single device.
KNOWN_GUESTS = ("ams1-dns-01", "ams1-print-01")
_VERSION_3 = {
    "community": None,
    "snmpver": "v3",
    "authlevel": "authPriv",
    "authname": "librenms",
    "authpass": SECRET_AUTHPASS,
    "authalgo": "SHA-256",
    "cryptopass": SECRET_CRYPTOPASS,
    "cryptoalgo": "AES",
}


def add_places(dataset: Dataset, sites: tuple[Site, ...]) -> None:
    """Add the locations, and the poller groups of a server that polls from two places."""
    for site in sites:
        dataset.add_location(site.location, site.latitude, site.longitude)
    dataset.add_poller_group("dmz", "DMZ pollers")
    dataset.add_poller_group("remote sites", "Remote pollers")


def add_device(dataset: Dataset, node: Node) -> None:
    """Add the LibreNMS device of a node."""
    model = node.model
    parent = next((row for row in dataset.devices.rows() if row["display"] == _display(node.host or "")), None)
    dataset.add_device(
        device_id=node.librenms_id,
        hostname=node.hostname,
        sysName=node.sysname,
        display=_display(node.name) if node.hostname != node.address else node.hostname,
        ip=node.address,
        location=node.site.location,
        os=model.os,
        hardware=model.hardware,
        version=model.version,
        features=model.features,
        serial=node.serial,
        type=model.type,
        icon=model.icon,
        sysObjectID=model.object_id,
        sysDescr=model.descr,
        uptime=86_400 + zlib.crc32(node.name.encode()) % 20_000_000,
        status=int(node.up),
        status_reason="" if node.up else "icmp",
        disabled=int(node.disabled),
        purpose="Perimeter firewall" if node.role == "Firewall" else None,
        notes="To be removed" if node.disabled else None,
        parent_id=parent["device_id"] if parent and node.name in KNOWN_GUESTS else None,
        **(_VERSION_3 if node.role == "Firewall" else {}),
    )


def _display(name: str) -> str:
    return f"{name}.corp.example.net"


def add_groups_and_alerts(dataset: Dataset, nodes: tuple[Node, ...]) -> None:
    """Group the devices, and let something be wrong with some of them."""
    roles = {"Core": "Core Switch", "Access": "Access Switch", "Firewalls": "Firewall"}
    for name, role in roles.items():
        dataset.add_group(name, {node.librenms_id for node in nodes if node.role == role}, desc=f"All of role {role}")
    dataset.add_group("Virtual machines", {node.librenms_id for node in nodes if node.kind is Kind.VM})
    dataset.add_group("Empty", desc="Nothing yet")
    for node in nodes:
        if not node.up:
            dataset.add_alert(node.librenms_id)
            dataset.add_outage(node.librenms_id, 1_795_390_000)
        if node.name == "fra1-db-02":
            dataset.add_alert(node.librenms_id, severity="warning", name="Storage above 90 %", rule_id=2, state=2)
        if node.role == "Core Switch":
            _add_routing(dataset, node)
            dataset.add_outage(node.librenms_id, 1_795_000_000, 1_795_000_600)
            dataset.add_sensor(node.librenms_id, sensor_descr="Inlet Temp Sensor", sensor_current=27)
    _add_learnt_addresses(dataset)


def _add_routing(dataset: Dataset, node: Node) -> None:
    dataset.devices[node.librenms_id]["bgpLocalAs"] = 64_500 + node.site.octet
    peer = f"10.255.{node.site.octet}.254"
    dataset.add_bgp(node.librenms_id, peer, bgpPeerRemoteAs=64_500, bgpLocalAddr=node.address)


def _add_learnt_addresses(dataset: Dataset) -> None:
    addresses = {row["port_id"]: row["ipv4_address"] for row in dataset.ipv4.rows()}
    for link in dataset.links.rows():
        if link["remote_port_id"] is not None:
            mac = dataset.ports[link["local_port_id"]]["ifPhysAddress"]
            dataset.add_neighbour(link["remote_port_id"], mac, addresses.get(link["local_port_id"]), vlan=1)
    for row in dataset.ipv4.rows()[:20]:
        mac = dataset.ports[row["port_id"]]["ifPhysAddress"]
        dataset.add_neighbour(row["port_id"], mac or "020000000001", row["ipv4_address"])
