"""The phases of a sync of many objects: where guards ask for it all are planned first; then each is compared anew and
written, many of them together."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet
from rq.timeouts import JobTimeoutException

from ..branching import active_branch
from ..choices import RunOutcomeChoices
from ..compat import apply_request_processors
from ..librenms.errors import LibreNMSError
from ..librenms.sources import Bulk, Source
from ..librenms_api import LibreNMSAPI
from ..lost_connections import ConnectionLostError, again_where_lost, watched
from ..models import RunItem
from ..orm.frame.locks import held_alone
from ..orm.frame.savepoints import retried
from ..runs.branches import elsewhere
from ..runs.phases import Phase, Result, Task
from ..sync.core.issues import Code, issue
from .finding import VIRTUAL_MACHINE
from .options import SyncOptions
from .planning import FAILING, Planned, alike, objects_of, require_few, source_for
from .writing import (
    WAIT_FOR_MANY,
    WAIT_FOR_OTHERS,
    Synced,
    issue_json,
    result_of,
    sync_together,
    written_before,
)

OBJECTS = "objects"
# So many at once: more would hold what others wait for too long
TOGETHER = 25

logger = logging.getLogger("netbox_librenms_plugin")


def phases_of(task: Task) -> Sequence[Phase]:
    """The phases of a sync for one worker. Raises ``LibreNMSError`` where its server is not configured."""
    api, options = LibreNMSAPI(task.run.server), SyncOptions.of(task.run.options)
    objects = Objects(task=task, api=api, options=options)
    return (objects,) if options.guards is None else (Planned(task=task, api=api, options=options), objects)


def phases_in_shadow(task: Task) -> Sequence[Phase]:
    """The one phase of a run that only says what it would write."""
    api, options = LibreNMSAPI(task.run.server), SyncOptions.of(task.run.options)
    return (Planned(task=task, api=api, options=options, shadow=True),)


@dataclass(slots=True, kw_only=True)
class Objects(Phase):
    """Syncs the objects. Beginning raises ``LibreNMSError`` when LibreNMS gives many no list of devices, and so does
    the check after it failed for several objects in a row."""

    name: ClassVar[str] = OBJECTS
    fetches: ClassVar[bool] = True
    task: Task
    api: LibreNMSAPI
    options: SyncOptions
    batch: int = field(init=False, default=1)
    source: Source = field(init=False)
    _pauses: Sequence[float] = field(init=False, default=WAIT_FOR_OTHERS)
    _failing: int = field(init=False, default=0)

    def begin(self) -> None:
        """Choose where LibreNMS's answers come from. Raises ``RunStopped`` where too much would be written."""
        require_few(self.task.run, self.options)
        # What was planned first was asked for just now
        refresh = self.options.refresh and self.options.guards is None
        self.source = source_for(self.task.run, self.api, refresh=refresh)
        if isinstance(self.source, Bulk):
            self.batch, self._pauses = TOGETHER, WAIT_FOR_MANY

    def pending(self, items: QuerySet[RunItem]) -> QuerySet[RunItem]:
        """What has no outcome yet."""
        return items.filter(outcome=RunOutcomeChoices.PENDING)

    def fetch(self, item: RunItem) -> None:
        """LibreNMS's answers about the object, so that they are cached when it is its turn."""
        if item.librenms_id is None:
            return
        virtual = item.key.startswith(f"{VIRTUAL_MACHINE}:")
        for resource in self.options.chosen():
            if resource.serves(virtual=virtual):
                with suppress(LibreNMSError):
                    resource.ask(self.source, item.librenms_id, in_chassis=False)

    def do(self, items: Sequence[RunItem]) -> Sequence[Result | None]:
        """Sync them: together those of which all is meant, the rest one by one."""
        together: dict[int, Result] = {}
        for some in alike([one for one in items if "rows" not in one.choice]):
            together |= self._together(some) if len(some) > 1 else {}
        return [together.get(item.pk) or self._alone(item) for item in items]

    def check(self) -> None:
        """Ask whether LibreNMS is there, if there is a reason to."""
        if self._failing >= FAILING:
            self._failing = 0
            self.api.devices(refresh=True)

    def _together(self, items: Sequence[RunItem]) -> dict[int, Result]:
        """Item → what became of it. Whatever keeps all of them from being written will say of which it is when each is
        written by itself."""
        try:
            return self._counted(again_where_lost(lambda: self._tried(items)))
        except JobTimeoutException:
            raise
        except Exception:
            logger.exception("%s objects could not be synced together", len(items))
            return {}

    def _alone(self, item: RunItem) -> Result:
        try:
            return self._counted(again_where_lost(lambda: self._tried([item])))[item.pk]
        except ConnectionLostError as error:
            reason = issue(Code.REFUSED, reason=error.message)
        except JobTimeoutException:
            raise
        except Exception as error:  # one bad object never ends a run, whatever is wrong with it
            logger.exception("Sync of %s failed", item.name)
            reason = issue(Code.PLUGIN_FAILED, error=type(error).__name__)
        return Result(outcome=RunOutcomeChoices.FAILED, issues=[issue_json(reason)])

    def _counted(self, results: dict[int, Result]) -> dict[int, Result]:
        """The results, of which those are counted that LibreNMS failed for."""
        for one in results.values():
            failed = any(reason["code"] == Code.LIBRENMS_FAILED for reason in one.issues)
            self._failing = self._failing + 1 if failed else 0
        return results

    def _tried(self, items: Sequence[RunItem]) -> dict[int, Result]:
        """What became of each."""
        done: dict[int, Result] | None = None
        try:
            with apply_request_processors(self.task.request):
                if (reason := elsewhere(self.task.run)) is not None:
                    failed = Result(outcome=RunOutcomeChoices.FAILED, issues=[issue_json(reason)])
                    return {item.pk: failed for item in items}
                with watched():
                    done = self._written(items)
            return done
        except (JobTimeoutException, ConnectionLostError):
            raise
        except Exception as error:
            if done is None:
                raise
            # They are written; what failed are the events that tell of it
            logger.exception("The events of %s synced objects failed", len(items))
            fault = issue_json(issue(Code.PLUGIN_FAILED, error=type(error).__name__))
            return {pk: replace(one, issues=[*one.issues, fault]) for pk, one in done.items()}

    def _written(self, items: Sequence[RunItem]) -> dict[int, Result]:
        branch = active_branch()
        keys = [f"{branch} {item.key}".encode() for item in items]
        with held_alone("sync", keys, using=DEFAULT_DB_ALIAS) as mine:
            busy = issue_json(issue(Code.BUSY, sync=True))
            done = {
                item.pk: Result(outcome=RunOutcomeChoices.FAILED, issues=[busy])
                for item, had in zip(items, mine, strict=True)
                if not had
            }
            return done | self._of_held([item for item, had in zip(items, mine, strict=True) if had])

    def _of_held(self, items: Sequence[RunItem]) -> dict[int, Result]:
        there = objects_of(items)
        earlier = written_before(self.task.run.pk, items)
        known = [item for item in items if item.pk in there]
        gone = Result(outcome=RunOutcomeChoices.FAILED, issues=[issue_json(issue(Code.OBJECT_GONE))])
        done = {item.pk: gone for item in items if item.pk not in there}
        for item, synced in zip(known, self._synced([there[item.pk] for item in known], known), strict=True):
            before = earlier.get((item.object_type_id or 0, item.object_id or 0), {})
            done[item.pk] = result_of(synced, item.name, before)
        return done

    def _synced(self, objects: Sequence[Any], items: Sequence[RunItem]) -> list[Synced]:
        if not objects:
            return []
        choice = items[0].choice
        options = self.options.leaving(choice.get("left") or {})
        selections = options.selections(rows=choice.get("rows"), seen=choice.get("seen"))
        return retried(
            lambda: sync_together(
                objects,
                selections,
                request=self.task.request,
                source=self.source,
                run=self.task.run.pk,
                pauses=self._pauses,
            )
        )
