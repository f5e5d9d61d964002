"""What keeps an import from doing all that it shows: permissions that the user lacks."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ...import_utils.rows import Kind
from .review_rows import WANTED, Group, Line

DEVICE_PARTS = (
    ("dcim.add_interface", _("interfaces")),
    ("dcim.add_virtualchassis", _("virtual chassis")),
    ("ipam.add_vlan", _("VLANs")),
    ("ipam.add_ipaddress", _("IP addresses")),
    ("dcim.add_cable", _("cables")),
)
VM_PARTS = (("virtualization.add_vminterface", _("interfaces of virtual machines")), DEVICE_PARTS[3])


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacks:
    """What the user may not do: ``fails`` keeps whole devices out, ``parts`` are left out of each."""

    fails: tuple[Any, ...] = ()
    parts: tuple[Any, ...] = ()


def lacking(user: Any, lines: Iterable[Line]) -> Lacks:
    """What of these lines the user's permissions do not cover at all; constraints show when a device is written."""
    wanted = [one for one in lines if one.group in WANTED]
    kinds = {(one.row.kind, one.group is Group.LINK) for one in wanted}
    needs = (
        ((Kind.DEVICE, False), "dcim.add_device", _("add devices")),
        ((Kind.VM, False), "virtualization.add_virtualmachine", _("add virtual machines")),
        ((Kind.DEVICE, True), "dcim.change_device", _("change devices, which links need")),
        ((Kind.VM, True), "virtualization.change_virtualmachine", _("change virtual machines, which links need")),
    )
    parts = dict((*(DEVICE_PARTS if (Kind.DEVICE, False) in kinds else ()),))
    parts |= dict(VM_PARTS) if (Kind.VM, False) in kinds else {}
    return Lacks(
        fails=tuple(words for kind, name, words in needs if kind in kinds and not user.has_perm(name)),
        parts=tuple(words for name, words in parts.items() if not user.has_perm(name)),
    )
