"""Import of one device: matched anew under a lock, made or linked, completed with what LibreNMS knows of it.

All of it is one transaction: when it is cut off, or LibreNMS fails half-way, nothing of the device is there.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils.translation import gettext as _

from ..compat import advisory_lock
from ..engine import NotIdentifiedError, Options, confirm_link, scope_of
from ..librenms.errors import DeviceNotFound, LibreNMSError
from ..librenms.records import Device
from ..librenms.sources import Source
from ..librenms_api import LibreNMSAPI
from ..orm.chassis.devices import NewObject, create, hold_types
from ..orm.chassis.read import AskedStack
from ..orm.chassis.write import create_leader, refusal_issue
from ..orm.frame.batches import REFUSALS
from ..orm.frame.librenms_ids import AlreadyLinkedError, bind, hold_ids
from ..orm.frame.permissions import NotAllowedError
from ..orm.frame.results import reason_of
from ..orm.frame.savepoints import lost_to_another, retried, savepoint
from ..orm.frame.scope import Scope
from ..orm.frame.subjects import Subject
from ..resources import MEMBERS
from ..sync.chassis.plan import elsewhere, leading_row
from ..sync.chassis.stacks import Stack
from ..sync.core.issues import Code, Issue, issue
from ..sync.core.normalise import text
from ..sync.core.plan import Gap, Outcome, Plan
from ..sync.core.serials import real_serial
from .imported import Complaint, Imported
from .left_out import left_out, link_doubt
from .listed_devices import ListedDevices
from .listing import rows_of
from .making import database, hold_serials, new_object, remember, serial_of, stack_of
from .members import asked_of, complaints_of, plan_of
from .netbox import object_of
from .options import ImportOptions
from .rows import Choice, Kind, Row, State
from .syncing import Synced, sync_together

# Somebody else who imports the same device is waited for: a device takes seconds, and then it is there
LOOK_AGAIN = 0.5
LOOKS_WHILE_BUSY = 120


class _Undone(Exception):
    """Nothing of this device is to stay, for this reason."""

    def __init__(self, *reasons: Issue) -> None:
        super().__init__(reasons)
        self.reasons = reasons


def import_device(
    device: Device,
    choice: Choice,
    *,
    source: Source,
    request: Any,
    options: ImportOptions,
    among: ListedDevices | None = None,
    host: Choice | None = None,
    seen: str = "",
    stop: Callable[[], bool] = lambda: False,
    run: int | None = None,
) -> Imported:
    """Import one device in the name of ``request.user``. Runs inside the event tracking of ``request``; every failure
    is in the answer.

    ``source``: where LibreNMS's answers come from. ``among``: all devices of the server, so that what can be two of
    them is not imported. ``host``: what was chosen for the device that a virtual machine runs on. ``seen``: fingerprint
    of the row that the person saw; what would become something else now is stale and not imported. ``stop``: whether
    not to wait any more for somebody else who is importing the same device. ``run``: id of the run that it is a part
    of.
    """
    for _look in range(LOOKS_WHILE_BUSY):
        # Who waits has the rights of the moment in which it is his turn
        work = _DeviceImport(
            device=device,
            choice=choice,
            source=source,
            user=request.user,
            request=request,
            options=options,
            among=among,
            host=host,
            seen=seen,
            run=run,
            scope=scope_of(source.api, request.user, Options()),
        )
        name = f"netbox_librenms_plugin import {source.api.server.key} {device.device_id}"
        with advisory_lock(name, wait=False) as held:
            if held:
                return _outcome(work)
        if stop():
            break
        time.sleep(LOOK_AGAIN)
    return work.failed(issue(Code.BUSY))


def _outcome(work: "_DeviceImport") -> Imported:
    try:
        return retried(work.whole)
    except _Undone as undone:
        return work.failed(*undone.reasons)
    except NotAllowedError as error:
        return work.failed(issue(Code.NO_PERMISSION, what=str(error)))
    except ObjectDoesNotExist:
        return work.failed(issue(Code.NO_PERMISSION, what=_("view devices")))
    except AlreadyLinkedError as error:
        return work.failed(issue(Code.REFUSED, reason=str(error)))
    except REFUSALS as error:
        return work.failed(issue(Code.REFUSED, reason=reason_of(error)))
    except LibreNMSError as error:
        return work.failed(issue(Code.LIBRENMS_FAILED, reason=error.message))
    except NotIdentifiedError:
        return work.failed(issue(Code.NOT_IN_LIBRENMS))


@dataclass(frozen=True, slots=True, kw_only=True)
class _DeviceImport:
    """One device, on somebody's behalf."""

    device: Device
    choice: Choice
    source: Source
    user: Any
    request: Any
    options: ImportOptions
    among: ListedDevices | None
    host: Choice | None
    seen: str
    run: int | None
    scope: Scope

    @property
    def api(self) -> LibreNMSAPI:
        """The server's API."""
        return self.source.api

    def failed(self, *reasons: Issue) -> Imported:
        """Nothing of it is there, for these reasons."""
        return Imported(
            librenms_id=self.device.device_id,
            hostname=self.device.hostname,
            outcome="failed",
            complaints=tuple(Complaint(issue=one) for one in reasons),
        )

    def whole(self) -> Imported:
        """``done`` in a transaction."""
        with savepoint(database()), transaction.atomic():
            return self.done()

    def done(self) -> Imported:
        """The device as it is in NetBox after all. Raises whatever keeps it from being there whole."""
        hold_ids([self.device.device_id], self.scope, using=database())
        hold_serials([text(self.device.serial)])
        row = self._row()
        doubt = link_doubt(row, self.api, user=self.user) if self.options.existing else None
        stack = self._stack(row) if doubt is None else Stack()
        hold_serials(one.serial for one in stack.members)
        plan = self._members_of_new(row, stack)
        outcome, instance, problem = self._held(row, stack, plan)
        if outcome == "linked" and self.choice.link is not None:
            confirm_link(instance, self.device, user=self.user, api=self.api)
        members, complaints = self._members(instance, stack, plan, problem)
        counts = {"devices": int(outcome == "created"), MEMBERS.counted_as: members}
        if self.choice.take_serial and outcome == "linked":
            complaints += [Complaint(issue=one) for one in _serial_problems(row)]
        synced = outcome == "created" or self.options.existing
        gaps: Mapping[str, Sequence[Gap]] = {}
        complaints += [Complaint(issue=one) for one in left_out(row, doubt)]
        if synced and doubt is None:
            found = self._resources(instance, row.kind)
            counts |= found.counts
            complaints += found.complaints
            gaps = found.gaps
        return Imported(
            librenms_id=self.device.device_id,
            hostname=self.device.hostname,
            outcome=outcome,
            object=instance,
            complaints=tuple(complaints),
            counts={name: number for name, number in counts.items() if number},
            gaps=gaps,
        )

    def _row(self) -> Row:
        choices = {self.device.device_id: self.choice}
        if self.host is not None and isinstance(self.device.parent_id, int):
            choices[self.device.parent_id] = self.host
        (row,) = rows_of((self.device,), self.api, user=self.user, choices=choices, among=self.among)
        if row.state is State.IGNORED:
            raise _Undone(issue(Code.IGNORED))
        if row.state in (State.CONFLICT, State.NEEDS_SETUP):
            raise _Undone(*row.issues)
        if self.seen and row.state is not State.LINKED and row.fingerprint != self.seen:
            raise _Undone(issue(Code.STALE))
        return row

    def _held(self, row: Row, stack: Stack, plan: Plan | None) -> tuple[str, Any, Issue | None]:
        """(outcome, the object in NetBox, why a new one has no virtual chassis although it is a stack)."""
        if row.holder is None:
            return "created", *self._created(self._new(row, stack), plan)
        instance = object_of(row.holder.kind).objects.restrict(self.user, "view").filter(pk=row.holder.id).first()
        if instance is None:
            raise _Undone(issue(Code.STALE if row.holder.visible else Code.HOLDER_HIDDEN))
        if row.state is State.LINKED:
            return "exists", instance, None
        serial = serial_of(row) if self.choice.take_serial and row.kind is Kind.DEVICE else ""
        old = self._id_of_the_past(row)
        return "linked", bind(instance, row.librenms_id, self.scope, serial=serial, relink=False, instead_of=old), None

    def _id_of_the_past(self, row: Row) -> int | None:
        """The id that the object has had until a person chose this device for it; LibreNMS must have it no more."""
        old = row.holder.librenms_id if row.holder else None
        if old in (None, row.librenms_id):
            return None
        try:
            self.api.device(old, refresh=True)
        except DeviceNotFound:
            return old
        raise _Undone(issue(Code.STALE))

    def _new(self, row: Row, stack: Stack) -> NewObject:
        """What is to be made. The device of a stack has the serial number of the unit that it is: LibreNMS may give
        that of a part."""
        return new_object(row, stack.master.serial if stack.master else serial_of(row))

    def _created(self, new: NewObject, plan: Plan | None) -> tuple[Any, Issue | None]:
        """The new object, and why it has no virtual chassis: that of a stack is in its own from the start, but where
        that is refused it is a device all the same."""
        leader = leading_row(plan) if plan is not None else None
        if leader is None:
            return create(new, self.scope), None
        try:
            return create_leader(new, leader, self.scope), None
        except REFUSALS as error:
            if lost_to_another(error):
                raise
            return create(new, self.scope), refusal_issue(error)

    def _stack(self, row: Row) -> Stack:
        """The stack that the device is, as far as anybody wants to know: what NetBox has already is left as it is,
        unless it is to be synced too."""
        if row.holder is not None and not self.options.existing:
            return Stack()
        stack = stack_of(row, self.api, self.options)
        if stack is None:
            return Stack()
        remember([(row, stack)], self.api)
        return stack

    def _members_of_new(self, row: Row, stack: Stack) -> Plan | None:
        """What comes with a device that is to be made. A stack of which NetBox has a unit already is there, under
        another name maybe, and not made."""
        if row.holder is not None:
            return None
        plan = plan_of(asked_of(row, stack), self.scope)
        if reasons := elsewhere(plan):
            raise _Undone(*reasons)
        self._hold_types(plan)
        return plan

    def _hold_types(self, plan: Plan) -> None:
        types = (one.wanted.get("device_type") for one in plan.changes)
        hold_types({one.id for one in types if one is not None and one.id is not None}, database())

    def _members(
        self, instance: Any, stack: Stack, plan: Plan | None, problem: Issue | None
    ) -> tuple[int, list[Complaint]]:
        """How many members of the stack were made, and why others were not. The device is one of them already, unless
        there is a ``problem``: then it has no chassis."""
        if problem is not None:
            return 0, [Complaint(issue=problem, resource=MEMBERS.name, name=str(instance))]
        if plan is None:
            plan = plan_of(AskedStack(stack=stack, leader=instance), self.scope, lock=True)
            self._hold_types(plan)
        leader = leading_row(plan)
        subject = Subject(object=instance, members=(instance,), visible=frozenset({instance.pk}))
        rows = [one for one in plan.syncable if one is not leader]
        results = [one for _entry, one in MEMBERS.write([(subject, rows)], self.scope)] if rows else []
        refused = [
            Complaint(issue=one.issue, resource=MEMBERS.name, name=one.name) for one in results if one.issue is not None
        ]
        made = sum(one.ok and one.outcome is Outcome.MISSING for one in results)
        return made, [*complaints_of(plan), *refused]

    def _resources(self, instance: Any, kind: Kind) -> Synced:
        names = self.options.resources(virtual=kind is Kind.VM)
        if not names:
            return Synced()
        (synced,) = sync_together(
            [instance], names, user=self.user, request=self.request, source=self.source, run=self.run
        )
        if synced.error is not None:
            raise synced.error
        return synced


def _serial_problems(row: Row) -> tuple[Issue, ...]:
    """Why a device does not get LibreNMS's serial number."""
    if row.kind is Kind.VM or serial_of(row):
        return ()
    return (issue(Code.SERIAL_TOO_LONG if real_serial(row.device.serial) else Code.SERIAL_UNKNOWN),)
