"""The virtual chassis of a stack: made with all members, or completed with those that it lacks, from the plan.

What NetBox has already is never moved, renamed or renumbered; where it contradicts the stack, that is told.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dcim.models import Device, DeviceType, VirtualChassis
from django.db import router
from extras.models import CustomField

from ...sync.core.issues import Code, Issue, issue
from ...sync.core.plan import Change, Outcome
from ...sync.core.serials import folded_serial
from ..frame.batches import REFUSALS, Batch, Written, entries_of
from ..frame.permissions import NotAllowedError, refusal, require, require_rows
from ..frame.results import RowResult, failed, reason_of, written
from ..frame.savepoints import lost_to_another, savepoint
from ..frame.scope import Scope
from ..frame.subjects import Subject
from .devices import NewObject, create
from .read import serials_held


def write(batch: Batch, scope: Scope) -> Written:
    """Seat the device that answers for a stack, then make the members that its chassis lacks.

    Each row gives one result, with a savepoint of its own. Where there is no chassis in the end, the row that was to
    make it says why, and those that would be in it give none.
    """
    for subject, changes in batch:
        entries = {one.change.key: one for one in entries_of([(subject, changes)])}
        for result in _written(subject, changes, scope):
            yield entries[result.key], result


def _written(subject: Subject, changes: Sequence[Change], scope: Scope) -> Iterator[RowResult]:
    leader, using = subject.object, router.db_for_write(Device)
    for change in changes:
        if change.outcome is Outcome.CHANGED:
            yield _seated(leader, change, scope, using)
    leader.refresh_from_db(using=using, fields=["virtual_chassis", "vc_position"])
    missing = [one for one in changes if one.outcome is Outcome.MISSING]
    if leader.virtual_chassis is None or not missing:
        return
    taken = serials_held((one.writes["serial"] for one in missing), using)
    making = _Making(leader=leader, types=_types(missing, scope), tags=list(leader.tags.all()), scope=scope)
    for change in missing:
        chassis = change.writes["chassis"].id
        moved = chassis not in (None, leader.virtual_chassis_id)
        stale = moved or folded_serial(change.writes["serial"]) in taken
        yield failed(change, issue(Code.STALE)) if stale else making.made(change)


def create_leader(new: NewObject, row: Change, scope: Scope) -> Device:
    """Make the device that is this row of a stack's plan, in a virtual chassis that it leads.

    All of it or nothing; raises ``batches.REFUSALS``. Who may make such a chassis is asked when it has its leader:
    before, it is at no site.
    """
    using = router.db_for_write(Device)
    with savepoint(using):
        chassis = _new_chassis(row.writes["chassis"].name, scope)
        device: Device = create(replace(new, chassis=chassis, position=row.writes["position"]), scope)
        _lead(chassis.pk, device, "add", scope, using)
    return device


def _new_chassis(name: str, scope: Scope) -> VirtualChassis:
    """A virtual chassis without members, which the user must be asked about as soon as it has some."""
    require(scope.user, "add", VirtualChassis)
    chassis = VirtualChassis(name=name)
    _save(chassis, scope, router.db_for_write(VirtualChassis))
    return chassis


def _save(instance: Any, scope: Scope, using: str) -> None:
    """Validate and save. Defaults of custom fields come first: NetBox sets them later than it asks for them."""
    for name, default in CustomField.objects.get_defaults_for_model(type(instance)).items():
        instance.custom_field_data.setdefault(name, default)
    instance._changelog_message = scope.message
    instance.full_clean()
    instance.save(using=using)


def refusal_issue(error: Exception) -> Issue:
    """The reason in one of ``batches.REFUSALS``."""
    if isinstance(error, NotAllowedError):
        return issue(Code.NO_PERMISSION, what=str(error))
    return issue(Code.REFUSED, reason=reason_of(error))


def _seated(leader: Device, change: Change, scope: Scope, using: str) -> RowResult:
    """See to it that the device is in a chassis that has a master.

    The row is read anew and locked, so that two imports make one chassis.
    """
    held = Device.objects.using(using).select_for_update(of=("self",)).get(pk=leader.pk)
    found = change.found["chassis"]
    if held.virtual_chassis_id != (found.id if found else None):
        return failed(change, issue(Code.STALE))
    writes = change.writes
    try:
        with savepoint(using):
            if "chassis" in writes:
                _make(held, writes["chassis"].name, writes["position"], scope, using)
            elif writes.get("master"):
                _lead(held.virtual_chassis_id, held, "change", scope, using)
    except REFUSALS as error:
        if lost_to_another(error):
            raise
        return failed(change, refusal_issue(error))
    return written(change, held.pk)


def _make(device: Device, name: str, position: int, scope: Scope, using: str) -> None:
    """A chassis of this name with the device as its master, each saved no more often than needed.

    The chassis is made without its master: NetBox would save the device by itself, at position 1.
    """
    require(scope.user, "change", Device)
    if not Device.objects.using(using).restrict(scope.user, "change").filter(pk=device.pk).exists():
        raise refusal(Device, "change")
    chassis = _new_chassis(name, scope)
    device.snapshot()
    device.virtual_chassis, device.vc_position = chassis, position
    _save(device, scope, using)
    require_rows(scope.user, "change", Device, [device.pk], using=using)
    _lead(chassis.pk, device, "add", scope, using)


def _lead(chassis_id: int, device: Device, action: str, scope: Scope, using: str) -> None:
    """Make the device the chassis' master; ``action`` is what the user needs the right to: it may be new."""
    require(scope.user, action, VirtualChassis)
    rows = VirtualChassis.objects.using(using)
    if action != "add":
        rows = rows.restrict(scope.user, action)
    # The row has counted its members meanwhile, which an older instance would undo
    chassis = rows.filter(pk=chassis_id).first()
    if chassis is None:
        raise refusal(VirtualChassis, action)
    chassis.snapshot()
    chassis.master = device
    _save(chassis, scope, using)
    require_rows(scope.user, action, VirtualChassis, [chassis.pk], using=using)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Making:
    """Making the members that a chassis lacks, like the one that leads it in all that the inventory does not say."""

    leader: Device
    types: Mapping[int, DeviceType]
    tags: Sequence[Any]
    scope: Scope

    def made(self, change: Change) -> RowResult:
        """The unit as a new device, or why there is none."""
        device_type = change.writes["device_type"]
        if device_type.id not in self.types:
            return failed(change, issue(Code.TARGET_HIDDEN, "device_type", text=device_type.name))
        try:
            return written(change, self._create(change.writes).pk)
        except REFUSALS as error:
            if lost_to_another(error):
                raise
            return failed(change, refusal_issue(error))

    def _create(self, values: Mapping[str, Any]) -> Device:
        using = router.db_for_write(Device)
        require(self.scope.user, "add", Device)
        with savepoint(using):
            device = Device(
                name=values["name"],
                serial=values["serial"],
                device_type=self.types[values["device_type"].id],
                virtual_chassis=self.leader.virtual_chassis,
                vc_position=values["position"],
                **{field: getattr(self.leader, field) for field in ("site", "location", "role", "tenant", "platform")},
            )
            _save(device, self.scope, using)
            if self.tags:
                device.tags.set(self.tags)
            require_rows(self.scope.user, "add", Device, [device.pk], using=using)
        return device


def _types(changes: Iterable[Change], scope: Scope) -> dict[int, DeviceType]:
    """The device types of new members, as far as they are there and visible still."""
    ids = {one.writes["device_type"].id for one in changes}
    return dict(DeviceType.objects.restrict(scope.user, "view").select_related("manufacturer").in_bulk(ids))
