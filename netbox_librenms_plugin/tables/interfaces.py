"""The table that compares interfaces."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..resources.interfaces import INTERFACES
from ..sync.core.issues import Code
from ..sync.core.plan import Change
from ..sync.interfaces.facts import port_facts
from . import values
from .base import SyncTable, table_of
from .cells import DifferenceColumn
from .row_choices import RowChoice
from .rows import ChangeRow

_SEPARATORS = re.compile(r"[\s:.-]")
# What is short or has no place to break stays on one line
NOWRAP = {"td": {"class": "librenms-short"}}
TYPE = {"td": {"class": "librenms-type"}}
_HEX = re.compile(r"[0-9a-f]{4,12}")


def is_nobodys(change: Change) -> bool:
    """Whether nobody knows which member of the virtual chassis the port is on."""
    return any(one.code is Code.CHOOSE_MEMBER for one in change.issues)


def may_be_known(change: Change) -> bool:
    """Whether an interface that NetBox has may be the port."""
    return bool(port_facts(change).get("choices", {}).get("interface"))


def known_interfaces(change: Change) -> Mapping[str, Any]:
    """The interfaces that the port may be, and that it is a new one."""
    known = port_facts(change).get("choices", {}).get("interface", {})
    return {**{str(pk): name for pk, name in known.items()}, "0": _("a new interface")}


@table_of(INTERFACES)
class InterfaceSyncTable(SyncTable):
    """One row per LibreNMS port, then the interfaces that only NetBox has."""

    type = DifferenceColumn("type", verbose_name=_("Type"), show=values.one("type", values.interface_type), attrs=TYPE)
    speed = DifferenceColumn("speed", verbose_name=_("Speed"), show=values.one("speed", values.speed), attrs=NOWRAP)
    duplex = DifferenceColumn("duplex", verbose_name=_("Duplex"), show=values.one("duplex", values.duplex))
    mtu = DifferenceColumn("mtu", verbose_name=_("MTU"), attrs=NOWRAP)
    mac_address = DifferenceColumn("mac_address", verbose_name=_("MAC address"), attrs=NOWRAP)
    enabled = DifferenceColumn("enabled", verbose_name=_("Enabled"))
    vlans = DifferenceColumn(
        "mode", "untagged_vlan", "tagged_vlans", verbose_name=_("VLANs"), show=values.vlans, detail=values.all_vlans
    )
    lag = DifferenceColumn("lag", verbose_name=_("LAG"))
    parent = DifferenceColumn("parent", verbose_name=_("Parent"))
    description = DifferenceColumn(
        "description", verbose_name=_("Description"), attrs={"td": {"class": "librenms-wide"}}
    )
    librenms_id = DifferenceColumn("librenms_id", verbose_name=_("LibreNMS ID"))

    optional = ("mtu", "vlans", "lag", "parent")
    choices = (
        RowChoice(
            decision=INTERFACES.decision("member"),
            offered=lambda change: change.netbox_id is None,
            current=lambda change: "" if is_nobodys(change) else str(change.owner.id),
        ),
        RowChoice(decision=INTERFACES.decision("interface"), offered=may_be_known, options=known_interfaces),
    )
    of_ports = True
    search_hint = _("Name, description, MAC")

    class Meta(SyncTable.Meta):
        fields = (
            "pk",
            "name",
            "member",
            "type",
            "speed",
            "duplex",
            "mtu",
            "mac_address",
            "enabled",
            "vlans",
            "lag",
            "parent",
            "description",
            "librenms_id",
            "actions",
        )
        default_columns = (
            "pk",
            "name",
            "member",
            "type",
            "speed",
            "mtu",
            "mac_address",
            "vlans",
            "lag",
            "parent",
            "description",
            "actions",
        )
        empty_text = _("No interface matches")

    def options(self, choice: RowChoice, change: Change) -> Mapping[str, Any]:
        """The members of the virtual chassis, or the interfaces that the port may be."""
        if choice.name != "member":
            return super().options(choice, change)
        return {str(pk): label for pk, label in self.around.members.items()}

    def render_member(self, record: ChangeRow) -> str:
        undecided = _("Choose…") if is_nobodys(record.change) else ""
        return self.choice_box("member", record, undecided=undecided) or record.change.owner.name

    def render_name(self, record: ChangeRow) -> str:
        change = record.change
        name = self.difference_columns()["name"].cell(change)
        box = self.choice_box("interface", record, undecided=_("Choose…"))
        return self._name(record, name, url=self.netbox_url(change), box=box)

    @classmethod
    def search_words(cls, change: Change) -> Iterable[str]:
        """Name, descriptions and MAC addresses of both sides."""
        yield change.name.casefold()
        for side in (change.found, change.wanted):
            for field in ("name", "description"):
                yield values.plain(side.get(field)).casefold()
            yield _bare(values.plain(side.get("mac_address")))

    @classmethod
    def search_term(cls, text: str) -> Iterable[str]:
        """The text itself, and as a MAC address in any of its spellings when it can be one."""
        yield text.casefold()
        digits = _bare(text)
        if _HEX.fullmatch(digits):
            yield digits


def _bare(text: str) -> str:
    return _SEPARATORS.sub("", text.casefold())
