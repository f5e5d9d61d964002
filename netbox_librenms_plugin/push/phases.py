"""How a run adds devices to LibreNMS, or changes them there: each is planned anew, told, and read back; a new one is
linked."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db.models import QuerySet
from rq.timeouts import JobTimeoutException

from ..choices import RunOutcomeChoices
from ..compat import apply_request_processors
from ..engine.linking import DoubtfulLinkError, LinkRefusedError, link
from ..fleet_sync.writing import issue_json
from ..librenms.errors import LibreNMSError
from ..librenms_api import LibreNMSAPI
from ..lost_connections import ConnectionLostError, again_where_lost
from ..models import LibreNMSSettings, RunItem
from ..runs.branches import elsewhere
from ..runs.phases import Phase, Result, Task
from ..sync.core.issues import Code, Issue, issue
from ..sync.push.keeping import Keeping, Kept
from ..sync.push.rows import CHANGED, Action, PushRow
from ..words.sentences import sentence
from .adding import Told, tell
from .changing import change
from .foreseeing import ADDED, LINKED, Foreseen, left_alone, require_few
from .kept import kept_policies
from .options import PushOptions
from .planning import PushPlanner
from .starting import asked_fields, is_wanted

DEVICES, PARENTS = "devices", "parents"

logger = logging.getLogger("netbox_librenms_plugin")


def phases_of_push(task: Task) -> Sequence[Phase]:
    """The phases for one worker. Raises ``LibreNMSError`` where the server is not configured."""
    api, options = LibreNMSAPI(task.run.server), PushOptions.of(task.run.options)
    phases = (Devices(task=task, api=api, options=options), Parents(task=task, api=api))
    return phases if options.guards is None else (Foreseen(task=task, api=api, options=options), *phases)


def phases_in_shadow(task: Task) -> Sequence[Phase]:
    """The one phase of a run that only says what it would add."""
    api, options = LibreNMSAPI(task.run.server), PushOptions.of(task.run.options)
    return (Foreseen(task=task, api=api, options=options, shadow=True),)


@dataclass(slots=True, kw_only=True)
class Devices(Phase):
    """Adds, links or changes what the items ask for, one after the other. Beginning raises ``LibreNMSError`` where
    LibreNMS gives no list of its devices."""

    name: ClassVar[str] = DEVICES
    task: Task
    api: LibreNMSAPI
    options: PushOptions
    batch: int = 1
    planner: PushPlanner = field(init=False)
    _ids: dict[int, int] = field(init=False, default_factory=dict)
    _final: Issue | None = field(init=False, default=None)

    def begin(self) -> None:
        """What LibreNMS has by now: nothing is added twice. Raises ``RunStopped`` where too much would be added."""
        require_few(self.task.run, self.options)
        guarded = self.options.guards is not None
        if guarded:
            # Where nobody watches, a server that lists nothing is not believed
            self.api.devices(refresh=True)
        self.planner = PushPlanner.of(
            self.api,
            user=self.task.request.user,
            ping_only=self.options.ping_only,
            refresh=not guarded,
            keeps=tuple(Kept) if self.options.change else (),
        )

    def pending(self, items: QuerySet[RunItem]) -> QuerySet[RunItem]:
        """What has no outcome yet."""
        return items.filter(outcome=RunOutcomeChoices.PENDING)

    def do(self, items: Sequence[RunItem]) -> Sequence[Result | None]:
        """Add them."""
        return [self._do(item) for item in items]

    def note(self, item: RunItem, result: Result) -> None:
        """With the id that LibreNMS gave it."""
        Phase.note(self, item, result)
        item.librenms_id = self._ids.get(item.pk, item.librenms_id)

    def _do(self, item: RunItem) -> Result:
        if self._final is not None:
            return _failed(self._final)
        with apply_request_processors(self.task.request):
            reason = elsewhere(self.task.run)
            row, instance = _planned_alone(self.planner, item, self.task) if reason is None else (None, None)
        if reason is not None:
            return _failed(reason)
        if row is None:
            return _failed(issue(Code.OBJECT_GONE))
        if row.action is Action.SAME:
            # Somebody, the worker perhaps that was killed, has done it since it was shown
            return Result(outcome=RunOutcomeChoices.AGREES)
        if self.options.guards is not None:
            if not is_wanted(row, self.options):
                return left_alone(row)
        elif row.fingerprint != item.choice.get("expected"):
            # Why it is another one says more than that it is
            return _failed(*(row.issues or (issue(Code.STALE),)))
        if row.action is Action.CHANGE:
            return self._changed(row)
        return self._added(item, row, instance) if row.action is Action.ADD else self._linked(item, row, instance)

    def _added(self, item: RunItem, row: PushRow, instance: Any) -> Result:
        profile = self.planner.profiles.usable.get(row.profile)
        told: Told = tell(self.api, row, profile, forced=self.options.forced)
        if told.device is None:
            self._final = told.problem if told.final else None
            return _failed(*([told.problem] if told.problem is not None else []))
        self.planner.note(told.device)
        self._ids[item.pk] = told.device.device_id
        problem = self._link(instance, told.device.device_id)
        issues = [told.problem] if told.problem is not None else []
        if problem is not None:
            issues.append(issue(Code.ADDED_NOT_LINKED, reason=sentence(problem)))
        return Result(
            outcome=RunOutcomeChoices.CREATED,
            counts={ADDED: 1} | ({} if problem is not None else {LINKED: 1}),
            issues=[issue_json(one) for one in issues],
        )

    def _changed(self, row: PushRow) -> Result:
        changed = change(self.api, row)
        self._final = changed.problem if changed.final else None
        reasons = [changed.problem] if changed.problem is not None else []
        if not changed.fields:
            return _failed(*reasons)
        return Result(
            outcome=RunOutcomeChoices.SYNCED, counts={CHANGED: 1}, issues=[issue_json(one) for one in reasons]
        )

    def _linked(self, item: RunItem, row: PushRow, instance: Any) -> Result:
        problem = self._link(instance, row.librenms_id or 0)
        if problem is not None:
            return _failed(problem)
        return Result(outcome=RunOutcomeChoices.LINKED, counts={LINKED: 1})

    def _link(self, instance: Any, librenms_id: int) -> Issue | None:
        """Store the id; why it could not be stored."""
        try:
            again_where_lost(lambda: self._stored(instance, librenms_id))
        except DoubtfulLinkError as doubt:
            return doubt.identity.open_doubt
        except (LibreNMSError, ConnectionLostError) as error:
            return issue(Code.LIBRENMS_FAILED, reason=error.message)
        except LinkRefusedError as error:
            return issue(Code.LIBRENMS_FAILED, reason=str(error))
        return None

    def _stored(self, instance: Any, librenms_id: int) -> None:
        with apply_request_processors(self.task.request):
            link(instance, librenms_id, user=self.task.request.user, server=self.api.server.key)


@dataclass(slots=True, kw_only=True)
class Parents(Phase):
    """Tells LibreNMS whom the devices depend on that were added, now that those are there which were added with
    them."""

    name: ClassVar[str] = PARENTS
    task: Task
    api: LibreNMSAPI
    batch: int = 1
    _planner: PushPlanner | None = field(init=False, default=None)
    _final: Issue | None = field(init=False, default=None)

    def begin(self) -> None:
        """Which devices LibreNMS has now."""
        if not self.pending(self.task.run.items).exists():
            return
        try:
            self._planner = PushPlanner.of(self.api, user=self.task.request.user, refresh=True, keeps=(Kept.PARENTS,))
        except LibreNMSError as error:
            # The devices are there all the same
            self._final = issue(Code.LIBRENMS_FAILED, reason=error.message)

    def pending(self, items: QuerySet[RunItem]) -> QuerySet[RunItem]:
        """What was added, where the settings say that parents are told."""
        if not Keeping(policies=kept_policies(LibreNMSSettings.load())).gives_parents:
            return items.none()
        return items.filter(outcome=RunOutcomeChoices.CREATED)

    def do(self, items: Sequence[RunItem]) -> Sequence[Result | None]:
        """Tell them; whatever comes of it, the devices were added."""
        return [Result(issues=[issue_json(one) for one in self._tried(item)]) for item in items]

    def _tried(self, item: RunItem) -> Sequence[Issue]:
        try:
            return again_where_lost(lambda: self._do(item))
        except JobTimeoutException:
            raise
        except Exception as error:  # whatever it is: it must not take the outcome away that the device has
            logger.exception("Parents of %s failed", item.name)
            return [issue(Code.PLUGIN_FAILED, error=type(error).__name__)]

    def _do(self, item: RunItem) -> Sequence[Issue]:
        if self._planner is None or self._final is not None:
            return [self._final] if self._final is not None else []
        with apply_request_processors(self.task.request):
            reason = elsewhere(self.task.run)
            row, _instance = _planned_alone(self._planner, item, self.task) if reason is None else (None, None)
        if reason is not None or row is None:
            return [reason or issue(Code.OBJECT_GONE)]
        if row.action is not Action.CHANGE:
            # That it is linked is no reason; where it is not, that was said when it was added
            untold = row.issues if row.action is Action.NOTHING else ()
            return [one for one in untold if one.code is not Code.ALREADY_LINKED]
        self._write_down(item, row)
        changed = change(self.api, row)
        self._final = changed.problem if changed.final else None
        return [changed.problem] if changed.problem is not None else []

    def _write_down(self, item: RunItem, row: PushRow) -> None:
        """What LibreNMS is asked for, before it is."""
        asked = item.choice.get("asked", {})
        item.choice = {**item.choice, "asked": {**asked, "fields": asked_fields(row)}}
        item.save(update_fields=["choice"])


def _planned_alone(planner: PushPlanner, item: RunItem, task: Task) -> tuple[PushRow | None, Any]:
    """The plan of an item's object as it is now, and the object; None where it is gone."""
    # What the user may do can have changed since the run began
    planner.user = task.request.user
    kind, pk = item.key.split(":")
    plan = planner.plan(kind, [int(pk)])
    return (plan.rows[0], plan.objects[int(pk)]) if plan.rows else (None, None)


def _failed(*reasons: Issue) -> Result:
    return Result(outcome=RunOutcomeChoices.FAILED, issues=[issue_json(one) for one in reasons])
