"""What a case says of NetBox, made there. Every part may be left out.

``librenms`` of a device or VM is the key of the LibreNMS device that it is bound to, that of an interface the path of a
port (or a bare id, for a port that LibreNMS has no more). Sites, device types and clusters are made where they are
named; VLANs, VRFs and VLAN groups have to be listed. ``same_name_stack`` is the name of a virtual chassis whose two
members are both called so, each in a tenant of its own.
"""

from collections.abc import Callable
from typing import Any

from dcim.models import (
    Cable,
    Device,
    DeviceRole,
    DeviceType,
    Interface,
    MACAddress,
    Manufacturer,
    Platform,
    Site,
    VirtualChassis,
)
from ipam.models import VLAN, VRF, FHRPGroup, IPAddress, Prefix, VLANGroup
from tenancy.models import Tenant
from virtualization.models import Cluster, ClusterType, VirtualMachine, VMInterface

from tests.cases import Entry, without
from tests.cases.librenms import MonitoredNetwork, as_address
from tests.factories import make_device

BELOW_OWNER = ("parent", "lag", "bridge")


class DocumentedNetwork:
    """NetBox's objects of a case; ``owners`` maps names to the devices and VMs that it has listed."""

    def __init__(self, librenms: MonitoredNetwork) -> None:
        self.librenms = librenms
        self.owners: dict[str, Device | VirtualMachine] = {}

    def fill(self, told: Entry) -> None:
        """Make everything that the case lists."""
        Manufacturer.objects.get_or_create(name="Maker", slug="maker")
        for part, make in MAKERS.items():
            for entry in told.get(part, ()):
                make(entry)
        for device in told.get("devices", ()):
            self._add_device(device)
        for chassis in told.get("virtual_chassis", ()):
            make_chassis(chassis)
        if told.get("same_name_stack"):
            make_same_name_stack(told["same_name_stack"])
        for machine in told.get("vms", ()):
            self._add_machine(machine)
        for part, make in LATE_MAKERS.items():
            for entry in told.get(part, ()):
                make(entry)

    def _add_device(self, told: Entry) -> None:
        fields = without(told, "name", "interfaces", "librenms", "site", "primary_ip", "device_type")
        bound = self.librenms.devices[told["librenms"]] if told.get("librenms") else None
        device = make_device(told["name"], librenms_id=bound, site=site_of(told.get("site")), **fields)
        if told.get("device_type"):
            device.device_type = make_device_type(told["device_type"])
            device.save()
        self._complete(device, told)

    def _add_machine(self, told: Entry) -> None:
        machine = VirtualMachine(**without(told, "interfaces", "librenms", "site", "primary_ip", "cluster"))
        machine.site = site_of(told.get("site"))
        if told.get("cluster"):
            kind, _ = ClusterType.objects.get_or_create(name="Type", slug="type")
            machine.cluster, _ = Cluster.objects.get_or_create(name=told["cluster"], type=kind)
        if told.get("librenms"):
            bind(machine, self.librenms.devices[told["librenms"]])
        machine.save()
        self._complete(machine, told)

    def _complete(self, owner: Device | VirtualMachine, told: Entry) -> None:
        """The owner's interfaces, and the primary IP that one of them has."""
        self.owners[owner.name] = owner
        for interface in told.get("interfaces", ()):
            self._add_interface(owner, interface)
        if told.get("primary_ip"):
            owner.primary_ip4 = IPAddress.objects.get(address=told["primary_ip"])
            owner.save()

    def _add_interface(self, owner: Device | VirtualMachine, told: Entry) -> None:
        fields = without(told, "librenms", "mac", "addresses", "tagged", "untagged")
        siblings = owner.interfaces
        fields |= {name: siblings.get(name=told[name]) for name in BELOW_OWNER if name in told}
        if told.get("untagged"):
            fields["untagged_vlan"] = VLAN.objects.get(vid=told["untagged"])
        if isinstance(owner, Device):
            interface = Interface(device=owner, **({"type": "1000base-t"} | fields))
        else:
            interface = VMInterface(virtual_machine=owner, **fields)
        if told.get("librenms"):
            path: Any = told["librenms"]
            bind(interface, self.librenms.ports.get(path, path))
        interface.save()
        interface.tagged_vlans.set(VLAN.objects.filter(vid__in=told.get("tagged", ())))
        if told.get("mac"):
            interface.primary_mac_address = MACAddress.objects.create(
                mac_address=told["mac"], assigned_object=interface
            )
            interface.save()
        for address in told.get("addresses", ()):
            assign_address(interface, as_address(address))


def slug(name: str) -> str:
    """A slug for the name; two names of a case should not differ in punctuation alone."""
    return "".join(letter if letter.isalnum() else "-" for letter in name.lower())


def site_of(name: str | None) -> Site | None:
    """The site of this name, made where it does not exist."""
    return named(Site, name) if name else None


def named(model: Any, name: str) -> Any:
    """The object of a model that needs no more than a name and a slug, made where it does not exist."""
    return model.objects.get_or_create(name=name, slug=slug(name))[0]


def bind(instance: Any, librenms_id: int | str) -> None:
    """Store LibreNMS's id in the object, which is not saved."""
    instance.custom_field_data = {"librenms_id": {"default": librenms_id}}


def make_device_type(model: str) -> DeviceType:
    """The device type of this model name, made where it does not exist."""
    maker = Manufacturer.objects.get(name="Maker")
    return DeviceType.objects.get_or_create(manufacturer=maker, model=model, slug=slug(model))[0]


def make_vlan_group(told: Entry) -> None:
    """A VLAN group, which a ``site`` may scope."""
    VLANGroup.objects.create(name=told["name"], slug=slug(told["name"]), scope=site_of(told.get("site")))


def make_vlan(told: Entry) -> None:
    """A VLAN with ``vid`` and ``name``, in a ``group`` or at a ``site``."""
    group = VLANGroup.objects.get(name=told["group"]) if told.get("group") else None
    VLAN.objects.create(vid=told["vid"], name=told["name"], group=group, site=site_of(told.get("site")))


def make_chassis(told: Entry) -> None:
    """A virtual chassis: ``members`` maps names to positions, ``master`` names one of them."""
    chassis = VirtualChassis.objects.create(name=told["name"])
    for name, position in told["members"].items():
        member = Device.objects.get(name=name)
        member.virtual_chassis, member.vc_position = chassis, position
        member.save()
    if told.get("master"):
        chassis.master = Device.objects.get(name=told["master"])
        chassis.save()


def make_same_name_stack(name: str) -> None:
    """Two members that share their name with the chassis; each has the first port of its unit."""
    chassis = VirtualChassis.objects.create(name=name)
    for position in (1, 2):
        tenant = Tenant.objects.create(name=f"Tenant {position}", slug=f"t{position}")
        member = make_device(name, tenant=tenant, virtual_chassis=chassis, vc_position=position)
        Interface.objects.create(device=member, name=f"GigabitEthernet{position}/0/1", type="1000base-t")


def make_fhrp_group(told: Entry) -> None:
    """A group of a first-hop redundancy protocol with its virtual address."""
    group = FHRPGroup.objects.create(protocol=told["protocol"], group_id=told["group_id"])
    IPAddress.objects.create(address=told["address"], role=told["role"], assigned_object=group)


def assign_address(interface: Interface | VMInterface, fields: dict[str, Any]) -> None:
    """An address on the interface; ``vrf`` is a VRF's name."""
    vrf = VRF.objects.get(name=fields["vrf"]) if fields.get("vrf") else None
    IPAddress.objects.create(assigned_object=interface, vrf=vrf, **without(fields, "vrf"))


def find_interface(path: str) -> Interface | VMInterface:
    """The interface of this path, of a device or else of a VM; raises VMInterface.DoesNotExist."""
    owner, name = path.split("/", 1)
    found = Interface.objects.filter(device__name=owner, name=name).first()
    return found or VMInterface.objects.get(virtual_machine__name=owner, name=name)


def connect(one: str, other: str) -> None:
    """A cable between the interfaces of these two paths."""
    Cable(a_terminations=[find_interface(one)], b_terminations=[find_interface(other)]).save()


Make = Callable[[Any], object]
MAKERS: dict[str, Make] = {
    "sites": lambda name: named(Site, name),
    "roles": lambda name: named(DeviceRole, name),
    "platforms": lambda name: named(Platform, name),
    "device_types": make_device_type,
    "vrfs": lambda name: VRF.objects.create(name=name),
    "vlan_groups": make_vlan_group,
    "vlans": make_vlan,
    "prefixes": lambda prefix: Prefix.objects.create(prefix=prefix),
}
# What refers to devices and VMs, or comes after what they have.
LATE_MAKERS: dict[str, Make] = {
    "fhrp": make_fhrp_group,
    "addresses": lambda address: IPAddress.objects.create(address=address),
    "macs": lambda mac: MACAddress.objects.create(mac_address=mac),
    "cables": lambda ends: connect(*ends),
}
