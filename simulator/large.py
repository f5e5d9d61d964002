"""A big network for measurements: 5,000 devices and 150,000 ports with links, VLANs, addresses and parts.

Rows hold only what differs from the defaults; the rest is filled in while an answer is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.data import Dataset
from simulator.defaults import INVENTORY, LINK, PORT_VLAN, VLAN

PORTS_EACH = 30
SITES = 50
VLANS_EACH = 6
CORES_EACH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    word: str
    os: str
    hardware: str
    type: str
    icon: str
    prefix: str


_CORE = _Kind(word="core", os="iosxe", hardware="C9500-40X", type="network", icon="cisco.svg", prefix="Te1/0/")
_KINDS = (
    _Kind(word="acc", os="iosxe", hardware="C9300-48P", type="network", icon="cisco.svg", prefix="Gi1/0/"),
    _Kind(
        word="leaf", os="arista_eos", hardware="DCS-7050SX3-48YC8", type="network", icon="arista.svg", prefix="Ethernet"
    ),
    _Kind(word="sw", os="junos", hardware="EX3400-48P", type="network", icon="juniper.svg", prefix="ge-0/0/"),
    _Kind(word="srv", os="linux", hardware="PowerEdge R650", type="server", icon="linux.svg", prefix="eth"),
)


def build_large(devices: int = 5_000, ports: int = 150_000) -> Dataset:
    """Make a network of so many devices and ports; the same each time, in a few seconds."""
    dataset = Dataset.empty()
    for site in range(min(SITES, devices)):
        dataset.add_location(f"Site {site + 1:02d}", 40 + site * 0.25, 5 + site * 0.5)
    cores = min(devices, SITES * CORES_EACH)
    # A core needs a port for every device below it; the others share what is left.
    core_ports = max(ports // devices, devices // SITES + 8)
    each, odd = divmod(max(0, ports - cores * core_ports), max(1, devices - cores))
    uplinks: dict[int, Iterator[int]] = {}
    for number in range(devices):
        site = number % SITES
        core = number < SITES * CORES_EACH
        kind = _CORE if core else _KINDS[number % len(_KINDS)]
        device_id = _add_device(dataset, kind, site, number)
        count = core_ports if core else max(1, each + (number - cores < odd))
        first = _add_ports(dataset, device_id, kind, count)
        _add_vlans(dataset, device_id, first)
        if number < SITES:
            uplinks[site] = iter(range(first + 2, dataset.ports.last_id + 1))
        else:
            _add_uplink(dataset, first, next(uplinks[site]))
        _add_chassis(dataset, device_id, kind)
    dataset.add_group("Core", set(range(1, min(devices, SITES * CORES_EACH) + 1)))
    return dataset


def _add_device(dataset: Dataset, kind: _Kind, site: int, number: int) -> int:
    return dataset.add_device(
        hostname=f"{kind.word}-{number + 1:04d}.s{site + 1:02d}.example.net",
        ip=f"10.{site}.{number // SITES // 250}.{number // SITES % 250 + 1}",
        location_id=site + 1,
        os=kind.os,
        hardware=kind.hardware,
        type=kind.type,
        icon=kind.icon,
        status=int(number % 83 != 82),
        disabled=int(number % 97 == 96),
    )


def _add_ports(dataset: Dataset, device_id: int, kind: _Kind, count: int) -> int:
    first = dataset.ports.last_id + 1
    speed = 10_000_000_000 if kind is _CORE else 1_000_000_000
    put = dataset.ports.put
    for number in range(1, count + 1):
        put(
            {
                "port_id": first + number - 1,
                "device_id": device_id,
                "ifIndex": number,
                "ifName": f"{kind.prefix}{number}",
                "ifSpeed": speed,
                "ifPhysAddress": f"02{device_id:06x}{number:04x}",
                "ifOperStatus": "up" if number % 3 else "down",
                "ifVlan": str(100 + number % VLANS_EACH),
            }
        )
    address = dataset.devices[device_id]["ip"]
    dataset.ports[first] |= {"ifTrunk": "dot1Q", "ifAlias": "uplink"}
    dataset.ipv4.put(
        {
            "ipv4_address_id": None,
            "ipv4_address": address,
            "ipv4_prefixlen": 16,
            "ipv4_network_id": _network_id(dataset, address),
            "port_id": first,
            "context_name": "",
        }
    )
    return first


def _network_id(dataset: Dataset, address: str) -> int:
    site = int(address.split(".")[1])
    if site + 1 not in dataset.networks:
        dataset.networks.put({"ipv4_network_id": site + 1, "ipv4_network": f"10.{site}.0.0/16", "context_name": ""})
    return site + 1


def _add_vlans(dataset: Dataset, device_id: int, first_port: int) -> None:
    for number in range(VLANS_EACH):
        vid = 100 + number
        dataset.vlans.put(VLAN | {"device_id": device_id, "vlan_vlan": vid, "vlan_name": f"vlan-{vid}"})
        dataset.port_vlans.put(PORT_VLAN | {"device_id": device_id, "port_id": first_port, "vlan": vid})


def _add_uplink(dataset: Dataset, local_port: int, remote_port: int) -> None:
    ends = (local_port, remote_port)
    for near_id, far_id in (ends, ends[::-1]):
        near, far = dataset.ports[near_id], dataset.ports[far_id]
        device = dataset.devices[far["device_id"]]
        dataset.links.put(
            LINK
            | {
                "local_port_id": near_id,
                "local_device_id": near["device_id"],
                "remote_port_id": far_id,
                "remote_device_id": far["device_id"],
                "remote_hostname": device["sysName"],
                "remote_port": far["ifName"],
                "remote_platform": device["hardware"],
            }
        )


def _add_chassis(dataset: Dataset, device_id: int, kind: _Kind) -> None:
    dataset.inventory.put(
        INVENTORY
        | {
            "device_id": device_id,
            "entPhysicalClass": "chassis",
            "entPhysicalName": "Chassis",
            "entPhysicalModelName": kind.hardware,
            "entPhysicalSerialNum": dataset.devices[device_id]["serial"],
        }
    )
