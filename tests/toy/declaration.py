"""Console ports, declared."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from netbox_librenms_plugin.librenms.records import Snapshot
from netbox_librenms_plugin.resources.census import Census, Survey
from netbox_librenms_plugin.resources.decisions import Decision, DecisionKind
from netbox_librenms_plugin.resources.resource import Brought, Resource, Right
from netbox_librenms_plugin.resources.words import Words
from netbox_librenms_plugin.sync.core.compare import compare
from netbox_librenms_plugin.sync.core.plan import Plan
from netbox_librenms_plugin.sync.core.policy import Policies

from . import netbox, rules


def _plan(snapshot: Snapshot, reading: rules.ConsolePortReading, policies: Policies) -> Plan:
    wanted = rules.wanted_console_ports(snapshot, reading.context)
    return compare(rules.RULES, reading.found, wanted, policies)


def _count(survey: Survey) -> Census:
    things = [(one.port_id, pk) for pk, some in survey.ports.items() for one in some if rules.is_serial(one)]
    return Census(things=things, devices=survey.ports)


CONSOLE_PORTS = Resource(
    name=rules.RESOURCE,
    words=Words(
        label=_("Console ports"),
        one=_("console port"),
        many=_("console ports"),
        counted=ngettext_lazy("%(n)s console port", "%(n)s console ports", "n"),
        fields={"name": _("Name"), "label": _("Label on the case"), "type": _("Plug")},
    ),
    page="development/adding-a-resource",
    fetch=lambda source, librenms_id: source.interfaces(librenms_id),
    read=netbox.read,
    plan=_plan,
    write=netbox.write,
    device_fields=rules.FIELDS,
    device_rights=(Right("dcim.consoleport", ("add", "change")),),
    decisions=(
        Decision(
            name="type",
            label=_("Plug"),
            help="The type of the plug, which LibreNMS does not know",
            kind=DecisionKind.WORD,
            words={"rj-45": _("RJ-45"), "de-9": _("DE-9")},
            for_all=True,
        ),
    ),
    brought=Brought(label=_("Console ports"), place=5, count=_count),
)
