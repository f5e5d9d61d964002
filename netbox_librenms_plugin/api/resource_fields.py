"""Fields whose values the resources decide: their names, and what can be decided about their rows."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from ..librenms.identity import LARGEST_ID
from ..resources import RESOURCES, Resource
from ..resources.decisions import Decision, DecisionKind


class ResourceNameField(serializers.CharField):
    """Name of a resource; whether there is one is answered with the names there are."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=50, **kwargs)


class ResourceNameSchema(OpenApiSerializerFieldExtension):
    """The names that there are."""

    target_class = ResourceNameField

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        """Read when the schema is made."""
        return {"type": "string", "enum": list(RESOURCES)}


def _field_of(decision: Decision) -> serializers.Field:
    if decision.kind is DecisionKind.WORD:
        return serializers.ChoiceField(choices=tuple(decision.words))
    if decision.kind is DecisionKind.TRUTH:
        return serializers.BooleanField()
    return serializers.IntegerField(min_value=decision.least, max_value=LARGEST_ID)


class RowChoicesField(serializers.DictField):
    """Resource → row key (or * for all rows) → what was decided, as the resources declare it.

    A resource that there is not is left to whoever knows which ones were asked for.
    """

    child = serializers.DictField(child=serializers.DictField())

    def to_internal_value(self, data: Any) -> dict[str, dict[str, dict[str, Any]]]:
        """Every decision must be one that the resource knows."""
        found: dict[str, dict[str, dict[str, Any]]] = super().to_internal_value(data)
        return {
            name: {key: _decided(name, key, row) for key, row in rows.items()} if name in RESOURCES else rows
            for name, rows in found.items()
        }


def _decided(resource: str, key: str, row: dict[str, Any]) -> dict[str, Any]:
    known = {one.name: one for one in RESOURCES[resource].decisions}
    decided = {}
    for name, value in row.items():
        if name not in known:
            sentence = _("Nothing called “{name}” can be decided about rows of {resource}. Choose from: {known}")
            words = sentence.format(name=name[:50], resource=resource, known=", ".join(known) or "–")
            raise serializers.ValidationError({resource: {key[:100]: words}})
        try:
            decided[name] = _field_of(known[name]).run_validation(value)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({resource: {key[:100]: {name: error.detail}}}) from error
    return decided


class RowChoicesSchema(OpenApiSerializerFieldExtension):
    """For each resource what can be decided about its rows."""

    target_class = RowChoicesField

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        """Read when the schema is made."""
        described = {name: _described(one) for name, one in RESOURCES.items() if one.decisions}
        return {"type": "object", "properties": described, "additionalProperties": False}


def _described(resource: Resource) -> dict[str, Any]:
    row = {
        "type": "object",
        "properties": {one.name: _schema_of(one) for one in resource.decisions},
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "description": f"Row key, or * for all rows → what was decided (see docs/{resource.page}.md)",
        "additionalProperties": row,
    }


def _schema_of(decision: Decision) -> dict[str, Any]:
    if decision.kind is DecisionKind.WORD:
        return {"type": "string", "enum": list(decision.words), "description": decision.help}
    if decision.kind is DecisionKind.TRUTH:
        return {"type": "boolean", "description": decision.help}
    return {"type": "integer", "minimum": decision.least, "description": decision.help}
