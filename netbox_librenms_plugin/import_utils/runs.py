"""An import of many devices (``starts.start``), worked off by however many workers there are.

The rows of the run are the work that is left. A worker claims some of them, imports them one by one, each in a
transaction of its own, and writes down what became of it: whoever is killed costs time and nothing else. Cables come
when all devices are there, since they need both ends.
"""

import logging
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from core.choices import ObjectChangeActionChoices
from core.models import ObjectChange
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from django.utils.translation import gettext as _
from rq.timeouts import JobTimeoutException

from ..branching import active_branch
from ..choices import ImportOutcomeChoices, ImportStateChoices
from ..compat import apply_request_processors
from ..engine import NotIdentifiedError
from ..librenms.errors import LibreNMSError
from ..librenms.records import Device
from ..librenms_api import LibreNMSAPI
from ..lost_connections import ConnectionLostError, again_where_lost, lasting, watched
from ..models import ImportRun, ImportRunRow
from ..orm.frame.savepoints import retried
from ..sync.core.issues import Code, Issue, issue
from .claims import Claims
from .ends import finish
from .fleet import Fleet
from .imported import Complaint, Imported
from .importing import fetch_ahead, import_device, sync_resources
from .options import ImportOptions
from .rows import Choice, Kind
from .starts import MOST_COMPLAINTS, complaints_json

PLUGIN = "netbox_librenms_plugin"
# Devices that a worker asks LibreNMS about at the same time
CALLS_AT_ONCE = 4
# Seconds between two looks at what other workers have left
POLL = 0.5
# So many devices in a row that LibreNMS fails for are a reason to ask whether it is there at all
FAILING = 8

logger = logging.getLogger(PLUGIN)


@dataclass(slots=True, kw_only=True)
class Worker:
    """One of those who work a run off. ``id`` names it in the rows that it claims.

    ``stop`` says that somebody cancelled; ``alive`` whether the worker of an id is still there, so that what a dead
    one has claimed is given to others. ``done`` is told of each device when its result is written down.
    """

    run: ImportRun
    request: Any
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    stop: Callable[[], bool] = lambda: False
    alive: Callable[[uuid.UUID], bool] = lambda _id: True
    done: Callable[[ImportRunRow], None] = lambda _row: None
    api: LibreNMSAPI = field(init=False)
    options: ImportOptions = field(init=False)
    fleet: Fleet = field(init=False, default_factory=lambda: Fleet(()))
    listed_at: datetime = field(init=False, default_factory=timezone.now)
    _failing: int = field(init=False, default=0)
    _imports: Claims = field(init=False)
    _cablings: Claims = field(init=False)

    def __post_init__(self) -> None:
        self._imports = Claims(column="claimed_by", worker=self.id, alive=self.alive)
        self._cablings = Claims(column="cabled_by", worker=self.id, alive=self.alive)
        self.api = LibreNMSAPI(self.run.server)
        self.options = ImportOptions.of(self.run.options)

    def work(self) -> bool:
        """Work until nothing is left or somebody cancels; says whether all is done.

        Raises ``LibreNMSError`` when LibreNMS gives no list of devices, at the start or after it failed for several
        devices in a row: what is left stays to be done.
        """
        self._begin()
        listed = self.api.devices()
        self.fleet, self.listed_at = Fleet(listed.value), listed.fetched_at
        while not self.stop():
            rows = self._imports.take(self._pending())
            if rows:
                self._chunk(rows)
            elif self._imports.all_done(self._pending()):
                return self._cables()
            else:
                time.sleep(POLL)
        return False

    @lasting
    def _begin(self) -> None:
        waiting = ImportRun.objects.filter(pk=self.run.pk, started=None, state__in=ImportStateChoices.OPEN)
        waiting.update(started=timezone.now(), state=ImportStateChoices.RUNNING)

    def _pending(self) -> Any:
        return self.run.rows.filter(outcome=ImportOutcomeChoices.PENDING)

    def _chunk(self, rows: Sequence[ImportRunRow]) -> None:
        """Import some rows. Those that a cancel leaves over are free again."""
        with ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="librenms") as pool:
            answers = [pool.submit(self._fetch, row) for row in rows]
            for number, (row, answer) in enumerate(zip(rows, answers, strict=True)):
                if self.stop():
                    pool.shutdown(cancel_futures=True)
                    self._imports.release(rows[number:])
                    return
                answer.result()
                self._import(row)
                try:
                    self._ask_whether_it_is_there()
                except LibreNMSError:
                    pool.shutdown(cancel_futures=True)
                    self._imports.release(rows[number + 1 :])
                    raise

    def _ask_whether_it_is_there(self) -> None:
        if self._failing >= FAILING:
            self._failing = 0
            self.api.devices(refresh=True)

    def _fetch(self, row: ImportRunRow) -> None:
        device = self.fleet.by_id.get(row.librenms_id)
        if device is None:
            return
        try:
            self.api.remember_device(device, self.listed_at)
            fetch_ahead(device, self.api, self.options, virtual=Choice.of(row.choice).kind is Kind.VM)
        except Exception:  # whatever it is, the import of this device will meet it again and say so
            logger.exception("LibreNMS's answers about device %s could not be read", row.librenms_id)

    def _import(self, row: ImportRunRow) -> None:
        device = self.fleet.by_id.get(row.librenms_id)
        if device is None:
            gone = Complaint(issue=issue(Code.NOT_IN_LIBRENMS))
            self._note(row, outcome=ImportOutcomeChoices.FAILED, complaints=(gone,))
            return
        imported = self._imported(row, device)
        if _waited_for_others(imported) and self.stop():
            self._imports.release([row])
            return
        unanswered = any(one.issue.code is Code.LIBRENMS_FAILED for one in imported.complaints)
        self._failing = self._failing + 1 if unanswered else 0
        row.counts = dict(imported.counts)
        self._note(row, outcome=imported.outcome, complaints=imported.complaints, instance=imported.object)

    def _imported(self, row: ImportRunRow, device: Device) -> Imported:
        try:
            imported = again_where_lost(lambda: self._tried(row, device))
        except ConnectionLostError as error:
            return _failed(device, Complaint(issue=issue(Code.REFUSED, reason=error.message)))
        if imported.outcome == ImportOutcomeChoices.EXISTS and self._made(imported.object):
            counts = {"devices": 1, **imported.counts}
            return replace(imported, outcome=ImportOutcomeChoices.CREATED, counts=counts)
        return imported

    def _tried(self, row: ImportRunRow, device: Device) -> Imported:
        imported = None
        try:
            with apply_request_processors(self.request):
                if (elsewhere := self._elsewhere()) is not None:
                    return _failed(device, elsewhere)
                with watched():
                    imported = import_device(
                        device,
                        Choice.of(row.choice),
                        api=self.api,
                        request=self.request,
                        options=self.options,
                        among=self.fleet,
                        host=self._choice_of_host(row, device),
                        seen=str(row.choice.get("seen", "")),
                        stop=self.stop,
                    )
            return imported
        except (JobTimeoutException, ConnectionLostError):
            raise
        except Exception as error:  # one bad device never ends a run, whatever is wrong with it
            logger.exception("Import of LibreNMS device %s failed", device.device_id)
            if imported is not None:  # it is there; what failed are the events that tell of it
                return replace(imported, complaints=(*imported.complaints, _fault(error)))
            return _failed(device, _fault(error))

    @lasting
    def _made(self, instance: Any) -> bool:
        """Whether an earlier try has made it, whose end could not be written down: its worker was killed, or the
        connection broke off while it was stored."""
        made = ObjectChange.objects.filter(
            request_id=self.request.id,
            action=ObjectChangeActionChoices.ACTION_CREATE,
            changed_object_type=ContentType.objects.get_for_model(instance),
            changed_object_id=instance.pk,
        )
        return made.exists()

    def _elsewhere(self) -> Complaint | None:
        """Why nothing can be written: the branch that the import was started in was merged meanwhile, or is not ready,
        so that it would be written to main instead."""
        if active_branch() == self.run.branch:
            return None
        words = _("the import was started in the branch “{name}”, which cannot be written to now")
        main = _("the import was started outside of any branch, and a branch is active now")
        reason = words.format(name=self.run.branch) if self.run.branch else main
        return Complaint(issue=issue(Code.REFUSED, reason=reason))

    def _choice_of_host(self, row: ImportRunRow, device: Device) -> Choice | None:
        """What was chosen for the device that a virtual machine runs on. Rows of older runs do not say it: there it is
        known if the host is imported too."""
        if not isinstance(device.parent_id, int):
            return None
        host = row.choice.get("host")
        if host is not None and host["librenms_id"] == device.parent_id:
            return Choice.of(host)
        its_row = self.run.rows.filter(librenms_id=device.parent_id).first()
        return Choice.of(its_row.choice) if its_row is not None else None

    def _note(self, row: ImportRunRow, *, outcome: str, complaints: Sequence[Complaint], instance: Any = None) -> None:
        row.outcome, row.issues, row.ended = outcome, complaints_json(complaints), timezone.now()
        if instance is not None:
            row.object_type, row.object_id = ContentType.objects.get_for_model(instance), instance.pk
            row.object_repr = str(instance)[:200]
        _save(row)
        self.done(row)

    def _cables(self) -> bool:
        """Cables between what is there now; says whether it came to the end."""
        if not self.options.resources_afterwards():
            return True
        linked = self._with_links()
        while not self.stop():
            rows = self._cablings.take(self._to_cable(linked))
            if rows:
                self._cable_all(rows)
            elif self._cablings.all_done(self._to_cable(linked)):
                return True
            else:
                time.sleep(POLL)
        return False

    def _cable_all(self, rows: Sequence[ImportRunRow]) -> None:
        """Cables of some rows. Those that a cancel leaves over are free again."""
        for number, row in enumerate(rows):
            if self.stop():
                self._cablings.release(rows[number:])
                return
            self._cable(row)

    @lasting
    def others_at_it(self) -> bool:
        """Whether a living worker other than this one is at a device."""
        uncabled = self.run.rows.filter(cabled=False)
        return self._imports.others_at(self._pending()) or self._cablings.others_at(uncabled)

    def _with_links(self) -> set[int] | None:
        """The devices that have neighbours by LibreNMS; None where it does not say so in one call."""
        try:
            return {one.local_device_id for one in self.api.fleet_links().value}
        except LibreNMSError:
            return None

    def _to_cable(self, linked: set[int] | None) -> Any:
        rows = self.run.rows.filter(cabled=False, outcome__in=self._cabled_outcomes(), object_type__model="device")
        return rows if linked is None else rows.filter(librenms_id__in=linked)

    def _cabled_outcomes(self) -> list[str]:
        outcomes = [ImportOutcomeChoices.CREATED]
        return (
            [*outcomes, ImportOutcomeChoices.LINKED, ImportOutcomeChoices.EXISTS] if self.options.existing else outcomes
        )

    def _cable(self, row: ImportRunRow) -> None:
        counts, complaints = self._cabled(row)
        row.counts = {**row.counts, **{name: number for name, number in counts.items() if number}}
        row.issues = [*row.issues, *complaints_json(complaints)][:MOST_COMPLAINTS]
        # Its time is a sign that somebody is at it still
        row.cabled, row.ended = True, timezone.now()
        _save(row)

    def _cabled(self, row: ImportRunRow) -> tuple[dict[str, int], list[Complaint]]:
        try:
            return again_where_lost(lambda: self._cabled_once(row))
        except ConnectionLostError as error:
            reason = issue(Code.REFUSED, reason=error.message)
        except LibreNMSError as error:
            reason = issue(Code.LIBRENMS_FAILED, reason=error.message)
        except NotIdentifiedError:
            reason = issue(Code.NOT_IN_LIBRENMS)
        except ObjectDoesNotExist:
            reason = issue(Code.NO_PERMISSION, what=_("view devices"))
        except JobTimeoutException:
            raise
        except Exception as error:  # as for devices
            logger.exception("Cables of %s failed", row.hostname)
            return {}, [_fault(error)]
        return {}, self._of_all_afterwards(reason)

    def _cabled_once(self, row: ImportRunRow) -> tuple[dict[str, int], list[Complaint]]:
        with watched():
            return retried(lambda: self._cables_of(row))

    def _cables_of(self, row: ImportRunRow) -> tuple[dict[str, int], list[Complaint]]:
        with apply_request_processors(self.request):
            if (elsewhere := self._elsewhere()) is not None:
                return {}, self._of_all_afterwards(elsewhere.issue)
            # Not by the row's own reference: rows are in main, and what they tell of can be in a branch
            instance = row.object_type.model_class().objects.filter(pk=row.object_id).first()
            if instance is None:
                return {}, self._of_all_afterwards(issue(Code.DELETED_MEANWHILE))
            names = self.options.resources_afterwards()
            return sync_resources(instance, names, user=self.request.user, request=self.request, api=self.api)

    def _of_all_afterwards(self, reason: Issue) -> list[Complaint]:
        return [Complaint(issue=reason, resource=name) for name in self.options.resources_afterwards()]


@lasting
def _save(row: ImportRunRow) -> None:
    row.save()


def run_now(
    run: ImportRun,
    request: Any,
    *,
    stop: Callable[[], bool] = lambda: False,
    done: Callable[[ImportRunRow], None] = lambda _row: None,
) -> None:
    """Work a run off while the caller waits. Raises ``LibreNMSError``; the run is closed in any case.

    ``stop`` and ``done`` as in ``Worker``.
    """
    state: str | None = ImportStateChoices.CANCELLED
    try:
        if Worker(run=run, request=request, stop=stop, done=done).work():
            state = None
    except LibreNMSError:
        state = ImportStateChoices.FAILED
        raise
    finally:
        finish(run, state=state)


def _waited_for_others(imported: Imported) -> bool:
    return any(one.issue.code is Code.BUSY for one in imported.complaints)


def _failed(device: Device, complaint: Complaint) -> Imported:
    return Imported(librenms_id=device.device_id, hostname=device.hostname, outcome="failed", complaints=(complaint,))


def _fault(error: Exception) -> Complaint:
    return Complaint(issue=issue(Code.PLUGIN_FAILED, error=type(error).__name__))
