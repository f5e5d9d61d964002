"""Interfaces of devices and virtual machines."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ..librenms.records import Snapshot
from ..orm.interfaces import read, remove, write
from ..sync.core.compare import compare
from ..sync.core.plan import Plan
from ..sync.core.policy import Policies
from ..sync.interfaces import wanted as rules
from .census import Census, Survey
from .decisions import Decision, DecisionKind
from .resource import Brought, Resource, Right
from .words import Words


def _plan(snapshot: Snapshot, reading: read.InterfaceReading, policies: Policies) -> Plan:
    wanted = rules.wanted_interfaces(snapshot, reading.context)
    return compare(reading.context.rules, reading.found, wanted, policies)


def _count(survey: Survey) -> Census:
    ports = survey.ports
    return Census(things=[(one.port_id, pk) for pk, some in ports.items() for one in some], devices=ports)


# A new one is made where an interface gets an address that NetBox does not have
_MAC_ADDRESSES = Right("dcim.macaddress", ("add",))
INTERFACES = Resource(
    name=rules.RESOURCE,
    words=Words(
        label=_("Interfaces"),
        one=_("interface"),
        many=_("interfaces"),
        counted=ngettext_lazy("%(n)s interface", "%(n)s interfaces", "n"),
        fields={
            "name": _("Name"),
            "type": _("Type"),
            "speed": _("Speed"),
            "duplex": _("Duplex"),
            "mtu": _("MTU"),
            "mac_address": _("MAC address"),
            "enabled": _("Enabled"),
            "description": _("Description"),
            "vlans": _("VLANs"),
            "lag": _("LAG"),
            "parent": _("Parent interface"),
            "librenms_id": _("LibreNMS ID"),
        },
    ),
    page="interfaces",
    fetch=lambda source, librenms_id: source.interfaces(librenms_id),
    read=read.read,
    plan=_plan,
    write=write.write,
    remove=remove.remove,
    foresee=lambda foreseen, subject, changes: foreseen.with_interfaces(changes),
    device_fields=rules.DEVICE_FIELDS,
    device_rights=(Right("dcim.interface", ("add", "change")), _MAC_ADDRESSES),
    vm_fields=rules.VM_FIELDS,
    vm_rights=(Right("virtualization.vminterface", ("add", "change")), _MAC_ADDRESSES),
    decisions=(
        Decision(
            name="member",
            label=_("Member"),
            help="ID of the chassis member that gets the interface",
            kind=DecisionKind.MEMBER,
            model="dcim.device",
        ),
        Decision(
            name="interface",
            label=_("Interface"),
            help="ID of the interface that a port is; 0 for a new one",
            model="dcim.interface",
            or_none=True,
        ),
    ),
    brought=Brought(
        label=_("Interfaces"),
        place=1,
        count=_count,
        beside=ngettext_lazy("%(number)s port", "%(number)s ports", "n"),
    ),
)
