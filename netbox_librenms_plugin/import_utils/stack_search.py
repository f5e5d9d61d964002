"""Looking for stacks: the inventories of many devices, four at a time, and what they show kept for the list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db.models import QuerySet

from ..choices import RunOutcomeChoices
from ..librenms.errors import LibreNMSError
from ..librenms.records import Device
from ..librenms_api import LibreNMSAPI
from ..models import Run, RunItem
from ..runs.opening import open_run
from ..runs.phases import Phase, Result, Task
from ..sync.chassis.stacks import Stack, may_be_stack, members_of
from ..sync.core.issues import Code, Issue, issue
from .imported import Complaint
from .stack_counts import known_stacks, remember_stacks
from .starts import complaints_json

KIND, INVENTORIES = "stacks", "inventories"
# Kept after so many devices, so that a cancel or the end of a worker loses little
BATCH = 16
# So many devices in a row without an inventory, up to the end of a batch, and LibreNMS itself is in trouble
MOST_FAILURES = 8


def candidates(api: LibreNMSAPI, ids: Iterable[int]) -> list[Device]:
    """The devices among these that may be stacks and were not asked about yet. Raises ``LibreNMSError``."""
    wanted, known = set(ids), known_stacks(api)
    return [
        one
        for one in api.devices().value
        if one.device_id in wanted and one.device_id not in known and may_be_stack(one)
    ]


def start_search(api: LibreNMSAPI, ids: Iterable[int], *, request: Any) -> Run:
    """Write down which devices are to be asked about; nobody is yet. Raises ``LibreNMSError``."""
    devices = candidates(api, ids)
    return open_run(
        KIND,
        api.server.key,
        user=request.user,
        request=request,
        items=lambda run: [
            RunItem(run=run, key=str(one.device_id), librenms_id=one.device_id, name=one.hostname[:255])
            for one in devices
        ],
    )


def phases_of_search(task: Task) -> Sequence[Phase]:
    """The one phase of a search. Raises ``LibreNMSError`` where its server is not configured."""
    return (Inventories(task=task, api=LibreNMSAPI(task.run.server)),)


def stacks_in(run: Run) -> Mapping[str, int]:
    """How many stacks a search found: one query."""
    return {"stacks": run.items.filter(counts__stacks=1).count()}


@dataclass(slots=True, kw_only=True)
class Inventories(Phase):
    """Asks for the inventories. Beginning raises ``LibreNMSError`` when LibreNMS gives no list of devices, and so does
    the check where it failed for one device after the other."""

    name: ClassVar[str] = INVENTORIES
    fetches: ClassVar[bool] = True
    task: Task
    api: LibreNMSAPI
    batch: int = field(init=False, default=BATCH)
    _devices: Mapping[int, Device] = field(init=False, default_factory=dict)
    _answers: dict[int, Stack | LibreNMSError] = field(init=False, default_factory=dict)
    _failing: list[LibreNMSError] = field(init=False, default_factory=list)

    def begin(self) -> None:
        """Read the list of devices."""
        self._devices = {one.device_id: one for one in self.api.devices().value}

    def pending(self, items: QuerySet[RunItem]) -> QuerySet[RunItem]:
        """What has no outcome yet."""
        return items.filter(outcome=RunOutcomeChoices.PENDING)

    def fetch(self, item: RunItem) -> None:
        """The device's inventory. That of one that LibreNMS has no more is not asked for."""
        device = self._devices.get(item.librenms_id or 0)
        if device is not None:
            self._answers[item.pk] = self._asked(device)

    def do(self, items: Sequence[RunItem]) -> Sequence[Result | None]:
        """Keep what the inventories showed."""
        answers = {item: self._answers.pop(item.pk, None) for item in items}
        # A stack whose members cannot be told apart is asked about again
        counts = {
            item.librenms_id: len(one.members)
            for item, one in answers.items()
            if item.librenms_id is not None and isinstance(one, Stack) and one.issue is None
        }
        remember_stacks(self.api, counts)
        return [self._result(one) for one in answers.values()]

    def check(self) -> None:
        """End where LibreNMS gave nothing any more at the end of the batch."""
        if len(self._failing) >= MOST_FAILURES:
            raise self._failing[-1]

    def _asked(self, device: Device) -> Stack | LibreNMSError:
        try:
            return members_of(device, self.api.inventory(device.device_id).value)
        except LibreNMSError as error:
            return error

    def _result(self, answer: Stack | LibreNMSError | None) -> Result:
        if isinstance(answer, LibreNMSError):
            self._failing.append(answer)
            return _failed(issue(Code.LIBRENMS_FAILED, reason=answer.message))
        self._failing.clear()
        if answer is None:
            return _failed(issue(Code.NOT_IN_LIBRENMS))
        is_stack = answer.issue is None and len(answer.members) > 1
        return Result(outcome=RunOutcomeChoices.DONE, counts={"stacks": 1} if is_stack else {})


def _failed(reason: Issue) -> Result:
    return Result(outcome=RunOutcomeChoices.FAILED, issues=complaints_json((Complaint(issue=reason),)))
