"""The phase of a run that nobody has seen the plan of: all is planned before LibreNMS is told of anything."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from django.db.models import QuerySet

from ..choices import RunOutcomeChoices
from ..compat import apply_request_processors
from ..fleet_sync.planning import PLANNED
from ..fleet_sync.sizes import reading_lists, require_sizes
from ..fleet_sync.writing import issue_json
from ..librenms_api import LibreNMSAPI
from ..lost_connections import again_where_lost
from ..models import LibreNMSSettings, Run, RunItem
from ..runs.branches import elsewhere
from ..runs.ends import RunStopped, note_stop
from ..runs.phases import Phase, Result, Task
from ..runs.sums import summed
from ..sync.core.issues import Code, Issue, issue
from ..sync.push.rows import Action, PushRow
from .options import PushOptions
from .planning import MOST, PushPlanner
from .starting import is_wanted

ADDED, LINKED = "push_added", "push_linked"


def require_few(run: Run, options: PushOptions) -> None:
    """Raises ``RunStopped`` where more would be added or linked than one run may, unless somebody said why that is
    right. One query."""
    if options.guards is None or run.options.get("force"):
        return
    count = summed(run.items.exclude(outcome=RunOutcomeChoices.LEFT_OUT), (PLANNED,))[PLANNED]
    if count > options.guards.most_changes:
        reason = issue(Code.TOO_MANY_TO_ADD, count=count, most=options.guards.most_changes)
        note_stop(run, reason)
        raise RunStopped(reason)


@dataclass(slots=True, kw_only=True)
class Foreseen(Phase):
    """Counts what would be added, and linked where that is chosen. Beginning raises ``LibreNMSError`` where LibreNMS
    lists far fewer devices than the last time, or none. In ``shadow`` that is all of the run; else the next phase comes
    to those that are wanted."""

    name: ClassVar[str] = PLANNED
    task: Task
    api: LibreNMSAPI
    options: PushOptions
    shadow: bool = False
    # Two of one hostname are seen where both are planned together
    batch: int = field(init=False, default=MOST)
    _planner: PushPlanner = field(init=False)

    def begin(self) -> None:
        """Ask LibreNMS what it has, and look at how long its list is."""
        guards = self.options.guards
        percent = guards.fewer_percent if guards is not None else LibreNMSSettings.load().fewer_percent
        with reading_lists(self.task.run, self.api):
            sizes = {"devices": len(self.api.devices(refresh=True).value)}
        require_sizes(self.task.run, self.api, sizes, percent=percent)
        user = self.task.request.user
        self._planner = PushPlanner.of(self.api, user=user, ping_only=self.options.ping_only, keeps=())

    def pending(self, items: QuerySet[RunItem]) -> QuerySet[RunItem]:
        """What has no outcome yet."""
        return items.filter(outcome=RunOutcomeChoices.PENDING)

    def do(self, items: Sequence[RunItem]) -> Sequence[Result | None]:
        """Plan them. LibreNMS is told nothing."""
        return again_where_lost(lambda: self._planned(items))

    def _planned(self, items: Sequence[RunItem]) -> list[Result]:
        with apply_request_processors(self.task.request):
            if (reason := elsewhere(self.task.run)) is not None:
                return [_failed(reason) for _item in items]
            ids: defaultdict[str, list[int]] = defaultdict(list)
            for item in items:
                kind, pk = item.key.split(":")
                ids[kind].append(int(pk))
            rows = {
                f"{kind}:{row.id}": row for kind, some in ids.items() for row in self._planner.plan(kind, some).rows
            }
        return [self._result(rows.get(item.key)) for item in items]

    def _result(self, row: PushRow | None) -> Result:
        if row is None:
            return _failed(issue(Code.OBJECT_GONE))
        if is_wanted(row, self.options):
            if not self.shadow:
                return Result(counts={PLANNED: 1})
            done = ADDED if row.action is Action.ADD else LINKED
            return Result(outcome=RunOutcomeChoices.DONE, counts={PLANNED: 1, done: 1})
        return left_alone(row)


def left_alone(row: PushRow) -> Result:
    """What is said of an object of which LibreNMS is told nothing."""
    if any(one.code is Code.ALREADY_LINKED for one in row.issues):
        return Result(outcome=RunOutcomeChoices.AGREES)
    return Result(outcome=RunOutcomeChoices.LEFT_OUT, issues=[issue_json(one) for one in row.issues])


def _failed(reason: Issue) -> Result:
    return Result(outcome=RunOutcomeChoices.FAILED, issues=[issue_json(reason)])
