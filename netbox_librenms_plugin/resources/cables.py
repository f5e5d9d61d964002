"""Cables between interfaces, as neighbours are heard."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ..orm.cables import read, write
from ..sync.cables import plan as rules
from ..sync.core.plan import Plan
from ..sync.core.policy import Policies
from .resource import Resource


def _plan(links: Any, reading: read.Reading, policies: Policies) -> Plan:
    return rules.plan_cables(links, reading.context, policies)


CABLES = Resource(
    name=rules.RESOURCE,
    label=_("Cables"),
    fetch=lambda source, librenms_id: source.links(librenms_id),
    read=read.read,
    plan=_plan,
    write=write.write,
    foresee=lambda foreseen, subject, changes: foreseen.with_cables(changes),
    device_fields=rules.FIELDS,
)
