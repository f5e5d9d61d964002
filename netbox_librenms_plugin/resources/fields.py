"""Fields of devices and virtual machines: name, serial number, device type, platform, site and location."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ..orm.fields import read, write
from ..sync.core.plan import Plan
from ..sync.core.policy import Policies
from ..sync.fields import plan as rules
from .resource import Resource


def _plan(details: Any, reading: read.Reading, policies: Policies) -> Plan:
    return rules.plan_fields(details, reading.context, policies)


FIELDS = Resource(
    name=rules.RESOURCE,
    label=_("Fields"),
    fetch=lambda source, librenms_id: source.details(librenms_id, with_inventory=False),
    fetch_chassis=lambda source, librenms_id: source.details(librenms_id, with_inventory=True),
    read=read.read,
    plan=_plan,
    write=write.write,
    device_fields=rules.DEVICE_FIELDS,
    vm_fields=rules.VM_FIELDS,
)
