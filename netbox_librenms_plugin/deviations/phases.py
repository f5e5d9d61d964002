"""The phases of comparing many objects: pieces of the network, then what only a look at the whole shows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone

from ..choices import RunOutcomeChoices
from ..engine import Comparer, Comparison, Options, scope_of
from ..fleet_sync.sizes import reading_lists, require_sizes
from ..librenms.errors import LibreNMSError
from ..librenms.sources import Bulk
from ..librenms_api import LibreNMSAPI
from ..lost_connections import lasting
from ..models import ComparedObject, LibreNMSSettings, Run, RunItem
from ..models.compared_object import NETBOX_MODELS
from ..runs.phases import Phase, Result, Task
from ..sync.core.issues import Code
from .counting import count_causes, keep_totals
from .events import tell
from .merging import Moment
from .recording import Recorded, record, sight_of
from .scopes import load
from .searching import make_found
from .seen import seen_in
from .whole import record_ends, record_unlisted

KIND = "compare"
OBJECTS, NETWORK = "objects", "network"
# The key of the one item of the phase that looks at everything
WHOLE = "network"


def phases_of(task: Task) -> Sequence[Phase]:
    """The phases of a comparison for one worker. Raises ``LibreNMSError`` where its server is not configured."""
    api = LibreNMSAPI(task.run.server)
    return (Objects(task=task, api=api), Network(task=task, api=api))


def moment_of(run: Run | None, *, threshold: int | None = None) -> Moment:
    """When what is compared now is recorded."""
    wanted = threshold or LibreNMSSettings.load().times_before_open
    return Moment(at=timezone.now(), run=run.pk if run else None, threshold=wanted)


def recorded(comparisons: Sequence[Comparison], server: str, moment: Moment, *, unseen_days: int) -> Recorded:
    """Store what came of comparing some objects."""
    sights = [sight_of(one.object, one.librenms_id, seen_in(one, unseen_days=unseen_days)) for one in comparisons]
    return record(server, sights, moment)


@dataclass(slots=True, kw_only=True)
class Objects(Phase):
    """Compares pieces of the network. Beginning raises ``LibreNMSError`` when LibreNMS gives no list, or one that is
    far shorter than that of the last comparison."""

    name: ClassVar[str] = OBJECTS
    task: Task
    api: LibreNMSAPI
    batch: int = field(init=False, default=1)
    _source: Bulk = field(init=False)
    _comparer: Comparer = field(init=False)
    _settings: LibreNMSSettings = field(init=False)

    @lasting
    def begin(self) -> None:
        """Read LibreNMS's lists, and compare their lengths with those of the last time."""
        options = self.task.run.options
        self._settings = LibreNMSSettings.load()
        self._source = Bulk(self.api, complete=bool(options.get("complete")), since=self.task.run.created)
        self._comparer = Comparer(self._source, user=None, resources=options.get("resources"), options=Options())
        self._guard()

    def pending(self, items: QuerySet[RunItem]) -> QuerySet[RunItem]:
        """The pieces that nobody has compared."""
        return items.filter(outcome=RunOutcomeChoices.PENDING).exclude(key=WHOLE)

    def do(self, items: Sequence[RunItem]) -> Sequence[Result | None]:
        """Compare and record them."""
        return [self._compared(item) for item in items]

    def _compared(self, item: RunItem) -> Result:
        return self._tried([(kind, pk) for kind, pk in item.choice["objects"]])

    @lasting
    def _tried(self, keys: Sequence[tuple[str, int]]) -> Result:
        objects = load(keys)
        comparisons = list(self._comparer.compare(objects, many=True))
        options = self.task.run.options
        moment = moment_of(self.task.run, threshold=options.get("threshold"))
        done = recorded(comparisons, self.api.server.key, moment, unseen_days=self._settings.unseen_days)
        tell(done.touched, self.task.request)
        failed = [one for one in comparisons if one.error is not None and not _is_gone(one)]
        # LibreNMS fails for many objects in one and the same way: each sentence once
        issues = {text: _issue(one, text) for one in comparisons for text in _failures(one)}
        return Result(
            outcome=RunOutcomeChoices.DONE,
            counts={
                "objects": done.objects,
                "opened": done.opened,
                "cleared": done.cleared,
                "rows": done.rows,
                "not_compared": len(failed),
            },
            issues=list(issues.values()),
        )

    def _guard(self) -> None:
        options = self.task.run.options
        resources = options.get("resources")
        with reading_lists(self.task.run, self.api):
            sizes = self._source.sizes(ports=not resources or "interfaces" in resources)
        percent = options.get("fewer_percent") or self._settings.fewer_percent
        require_sizes(self.task.run, self.api, sizes, percent=percent)


def _is_gone(one: Comparison) -> bool:
    return one.error is not None and one.error.code == "device_not_found"


def _failures(one: Comparison) -> list[str]:
    """What LibreNMS did not give, in sentences."""
    if _is_gone(one):
        return []
    return [error.message for error in (one.error, *one.errors.values()) if error is not None]


def _issue(one: Comparison, reason: str) -> dict[str, Any]:
    details = {"reason": reason}
    return {"code": Code.LIBRENMS_FAILED.value, "details": details, "resource": "", "name": str(one.object)}


@dataclass(slots=True, kw_only=True)
class Network(Phase):
    """Looks at the whole network, and counts."""

    name: ClassVar[str] = NETWORK
    task: Task
    api: LibreNMSAPI

    def pending(self, items: QuerySet[RunItem]) -> QuerySet[RunItem]:
        """The one item, which comes when all pieces are compared."""
        return items.filter(key=WHOLE, outcome=RunOutcomeChoices.PENDING)

    def do(self, items: Sequence[RunItem]) -> Sequence[Result | None]:
        """Devices that one side lacks, ends that disagree; then the numbers of causes and of the day."""
        return [self._looked() for _item in items]

    @lasting
    def _looked(self) -> Result:
        moment = moment_of(self.task.run, threshold=self.task.run.options.get("threshold"))
        server = self.api.server.key
        counts = {"opened": 0, "cleared": 0, "rows": 0}
        issues: list[dict[str, Any]] = []
        for look in (self._unlisted, self._ends) if self.task.run.options.get("everything") else ():
            try:
                found = look(moment)
            except LibreNMSError as error:
                issues.append(_fault(error))
                continue
            counts["opened"] += found.opened
            counts["cleared"] += found.cleared
            counts["rows"] += found.rows
        forget_deleted(server)
        count_causes(server)
        make_found(server)
        keep_totals(server, timezone.localdate())
        return Result(outcome=RunOutcomeChoices.DONE, counts=counts, issues=issues)

    def _unlisted(self, moment: Moment) -> Recorded:
        return record_unlisted(self.api, moment)

    def _ends(self, moment: Moment) -> Recorded:
        ports = [one for several in self.api.fleet_ports().ports_by_device.values() for one in several]
        scope = scope_of(self.api, None, Options()).for_many()
        return record_ends(self.api, self.api.fleet_links().value, ports, scope, moment)


def _fault(error: LibreNMSError) -> dict[str, Any]:
    return {"code": Code.LIBRENMS_FAILED.value, "details": {"reason": error.message}, "resource": "", "name": ""}


def forget_deleted(server: str) -> None:
    """What is deleted in NetBox has no differences."""
    for kind, model in NETBOX_MODELS.items():
        rows = ComparedObject.objects.filter(server=server, kind=kind)
        rows.exclude(object_id__in=model.objects.order_by().values("pk")).delete()
