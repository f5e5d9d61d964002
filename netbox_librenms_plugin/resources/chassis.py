"""Members of virtual chassis: the units of a stack that is imported."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ..orm.chassis import read, write
from ..sync.chassis import plan as rules
from .resource import Brought, Resource, Right, Step
from .words import Words

MEMBERS = Resource(
    name=rules.RESOURCE,
    words=Words(
        label=_("Virtual chassis"),
        one=_("chassis member"),
        many=_("chassis members"),
        counted=ngettext_lazy("%(n)s chassis member", "%(n)s chassis members", "n"),
        fields={
            "name": _("Name"),
            "chassis": _("Virtual chassis"),
            "position": _("Position"),
            "master": _("Master"),
            "serial": _("Serial number"),
            "device_type": _("Device type"),
        },
    ),
    page="chassis",
    fetch=lambda source, librenms_id: source.details(librenms_id, with_inventory=True),
    read=read.read,
    plan=rules.plan_members,
    write=write.write,
    device_fields=rules.FIELDS,
    # Whoever imports devices may add them; the chassis is what he may lack
    device_rights=(
        Right("dcim.virtualchassis", ("add",)),
        Right("dcim.device", ("add", "change")),
        Right("dcim.devicetype", ("view",)),
    ),
    brought=Brought(label=_("Virtual chassis members"), place=0, step=Step.MAKING_DEVICE, counted_as="members"),
)
