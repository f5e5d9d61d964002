"""The table that compares VLANs."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..resources.vlans import VLANS
from ..sync.core.plan import Change, Outcome
from ..sync.vlans.facts import vlan_facts
from . import values
from .base import SyncTable, table_of
from .cells import ChoiceColumn, DifferenceColumn
from .row_choices import RowChoice

NO_GROUP = "0"


def may_choose_group(change: Change) -> bool:
    """A VLAN that NetBox has stays where it is."""
    return change.netbox_id is None and change.outcome in (Outcome.MISSING, Outcome.BLOCKED)


def groups(change: Change) -> dict[str, Any]:
    """The groups that a new VLAN can go into; none where no group covers the device."""
    found = {str(one.id): one.name for one in vlan_facts(change).get("groups", ())}
    return {**found, NO_GROUP: _("No group")} if found else {}


@table_of(VLANS)
class VlanSyncTable(SyncTable):
    """One row per VLAN that the device carries."""

    vid = DifferenceColumn("vid", verbose_name=_("VLAN ID"))
    group = ChoiceColumn("group", choice="group", verbose_name=_("Group"))

    choices = (RowChoice(decision=VLANS.decision("group"), offered=may_choose_group, options=groups),)

    class Meta(SyncTable.Meta):
        fields = ("pk", "name", "member", "vid", "group", "actions")
        default_columns = fields
        empty_text = _("No VLAN matches")

    @classmethod
    def search_words(cls, change: Change) -> Iterable[str]:
        """Number and name of both sides."""
        yield change.name.casefold()
        for side in (change.found, change.wanted):
            yield from (values.plain(side.get(field)).casefold() for field in ("vid", "name"))
