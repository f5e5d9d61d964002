"""Ports of the company's nodes, their aggregations, and who hears whom."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from simulator.company import catalogue
from simulator.company.description import Cable, Kind, Lag, Node, PortSet
from simulator.company.plan import DMZ, SERVERS, TRANSIT
from simulator.data import Dataset

PortBook = dict[tuple[str, str], int]

# Sub-interfaces: on which port, for which VLANs, and how the maker spells them.
SUB_INTERFACES: dict[str, tuple[str, tuple[int, ...]]] = {
    catalogue.FIREWALL.hardware: ("x1", (TRANSIT,)),
    catalogue.EDGE.hardware: ("ethernet1/17", (TRANSIT, SERVERS, DMZ)),
}
_SVI_NAME = {"iosxe": ("Vl{0}", "Vlan{0}"), "ios": ("Vl{0}", "Vlan{0}"), "junos": ("irb.{0}", "irb.{0}")}


def add_ports(dataset: Dataset, nodes: tuple[Node, ...], cables: tuple[Cable, ...], lags: tuple[Lag, ...]) -> PortBook:
    """Make every port, and return their ids by (node name, ifName)."""
    labels = _labels(nodes, cables)
    ports: PortBook = {}
    for node in nodes:
        for number, fields in enumerate(_all_ports(node, lags), 1):
            name = str(fields["ifName"])
            fields = {"ifAlias": labels.get((node.name, name), fields.get("ifAlias", fields["ifDescr"]))} | fields
            if (node.name, name) in labels or fields.pop("used", False):
                fields["ifOperStatus"] = "up"
            mac = f"00{zlib.crc32(node.name.encode()):08x}{number & 255:02x}"
            fields = {"ifIndex": number, "ifPhysAddress": mac} | fields
            ports[node.name, name] = dataset.add_port(node.librenms_id, **fields)  # type: ignore[arg-type]
    for lag in lags:
        for member in lag.ports:
            dataset.add_stack(ports[lag.node, lag.name], ports[lag.node, member])
    _stack_sub_interfaces(dataset, nodes, ports)
    return ports


def _labels(nodes: tuple[Node, ...], cables: tuple[Cable, ...]) -> dict[tuple[str, str], str]:
    labels: dict[tuple[str, str], str] = {}
    for cable in cables:
        labels[cable.a_node, cable.a_port] = f"{cable.b_node} {cable.b_port}"
        labels[cable.b_node, cable.b_port] = f"{cable.a_node} {cable.a_port}"
    return labels


def _all_ports(node: Node, lags: tuple[Lag, ...]) -> Iterator[dict[str, object]]:
    for port_set in node.model.ports:
        for member in range(1, 1 + (1 if port_set.shared else max(1, len(node.members)))):
            yield from _ports_of(port_set, member, node)
    for lag in lags:
        if lag.node == node.name:
            yield {
                "ifName": lag.name,
                "ifDescr": lag.name.replace("Po", "Port-channel") if lag.name.startswith("Po") else lag.name,
                "ifType": "ieee8023adLag",
                "ifSpeed": catalogue.TEN * len(lag.ports),
                "ifConnectorPresent": "false",
                "used": True,
            }
    yield from _virtual_ports(node)


def _ports_of(port_set: PortSet, member: int, node: Node) -> Iterator[dict[str, object]]:
    for number in range(port_set.first, port_set.last + 1):
        place = {"m": member, "m0": member - 1, "n": number}
        name = port_set.name.format(**place)
        in_use = zlib.crc32(f"{node.name} {name}".encode()) % 5 < 2 or not port_set.connector
        management = name == node.model.management
        yield {
            "ifName": name,
            "ifDescr": port_set.descr.format(**place),
            "ifType": port_set.if_type,
            "ifSpeed": port_set.speed,
            "ifMtu": port_set.mtu,
            "ifConnectorPresent": "true" if port_set.connector else "false",
            "ifOperStatus": "up" if in_use or management else "down",
            "ifAdminStatus": "up" if in_use or management or number % 7 else "down",
            "ifDuplex": "fullDuplex" if port_set.connector else None,
        }


def _virtual_ports(node: Node) -> Iterator[dict[str, object]]:
    spelling = _SVI_NAME.get(node.model.os)
    for vid in node.vlans if spelling else ():
        name, descr = (text.format(vid) for text in spelling or ())
        yield {"ifName": name, "ifDescr": descr, "ifType": "l3ipvlan", "ifConnectorPresent": "false", "used": True}
    if node.role in ("Core Switch", "Leaf Switch"):
        short = node.model.manufacturer == "Cisco"
        yield {
            "ifName": "Lo0" if short else "Loopback0",
            "ifDescr": "Loopback0",
            "ifAlias": "router-id",
            "ifType": "softwareLoopback",
            "ifSpeed": 8_000_000_000,
            "ifPhysAddress": None,
            "ifMtu": 1514,
            "ifConnectorPresent": "false",
            "used": True,
        }
    parent, vids = SUB_INTERFACES.get(node.model.hardware, ("", ()))
    for vid in vids:
        name = f"{parent}.{vid}"
        yield {"ifName": name, "ifDescr": name, "ifType": "l2vlan", "ifConnectorPresent": "false", "used": True}


def _stack_sub_interfaces(dataset: Dataset, nodes: tuple[Node, ...], ports: PortBook) -> None:
    for node in nodes:
        parent, vids = SUB_INTERFACES.get(node.model.hardware, ("", ()))
        for vid in vids:
            dataset.add_stack(ports[node.name, f"{parent}.{vid}"], ports[node.name, parent])
        if node.model is catalogue.HYPERVISOR:
            dataset.add_stack(ports[node.name, "vmbr0"], ports[node.name, "bond0"])
            dataset.add_stack(ports[node.name, "vmbr0.10"], ports[node.name, "vmbr0"])


def add_links(dataset: Dataset, cables: tuple[Cable, ...], ports: PortBook) -> None:
    """Let both ends of every cable hear each other by LLDP."""
    for cable in cables:
        dataset.add_link(ports[cable.a_node, cable.a_port], ports[cable.b_node, cable.b_port], both=True)


def add_phones(dataset: Dataset, nodes: tuple[Node, ...], ports: PortBook) -> None:
    """Put phones and access points, which LibreNMS does not monitor, on ports of the access stacks."""
    for node in nodes:
        if node.kind is not Kind.STACK or node.model is not catalogue.ACCESS:
            continue
        for port in range(5, 13):
            phone = f"SEP{zlib.crc32(f'{node.name}{port}'.encode()):012X}"
            dataset.add_link(
                ports[node.name, f"Gi1/0/{port}"],
                protocol="cdp",
                remote_hostname=phone,
                remote_port_name="Port 1",
                remote_platform="Cisco IP Phone 8851",
                remote_version="sip88xx.14-2-1-0101-35.loads",
            )
        dataset.add_link(
            ports[node.name, "Gi2/0/20"],
            remote_hostname=f"{node.site.code}-ap-{node.librenms_id:02d}",
            remote_port_name="GigabitEthernet0",
            remote_platform="cisco C9120AXI-E",
        )
