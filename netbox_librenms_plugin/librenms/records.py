"""Typed records of what LibreNMS answers.

Three states are told apart everywhere: a value, ``None`` (LibreNMS said null) and ``UNSET`` (the server's answer has no
such column). Columns that hold SNMP communities, user names or passwords have no field here, so they are dropped while
decoding and can be neither cached nor logged nor shown.

Source: LibreNMS REST API v0; the field names of the wire stand in the ``name=`` arguments.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field

__all__ = (
    "UNSET",
    "Address",
    "Alert",
    "Availability",
    "Device",
    "DeviceAddresses",
    "DeviceByAddress",
    "DeviceDetails",
    "DeviceGroup",
    "DeviceLinks",
    "DeviceVlans",
    "DeviceLocation",
    "FleetPorts",
    "Graph",
    "GroupMember",
    "HealthKind",
    "InventoryItem",
    "Link",
    "Location",
    "LocationUpdates",
    "Part",
    "Port",
    "PortTraffic",
    "PortVlan",
    "Snapshot",
    "StackEntry",
    "System",
    "Transceiver",
    "UnsetType",
    "Vlan",
)

# The bounds are those of LibreNMS's own database columns (BIGINT, TEXT): what is outside cannot come from it.
LONGEST_TEXT = 65_535
LONGEST_NAME = 255


class Part(StrEnum):
    """What ``partial`` of a record names as missing, beside columns by their names on the wire."""

    PORT_STACK = "port_stack"
    PORT_VLANS = "port_vlans"
    INVENTORY = "inventory"


Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Name = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]
Content = Annotated[str, Meta(max_length=LONGEST_TEXT)]
Text = Content | None | UnsetType
Whole = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Number = Whole | None | UnsetType


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One row of an answer. Unknown columns are ignored, columns that are absent stay ``UNSET``."""


class DeviceLocation(Record, frozen=True, kw_only=True):
    """``location`` of a single device's answer in servers from mid-2026 on; before that it is plain text or absent."""

    location: Text = UNSET


class Device(Record, frozen=True, kw_only=True):
    """A row of ``/devices`` or ``/devices/:id``; flags are 0/1 in the list and booleans in the single answer."""

    device_id: Id
    hostname: Name
    sys_name: Text = field(name="sysName", default=UNSET)
    display: Text = UNSET
    ip: Text = UNSET
    overwrite_ip: Text = UNSET
    sys_descr: Text = field(name="sysDescr", default=UNSET)
    hardware: Text = UNSET
    os: Text = UNSET
    version: Text = UNSET
    features: Text = UNSET
    serial: Text = UNSET
    type: Text = UNSET
    purpose: Text = UNSET
    notes: Text = UNSET
    location: Content | DeviceLocation | None | UnsetType = UNSET
    location_id: Number = UNSET
    poller_group: Number = UNSET
    status: bool | None | UnsetType = UNSET
    status_reason: Text = UNSET
    disabled: bool | None | UnsetType = UNSET
    ignore: bool | None | UnsetType = UNSET
    uptime: Number = UNSET
    last_polled: Text = UNSET
    icon: Text = UNSET
    parent_id: Number = UNSET
    # Joined by commas, in the list alone
    dependency_parent_id: Text = UNSET
    dependency_parent_hostname: Text = UNSET

    @property
    def location_name(self) -> str | None:
        """The location's name, whichever of its forms (text, object, absent) this server version answers."""
        name = self.location.location if isinstance(self.location, DeviceLocation) else self.location
        return name if isinstance(name, str) and name else None


class DeviceByAddress(Device, frozen=True, kw_only=True):
    """A row of ``/devices?type=ipv4|ipv6``: a device with the columns of the port that holds the address asked for.

    Without ``port_id`` the server did not apply the filter.
    """

    port_id: Number = UNSET


class DeviceGroup(Record, frozen=True, kw_only=True):
    """A row of ``/devicegroups``."""

    name: Name


class GroupMember(Record, frozen=True, kw_only=True):
    """A row of ``/devicegroups/:name``."""

    device_id: Id


class PortVlan(Record, frozen=True, kw_only=True):
    """One VLAN on a port (``with=vlans``). ``untagged`` is 1 for the port's native or access VLAN."""

    vlan: Whole
    untagged: bool = False
    state: Text = UNSET


class Port(Record, frozen=True, kw_only=True):
    """A row of ``ports``. ``speed`` is bit/s, ``mac`` twelve hex digits, ``vlan`` text as LibreNMS sends it."""

    port_id: Id
    device_id: Whole | UnsetType = UNSET
    if_index: Number = field(name="ifIndex", default=UNSET)
    if_name: Text = field(name="ifName", default=UNSET)
    if_descr: Text = field(name="ifDescr", default=UNSET)
    if_alias: Text = field(name="ifAlias", default=UNSET)
    if_type: Text = field(name="ifType", default=UNSET)
    if_speed: Number = field(name="ifSpeed", default=UNSET)
    if_mtu: Number = field(name="ifMtu", default=UNSET)
    if_duplex: Text = field(name="ifDuplex", default=UNSET)
    if_phys_address: Text = field(name="ifPhysAddress", default=UNSET)
    if_admin_status: Text = field(name="ifAdminStatus", default=UNSET)
    if_oper_status: Text = field(name="ifOperStatus", default=UNSET)
    if_trunk: Text = field(name="ifTrunk", default=UNSET)
    if_vlan: Text = field(name="ifVlan", default=UNSET)
    deleted: bool | None | UnsetType = UNSET
    vlans: tuple[PortVlan, ...] | UnsetType = UNSET


class PortTraffic(Record, frozen=True, kw_only=True):
    """A row of ``/devices/:id/ports``: how a port is. Rates are of octets and of errors, per second."""

    port_id: Id
    device_id: Whole | UnsetType = UNSET
    if_name: Text = field(name="ifName", default=UNSET)
    if_descr: Text = field(name="ifDescr", default=UNSET)
    if_speed: Number = field(name="ifSpeed", default=UNSET)
    if_admin_status: Text = field(name="ifAdminStatus", default=UNSET)
    if_oper_status: Text = field(name="ifOperStatus", default=UNSET)
    in_octets_rate: float | None | UnsetType = field(name="ifInOctets_rate", default=UNSET)
    out_octets_rate: float | None | UnsetType = field(name="ifOutOctets_rate", default=UNSET)
    in_errors_rate: float | None | UnsetType = field(name="ifInErrors_rate", default=UNSET)
    out_errors_rate: float | None | UnsetType = field(name="ifOutErrors_rate", default=UNSET)
    ignore: bool | None | UnsetType = UNSET
    disabled: bool | None | UnsetType = UNSET
    deleted: bool | None | UnsetType = UNSET


class Availability(Record, frozen=True, kw_only=True):
    """A row of ``/devices/:id/availability``: per cent of the last ``duration`` seconds."""

    duration: Whole
    percent: float | None | UnsetType = field(name="availability_perc", default=UNSET)


class Alert(Record, frozen=True, kw_only=True):
    """A row of ``/alerts``. ``state`` 0: recovered, 1: open, 2: acknowledged, 3: worse, 4: better; ``timestamp`` is by
    the server's clock, without its zone."""

    id: Id
    device_id: Whole
    state: Number = UNSET
    severity: Text = UNSET
    name: Text = UNSET
    timestamp: Text = UNSET


class HealthKind(Record, frozen=True, kw_only=True):
    """A row of ``/devices/:id/health``: a kind of sensor that the device has, by the name of its graph."""

    name: Text = UNSET


class StackEntry(Record, frozen=True, kw_only=True):
    """A row of ``port_stack`` (IF-MIB ifStackTable). Which side is the upper layer differs by vendor."""

    high_port_id: Whole | None = None
    low_port_id: Whole | None = None
    status: Text = field(name="ifStackStatus", default=UNSET)


class Address(Record, frozen=True, kw_only=True):
    """A row of the address lists; the IPv4 or the IPv6 columns are filled. It names the port and not the device."""

    port_id: Whole
    ipv4_address: Text = UNSET
    ipv4_prefixlen: Number = UNSET
    ipv6_address: Text = UNSET
    ipv6_compressed: Text = UNSET
    ipv6_prefixlen: Number = UNSET
    ipv6_origin: Text = UNSET
    context_name: Text = UNSET


class Link(Record, frozen=True, kw_only=True):
    """A row of ``links``: one neighbour seen by LLDP, CDP …; ``remote_device_id`` 0 means unknown to LibreNMS."""

    id: Whole
    local_device_id: Whole
    local_port_id: Whole | None = None
    remote_device_id: Whole = 0
    remote_port_id: Whole | None = None
    active: bool | None | UnsetType = UNSET
    protocol: Text = UNSET
    remote_hostname: Text = UNSET
    remote_port: Text = UNSET
    remote_platform: Text = UNSET


class Vlan(Record, frozen=True, kw_only=True):
    """A VLAN of a device; ``device_id`` only in the fleet-wide list."""

    vlan_vlan: Whole
    device_id: Whole | UnsetType = UNSET
    vlan_name: Text = UNSET
    vlan_type: Text = UNSET
    vlan_domain: Number = UNSET
    vlan_state: Number = UNSET


class Location(Record, frozen=True, kw_only=True):
    """A row of ``/resources/locations``; coordinates in degrees, text or number by server version."""

    id: Id
    location: Content
    lat: float | None | UnsetType = UNSET
    lng: float | None | UnsetType = UNSET


class LocationUpdates(Struct, frozen=True, kw_only=True):
    """Whether a server can change a location, as far as that is known without trying.

    ``known_to_fail``: its ``version`` answers every such change with an error. ``refused``: it did so when it was
    tried; ``worked``: the change was there when it was read back.
    """

    version: str = ""
    known_to_fail: bool = False
    refused: bool = False
    worked: bool = False


class InventoryItem(Record, frozen=True, kw_only=True):
    """A row of ``/inventory/:id/all`` (ENTITY-MIB entPhysicalTable)."""

    device_id: Whole | UnsetType = UNSET
    index: Number = field(name="entPhysicalIndex", default=UNSET)
    descr: Text = field(name="entPhysicalDescr", default=UNSET)
    class_: Text = field(name="entPhysicalClass", default=UNSET)
    name: Text = field(name="entPhysicalName", default=UNSET)
    model: Text = field(name="entPhysicalModelName", default=UNSET)
    serial: Text = field(name="entPhysicalSerialNum", default=UNSET)
    contained_in: Number = field(name="entPhysicalContainedIn", default=UNSET)
    parent_rel_pos: Number = field(name="entPhysicalParentRelPos", default=UNSET)
    manufacturer: Text = field(name="entPhysicalMfgName", default=UNSET)
    if_index: Number = field(name="ifIndex", default=UNSET)


class Transceiver(Record, frozen=True, kw_only=True):
    """A row of ``/devices/:id/transceivers``."""

    port_id: Number = UNSET
    entity_physical_index: Number = UNSET
    type: Text = UNSET
    vendor: Text = UNSET
    model: Text = UNSET
    serial: Text = UNSET


class System(Record, frozen=True, kw_only=True):
    """The row of ``/system``; ``local_ver`` such as "26.7.0" or "26.7.0-12-gabcdef"."""

    local_ver: Text = UNSET


class Snapshot(Struct, frozen=True, kw_only=True):
    """What LibreNMS said about one device's interfaces at ``fetched_at`` (UTC).

    ``odd_rows`` counts rows of the answer that could not be read and were left out. ``partial`` names what was
    not looked at or not given: a ``Part``, or a column by its name on the wire.
    """

    device_id: int
    ports: tuple[Port, ...]
    stack: tuple[StackEntry, ...] = ()
    fetched_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    odd_rows: int = 0
    partial: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether a port that is not here can be taken to be gone: every row was read, and there were some."""
        return bool(self.ports) and not self.odd_rows


class DeviceDetails(Struct, frozen=True, kw_only=True):
    """A device and, where it was asked for, its inventory; ``fetched_at`` (UTC) is the older of the two.

    ``partial`` names ``Part.INVENTORY`` where that was not looked at or not given; ``odd_rows`` of its rows could not
    be read.
    """

    device: Device
    inventory: tuple[InventoryItem, ...] = ()
    fetched_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    odd_rows: int = 0
    partial: tuple[str, ...] = ()


class DeviceVlans(Struct, frozen=True, kw_only=True):
    """The VLANs of one device at ``fetched_at`` (UTC); ``odd_rows`` rows of the answer could not be read."""

    device_id: int
    vlans: tuple[Vlan, ...]
    fetched_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    odd_rows: int = 0


class DeviceAddresses(Struct, frozen=True, kw_only=True):
    """The IP addresses of one device at ``fetched_at`` (UTC) with the ports they are on; ``management`` is the address
    that LibreNMS polls, if it knows one. ``odd_rows`` rows, of addresses or ports, could not be read."""

    device_id: int
    addresses: tuple[Address, ...]
    ports: tuple[Port, ...] = ()
    management: str = ""
    fetched_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    odd_rows: int = 0

    @property
    def complete(self) -> bool:
        """Whether an address that is not here can be taken to be gone: every row was read, and there were some."""
        return bool(self.addresses) and not self.odd_rows


class DeviceLinks(Struct, frozen=True, kw_only=True):
    """The neighbours of one device at ``fetched_at`` (UTC), and its ports as they were last known.

    ``odd_rows`` rows, of links or ports, could not be read.
    """

    device_id: int
    links: tuple[Link, ...]
    ports: tuple[Port, ...] = ()
    fetched_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    odd_rows: int = 0


class Graph(Struct, frozen=True, kw_only=True):
    """A picture that LibreNMS drew; ``kind`` is its media type."""

    kind: str
    content: bytes


class FleetPorts(Struct, frozen=True, kw_only=True):
    """The ports of many devices at ``fetched_at`` (UTC), by device id; ports carry no VLANs here.

    ``fallback`` is True when the server could not serve the list of all ports and each device was asked by itself.
    ``failed`` holds a sentence for each device whose ports are unknown for that reason; such a device is absent from
    ``ports_by_device``, while a device without ports has an empty tuple there.
    """

    ports_by_device: dict[int, tuple[Port, ...]]
    fallback: bool = False
    failed: dict[int, str] = field(default_factory=dict)
    fetched_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    odd_rows: int = 0
