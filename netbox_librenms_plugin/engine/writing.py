"""Objects that are written together: each resource of all of them at once, from plans that are made anew under lock."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..orm.frame.results import RowResult
from ..resources import Key, Resource
from ..sync.core.plan import Change, Plan, Standing
from .selection import Selection, rows_to_write, without_stale
from .working import Work, planned

Results = dict[str, list[RowResult]]
# What a person has to decide before it can be written
_LEFT = (Standing.CONFLICT, Standing.BLOCKED, Standing.WAITING)


@dataclass(frozen=True, slots=True)
class Written:
    """What came of one object: resource → what became of the rows that were asked for, and how many are ``left`` that
    nobody asked for and no sync writes."""

    results: Results = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)


def write_together(
    works: Sequence[Work], resources: Sequence[Resource], selections: Mapping[str, Selection]
) -> dict[Key, Written]:
    """Object → what came of it.

    What was shown is compared before the first write, since writing one resource (VLANs) may rightly change the rows
    of the next (the interfaces that lacked them). The outcome is that of writing one object after the other: where two
    want the same thing, the second is planned anew when the first is written.
    """
    written: dict[Key, Written] = {one.subject.key: Written() for one in works}
    plans = {resource.name: _plans(resource, works) for resource in resources}
    for number, resource in enumerate(resources):
        shown, selection = plans[resource.name], selections[resource.name]
        chosen = {key: without_stale(plan, selection) for key, plan in shown.items()}
        now = _plans(resource, works) if number else shown
        for key, plan, some in _written(resource, works, now, {key: left for key, (left, _stale) in chosen.items()}):
            written[key].results[resource.name] = [*chosen[key][1], *some]
            if selection.keys is None:
                written[key].left[resource.name] = sum(plan.standings[one] for one in _LEFT)
    return written


def _plans(resource: Resource, works: Sequence[Work]) -> dict[Key, Plan]:
    """The plans of all objects that have the resource, as NetBox is now, from the snapshots that were shown."""
    having = [one for one in works if resource.name in one.fetched.snapshots]
    if not having:
        return {}
    subjects = [one.subject for one in having]
    snapshots = {one.subject.key: one.fetched.snapshots[resource.name] for one in having}
    readings = resource.read(subjects, snapshots, having[0].scope.for_writing(), lock=True)
    return {
        one.subject.key: planned(
            resource, snapshots[one.subject.key], readings[one.subject.key], one.policies, one.identity
        )
        for one in having
    }


def _written(
    resource: Resource, works: Sequence[Work], plans: Mapping[Key, Plan], selections: Mapping[Key, Selection]
) -> Iterator[tuple[Key, Plan, list[RowResult]]]:
    """Object by object: the plan of one resource as it was when its turn came, and what became of its rows."""
    waiting = {one.subject.key: one for one in works if one.subject.key in plans}
    picked = _picked(resource, waiting, plans, selections)
    if resource.lock is not None and resource.lock(
        [(waiting[key].subject, some) for key, (some, _no) in picked.items()]
    ):
        plans = _plans(resource, list(waiting.values()))
        picked = _picked(resource, waiting, plans, selections)
    while waiting:
        ready = _apart(resource, waiting, picked)
        batch = [(waiting[key].subject, picked[key][0]) for key in ready]
        results: dict[Key, list[RowResult]] = defaultdict(list)
        for entry, result in resource.write(batch, waiting[ready[0]].scope):
            results[entry.subject.key].append(result)
        for key in ready:
            del waiting[key]
            yield key, plans[key], [*picked[key][1], *results[key]]
        if waiting:
            plans = _plans(resource, list(waiting.values()))
            picked = _picked(resource, waiting, plans, selections)


def _picked(
    resource: Resource, works: Mapping[Key, Work], plans: Mapping[Key, Plan], selections: Mapping[Key, Selection]
) -> dict[Key, tuple[list[Change], list[RowResult]]]:
    return {key: rows_to_write(resource, work.subject, plans[key], selections[key]) for key, work in works.items()}


def _apart(
    resource: Resource, works: Mapping[Key, Work], picked: Mapping[Key, tuple[list[Change], list[RowResult]]]
) -> list[Key]:
    """Objects of which no two want the same thing, the first of them always."""
    taken: set[Hashable] = set()
    ready: list[Key] = []
    for key, work in works.items():
        wanted = set(_wanted(resource, work, picked[key][0]))
        if not wanted & taken:
            ready.append(key)
        taken |= wanted
    return ready


def _wanted(resource: Resource, work: Work, changes: Sequence[Change]) -> Iterable[Hashable]:
    if not changes:
        return
    # Members of one chassis have the same rows
    yield from ((work.subject.key[0], one.pk) for one in work.subject.members)
    if resource.shared is not None:
        for change in changes:
            yield from resource.shared(work.subject, change)
