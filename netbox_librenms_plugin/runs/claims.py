"""Items of a run that somebody works on: nobody else takes them, unless that one is dead."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.db.models import Q, QuerySet

from ..lost_connections import lasting
from ..models import RunItem

# The columns that tell what became of an item
KEPT = (
    "outcome",
    "librenms_id",
    "object_type",
    "object_id",
    "object_repr",
    "issues",
    "gaps",
    "counts",
    "phase",
    "claimed_by",
    "done_by",
    "ended",
)


@dataclass(slots=True, kw_only=True)
class Claims:
    """The claims of one worker, whatever the phase. ``alive`` says whether the worker of an id is still there."""

    worker: uuid.UUID
    alive: Callable[[uuid.UUID], bool]
    # It goes on from here: neighbours are alike, and workers that are at the same kind of thing wait for each other
    _place: int | None = None

    def begin(self) -> None:
        """Another phase begins, and with it the search for a place."""
        self._place = None

    @lasting
    def take(self, items: QuerySet[RunItem], most: int) -> list[RunItem]:
        """Some of the items that nobody is at."""
        with transaction.atomic():
            taken = self._free_from(self._place, items, most) if self._place is not None else []
            if not taken:
                taken = self._free_from(self._place_apart(items, most), items, most)
            # The chosen place was just taken by somebody else
            taken = taken or self._free_from(0, items, most)
            for item in taken:
                item.claimed_by = self.worker
                self._place = item.pk
            RunItem.objects.bulk_update(taken, ["claimed_by"])
        return taken

    def _free_from(self, place: int, items: QuerySet[RunItem], most: int) -> list[RunItem]:
        # What is its own already was claimed as the connection broke off
        free = items.filter(Q(claimed_by=None) | Q(claimed_by=self.worker), pk__gte=place).order_by("pk")
        return list(free.select_for_update(of=("self",), skip_locked=True)[:most])

    def _place_apart(self, items: QuerySet[RunItem], most: int) -> int:
        """The first item that is free, or, where others are at work, the middle of the longest stretch that is."""
        held = items.order_by("pk").values_list("pk", "claimed_by")
        stretches = [
            [pk for pk, _worker in some]
            for free, some in groupby(held, key=lambda one: one[1] in (None, self.worker))
            if free
        ]
        longest = max(stretches, key=len, default=[0])
        alone = len(stretches) == 1 and len(longest) == len(held)
        return longest[0] if alone or len(longest) <= 2 * most else longest[len(longest) // 2]

    @lasting
    def release(self, items: Sequence[RunItem]) -> None:
        """Give back what is left undone."""
        RunItem.objects.filter(pk__in=[item.pk for item in items]).update(claimed_by=None)

    @lasting
    def keep(self, items: Sequence[RunItem], phase: str) -> None:
        """Write down what became of items that have come through this phase. They are free for the next one."""
        for item in items:
            item.phase, item.claimed_by = phase, None
            item.done_by = {**item.done_by, phase: str(self.worker)}
        RunItem.objects.bulk_update(items, KEPT)

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
