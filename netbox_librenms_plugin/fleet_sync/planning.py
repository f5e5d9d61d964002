"""The phase that plans all objects before any is written, and what is asked before the next one begins."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, ClassVar

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from ..choices import RunOutcomeChoices
from ..compat import apply_request_processors
from ..librenms.sources import Bulk, PerDevice, Source
from ..librenms_api import LibreNMSAPI
from ..lost_connections import again_where_lost
from ..models import LibreNMSSettings, Run, RunItem
from ..runs.branches import elsewhere
from ..runs.ends import RunStopped, note_stop
from ..runs.phases import Phase, Result, Task
from ..runs.sums import summed
from ..sync.core.issues import Code, Issue, issue
from .guards import Guards
from .options import SyncOptions
from .sizes import reading_lists, require_sizes
from .tallies import Counters, ObjectTally
from .writing import LEFT, issue_json

PLANNED = "planned"
# From so many objects on the server's lists are taken, and objects are written together: a few are done one by one, so
# that each shows when it is done
MANY = 50
AT_ONCE, FEW = 100, 8
# So many objects in a row that LibreNMS fails for are a reason to ask whether it is there at all
FAILING = 8


def source_for(run: Run, api: LibreNMSAPI, *, refresh: bool) -> Source:
    """Where the answers about a run's objects come from. Raises ``LibreNMSError`` where many are asked about and
    LibreNMS gives no list of devices."""
    if run.items.count() < MANY:
        return PerDevice(api, refresh=refresh)
    api.devices(refresh=refresh)
    return Bulk(api, complete=True, refresh=refresh)


def require_few(run: Run, options: SyncOptions) -> None:
    """Raises ``RunStopped`` where more was planned than may be written in one run, unless somebody said why that is
    right. One query."""
    if options.guards is None or run.options.get("force"):
        return
    count = summed(run.items.exclude(outcome=RunOutcomeChoices.LEFT_OUT), (PLANNED,))[PLANNED]
    if count > options.guards.most_changes:
        reason = issue(Code.TOO_MANY_CHANGES, count=count, most=options.guards.most_changes)
        note_stop(run, reason)
        raise RunStopped(reason)


def too_many_of(one: ObjectTally, guards: Guards | None) -> Issue | None:
    """Why an object is left out by guards, if it is."""
    if guards is None or one.writes <= guards.most_each:
        return None
    return issue(Code.TOO_MANY_OF_ONE, count=one.writes, most=guards.most_each)


def alike(items: Iterable[RunItem]) -> list[list[RunItem]]:
    """The items in groups of which the same is left to somebody else."""
    held = [(json.dumps(one.choice.get("left") or {}, sort_keys=True), one) for one in items]
    held.sort(key=lambda one: one[0])
    return [[item for _left, item in some] for _key, some in groupby(held, key=lambda one: one[0])]


def objects_of(items: Sequence[RunItem]) -> dict[int, Any]:
    """Item → its object, if it exists; a query for each kind. Not by the rows' own references: those are in main, and
    what they tell of can be in a branch."""
    found: dict[int, Any] = {}
    for type_id in {one.object_type_id for one in items if one.object_type_id is not None}:
        some = [one for one in items if one.object_type_id == type_id]
        model: Any = ContentType.objects.get_for_id(type_id).model_class()
        there = model.objects.in_bulk([one.object_id for one in some])
        found |= {one.pk: there[one.object_id] for one in some if one.object_id in there}
    return found


@dataclass(slots=True, kw_only=True)
class Planned(Phase):
    """Counts what would be written of each object. Beginning raises ``LibreNMSError`` where LibreNMS lists far fewer
    than the last time. In ``shadow`` that is all of the run; else objects with too many changes are left out, and the
    next phase comes to the others."""

    name: ClassVar[str] = PLANNED
    task: Task
    api: LibreNMSAPI
    options: SyncOptions
    shadow: bool = False
    batch: int = field(init=False, default=FEW)
    _failing: int = field(init=False, default=0)
    _source: Source = field(init=False)
    _counters: Counters = field(init=False)

    def begin(self) -> None:
        """Ask LibreNMS anew, and look at how long its lists are."""
        percent = self.options.guards.fewer_percent if self.options.guards else LibreNMSSettings.load().fewer_percent
        with reading_lists(self.task.run, self.api):
            self._source = source_for(self.task.run, self.api, refresh=self.options.refresh)
            sizes = (
                self._source.sizes(ports="interfaces" in [one.name for one in self.options.chosen()])
                if isinstance(self._source, Bulk)
                else {"devices": len(self.api.devices(refresh=self.options.refresh).value)}
            )
        self._counters = Counters(self._source, user=self.task.request.user, options=self.options)
        if isinstance(self._source, Bulk):
            self.batch = AT_ONCE
        require_sizes(self.task.run, self.api, sizes, percent=percent)

    def pending(self, items: QuerySet[RunItem]) -> QuerySet[RunItem]:
        """What has no outcome yet."""
        return items.filter(outcome=RunOutcomeChoices.PENDING)

    def do(self, items: Sequence[RunItem]) -> Sequence[Result | None]:
        """Plan them. Nothing is written."""
        found = again_where_lost(lambda: self._planned(items))
        gone = Result(outcome=RunOutcomeChoices.FAILED, issues=[issue_json(issue(Code.OBJECT_GONE))])
        return [found.get(item.pk, gone) for item in items]

    def check(self) -> None:
        """Ask whether LibreNMS is there, if there is a reason to."""
        if self._failing >= FAILING:
            self._failing = 0
            self.api.devices(refresh=True)

    def _planned(self, items: Sequence[RunItem]) -> dict[int, Result]:
        with apply_request_processors(self.task.request):
            if (reason := elsewhere(self.task.run)) is not None:
                failed = Result(outcome=RunOutcomeChoices.FAILED, issues=[issue_json(reason)])
                return {item.pk: failed for item in items}
            there = objects_of(items)
            by_object = {there[item.pk]: item for item in items if item.pk in there}
            pairs = [(one, item.choice.get("left") or {}) for one, item in by_object.items()]
            return {by_object[one.object].pk: self._result(one) for one in self._counters.count(pairs)}

    def _result(self, one: ObjectTally) -> Result:
        self._failing = self._failing + 1 if one.failed else 0
        if one.reason is not None:
            outcome = RunOutcomeChoices.FAILED if one.failed else RunOutcomeChoices.LEFT_OUT
            return Result(outcome=outcome, issues=[issue_json(one.reason)], gaps=one.gaps)
        number = one.writes
        reason = too_many_of(one, self.options.guards)
        if reason is not None:
            return Result(outcome=RunOutcomeChoices.LEFT_OUT, counts={PLANNED: number}, issues=[issue_json(reason)])
        return self._said(one, number) if self.shadow else Result(counts={PLANNED: number})

    def _said(self, one: ObjectTally, number: int) -> Result:
        counts = {name: tally.writes for name, tally in one.tallies.items() if tally.writes and not one.twin}
        together = {LEFT: one.together.decisions, PLANNED: number}
        return Result(
            outcome=RunOutcomeChoices.DONE if number else RunOutcomeChoices.AGREES,
            counts={**counts, **{name: count for name, count in together.items() if count}},
            gaps=one.gaps,
        )
