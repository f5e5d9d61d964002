"""Who writes what, where two schedules are about the same object: the first in order does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..choices import ScheduleActionChoices, ScheduleStateChoices
from ..fleet_sync.finding import FilterError
from ..fleet_sync.options import CHANGE, CREATE, Left, SyncOptions
from ..models import Schedule
from ..resources import RESOURCES
from .checking import options_of
from .objects import ids_by_kind

type ObjectKey = tuple[str, int]


@dataclass(slots=True)
class Order:
    """What a schedule leaves to those before it. ``left``: object → resource → what. ``whole``: object → the schedule
    that has all of it. ``names``: schedule → resources that it has of some object."""

    left: dict[ObjectKey, dict[str, Left]] = field(default_factory=dict)
    whole: dict[ObjectKey, str] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)

    def as_kept(self) -> dict[ObjectKey, dict[str, dict[str, Any]]]:
        """``left`` as items of a run keep it."""
        return {key: {name: one.as_json() for name, one in some.items()} for key, some in self.left.items()}


def key_of(instance: Any) -> ObjectKey:
    """The key of an object."""
    return str(instance._meta.model_name), instance.pk


def armed_schedules() -> list[Schedule]:
    """The schedules that write, in their order. One query."""
    armed = {"enabled": True, "action": ScheduleActionChoices.SYNC, "state": ScheduleStateChoices.ARMED}
    return list(Schedule.objects.filter(**armed).select_related("run_as").order_by("weight", "pk"))


def order_of(schedule: Schedule, objects: Mapping[str, Sequence[int]]) -> Order:
    """What it leaves to armed schedules that come before it and write to the same place."""
    order = Order()
    own = options_of(schedule)
    wanted = {kind: set(ids) for kind, ids in objects.items()}
    for other in armed_schedules():
        place = (other.weight, other.pk) < (schedule.weight, schedule.pk)
        if not place or (other.server, other.branch) != (schedule.server, schedule.branch):
            continue
        overlap = overlap_of(own, options_of(other))
        try:
            theirs = ids_by_kind(other) if overlap else {}
        except FilterError:
            # It cannot run, so it writes nothing
            continue
        shared = [(kind, pk) for kind, ids in theirs.items() for pk in ids if pk in wanted.get(kind, ())]
        if shared:
            order.names[other.name] = list(overlap)
        for key in shared:
            _leave(order, key, overlap)
            if key not in order.whole and not _anything(own, order.left[key]):
                order.whole[key] = other.name
    return order


def overlap_of(own: SyncOptions, theirs: SyncOptions) -> dict[str, Left]:
    """Resource → what both would write."""
    found: dict[str, Left] = {}
    names = {one.name for one in theirs.chosen()}
    for resource in own.chosen():
        if resource.name not in names:
            continue
        both = frozenset(own.outcomes) & frozenset(theirs.outcomes)
        fields = _fields(resource.name, own) & _fields(resource.name, theirs) if CHANGE in both else frozenset()
        # All fields of a new row are written at once
        left = Left(outcomes=both & {CREATE}, fields=fields)
        if left != Left():
            found[resource.name] = left
    return found


def _fields(resource: str, options: SyncOptions) -> frozenset[str]:
    one, without = RESOURCES[resource], set(options.exclude_fields)
    fields = (*one.device_fields, *one.vm_fields)
    return frozenset(field.policy_name for field in fields if not {field.policy_name, field.name} & without)


def _leave(order: Order, key: ObjectKey, overlap: Mapping[str, Left]) -> None:
    held = order.left.setdefault(key, {})
    for name, left in overlap.items():
        held[name] = held.get(name, Left()) | left


def _anything(own: SyncOptions, left: Mapping[str, Left]) -> bool:
    """Whether something is left to write."""
    for resource in own.chosen():
        mine = left.get(resource.name, Left())
        if CREATE in frozenset(own.outcomes) - mine.outcomes:
            return True
        if CHANGE in own.outcomes and _fields(resource.name, own) - mine.fields:
            return True
    return False
