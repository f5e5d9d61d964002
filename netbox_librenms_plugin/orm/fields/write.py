"""Fields into NetBox: one ``save()`` for each device or VM with all the fields chosen for it.

A device that NetBox refuses so is tried again field by field, so that the field at fault is named and the rest written.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from dcim.models import DeviceType, Location, Platform, Rack, Site
from django.core.exceptions import ValidationError
from django.db import router
from django.utils.translation import gettext as _
from tenancy.models import Tenant

from ...sync.core.plan import Change, Ref
from ...sync.fields.facts import field_facts
from ..frame.batches import REFUSALS, Batch, Entry, Written, entries_of, refusal_of
from ..frame.permissions import refusal, require, require_rows
from ..frame.results import written
from ..frame.savepoints import savepoint
from ..frame.scope import Scope
from .read import model_of
from .watched import keep_version

_TARGETS = {
    "device_type": DeviceType,
    "platform": Platform,
    "site": Site,
    "location": Location,
    "rack": Rack,
    "tenant": Tenant,
}
_ATTRIBUTES = {"member_serial": "serial"}


def write(batch: Batch, scope: Scope) -> Written:
    """Write the rows; each gives one result. Runs inside the caller's transaction, which holds the locks."""

    def owner(entry: Entry) -> tuple[str, int]:
        return entry.subject.key[0], entry.change.owner.id or 0

    for _owner, some in groupby(sorted(entries_of(batch), key=owner), key=owner):
        yield from _write_owner(list(some), scope)


def _write_owner(entries: Sequence[Entry], scope: Scope) -> Written:
    changes = [one.change for one in entries]
    try:
        _save(model_of(entries[0].subject), changes, scope)
    except REFUSALS as error:
        if len(entries) == 1:
            yield entries[0], refusal_of(changes[0], error)
            return
        for one in entries:
            yield from _write_owner([one], scope)
        return
    yield from ((one, written(one.change, one.change.owner.id)) for one in entries)


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
                if name == "os_version":
                    keep_version(instance, field_facts(change).get("kept_in", ""), value)
                else:
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
