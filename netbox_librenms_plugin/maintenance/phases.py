"""How a run begins maintenance windows: each device is told once, whatever happens to the answer, and looked at."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from django.db.models import QuerySet

from ..choices import RunOutcomeChoices
from ..fleet_sync.writing import issue_json
from ..librenms.errors import LibreNMSError, TransportError, WriteDenied, WriteFailed
from ..librenms.maintenance import Window
from ..librenms_api import LibreNMSAPI
from ..lost_connections import lasting
from ..models import RunItem
from ..push.adding import is_final
from ..runs.phases import Phase, Result, Task
from ..sync.core.issues import Code, Issue, issue
from .asking import AskedWindow
from .planning import MaintenanceRow, plan_maintenance

WINDOWS = "windows"
# What the item says before LibreNMS is told; and whether the device was under maintenance then
SENT, BEFORE = "sent", "before"
# A proxy gave up waiting: LibreNMS may have done it
_NO_ANSWER = (502, 504)


def phases_of_maintenance(task: Task) -> Sequence[Phase]:
    """The one phase. Raises ``LibreNMSError`` where the server is not configured."""
    return (Windows(task=task, api=LibreNMSAPI(task.run.server), asked=AskedWindow.of(task.run.options)),)


@dataclass(slots=True, kw_only=True)
class Windows(Phase):
    """Begins the window for each item, once: LibreNMS would make a second one of a second try. Beginning raises
    ``LibreNMSError`` where LibreNMS gives no list of its devices."""

    name: ClassVar[str] = WINDOWS
    task: Task
    api: LibreNMSAPI
    asked: AskedWindow
    _window: Window = field(init=False)
    _rows: dict[str, MaintenanceRow] = field(init=False, default_factory=dict)
    _final: Issue | None = field(init=False, default=None)

    def begin(self) -> None:
        """Who is which device by now, and what the user may do by now."""
        run = self.task.run
        self._window = self.asked.window(f"NetBox: {run.user_name}, {run}")
        ids: defaultdict[str, list[int]] = defaultdict(list)
        for key in self.pending(run.items.all()).values_list("key", flat=True):
            kind, pk = key.split(":")
            ids[kind].append(int(pk))
        for kind, some in ids.items():
            plan = plan_maintenance(self.api, kind, some, user=self.task.request.user)
            self._rows |= {f"{kind}:{row.pk}": row for row in plan.rows}

    def pending(self, items: QuerySet[RunItem]) -> QuerySet[RunItem]:
        """What has no outcome yet."""
        return items.filter(outcome=RunOutcomeChoices.PENDING)

    def do(self, items: Sequence[RunItem]) -> Sequence[Result | None]:
        """Tell LibreNMS, and look."""
        return [self._do(item) for item in items]

    def _do(self, item: RunItem) -> Result:
        if item.choice.get(SENT):
            # Whoever told LibreNMS was lost before he wrote down what came of it
            return self._unanswered(item)
        if self._final is not None:
            return _failed(self._final)
        row = self._rows.get(item.key)
        if row is None:
            return _failed(issue(Code.OBJECT_GONE))
        if row.reason is not None or row.librenms_id != item.librenms_id:
            return _failed(row.reason or issue(Code.STALE))
        try:
            self._note_sent(item, before=self.api.is_under_maintenance(item.librenms_id or 0))
            self.api.begin_maintenance(item.librenms_id or 0, self._window)
        except LibreNMSError as error:
            return self._met(item, error)
        return self._looked_at(item)

    @lasting
    def _note_sent(self, item: RunItem, *, before: bool) -> None:
        item.choice = {**item.choice, SENT: True, BEFORE: before}
        RunItem.objects.filter(pk=item.pk).update(choice=item.choice)

    def _met(self, item: RunItem, error: LibreNMSError) -> Result:
        if item.choice.get(SENT) and _is_lost(error):
            return self._unanswered(item)
        reason = issue(Code.LIBRENMS_FAILED, reason=error.message)
        if isinstance(error, WriteFailed) and error.said and not isinstance(error, WriteDenied):
            reason = issue(Code.MAINTENANCE_REFUSED, said=error.said)
        self._final = reason if is_final(error) else None
        return _failed(reason)

    def _looked_at(self, item: RunItem) -> Result:
        """LibreNMS said that it did it."""
        if self.asked.start is not None:
            return _done()
        try:
            begun = self.api.is_under_maintenance(item.librenms_id or 0)
        except LibreNMSError as error:
            return _done(issue(Code.MAINTENANCE_NOT_READ, reason=error.message))
        if not begun:
            return _failed(issue(Code.MAINTENANCE_NOT_BEGUN))
        return _done(issue(Code.MAINTENANCE_BEFORE)) if item.choice.get(BEFORE) else _done()

    def _unanswered(self, item: RunItem) -> Result:
        """LibreNMS was told, and nobody knows what it did: where it can be seen it is, and it is never told again."""
        if self.asked.start is None and not item.choice.get(BEFORE):
            try:
                if self.api.is_under_maintenance(item.librenms_id or 0):
                    return _done(issue(Code.MAINTENANCE_SEEN))
            except LibreNMSError:
                pass
        return _failed(issue(Code.MAINTENANCE_UNANSWERED))


def _is_lost(error: LibreNMSError) -> bool:
    """Whether LibreNMS may have done it all the same."""
    if isinstance(error, WriteFailed):
        return error.status in _NO_ANSWER
    return isinstance(error, TransportError)


def _done(*notes: Issue) -> Result:
    return Result(outcome=RunOutcomeChoices.DONE, issues=[issue_json(one) for one in notes])


def _failed(reason: Issue) -> Result:
    return Result(outcome=RunOutcomeChoices.FAILED, issues=[issue_json(reason)])
