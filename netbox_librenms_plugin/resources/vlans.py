"""VLANs in the groups and sites that are valid for a device."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ..librenms.records import DeviceVlans
from ..models import LibreNMSSettings
from ..orm.vlans import read, write
from ..sync.core.compare import compare
from ..sync.core.plan import Plan
from ..sync.core.policy import Policies
from ..sync.vlans import wanted as rules
from ..sync.vlans.scope import RESERVED, VID_RANGE
from .census import Census, Survey
from .decisions import Decision
from .resource import Brought, Resource, Right
from .words import Words


def _plan(snapshot: DeviceVlans, reading: read.VlanReading, policies: Policies) -> Plan:
    return compare(rules.RULES, reading.found, rules.wanted_vlans(snapshot.vlans, reading.context), policies)


def _count(survey: Survey) -> Census:
    """A VLAN is one for all switches of a site. Virtual machines have none."""
    reserved = LibreNMSSettings.load().include_reserved_vlans
    listed = [one for one in survey.api.fleet_vlans().value if one.vlan_vlan in VID_RANGE]
    return Census(
        things=[
            ((survey.sites[one.device_id], one.vlan_vlan), one.device_id)
            for one in listed
            if isinstance(one.device_id, int)
            and one.device_id in survey.sites
            and one.device_id not in survey.virtual
            and (reserved or one.vlan_vlan not in RESERVED)
        ]
    )


VLANS = Resource(
    name=rules.RESOURCE,
    words=Words(
        label=_("VLANs"),
        one=_("VLAN"),
        many=_("VLANs"),
        counted=ngettext_lazy("%(n)s VLAN", "%(n)s VLANs", "n"),
        fields={"vid": _("VLAN ID"), "name": _("Name"), "group": _("Group")},
    ),
    page="vlans",
    fetch=lambda source, librenms_id: source.vlans(librenms_id),
    read=read.read,
    plan=_plan,
    write=write.write,
    shared=write.shared,
    lock=write.lock,
    foresee=lambda foreseen, subject, changes: foreseen.with_vlans(subject, changes),
    alike=("vid", "name"),
    device_fields=rules.FIELDS,
    device_rights=(Right("ipam.vlan", ("add", "change")),),
    decisions=(
        Decision(
            name="group",
            label=_("Group"),
            help="ID of the group that a new VLAN goes into; 0 for none",
            model="ipam.vlangroup",
            or_none=True,
            for_all=True,
        ),
    ),
    brought=Brought(label=_("VLANs"), place=2, count=_count),
)
