"""What keeps an import from doing all that it shows: permissions that the user lacks."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ...import_utils.options import brought_resources
from ...import_utils.rows import Kind
from ...resources.resource import Resource, Right, Step
from .review_rows import WANTED, Group, ReviewLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacks:
    """What the user may not do: ``fails`` keeps whole devices out, ``parts`` are left out of each."""

    fails: tuple[Any, ...] = ()
    parts: tuple[Any, ...] = ()


def lacking(user: Any, lines: Iterable[ReviewLine]) -> Lacks:
    """What of these lines the user's permissions do not cover at all; constraints show when a device is written."""
    wanted = [one for one in lines if one.group in WANTED]
    kinds = {(one.row.kind, one.group is Group.LINK) for one in wanted}
    needs = (
        ((Kind.DEVICE, False), "dcim.add_device", _("add devices")),
        ((Kind.VM, False), "virtualization.add_virtualmachine", _("add virtual machines")),
        ((Kind.DEVICE, True), "dcim.change_device", _("change devices, which links need")),
        ((Kind.VM, True), "virtualization.change_virtualmachine", _("change virtual machines, which links need")),
    )
    parts: dict[str, Any] = {}
    if (Kind.DEVICE, False) in kinds:
        parts |= _parts(virtual=False)
    if (Kind.VM, False) in kinds:
        parts |= _parts(virtual=True)
    return Lacks(
        fails=tuple(words for kind, name, words in needs if kind in kinds and not user.has_perm(name)),
        parts=tuple(words for name, words in parts.items() if not user.has_perm(name)),
    )


def _parts(*, virtual: bool) -> dict[str, Any]:
    """The permission to add what the import brings to devices or to virtual machines → what that is."""
    return {
        _adding(one.model(virtual=virtual)): _words(one, virtual=virtual)
        for one in brought_resources()
        if one.serves(virtual=virtual)
    }


def _words(resource: Resource, *, virtual: bool) -> Any:
    if resource.brought is not None and resource.brought.step is Step.MAKING_DEVICE:
        # What comes with the device is a device as well; only what holds them together is lacking
        return apps.get_model(resource.model(virtual=virtual))._meta.verbose_name_plural
    several = resource.serves(virtual=False) and resource.model(virtual=virtual) != resource.model(virtual=False)
    return gettext("{what} of virtual machines").format(what=resource.words.many) if several else resource.words.many


def _adding(model: str) -> str:
    return Right(model, ("add",)).permissions[0]
