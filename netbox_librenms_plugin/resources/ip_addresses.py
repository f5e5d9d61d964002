"""IP addresses with their VRF, and the primary ones."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ..orm.ip_addresses import read, write
from ..sync.core.compare import compare
from ..sync.core.plan import Plan
from ..sync.core.policy import Policies
from ..sync.ip_addresses import primary
from ..sync.ip_addresses import wanted as rules
from .resource import Resource


def _plan(snapshot: Any, reading: read.Reading, policies: Policies) -> Plan:
    found, wanted = rules.compared(reading.rows, reading.context)
    plan = compare(rules.RULES, found, wanted, policies)
    return primary.with_primary(plan, reading.primary, policies)


IP_ADDRESSES = Resource(
    name=rules.RESOURCE,
    label=_("IP addresses"),
    fetch=lambda source, librenms_id: source.addresses(librenms_id),
    read=read.read,
    plan=_plan,
    write=write.write,
    foresee=lambda foreseen, subject, changes: foreseen.with_addresses(changes),
    device_fields=(*rules.FIELDS, primary.FIELD),
    vm_fields=(*rules.FIELDS, primary.FIELD),
)
