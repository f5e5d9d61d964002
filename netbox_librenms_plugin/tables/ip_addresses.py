"""The table that compares IP addresses, with the primary one below them."""

from collections.abc import Iterable
from typing import Any

from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..resources.ip_addresses import IP_ADDRESSES
from ..sync.core.plan import Change, Outcome
from ..sync.ip_addresses.facts import address_facts
from ..sync.ip_addresses.primary import is_primary
from ..sync.ip_addresses.vrfs import VrfRule
from . import values
from .base import SyncTable, table_of
from .cells import ChoiceColumn, DifferenceColumn
from .row_choices import RowChoice

CELL = "netbox_librenms_plugin/inc/address_cell.html"
VRF_RULES: dict[str, Any] = {
    VrfRule.CHOSEN: _("your choice"),
    VrfRule.INTERFACE: _("the interface's VRF"),
    VrfRule.NAME: _("LibreNMS's VRF of this name"),
    VrfRule.PREFIX: _("the only VRF with its prefix"),
    VrfRule.GLOBAL: _("no VRF is known"),
}


def may_choose_vrf(change: Change) -> bool:
    """An address on its interface stays in its VRF; for any other one a person can say which it is."""
    rule = address_facts(change).get("vrf_rule", VrfRule.KEPT)
    return rule != VrfRule.KEPT and change.outcome not in (Outcome.SAME, Outcome.EXTRA)


class VrfColumn(ChoiceColumn):
    """A VRF with the rule that found it, where it is to be written or cannot be said."""

    def render(self, record: Any, table: Any = None) -> str:
        change = record.change
        why = "" if change.outcome is Outcome.SAME else VRF_RULES.get(address_facts(change).get("vrf_rule", ""), "")
        return get_template(CELL).render({"value": super().render(record, table), "why": why})


class PrimaryColumn(ChoiceColumn):
    """The primary IP: both values, and what is to become of it in this run."""

    def render(self, record: Any, table: Any = None) -> str:
        value = DifferenceColumn.render(self, record)
        return get_template(CELL).render({"value": value, "box": table.choice_box(self.choice, record)})


def vrf(found: values.Values) -> str:
    """The name of a VRF; an address in none is in the global table."""
    return values.plain(found["vrf"]) or str(_("Global")) if "vrf" in found else ""


@table_of(IP_ADDRESSES)
class IPAddressSyncTable(SyncTable):
    """One row per address of a port, then the addresses that only NetBox has, then the primary one."""

    name = DifferenceColumn("address", verbose_name=_("Address"))
    interface = DifferenceColumn("interface", verbose_name=_("Interface"))
    vrf = VrfColumn("vrf", choice="vrf", verbose_name=_("VRF"), show=vrf)
    primary_ip = PrimaryColumn("primary_ip", choice="primary", verbose_name=_("Primary IP"))

    optional = ("primary_ip",)
    choices = (
        RowChoice(
            decision=IP_ADDRESSES.decision("vrf"),
            offered=may_choose_vrf,
            options=lambda change: {"0": _("Global")},
            remote="ipam-api:vrf-list",
        ),
        RowChoice(
            decision=IP_ADDRESSES.decision("primary"),
            offered=lambda change: is_primary(change) and change.outcome is Outcome.CHANGED,
        ),
    )

    class Meta(SyncTable.Meta):
        fields = ("pk", "name", "member", "interface", "vrf", "primary_ip", "actions")
        default_columns = fields
        empty_text = _("No IP address matches")

    @classmethod
    def search_words(cls, change: Change) -> Iterable[str]:
        """Addresses, interfaces and VRFs of both sides, and LibreNMS's name of the port."""
        yield change.name.casefold()
        yield str(address_facts(change).get("port", "")).casefold()
        for side in (change.found, change.wanted):
            yield from (values.plain(side.get(field)).casefold() for field in ("address", "interface", "vrf"))

    def netbox_url(self, change: Change) -> str:
        """The address's page; for a primary IP that of the device or VM that has it."""
        if not is_primary(change) or change.owner.id is None:
            return super().netbox_url(change)
        kind = "virtualization:virtualmachine" if self.around.virtual else "dcim:device"
        return reverse(kind, args=(change.owner.id,))

    def librenms_url(self, change: Change) -> str:
        """The port's page in LibreNMS."""
        if self.around.librenms_url is None or change.librenms_id is None:
            return ""
        return self.around.librenms_url(change.librenms_id)
