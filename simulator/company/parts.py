"""The inventory of the company: chassis, stacks, power supplies, fans, transceivers."""

from __future__ import annotations

import zlib

from simulator.company import catalogue
from simulator.company.description import Cable, Kind, Member, Node
from simulator.company.wiring import PortBook
from simulator.data import Dataset

_VENDOR_TYPES = {"Cisco": "cevChassis", "Arista": "aristaEosChassis", "Juniper": "jnxChassis"}
_SUPPLIES = {
    catalogue.CORE.hardware: ("PWR-C4-950WAC-R", 2),
    catalogue.ACCESS.hardware: ("PWR-C1-1100WAC-P", 2),
    catalogue.SPINE.hardware: ("PWR-511-AC-BLUE", 2),
    catalogue.LEAF.hardware: ("PWR-511-AC-BLUE", 2),
    catalogue.BRANCH.hardware: ("JPSU-920-AC-AFO", 1),
    catalogue.EDGE.hardware: ("PAN-PA-3200-PWR-AC", 2),
}


def add_inventory(dataset: Dataset, nodes: tuple[Node, ...]) -> None:
    """Give network hardware its parts: a stack holds its chassis, a chassis its supplies, fan and uplink module."""
    for node in nodes:
        if node.kind is Kind.STACK:
            _add_stack(dataset, node)
        elif node.model.hardware in _SUPPLIES:
            only = Member(position=1, hardware=node.model.hardware, serial=node.serial or "")
            _add_chassis(dataset, node, only, parent=0, index=1000)


def _add_stack(dataset: Dataset, node: Node) -> None:
    dataset.add_inventory(
        node.librenms_id,
        entPhysicalIndex=1,
        entPhysicalDescr=f"{node.model.hardware} Stack",
        entPhysicalClass="stack",
        entPhysicalName=f"{node.model.hardware} Stack",
        entPhysicalVendorType="cevContainer",
    )
    for member in node.members:
        _add_chassis(dataset, node, member, parent=1, index=member.position * 1000)


def _add_chassis(dataset: Dataset, node: Node, member: Member, *, parent: int, index: int) -> None:
    dataset.add_inventory(
        node.librenms_id,
        entPhysicalIndex=index,
        entPhysicalDescr=f"{member.hardware} chassis",
        entPhysicalClass="chassis",
        entPhysicalName=_unit(node, member) if node.members else "Chassis",
        entPhysicalModelName=member.hardware,
        entPhysicalVendorType=_VENDOR_TYPES.get(node.model.manufacturer, ""),
        entPhysicalSerialNum=member.serial,
        entPhysicalContainedIn=parent,
        entPhysicalParentRelPos=_number(node, member) if node.members else -1,
        entPhysicalMfgName=node.model.manufacturer,
        entPhysicalIsFRU="true",
        entPhysicalSoftwareRev=node.model.version,
    )
    model, count = _SUPPLIES[member.hardware]
    for number in range(1, count + 1):
        _add_part(dataset, node, member, index, number, "powerSupply", f"Power Supply {'AB'[number - 1]}", model)
    _add_part(dataset, node, member, index, count + 1, "fan", "Fan Tray 1", "")
    if member.hardware == catalogue.ACCESS.hardware:
        _add_part(dataset, node, member, index, count + 2, "module", "8x10G Uplink Module", "C9300-NM-8X")


def _unit(node: Node, member: Member) -> str:
    return f"{'FPC' if node.model.os == 'junos' else 'Switch'} {_number(node, member)}"


def _number(node: Node, member: Member) -> int:
    """Junos counts the members of a virtual chassis from 0, as its ports do."""
    return member.position - 1 if node.model.os == "junos" else member.position


def _add_part(
    dataset: Dataset, node: Node, member: Member, chassis: int, number: int, kind: str, name: str, model: str
) -> None:
    unit = f"{_unit(node, member)} " if node.members else ""
    serial = f"DCB{zlib.crc32(f'{member.serial}{number}'.encode()):08X}" if model else ""
    dataset.add_inventory(
        node.librenms_id,
        entPhysicalIndex=chassis + number,
        entPhysicalDescr=f"{unit}{name}",
        entPhysicalClass=kind,
        entPhysicalName=f"{unit}{name}",
        entPhysicalModelName=model,
        entPhysicalSerialNum=serial,
        entPhysicalContainedIn=chassis,
        entPhysicalParentRelPos=number,
        entPhysicalMfgName=node.model.manufacturer if model else "",
        entPhysicalIsFRU="true" if model else "false",
    )


def add_transceivers(dataset: Dataset, cables: tuple[Cable, ...], ports: PortBook) -> None:
    """Put a transceiver into both ends of every optical cable, with its row in the inventory."""
    for cable in cables:
        for end in ((cable.a_node, cable.a_port), (cable.b_node, cable.b_port)):
            port = dataset.ports[ports[end]]
            if end[1].startswith(("Te", "xe-", "Ethernet")):
                _add_optic(dataset, port["port_id"], f"{end[0]} {end[1]}", hundred=port["ifSpeed"] == catalogue.HUNDRED)


def _add_optic(dataset: Dataset, port_id: int, place: str, *, hundred: bool) -> None:
    port = dataset.ports[port_id]
    model, kind = ("QSFP-100G-SR4", "QSFP28") if hundred else ("SFP-10G-SR", "SFP/SFP+/SFP28")
    serial = f"AVD{zlib.crc32(place.encode()):08X}"
    index = 100_000 + port["ifIndex"]
    dataset.add_inventory(
        port["device_id"],
        entPhysicalIndex=index,
        entPhysicalDescr=model,
        entPhysicalClass="port",
        entPhysicalName=port["ifDescr"],
        entPhysicalModelName=model,
        entPhysicalSerialNum=serial,
        entPhysicalContainedIn=_first_chassis(dataset, port["device_id"]),
        entPhysicalParentRelPos=port["ifIndex"],
        entPhysicalMfgName="CISCO-AVAGO",
        entPhysicalIsFRU="true",
        ifIndex=port["ifIndex"],
    )
    dataset.add_transceiver(
        port_id,
        index=str(index),
        entity_physical_index=index,
        type=kind,
        vendor="CISCO-AVAGO",
        model=model,
        revision="V02",
        serial=serial,
        ddm=True,
        connector="LC" if not hundred else "MPO",
        wavelength=850,
        channels=4 if hundred else 1,
    )


def _first_chassis(dataset: Dataset, device_id: int) -> int:
    rows = dataset.inventory.having("device_id", device_id)
    return next((row["entPhysicalIndex"] for row in rows if row["entPhysicalClass"] == "chassis"), 0)
