"""Fields into NetBox: one ``save()`` for each device or VM with all the fields chosen for it.

A device that NetBox refuses so is tried again field by field, so that the field at fault is named and the rest written.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from dcim.models import DeviceType, Location, Platform, Site
from django.core.exceptions import ValidationError
from django.db import router
from django.utils.translation import gettext as _

from ...sync.core.plan import Change, Ref
from ..frame.batches import REFUSALS, refusal_of
from ..frame.permissions import refusal, require, require_rows
from ..frame.results import Result, written
from ..frame.savepoints import savepoint
from ..frame.scope import Scope
from ..frame.subjects import Subject
from .read import model_of

_TARGETS = {"device_type": DeviceType, "platform": Platform, "site": Site, "location": Location}
_ATTRIBUTES = {"member_serial": "serial"}


def write(subject: Subject, changes: Sequence[Change], scope: Scope) -> Iterator[Result]:
    """Write the rows; each gives one result. Runs inside the caller's transaction, which holds the locks."""
    model = model_of(subject)
    for _owner, some in groupby(sorted(changes, key=lambda one: one.owner.id or 0), key=lambda one: one.owner.id):
        yield from _write_owner(model, list(some), scope)


def _write_owner(model: Any, changes: Sequence[Change], scope: Scope) -> Iterator[Result]:
    try:
        _save(model, changes, scope)
    except REFUSALS as error:
        if len(changes) == 1:
            yield refusal_of(changes[0], error)
            return
        for one in changes:
            yield from _write_owner(model, [one], scope)
        return
    yield from (written(one, one.owner.id) for one in changes)


def _save(model: Any, changes: Sequence[Change], scope: Scope) -> None:
    using = router.db_for_write(model)
    require(scope.user, "change", model)
    with savepoint(using):
        owner_id = changes[0].owner.id
        instance = model.objects.using(using).restrict(scope.user, "change").filter(pk=owner_id).first()
        if instance is None:
            raise refusal(model, "change")
        instance.snapshot()
        for change in changes:
            for name, value in change.writes.items():
                setattr(instance, _ATTRIBUTES.get(name, name), _value(name, value, scope))
        instance._changelog_message = scope.message
        instance.full_clean()
        instance.save(using=using)
        require_rows(scope.user, "change", model, [instance.pk], using=using)


def _value(name: str, value: Any, scope: Scope) -> Any:
    """The value as the instance takes it; what is referred to has to be there and visible still."""
    if not isinstance(value, Ref):
        return value
    target = _TARGETS[name].objects.restrict(scope.user, "view").filter(pk=value.id).first()
    if target is None:
        raise ValidationError({name: _("{name} does not exist any more").format(name=value.name)})
    return target
