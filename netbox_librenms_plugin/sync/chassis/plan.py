"""Members of a virtual chassis: which units of a stack NetBox has, which it lacks, and which it may have already.

What NetBox has is never moved, renamed or renumbered; where it contradicts the stack, that is told.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...librenms.records import DeviceDetails
from ...member_names import member_name
from ..core.compare import Field, Rules, with_differences
from ..core.issues import Code, Issue, issue
from ..core.plan import Change, Outcome, Plan, Ref
from ..core.policy import Policies
from ..core.serials import folded_serial
from ..fields.plan import NAME_LENGTH
from .facts import MemberFacts
from .stacks import Stack, StackMember, members_of
from .units import MemberPlace, Unit, assign

RESOURCE = "chassis"
FIELDS = tuple(
    Field(name=name, required=True) for name in ("name", "chassis", "position", "master", "serial", "device_type")
)
RULES = Rules(resource=RESOURCE, fields=FIELDS, matchers=())
# The row of a stack whose units cannot be told apart
WHOLE = "stack"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMember:
    """A device of NetBox. ``ref`` has the words for it, which hide what the user may not view (``visible``)."""

    ref: Ref
    position: int | None = None
    serial: str = ""
    device_type: Ref | None = None
    visible: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldChassis:
    """A virtual chassis of NetBox, with the id of its master."""

    ref: Ref
    master_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberContext:
    """What is known of the device that answers for the stack.

    ``leader`` is that device, None where it is to be made; ``name`` is what it is called, or will be, and ``label``
    that where it has no name. ``members`` are those of its ``chassis`` by position; ``others`` the devices outside of
    it that have a unit's serial number. ``types``: a unit's model → device type, None where it means none or several;
    ``leader_type`` that of a device to be made. ``pattern`` names the other members.
    """

    leader: HeldMember | None = None
    name: str = ""
    label: str = ""
    chassis: HeldChassis | None = None
    members: tuple[HeldMember, ...] = ()
    others: tuple[HeldMember, ...] = ()
    types: Mapping[str, Ref | None] = field(default_factory=dict)
    leader_type: Ref | None = None
    pattern: str = "{name}-{position}"

    @property
    def owner(self) -> Ref:
        """Whose rows they are."""
        return self.leader.ref if self.leader is not None else Ref(None, self.name)

    @property
    def base(self) -> str:
        """What members are called after: a chassis that another one leads has a name of its own."""
        if self.chassis is None or self.leader is None:
            return self.name or self.label
        leads = self.chassis.master_id in (None, self.leader.ref.id)
        return (self.name if leads else "") or self.chassis.ref.name


def row_key(unit: StackMember) -> str:
    """The row of a unit: what stands at a position may be exchanged, and is the same row."""
    return f"unit-{unit.position}"


def plan_members(details: DeviceDetails, context: MemberContext, policies: Policies) -> Plan:
    """One change for each unit of the stack that an inventory shows; see ``plan_stack``."""
    return plan_stack(members_of(details.device, details.inventory), context, policies)


def plan_stack(stack: Stack, context: MemberContext, policies: Policies = Policies()) -> Plan:
    """One change for each unit in the order of positions, then the members that are no unit. Nothing for no stack."""
    if stack.issue is not None:
        whole = Change(key=WHOLE, name="", outcome=Outcome.BLOCKED, owner=context.owner, issues=(stack.issue,))
        return Plan(RESOURCE, (whole,))
    if stack.master is None:
        return Plan(RESOURCE, ())
    return Plan(RESOURCE, tuple(_Crew(stack, context, policies).rows()))


def elsewhere(plan: Plan) -> tuple[Issue, ...]:
    """Why a new stack is not made at all: NetBox has units of it as devices already."""
    return tuple(one for row in plan.changes for one in row.issues if one.code is Code.MEMBER_ELSEWHERE)


def leading_row(plan: Plan) -> Change | None:
    """The row of a new device that answers for its stack, and makes the chassis of it; None where that is there."""
    return next((one for one in plan.changes if one.outcome is Outcome.MISSING and one.wanted.get("master")), None)


class _Crew:
    """A stack beside the chassis that NetBox has, or will have: the device that answers is in it in any case."""

    def __init__(self, stack: Stack, context: MemberContext, policies: Policies) -> None:
        self._stack, self._context, self._policies = stack, context, policies
        leader, members = context.leader, list(context.members)
        if context.chassis is None:
            members = [] if leader is None else [replace(leader, position=_unit_of(leader, stack).position)]
        inside = {one.ref.id for one in members}
        self._others = {folded_serial(one.serial): one for one in reversed(context.others) if one.ref.id not in inside}
        unit_of = _units_of(members, stack)
        self._members = {unit_of[one.ref.id or 0]: one for one in reversed(members) if one.ref.id in unit_of}
        known = {one.ref.id for one in members if folded_serial(one.serial)}
        sure = _is_proven(members, stack, unit_of, leader)
        self._unsure = [one for one in members if one.ref.id not in known and not (sure and one.ref.id in unit_of)]
        self._strangers = {one.position: one for one in members if one.ref.id in known and one.ref.id not in unit_of}
        self._everybody = members

    def rows(self) -> Iterator[Change]:
        """Each unit, then each other member."""
        told: set[int | None] = set()
        for unit in self._stack.members:
            held = self._members.get(folded_serial(unit.serial)) or self._strangers.get(unit.position)
            told.add(held.ref.id if held is not None else None)
            yield self._lacking(unit) if held is None else self._held(unit, held)
        for one in self._everybody:
            if one.visible and one.ref.id not in told and (one not in self._unsure or self._leads_now(one)):
                yield self._led(self._extra(one), one)

    def _held(self, unit: StackMember, held: HeldMember) -> Change:
        """The member that NetBox has for the unit, or another device on its seat that is no unit of the stack."""
        differs = folded_serial(held.serial) not in ("", folded_serial(unit.serial))
        change = Change(
            key=row_key(unit),
            name=held.ref.name,
            outcome=Outcome.CONFLICT if differs else Outcome.SAME,
            owner=self._context.owner,
            netbox_id=held.ref.id if held.visible else None,
            found=self._values(held),
            issues=(_differs(unit, held),) if differs else (),
            facts={**MemberFacts(unit=unit)},
        )
        return self._led(change, held)

    def _extra(self, held: HeldMember) -> Change:
        return Change(
            key=f"netbox-{held.ref.id}",
            name=held.ref.name,
            outcome=Outcome.EXTRA,
            owner=self._context.owner,
            netbox_id=held.ref.id,
            found=self._values(held),
        )

    def _values(self, held: HeldMember) -> dict[str, Any]:
        """What NetBox has, as it is: a device that will be in a chassis is in none yet."""
        if not held.visible:
            return {}
        chassis = self._context.chassis
        return {
            "name": held.ref.name,
            "chassis": chassis.ref if chassis else None,
            "position": held.position if chassis else None,
            "master": chassis is not None and chassis.master_id == held.ref.id,
            "serial": held.serial,
            "device_type": held.device_type,
        }

    def _leads_now(self, held: HeldMember) -> bool:
        """Whether it is to become the master of its chassis: the device that answers, where there is none."""
        leader, chassis = self._context.leader, self._context.chassis
        without = chassis is None or chassis.master_id is None
        return without and leader is not None and held.ref.id == leader.ref.id

    def _led(self, change: Change, held: HeldMember) -> Change:
        """The row with what makes the device lead its chassis, if it is that one."""
        if not self._leads_now(held):
            return change
        wanted: dict[str, Any] = {"master": True}
        if self._context.chassis is None:
            wanted |= {"chassis": self._chassis, "position": held.position}
        return with_differences(RULES, replace(change, wanted=wanted), self._policies)

    @property
    def _chassis(self) -> Ref:
        """The chassis that the members are in, or the one that the first row makes."""
        if self._context.chassis is not None:
            return self._context.chassis.ref
        answers = self._stack.master
        assert answers is not None
        unit = answers if self._context.leader is None else _unit_of(self._context.leader, self._stack)
        return Ref(None, self._context.label or self._context.name, row_key(unit))

    def _lacking(self, unit: StackMember) -> Change:
        """A unit that NetBox does not have in the chassis, with what keeps it from being made."""
        first = self._context.leader is None and unit.is_master
        name = self._context.name if first else self._name(unit)
        device_type = self._context.leader_type if first else self._context.types.get(unit.model)
        doubt = self._doubt(unit)
        problem = doubt or (None if first else self._problem(unit) or _too_long(name))
        values = {"name": name, "chassis": self._chassis, "position": unit.position, "master": first}
        outcome = Outcome.MISSING if problem is None else Outcome.BLOCKED if doubt is None else Outcome.CONFLICT
        return Change(
            key=row_key(unit),
            name=name,
            outcome=outcome,
            owner=self._context.owner,
            wanted=values | {"serial": unit.serial, "device_type": device_type},
            issues=() if problem is None else (problem,),
            facts={**MemberFacts(unit=unit)},
        )

    def _name(self, unit: StackMember) -> str:
        context = self._context
        return member_name(context.pattern, name=context.base, position=unit.position, serial=unit.serial)

    def _doubt(self, unit: StackMember) -> Issue | None:
        """Why the unit must not be made: a device outside of the chassis has its serial number, or a member of which
        NetBox does not say who it is may be it. Who answers may be the device that is linked, unless that is another
        unit by its serial number."""
        held = self._others.get(folded_serial(unit.serial))
        if held is not None:
            return issue(Code.MEMBER_ELSEWHERE, serial=unit.serial, name=held.ref.name)
        unsure, leader = self._unsure, self._context.leader
        if not unsure and leader is not None and unit.is_master and not self._is_unit(leader):
            unsure = [leader]
        if not unsure:
            return None
        return issue(Code.MEMBER_UNSURE, serial=unit.serial, candidates=tuple(one.ref.name for one in unsure))

    def _is_unit(self, held: HeldMember) -> bool:
        """Whether its serial number is that of a unit."""
        found = self._members.get(folded_serial(held.serial))
        return found is not None and found.ref.id == held.ref.id

    def _problem(self, unit: StackMember) -> Issue | None:
        """Why the unit's device type is not known."""
        if not unit.model:
            return issue(Code.TYPE_UNKNOWN, "device_type")
        if self._context.types.get(unit.model) is None:
            return issue(Code.MEMBER_TYPE_MISSING, "device_type", text=unit.model)
        return None


def _differs(unit: StackMember, held: HeldMember) -> Issue:
    known = {"held": held.serial} if held.visible else {}
    return issue(Code.SERIAL_DIFFERS, "serial", name=held.ref.name, said=unit.serial, **known)


def _unit_of(leader: HeldMember, stack: Stack) -> StackMember:
    """The unit that a device outside of any chassis is: by its serial number, else the one that answers."""
    serial = folded_serial(leader.serial)
    same = (one for one in stack.members if serial and folded_serial(one.serial) == serial)
    unit = next(same, None) or stack.master
    assert unit is not None
    return unit


def _units_of(members: Iterable[HeldMember], stack: Stack) -> dict[int, str]:
    """Member's id → serial number of the unit that it is, as the serial numbers of its fields are compared."""
    members = list(members)
    if not members:
        return {}
    units = tuple(
        Unit(index=one.index, name=one.name, serial=folded_serial(one.serial), number=one.position)
        for one in stack.members
    )
    places = [
        MemberPlace(id=one.ref.id or 0, position=one.position, serial=folded_serial(one.serial)) for one in members
    ]
    return {id: choice.unit.serial for id, choice in assign(units, places).items() if choice.unit is not None}


def _is_proven(
    members: Iterable[HeldMember], stack: Stack, unit_of: Mapping[int, str], leader: HeldMember | None
) -> bool:
    """Whether members without a serial number are the units of their numbers, and not those of a count from another
    start: one of them has its serial number, both counts start alike, or the device that answers is the one that
    answers."""
    members = list(members)
    if any(unit_of.get(one.ref.id or 0) == folded_serial(one.serial) for one in members):
        return True
    first = leader.ref.id or 0 if leader is not None else 0
    answers = stack.master is not None and unit_of.get(first) == folded_serial(stack.master.serial)
    positions = [one.position for one in members if one.position is not None]
    return answers or min(positions, default=None) == min(one.position for one in stack.members)


def _too_long(name: str) -> Issue | None:
    if len(name) <= NAME_LENGTH:
        return None
    return issue(Code.NAME_TOO_LONG, "name", length=len(name), limit=NAME_LENGTH)
