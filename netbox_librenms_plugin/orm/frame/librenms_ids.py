"""Binds a device or VM to the LibreNMS device that a person named, and unbinds it, as NetBox's forms would write it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from dcim.models import Device
from django.db import router, transaction
from django.utils.translation import gettext as _
from virtualization.models import VirtualMachine

from ...custom_fields import FIELD_NAME
from ...librenms.identity import read_id, with_id, without_id
from .bindings import with_librenms_id
from .locks import wait_for
from .permissions import refusal
from .scope import Scope
from .stored_ids import has_librenms_id


class AlreadyLinkedError(ValueError):
    """Another object of NetBox holds the id; the text says which, as far as the user may know."""


def bind(
    instance: Any,
    librenms_id: int,
    scope: Scope,
    *,
    serial: str = "",
    relink: bool = True,
    instead_of: int | None = None,
) -> Any:
    """Write the id into the custom field, and ``serial`` if one is given, and give back the object as it is now.

    Without ``relink`` an object that is another LibreNMS device by now stays that, unless it is ``instead_of``.

    Raises ``AlreadyLinkedError``, ``NotAllowedError``, and ``ValidationError`` where NetBox refuses the object. Runs
    inside a request's event tracking, which writes the change log.
    """
    with _held(instance, scope, librenms_id) as held:
        refuse_second_holder(held, librenms_id, scope)
        linked = read_id(_stored(held), scope.server, scope.bare_key)
        if not relink and linked not in (None, librenms_id, instead_of):
            raise AlreadyLinkedError(
                _("{name} is now linked to LibreNMS device {id}.").format(name=str(held), id=linked)
            )
        stored = with_id(_stored(held), scope.server, librenms_id, default_key=scope.bare_key)
        _store(held, stored, scope, serial=serial)
    return held


def unbind(instance: Any, server: str, scope: Scope) -> Any:
    """Take the id for ``server`` out of the custom field; otherwise as ``bind``. Saves nothing where there is none."""
    with _held(instance, scope) as held:
        stored = without_id(_stored(held), server, default_key=scope.bare_key)
        if stored != _stored(held):
            _store(held, stored, scope)
    return held


def hold_ids(librenms_ids: Iterable[int], scope: Scope, *, using: str) -> None:
    """Nobody else gives one of these ids to an object until the transaction ends: no constraint of the database says
    that only one may have it."""
    wait_for("ids", [f"{scope.server} {one}".encode() for one in librenms_ids], using=using)


@contextmanager
def _held(instance: Any, scope: Scope, librenms_id: int | None = None) -> Iterator[Any]:
    """The object under lock, if the user may change it, and as it is stored then may change it still; with the id that
    it is to get, nobody else gets that one meanwhile."""
    model = type(instance)
    using = router.db_for_write(model)
    with transaction.atomic(), transaction.atomic(using=using):
        if librenms_id is not None:
            hold_ids([librenms_id], scope, using=using)
        allowed = model.objects.using(using).restrict(scope.user, "change")
        held = allowed.select_for_update(of=("self",)).filter(pk=instance.pk).first()
        if held is None:
            raise refusal(model, "change")
        yield held
        if not allowed.filter(pk=held.pk).exists():
            raise refusal(model, "change")


def _stored(held: Any) -> Any:
    return held.custom_field_data.get(FIELD_NAME)


def _store(held: Any, stored: Any, scope: Scope, *, serial: str = "") -> None:
    held.snapshot()
    if serial:
        held.serial = serial
    held.custom_field_data = {**held.custom_field_data, FIELD_NAME: stored}
    held._changelog_message = scope.message
    held.full_clean()
    held.save(using=router.db_for_write(type(held)))


def refuse_second_holder(held: Any, librenms_id: int, scope: Scope) -> None:
    """Members of one virtual chassis may share the id of the one device that LibreNMS sees in them."""
    others: list[Any] = []
    for model in (Device, VirtualMachine):
        holders = _holders(model, librenms_id, scope)
        if isinstance(held, model):
            holders = holders.exclude(pk=held.pk)
            if getattr(held, "virtual_chassis_id", None):
                holders = holders.exclude(virtual_chassis_id=held.virtual_chassis_id)
        others += holders[:1]
    if others:
        name = _name(others, scope)
        raise AlreadyLinkedError(
            _("LibreNMS device {id} is already linked to {name}. Remove its LibreNMS ID there first.").format(
                id=librenms_id, name=name
            )
        )


def _name(others: Iterable[Any], scope: Scope) -> str:
    other = next(iter(others))
    visible = type(other).objects.restrict(scope.user, "view").filter(pk=other.pk).exists()
    return str(other) if visible else _("an object you may not see")


def _holders(model: Any, librenms_id: int, scope: Scope) -> Any:
    """The objects that hold the id in any of the forms in which it is read."""
    return with_librenms_id(model.objects.all(), scope).filter(has_librenms_id([str(librenms_id)]))
