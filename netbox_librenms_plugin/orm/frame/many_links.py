"""Binds many devices or VMs to the LibreNMS devices that they were found to be, in batches; they leave what ``bind``
leaves."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import batched
from typing import Any

from dcim.models import Device
from django.core.exceptions import ValidationError
from django.db import router
from django.utils.translation import gettext as _
from netbox.models.features import CustomFieldsMixin
from virtualization.models import VirtualMachine

from ...custom_fields import FIELD_NAME
from ...librenms.identity import read_id, with_id
from ...sync.core.issues import Code, Issue, issue
from . import audit
from .batches import REFUSALS
from .bindings import with_librenms_id
from .librenms_ids import AlreadyLinkedError, bind, hold_ids
from .permissions import NotAllowedError, refusal, require_rows
from .results import reason_of
from .savepoints import savepoint
from .scope import Scope
from .serialised import snapshot
from .stored_ids import has_librenms_id

AT_ONCE = 500
_COLUMN = "custom_field_data"
# What an object's name is made of
_NAMED: Mapping[Any, Sequence[str]] = {
    Device: ("device_type__manufacturer", "virtual_chassis"),
    VirtualMachine: ("cluster",),
}


def bind_many(model: Any, links: Mapping[int, int], scope: Scope) -> dict[int, Issue]:
    """Write a LibreNMS id into the custom field of each object, and give back why not of those that are not linked. An
    object that is linked by now stays as it is, and nobody's id is taken from him.

    Runs inside a request's event tracking, which writes the change log. The number of queries does not depend on that
    of the objects, but for every five hundred of them.
    """
    refused: dict[int, Issue] = {}
    for some in batched(sorted(links.items()), AT_ONCE):
        refused |= _bind_some(model, dict(some), scope)
    return refused


def _bind_some(model: Any, links: Mapping[int, int], scope: Scope) -> dict[int, Issue]:
    using = router.db_for_write(model)
    try:
        with savepoint(using):
            instances, refused = _written(model, links, scope, using)
    except REFUSALS:
        return _one_by_one(model, links, scope)
    audit.announce(instances, created=False, using=using)
    audit.flush_when_full(using)
    return refused


def _written(model: Any, links: Mapping[int, int], scope: Scope, using: str) -> tuple[list[Any], dict[int, Issue]]:
    """The objects that were written, and why the others were not."""
    hold_ids(links.values(), scope, using=using)
    rows = model.objects.using(using).restrict(scope.user, "change").filter(pk__in=list(links)).order_by("pk")
    rows = rows.select_for_update(of=("self",)).select_related(*_NAMED[model]).prefetch_related("tags")
    held = {one.pk: one for one in rows}
    holders = _holders(links.values(), scope, using)
    refused: dict[int, Issue] = {}
    written: list[Any] = []
    for pk, number in links.items():
        instance = held.get(pk)
        problem = _problem(instance, number, holders, scope) if instance is not None else _not_allowed(model)
        if problem is None:
            problem = _prepared(instance, number, scope)
        if problem is None:
            written.append(instance)
        else:
            refused[pk] = problem
    audit.update(written, [_COLUMN], using=using)
    audit.log(written, created=False, message=scope.message, using=using)
    require_rows(scope.user, "change", model, [one.pk for one in written], using=using)
    return written, refused


# (model, primary key, virtual chassis) of objects by the LibreNMS id that they hold
Holders = Mapping[int, Sequence[tuple[Any, int, int | None]]]


def _holders(librenms_ids: Iterable[int], scope: Scope, using: str) -> Holders:
    """Who holds these ids now, whoever may see him: a query for each kind."""
    ids = sorted({str(one) for one in librenms_ids})
    found: defaultdict[int, list[tuple[Any, int, int | None]]] = defaultdict(list)
    for model in _NAMED:
        rows = with_librenms_id(model.objects.using(using), scope).filter(has_librenms_id(ids)).order_by("pk")
        columns = ("pk", f"{_COLUMN}__{FIELD_NAME}", *(("virtual_chassis_id",) if model is Device else ()))
        for pk, value, *chassis in rows.values_list(*columns):
            if (number := read_id(value, scope.server, scope.bare_key)) is not None:
                found[number].append((model, pk, chassis[0] if chassis else None))
    return found


def _problem(instance: Any, number: int, holders: Holders, scope: Scope) -> Issue | None:
    if read_id(instance.custom_field_data.get(FIELD_NAME), scope.server, scope.bare_key) is not None:
        return issue(Code.LINKED_ALREADY)
    chassis = getattr(instance, "virtual_chassis_id", None)
    for model, pk, of in holders.get(number, ()):
        same = (model, pk) == (type(instance), instance.pk) or (of is not None and of == chassis)
        if not same:
            sentence = _("LibreNMS device {id} is already linked to another object.").format(id=number)
            return issue(Code.REFUSED, reason=sentence)
    return None


def _prepared(instance: Any, number: int, scope: Scope) -> Issue | None:
    """Put the id into the object; why not where NetBox would not take what its custom fields hold then."""
    snapshot(instance)
    stored = instance.custom_field_data
    value = with_id(stored.get(FIELD_NAME), scope.server, number, default_key=scope.bare_key)
    instance.custom_field_data = {**stored, FIELD_NAME: value}
    try:
        CustomFieldsMixin.clean(instance)
    except ValidationError as error:
        return issue(Code.REFUSED, reason=reason_of(error))
    return None


def _not_allowed(model: Any) -> Issue:
    return issue(Code.NO_PERMISSION, what=str(refusal(model, "change")))


def _one_by_one(model: Any, links: Mapping[int, int], scope: Scope) -> dict[int, Issue]:
    """Each by itself, to name the one that the whole batch was refused for."""
    held = model.objects.in_bulk(list(links))
    refused = {pk: _not_allowed(model) for pk in links if pk not in held}
    for instance in held.values():
        try:
            bind(instance, links[instance.pk], scope, relink=False)
        except NotAllowedError as error:
            refused[instance.pk] = issue(Code.NO_PERMISSION, what=str(error))
        except (AlreadyLinkedError, *REFUSALS) as error:
            reason = str(error) if isinstance(error, AlreadyLinkedError) else reason_of(error)
            refused[instance.pk] = issue(Code.REFUSED, reason=reason)
    return refused
