"""Items of a run that somebody works on: nobody else takes them, unless that one is dead."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from ..lost_connections import lasting
from ..models import ImportRunRow

# Rows that a worker takes at once
CHUNK = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """The claims of one worker. ``column`` of the rows names who is at them, for one kind of work; ``alive`` says
    whether the worker of an id is still there."""

    column: str
    worker: uuid.UUID
    alive: Callable[[uuid.UUID], bool]

    @lasting
    def take(self, rows: Any, most: int = CHUNK) -> list[ImportRunRow]:
        """Some of the rows (a queryset) that nobody is at."""
        with transaction.atomic():
            # What is its own already was claimed as the connection broke off
            free = rows.filter(Q(**{self.column: None}) | Q(**{self.column: self.worker})).order_by("pk")
            taken = list(free.select_for_update(of=("self",), skip_locked=True)[:most])
            for row in taken:
                setattr(row, self.column, self.worker)
            ImportRunRow.objects.bulk_update(taken, [self.column])
        return taken

    @lasting
    def release(self, rows: Sequence[ImportRunRow]) -> None:
        """Give back what is left undone."""
        ImportRunRow.objects.filter(pk__in=[row.pk for row in rows]).update(**{self.column: None})

    @lasting
    def all_done(self, rows: Any) -> bool:
        """Whether none of the rows is left. What was claimed by somebody who died is free again."""
        claimers = self._claimers(rows)
        lost = claimers - self._living(claimers) - {None}
        if lost:
            rows.filter(**{f"{self.column}__in": lost}).update(**{self.column: None})
        return not claimers

    def others_at(self, rows: Any) -> bool:
        """Whether a living worker other than this one is at one of the rows."""
        return bool(self._living(self._claimers(rows)) - {self.worker})

    def _claimers(self, rows: Any) -> set[uuid.UUID | None]:
        return set(rows.order_by().values_list(self.column, flat=True).distinct())

    def _living(self, claimers: set[uuid.UUID | None]) -> set[uuid.UUID | None]:
        return {one for one in claimers if one is not None and (one == self.worker or self.alive(one))}
