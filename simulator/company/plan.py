"""The company itself: three sites, what stands in them, and how it is cabled. Data and small generators only."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from simulator.company import catalogue as hardware
from simulator.company.description import Cable, Kind, Lag, Member, Model, Node, Site, Vlan

AMSTERDAM = Site(
    code="ams1",
    name="Amsterdam HQ",
    location="Amsterdam HQ, Keizersgracht 421",
    latitude=52.36675,
    longitude=4.88512,
    octet=10,
)
FRANKFURT = Site(
    code="fra1",
    name="Frankfurt DC",
    location="Frankfurt DC, Hanauer Landstraße 302",
    latitude=50.11921,
    longitude=8.73535,
    octet=20,
)
HELSINKI = Site(
    code="hel1",
    name="Helsinki Office",
    location="Helsinki Office, Ilmalankatu 2",
    latitude=60.20718,
    longitude=24.91736,
    octet=30,
)
SITES = (AMSTERDAM, FRANKFURT, HELSINKI)

MANAGEMENT, SERVERS, USERS, VOICE, WIFI, DMZ, TRANSIT = 10, 20, 110, 120, 130, 200, 900
VLANS = tuple(
    Vlan(vid=vid, name=name)
    for vid, name in (
        (1, "default"),
        (MANAGEMENT, "management"),
        (SERVERS, "servers"),
        (USERS, "users"),
        (VOICE, "voice"),
        (WIFI, "wifi-corp"),
        (DMZ, "dmz"),
        (TRANSIT, "transit-fw"),
    )
)
OFFICE = (1, MANAGEMENT, USERS, VOICE, WIFI, TRANSIT)
CENTRE = (1, MANAGEMENT, SERVERS, DMZ, TRANSIT)
DOMAIN = "corp.example.net"

# role word, number, model, role in NetBox, VLANs, number of stack members
_Line = tuple[str, int, Model, str, tuple[int, ...], int]
_HARDWARE: dict[str, tuple[_Line, ...]] = {
    "ams1": (
        ("core", 2, hardware.CORE, "Core Switch", OFFICE, 1),
        ("acc", 1, hardware.ACCESS, "Access Switch", OFFICE, 3),
        ("acc", 2, hardware.ACCESS, "Access Switch", OFFICE, 2),
        ("fw", 2, hardware.FIREWALL, "Firewall", (), 1),
        ("wlc", 1, hardware.WIRELESS, "Wireless Controller", (1, MANAGEMENT, WIFI), 1),
        ("hv", 2, hardware.HYPERVISOR, "Hypervisor", (), 1),
        ("pdu", 2, hardware.POWER, "PDU", (), 1),
        ("oldacc", 1, hardware.OLD_ACCESS, "Access Switch", (1, MANAGEMENT, USERS), 1),
    ),
    "fra1": (
        ("spine", 2, hardware.SPINE, "Core Switch", CENTRE, 1),
        ("leaf", 4, hardware.LEAF, "Leaf Switch", CENTRE, 1),
        ("fw", 2, hardware.EDGE, "Firewall", (), 1),
        ("hv", 3, hardware.HYPERVISOR, "Hypervisor", (), 1),
        ("pdu", 2, hardware.POWER, "PDU", (), 1),
    ),
    "hel1": (
        ("acc", 1, hardware.BRANCH, "Access Switch", OFFICE, 2),
        ("fw", 1, hardware.FIREWALL, "Firewall", (), 1),
        ("hv", 1, hardware.HYPERVISOR, "Hypervisor", (), 1),
        ("pdu", 1, hardware.POWER, "PDU", (), 1),
    ),
}
_GUESTS: dict[str, tuple[str, ...]] = {
    "ams1-hv-01": ("ams1-dns-01", "ams1-print-01"),
    "ams1-hv-02": ("ams1-dns-02", "ams1-ad-01"),
    "fra1-hv-01": ("fra1-web-01", "fra1-db-01"),
    "fra1-hv-02": ("fra1-web-02", "fra1-db-02"),
    "fra1-hv-03": ("fra1-mon-01", "fra1-git-01"),
    "hel1-hv-01": ("hel1-dns-01", "hel1-ad-01"),
}
DOWN = "hel1-pdu-01"
DISABLED = "ams1-oldacc-01"
# Polled by address, so LibreNMS knows no name but what the device says.
BY_ADDRESS = ("ams1-pdu-02",)


def nodes() -> tuple[Node, ...]:
    """Every device, stack and VM, with the id it has in LibreNMS: hardware first, then the guests."""
    found: list[Node] = []
    for site in SITES:
        found += _site_nodes(site, len(found) + 1)
    sites = {node.name: node.site for node in found}
    for host, guests in _GUESTS.items():
        for guest in guests:
            found.append(_guest(guest, host, sites[host], len(found) + 1))
    return tuple(found)


def _site_nodes(site: Site, first_id: int) -> list[Node]:
    found: list[Node] = []
    numbers: dict[str, int] = {}
    for word, count, model, role, vlans, members in _HARDWARE[site.code]:
        for _ in range(count):
            numbers[word] = numbers.get(word, 0) + 1
            name = f"{site.code}-{word}-{numbers[word]:02d}"
            place = first_id + len(found)
            found.append(_machine(name, site, model, role, vlans, members, place, 10 + len(found)))
    return found


def _machine(
    name: str, site: Site, model: Model, role: str, vlans: tuple[int, ...], count: int, librenms_id: int, host: int
) -> Node:
    members = tuple(
        Member(position=at, hardware=model.hardware, serial=serial_of(model, f"{name}/{at}"))
        for at in range(1, count + 1 if count > 1 else 1)
    )
    address = f"10.{site.octet}.{MANAGEMENT}.{host}"
    return Node(
        name=name,
        site=site,
        role=role,
        kind=Kind.STACK if members else Kind.DEVICE,
        model=model,
        serial=members[0].serial if members else serial_of(model, name),
        ip=f"{address}/24",
        vlans=vlans,
        members=members,
        hostname=address if name in BY_ADDRESS else f"{name}.{DOMAIN}",
        sysname=f"{name}.{DOMAIN}" if model.manufacturer == "Cisco" else name,
        up=name != DOWN,
        disabled=name == DISABLED,
        librenms_id=librenms_id,
    )


def _guest(name: str, host: str, site: Site, librenms_id: int) -> Node:
    model = hardware.WINDOWS_VM if "-ad-" in name else hardware.LINUX_VM
    return Node(
        name=name,
        site=site,
        role="Server",
        kind=Kind.VM,
        model=model,
        serial=None,
        ip=f"10.{site.octet}.{SERVERS}.{librenms_id}/24",
        host=host,
        hostname=f"{name}.{DOMAIN}",
        sysname=name.upper() if model is hardware.WINDOWS_VM else name,
        librenms_id=librenms_id,
    )


def serial_of(model: Model, text: str) -> str:
    """A serial number in the maker's style, always the same for a text."""
    prefix = {"Cisco": "FOC", "Arista": "JPE", "Fortinet": "FG200FT9", "Juniper": "NW", "Dell": "", "APC": "5A"}
    return f"{prefix.get(model.manufacturer, '01')}{zlib.crc32(text.encode()):08X}"


def cables() -> Iterator[Cable]:
    """Who sees whom: both cores of Amsterdam, spines and leaves of Frankfurt, the stack of Helsinki."""
    yield from _amsterdam()
    yield from _frankfurt()
    yield _cable("hel1-acc-01", "xe-0/2/0", "hel1-fw-01", "x1")
    yield _cable("hel1-acc-01", "ge-0/0/40", "hel1-hv-01", "eno1")
    yield _cable("hel1-acc-01", "ge-1/0/40", "hel1-hv-01", "eno2")


def _cable(a_node: str, a_port: str, b_node: str, b_port: str) -> Cable:
    return Cable(a_node=a_node, a_port=a_port, b_node=b_node, b_port=b_port)


def _amsterdam() -> Iterator[Cable]:
    for port in (39, 40):
        yield _cable("ams1-core-01", f"Te1/0/{port}", "ams1-core-02", f"Te1/0/{port}")
    for core in (1, 2):
        for stack in (1, 2, 3):
            yield _cable(f"ams1-core-{core:02d}", f"Te1/0/{stack}", f"ams1-acc-{stack:02d}", f"Te{core}/1/1")
        yield _cable(f"ams1-core-{core:02d}", "Te1/0/37", f"ams1-fw-{core:02d}", "x1")
        yield _cable(f"ams1-core-{core:02d}", "Te1/0/36", "ams1-wlc-01", f"Te0/0/{core - 1}")
        for host in (1, 2):
            yield _cable(f"ams1-core-{core:02d}", f"Te1/0/{30 + host}", f"ams1-hv-{host:02d}", f"eno{core}")


def _frankfurt() -> Iterator[Cable]:
    for spine in (1, 2):
        for leaf in (1, 2, 3, 4):
            yield _cable(
                f"fra1-spine-{spine:02d}", f"Ethernet{leaf}/1", f"fra1-leaf-{leaf:02d}", f"Ethernet{48 + spine}/1"
            )
        yield _cable(f"fra1-spine-{spine:02d}", "Ethernet32/1", f"fra1-fw-{spine:02d}", "ethernet1/17")
    for host in (1, 2, 3):
        for leaf in (1, 2):
            yield _cable(f"fra1-leaf-{leaf:02d}", f"Ethernet{host}", f"fra1-hv-{host:02d}", f"eno{leaf}")


def lags(found: tuple[Node, ...]) -> Iterator[Lag]:
    """The link aggregations of the company."""
    for core in (1, 2):
        yield Lag(node=f"ams1-core-{core:02d}", name="Po100", ports=("Te1/0/39", "Te1/0/40"))
    for stack in (1, 2, 3):
        yield Lag(node=f"ams1-acc-{stack:02d}", name="Po1", ports=("Te1/1/1", "Te2/1/1"))
    yield Lag(node="ams1-wlc-01", name="Po1", ports=("Te0/0/0", "Te0/0/1"))
    yield Lag(node="hel1-acc-01", name="ae0", ports=("ge-0/0/40", "ge-1/0/40"))
    for node in found:
        if node.model is hardware.HYPERVISOR:
            yield Lag(node=node.name, name="bond0", ports=("eno1", "eno2"))
