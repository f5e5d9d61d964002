"""What a sync of many objects would do, in numbers. Nothing is written, and only the numbers stay in memory."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from itertools import batched
from typing import Any, Self

from virtualization.models import VirtualMachine

from ..engine import OBJECTS_AT_ONCE, Comparer, Comparison, NotIdentifiedError, Options
from ..engine.selection import as_chosen
from ..librenms.sources import Bulk, PerDevice, Source
from ..librenms_api import LibreNMSAPI
from ..resources import RESOURCES
from ..sync.core.gaps import kept_gap
from ..sync.core.issues import Issue
from ..sync.core.plan import Change, Outcome, Plan, Standing
from .options import CREATE, SyncOptions
from .writing import failure_reason, gaps_json, left_out_reason

# So many objects are asked about one by one, and completely; of more the server's lists say what they can
EACH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Rows of one resource. ``create`` and ``change`` are what a sync writes; ``conflict`` and ``blocked`` wait for a
    person; ``kept`` differ, and a policy or a choice leaves NetBox's value; ``extra`` are only in NetBox."""

    create: int = 0
    change: int = 0
    conflict: int = 0
    blocked: int = 0
    kept: int = 0
    extra: int = 0
    same: int = 0

    def __add__(self, other: Self) -> "Tally":
        return Tally(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)})

    @property
    def writes(self) -> int:
        """What a sync would write."""
        return self.create + self.change

    @property
    def decisions(self) -> int:
        """What a person has to decide about."""
        return self.conflict + self.blocked

    def as_json(self) -> dict[str, int]:
        """Name → number."""
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, int]) -> Self:
        """From what ``as_json`` gave."""
        return cls(**kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectTally:
    """One object: resource → numbers, and what was not looked at (as runs keep it). ``reason``: why a sync leaves it
    out, or with ``failed`` why LibreNMS gave nothing of it. ``twin``: it shares its rows with an object before it, so
    that they are not to be counted again."""

    object: Any
    librenms_id: int | None = None
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    gaps: Sequence[Mapping[str, Any]] = ()
    reason: Issue | None = None
    failed: bool = False
    twin: bool = False

    @property
    def together(self) -> Tally:
        """All resources."""
        return sum(self.tallies.values(), Tally())

    @property
    def writes(self) -> int:
        """Rows that a sync writes of it: what several members of a chassis share is written once."""
        return 0 if self.twin else self.together.writes


class Totals:
    """Adds up objects as they come: by resource; how many there were, were left out, could not be compared."""

    def __init__(self) -> None:
        self.objects = self.left_out = self.failed = self.with_gaps = 0
        self.tallies: dict[str, Tally] = {}

    def add(self, one: ObjectTally) -> None:
        """One more object."""
        self.objects += 1
        self.failed += one.failed
        self.left_out += one.reason is not None and not one.failed
        self.with_gaps += bool(one.gaps)
        for name, tally in one.tallies.items() if not one.twin else ():
            self.tallies[name] = self.tallies.get(name, Tally()) + tally

    @property
    def together(self) -> Tally:
        """All resources."""
        return sum(self.tallies.values(), Tally())

    def as_json(self) -> dict[str, Any]:
        """Plain values: ``{"objects", "left_out", "failed", "with_gaps", "resources": {name: {…}}}``."""
        return {
            "objects": self.objects,
            "left_out": self.left_out,
            "failed": self.failed,
            "with_gaps": self.with_gaps,
            "resources": {name: self.tallies[name].as_json() for name in RESOURCES if name in self.tallies},
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """From what ``as_json`` gave."""
        found = cls()
        found.objects, found.left_out, found.failed = kept["objects"], kept["left_out"], kept["failed"]
        found.with_gaps = kept["with_gaps"]
        found.tallies = {name: Tally.of(one) for name, one in kept["resources"].items()}
        return found


def source_of(api: LibreNMSAPI, number: int, *, refresh: bool = False, complete: bool = False) -> Source:
    """Where the answers about so many objects come from. ``complete``: what the lists lack is asked for, device by
    device."""
    if number <= EACH:
        return PerDevice(api, refresh=refresh, many=number > 1)
    return Bulk(api, complete=complete, refresh=refresh)


class Counter:
    """Compares objects for one user from one source, as often as is asked.

    ``seen``: (id of the chassis, LibreNMS id) of what was counted already, before this too.
    """

    def __init__(self, source: Source, *, user: Any, options: SyncOptions, seen: Iterable[Sequence[int]] = ()) -> None:
        self._options = options
        self._comparer = Comparer(source, user=user, resources=options.resources, options=Options())
        self.seen: set[tuple[int, int]] = {(chassis, librenms_id) for chassis, librenms_id in seen}

    def count(self, objects: Iterable[Any], *, many: bool = False) -> Iterator[ObjectTally]:
        """The numbers of each object; those that the user may not view are left out. ``many``: more will come."""
        for some in batched(objects, OBJECTS_AT_ONCE):
            for one in self._comparer.compare(some, many=many or len(some) == OBJECTS_AT_ONCE):
                yield self._tally(one)

    def _tally(self, one: Comparison) -> ObjectTally:
        error = _error_of(one)
        if error is not None:
            reason = left_out_reason(error, str(one.object))
            failed = reason is None
            return ObjectTally(object=one.object, reason=reason or failure_reason(error), failed=failed)
        doubt = one.identity.open_doubt if one.identity is not None else None
        gaps = {name: [kept_gap(gap) for gap in plan.gaps] for name, plan in one.plans.items()}
        return ObjectTally(
            object=one.object,
            librenms_id=one.librenms_id,
            tallies={name: self._tally_of(plan, one.object) for name, plan in one.plans.items()},
            gaps=gaps_json(gaps),
            reason=doubt,
            twin=self._is_twin(one),
        )

    def _is_twin(self, one: Comparison) -> bool:
        """Members of a chassis that are one device of LibreNMS have the same rows."""
        chassis = getattr(one.object, "virtual_chassis_id", None)
        if chassis is None or one.librenms_id is None:
            return False
        known = (chassis, one.librenms_id) in self.seen
        self.seen.add((chassis, one.librenms_id))
        return known

    def _tally_of(self, plan: Plan, instance: Any) -> Tally:
        numbers = dict.fromkeys((one.name for one in fields(Tally)), 0)
        for change in plan.changes:
            numbers[self._place(change, plan.resource, virtual=isinstance(instance, VirtualMachine))] += 1
        return Tally(**numbers)

    def _place(self, change: Change, resource: str, *, virtual: bool) -> str:
        standing = change.standing
        if standing is Standing.WAITING:
            # Until its interface is there, which the same sync makes
            here = "interfaces" in (self._options.resources or RESOURCES)
            made = here and CREATE in self._options.outcomes_of("interfaces")
            return "create" if made else "blocked"
        if standing in (Standing.CONFLICT, Standing.BLOCKED, Standing.EXTRA, Standing.SAME):
            return str(standing.value)
        if standing is Standing.IDLE:
            return "same"
        chosen = as_chosen(RESOURCES[resource], change, self._options.excluded_of(resource), virtual=virtual)
        if change.outcome not in self._options.outcomes_of(resource) or not chosen.syncable:
            return "kept"
        return "create" if change.outcome is Outcome.MISSING else "change"


class Counters:
    """Counts objects of which different things are left to somebody else, for one user from one source."""

    def __init__(self, source: Source, *, user: Any, options: SyncOptions) -> None:
        self._source, self._user, self._options = source, user, options
        self._counters: dict[str, Counter] = {}

    def count(self, objects: Iterable[tuple[Any, Mapping[str, Any]]]) -> Iterator[ObjectTally]:
        """The numbers of each object, which comes with what is left of it (resource → ``Left``, as it is kept)."""
        groups: dict[str, list[tuple[Any, Mapping[str, Any]]]] = {}
        for instance, left in objects:
            groups.setdefault(json.dumps(left, sort_keys=True), []).append((instance, left))
        for key, some in groups.items():
            if key not in self._counters:
                options = self._options.leaving(some[0][1])
                self._counters[key] = Counter(self._source, user=self._user, options=options)
            yield from self._counters[key].count([instance for instance, _left in some])


def _error_of(one: Comparison) -> Exception | None:
    """Why a sync would write nothing of the object: nothing is written from half of an answer."""
    for error in (one.error, *one.errors.values()):
        if error is not None:
            return error
    return NotIdentifiedError(one.identification) if one.librenms_id is None else None
