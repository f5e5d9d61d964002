"""How an import of many makes the cables, which need the devices at both ends."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from dcim.models import Device as NetBoxDevice
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rq.timeouts import JobTimeoutException

from ..choices import RunOutcomeChoices
from ..compat import apply_request_processors
from ..engine import NotIdentifiedError
from ..librenms.errors import LibreNMSError
from ..librenms.sources import Bulk, PerDevice, Source
from ..librenms_api import LibreNMSAPI
from ..lost_connections import ConnectionLostError, again_where_lost, watched
from ..models import RunItem
from ..orm.frame.savepoints import retried
from ..runs.phases import Phase, Result, Task
from ..sync.core.issues import Code, Issue, issue
from .imported import Complaint
from .options import ImportOptions
from .phase_results import elsewhere, fault_of, synced_result
from .starts import MANY
from .syncing import WAIT_FOR_MANY, WAIT_FOR_OTHERS, Synced, sync_together

CABLES = "cables"
# Devices that are cabled in one transaction, whose cables are stored together. A switch of a core has dozens of them,
# whose other ends wait for it.
CABLED_TOGETHER = 20

logger = logging.getLogger("netbox_librenms_plugin")


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
            if elsewhere(self.task.run) is not None:
                return {}
            there = NetBoxDevice.objects.in_bulk([item.object_id for item in items])
            known = [item for item in items if item.object_id in there]
            objects = [there[item.object_id] for item in known]
            synced = retried(lambda: self._synced(objects))
        done = zip(known, synced, strict=True)
        return {item.pk: synced_result(one) for item, one in done if one.error is None}

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
        return synced_result(self._cabled(item))

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
            return Synced(complaints=[fault_of(error)])
        return self._of_all_afterwards(reason)

    def _cabled_once(self, item: RunItem) -> Synced:
        with watched():
            return retried(lambda: self._cables_of(item))

    def _cables_of(self, item: RunItem) -> Synced:
        with apply_request_processors(self.task.request):
            if (reason := elsewhere(self.task.run)) is not None:
                return self._of_all_afterwards(reason.issue)
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
