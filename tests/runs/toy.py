"""A kind of run for tests: makes regions of the items' names, one by one, then describes them, four at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from dcim.models import Region
from django.db import transaction

from netbox_librenms_plugin.choices import ImportOutcomeChoices, ImportStateChoices
from netbox_librenms_plugin.models import ImportRun, ImportRunRow
from netbox_librenms_plugin.runs.kinds import RunKind, register
from netbox_librenms_plugin.runs.phases import Phase, Result, Task
from tests.workers import until

# No region may have this name, and none of this name be described
REFUSED, UNDESCRIBED = "refused", "undescribed"


class RefusedError(Exception):
    """The toy does not do this."""


@dataclass(slots=True)
class Make(Phase):
    """With the option ``meet``, nothing is done before two workers have come."""

    column: ClassVar[str] = "claimed_by"
    task: Task

    def pending(self) -> Any:
        return self.task.run.rows.filter(outcome=ImportOutcomeChoices.PENDING)

    def do(self, items: Sequence[ImportRunRow]) -> Sequence[Result | None]:
        if self.task.run.options.get("meet"):
            until(lambda: self._workers() == 2, what="two workers at it")
        return [self._make(item) for item in items]

    def _workers(self) -> int:
        claimed = self.task.run.rows.exclude(claimed_by=None).order_by()
        return int(claimed.values("claimed_by").distinct().count())

    def _make(self, item: ImportRunRow) -> Result:
        if item.hostname == REFUSED:
            raise RefusedError
        made, is_new = Region.objects.get_or_create(name=item.hostname, slug=item.hostname)
        outcome = ImportOutcomeChoices.CREATED if is_new else ImportOutcomeChoices.EXISTS
        return Result(outcome=outcome, counts={"regions": int(is_new)}, object=made)


@dataclass(slots=True)
class Describe(Phase):
    """Says in each region how many were described with it, in one transaction."""

    column: ClassVar[str] = "cabled_by"
    batch: ClassVar[int] = 4
    task: Task

    def pending(self) -> Any:
        return self.task.run.rows.filter(cabled=False, object_type__model="region")

    def do(self, items: Sequence[ImportRunRow]) -> Sequence[Result | None]:
        with transaction.atomic():
            for item in items:
                Region.objects.filter(pk=item.object_id).update(description=f"one of {len(items)}")
            if any(item.hostname == UNDESCRIBED for item in items):
                raise RefusedError
        return [Result(counts={"descriptions": 1}) for _item in items]

    def note(self, item: ImportRunRow, result: Result) -> None:
        Phase.note(self, item, result)
        item.cabled = True


def _end_words(counts: Mapping[str, int], _state: str) -> str:
    return f"{counts[ImportOutcomeChoices.CREATED]} regions"


def _work_left(run: ImportRun, state: str) -> bool:
    if state not in (ImportStateChoices.CANCELLED, ImportStateChoices.ABANDONED):
        return False
    return bool(run.rows.filter(cabled=False).exclude(outcome=ImportOutcomeChoices.FAILED).exists())


TOY = register(
    RunKind(
        name="toy",
        label="Toy",
        runner="ImportDevicesJob",
        helper="ImportChunkJob",
        phases=lambda task: (Make(task), Describe(task)),
        work_left=_work_left,
        end_words=_end_words,
    )
)
