"""What the rows of an undo, and the objects that their values refer to, are called: as far as a user may view them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from dcim.models import Cable, Device
from django.db import router
from django.utils.text import capfirst
from utilities.permissions import get_permission_for_model

from ...sync.undo.effects import Key
from ...sync.undo.rows import FieldChange, UndoRow
from ..frame.permissions import viewable
from .kinds import Kind, kind_named, label_of_type
from .log import OBJECTS_AT_ONCE


def viewable_keys(rows: Iterable[UndoRow], *, user: Any) -> set[Key]:
    """The rows whose object the user may view; of one that is not there it counts whether he may view any of its kind.
    Two queries for each kind."""
    keys = {one.key for one in rows}
    if user.is_superuser:
        return keys
    using = router.db_for_read(Device)
    found: set[Key] = set()
    for label, ids in _by_label(keys).items():
        kind = kind_named(label)
        model: Any = Cable if kind is not None and kind.is_part else kind and kind.model
        if kind is None or not user.has_perm(get_permission_for_model(model, "view")):
            continue
        if kind.is_part:
            found |= {(label, pk) for pk in ids}
            continue
        there = kind.model._base_manager.using(using).filter(pk__in=ids).values_list("pk", flat=True)
        visible = viewable(kind.model._default_manager.using(using), user).filter(pk__in=ids)
        hidden = set(there) - set(visible.values_list("pk", flat=True))
        found |= {(label, pk) for pk in ids if pk not in hidden}
    return found


# Of a generic reference, the kinds that its value now and the earlier one refer to
type Types = Mapping[Key, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Names:
    """What values of rows mean. ``objects``: object → its name; ``types``: row → the kinds that it refers to
    generically."""

    objects: Mapping[Key, str]
    types: Types

    def text(self, row: UndoRow, field: str, value: Any, *, then: bool) -> str | None:
        """A single value in words, that of now or the earlier one (``then``); None where it means itself."""
        if _is_type(row, field):
            return _kind_words(label_of_type(int(value)))
        label = _label_of_reference(row, field, self.types)[then]
        if label and isinstance(value, int):
            return self.objects.get((label, value), f"#{value}")
        labels = _choice_labels(row, field)
        return str(labels[value]) if labels and value in labels else None


def names_in(rows: Sequence[UndoRow], *, user: Any, returning: Mapping[Key, str]) -> Names:
    """What the rows' values mean to a user, as far as that is there and may be viewed: a query for each kind of object.
    ``returning``: what comes back with the undo → its name."""
    using = router.db_for_read(Device)
    types = _types(rows, using)
    wanted = {key for row in rows for change in row.fields for key in _references(row, change, types)}
    names = {key: name for key, name in returning.items() if key in wanted}
    for label, ids in _by_label(wanted).items():
        kind = kind_named(label)
        if kind is None:
            continue
        for some in batched(ids, OBJECTS_AT_ONCE):
            visible = viewable(kind.model._default_manager.using(using), user).filter(pk__in=some)
            names |= {(label, one.pk): str(one) for one in visible}
    return Names(names, types)


def _references(row: UndoRow, change: FieldChange, types: Types) -> Iterator[Key]:
    """The objects that both values of a field refer to."""
    for label, value in zip(_label_of_reference(row, change.field, types), (change.now, change.then), strict=True):
        for one in value if isinstance(value, list) else (value,):
            if label and isinstance(one, int):
                yield label, one


def _label_of_reference(row: UndoRow, field: str, types: Types) -> tuple[str, str]:
    """The kinds of objects that a field's value now and its earlier one refer to, empty where it refers to none."""
    kind = kind_named(row.key[0])
    if kind is None:
        return "", ""
    column = kind.foreign_keys.get(field) or kind.many.get(field)
    if column is not None:
        label = str(column.related_model._meta.label_lower)
        return label, label
    return types.get(row.key, ("", "")) if any(one.fk_field == field for one in kind.generic) else ("", "")


def _is_type(row: UndoRow, field: str) -> bool:
    """Whether a field says of which kind another object is."""
    kind = kind_named(row.key[0])
    return kind is not None and any(one.ct_field == field for one in kind.generic)


def _kind_words(label: str) -> str:
    kind = kind_named(label)
    return label if kind is None else str(capfirst(kind.model._meta.verbose_name))


def _choice_labels(row: UndoRow, field: str) -> Mapping[Any, Any]:
    """Value → what people call it, of a field with choices."""
    kind = kind_named(row.key[0])
    column = kind.written.get(field) if kind is not None else None
    return dict(column.flatchoices) if column is not None and column.choices else {}


def _types(rows: Sequence[UndoRow], using: str) -> dict[Key, tuple[str, str]]:
    """Row → the kinds that it refers to generically, of rows where such a reference goes back: a query for each kind of
    row."""
    asked = [row for row in rows if (kind := kind_named(row.key[0])) and _in_generic(kind, row)]
    held: dict[Key, int] = {}
    for label, ids in _by_label(one.key for one in asked).items():
        kind = kind_named(label)
        assert kind is not None
        for one in kind.generic:
            found = kind.model._base_manager.using(using).filter(pk__in=ids).values_list("pk", f"{one.ct_field}_id")
            held |= {(label, pk): type_id for pk, type_id in found if type_id is not None}
    types: dict[Key, tuple[str, str]] = {}
    for row in asked:
        now = then = held.get(row.key)
        for change in row.fields:
            if _is_type(row, change.field):
                now, then = change.now, change.then
        types[row.key] = (label_of_type(int(now)) if now else "", label_of_type(int(then)) if then else "")
    return types


def _in_generic(kind: Kind, row: UndoRow) -> bool:
    names = {one.fk_field for one in kind.generic}
    return any(change.field in names for change in row.fields)


def _by_label(keys: Iterable[Key]) -> dict[str, list[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for label, pk in keys:
        found[label].add(pk)
    return {label: sorted(ids) for label, ids in found.items()}
