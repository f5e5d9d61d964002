"""How an import of many makes the devices: one by one or many together, each whole or not at all."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import batched
from typing import Any, ClassVar

from core.choices import ObjectChangeActionChoices
from core.models import ObjectChange
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils import timezone
from rq.timeouts import JobTimeoutException

from ..choices import RunOutcomeChoices
from ..compat import apply_request_processors
from ..librenms.records import Device
from ..librenms.sources import Bulk, PerDevice, Source
from ..librenms_api import LibreNMSAPI
from ..lost_connections import ConnectionLostError, again_where_lost, lasting, watched
from ..models import RunItem
from ..orm.frame.batches import REFUSALS
from ..orm.frame.savepoints import retried
from ..runs.phases import Phase, Result, Task
from ..sync.core.issues import Code, issue
from .imported import Complaint, Imported
from .importing import import_device
from .listed_devices import ListedDevices
from .options import ImportOptions
from .phase_results import elsewhere, fault_of, result_of
from .rows import Choice, Kind
from .starts import MANY, complaints_json
from .syncing import fetch_ahead
from .together import ApartError, import_together

DEVICES = "devices"
# So many devices in a row that LibreNMS fails for are a reason to ask whether it is there at all
FAILING = 8
# So many at once: more would hold what others wait for too long
TOGETHER = 25

logger = logging.getLogger("netbox_librenms_plugin")


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
            item.pk: result_of(_as_made(one) if item.librenms_id in there and one.object in made else one)
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
                if elsewhere(self.task.run) is not None:
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
            fault = fault_of(error)
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
        return result_of(imported)

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
                if (reason := elsewhere(self.task.run)) is not None:
                    return _failed(device, reason)
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
                return replace(imported, complaints=(*imported.complaints, fault_of(error)))
            return _failed(device, fault_of(error))

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


def _as_made(imported: Imported) -> Imported:
    """What an earlier try has made was made by this import."""
    return replace(imported, outcome=RunOutcomeChoices.CREATED, counts={"devices": 1, **imported.counts})


def _waited_for_others(imported: Imported) -> bool:
    return any(one.issue.code is Code.BUSY for one in imported.complaints)


def _failed(device: Device, complaint: Complaint) -> Imported:
    return Imported(librenms_id=device.device_id, hostname=device.hostname, outcome="failed", complaints=(complaint,))
