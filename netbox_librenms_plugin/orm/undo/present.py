"""What NetBox holds now of the objects that a run wrote, in the form in which the change log keeps values."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from dcim.models import CableTermination
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, Model
from django.utils.encoding import is_protected_type
from extras.models import TaggedItem

from ...sync.undo.effects import CUSTOM, Key, Values
from .kinds import ENDS, Kind, label_of_type

_encode = DjangoJSONEncoder().default


def present(kind: Kind, ids: Sequence[int], *, using: str, lock: bool = False) -> dict[int, Values]:
    """Object → its values, of those that are there: a query for the rows, one for the tags and one for each
    many-to-many field. With ``lock`` nobody changes or deletes them until the transaction ends."""
    rows = kind.model._base_manager.using(using).filter(pk__in=ids).order_by("pk")
    found = {one.pk: one for one in (rows.select_for_update(of=("self",)) if lock else rows)}
    several = _several(kind, list(found), using)
    return {pk: _values(kind, one, several) for pk, one in found.items()}


def _values(kind: Kind, instance: Model, several: Mapping[str, Mapping[int, list[Any]]]) -> Values:
    values = {name: json_value(field, instance) for name, field in kind.written.items()}
    values |= {name: sorted(by_id.get(instance.pk, ())) for name, by_id in several.items()}
    custom = getattr(instance, "custom_field_data", None) or {}
    return values | {f"{CUSTOM}.{name}": value for name, value in custom.items()}


def json_value(field: Field, instance: Model) -> Any:
    """A column's value as NetBox's change log writes it."""
    value = field.value_from_object(instance)
    if value is None or type(value) in (bool, int, float, str):
        return value
    if is_protected_type(value):
        return value if isinstance(value, (int, float)) else _encode(value)
    return field.value_to_string(instance)


def _several(kind: Kind, ids: Sequence[int], using: str) -> dict[str, dict[int, list[Any]]]:
    """Field → object → its values, of the fields that hold several."""
    found: dict[str, dict[int, list[Any]]] = {name: _linked(field, ids, using) for name, field in kind.many.items()}
    if kind.taggable:
        items = TaggedItem.objects.using(using).filter(content_type=kind.content_type, object_id__in=ids)
        found["tags"] = _grouped(items.values_list("object_id", "tag__name"))
    if kind.is_cable:
        rows = CableTermination.objects.using(using).filter(cable__in=ids).values_list("cable_end", "cable_id", "pk")
        ends = list(rows)
        for name, side in zip(ENDS, "AB", strict=True):
            found[name] = _grouped((cable, pk) for end, cable, pk in ends if end == side)
    return found


def _linked(field: Any, ids: Sequence[int], using: str) -> dict[int, list[Any]]:
    own, other = field.m2m_column_name(), field.m2m_reverse_name()
    rows = field.remote_field.through._base_manager.using(using).filter(**{f"{own}__in": ids})
    return _grouped(rows.values_list(own, other))


def _grouped(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for pk, value in pairs:
        found[pk].append(value)
    return found


def same_value(kind: Kind, name: str, one: Any, other: Any) -> bool:
    """Whether two values of a field are one, however they are written (``10`` and ``10.00``). Empty is empty; a custom
    field that is not there has no value."""
    if one == other:
        return True
    field = kind.written.get(name)
    if field is None or one is None or other is None:
        return False
    try:
        return bool(field.to_python(one) == field.to_python(other))
    except Exception:  # what a field cannot read is another value
        return False


def references(kind: Kind, before: Values, names: Iterable[str]) -> Iterator[tuple[str, Key]]:
    """(field, object) for each single object that these fields' values refer to."""
    wanted = set(names)
    for name, field in kind.foreign_keys.items():
        if name in wanted and before.get(name) is not None:
            yield name, (str(field.related_model._meta.label_lower), int(before[name]))
    for one in kind.generic:
        type_id, pk = before.get(one.ct_field), before.get(one.fk_field)
        if {one.ct_field, one.fk_field} & wanted and type_id is not None and pk is not None:
            yield one.fk_field, (label_of_type(int(type_id)), int(pk))


def sets_of_references(kind: Kind, before: Values, names: Iterable[str]) -> Iterator[tuple[str, Key]]:
    """The same for fields that refer to several objects."""
    wanted = set(names)
    for name, field in kind.many.items():
        if name in wanted:
            label = str(field.related_model._meta.label_lower)
            yield from ((name, (label, int(pk))) for pk in before.get(name) or ())
