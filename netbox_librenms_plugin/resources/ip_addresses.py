"""IP addresses with their VRF, and the primary ones."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ..librenms.records import DeviceAddresses
from ..models import LibreNMSSettings
from ..orm.ip_addresses import read, write
from ..sync.core.compare import compare
from ..sync.core.plan import Plan
from ..sync.core.policy import Policies, Policy
from ..sync.ip_addresses import primary
from ..sync.ip_addresses import wanted as rules
from ..sync.ip_addresses.hosts import Kinds, port_addresses
from .census import Census, Survey
from .decisions import Decision, DecisionKind
from .interface_waits import AfterInterfaces
from .resource import Brought, Resource, Right
from .words import Text, Words


def _plan(snapshot: DeviceAddresses, reading: read.IPAddressReading, policies: Policies) -> Plan:
    found, wanted = rules.compared(reading.rows, reading.context)
    plan = compare(rules.RULES, found, wanted, policies)
    return primary.with_primary(plan, reading.primary, policies)


def _waits(snapshot: DeviceAddresses, reading: read.IPAddressReading) -> bool:
    ports = (reading.context.ports.get(row.port_id) for row in reading.rows)
    return any(port is not None and port.interface is None and not port.ambiguous for port in ports)


_AFTER_INTERFACES = AfterInterfaces(reads=read.read, plans=_plan, waits=_waits)


def _count(survey: Survey) -> Census:
    """Those of the kinds that are compared, each once a port."""
    settings = LibreNMSSettings.load()
    kinds = Kinds(link_local=settings.include_link_local, loopback=settings.include_loopback)
    owners = {port.port_id: pk for pk, ports in survey.ports.items() for port in ports}
    listed = [one for one in survey.api.fleet_addresses().value if one.port_id in owners]
    things = [(one, owners[one.port_id]) for one in port_addresses(listed, kinds)]
    return Census(things=things, devices=survey.ports)


_ADDRESSES = Right("ipam.ipaddress", ("add", "change"))
_PRIMARY: dict[Policy, Text] = {
    Policy.REPORT_ONLY: _("Leave as it is"),
    Policy.FILL_IF_EMPTY: _("Set if empty"),
    Policy.LIBRENMS_WINS: _("Always set"),
}
IP_ADDRESSES = Resource(
    name=rules.RESOURCE,
    words=Words(
        label=_("IP addresses"),
        one=_("IP address"),
        many=_("IP addresses"),
        counted=ngettext_lazy("%(n)s IP address", "%(n)s IP addresses", "n"),
        fields={
            "address": _("Address"),
            "vrf": _("VRF"),
            "interface": _("Interface"),
            "role": _("Role"),
            "primary_ip": _("Primary IP"),
        },
    ),
    page="ip_addresses",
    fetch=lambda source, librenms_id: source.addresses(librenms_id),
    read=_AFTER_INTERFACES.read,
    plan=_AFTER_INTERFACES.plan,
    write=write.write,
    shared=write.shared,
    foresee=lambda foreseen, subject, changes: foreseen.with_addresses(changes),
    device_fields=(*rules.FIELDS, primary.FIELD),
    device_rights=(_ADDRESSES, Right("dcim.device", ("change",))),
    vm_fields=(*rules.FIELDS, primary.FIELD),
    vm_rights=(_ADDRESSES, Right("virtualization.virtualmachine", ("change",))),
    decisions=(
        Decision(
            name="vrf",
            label=_("VRF"),
            help="ID of an address's VRF; 0 for the global table",
            model="ipam.vrf",
            or_none=True,
            for_all=True,
        ),
        Decision(
            name="primary",
            label=_("Primary IP"),
            help="What becomes of the primary IP in this run",
            kind=DecisionKind.WORD,
            words={name: _PRIMARY[policy] for name, policy in primary.CHOICES.items()},
        ),
    ),
    brought=Brought(
        label=_("IP addresses and primary IP"),
        place=3,
        count=_count,
        beside=ngettext_lazy("%(number)s address", "%(number)s addresses", "n"),
    ),
)
