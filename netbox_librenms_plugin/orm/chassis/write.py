"""The virtual chassis of a stack that is imported: made with all members, or completed with those that it lacks.

What NetBox has already is never moved, renamed or renumbered; where it contradicts the stack, that is told.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dcim.models import Device, DeviceType, VirtualChassis
from django.db import router
from django.db.models.functions import Lower, Trim
from django.utils.translation import gettext as _
from extras.models import CustomField

from ...member_names import member_name
from ...sync.chassis.stacks import Stack, StackMember
from ...sync.chassis.units import MemberPlace, Unit, assign
from ...sync.core.issues import Code, Issue, issue
from ...sync.core.plan import Ref
from ...sync.core.serials import folded_serial
from ...sync.fields.plan import NAME_LENGTH
from ..frame.batches import REFUSALS
from ..frame.permissions import NotAllowedError, refusal, require, require_rows
from ..frame.results import reason_of
from ..frame.savepoints import lost_to_another, savepoint
from ..frame.scope import Scope
from .devices import NewObject, create

TypeOf = Mapping[str, Ref | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberResult:
    """What became of one member. ``device_id`` is None where NetBox has no device for it, or one that is hidden from
    the user; ``issue`` is what keeps the member from being whole."""

    position: int
    name: str
    device_id: int | None
    created: bool = False
    issue: Issue | None = None


def complete_chassis(master: Device, stack: Stack, *, naming: str, type_of: TypeOf, scope: Scope) -> list[MemberResult]:
    """Give ``master``, the device that answers for the stack, its virtual chassis with all members.

    ``naming`` is the pattern of the other members' names, ``type_of`` holds the device type by a unit's model. Runs
    inside a request's event tracking and the caller's transaction, with one savepoint for each member: one result for
    each, in the order of positions. Where the chassis itself cannot be made there is one result, with the reason.
    """
    if stack.master is None:
        return []
    problem = _seated(master, stack, scope)
    chassis = master.virtual_chassis
    if chassis is None:
        unit = _unit_of(master, stack)
        return [MemberResult(position=unit.position, name=str(master), device_id=master.pk, issue=problem)]
    crew = _Crew(master, chassis, stack, scope)
    types = _types(type_of, scope)
    work = _Work(master=master, chassis=chassis, naming=naming, type_of=type_of, types=types, scope=scope)
    results = [crew.found(one) or work.made(one, crew.doubt(one)) for one in stack.members]
    return [_with(one, problem) if one.device_id == master.pk else one for one in results]


def hold_types(ids: Iterable[int], using: str) -> None:
    """Lock the device types of a stack, in one order for everybody. NetBox counts the devices of each type in its row,
    so two stacks of the same models in another order would wait for each other."""
    types = DeviceType.objects.using(using).filter(pk__in=list(ids)).order_by("pk")
    list(types.select_for_update(no_key=True, of=("self",)).values_list("pk"))


def elsewhere(stack: Stack, scope: Scope) -> list[Issue]:
    """The units of a stack that NetBox has as devices already, one reason for each."""
    holders = _holders(stack, router.db_for_write(Device))
    seen = _seen(holders, scope)
    found = {folded_serial(one.serial): one for one in reversed(holders)}
    units = ((unit, found.get(folded_serial(unit.serial))) for unit in stack.members)
    return [_elsewhere(unit, held, seen) for unit, held in units if held is not None]


def doubts(master: Device, stack: Stack, scope: Scope) -> list[tuple[Issue, str]]:
    """Why units of a stack would not be made in the chassis that ``master`` is in, or are other devices there, each
    with the unit's name. Nothing is written."""
    crew = _Crew(master, master.virtual_chassis, stack, scope)
    found = ((unit, crew.found(unit)) for unit in stack.members)
    reasons = ((crew.doubt(unit) if held is None else held.issue, unit.name) for unit, held in found)
    return [(reason, name) for reason, name in reasons if reason is not None]


def create_leader(new: NewObject, unit: StackMember, scope: Scope) -> Device:
    """Make the device that is this unit of a stack, in a virtual chassis of its name that it leads.

    All of it or nothing; raises ``batches.REFUSALS``. Who may make such a chassis is asked when it has its leader:
    before, it is at no site.
    """
    using = router.db_for_write(Device)
    with savepoint(using):
        chassis = _new_chassis(new.name, scope)
        device: Device = create(replace(new, chassis=chassis, position=unit.position), scope)
        _lead(chassis.pk, device, "add", scope, using)
    return device


def _new_chassis(name: str, scope: Scope) -> VirtualChassis:
    """A virtual chassis without members, which the user must be asked about as soon as it has some."""
    require(scope.user, "add", VirtualChassis)
    chassis = VirtualChassis(name=name)
    _save(chassis, scope, router.db_for_write(VirtualChassis))
    return chassis


def _with(result: MemberResult, problem: Issue | None) -> MemberResult:
    if problem is None or result.issue is not None:
        return result
    return MemberResult(position=result.position, name=result.name, device_id=result.device_id, issue=problem)


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


def _unit_of(master: Device, stack: Stack) -> StackMember:
    """The unit that a device outside of any chassis is: by its serial number, else the one that answers."""
    serial = folded_serial(master.serial)
    same = (one for one in stack.members if serial and folded_serial(one.serial) == serial)
    unit = next(same, None) or stack.master
    assert unit is not None
    return unit


def _seated(master: Device, stack: Stack, scope: Scope) -> Issue | None:
    """See to it that the device is in a chassis that has a master; why not, where that failed.

    The row is read anew and locked, so that two imports make one chassis; the caller's instance follows.
    """
    using = router.db_for_write(Device)
    held = Device.objects.using(using).select_for_update(of=("self",)).get(pk=master.pk)
    problem = None
    try:
        with savepoint(using):
            if held.virtual_chassis_id is None:
                _make(held, _unit_of(held, stack), scope, using)
            elif held.virtual_chassis.master_id is None:
                _lead(held.virtual_chassis_id, held, "change", scope, using)
    except REFUSALS as error:
        if lost_to_another(error):
            raise
        problem = refusal_issue(error)
    master.refresh_from_db(using=using, fields=["virtual_chassis", "vc_position"])
    return problem


def _make(device: Device, unit: StackMember, scope: Scope, using: str) -> None:
    """A chassis of the device's name with the device as its master, each saved no more often than needed.

    The chassis is made without its master: NetBox would save the device by itself, at position 1.
    """
    require(scope.user, "change", Device)
    if not Device.objects.using(using).restrict(scope.user, "change").filter(pk=device.pk).exists():
        raise refusal(Device, "change")
    chassis = _new_chassis(str(device), scope)
    device.snapshot()
    device.virtual_chassis, device.vc_position = chassis, unit.position
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


class _Crew:
    """What NetBox has of the stack already: the chassis' members, and devices elsewhere with a unit's serial number."""

    def __init__(self, master: Device, chassis: VirtualChassis, stack: Stack, scope: Scope) -> None:
        using = router.db_for_write(Device)
        members = list(Device.objects.using(using).filter(virtual_chassis=chassis).order_by("vc_position", "pk"))
        others = [one for one in _holders(stack, using) if one.virtual_chassis_id != chassis.pk]
        self._visible = {master.pk, *_seen([*members, *others], scope)}
        self._others = {folded_serial(one.serial): one for one in reversed(others)}
        self._master = master
        unit_of = _units_of(members, stack)
        self._members = {unit_of[one.pk]: one for one in reversed(members) if one.pk in unit_of}
        known = {one.pk for one in members if folded_serial(one.serial)}
        sure = _is_proven(members, stack, unit_of, master)
        self._unsure = [one for one in members if one.pk not in known and not (sure and one.pk in unit_of)]
        self._strangers = {one.vc_position: one for one in members if one.pk in known and one.pk not in unit_of}

    def found(self, unit: StackMember) -> MemberResult | None:
        """The member that NetBox has for the unit, or another device on its seat that is no unit of the stack."""
        held = self._members.get(folded_serial(unit.serial)) or self._strangers.get(unit.position)
        if held is None:
            return None
        seen = held.pk in self._visible
        differs = folded_serial(held.serial) not in ("", folded_serial(unit.serial))
        return MemberResult(
            position=unit.position,
            name=_name(held, self._visible),
            device_id=held.pk if seen else None,
            issue=(
                issue(
                    Code.SERIAL_DIFFERS,
                    "serial",
                    name=_name(held, self._visible),
                    said=unit.serial,
                    **({"held": held.serial} if seen else {}),
                )
                if differs
                else None
            ),
        )

    def doubt(self, unit: StackMember) -> Issue | None:
        """Why the unit must not be made: a device outside of the chassis has its serial number, or a member of which
        NetBox does not say who it is may be it. Who answers may be the device that is linked, unless that is another
        unit by its serial number."""
        held = self._others.get(folded_serial(unit.serial))
        if held is not None:
            return _elsewhere(unit, held, self._visible)
        unsure = self._unsure
        if not unsure and unit.is_master and self._members.get(folded_serial(self._master.serial)) != self._master:
            unsure = [self._master]
        if not unsure:
            return None
        names = tuple(_name(one, self._visible) for one in unsure)
        return issue(Code.MEMBER_UNSURE, serial=unit.serial, candidates=names)


def _holders(stack: Stack, using: str) -> list[Device]:
    """The devices that have a unit's serial number, whether the user may view them or not."""
    wanted = {one.serial.lower() for one in stack.members}
    devices = Device.objects.using(using).annotate(_serial=Lower(Trim("serial")))
    return list(devices.filter(_serial__in=wanted).order_by("pk"))


def _seen(devices: Iterable[Device], scope: Scope) -> set[int]:
    """The ids of those that the user may view."""
    visible = Device.objects.using(router.db_for_write(Device)).restrict(scope.user, "view")
    return set(visible.filter(pk__in=[one.pk for one in devices]).values_list("pk", flat=True))


def _elsewhere(unit: StackMember, held: Device, seen: Container[int]) -> Issue:
    return issue(Code.MEMBER_ELSEWHERE, serial=unit.serial, name=_name(held, seen))


def _name(device: Device, seen: Container[int]) -> str:
    return str(device) if device.pk in seen else _("an object that you may not view")


def _units_of(members: Iterable[Device], stack: Stack) -> dict[int, str]:
    """Member's id → serial number of the unit that it is, as the serial numbers of its fields are compared."""
    units = tuple(
        Unit(index=one.index, name=one.name, serial=folded_serial(one.serial), number=one.position)
        for one in stack.members
    )
    places = [MemberPlace(id=one.pk, position=one.vc_position, serial=folded_serial(one.serial)) for one in members]
    return {id: choice.unit.serial for id, choice in assign(units, places).items() if choice.unit is not None}


def _is_proven(members: Sequence[Device], stack: Stack, unit_of: Mapping[int, str], master: Device) -> bool:
    """Whether members without a serial number are the units of their numbers, and not those of a count from another
    start: one of them has its serial number, both counts start alike, or the device that answers is the one that
    answers."""
    if any(unit_of.get(one.pk) == folded_serial(one.serial) for one in members):
        return True
    answers = stack.master is not None and unit_of.get(master.pk) == folded_serial(stack.master.serial)
    positions = [one.vc_position for one in members if one.vc_position is not None]
    return answers or min(positions, default=None) == min(one.position for one in stack.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """Making the members that a chassis lacks."""

    master: Device
    chassis: VirtualChassis
    naming: str
    type_of: TypeOf
    types: Mapping[str, DeviceType]
    scope: Scope

    def made(self, unit: StackMember, doubt: Issue | None) -> MemberResult:
        """The unit as a new device, or why there is none."""
        # A chassis may have been linked by another member, whose name says nothing about the rest
        leads = self.chassis.master_id == self.master.pk
        base = (self.master.name if leads else None) or self.chassis.name
        name = member_name(self.naming, name=base, position=unit.position, serial=unit.serial)
        problem = doubt or self._lacking(unit) or _too_long(name)
        device = None
        if problem is None:
            try:
                device = self._create(unit, name)
            except REFUSALS as error:
                if lost_to_another(error):
                    raise
                problem = refusal_issue(error)
        return MemberResult(
            position=unit.position,
            name=name,
            device_id=device.pk if device else None,
            created=device is not None,
            issue=problem,
        )

    def _lacking(self, unit: StackMember) -> Issue | None:
        """Why the unit's device type is not known."""
        if not unit.model:
            return issue(Code.TYPE_UNKNOWN, "device_type")
        if self.type_of.get(unit.model) is None:
            return issue(Code.MEMBER_TYPE_MISSING, "device_type", text=unit.model)
        return None if unit.model in self.types else issue(Code.TARGET_HIDDEN, "device_type", text=unit.model)

    def _create(self, unit: StackMember, name: str) -> Device:
        using = router.db_for_write(Device)
        require(self.scope.user, "add", Device)
        with savepoint(using):
            device = Device(
                name=name,
                serial=unit.serial,
                device_type=self.types[unit.model],
                virtual_chassis=self.chassis,
                vc_position=unit.position,
                **{field: getattr(self.master, field) for field in ("site", "location", "role", "tenant", "platform")},
            )
            _save(device, self.scope, using)
            tags: Sequence[Any] = list(self.master.tags.all())
            if tags:
                device.tags.set(tags)
            require_rows(self.scope.user, "add", Device, [device.pk], using=using)
        return device


def _types(type_of: TypeOf, scope: Scope) -> dict[str, DeviceType]:
    """Model → device type, as far as the types are there and visible still."""
    ids = {ref.id for ref in type_of.values() if ref is not None and ref.id is not None}
    found = DeviceType.objects.restrict(scope.user, "view").select_related("manufacturer").in_bulk(ids)
    return {model: found[ref.id] for model, ref in type_of.items() if ref is not None and ref.id in found}


def _too_long(name: str) -> Issue | None:
    if len(name) <= NAME_LENGTH:
        return None
    return issue(Code.NAME_TOO_LONG, "name", length=len(name), limit=NAME_LENGTH)
