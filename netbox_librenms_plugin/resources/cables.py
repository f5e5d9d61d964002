"""Cables between interfaces, as neighbours are heard."""

from collections.abc import Hashable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ..librenms.records import DeviceLinks
from ..orm.cables import read, write
from ..sync.cables import plan as rules
from ..sync.core.plan import Plan
from ..sync.core.policy import Policies
from .census import Census, Survey
from .decisions import Decision
from .interface_waits import AfterInterfaces
from .resource import Brought, Resource, Right, Step
from .words import Words


def _plan(links: DeviceLinks, reading: read.CableReading, policies: Policies) -> Plan:
    return rules.plan_cables(links, reading.context, policies)


def _waits(links: DeviceLinks, reading: read.CableReading) -> bool:
    return rules.waits(links, reading.context)


_AFTER_INTERFACES = AfterInterfaces(reads=read.read, plans=_plan, waits=_waits)


def _count(survey: Survey) -> Census:
    """Links both of whose devices will be there; what both ends report is one cable."""
    ends = survey.sites.keys() - survey.virtual
    things: list[tuple[Hashable, int]] = []
    for link in survey.api.fleet_links().value:
        here, there = link.local_device_id, link.remote_device_id
        if here in ends and (there in ends or there in survey.partners):
            pair = frozenset(((here, link.local_port_id or -link.id), (there, link.remote_port_id or -link.id)))
            things += [(pair, here), (pair, there)]
    return Census(things=things)


CABLES = Resource(
    name=rules.RESOURCE,
    words=Words(
        label=_("Cables"),
        one=_("cable"),
        many=_("cables"),
        counted=ngettext_lazy("%(n)s cable", "%(n)s cables", "n"),
        fields={
            "local": _("Local interface"),
            "remote": _("Remote interface"),
            "status": _("Status"),
            "type": _("Type"),
            "label": _("Label"),
            "tag": _("Tag"),
        },
    ),
    page="cables",
    fetch=lambda source, librenms_id: source.links(librenms_id),
    read=_AFTER_INTERFACES.read,
    plan=_AFTER_INTERFACES.plan,
    write=write.write,
    shared=write.shared,
    foresee=lambda foreseen, subject, changes: foreseen.with_cables(changes),
    device_fields=rules.FIELDS,
    device_rights=(Right("dcim.cable", ("add",)), Right("dcim.interface", ("view",))),
    decisions=(
        Decision(
            name="remote",
            label=_("Remote interface"),
            help="ID of the interface at the other end of a cable, of those it can be",
            model="dcim.interface",
        ),
    ),
    brought=Brought(label=_("Cables between what is there"), place=4, step=Step.AFTER_DEVICES, count=_count),
)
