"""Binds a device or VM to the LibreNMS device that a person named, as NetBox's own forms would write it."""

from collections.abc import Iterable
from typing import Any

from dcim.models import Device
from django.db import router, transaction
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.utils.translation import gettext as _
from virtualization.models import VirtualMachine

from ..custom_fields import FIELD_NAME
from ..librenms.identity import with_id
from .permissions import refusal
from .scope import Scope


class AlreadyLinkedError(ValueError):
    """Another object of NetBox holds the id; the text says which, as far as the user may know."""


def bind(instance: Any, librenms_id: int, scope: Scope) -> Any:
    """Write the id into the custom field, and give back the object as it is now.

    Raises ``AlreadyLinkedError``, ``NotAllowedError``, and ``ValidationError`` where NetBox refuses the object. Runs
    inside a request's event tracking, which writes the change log.
    """
    model = type(instance)
    using = router.db_for_write(model)
    with transaction.atomic(), transaction.atomic(using=using):
        allowed = model.objects.using(using).restrict(scope.user, "change")
        held = allowed.select_for_update(of=("self",)).filter(pk=instance.pk).first()
        if held is None:
            raise refusal(model, "change")
        _refuse_second_holder(held, librenms_id, scope)
        _store(held, librenms_id, scope, using)
        if not allowed.filter(pk=held.pk).exists():
            raise refusal(model, "change")
    return held


def _store(held: Any, librenms_id: int, scope: Scope, using: str) -> None:
    held.snapshot()
    data = held.custom_field_data
    stored = with_id(data.get(FIELD_NAME), scope.server, librenms_id, default_key=scope.bare_key)
    held.custom_field_data = {**data, FIELD_NAME: stored}
    held._changelog_message = scope.message
    held.full_clean()
    held.save(using=using)


def _refuse_second_holder(held: Any, librenms_id: int, scope: Scope) -> None:
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
    stored = KeyTransform(scope.server, KeyTransform(FIELD_NAME, "custom_field_data"))
    text = str(librenms_id)
    queryset = model.objects.annotate(
        _bound=KeyTextTransform(scope.server, KeyTransform(FIELD_NAME, "custom_field_data")),
        _bound_as_id=KeyTextTransform("id", stored),
        _bare=KeyTextTransform(FIELD_NAME, "custom_field_data"),
    )
    holds = Q(_bound=text) | Q(_bound_as_id=text)
    return queryset.filter(holds | Q(_bare=text) if scope.server == scope.bare_key else holds)
