"""How an undo is worked off: item by item, each in a transaction of its own."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _

from ..branching import active_branch
from ..choices import RunOutcomeChoices, SyncStateChoices
from ..compat import apply_request_processors
from ..engine.undo import Undone, undo
from ..engine.undo_scope import UNDO
from ..lost_connections import ConnectionLostError, again_where_lost
from ..models import RunItem, SyncRun
from ..orm.frame.savepoints import retried
from ..orm.undo.names import viewable_keys
from ..runs.phases import Phase, Result, Task
from ..sync.core.issues import Code, Issue, issue
from ..sync.undo.effects import Key
from .starts import issues_json, step_of

OBJECTS = "objects"


def phases_of_undo(task: Task) -> Sequence[Phase]:
    """The one phase of an undo."""
    return (Objects(task=task),)


@dataclass(slots=True, kw_only=True)
class Objects(Phase):
    """Undoes what the items name, in their order. One worker does all of it: what comes later may need what came
    before."""

    name: ClassVar[str] = OBJECTS
    task: Task
    batch: int = 1

    def pending(self, items: Any) -> Any:
        """What has no outcome yet."""
        return items.filter(outcome=RunOutcomeChoices.PENDING)

    def do(self, items: Sequence[RunItem]) -> Sequence[Result | None]:
        """Undo them."""
        return [self._do(item) for item in items]

    def _do(self, item: RunItem) -> Result:
        try:
            return again_where_lost(lambda: retried(lambda: self._undone(item)))
        except ConnectionLostError as error:
            return _failed(issue(Code.REFUSED, reason=error.message))

    def _undone(self, item: RunItem) -> Result:
        run, request = self.task.run, self.task.request
        with apply_request_processors(request):
            if active_branch() != run.branch:
                code = Code.MADE_IN_BRANCH if run.branch else Code.MADE_IN_MAIN
                return _failed(issue(code, name=run.branch or active_branch()))
            undone = undo(
                UUID(run.options[UNDO]["request_id"]),
                request=request,
                keys=[_key(one) for one in item.choice["keys"]],
                steps=[step_of(one) for one in item.choice["steps"]],
                message=str(_("Undo of {name}").format(name=run.options[UNDO]["name"]))[:200],
            )
            self._keep(item, undone)
        return _result(item, undone, request.user)

    def _keep(self, item: RunItem, undone: Undone) -> None:
        """A record in the history of the device or VM, if it is there still."""
        if item.object_type is None or not undone.results:
            return
        # Not by the row's own reference: rows are in main, and what they tell of can be in a branch
        owner = item.object_type.model_class().objects.filter(pk=item.object_id).first()
        last = SyncRun.objects.filter(object_type=item.object_type, object_id=item.object_id).first()
        if owner is None or last is None:
            return
        SyncRun.objects.create(
            user=self.task.request.user,
            user_name=self.task.request.user.username,
            request_id=self.task.request.id,
            object_type=item.object_type,
            object_id=owner.pk,
            object_repr=str(owner)[:200],
            server=self.task.run.server,
            librenms_id=last.librenms_id,
            branch=self.task.run.branch,
            state=_state(undone),
            run=self.task.run,
            results=[_kept(undone)],
        )


def _key(kept: Sequence[Any]) -> Key:
    return str(kept[0]), int(kept[1])


def _failed(reason: Issue) -> Result:
    said = {"code": reason.code.value, "details": dict(reason.details), "resource": "", "name": ""}
    return Result(outcome=RunOutcomeChoices.FAILED, issues=[said])


def _result(item: RunItem, undone: Undone, user: Any) -> Result:
    """What is as before already counts for nothing; what stays now, and was ready when it was planned, says why."""
    known = {(one["code"], one["resource"], one["name"]) for one in item.issues}
    visible = viewable_keys(undone.plan.rows, user=user)
    kept = issues_json(((reason, row) for row in undone.plan.left_out for reason in row.issues), visible)
    issues = [one for one in kept if (one["code"], one["resource"], one["name"]) not in known]
    issues += issues_json(((one.issue, one.row) for one in undone.results if one.issue is not None), visible)
    done = [one for one in undone.results if one.ok]
    return Result(
        outcome=RunOutcomeChoices.FAILED if issues and not done else RunOutcomeChoices.DONE,
        counts=dict(Counter(one.row.action.value for one in done)),
        issues=issues,
    )


def _state(undone: Undone) -> str:
    if all(one.ok for one in undone.results):
        return SyncStateChoices.COMPLETED
    return SyncStateChoices.PARTIAL if any(one.ok for one in undone.results) else SyncStateChoices.FAILED


def _kept(undone: Undone) -> dict[str, Any]:
    """As records keep the rows of a resource: here each is an object."""
    done = [one.row for one in undone.results if one.ok]
    return {
        "resource": UNDO,
        "applied": dict(Counter(row.action.value for row in done)),
        "rows": [[f"{row.key[0]}:{row.key[1]}", row.name, row.action.value, row.key[1]] for row in done],
        "failed": [
            {
                "key": f"{one.row.key[0]}:{one.row.key[1]}",
                "name": one.row.name,
                "code": one.issue.code.value,
                "details": dict(one.issue.details),
            }
            for one in undone.results
            if one.issue is not None
        ],
        "stale": [],
        "gaps": [],
    }
