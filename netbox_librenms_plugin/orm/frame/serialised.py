"""Objects as NetBox's change log keeps them, value by value the same, at a tenth of the price.

NetBox has Django write each object as JSON and reads that back. Written by the hundred, that is what an import spends
most of its time with: the encoder is Python's slow one, and a query is put together for each relation to many, even
where its objects are at hand.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from types import NoneType
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, Model
from django.utils.encoding import is_protected_type
from extras.utils import is_taggable
from netbox.models.features import ChangeLoggingMixin

_AS_THEY_ARE = (NoneType, bool, int, float, str)


@contextmanager
def serialised_quickly(instance: Any) -> Iterator[None]:
    """Inside, NetBox's ``snapshot()`` and ``to_objectchange()`` serialise the object by ``serialised``. A model that
    has its own idea of what to serialise keeps it."""
    if type(instance).serialize_object is not ChangeLoggingMixin.serialize_object:
        yield
        return
    instance.serialize_object = partial(serialised, instance)
    try:
        yield
    finally:
        del instance.serialize_object


def snapshot(instance: Any) -> None:
    """NetBox's ``snapshot()``: the object as it is before it is changed."""
    with serialised_quickly(instance):
        instance.snapshot()


def serialised(instance: Any, exclude: Iterable[str] | None = None) -> dict[str, Any]:
    """What ``serialize_object()`` of NetBox's gives, without asking the database where the relations to many were
    prefetched, or preset."""
    model: Any = type(instance)
    plain, many = _columns(model)
    held: Mapping[str, Any] = getattr(instance, "_prefetched_objects_cache", {})
    if any(field.name not in held for field in many):
        return dict(ChangeLoggingMixin.serialize_object(instance, exclude=exclude))
    data = {field.name: _value(instance, field) for field in plain}
    for field in many:
        data[field.name] = [_value(related, related._meta.pk) for related in held[field.name]]
    if "custom_field_data" in data:
        data["custom_fields"] = data.pop("custom_field_data")
    if is_taggable(instance):
        tags = getattr(instance, "_tags", None) or held.get("tags")
        data["tags"] = sorted(tag.name for tag in (instance.tags.all() if tags is None else tags))
    for name in exclude or ():
        data.pop(name, None)
    return data


@cache
def _columns(model: type[Model]) -> tuple[list[Any], list[Any]]:
    """The columns, and the relations to many, that Django's serializer writes."""
    meta: Any = model._meta.concrete_model._meta
    many = [one for one in meta.local_many_to_many if one.serialize and one.remote_field.through._meta.auto_created]
    return [one for one in meta.local_fields if one.serialize], many


def _value(instance: Any, field: Any) -> Any:
    kind: Any = type(field)
    value = field.value_from_object(instance)
    if type(value) in _AS_THEY_ARE and (type(value) is not str or _writes_str(kind)):
        return value
    if not is_protected_type(value):
        value = field.value_to_string(instance)
    return value if type(value) is str else json.loads(json.dumps(value, cls=DjangoJSONEncoder))


@cache
def _writes_str(field: Any) -> bool:
    """Whether a text is written as it is: some kinds of columns write it in another way."""
    return field.value_to_string is Field.value_to_string
