"""The phases of an import: the devices one by one, each whole or not at all; then cables, which need both ends."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import batched
from typing import Any, ClassVar

from core.choices import ObjectChangeActionChoices
from core.models import ObjectChange
from dcim.models import Device as NetBoxDevice
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from rq.timeouts import JobTimeoutException

from ..branching import active_branch
from ..choices import RunOutcomeChoices
from ..compat import apply_request_processors
from ..engine import NotIdentifiedError
from ..librenms.errors import LibreNMSError
from ..librenms.records import Device
from ..librenms.sources import Bulk, PerDevice, Source
from ..librenms_api import LibreNMSAPI
from ..lost_connections import ConnectionLostError, again_where_lost, lasting, watched
from ..models import Run, RunItem
from ..orm.frame.batches import REFUSALS
from ..orm.frame.savepoints import retried
from ..runs.phases import Phase, Result, Task
from ..sync.core.issues import Code, Issue, issue
from .imported import Complaint, Imported
from .importing import import_device
from .listed_devices import ListedDevices
from .options import ImportOptions
from .rows import Choice, Kind
from .starts import MANY, complaints_json, gaps_json
from .syncing import WAIT_FOR_MANY, WAIT_FOR_OTHERS, Synced, fetch_ahead, sync_together
from .together import ApartError, import_together

DEVICES, CABLES = "devices", "cables"
# So many devices in a row that LibreNMS fails for are a reason to ask whether it is there at all
FAILING = 8
# So many at once: more would hold what others wait for too long
TOGETHER = 25
# Devices that are cabled in one transaction: a switch of a core has dozens of cables, whose other ends wait for it
CABLED_TOGETHER = 5

logger = logging.getLogger("netbox_librenms_plugin")


def phases_of(task: Task) -> Sequence[Phase]:
    """The phases of an import for one worker. Raises ``LibreNMSError`` where its server is not configured."""
    api, options = LibreNMSAPI(task.run.server), ImportOptions.of(task.run.options)
    return (Devices(task=task, api=api, options=options), Cables(task=task, api=api, options=options))


@dataclass(slots=True, kw_only=True)
class Devices(Phase):
    """Imports the devices. Beginning raises ``LibreNMSError`` when LibreNMS gives no list of devices, and so does the
    check after it failed for several devices in a row."""

    name: ClassVar[str] = DEVICES
    fetches: ClassVar[bool] = True
    task: Task
    api: LibreNMSAPI
    options: ImportOptions
    batch: int = field(init=False, default=1)
    fleet: ListedDevices = field(init=False, default_factory=lambda: ListedDevices(()))
    listed_at: datetime = field(init=False, default_factory=timezone.now)
    source: Source = field(init=False)
    _failing: int = field(init=False, default=0)

    def begin(self) -> None:
        """Read the list of devices."""
        listed = self.api.devices()
        self.fleet, self.listed_at = ListedDevices(listed.value), listed.fetched_at
        many = self.task.run.items.count() >= MANY
        self.source = Bulk(self.api, complete=True) if many else PerDevice(self.api)
        self.batch = TOGETHER if many else 1

    def pending(self, items: QuerySet[RunItem]) -> QuerySet[RunItem]:
        """What has no outcome yet."""
        return items.filter(outcome=RunOutcomeChoices.PENDING)

    def fetch(self, item: RunItem) -> None:
        """LibreNMS's answers about the device, so that they are cached when it is imported."""
        device = self.fleet.by_id.get(item.librenms_id)
        if device is None:
            return
        try:
            self.api.remember_device(device, self.listed_at)
            fetch_ahead(device, self.source, self.options, virtual=Choice.of(item.choice).kind is Kind.VM)
        except Exception:  # whatever it is, the import of this device will meet it again and say so
            logger.exception("LibreNMS's answers about device %s could not be read", item.librenms_id)

    def do(self, items: Sequence[RunItem]) -> Sequence[Result | None]:
        """Import them: what is simple together, the rest one by one."""
        together = self._together(items) if len(items) > 1 else {}
        return [together.get(item.pk) or self._import(item) for item in items]

    def check(self) -> None:
        """Ask whether LibreNMS is there, if there is a reason to."""
        if self._failing >= FAILING:
            self._failing = 0
            self.api.devices(refresh=True)

    def _together(self, items: Sequence[RunItem]) -> dict[int, Result]:
        """Item → what became of it, for those that could be imported with others. Where NetBox refuses one of them the
        halves are tried, so that it costs the others little."""
        try:
            imported = again_where_lost(lambda: self._tried_together(items))
        except ApartError as apart:
            rest = [one for one in items if one.librenms_id not in apart.ids]
            return self._together(rest) if len(rest) > 1 else {}
        except REFUSALS:
            some = [self._together(part) for part in batched(items, (len(items) + 1) // 2) if len(part) > 1]
            return {pk: result for part in some for pk, result in part.items()}
        except JobTimeoutException:
            raise
        except Exception:  # whatever it is: each by itself will say whose fault it is
            logger.exception("%s devices could not be imported together", len(items))
            return {}
        there = {pk for pk, one in imported.items() if one.outcome == RunOutcomeChoices.EXISTS}
        made = self._made([imported[pk].object for pk in there])
        self._failing = 0 if imported else self._failing
        return {
            item.pk: _result(_as_made(one) if item.librenms_id in there and one.object in made else one)
            for item in items
            if (one := imported.get(item.librenms_id)) is not None
        }

    def _tried_together(self, items: Sequence[RunItem]) -> dict[int, Imported]:
        known = [item for item in items if item.librenms_id in self.fleet.by_id]
        devices = {item.librenms_id: self.fleet.by_id[item.librenms_id] for item in known}
        choices = self._choices_of_hosts(known) | {item.librenms_id: Choice.of(item.choice) for item in known}
        imported: dict[int, Imported] | None = None
        try:
            with apply_request_processors(self.task.request):
                if _elsewhere(self.task.run) is not None:
                    return {}
                with watched():
                    imported = retried(
                        lambda: import_together(
                            devices,
                            choices,
                            source=self.source,
                            request=self.task.request,
                            options=self.options,
                            among=self.fleet,
                            seen={item.librenms_id: str(item.choice.get("seen", "")) for item in known},
                            run=self.task.run.pk,
                        )
                    )
            return imported
        except (JobTimeoutException, ConnectionLostError):
            raise
        except Exception as error:
            if imported is None:
                raise
            # They are there; what failed are the events that tell of them
            logger.exception("The events of %s imported devices failed", len(imported))
            fault = _fault(error)
            return {pk: replace(one, complaints=(*one.complaints, fault)) for pk, one in imported.items()}

    def _import(self, item: RunItem) -> Result | None:
        device = self.fleet.by_id.get(item.librenms_id)
        if device is None:
            gone = Complaint(issue=issue(Code.NOT_IN_LIBRENMS))
            return Result(outcome=RunOutcomeChoices.FAILED, issues=complaints_json((gone,)))
        imported = self._imported(item, device)
        if _waited_for_others(imported) and self.task.stop():
            return None
        unanswered = any(one.issue.code is Code.LIBRENMS_FAILED for one in imported.complaints)
        self._failing = self._failing + 1 if unanswered else 0
        return _result(imported)

    def _imported(self, item: RunItem, device: Device) -> Imported:
        try:
            imported = again_where_lost(lambda: self._tried(item, device))
        except ConnectionLostError as error:
            return _failed(device, Complaint(issue=issue(Code.REFUSED, reason=error.message)))
        if imported.outcome == RunOutcomeChoices.EXISTS and self._made([imported.object]):
            return _as_made(imported)
        return imported

    def _tried(self, item: RunItem, device: Device) -> Imported:
        imported = None
        try:
            with apply_request_processors(self.task.request):
                if (elsewhere := _elsewhere(self.task.run)) is not None:
                    return _failed(device, elsewhere)
                with watched():
                    imported = import_device(
                        device,
                        Choice.of(item.choice),
                        source=self.source,
                        request=self.task.request,
                        options=self.options,
                        among=self.fleet,
                        host=self._choices_of_hosts([item]).get(device.parent_id),
                        seen=str(item.choice.get("seen", "")),
                        stop=self.task.stop,
                        run=self.task.run.pk,
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
    def _made(self, instances: Sequence[Any]) -> set[Any]:
        """Those that an earlier try has made, whose end could not be written down: its worker was killed, or the
        connection broke off while it was stored."""
        made: set[Any] = set()
        for model in {type(one) for one in instances}:
            by_id = {one.pk: one for one in instances if type(one) is model}
            created = ObjectChange.objects.filter(
                request_id=self.task.request.id,
                action=ObjectChangeActionChoices.ACTION_CREATE,
                changed_object_type=ContentType.objects.get_for_model(model),
                changed_object_id__in=by_id,
            )
            made |= {by_id[pk] for pk in created.values_list("changed_object_id", flat=True)}
        return made

    def _choices_of_hosts(self, items: Sequence[RunItem]) -> dict[Any, Choice]:
        """LibreNMS id → what was chosen for a device that one of these runs on. Items of older runs do not say it:
        there it is known if the host is imported too."""
        found: dict[Any, Choice] = {}
        unsaid: set[int] = set()
        for item in items:
            device, host = self.fleet.by_id.get(item.librenms_id), item.choice.get("host")
            if device is None or not isinstance(device.parent_id, int):
                continue
            if host is not None and host["librenms_id"] == device.parent_id:
                found[device.parent_id] = Choice.of(host)
            else:
                unsaid.add(device.parent_id)
        if unsaid:
            hosts = self.task.run.items.filter(librenms_id__in=unsaid)
            found = {one.librenms_id: Choice.of(one.choice) for one in hosts} | found
        return found


@dataclass(slots=True, kw_only=True)
class Cables(Phase):
    """Makes the cables between what is there now."""

    name: ClassVar[str] = CABLES
    task: Task
    api: LibreNMSAPI
    options: ImportOptions
    batch: int = field(init=False, default=1)
    source: Source = field(init=False)
    _pauses: Sequence[float] = field(init=False, default=WAIT_FOR_OTHERS)
    # The devices that have neighbours by LibreNMS; None where it does not say so in one call
    _linked: set[int] | None = field(init=False, default=None)

    def begin(self) -> None:
        """Read which devices have neighbours."""
        if not self.options.resources_afterwards():
            return
        try:
            self._linked = {one.local_device_id for one in self.api.fleet_links().value}
        except LibreNMSError:
            self._linked = None
        many = self.task.run.items.count() >= MANY
        self.source = Bulk(self.api, complete=True) if many else PerDevice(self.api)
        self.batch = CABLED_TOGETHER if many else 1
        self._pauses = WAIT_FOR_MANY if many else WAIT_FOR_OTHERS

    def pending(self, items: QuerySet[RunItem]) -> QuerySet[RunItem]:
        """Devices that were imported and are not cabled yet."""
        if not self.options.resources_afterwards():
            return items.none()
        outcomes = [RunOutcomeChoices.CREATED]
        if self.options.existing:
            outcomes += [RunOutcomeChoices.LINKED, RunOutcomeChoices.EXISTS]
        made = items.filter(outcome__in=outcomes, object_type__model="device")
        return made if self._linked is None else made.filter(librenms_id__in=self._linked)

    def do(self, items: Sequence[RunItem]) -> Sequence[Result | None]:
        """Cable them."""
        together = self._together(items) if len(items) > 1 else {}
        return [together.get(item.pk) or self._cable(item) for item in items]

    def _together(self, items: Sequence[RunItem]) -> dict[int, Result]:
        """Item → what became of it, for those that are there. Whatever keeps all of them from being cabled will say
        of which it is when each is cabled by itself."""
        try:
            return again_where_lost(lambda: self._tried_together(items))
        except JobTimeoutException:
            raise
        except Exception:
            logger.exception("%s devices could not be cabled together", len(items))
            return {}

    def _tried_together(self, items: Sequence[RunItem]) -> dict[int, Result]:
        with watched(), apply_request_processors(self.task.request):
            if _elsewhere(self.task.run) is not None:
                return {}
            there = NetBoxDevice.objects.in_bulk([item.object_id for item in items])
            known = [item for item in items if item.object_id in there]
            objects = [there[item.object_id] for item in known]
            synced = retried(lambda: self._synced(objects))
        done = zip(known, synced, strict=True)
        return {item.pk: _written(one) for item, one in done if one.error is None}

    def _synced(self, objects: Sequence[Any]) -> list[Synced]:
        request = self.task.request
        return sync_together(
            objects,
            self.options.resources_afterwards(),
            user=request.user,
            request=request,
            source=self.source,
            run=self.task.run.pk,
            pauses=self._pauses,
        )

    def _cable(self, item: RunItem) -> Result:
        return _written(self._cabled(item))

    def _cabled(self, item: RunItem) -> Synced:
        try:
            return again_where_lost(lambda: self._cabled_once(item))
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
            logger.exception("Cables of %s failed", item.name)
            return Synced(complaints=[_fault(error)])
        return self._of_all_afterwards(reason)

    def _cabled_once(self, item: RunItem) -> Synced:
        with watched():
            return retried(lambda: self._cables_of(item))

    def _cables_of(self, item: RunItem) -> Synced:
        with apply_request_processors(self.task.request):
            if (elsewhere := _elsewhere(self.task.run)) is not None:
                return self._of_all_afterwards(elsewhere.issue)
            # Not by the row's own reference: rows are in main, and what they tell of can be in a branch
            instance = item.object_type.model_class().objects.filter(pk=item.object_id).first()
            if instance is None:
                return self._of_all_afterwards(issue(Code.DELETED_MEANWHILE))
            (synced,) = self._synced([instance])
            if synced.error is not None:
                raise synced.error
            return synced

    def _of_all_afterwards(self, reason: Issue) -> Synced:
        names = self.options.resources_afterwards()
        return Synced(complaints=[Complaint(issue=reason, resource=name) for name in names])


def _result(imported: Imported) -> Result:
    return Result(
        outcome=imported.outcome,
        counts=imported.counts,
        issues=complaints_json(imported.complaints),
        gaps=gaps_json(imported.gaps),
        object=imported.object,
    )


def _as_made(imported: Imported) -> Imported:
    """What an earlier try has made was made by this import."""
    return replace(imported, outcome=RunOutcomeChoices.CREATED, counts={"devices": 1, **imported.counts})


def _written(synced: Synced) -> Result:
    written = {name: number for name, number in synced.counts.items() if number}
    return Result(counts=written, issues=complaints_json(synced.complaints), gaps=gaps_json(synced.gaps))


def _elsewhere(run: Run) -> Complaint | None:
    """Why nothing can be written: the branch that the import was started in was merged meanwhile, or is not ready, so
    that it would be written to main instead."""
    if active_branch() == run.branch:
        return None
    words = _("the import was started in the branch “{name}”, which cannot be written to now")
    main = _("the import was started outside of any branch, and a branch is active now")
    reason = words.format(name=run.branch) if run.branch else main
    return Complaint(issue=issue(Code.REFUSED, reason=reason))


def _waited_for_others(imported: Imported) -> bool:
    return any(one.issue.code is Code.BUSY for one in imported.complaints)


def _failed(device: Device, complaint: Complaint) -> Imported:
    return Imported(librenms_id=device.device_id, hostname=device.hostname, outcome="failed", complaints=(complaint,))


def _fault(error: Exception) -> Complaint:
    return Complaint(issue=issue(Code.PLUGIN_FAILED, error=type(error).__name__))
