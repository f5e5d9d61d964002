"""What a schedule would do now. Nothing is written."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from ..compat import apply_request_processors
from ..fleet_sync.finding import FilterError, loaded
from ..fleet_sync.planning import too_many_of
from ..fleet_sync.tallies import Counters, Totals, source_of
from ..librenms_api import LibreNMSAPI
from ..models import Schedule
from ..push.planning import MOST as MOST_PLANNED
from ..push.planning import PushPlanner
from ..push.starting import wanted_of
from ..sync.push.rows import Action
from .checking import options_of, push_options_of
from .objects import ids_by_kind
from .order import key_of, order_of
from .starting import StartError, guards_of, request_of

# Objects that are compared while somebody waits; of more it is a sample
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """``objects``: how many match now. ``totals``: the numbers of those that were ``compared``, the first of them.

    Where devices are added to LibreNMS, ``push`` says what would become of how many, and ``pushed`` is the number of
    those of which LibreNMS would be told. ``most_changes``: more than so many changes stop a run; None where it writes
    nothing."""

    objects: int
    compared: int
    totals: Totals = field(default_factory=Totals)
    most_changes: int | None = None
    push: Mapping[str, int] | None = None
    pushed: int = 0

    @property
    def exact(self) -> bool:
        """Whether all of them were compared."""
        return self.compared == self.objects

    @property
    def stops(self) -> bool:
        """Whether a run would stop before it writes anything, since it would be too much."""
        number = self.totals.together.writes if self.push is None else self.pushed
        return self.most_changes is not None and number > self.most_changes

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        totals = self.totals.as_json()
        numbers = {"objects": self.objects, "compared": self.compared, "exact": self.exact, "stops": self.stops}
        return {**numbers, "totals": totals, "push": None if self.push is None else dict(self.push)}


def preview(schedule: Schedule) -> Preview:
    """Compare what matches now, as the user in whose name it runs sees it. Raises ``StartError`` where it could not be
    started, and ``LibreNMSError``."""
    request = request_of(schedule)
    if schedule.adds:
        with apply_request_processors(request):
            return _preview_of_adding(schedule, request.user)
    api, guards = LibreNMSAPI(schedule.server), guards_of(schedule) if schedule.writes else None
    with apply_request_processors(request):
        try:
            objects = ids_by_kind(schedule)
        except FilterError as error:
            raise StartError(str(error)) from error
        number = sum(map(len, objects.values()))
        options, order = options_of(schedule), order_of(schedule, objects)
        source = source_of(api, min(number, MOST))
        every = (one for kind, ids in objects.items() for one in loaded(kind, ids[:MOST], request.user))
        counters, totals, left = Counters(source, user=request.user, options=options), Totals(), order.as_kept()
        for one in counters.count((one, left.get(key_of(one), {})) for one in islice(every, MOST)):
            reason = too_many_of(one, guards)
            totals.add(one if reason is None else replace(one, tallies={}, reason=reason))
    most = None if guards is None else guards.most_changes
    return Preview(objects=number, compared=totals.objects, totals=totals, most_changes=most)


def _preview_of_adding(schedule: Schedule, user: Any) -> Preview:
    try:
        objects = ids_by_kind(schedule)
    except FilterError as error:
        raise StartError(str(error)) from error
    options = push_options_of(schedule)
    planner = PushPlanner.of(LibreNMSAPI(schedule.server), user=user, ping_only=options.ping_only, keeps=())
    counts: Counter[str] = Counter()
    planned = pushed = 0
    for kind, ids in objects.items():
        plan = planner.plan(kind, ids[: MOST_PLANNED - planned])
        counts.update(plan.counts)
        planned, pushed = planned + len(plan.rows), pushed + wanted_of(plan, options)
    return Preview(
        objects=sum(map(len, objects.values())),
        compared=planned,
        most_changes=guards_of(schedule).most_changes,
        push={one.value: counts[one.value] for one in (Action.ADD, Action.LINK, Action.NOTHING)},
        pushed=pushed,
    )
