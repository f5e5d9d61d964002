"""Imports and their devices as REST shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ..import_utils.documents import complaint_document, gap_document
from ..import_utils.kinds import IMPORT
from ..models import Run, RunItem
from .import_serializers import LibreNMSImportGapSerializer
from .run_parts import AnyItemSerializer, AnyRunSerializer

COUNTS = {
    "type": "object",
    "description": "Outcome → number of devices",
    "properties": {outcome: {"type": "integer"} for outcome in IMPORT.outcomes},
}
# What stands in place of what names a NetBox object
TELLS_NOTHING: dict[str, Any] = {"object_id": None, "object_repr": ""}
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


class ImportRunSerializer(AnyRunSerializer):
    """One import of many devices. ``counts``: outcome → number of devices; the devices themselves are under
    ``rows/``."""

    url = serializers.HyperlinkedIdentityField(view_name="plugins-api:netbox_librenms_plugin-api:importrun-detail")

    class Meta:
        model = Run
        fields = (
            *("id", "url", "display", "created", "started", "ended", "user_name", "request_id", "server", "branch"),
            *("state", "options", "job", "counts"),
        )
        read_only_fields = fields
        brief_fields = ("id", "url", "display", "created", "server", "state")

    @extend_schema_field({"type": "object", "additionalProperties": {}})
    def get_options(self, run: Run) -> dict[str, Any]:
        """What is imported beside the devices."""
        return dict(run.options)

    @extend_schema_field(COUNTS)
    def get_counts(self, run: Run) -> dict[str, int]:
        """Of all outcomes that devices can have."""
        counts = self.counted(run)
        return {outcome: counts[outcome] for outcome in IMPORT.outcomes}


class ImportRunRowSerializer(AnyItemSerializer):
    """One device of an import. ``counts``: resource → objects written."""

    hostname = serializers.CharField(source="name", read_only=True)

    class Meta:
        model = RunItem
        fields = (
            *("id", "display", "librenms_id", "hostname", "outcome", "object_type", "object_id", "object_repr"),
            *("issues", "gaps", "counts", "ended"),
        )
        read_only_fields = fields
        brief_fields = ("id", "display", "librenms_id", "hostname", "outcome")

    def instead(self, item: RunItem) -> dict[str, Any]:
        """Without the NetBox object, if the caller may not view that."""
        return {} if (item.object_type_id, item.object_id) in self.context.get("visible", ()) else TELLS_NOTHING

    @extend_schema_field(COMPLAINTS)
    def get_issues(self, row: RunItem) -> list[dict[str, Any]]:
        """As kept with the row, and in words."""
        return [{**complaint_document(one), "details": one["details"]} for one in row.issues]

    @extend_schema_field(LibreNMSImportGapSerializer(many=True))
    def get_gaps(self, row: RunItem) -> list[dict[str, Any]]:
        """As kept with the row, and in words."""
        return [gap_document(one) for one in row.gaps]
