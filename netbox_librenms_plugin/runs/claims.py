"""Items of a run that somebody works on: nobody else takes them, unless that one is dead."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from ..lost_connections import lasting
from ..models import RunItem

# Items that a worker takes at once
CHUNK = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """The claims of one worker, whatever the phase. ``alive`` says whether the worker of an id is still there."""

    worker: uuid.UUID
    alive: Callable[[uuid.UUID], bool]

    @lasting
    def take(self, items: QuerySet[RunItem]) -> list[RunItem]:
        """Some of the items that nobody is at."""
        with transaction.atomic():
            # What is its own already was claimed as the connection broke off
            free = items.filter(Q(claimed_by=None) | Q(claimed_by=self.worker)).order_by("pk")
            taken = list(free.select_for_update(of=("self",), skip_locked=True)[:CHUNK])
            for item in taken:
                item.claimed_by = self.worker
            RunItem.objects.bulk_update(taken, ["claimed_by"])
        return taken

    @lasting
    def release(self, items: Sequence[RunItem]) -> None:
        """Give back what is left undone."""
        RunItem.objects.filter(pk__in=[item.pk for item in items]).update(claimed_by=None)

    @lasting
    def keep(self, item: RunItem, phase: str) -> None:
        """Write down what became of an item that has come through this phase. It is free for the next one."""
        item.phase, item.claimed_by = phase, None
        item.done_by = {**item.done_by, phase: str(self.worker)}
        item.save()

    @lasting
    def all_done(self, items: QuerySet[RunItem]) -> bool:
        """Whether none of the items is left. What was claimed by somebody who died is free again."""
        claimers = self._claimers(items)
        lost = claimers - self._living(claimers) - {None}
        if lost:
            items.filter(claimed_by__in=lost).update(claimed_by=None)
        return not claimers

    def others_at(self, items: QuerySet[RunItem]) -> bool:
        """Whether a living worker other than this one is at one of the items."""
        return bool(self._living(self._claimers(items)) - {self.worker})

    def _claimers(self, items: QuerySet[RunItem]) -> set[uuid.UUID | None]:
        return set(items.order_by().values_list("claimed_by", flat=True).distinct())

    def _living(self, claimers: set[uuid.UUID | None]) -> set[uuid.UUID | None]:
        return {one for one in claimers if one is not None and (one == self.worker or self.alive(one))}
