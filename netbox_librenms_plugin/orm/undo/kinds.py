"""What undoing has to know of a kind of object: which fields follow from others, what refers to what."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from core.models import ObjectChange
from dcim.models import Cable, CableTermination, VirtualChassis
from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db.models import CASCADE, PROTECT, RESTRICT, Field, ForeignKey, Model
from extras.utils import is_taggable
from netbox.models.features import ChangeLoggingMixin
from utilities.fields import CounterCacheField

# What a cable's terminations leave on what they terminate
_OF_CABLES = ("cable", "cable_end", "cable_connector", "cable_positions")
ENDS = ("a_terminations", "b_terminations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """How objects of ``model`` refer to one of a kind: by the column ``field``, or by a generic one, whose ``type``
    column says what it refers to. ``through``: the table of a many-to-many field."""

    model: type[Model]
    name: str
    cascades: bool = False
    protects: bool = False
    part: bool = False
    type_column: str = ""
    id_column: str = ""
    through: type[Model] | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of object. ``label``: its model's, such as ``dcim.interface``."""

    model: Any

    @property
    def label(self) -> str:
        """What rows and records call it."""
        return str(self.model._meta.label_lower)

    @cached_property
    def content_type(self) -> ContentType:
        """Its type in NetBox's generic relations."""
        return ContentType.objects.get_for_model(self.model)

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Name → column, but for the primary key."""
        return {one.name: one for one in self.model._meta.concrete_fields if not one.primary_key}

    @cached_property
    def derived(self) -> frozenset[str]:
        """Fields that follow from something else, or from the moment of writing: neither compared nor put back."""
        names = set(ObjectChange(changed_object_type=self.content_type).diff_exclude_fields)
        names |= {name for name, one in self.fields.items() if isinstance(one, CounterCacheField)}
        if "cable_end" in self.fields and self.model is not CableTermination:
            names |= set(_OF_CABLES)
        return frozenset(names)

    @cached_property
    def written(self) -> dict[str, Field]:
        """Name → column that can be put back, but for custom fields."""
        return {
            name: one
            for name, one in self.fields.items()
            if name not in self.derived and name != "custom_field_data" and not name.startswith("_")
        }

    @cached_property
    def foreign_keys(self) -> dict[str, ForeignKey]:
        """Name → column that refers to another object, but for the type of a generic one."""
        types = {one.ct_field for one in self.generic}
        found = {name: one for name, one in self.written.items() if isinstance(one, ForeignKey)}
        return {name: one for name, one in found.items() if name not in types}

    @cached_property
    def generic(self) -> list[GenericForeignKey]:
        """References to an object of any kind."""
        return [one for one in self.model._meta.private_fields if isinstance(one, GenericForeignKey)]

    @cached_property
    def pairs(self) -> tuple[frozenset[str], ...]:
        """Columns that are one reference together."""
        return tuple(frozenset({one.ct_field, one.fk_field}) for one in self.generic)

    @cached_property
    def many(self) -> dict[str, Any]:
        """Name → many-to-many field, but for tags."""
        return {one.name: one for one in self.model._meta.many_to_many if one.name != "tags"}

    @property
    def taggable(self) -> bool:
        """Whether it can have tags."""
        return bool(is_taggable(self.model))

    @cached_property
    def sets(self) -> frozenset[str]:
        """Fields with several values in no order."""
        return frozenset({*self.many, "tags", *ENDS})

    @property
    def is_cable(self) -> bool:
        """Whether it is NetBox's cable, whose ends are objects of their own."""
        return self.model is Cable

    @property
    def is_part(self) -> bool:
        """Whether nobody has permissions for it but those for what it is a part of."""
        return self.model is CableTermination

    @property
    def late(self) -> frozenset[str]:
        """Fields that are set when all else is back: NetBox moves the master of a new virtual chassis to position 1."""
        return frozenset({"master"}) if self.model is VirtualChassis else frozenset()

    @cached_property
    def referrers(self) -> tuple[Relation, ...]:
        """How others refer to it, as far as they are objects that NetBox keeps a change log of."""
        return (*self._by_column(), *self._by_generic())

    def _by_column(self) -> Iterator[Relation]:
        for one in self.model._meta.get_fields(include_hidden=True):
            if not one.auto_created or one.concrete or not issubclass(one.related_model, ChangeLoggingMixin):
                continue
            field = one.field
            if isinstance(field, GenericRelation):
                continue
            if one.many_to_many:
                yield Relation(model=one.related_model, name=field.name, through=field.remote_field.through)
            elif field.name not in kind_of(one.related_model).derived and not field.name.startswith("_"):
                yield Relation(
                    model=one.related_model,
                    name=field.name,
                    cascades=one.on_delete is CASCADE,
                    protects=one.on_delete in (PROTECT, RESTRICT),
                    part=one.related_model is CableTermination,
                    id_column=field.attname,
                )

    def _by_generic(self) -> Iterator[Relation]:
        for one in self.model._meta.private_fields:
            if not isinstance(one, GenericRelation) or not issubclass(one.related_model, ChangeLoggingMixin):
                continue
            yield Relation(
                model=one.related_model,
                name=one.object_id_field_name,
                cascades=True,
                type_column=f"{one.content_type_field_name}_id",
                id_column=one.object_id_field_name,
            )


@cache
def kind_of(model: type[Model]) -> Kind:
    """What is known of a model."""
    return Kind(model)


def kind_named(label: str) -> Kind | None:
    """The kind of this label; None where the plugin that has it is gone."""
    try:
        return kind_of(apps.get_model(label))
    except LookupError:
        return None


@cache
def _label(pk: int) -> str:
    found = ContentType.objects.get_for_id(pk)
    return f"{found.app_label}.{found.model}"


def label_of_type(pk: int) -> str:
    """The label of the kind with this content type."""
    return _label(pk)
