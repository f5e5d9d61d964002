"""VLANs in the groups and sites that are valid for a device."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ..orm.vlans import read, write
from ..sync.core.compare import compare
from ..sync.core.plan import Plan
from ..sync.core.policy import Policies
from ..sync.vlans import wanted as rules
from .resource import Resource


def _plan(snapshot: Any, reading: read.Reading, policies: Policies) -> Plan:
    return compare(rules.RULES, reading.found, rules.wanted_vlans(snapshot.vlans, reading.context), policies)


VLANS = Resource(
    name=rules.RESOURCE,
    label=_("VLANs"),
    fetch=lambda api, librenms_id, refresh: api.device_vlans(librenms_id, refresh=refresh),
    read=read.read,
    plan=_plan,
    write=write.write,
    lock=write.lock,
    foresee=lambda foreseen, subject, changes: foreseen.with_vlans(subject, changes),
    device_fields=rules.FIELDS,
)
