"""VLANs, the VLANs of ports, and addresses of the company."""

from __future__ import annotations

import zlib

from simulator.company import catalogue
from simulator.company.description import Kind, Node, Vlan
from simulator.company.plan import TRANSIT, USERS, VOICE
from simulator.company.wiring import SUB_INTERFACES, PortBook
from simulator.data import Dataset

# Physical port names start with one of these on the switches.
_SWITCH_PORTS = ("Gi1/", "Gi2/", "Gi3/", "Te", "Ethernet", "ge-", "xe-")
_TRUNK_PORTS = ("Te", "xe-", "Po", "ae")
_OUTSIDE_PORTS = {catalogue.FIREWALL.hardware: "port16", catalogue.EDGE.hardware: "ethernet1/16"}


def add_vlans(dataset: Dataset, nodes: tuple[Node, ...], ports: PortBook, vlans: tuple[Vlan, ...]) -> None:
    """Give the switches their VLANs, and their ports the VLANs they carry."""
    names = {vlan.vid: vlan.name for vlan in vlans}
    for node in nodes:
        for vid in node.vlans:
            dataset.add_vlan(node.librenms_id, vid, names[vid], vlan_domain=None if node.model.os == "junos" else 1)
    switches = {node.name: node for node in nodes if node.vlans and node.role != "Wireless Controller"}
    for (name, port), port_id in ports.items():
        if name in switches:
            _add_port_vlans(dataset, switches[name], port, port_id)


def _add_port_vlans(dataset: Dataset, node: Node, name: str, port_id: int) -> None:
    port = dataset.ports[port_id]
    if _is_trunk(node, name, port["ifAlias"] != port["ifDescr"]):
        port |= {"ifTrunk": "dot1Q", "ifVlan": "1"}
        for vid in node.vlans:
            dataset.add_port_vlan(port_id, vid, untagged=vid == 1, state="forwarding")
    elif name.startswith(_SWITCH_PORTS):
        vid = node.vlans[2] if zlib.crc32(name.encode()) % 6 else 1
        port["ifVlan"] = str(vid)
        dataset.add_port_vlan(port_id, vid, untagged=True)
        if vid == USERS and VOICE in node.vlans:
            dataset.add_port_vlan(port_id, VOICE)


def _is_trunk(node: Node, name: str, labelled: bool) -> bool:
    if node.role in ("Core Switch", "Leaf Switch"):
        return name.startswith(("Po", "Te", "Ethernet")) and (labelled or name.startswith("Po"))
    return name.startswith(_TRUNK_PORTS) and (labelled or name.startswith(("Po", "ae")))


def add_addresses(dataset: Dataset, nodes: tuple[Node, ...], ports: PortBook) -> None:
    """Give every node its management address, the cores their gateways, the firewalls their transfer networks."""
    for node in nodes:
        dataset.add_address(ports[node.name, node.model.management], node.ip)
        if node.kind is Kind.VM:
            _add_vm_ipv6(dataset, node, ports)
    for node in nodes:
        number = int(node.name[-2:])
        if node.model is catalogue.CORE:
            _add_gateways(dataset, node, ports, number)
        if node.role in ("Core Switch", "Leaf Switch"):
            loopback = "Lo0" if node.model is catalogue.CORE else "Loopback0"
            dataset.add_address(ports[node.name, loopback], f"10.255.{node.site.octet}.{node.librenms_id}/32")
        parent, vids = SUB_INTERFACES.get(node.model.hardware, ("", ()))
        for vid in vids:
            network = f"10.{node.site.octet}.{vid % 256}"
            dataset.add_address(ports[node.name, f"{parent}.{vid}"], f"{network}.{249 + number}/24")
        _add_public(dataset, node, ports, number)


def _add_vm_ipv6(dataset: Dataset, node: Node, ports: PortBook) -> None:
    port = ports[node.name, node.model.management]
    dataset.add_address(port, f"2001:db8:{node.site.octet}:20::{node.librenms_id}/64")


def _add_gateways(dataset: Dataset, node: Node, ports: PortBook, number: int) -> None:
    for vid in node.vlans:
        if vid in (1, 10):
            continue
        port = ports[node.name, f"Vl{vid}"]
        dataset.add_address(port, f"10.{node.site.octet}.{vid % 256}.{1 + number}/24")
        if vid != TRANSIT:
            dataset.add_address(port, f"2001:db8:{node.site.octet}:{vid}::{1 + number}/64")


def _add_public(dataset: Dataset, node: Node, ports: PortBook, number: int) -> None:
    name = _OUTSIDE_PORTS.get(node.model.hardware)
    if name is not None:
        dataset.add_address(ports[node.name, name], f"198.51.100.{node.site.octet + number}/28")
        dataset.add_address(ports[node.name, name], f"2001:db8:ffff:{node.site.octet}::{number}/64")
