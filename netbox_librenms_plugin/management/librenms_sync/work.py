"""Comparing or syncing the objects one after the other; one that fails does not stop the others."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _

from ...compat import apply_request_processors
from ...engine import Comparison, NotIdentifiedError, Options, Selection, apply, foresee_many
from ...engine.record import AppliedPlans
from ...librenms.errors import LibreNMSError
from ...lost_connections import DATABASE, ConnectionLostError, again_where_lost
from ...resources import RESOURCES
from ...sync.core.plan import Change, Outcome, Plan
from ...words.sentences import identification_sentence
from ..callers import request_in_name_of

logger = logging.getLogger("netbox_librenms_plugin.sync")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why nothing could be done for an object."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of one object: a comparison (dry run), a run, or a failure."""

    instance: Any
    compared: Comparison | None = None
    run: AppliedPlans | None = None
    failure: Failure | None = None

    @property
    def failed(self) -> bool:
        """Whether something that was asked for is not done."""
        return self.failure is not None or (self.run is not None and bool(self.run.failures))

    @property
    def differs(self) -> bool:
        """Whether a dry run found something."""
        return self.compared is not None and self.compared.differs


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncTask:
    """What to do, in whose name. All changes of one command carry one request id."""

    user: Any
    server: str
    resources: Sequence[str]
    exclude_fields: Sequence[str] = ()
    refresh: bool = False
    request_id: UUID = field(default_factory=uuid4)

    def foresee(self, objects: Iterable[Any]) -> Iterator[Done]:
        """The plans of the objects as a run would come upon them, one after the other; writes nothing."""
        selections = {name: Selection(exclude_fields=self.exclude_fields) for name in self.resources}
        ahead = foresee_many(objects, user=self.user, selections=selections, server=self.server, options=self._options)
        for outlooks, found in ahead:
            yield self._foreseen(replace(found, plans={name: one.as_written for name, one in outlooks.items()}))

    def _foreseen(self, found: Comparison) -> Done:
        if found.error is not None:
            return Done(instance=found.object, failure=_failure(found.error))
        if found.librenms_id is None:
            return Done(instance=found.object, failure=_failure(NotIdentifiedError(found.identification)))
        left_out = frozenset(self.exclude_fields)
        plans = {name: _without(plan, left_out) for name, plan in found.plans.items()}
        # Of many objects only what is reported is kept in memory
        return Done(instance=found.object, compared=replace(found, plans=plans, snapshots={}))

    def write(self, objects: Iterable[Any]) -> Iterator[Done]:
        """Sync the objects, each with its own transaction and its own events."""
        for instance in objects:
            try:
                yield Done(instance=instance, run=again_where_lost(lambda: self._apply(instance)))
            except Exception as error:  # whatever it is, the next object has nothing to do with it
                if not isinstance(error, LibreNMSError | NotIdentifiedError | ObjectDoesNotExist):
                    logger.exception("librenms_sync failed for %s %s", instance._meta.label_lower, instance.pk)
                yield Done(instance=instance, failure=_failure(error))

    def _apply(self, instance: Any) -> AppliedPlans:
        request = request_in_name_of(self.user, self.request_id)
        selection = Selection(exclude_fields=self.exclude_fields)
        with apply_request_processors(request):
            return apply(
                instance,
                user=self.user,
                request=request,
                selections={name: selection for name in self.resources},
                server=self.server,
                options=self._options,
            )

    @property
    def _options(self) -> Options:
        return Options(refresh=self.refresh)


def _failure(error: Exception) -> Failure:
    if isinstance(error, LibreNMSError):
        return Failure(code=error.code, message=error.message)
    if isinstance(error, NotIdentifiedError):
        code, message = identification_sentence(error.identification)
        return Failure(code=code, message=message)
    if isinstance(error, ConnectionLostError):
        return Failure(code=DATABASE, message=error.message)
    if isinstance(error, ObjectDoesNotExist):
        return Failure(code="not_found", message=_("It is gone, or may not be viewed any more."))
    return Failure(code="unexpected", message=_("Something unexpected went wrong; NetBox's log has the details."))


def _without(plan: Plan, names: frozenset[str]) -> Plan:
    """The plan as if some fields, named as people name them, were not compared."""
    if not names:
        return plan
    resource = RESOURCES[plan.resource]
    fields = [
        one for one in (*resource.device_fields, *resource.vm_fields) if one.name in names or one.policy_name in names
    ]
    left_out = frozenset(one.name for one in fields)
    optional = frozenset(one.name for one in fields if not one.required)
    return replace(plan, changes=tuple(_change_without(change, left_out, optional) for change in plan.changes))


def _change_without(change: Change, left_out: frozenset[str], optional: frozenset[str]) -> Change:
    """What a new object cannot exist without is written all the same, so it stays in the plan."""
    if change.outcome is Outcome.MISSING:
        return change.without(optional)
    if change.outcome is not Outcome.CHANGED:
        return change
    kept = tuple(one for one in change.differences if one.field not in left_out)
    return replace(change, differences=kept, outcome=Outcome.CHANGED if kept else Outcome.SAME)
