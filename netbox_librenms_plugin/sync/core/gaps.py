"""What was not looked at, or came incomplete: neither a difference nor sameness, and nothing is written over it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Protocol, TypedDict

from ...librenms.records import Part
from .plan import Gap, Missing, Outcome, Plan

__all__ = ("KeptGap", "gaps_of", "kept_gap", "unsaid_fields", "with_gaps")

# Fields of interfaces of which nothing can be said without what is missing
_UNSAID: Mapping[Missing, frozenset[str]] = {
    Missing.PORT_VLANS: frozenset({"mode", "untagged_vlan", "tagged_vlans"}),
    Missing.PORT_STACK: frozenset({"type", "lag", "parent"}),
}


def unsaid_fields(gaps: Iterable[Gap]) -> frozenset[str]:
    """The fields that are neither the same nor different while this was not looked at."""
    return frozenset().union(*(_UNSAID.get(one.missing, frozenset()) for one in gaps))


class KeptGap(TypedDict):
    """The form in which records keep a gap; ``kept_gap_sentence`` gives the words."""

    code: str
    count: int
    names: list[str]


def kept_gap(gap: Gap) -> KeptGap:
    """A gap in the form in which records keep it."""
    return {"code": gap.missing.value, "count": gap.count, "names": list(gap.names)}


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
