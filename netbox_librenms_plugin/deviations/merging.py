"""What is stored of an object's differences, brought in line with what a comparison saw. In memory; nothing is written.

A difference that is seen again costs nothing: how often and when last follow from the object's own numbers.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from ..choices import DeviationStateChoices
from ..models import ComparedObject, Deviation
from ..sync.core.deviations import Identity, Observation, answered
from .seen import Seen

STATE = DeviationStateChoices


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a comparison is merged: ``run`` is the run that it belongs to; a difference is open after ``threshold``
    comparisons in a row."""

    at: datetime
    run: int | None = None
    threshold: int = 1

    @property
    def today(self) -> date:
        """Its day, by which decisions end."""
        return self.at.date()


@dataclass(slots=True)
class Merged:
    """What is to be written: rows that are ``new``, ``changed`` and ``dropped``. ``opened`` and ``cleared`` count what
    events tell of."""

    new: list[Deviation] = field(default_factory=list)
    changed: list[Deviation] = field(default_factory=list)
    dropped: list[Deviation] = field(default_factory=list)
    opened: int = 0
    cleared: int = 0
    # Row → digest of its cause, whose id is known when it is stored
    causes: dict[int, Observation] = field(default_factory=dict)


def merge(compared: ComparedObject, held: Mapping[Identity, Deviation], seen: Seen, moment: Moment) -> Merged:
    """Bring the rows of one object in line. ``held``: all of its rows, the resolved among them; ``compared`` gets its
    checks and its numbers."""
    merged = Merged()
    found = {one.identity: one for one in seen.found}
    before = dict(compared.checks)
    compared.checks = {**before, **{name: _check(before.get(name, {}), seen, name, moment) for name in seen.plans}}
    rows = dict(held)
    for identity, observation in found.items():
        times = compared.checks[observation.resource]["times"]
        row = held.get(identity)
        if row is None:
            rows[identity] = _new(compared, observation, times, moment, merged)
        elif _seen_again(row, observation, times, moment, merged):
            merged.changed.append(row)
            merged.causes[id(row)] = observation
    for identity, row in held.items():
        if identity not in found and row.resource in seen.plans and row.state != STATE.RESOLVED:
            _not_seen(row, seen, before.get(row.resource, {}), moment, merged)
    gone = {id(one) for one in merged.dropped}
    count(compared, [one for one in rows.values() if id(one) not in gone])
    return merged


def count(compared: ComparedObject, rows: Iterable[Deviation]) -> None:
    """The numbers of an object from its rows."""
    rows = list(rows)
    waiting = [one for one in rows if one.state in STATE.WAITING]
    compared.counts = dict(Counter(one.resource for one in waiting if one.counted))
    compared.open = sum(compared.counts.values())
    compared.extra = sum(not one.counted for one in waiting)
    compared.accepted = sum(one.state == STATE.ACCEPTED for one in rows)


def _check(before: Mapping[str, object], seen: Seen, resource: str, moment: Moment) -> dict[str, object]:
    gaps = seen.gaps(resource)
    at = moment.at.isoformat()
    times = before.get("times", 0)
    return {
        "at": at,
        "full": before.get("full") if gaps else at,
        "times": (times if isinstance(times, int) else 0) + 1,
        "gaps": gaps,
    }


def _new(compared: ComparedObject, observation: Observation, times: int, moment: Moment, merged: Merged) -> Deviation:
    row = Deviation(
        compared=compared,
        resource=observation.resource,
        key=observation.key,
        field=observation.field,
        first_seen=moment.at,
        counted_from=times - 1,
    )
    _open(row, times, moment, merged, observation)
    _put(row, observation)
    row.run_id = moment.run
    merged.new.append(row)
    merged.causes[id(row)] = observation
    return row


def _open(row: Deviation, times: int, moment: Moment, merged: Merged, observation: Observation) -> None:
    """Open, if it was seen often enough."""
    if times - row.counted_from < moment.threshold:
        row.state = STATE.PENDING
        return
    row.state = STATE.OPEN
    merged.opened += observation.counted


def _put(row: Deviation, observation: Observation) -> None:
    row.name, row.netbox_id = observation.name, observation.netbox_id
    row.outcome, row.reason, row.details = observation.outcome, observation.reason, dict(observation.details)
    row.found, row.wanted = observation.found, observation.wanted
    row.writes, row.counted = observation.writes, observation.counted
    row.digest, row.decided_by = observation.digest, observation.decided_by


def _seen_again(row: Deviation, observation: Observation, times: int, moment: Moment, merged: Merged) -> bool:
    """Whether anything of the row is another thing now."""
    touched = False
    if row.state == STATE.RESOLVED:
        row.reopened += 1
        row.resolved_at = None
        # It counts anew for the threshold, but not in how often it was seen at all
        row.counted_from, row.times, row.last_seen = times - 1, None, None
        _open(row, times, moment, merged, observation)
        touched = True
    elif row.times is not None:
        row.counted_from, row.times, row.last_seen = times - 1 - row.times, None, None
        touched = True
    if row.state == STATE.PENDING and times - row.counted_from >= moment.threshold:
        _open(row, times, moment, merged, observation)
        touched = True
    if _decided_otherwise(row, observation, moment):
        _undecided(row)
        merged.opened += observation.counted
        touched = True
    if row.digest != observation.digest:
        _put(row, observation)
        touched = True
    if touched:
        row.run_id = moment.run
    return touched


def _decided_otherwise(row: Deviation, observation: Observation, moment: Moment) -> bool:
    """What was decided holds for what was wanted then, and until its day is over."""
    if row.state not in (STATE.ACCEPTED, STATE.FAILED):
        return False
    return row.decided_by != observation.decided_by or is_over(row, moment.today)


def is_over(row: Deviation, today: date) -> bool:
    """Whether the day until which it was accepted is over."""
    return row.state == STATE.ACCEPTED and row.accepted_until is not None and row.accepted_until < today


def _undecided(row: Deviation) -> None:
    row.state, row.problem = STATE.OPEN, {}


def _not_seen(row: Deviation, seen: Seen, before: Mapping[str, object], moment: Moment, merged: Merged) -> None:
    if answered(seen.plans[row.resource], row.key, row.field):
        if row.state == STATE.PENDING:
            merged.dropped.append(row)
            return
        merged.cleared += row.counted
        _freeze(row, before, moment)
        row.state, row.resolved_at, row.problem = STATE.RESOLVED, moment.at, {}
    elif row.times is None:
        _freeze(row, before, moment)
    else:
        return
    row.run_id = moment.run
    merged.changed.append(row)


def _freeze(row: Deviation, before: Mapping[str, object], moment: Moment) -> None:
    """Keep how often and when it was seen, as that no longer follows from the object's numbers."""
    if row.times is not None:
        return
    times, at = before.get("times", 0), before.get("at")
    row.times = max(1, (times if isinstance(times, int) else 0) - row.counted_from)
    row.last_seen = datetime.fromisoformat(at) if isinstance(at, str) else moment.at
