"""The objects that are compared, with everything around them that a comparison needs, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dcim.models import Device
from virtualization.models import VirtualMachine

from ...sync.chassis.members import Member, Members, in_chassis
from ...sync.chassis.units import Units
from ...sync.core.plan import Ref
from .permissions import viewable

_DEVICE_RELATIONS = ("site", "location", "rack", "virtual_chassis", "cluster", "primary_ip4", "primary_ip6", "oob_ip")
_VM_RELATIONS = ("site", "cluster", "device", "primary_ip4", "primary_ip6")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A device or VM with its members: all devices of its virtual chassis by position, else only itself; ``units`` are
    the chassis that LibreNMS's inventory has for them."""

    object: Any
    members: tuple[Any, ...]
    visible: frozenset[int]
    units: Units = ()

    @property
    def key(self) -> tuple[str, int]:
        """(model name, primary key): what results are kept by."""
        return self.object._meta.model_name, self.object.pk

    @property
    def virtual(self) -> bool:
        """Whether this is a virtual machine."""
        return isinstance(self.object, VirtualMachine)

    @property
    def in_chassis(self) -> bool:
        """Whether it is one of several chassis that are one device to LibreNMS."""
        return in_chassis(self.members)

    @property
    def member_ids(self) -> list[int]:
        """Primary keys of the members the user may see."""
        return [one.pk for one in self.members if one.pk in self.visible]

    def as_members(self, chosen: dict[str, int] | None = None) -> Members:
        """The members for the pure core."""
        chassis = getattr(self.object, "virtual_chassis", None)
        return Members(
            tuple(
                Member(
                    ref=Ref(one.pk, str(one)),
                    position=getattr(one, "vc_position", None),
                    master=chassis is not None and chassis.master_id == one.pk,
                    visible=one.pk in self.visible,
                    serial=getattr(one, "serial", "") or "",
                )
                for one in self.members
            ),
            chosen or {},
            self.units,
        )


def load_subjects(objects: Iterable[Any], user: Any) -> list[Subject]:
    """Subjects for the devices and VMs that the user may view, in their order; two to four queries for any number."""
    wanted = list(objects)
    devices = _load(Device, [one.pk for one in wanted if isinstance(one, Device)], user, _DEVICE_RELATIONS)
    machines = _load(VirtualMachine, [one.pk for one in wanted if isinstance(one, VirtualMachine)], user, _VM_RELATIONS)
    chassis = _chassis_members(devices.values(), user)
    subjects = []
    for one in wanted:
        loaded = (devices if isinstance(one, Device) else machines).get(one.pk)
        if loaded is not None:
            subjects.append(_subject(loaded, chassis))
    return subjects


def _load(model: Any, ids: Sequence[int], user: Any, relations: Sequence[str]) -> dict[int, Any]:
    if not ids:
        return {}
    return {one.pk: one for one in viewable(model.objects, user).filter(pk__in=ids).select_related(*relations)}


def _chassis_members(devices: Iterable[Device], user: Any) -> dict[int, list[tuple[Device, bool]]]:
    ids = {one.virtual_chassis_id for one in devices if one.virtual_chassis_id}
    members: dict[int, list[tuple[Device, bool]]] = defaultdict(list)
    if not ids:
        return members
    rows = Device.objects.filter(virtual_chassis_id__in=ids).select_related(*_DEVICE_RELATIONS)
    visible = set(viewable(Device.objects, user).filter(virtual_chassis_id__in=ids).values_list("pk", flat=True))
    for device in rows.order_by("virtual_chassis_id", "vc_position", "pk"):
        members[device.virtual_chassis_id].append((device, device.pk in visible))
    return members


def _subject(loaded: Any, chassis: dict[int, list[tuple[Device, bool]]]) -> Subject:
    found = chassis.get(getattr(loaded, "virtual_chassis_id", None) or 0)
    if not found:
        return Subject(object=loaded, members=(loaded,), visible=frozenset((loaded.pk,)))
    members = tuple(loaded if device.pk == loaded.pk else device for device, _visible in found)
    visible = frozenset(device.pk for device, may_see in found if may_see)
    return Subject(object=loaded, members=members, visible=visible)
