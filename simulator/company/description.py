"""What a made-up company consists of, in words that NetBox shares: sites, VLANs, devices, stacks, VMs, cables."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a LibreNMS device is in NetBox."""

    DEVICE = "device"
    STACK = "stack"
    VM = "vm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place: `location` is its name in LibreNMS, coordinates in degrees, `octet` the x of its 10.x.0.0/16."""

    code: str
    name: str
    location: str
    latitude: float
    longitude: float
    octet: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Vlan:
    """A VLAN that exists in every site; its IPv4 network is 10.<site>.<vid mod 256>.0/24."""

    vid: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A chassis of a stack: its position from 1, model and serial number."""

    position: int
    hardware: str
    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PortSet:
    """Ports of one kind; `speed` in bit/s.

    `name` and `descr` hold {m} (stack member, from 1), {m0} (the same, from 0) and {n} (from `first` to `last`);
    `shared` ports exist once for the whole stack.
    """

    name: str
    descr: str
    first: int = 1
    last: int = 1
    speed: int | None = 1_000_000_000
    if_type: str = "ethernetCsmacd"
    shared: bool = False
    connector: bool = True
    mtu: int = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A kind of hardware and what LibreNMS says of it."""

    manufacturer: str
    hardware: str
    os: str
    version: str
    type: str
    icon: str
    object_id: str
    descr: str
    ports: tuple[PortSet, ...]
    features: str | None = None
    management: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A device, stack or VM of the company.

    `role` is the NetBox role's name; `ip` is the management address with its prefix length; `vlans` the ids that it
    carries; `members` the chassis of a stack; `host` the hypervisor of a VM. `up` and `disabled` are LibreNMS's view.
    """

    name: str
    site: Site
    role: str
    kind: Kind
    model: Model
    serial: str | None
    ip: str
    vlans: tuple[int, ...] = ()
    members: tuple[Member, ...] = ()
    host: str | None = None
    hostname: str
    sysname: str
    up: bool = True
    disabled: bool = False
    librenms_id: int

    @property
    def address(self) -> str:
        """The management address without its prefix length."""
        return self.ip.partition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """A link aggregation of a node: its name and the names of its ports."""

    node: str
    name: str
    ports: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cable:
    """Two ports that see each other by LLDP."""

    a_node: str
    a_port: str
    b_node: str
    b_port: str
