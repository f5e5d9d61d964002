"""The filter chips above a table: one for each standing that occurs, with its number."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ...sync.core.plan import Plan
from ...tables.rows import STANDING_LABELS
from .state import EVERYTHING, NEEDS_ATTENTION, PanelState


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One filter: its value in the address, its words and its number; ``title`` explains the words."""

    value: str
    label: Any
    count: int
    active: bool
    title: Any = ""


def tab_number(plan: Plan | None) -> int:
    """The number on a resource's sub-tab; -1 where there is nothing to compare, or where nothing differs but not all
    was looked at: that is no agreement."""
    if plan is None or not plan.changes or (plan.gaps and not plan.attention):
        return -1
    return plan.attention


def chips(plan: Plan, state: PanelState) -> list[Chip]:
    """What needs attention and everything, then the standings; one without rows only while it is the filter."""
    found = [
        (NEEDS_ATTENTION, _("Needs attention"), plan.attention),
        (EVERYTHING, _("All"), len(plan.changes)),
        *((standing.value, STANDING_LABELS[standing], count) for standing, count in plan.standings.items()),
    ]
    return [
        Chip(value=value, label=label, count=count, active=state.show == value)
        for value, label, count in found
        if count or value in (NEEDS_ATTENTION, EVERYTHING, state.show)
    ]
