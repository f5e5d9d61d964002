"""The demo's interfaces in NetBox, taken from the ports that LibreNMS has, and bent where the two shall differ."""

import re
from collections.abc import Mapping
from typing import Any

from dcim.models import Interface, MACAddress
from ipam.models import IPAddress
from virtualization.models import VMInterface

from simulator.company import Company, Kind, Node
from tools.demo_knowledge import LONG_NAMES, Knowledge, knowledge_of, known_id

_BY_SPEED = {
    100_000_000: "100base-tx",
    1_000_000_000: "1000base-t",
    10_000_000_000: "10gbase-x-sfpp",
    100_000_000_000: "100gbase-x-qsfp28",
}
_BY_IF_TYPE = {"ethernetCsmacd": "", "ieee8023adLag": "lag", "bridge": "bridge"}
Row = Mapping[str, Any]


def _interface_type(port: Row) -> str:
    """NetBox's type for a port: by its ifType, Ethernet by its speed."""
    named = _BY_IF_TYPE.get(port["ifType"], "virtual")
    return named or _BY_SPEED.get(port["ifSpeed"], "other")


def _description(port: Row) -> str:
    alias = port["ifAlias"] or ""
    return "" if alias in (port["ifName"], port["ifDescr"]) else alias


def position_of(node: Node, name: str) -> int:
    """The stack member that a port name points at (perhaps none there is). Juniper counts members from 0."""
    found = re.match(r"[A-Za-z-]+(\d+)/", name)
    if node.kind is not Kind.STACK or found is None:
        return 1
    return int(found.group(1)) + (1 if node.model.os == "junos" else 0)


class Ports:
    """Writes the interfaces of one node after the other."""

    def __init__(self, company: Company, vlans: Mapping[str, Mapping[int, Any]]) -> None:
        self._company = company
        self._vlans = vlans
        self.interfaces: dict[tuple[str, str], Any] = {}

    def write(self, node: Node, holders: Mapping[int, Any]) -> None:
        """Make the interfaces of ``node`` on its holders (by position in a stack), its address and its primary IP."""
        known = knowledge_of(node)
        rows = self._company.dataset.ports.having("device_id", node.librenms_id)
        for number, port in enumerate(rows):
            name = port["ifName"]
            # Every seventh was forgotten, though never the one that the primary address sits on.
            if known is Knowledge.DIFFERS and number % 7 == 2 and name != node.model.management:
                continue
            values = self._values(node, port)
            if known is Knowledge.DIFFERS:
                # Virtual machines have two interfaces only, and both shall be wrong.
                _bend(values, number + 3 if node.kind is Kind.VM else number)
            holder = holders.get(position_of(node, name), holders[1])
            self.interfaces[node.name, name] = self._create(node, holder, values, port)
        self._bundle(node)
        self._nest(node)
        if known is Knowledge.DIFFERS and node.kind is not Kind.VM:
            Interface.objects.create(device=holders[1], name="spare-1", type="1000base-t", description="Reserved")
        self._address(node, holders[1])

    def _values(self, node: Node, port: Row) -> dict[str, Any]:
        name = port["ifDescr"] if node.name in LONG_NAMES else port["ifName"]
        values: dict[str, Any] = {
            "name": name,
            "enabled": port["ifAdminStatus"] == "up",
            "mtu": port["ifMtu"],
            "description": _description(port),
            "custom_field_data": {} if node.name in LONG_NAMES else known_id(port["port_id"]),
        }
        if node.kind is not Kind.VM:
            values |= {
                "type": _interface_type(port),
                "speed": port["ifSpeed"] // 1000 if port["ifSpeed"] else None,
                "duplex": "full" if port["ifDuplex"] == "fullDuplex" else None,
            }
        return values

    def _create(self, node: Node, holder: Any, values: Mapping[str, Any], port: Row) -> Any:
        if node.kind is Kind.VM:
            interface = VMInterface(virtual_machine=holder, **values)
        else:
            interface = Interface(device=holder, **values)
            self._set_vlans(node, interface, port)
        interface.save()
        if interface.mode == "tagged":
            interface.tagged_vlans.set(self._vlans_of(node, port, untagged=False))
        if port["ifPhysAddress"]:
            address = MACAddress.objects.create(mac_address=port["ifPhysAddress"], assigned_object=interface)
            interface.primary_mac_address = address
            # Saving the interface a second time would take longer than all the rest.
            type(interface).objects.filter(pk=interface.pk).update(primary_mac_address=address)
        return interface

    def _vlans_of(self, node: Node, port: Row, *, untagged: bool) -> list[Any]:
        rows = self._company.dataset.port_vlans.having("port_id", port["port_id"])
        vids = [row["vlan"] for row in rows if bool(row["untagged"]) is untagged]
        known = self._vlans[node.site.code]
        return [known[vid] for vid in vids if vid in known]

    def _set_vlans(self, node: Node, interface: Any, port: Row) -> None:
        untagged, tagged = (self._vlans_of(node, port, untagged=choice) for choice in (True, False))
        if untagged or tagged:
            interface.mode = "tagged" if tagged else "access"
            interface.untagged_vlan = untagged[0] if untagged else None

    def _bundle(self, node: Node) -> None:
        """Put ports into their link aggregations, as far as both are there."""
        for lag in self._company.lags:
            bundle = self.interfaces.get((node.name, lag.name))
            for name in lag.ports if lag.node == node.name and bundle else ():
                member = self.interfaces.get((node.name, name))
                if member is not None:
                    member.lag = bundle
                    member.save()

    def _nest(self, node: Node) -> None:
        """Put sub-interfaces, such as ethernet1/17.20, below their parents."""
        for (owner, name), interface in self.interfaces.items():
            parent = self.interfaces.get((owner, name.rpartition(".")[0]))
            if owner == node.name and parent is not None:
                interface.parent = parent
                interface.save()

    def _address(self, node: Node, holder: Any) -> None:
        interface = self.interfaces[node.name, node.model.management]
        holder.primary_ip4 = IPAddress.objects.create(
            address=node.ip, assigned_object=interface, dns_name=f"{node.name}.corp.example.net"
        )
        holder.save()


def _bend(values: dict[str, Any], number: int) -> None:
    """Make a difference in every third interface or so, each time in another field."""
    if number % 7 == 3:
        values["description"] = "old label, see ticket 4711"
    elif number % 7 == 4:
        values["mtu"] = 1400
    elif number % 11 == 5:
        values["enabled"] = not values["enabled"]
    elif number % 11 == 6 and values.get("type") == "1000base-t":
        values["speed"] = 100_000
