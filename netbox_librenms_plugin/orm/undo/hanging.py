"""What hangs on objects that are to be deleted, and whose they are."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import batched
from typing import Any

from dcim.models import Device, Interface
from django.utils.translation import gettext as _
from virtualization.models import VirtualMachine, VMInterface

from ...sync.undo.effects import Effect, Key
from ...sync.undo.plan import Referrer
from ..frame.permissions import viewable
from .kinds import Kind, Relation, kind_named, label_of_type
from .log import OBJECTS_AT_ONCE

OWNERS: Mapping[str, Any] = {one._meta.label_lower: one for one in (Device, VirtualMachine)}
_HOLDERS: Mapping[str, tuple[Any, str, Any]] = {
    Interface._meta.label_lower: (Interface, "device_id", Device),
    VMInterface._meta.label_lower: (VMInterface, "virtual_machine_id", VirtualMachine),
}
_OWNER_COLUMNS = (("device", Device), ("virtual_machine", VirtualMachine))


def referrers(keys: Iterable[Key], *, using: str, user: Any, among: Collection[Key]) -> list[Referrer]:
    """Everything that refers to these objects: a query for each way in which objects of a kind can be referred to.
    What is not ``among`` the rows of the undo is named, as far as the user may view it."""
    by_label: dict[str, list[int]] = defaultdict(list)
    for label, pk in keys:
        by_label[label].append(pk)
    found: list[Referrer] = []
    for label, ids in by_label.items():
        kind = kind_named(label)
        if kind is None:
            continue
        for some in batched(sorted(set(ids)), OBJECTS_AT_ONCE):
            for relation in kind.referrers:
                found += _referrers(kind, relation, some, using)
    return _named(found, user, using, among)


def _referrers(kind: Kind, relation: Relation, ids: Sequence[int], using: str) -> Iterator[Referrer]:
    label = str(relation.model._meta.label_lower)
    for target, source in _pairs(kind, relation, ids, using):
        yield Referrer(
            target=(kind.label, target),
            source=(label, source),
            field=relation.name,
            cascades=relation.cascades,
            protects=relation.protects,
            part=relation.part,
        )


def _pairs(kind: Kind, relation: Relation, ids: Sequence[int], using: str) -> Iterable[tuple[int, int]]:
    if relation.through is not None:
        field = relation.model._meta.get_field(relation.name)
        own, other = field.m2m_column_name(), field.m2m_reverse_name()
        links = relation.through._base_manager.using(using).filter(**{f"{other}__in": ids})
        return list(links.values_list(other, own))
    rows = relation.model._base_manager.using(using).filter(**{f"{relation.id_column}__in": ids})
    if relation.type_column:
        rows = rows.filter(**{relation.type_column: kind.content_type.pk})
    return list(rows.order_by().values_list(relation.id_column, "pk"))


def _named(found: Sequence[Referrer], user: Any, using: str, among: Collection[Key]) -> list[Referrer]:
    """With the names of those that nobody undoes: a query for each kind of them."""
    by_label: dict[str, set[int]] = defaultdict(set)
    for one in found:
        by_label[one.source[0]].add(one.source[1])
    names: dict[Key, str] = {}
    for label, ids in by_label.items():
        kind = kind_named(label)
        if kind is None:
            continue
        outside = sorted(pk for pk in ids if (label, pk) not in among)
        word = str(kind.model._meta.verbose_name)
        if outside:
            visible = (
                viewable(kind.model._default_manager.using(using), user) if not kind.is_part else kind.model.objects
            )
            names |= {(label, one.pk): f"{word} {one}" for one in visible.filter(pk__in=outside[:OBJECTS_AT_ONCE])}
        names |= {(label, pk): f"{word} #{pk}" for pk in ids if (label, pk) in among}
    hidden = _("an object that you may not view")
    return [
        Referrer(
            target=one.target,
            source=one.source,
            field=one.field,
            name=names.get(one.source, hidden)[:100],
            cascades=one.cascades,
            protects=one.protects,
            part=one.part,
        )
        for one in found
    ]


def holder_of(kind: Kind, effect: Effect, related: Key | None) -> Key | None:
    """What an object hangs on by its values, else by what the change log names beside it: a device or VM, or an
    interface of one."""
    if kind.label in OWNERS:
        return effect.key
    values = effect.after or effect.before or {}
    for name, model in _OWNER_COLUMNS:
        if values.get(name) is not None:
            return str(model._meta.label_lower), int(values[name])
    for one in kind.generic:
        type_id, pk = values.get(one.ct_field), values.get(one.fk_field)
        if type_id is not None and pk is not None:
            return label_of_type(int(type_id)), int(pk)
    return related


def owners(holders: Mapping[Key, Key | None], *, using: str) -> dict[Key, Key]:
    """Object → the device or VM that it is, or hangs on; those that hang on none are left out. ``holders``: what
    ``holder_of`` says of each. A query for each kind of interface."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for holder in holders.values():
        if holder is not None and holder[0] in _HOLDERS:
            wanted[holder[0]].add(holder[1])
    of_interfaces: dict[Key, Key] = {}
    for label, ids in wanted.items():
        model, column, owner = _HOLDERS[label]
        for some in batched(sorted(ids), OBJECTS_AT_ONCE):
            rows = model._base_manager.using(using).filter(pk__in=some).values_list("pk", column)
            of_interfaces |= {(label, pk): (owner._meta.label_lower, owner_id) for pk, owner_id in rows}
    found: dict[Key, Key] = {}
    for key, holder in holders.items():
        if holder is not None and holder[0] in _HOLDERS:
            holder = of_interfaces.get(holder) or holders.get(holder)
        if holder is not None and holder[0] in OWNERS:
            found[key] = holder
    return found


def names_of(keys: Iterable[Key], *, using: str) -> dict[Key, str]:
    """Object → its name, of those that are there: a query for each kind."""
    by_label: dict[str, set[int]] = defaultdict(set)
    for label, pk in keys:
        by_label[label].add(pk)
    found: dict[Key, str] = {}
    for label, ids in by_label.items():
        kind = kind_named(label)
        if kind is not None:
            rows = kind.model._base_manager.using(using).filter(pk__in=sorted(ids))
            found |= {(label, one.pk): str(one) for one in rows}
    return found
