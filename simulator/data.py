"""The state of one simulated LibreNMS: its tables, and short helpers to build them by hand."""

from __future__ import annotations

import copy
import ipaddress
from dataclasses import dataclass, field
from typing import Any, Self

from simulator.defaults import (
    ALERT,
    BGP,
    DEVICE,
    GROUP,
    INVENTORY,
    LINK,
    POLLED_AT,
    POLLED_DEVICE,
    PORT,
    PORT_BASICS,
    PORT_VLAN,
    SENSOR,
    TRANSCEIVER,
    VLAN,
    row_of,
)
from simulator.tables import Row, Table


def _table(key: str) -> Any:
    return field(default_factory=lambda: Table(key))


@dataclass(slots=True)
class Dataset:
    """Every table is a dict of rows by id, in the shape of the bulk endpoints (0/1 for yes/no, "Y-m-d H:M:S").

    `members` holds the device ids of each device group; `maintenance`, `without_rrd` and `unreachable` hold device
    ids under maintenance, device ids without graph files, and hostnames that do not answer to SNMP; of those in
    `talkative` the error repeats the command that failed, secrets and all. `forgetful` holds hostnames that are said to
    be added, and are not, `stubborn` those whose changes are answered well and not made; `unmoved` the ids of devices
    that are said to be under maintenance, and are not. `windows` are the maintenance windows that were asked for.
    """

    devices: Table = _table("device_id")
    ports: Table = _table("port_id")
    vlans: Table = _table("vlan_id")
    port_vlans: Table = _table("port_vlan_id")
    links: Table = _table("id")
    ipv4: Table = _table("ipv4_address_id")
    ipv6: Table = _table("ipv6_address_id")
    networks: Table = _table("ipv4_network_id")
    locations: Table = _table("id")
    inventory: Table = _table("entPhysical_id")
    port_stack: Table = _table("id")
    transceivers: Table = _table("id")
    groups: Table = _table("id")
    poller_groups: Table = _table("id")
    alerts: Table = _table("id")
    bgp: Table = _table("bgpPeer_id")
    fdb: Table = _table("ports_fdb_id")
    arp: Table = _table("id")
    sensors: Table = _table("sensor_id")
    outages: Table = _table("id")
    events: Table = _table("event_id")
    members: dict[int, set[int]] = field(default_factory=dict)
    maintenance: set[int] = field(default_factory=set)
    without_rrd: set[int] = field(default_factory=set)
    unreachable: set[str] = field(default_factory=set)
    talkative: set[str] = field(default_factory=set)
    forgetful: set[str] = field(default_factory=set)
    stubborn: set[str] = field(default_factory=set)
    unmoved: set[int] = field(default_factory=set)
    windows: list[Row] = field(default_factory=list)

    @classmethod
    def empty(cls) -> Self:
        """A server that monitors nothing yet."""
        return cls()

    def copy(self) -> Self:
        """An independent copy, to change without touching this one."""
        return copy.deepcopy(self)

    def add_device(self, *, hostname: str, location: str | None = None, **fields: Any) -> int:
        """Add a polled device and return its id. `location` is a name; it is created where it does not exist.

        Further fields are columns of LibreNMS's device list; `parent_id` (the device id of a VM's host) is one.
        """
        device_id = fields.pop("device_id", None) or self.devices.last_id + 1
        parent_id = fields.pop("parent_id", None)
        known: Row = {
            "device_id": device_id,
            "hostname": hostname,
            "sysName": hostname,
            "display": hostname,
            "ip": default_ip(hostname, device_id),
            "serial": f"SIM{device_id:08d}",
        }
        row = row_of(DEVICE, **(POLLED_DEVICE | known | fields))
        if location is not None:
            row["location_id"] = self.location_id(location)
        if parent_id is not None:
            row["parent_id"] = parent_id
        return self.devices.put(row)

    def add_port(self, device_id: int, *, ifName: str, **fields: Any) -> int:  # noqa: N803 - LibreNMS's column name
        """Add a port and return its id; `ifDescr` and `ifAlias` repeat the name where they are not given."""
        port_id = fields.pop("port_id", None) or self.ports.last_id + 1
        known: Row = {
            "port_id": port_id,
            "device_id": device_id,
            "ifName": ifName,
            "ifDescr": ifName,
            "ifAlias": ifName,
            "ifIndex": len(self.ports.having("device_id", device_id)) + 1 if "ifIndex" not in fields else None,
            "ifPhysAddress": f"0200{device_id & 0xFFFF:04x}{port_id & 0xFFFF:04x}",
        }
        row = row_of(PORT, **(known | fields))
        kept = {"port_id", "device_id", *PORT_BASICS, *fields}
        return self.ports.put({name: value for name, value in row.items() if name in kept})

    def add_vlan(self, device_id: int, vlan: int, name: str | None = None, **fields: Any) -> int:
        """Add a VLAN of a device and return its row id."""
        known = {"device_id": device_id, "vlan_vlan": vlan, "vlan_name": name or f"VLAN{vlan:04d}"}
        return self.vlans.put(row_of(VLAN, **(known | fields)))

    def add_port_vlan(self, port_id: int, vlan: int, *, untagged: bool = False, **fields: Any) -> int:
        """Put a port into a VLAN (as `with=vlans` shows it) and return the row id."""
        known = {"device_id": self.ports[port_id]["device_id"], "port_id": port_id, "vlan": vlan, "untagged": untagged}
        return self.port_vlans.put(row_of(PORT_VLAN, **(known | fields)))

    def add_link(self, local_port: int, remote_port: int | None = None, *, both: bool = False, **fields: Any) -> int:
        """Add what a port heard from its neighbour; `both` adds the neighbour's view too. Returns the first row id.

        Without `remote_port` the neighbour is unknown to LibreNMS: give `remote_hostname` and `remote_port_name`.
        """
        row = row_of(LINK, local_port_id=local_port, local_device_id=self.ports[local_port]["device_id"])
        row["remote_port"] = fields.pop("remote_port_name", "")
        if remote_port is not None:
            port = self.ports[remote_port]
            device = self.devices[port["device_id"]]
            row |= {
                "remote_port_id": remote_port,
                "remote_device_id": port["device_id"],
                "remote_hostname": device["sysName"] or device["hostname"],
                "remote_port": port["ifName"],
                "remote_platform": device["hardware"],
                "remote_version": device["sysDescr"] or "",
            }
        link_id = self.links.put(row_of(row, **fields))
        if both and remote_port is not None:
            self.add_link(remote_port, local_port)
        return link_id

    def add_address(self, port_id: int, address: str, **fields: Any) -> int:
        """Add an address such as "192.0.2.1/24" or "2001:db8::1/64" to a port and return its row id."""
        interface = ipaddress.ip_interface(address)
        if isinstance(interface, ipaddress.IPv6Interface):
            known: Row = {
                "ipv6_address_id": None,
                "ipv6_address": interface.ip.exploded,
                "ipv6_compressed": interface.ip.compressed,
                "ipv6_prefixlen": interface.network.prefixlen,
                "ipv6_origin": "manual",
                "ipv6_network_id": 0,
                "port_id": port_id,
                "context_name": "",
            }
            return self.ipv6.put(row_of(known, **fields))
        known = {
            "ipv4_address_id": None,
            "ipv4_address": str(interface.ip),
            "ipv4_prefixlen": interface.network.prefixlen,
            "ipv4_network_id": self.network_id(str(interface.network)),
            "port_id": port_id,
            "context_name": "",
        }
        return self.ipv4.put(row_of(known, **fields))

    def add_stack(self, high_port: int, low_port: int) -> int:
        """Say that `high_port` (a LAG, a sub-interface…) lies on `low_port`; returns the row id."""
        high, low = self.ports[high_port], self.ports[low_port]
        return self.port_stack.put(
            {
                "id": None,
                "device_id": high["device_id"],
                "high_ifIndex": high["ifIndex"],
                "high_port_id": high_port,
                "low_ifIndex": low["ifIndex"],
                "low_port_id": low_port,
                "ifStackStatus": "active",
            }
        )

    def add_location(self, name: str, lat: float | None = None, lng: float | None = None) -> int:
        """Add a location and return its id; coordinates in degrees."""
        return self.locations.put(
            {
                "id": None,
                "location": name,
                "lat": None if lat is None else f"{lat:.8f}",
                "lng": None if lng is None else f"{lng:.8f}",
                "timestamp": POLLED_AT,
                "fixed_coordinates": int(lat is not None),
            }
        )

    def add_inventory(self, device_id: int, **fields: Any) -> int:
        """Add a part (a row of ENTITY-MIB) and return its row id; `entPhysicalContainedIn` names the parent's index."""
        index = max((row["entPhysicalIndex"] for row in self.inventory.having("device_id", device_id)), default=0) + 1
        return self.inventory.put(row_of(INVENTORY, **({"device_id": device_id, "entPhysicalIndex": index} | fields)))

    def add_transceiver(self, port_id: int, **fields: Any) -> int:
        """Add the transceiver of a port and return its row id."""
        port = self.ports[port_id]
        known = {"device_id": port["device_id"], "port_id": port_id, "index": str(port["ifIndex"])}
        return self.transceivers.put(row_of(TRANSCEIVER, **known) | fields)

    def add_group(self, name: str, devices: set[int] | None = None, **fields: Any) -> int:
        """Add a device group with these device ids and return its id."""
        group_id = self.groups.put(row_of(GROUP, **({"name": name} | fields)))
        self.members[group_id] = set(devices or ())
        return group_id

    def add_poller_group(self, name: str, descr: str = "") -> int:
        """Add a poller group and return its id."""
        return self.poller_groups.put({"id": None, "group_name": name, "descr": descr})

    def add_alert(self, device_id: int, **fields: Any) -> int:
        """Add an alert and return its id; `state` 0 is recovered, 1 open, 2 acknowledged."""
        known = {"device_id": device_id, "hostname": self.devices[device_id]["hostname"]}
        return self.alerts.put(row_of(ALERT, **(known | fields)))

    def add_outage(self, device_id: int, going_down: int, up_again: int | None = None) -> int:
        """Add an outage (unix seconds) and return its row id."""
        return self.outages.put({"id": None, "device_id": device_id, "going_down": going_down, "up_again": up_again})

    def add_bgp(self, device_id: int, peer: str, **fields: Any) -> int:
        """Add a BGP session with a peer address and return its row id."""
        return self.bgp.put(row_of(BGP, **({"device_id": device_id, "bgpPeerIdentifier": peer} | fields)))

    def add_sensor(self, device_id: int, **fields: Any) -> int:
        """Add a sensor and return its id."""
        return self.sensors.put(row_of(SENSOR, **({"device_id": device_id} | fields)))

    def add_neighbour(self, port_id: int, mac: str, address: str | None = None, *, vlan: int = 0) -> None:
        """Let a port have learnt a MAC address (12 hex digits), with its IPv4 address for the ARP table."""
        device_id = self.ports[port_id]["device_id"]
        seen = {"created_at": "2026-11-23T01:52:13.000000Z", "updated_at": "2026-11-23T01:52:13.000000Z"}
        known = {"port_id": port_id, "mac_address": mac}
        self.fdb.put({"ports_fdb_id": None, **known, "vlan_id": vlan, "device_id": device_id, **seen})
        if address:
            self.arp.put({"id": None, **known, "device_id": device_id, "ipv4_address": address, "context_name": ""})

    def remove_device(self, device_id: int) -> Row:
        """Drop a device with everything that hangs on it, and return its row."""
        for port in self.ports.having("device_id", device_id):
            self.remove_port(port["port_id"])
        for table in (self.vlans, self.inventory, self.port_stack, self.alerts, self.bgp, self.sensors, self.outages):
            table.remove_having("device_id", device_id)
        self.links.remove_having("local_device_id", device_id)
        for members in self.members.values():
            members.discard(device_id)
        row = self.devices[device_id]
        del self.devices[device_id]
        return row

    def remove_port(self, port_id: int) -> None:
        """Drop a port with its addresses, VLANs, links and transceivers."""
        for table in (self.ipv4, self.ipv6, self.port_vlans, self.transceivers, self.fdb, self.arp):
            table.remove_having("port_id", port_id)
        self.links.remove_having("local_port_id", port_id)
        del self.ports[port_id]

    def location_id(self, name: str) -> int:
        """The id of the location of this name, made where it does not exist."""
        known = self.locations.having("location", name)
        return known[0]["id"] if known else self.add_location(name)

    def network_id(self, network: str) -> int:
        """The id of an IPv4 network, made where it does not exist."""
        known = self.networks.having("ipv4_network", network)
        if known:
            return int(known[0]["ipv4_network_id"])
        return self.networks.put({"ipv4_network_id": None, "ipv4_network": network, "context_name": ""})


def default_ip(hostname: str, device_id: int) -> str:
    """The hostname where it is an address, else one of 198.18.0.0/15 (RFC 2544: reserved for benchmarks)."""
    try:
        return str(ipaddress.ip_address(hostname))
    except ValueError:
        return f"198.{18 + (device_id >> 16 & 1)}.{device_id >> 8 & 255}.{device_id & 255}"
