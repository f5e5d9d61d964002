"""Imports and their devices as REST shows them."""

from typing import Any

from core.api.serializers import JobSerializer
from core.models import ObjectType
from drf_spectacular.utils import extend_schema_field
from netbox.api.fields import ChoiceField, ContentTypeField
from netbox.api.serializers import BaseModelSerializer
from rest_framework import serializers

from ..choices import RunOutcomeChoices, RunStateChoices
from ..import_utils.documents import complaint_document, gap_document
from ..import_utils.kinds import IMPORT
from ..models import Run, RunItem
from ..runs.access import state_of
from .import_serializers import LibreNMSImportGapSerializer

COUNTS = {
    "type": "object",
    "description": "Outcome → number of devices",
    "properties": {outcome: {"type": "integer"} for outcome in IMPORT.outcomes},
}
# What stands in place of what names a NetBox object
TELLS_NOTHING = {"object_id": None, "object_repr": ""}
COMPLAINTS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "code": {"type": "string", "description": "A stable name for programs"},
            "message": {"type": "string", "description": "A sentence for people"},
            "details": {"type": "object", "additionalProperties": {}},
            "resource": {"type": "string", "description": "What of the device it is about; empty: the device itself"},
            "name": {"type": "string", "description": "Which interface, address … it is about"},
        },
    },
}


class ImportRunSerializer(BaseModelSerializer):
    """One import of many devices. ``counts``: outcome → number of devices; the devices themselves are under
    ``rows/``."""

    url = serializers.HyperlinkedIdentityField(view_name="plugins-api:netbox_librenms_plugin-api:importrun-detail")
    state = ChoiceField(choices=RunStateChoices)
    options = serializers.SerializerMethodField()
    job = JobSerializer(nested=True, read_only=True, allow_null=True)
    counts = serializers.SerializerMethodField()

    class Meta:
        model = Run
        fields = (
            *("id", "url", "display", "created", "started", "ended", "user_name", "request_id", "server", "branch"),
            *("state", "options", "job", "counts"),
        )
        read_only_fields = fields
        brief_fields = ("id", "url", "display", "created", "server", "state")

    def to_representation(self, instance: Run) -> dict[str, Any]:
        """In the state that it really is in."""
        instance.state = state_of(instance)
        data: dict[str, Any] = super().to_representation(instance)
        return data

    @extend_schema_field({"type": "object", "additionalProperties": {}})
    def get_options(self, run: Run) -> dict[str, Any]:
        """What is imported beside the devices."""
        return dict(run.options)

    @extend_schema_field(COUNTS)
    def get_counts(self, run: Run) -> dict[str, int]:
        """Counted for all runs of a list at once, where there is a list."""
        counted = self.context.get("counts", {}).get(run.pk)
        counts = run.counts() if counted is None else counted
        return {outcome: counts[outcome] for outcome in IMPORT.outcomes}


class ImportRunRowSerializer(BaseModelSerializer):
    """One device of an import. ``counts``: resource → objects written."""

    hostname = serializers.CharField(source="name", read_only=True)
    outcome = ChoiceField(choices=RunOutcomeChoices)
    object_type = ContentTypeField(queryset=ObjectType.objects.all(), allow_null=True)
    issues = serializers.SerializerMethodField()
    gaps = serializers.SerializerMethodField()
    counts = serializers.SerializerMethodField()

    class Meta:
        model = RunItem
        fields = (
            *("id", "display", "librenms_id", "hostname", "outcome", "object_type", "object_id", "object_repr"),
            *("issues", "gaps", "counts", "ended"),
        )
        read_only_fields = fields
        brief_fields = ("id", "display", "librenms_id", "hostname", "outcome")

    def to_representation(self, instance: RunItem) -> dict[str, Any]:
        """Without the NetBox object, if the caller may not view that."""
        data: dict[str, Any] = super().to_representation(instance)
        key = (instance.object_type_id, instance.object_id)
        if key in self.context.get("visible", ()):
            return data
        # Whatever the caller has asked for: ``fields`` and ``omit`` leave out any of them
        return {name: TELLS_NOTHING.get(name, value) for name, value in data.items()}

    @extend_schema_field(COMPLAINTS)
    def get_issues(self, row: RunItem) -> list[dict[str, Any]]:
        """As kept with the row, and in words."""
        return [{**complaint_document(one), "details": one["details"]} for one in row.issues]

    @extend_schema_field(LibreNMSImportGapSerializer(many=True))
    def get_gaps(self, row: RunItem) -> list[dict[str, Any]]:
        """As kept with the row, and in words."""
        return [gap_document(one) for one in row.gaps]

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "integer"}})
    def get_counts(self, row: RunItem) -> dict[str, int]:
        """As kept with the row."""
        return dict(row.counts)
