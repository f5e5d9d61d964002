"""A kind of run for tests: makes regions of the items' names, describes them, four at a time, and checks them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from dcim.models import Region
from django.db import transaction
from django.db.models import QuerySet

from netbox_librenms_plugin.choices import RunOutcomeChoices, RunStateChoices
from netbox_librenms_plugin.models import Run, RunItem
from netbox_librenms_plugin.runs.kinds import RunKind, items_before, register
from netbox_librenms_plugin.runs.phases import Phase, Result, Task
from tests.workers import until

# No region may have this name, and none of this name be described
REFUSED, UNDESCRIBED = "refused", "undescribed"


class RefusedError(Exception):
    """The toy does not do this."""


@dataclass(slots=True)
class Make(Phase):
    """With the option ``meet``, nothing is done before two workers have come."""

    name: ClassVar[str] = "make"
    task: Task

    def pending(self, items: QuerySet[RunItem]) -> QuerySet[RunItem]:
        return items.filter(outcome=RunOutcomeChoices.PENDING)

    def do(self, items: Sequence[RunItem]) -> Sequence[Result | None]:
        if self.task.run.options.get("meet"):
            until(lambda: self._workers() == 2, what="two workers at it")
        return [self._make(item) for item in items]

    def _workers(self) -> int:
        known = self.task.run.items.order_by().values_list("claimed_by", "done_by__make")
        return len({str(one) for both in known for one in both if one is not None})

    def _make(self, item: RunItem) -> Result:
        if item.name == REFUSED:
            raise RefusedError
        made, is_new = Region.objects.get_or_create(name=item.name, slug=item.name)
        outcome = RunOutcomeChoices.CREATED if is_new else RunOutcomeChoices.EXISTS
        return Result(outcome=outcome, counts={"regions": int(is_new)}, object=made)


@dataclass(slots=True)
class Describe(Phase):
    """Says in each region how many were described with it, in one transaction; nothing with the option ``plain``."""

    name: ClassVar[str] = "describe"
    batch: ClassVar[int] = 4
    task: Task

    def pending(self, items: QuerySet[RunItem]) -> QuerySet[RunItem]:
        if self.task.run.options.get("plain"):
            return items.none()
        return items.filter(object_type__model="region")

    def do(self, items: Sequence[RunItem]) -> Sequence[Result | None]:
        with transaction.atomic():
            for item in items:
                Region.objects.filter(pk=item.object_id).update(description=f"one of {len(items)}")
            if any(item.name == UNDESCRIBED for item in items):
                raise RefusedError
        return [Result(counts={"descriptions": 1}) for _item in items]


@dataclass(slots=True)
class Check(Phase):
    """Says of each region that it was looked at."""

    name: ClassVar[str] = "check"
    batch: ClassVar[int] = 3
    task: Task

    def pending(self, items: QuerySet[RunItem]) -> QuerySet[RunItem]:
        return items.exclude(outcome=RunOutcomeChoices.FAILED)

    def do(self, items: Sequence[RunItem]) -> Sequence[Result | None]:
        Region.objects.filter(pk__in=[item.object_id for item in items]).update(comments="checked")
        return [Result(counts={"checks": 1}) for _item in items]


def _end_words(counts: Mapping[str, int], _state: str) -> str:
    return f"{counts[RunOutcomeChoices.CREATED]} regions"


def _work_left(run: Run, state: str) -> bool:
    if state not in (RunStateChoices.CANCELLED, RunStateChoices.ABANDONED):
        return False
    return bool(items_before(run, "check").exclude(outcome=RunOutcomeChoices.FAILED).exists())


TOY = register(
    RunKind(
        name="toy",
        label="Toy",
        runner="ImportDevicesJob",
        helper="ImportChunkJob",
        phase_names=("make", "describe", "check"),
        phases=lambda task: (Make(task), Describe(task), Check(task)),
        figures=lambda by_phase: {"checked": by_phase.get("check", 0)},
        work_left=_work_left,
        end_words=_end_words,
    )
)
