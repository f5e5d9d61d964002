"""Interfaces of devices and virtual machines."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ..orm.interfaces import read, remove, write
from ..sync.core.compare import compare
from ..sync.core.plan import Plan
from ..sync.core.policy import Policies
from ..sync.interfaces import wanted as rules
from .resource import Resource


def _plan(snapshot: Any, reading: read.Reading, policies: Policies) -> Plan:
    wanted = rules.wanted_interfaces(snapshot, reading.context)
    return compare(reading.context.rules, reading.found, wanted, policies)


INTERFACES = Resource(
    name=rules.RESOURCE,
    label=_("Interfaces"),
    fetch=lambda source, librenms_id: source.interfaces(librenms_id),
    read=read.read,
    plan=_plan,
    write=write.write,
    remove=remove.remove,
    foresee=lambda foreseen, subject, changes: foreseen.with_interfaces(changes),
    device_fields=rules.DEVICE_FIELDS,
    vm_fields=rules.VM_FIELDS,
)
