"""Fields of devices and virtual machines: name, serial number, device type, platform, where they are, and what
monitoring says of version and status."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ..librenms.records import DeviceDetails
from ..orm.fields import read, write
from ..sync.core.plan import Plan
from ..sync.core.policy import Policies
from ..sync.fields import device_names
from ..sync.fields import plan as rules
from .decisions import NO, YES, Decision, DecisionKind
from .resource import Resource, Right
from .words import Text, Words


def _plan(details: DeviceDetails, reading: read.FieldReading, policies: Policies) -> Plan:
    return rules.plan_fields(details, reading.context, policies)


_LABELS: dict[str, Text] = {
    "name": _("Name"),
    "serial": _("Serial number"),
    "member_serial": _("Serial number of a chassis member"),
    "device_type": _("Device type"),
    "platform": _("Platform"),
    "site": _("Site"),
    "location": _("Location"),
    "rack": _("Rack"),
    "tenant": _("Tenant"),
    "os_version": _("OS version"),
    "status": _("Status"),
}
# What the pattern of the settings can read out of LibreNMS's location, beside the site
_READ = {"location": "dcim.location", "rack": "dcim.rack", "tenant": "tenancy.tenant"}
FIELDS = Resource(
    name=rules.RESOURCE,
    words=Words(
        label=_("Fields"),
        one=_("field"),
        many=_("fields"),
        counted=ngettext_lazy("%(n)s field", "%(n)s fields", "n"),
        fields=_LABELS,
    ),
    page="fields",
    fetch=lambda source, librenms_id: source.details(librenms_id, with_inventory=False),
    fetch_chassis=lambda source, librenms_id: source.details(librenms_id, with_inventory=True),
    read=read.read,
    plan=_plan,
    write=write.write,
    device_fields=rules.DEVICE_FIELDS,
    device_rights=(Right("dcim.device", ("change",)),),
    vm_fields=rules.VM_FIELDS,
    vm_rights=(Right("virtualization.virtualmachine", ("change",)),),
    decisions=(
        Decision(
            name="device_type",
            label=_LABELS["device_type"],
            help="ID of the device type, where LibreNMS's hardware can mean several",
            model="dcim.devicetype",
        ),
        Decision(
            name="platform",
            label=_LABELS["platform"],
            help="ID of the platform, where LibreNMS's system can mean several",
            model="dcim.platform",
        ),
        Decision(
            name="site",
            label=_LABELS["site"],
            help="ID of the site, where LibreNMS's location can mean several",
            model="dcim.site",
        ),
        *(
            Decision(
                name=name,
                label=_LABELS[name],
                help=f"ID of the {name}, where the name that is read out of LibreNMS's location can mean several",
                model=model,
            )
            for name, model in _READ.items()
        ),
        Decision(
            name="part",
            label=_LABELS["member_serial"],
            help="Index of the chassis in LibreNMS's inventory that a member is",
            kind=DecisionKind.NUMBER,
        ),
        Decision(
            name="name_source",
            label=_("Names from"),
            help="The LibreNMS column that names the object; for all rows (*)",
            kind=DecisionKind.WORD,
            words={source: source for source in device_names.SOURCES},
            for_all=True,
            label_for_all=_("Names from"),
        ),
        Decision(
            name="strip_domain",
            label=_("Domain"),
            help="Whether the domain goes from the name; for all rows (*)",
            kind=DecisionKind.TRUTH,
            words={YES: _("stripped"), NO: _("kept")},
            for_all=True,
            label_for_all=_("Domain"),
        ),
        Decision(
            name="confirmed",
            label=_("Confirmed"),
            help="That it is the same device although nothing agrees; for all rows (*)",
            kind=DecisionKind.TRUTH,
        ),
    ),
)
