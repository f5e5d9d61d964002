"""The demo's devices, stacks, virtual machines and cables in NetBox."""

from typing import Any

from dcim.models import Cable, Device, DeviceType, Manufacturer, VirtualChassis
from virtualization.models import VirtualMachine

from simulator.company import Company, Kind, Node
from tools.demo_knowledge import UNMONITORED, Knowledge, knowledge_of, known_id
from tools.demo_places import DemoPlaces
from tools.demo_ports import Ports


class Nodes:
    """Writes every node of the company that NetBox shall know."""

    def __init__(self, company: Company, places: DemoPlaces) -> None:
        self._company = company
        self._places = places
        self._ports = Ports(company, places.vlans)
        self._devices: dict[str, Any] = {}

    def write(self) -> None:
        """Make devices before the virtual machines that run on them, then what nobody monitors, then cables."""
        for node in sorted(self._company.nodes, key=lambda node: node.kind is Kind.VM):
            known = knowledge_of(node)
            if known is Knowledge.ABSENT:
                continue
            holders = self._holders(node)
            if known is not Knowledge.BARE:
                self._ports.write(node, holders)
            print(f"{node.name} ({known.value})", flush=True)
        self._unmonitored()
        self._cables()

    def _holders(self, node: Node) -> dict[int, Any]:
        """The NetBox objects of a node by position: one, or the members of a stack."""
        if node.kind is Kind.VM:
            return {1: self._virtual_machine(node)}
        if node.kind is Kind.STACK:
            return self._stack(node)
        return {1: self._device(node, name=node.name, serial=node.serial or "")}

    @staticmethod
    def _known_id(node: Node) -> dict[str, Any]:
        """The custom field of a bare node, which has no address to be found by; the others are looked up."""
        return known_id(node.librenms_id) if knowledge_of(node) is Knowledge.BARE else {}

    def _device(self, node: Node, *, name: str, serial: str, first: bool = True) -> Any:
        differs = knowledge_of(node) is Knowledge.DIFFERS
        device = Device(
            name=name,
            site=self._places.sites[node.site.code],
            role=self._places.roles[node.role],
            device_type=self._places.types[node.model.hardware],
            platform=None if differs else self._places.platforms[node.model.os],
            serial=f"{serial[:-1]}X" if differs and serial else serial,
            cluster=self._places.clusters[node.site.code] if node.role == "Hypervisor" else None,
            custom_field_data=self._known_id(node) if first else {},
        )
        device.save()
        self._devices[name] = device
        return device

    def _stack(self, node: Node) -> dict[int, Any]:
        chassis = VirtualChassis.objects.create(name=node.name)
        holders = {}
        for member in node.members:
            first = member.position == 1
            name = node.name if first else f"{node.name}-{member.position}"
            device = self._device(node, name=name, serial=member.serial, first=first)
            # Juniper counts its members from 0, and so do those who document them.
            device.virtual_chassis = chassis
            device.vc_position = member.position - (1 if node.model.os == "junos" else 0)
            device.save()
            holders[member.position] = device
        # Its own copy would put back how many members it had
        chassis.refresh_from_db()
        chassis.master = holders[1]
        chassis.save()
        return holders

    def _virtual_machine(self, node: Node) -> Any:
        machine = VirtualMachine(
            name=node.name,
            site=self._places.sites[node.site.code],
            cluster=self._places.clusters[node.site.code],
            device=self._devices.get(node.host or ""),
            role=self._places.roles[node.role],
            platform=self._places.platforms[node.model.os],
            custom_field_data=self._known_id(node),
        )
        machine.save()
        return machine

    def _unmonitored(self) -> None:
        maker = Manufacturer.objects.get(name="APC")
        kind = DeviceType.objects.create(manufacturer=maker, model="SRT5KRMXLT", slug="srt5krmxlt")
        site, role = self._places.sites["ams1"], self._places.roles["PDU"]
        Device.objects.create(name=UNMONITORED, site=site, role=role, device_type=kind)

    def _cables(self) -> None:
        """Every second cable that the company has, where NetBox knows both ends."""
        for cable in self._company.cables[::2]:
            ends = [
                self._ports.interfaces.get(end) for end in ((cable.a_node, cable.a_port), (cable.b_node, cable.b_port))
            ]
            if all(ends):
                Cable(a_terminations=ends[:1], b_terminations=ends[1:], status="connected").save()
