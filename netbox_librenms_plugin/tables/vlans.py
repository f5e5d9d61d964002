"""The table that compares VLANs."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from ipam.models import VLAN

from ..sync.plan import Change
from . import values
from .base import SyncTable
from .cells import DifferenceColumn


class VlanSyncTable(SyncTable):
    """One row per VLAN that the device carries."""

    vid = DifferenceColumn("vid", verbose_name=_("VLAN ID"))
    group = DifferenceColumn("group", verbose_name=_("Group"))

    class Meta(SyncTable.Meta):
        fields = ("pk", "name", "member", "vid", "group", "actions")
        default_columns = fields
        empty_text = _("No VLAN matches")

    @classmethod
    def model(cls, *, virtual: bool) -> Any:
        return VLAN

    @classmethod
    def search_words(cls, change: Change) -> Iterable[str]:
        """Number and name of both sides."""
        yield change.name.casefold()
        for side in (change.found, change.wanted):
            yield from (values.plain(side.get(field)).casefold() for field in ("vid", "name"))
