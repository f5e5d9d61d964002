"""What is stored of the differences that a page shows: since when they are there, and what was accepted of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from ..branching import active_branch
from ..choices import DeviationStateChoices
from ..models import ComparedObject, Deviation
from ..sync.core.deviations import Observation
from ..sync.core.plan import Plan
from .merging import is_over
from .seen import differences_of

STATE = DeviationStateChoices
COLUMNS = ("key", "field", "state", "first_seen", "decided_by", "accepted_until", "accepted_name", "accepted_reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """What was decided about differences of a row. ``fields``: which of them; empty for all that differ."""

    until: date
    name: str
    reason: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Since when a row differs, and what was accepted of that."""

    since: datetime
    accepted: Sequence[Acceptance] = ()


def histories(instance: Any, server: str, plan: Plan, keys: Iterable[str]) -> Mapping[str, History]:
    """Row key → its history, for those of the rows that differ and of which anything is stored: one query.

    Deviations are those of main: in a branch nothing is said.
    """
    shown = [plan.by_key[key] for key in keys if key in plan.by_key]
    if not shown or active_branch():
        return {}
    seen: defaultdict[str, dict[str, Observation]] = defaultdict(dict)
    for one in differences_of(replace(plan, changes=tuple(shown)), instance):
        seen[one.key][one.field] = one
    if not seen:
        return {}
    held: defaultdict[str, list[Deviation]] = defaultdict(list)
    for row in _stored(instance, server).filter(resource=plan.resource, key__in=list(seen)).only(*COLUMNS):
        if row.field in seen[row.key]:
            held[row.key].append(row)
    return {key: _history(rows, seen[key]) for key, rows in held.items()}


def _stored(instance: Any, server: str) -> Any:
    rows = Deviation.objects.filter(
        compared__server=server, compared__kind=instance._meta.model_name, compared__object_id=instance.pk
    )
    return rows.exclude(state=STATE.RESOLVED).order_by("pk")


def _history(rows: Sequence[Deviation], seen: Mapping[str, Observation]) -> History:
    today = timezone.localdate()
    accepted: defaultdict[tuple[date, str, str], list[str]] = defaultdict(list)
    for row in rows:
        # A decision holds for what was wanted then, and until its day is over
        stands = row.state == STATE.ACCEPTED and row.decided_by == seen[row.field].decided_by
        if stands and row.accepted_until is not None and not is_over(row, today):
            accepted[row.accepted_until, row.accepted_name, row.accepted_reason].append(row.field)
    return History(
        since=min(row.first_seen for row in rows),
        accepted=[
            Acceptance(
                until=until, name=name, reason=reason, fields=() if len(fields) == len(seen) else tuple(sorted(fields))
            )
            for (until, name, reason), fields in sorted(accepted.items())
        ],
    )


def record_of(instance: Any, server: str) -> ComparedObject | None:
    """What is stored of an object as a whole, if it was compared and anything of it is open, accepted or only in
    NetBox: one query."""
    if active_branch():
        return None
    rows = ComparedObject.objects.filter(server=server, kind=instance._meta.model_name, object_id=instance.pk)
    found = rows.first()
    return found if found is not None and found.deviating else None
