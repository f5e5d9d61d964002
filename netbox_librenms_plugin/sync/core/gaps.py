"""What was not looked at, or came incomplete: neither a difference nor sameness, and nothing is written over it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from ...librenms.records import Part
from .plan import Gap, Missing, Outcome, Plan

__all__ = ("gaps_of", "with_gaps")


class DeviceAnswer(Protocol):
    """A record of what LibreNMS answered about one device."""

    @property
    def odd_rows(self) -> int:
        """Rows that could not be read."""


def gaps_of(answer: DeviceAnswer) -> tuple[Gap, ...]:
    """What is missing in a record of LibreNMS's answer, in a fixed order."""
    partial: tuple[str, ...] = getattr(answer, "partial", ())
    parts = [Gap(missing=Missing(one)) for one in Part if one in partial]
    columns = tuple(sorted(str(one) for one in partial if one not in set(Part)))
    if columns:
        parts.append(Gap(missing=Missing.COLUMNS, names=columns))
    if answer.odd_rows:
        parts.append(Gap(missing=Missing.ROWS, count=answer.odd_rows))
    return tuple(parts)


def with_gaps(plan: Plan, gaps: Iterable[Gap]) -> Plan:
    """The plan with its gaps. Where rows are missing nobody knows what is only in NetBox, so nothing is called so."""
    gaps = tuple(gaps)
    changes = plan.changes
    if any(one.missing is Missing.ROWS for one in gaps):
        changes = tuple(one for one in changes if one.outcome is not Outcome.EXTRA)
    return replace(plan, changes=changes, gaps=gaps)
