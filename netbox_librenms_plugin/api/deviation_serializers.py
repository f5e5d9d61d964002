"""Deviations, causes and compared objects as REST shows them, and what is decided about deviations."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from netbox.api.fields import ChoiceField
from netbox.api.serializers import BaseModelSerializer
from rest_framework import serializers
from rest_framework.reverse import reverse

from ..choices import ComparedKindChoices, DeviationOutcomeChoices, DeviationStateChoices
from ..deviations.deciding import LONGEST_REASON
from ..models import Cause, ComparedObject, DailyTotal, Deviation
from ..words.deviations import cause_title, problem_words, reason_words, told_value
from .compared_documents import STATES, check_documents
from .strict import StrictSerializer
from .sync_serializers import ValueField

# Those of one decision; more are named by a filter
MOST_IDS = 10_000
TYPES: Mapping[str, str] = {
    ComparedKindChoices.DEVICE: "dcim.device",
    ComparedKindChoices.VIRTUAL_MACHINE: "virtualization.virtualmachine",
    ComparedKindChoices.LIBRENMS: "librenms.device",
}
VIEWS: Mapping[str, str] = {
    ComparedKindChoices.DEVICE: "dcim-api:device-detail",
    ComparedKindChoices.VIRTUAL_MACHINE: "virtualization-api:virtualmachine-detail",
}


def _of(description: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "description": description, "properties": properties}


TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {"type": "integer"}
MOMENT: dict[str, Any] = {"type": "string", "format": "date-time", "nullable": True}
OBJECT = _of(
    "The object that it is of; type librenms.device: a device that NetBox lacks, by its LibreNMS ID, without url",
    type={"type": "string", "enum": sorted(TYPES.values())},
    id=NUMBER,
    name=TEXT,
    url={"type": "string", "format": "uri", "nullable": True},
)
REASON = {
    **_of(
        "Why it cannot be written, or what else is to be known: a code for programs and a sentence for people",
        code=TEXT,
        message=TEXT,
    ),
    "nullable": True,
}
CHECK = _of(
    "How one resource was compared last",
    resource=TEXT,
    state={
        "type": "string",
        "enum": list(STATES),
        "description": "agrees: all of it was looked at and nothing is open. incomplete: nothing is open, but not all "
        "of it was looked at. not_compared: never looked at",
    },
    open={**NUMBER, "nullable": True, "description": "null while it was never compared"},
    at={**MOMENT, "description": "When it was compared last"},
    full_at={**MOMENT, "description": "When all of it was compared last"},
    times={**NUMBER, "description": "How often it was compared"},
    gaps={
        "type": "array",
        "description": "What was not looked at the last time: neither a difference nor sameness",
        "items": _of(
            "A gap",
            code=TEXT,
            count=NUMBER,
            names={"type": "array", "items": TEXT},
            message=TEXT,
        ),
    },
)


def object_document(compared: ComparedObject, request: Any) -> dict[str, Any]:
    """The object that a record is of."""
    view = VIEWS.get(compared.kind)
    url = reverse(view, kwargs={"pk": compared.object_id}, request=request) if view else None
    return {"type": TYPES[compared.kind], "id": compared.object_id, "name": compared.name, "url": url}


class NetworkSerializer(BaseModelSerializer):
    """What the three have in common. ``whole`` in the context: names of other objects may be told."""

    display_url = serializers.SerializerMethodField()

    @property
    def whole(self) -> bool:
        """Whether the caller sees the whole network; without a word about it he does not."""
        return bool(self.context.get("whole"))

    @property
    def request(self) -> Any:
        """The call, for addresses with a host."""
        return self.context.get("request")

    @extend_schema_field(OpenApiTypes.URI)
    def get_display_url(self, instance: Any) -> str:
        """The page of it."""
        path: str = instance.get_absolute_url()
        return path if self.request is None else str(self.request.build_absolute_uri(path))


class CauseSerializer(NetworkSerializer):
    """Deviations that are one and the same thing, with their numbers as far as the caller sees the objects."""

    outcome = ChoiceField(choices=DeviationOutcomeChoices)
    value = serializers.SerializerMethodField()
    open = serializers.IntegerField(source="seen_open", read_only=True)
    objects = serializers.IntegerField(source="seen_objects", read_only=True)
    accepted = serializers.IntegerField(source="seen_accepted", read_only=True)

    class Meta:
        model = Cause
        fields = (
            *("id", "url", "display_url", "display", "server", "resource", "field", "outcome", "reason", "value"),
            *("counted", "open", "objects", "accepted"),
        )
        read_only_fields = fields
        brief_fields = ("id", "url", "display", "server", "resource", "field")

    @extend_schema_field(OpenApiTypes.STR)
    def get_display(self, cause: Cause) -> str:
        """What is one and the same thing, in words."""
        return cause_title(cause, whole=self.whole)

    @extend_schema_field(ValueField(allow_null=True))
    def get_value(self, cause: Cause) -> Any:
        """The wanted value; null where each object has its own."""
        return told_value(cause.value, whole=self.whole)


class DailyTotalSerializer(BaseModelSerializer):
    """The numbers of a day. The network's own address gives those of the last days."""

    class Meta:
        model = DailyTotal
        fields = ("id", "display", "server", "day", "resource", "open", "accepted", "extra", "objects_compared")
        read_only_fields = fields
        brief_fields = ("id", "display", "server", "day", "resource", "open")


class ComparedObjectSerializer(NetworkSerializer):
    """A device or virtual machine as far as it was compared, or a device that NetBox lacks."""

    kind = ChoiceField(choices=ComparedKindChoices)
    object = serializers.SerializerMethodField()
    checks = serializers.SerializerMethodField()
    problem = serializers.SerializerMethodField()

    class Meta:
        model = ComparedObject
        fields = (
            *("id", "url", "display_url", "display", "server", "kind", "object", "librenms_id", "checked_at"),
            *("open", "accepted", "extra", "problem", "checks"),
        )
        read_only_fields = fields
        brief_fields = ("id", "url", "display", "server", "kind", "object")

    @extend_schema_field(OBJECT)
    def get_object(self, compared: ComparedObject) -> dict[str, Any]:
        """The object itself."""
        return object_document(compared, self.request)

    @extend_schema_field({"type": "array", "items": CHECK})
    def get_checks(self, compared: ComparedObject) -> list[dict[str, Any]]:
        """How fresh what is known of each resource is; those that nobody looked at are among them."""
        return check_documents(compared)

    @extend_schema_field({**REASON, "description": "Why it could not be compared the last time"})
    def get_problem(self, compared: ComparedObject) -> dict[str, str] | None:
        """Null where it could."""
        problem = compared.problem
        return {"code": problem["code"], "message": problem["message"]} if problem else None


class DeviationSerializer(NetworkSerializer):
    """One difference of one object; ``field`` is empty for a row as a whole."""

    object = serializers.SerializerMethodField()
    server = serializers.CharField(source="compared.server", read_only=True)
    cause = CauseSerializer(nested=True, read_only=True)
    outcome = ChoiceField(choices=DeviationOutcomeChoices)
    state = ChoiceField(choices=DeviationStateChoices)
    found = serializers.SerializerMethodField()
    wanted = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    problem = serializers.SerializerMethodField()
    times_seen = serializers.IntegerField(read_only=True)
    seen_at = serializers.DateTimeField(read_only=True, allow_null=True)
    accepted_by = serializers.CharField(source="accepted_name", read_only=True)

    class Meta:
        model = Deviation
        fields = (
            *("id", "url", "display_url", "display", "object", "server", "cause", "resource", "key", "name", "field"),
            *("netbox_id", "outcome", "reason", "found", "wanted", "writes", "counted", "state", "problem"),
            *("first_seen", "seen_at", "times_seen", "reopened", "resolved_at"),
            *("accepted_until", "accepted_reason", "accepted_by", "run"),
        )
        read_only_fields = fields
        brief_fields = ("id", "url", "display", "object", "resource", "name", "field", "state")

    @extend_schema_field(OpenApiTypes.URI)
    def get_display_url(self, row: Deviation) -> str:
        """The page of its object."""
        return super().get_display_url(row.compared)

    @extend_schema_field(OBJECT)
    def get_object(self, row: Deviation) -> dict[str, Any]:
        """The object that it is of."""
        return object_document(row.compared, self.request)

    @extend_schema_field(ValueField(allow_null=True))
    def get_found(self, row: Deviation) -> Any:
        """What NetBox has."""
        return told_value(row.found, whole=self.whole)

    @extend_schema_field(ValueField(allow_null=True))
    def get_wanted(self, row: Deviation) -> Any:
        """What LibreNMS says."""
        return told_value(row.wanted, whole=self.whole)

    @extend_schema_field(REASON)
    def get_reason(self, row: Deviation) -> dict[str, str] | None:
        """Null where nothing is in the way."""
        return {"code": row.reason, "message": reason_words(row, whole=self.whole)} if row.reason else None

    @extend_schema_field({**REASON, "description": "Why its sync failed"})
    def get_problem(self, row: Deviation) -> dict[str, str] | None:
        """Null where none did."""
        return {"code": row.problem["code"], "message": problem_words(row, whole=self.whole)} if row.problem else None


class LibreNMSDecisionSerializer(StrictSerializer):
    """Which deviations are meant: by ``ids`` or by ``filter``, never by both or neither."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        required=False,
        allow_empty=False,
        max_length=MOST_IDS,
        help_text="IDs of deviations",
    )
    filter = serializers.DictField(
        required=False,
        allow_empty=False,
        help_text="Filters of the list and their values; each must be known and say something",
    )


class LibreNMSAcceptSerializer(LibreNMSDecisionSerializer):
    """Until when deviations are meant to be so, and why."""

    until = serializers.DateField(help_text="They are open again when this day is over, or LibreNMS says another thing")
    reason = serializers.CharField(max_length=LONGEST_REASON, help_text="For whoever comes later")


class LibreNMSDecidedSerializer(serializers.Serializer):
    """What came of a decision."""

    done = serializers.IntegerField(help_text="Deviations that were decided")
    left_out = serializers.IntegerField(help_text="Those that are of objects that the caller may not view")
