"""One object at work: its plans are made anew, looked ahead to, or removed under lock."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..orm.frame.foreseen import moved
from ..orm.frame.results import RowResult, written
from ..orm.frame.scope import Scope
from ..orm.frame.subjects import Subject
from ..resources import Resource
from ..sync.core.device_identity import Identity, guarded
from ..sync.core.gaps import gaps_of, with_gaps
from ..sync.core.plan import Change, Gap, Missing, Plan
from ..sync.core.policy import Policies
from .asking import Comparison
from .selection import Selection, rows_to_remove, rows_to_write, without_stale


def planned(resource: Resource, snapshot: Any, reading: Any, policies: Policies, identity: Identity | None) -> Plan:
    """What one resource's rows would become, as far as it is certain whose they are."""
    plan = with_gaps(resource.plan(snapshot, reading, policies), gaps_of(snapshot))
    return plan if identity is None else guarded(plan, identity)


def not_looked_inside(resource: Resource) -> Plan:
    """What can be said of members of a chassis where nobody looked which one is which: nothing."""
    return Plan(resource.name, (), gaps=(Gap(missing=Missing.INVENTORY),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a run would do to one resource: ``plan`` is what it looks like now, ``changes`` are the rows that would be
    written, those among them that only the run itself makes writable; ``failures`` those asked for that would not."""

    plan: Plan
    changes: Sequence[Change]
    failures: Sequence[RowResult] = ()

    @property
    def results(self) -> list[RowResult]:
        """As the run would report it."""
        return [*self.failures, *(written(one, one.netbox_id) for one in self.changes)]

    @property
    def as_written(self) -> Plan:
        """The plan with each row as it will be when the run comes to it."""
        ahead = {one.key: one for one in self.changes}
        rows = [ahead.pop(one.key, one) for one in self.plan.changes]
        return replace(self.plan, changes=(*rows, *ahead.values()))

    @property
    def fingerprints(self) -> dict[str, str]:
        """Key → fingerprint, as the rows that would be written look now."""
        return {one.key: self.plan.by_key[one.key].fingerprint for one in self.changes if one.key in self.plan.by_key}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One object: its plans are made anew, looked ahead to, or removed under lock."""

    subject: Subject
    fetched: Comparison
    identity: Identity | None
    scope: Scope
    policies: Policies

    def plan(self, resource: Resource, *, lock: bool = True) -> Plan:
        """The plan as NetBox is now, from the snapshot that was shown."""
        snapshot = self.fetched.snapshots[resource.name]
        scope = self.scope.for_writing() if lock else self.scope
        readings = resource.read([self.subject], {self.subject.key: snapshot}, scope, lock=lock)
        return planned(resource, snapshot, readings[self.subject.key], self.policies, self.identity)

    def foresee(
        self, resources: Sequence[Resource], selections: Mapping[str, Selection]
    ) -> Iterator[tuple[str, Outlook]]:
        """As writing would go, without writing: each resource is planned as the ones before it will leave NetBox."""
        ahead = self
        for resource in resources:
            now = self.plan(resource, lock=False)
            selection, stale = without_stale(now, selections[resource.name])
            plan = now if ahead is self else ahead.plan(resource, lock=False)
            changes, results = rows_to_write(resource, self.subject, plan, selection)
            ahead = ahead._after(resource, changes)
            yield resource.name, Outlook(plan=now, changes=changes, failures=[*stale, *results])

    def after(self, resources: Sequence[Resource], outlooks: Mapping[str, Outlook]) -> "Work":
        """The same object once all of this is written."""
        work = self
        for resource in resources:
            work = work._after(resource, outlooks[resource.name].changes)
        return work

    def _after(self, resource: Resource, changes: Sequence[Change]) -> "Work":
        """The same object once these rows are written."""
        if not changes:
            return self
        foreseen = self.scope.foreseen
        if resource.foresee is not None:
            foreseen = resource.foresee(foreseen, self.subject, changes)
        return replace(self, subject=moved(self.subject, changes), scope=replace(self.scope, foreseen=foreseen))

    def remove(
        self, resources: Sequence[Resource], selections: Mapping[str, Selection]
    ) -> Iterator[tuple[str, list[RowResult]]]:
        """Rows that only NetBox has, resource by resource."""
        for resource in resources:
            if resource.remove is None:
                continue
            snapshot, selection = self.fetched.snapshots[resource.name], selections[resource.name]
            doubt = self.identity.open_doubt if self.identity is not None else None
            extra, results = rows_to_remove(self.plan(resource), snapshot, selection, doubt=doubt)
            yield resource.name, [*results, *resource.remove(self.subject, extra, self.scope)]
