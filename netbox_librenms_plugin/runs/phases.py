"""A phase of a run: what is pending, what may be fetched ahead, and how some items become outcomes."""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils import timezone

from ..models import Run, RunItem

# Reasons that are kept of an item
MOST_ISSUES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a phase knows of the one that works: the run, the request on whose behalf it writes, and ``stop``, which
    says that the work must end."""

    run: Run
    request: Any
    worker: uuid.UUID
    stop: Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of an item in a phase. ``outcome``: None leaves the one that it has.

    ``counts``: what was written → how many. ``issues``: ``[{"code", "details", "resource", "name"}]``. ``gaps``: what
    was not looked at, ``[{"resource", "code", "count", "names"}]``. All are added to what earlier phases said.
    """

    outcome: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    issues: Sequence[Mapping[str, Any]] = ()
    gaps: Sequence[Mapping[str, Any]] = ()
    object: Any = None


class Phase(ABC):
    """One kind of work on the items of a run. Each worker has its own.

    ``name`` is stored with the items that came through it, and is one of the kind's ``phase_names``. ``batch``: so
    many items are done at once. ``fetches``: ``fetch`` is to be called for items before they are done, in threads,
    several at a time.
    """

    name: ClassVar[str]
    batch: int = 1
    fetches: ClassVar[bool] = False

    def begin(self) -> None:
        """Called once, before anything else is asked of it. What it raises ends the work; what is left stays."""

    def pending(self, items: QuerySet[RunItem]) -> QuerySet[RunItem]:
        """Those that are to be done, also before ``begin``, of the items that have not come through it."""
        return items

    def fetch(self, item: RunItem) -> None:
        """Ask ahead for what the item needs. It must not raise: who does the item will meet the failure again."""

    @abstractmethod
    def do(self, items: Sequence[RunItem]) -> Sequence[Result | None]:
        """Do some items, at most ``batch``; one result for each, in their order. None: it was not done, since the work
        must end; it is left for later.

        Where this raises, nothing of it may have been written: the items are done again one by one, and one that
        fails alone is failed. A second try of what was done already must change nothing, as workers are killed.
        """

    def check(self) -> None:
        """Called after each batch. What it raises ends the work."""

    def note(self, item: RunItem, result: Result) -> None:
        """Put a result into the item, which is stored then."""
        # Its time is a sign that somebody is at it still
        item.ended = timezone.now()
        item.outcome = result.outcome or item.outcome
        item.counts = {**item.counts, **result.counts}
        item.issues = [*item.issues, *result.issues][:MOST_ISSUES]
        item.gaps = [*item.gaps, *(one for one in result.gaps if one not in item.gaps)][:MOST_ISSUES]
        if result.object is not None:
            item.object_type = ContentType.objects.get_for_model(result.object)
            item.object_id, item.object_repr = result.object.pk, str(result.object)[:200]
