"""What NetBox has of stacks: their chassis, the members, and devices elsewhere with a unit's serial number.

The number of queries is the same for any number of stacks, and for any number of members.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dcim.models import Device, VirtualChassis
from django.db import router
from django.db.models.functions import Lower, Trim
from django.utils.translation import gettext as _

from ...librenms.records import DeviceDetails
from ...models import LibreNMSSettings
from ...sync.chassis.plan import HeldChassis, HeldMember, MemberContext
from ...sync.chassis.stacks import Stack, members_of
from ...sync.core.plan import Ref
from ...sync.core.serials import folded_serial
from ..fields.books import load_books
from ..frame.permissions import viewable
from ..frame.scope import Scope
from ..frame.subjects import Subject

Key = tuple[str, int]

# What a device without a name is called by, too
_RELATIONS = ("virtual_chassis", "device_type__manufacturer")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedStack:
    """A stack with the device of NetBox that answers for it, or with what a new one will be called, and its type."""

    stack: Stack
    leader: Any = None
    name: str = ""
    device_type: Ref | None = None


def read(
    subjects: Sequence[Subject], snapshots: Mapping[Key, DeviceDetails], scope: Scope, *, lock: bool = False
) -> dict[Key, MemberContext]:
    """Subject key → context. With ``lock`` the devices' rows stay locked until the transaction ends."""
    details = {one.key: (one, snapshots[one.key]) for one in subjects if one.key in snapshots}
    asked = {
        key: AskedStack(stack=members_of(said.device, said.inventory), leader=subject.object)
        for key, (subject, said) in details.items()
    }
    return read_stacks(asked, scope, lock=lock)


def read_stacks[K](asked: Mapping[K, AskedStack], scope: Scope, *, lock: bool = False) -> dict[K, MemberContext]:
    """What is known of each stack. With ``lock`` the answering devices and the members of their chassis stay locked."""
    using = router.db_for_write(Device)
    leaders = _leaders([one.leader.pk for one in asked.values() if one.leader is not None], using, lock=lock)
    chassis = VirtualChassis.objects.using(using).in_bulk([one.virtual_chassis_id for one in leaders.values()])
    members = _members(chassis, using, lock=lock)
    holders = _holders([one.stack for one in asked.values()], using)
    everybody = {one.pk for groups in (holders, members) for some in groups.values() for one in some}
    seen = _seen(everybody, scope, using) | leaders.keys()
    types = _types([one.stack for one in asked.values()], scope)
    pattern = LibreNMSSettings.load().member_name_pattern
    contexts: dict[K, MemberContext] = {}
    for key, one in asked.items():
        leader = leaders.get(one.leader.pk) if one.leader is not None else None
        found = chassis.get(leader.virtual_chassis_id) if leader is not None else None
        serials = {folded_serial(unit.serial) for unit in one.stack.members}
        contexts[key] = MemberContext(
            leader=None if leader is None else _held(leader, seen),
            name=one.name if leader is None else leader.name or "",
            label=one.name if leader is None else str(leader),
            chassis=None if found is None else HeldChassis(ref=Ref(found.pk, found.name), master_id=found.master_id),
            members=tuple(_held(each, seen) for each in members.get(found.pk, ())) if found is not None else (),
            others=tuple(
                _held(each, seen)
                for serial in sorted(serials)
                for each in holders.get(serial, ())
                if found is None or each.virtual_chassis_id != found.pk
            ),
            types={unit.model: types.get(unit.model) for unit in one.stack.members},
            leader_type=one.device_type,
            pattern=pattern,
        )
    return contexts


def serials_held(serials: Iterable[str], using: str) -> set[str]:
    """Those of these serial numbers (folded) that devices of NetBox have, whether the user may view them or not."""
    wanted = {one.lower() for one in serials}
    rows = Device.objects.using(using).annotate(_serial=Lower(Trim("serial"))).filter(_serial__in=wanted)
    return {folded_serial(serial) for serial in rows.values_list("serial", flat=True)}


def _rows(using: str, *, lock: bool) -> Any:
    rows = Device.objects.using(using).select_related(*_RELATIONS)
    return rows.select_for_update(no_key=True, of=("self",)) if lock else rows


def _leaders(ids: Collection[int], using: str, *, lock: bool) -> dict[int, Device]:
    rows = _rows(using, lock=lock).filter(pk__in=ids).order_by("pk") if ids else ()
    return {one.pk: one for one in rows}


def _members(chassis: Collection[int], using: str, *, lock: bool) -> dict[int, list[Device]]:
    """Chassis → its members, each locked in the order of ids and given in that of positions."""
    members: dict[int, list[Device]] = defaultdict(list)
    rows = _rows(using, lock=lock).filter(virtual_chassis_id__in=chassis).order_by("pk") if chassis else ()
    for one in sorted(rows, key=lambda each: (each.vc_position is None, each.vc_position or 0)):
        members[one.virtual_chassis_id].append(one)
    return members


def _holders(stacks: Iterable[Stack], using: str) -> dict[str, list[Device]]:
    """Serial number (folded) → the devices that have it, whether the user may view them or not."""
    holders: dict[str, list[Device]] = defaultdict(list)
    wanted = {unit.serial.lower() for one in stacks for unit in one.members}
    if not wanted:
        return holders
    rows = _rows(using, lock=False).annotate(_serial=Lower(Trim("serial"))).filter(_serial__in=wanted)
    for one in rows.order_by("pk"):
        holders[folded_serial(one.serial)].append(one)
    return holders


def _seen(ids: Collection[int], scope: Scope, using: str) -> set[int]:
    """The ids of those that the user may view."""
    rows = viewable(Device.objects.using(using), scope.user).filter(pk__in=ids)
    return set(rows.values_list("pk", flat=True)) if ids else set()


def _held(device: Device, seen: Collection[int]) -> HeldMember:
    visible = device.pk in seen
    return HeldMember(
        ref=Ref(device.pk, str(device) if visible else _("an object that you may not view")),
        position=device.vc_position,
        serial=device.serial,
        device_type=Ref(device.device_type_id, str(device.device_type)) if visible else None,
        visible=visible,
    )


def _types(stacks: Iterable[Stack], scope: Scope) -> dict[str, Ref | None]:
    """Model of a unit → device type, None where it means none or several."""
    models = {unit.model for one in stacks for unit in one.members} - {""}
    book = load_books({"device_type": models, "platform": (), "site": ()}, scope.user).types
    answers = {model: book.find(model).refs for model in models}
    return {model: refs[0] if len(refs) == 1 else None for model, refs in answers.items()}
