"""What the sync of many objects takes and answers."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ..choices import RunStateChoices
from ..fleet_sync.kinds import OUTCOMES
from ..librenms.identity import LARGEST_ID
from ..resources import RESOURCES
from ..sync.core.plan import Outcome
from .resource_fields import ResourceNameField
from .strict import StrictSerializer
from .sync_serializers import CODES, LibreNMSGapSerializer, LibreNMSObjectSerializer

MOST_IDS = 5_000
MOST_VALUES = 1_000
KINDS = ("create", "change", "conflict", "blocked", "kept", "extra", "same")


class FilterValuesField(serializers.ListField):
    """Values of one filter; a single one may stand without a list."""

    child = serializers.CharField(max_length=200)

    def to_internal_value(self, data: Any) -> Any:
        """As ever, of one value too."""
        return super().to_internal_value(data if isinstance(data, list) else [data])


def ids_field(most: int) -> serializers.ListField:
    """Ids of objects, at most so many."""
    return serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
        required=False,
        allow_empty=False,
        max_length=most,
        help_text="IDs of objects that you may view",
    )


class IdsOrFilterSerializer(StrictSerializer):
    """Either ``ids`` or ``filter`` says which objects are meant."""

    ids = ids_field(MOST_IDS)
    filter = serializers.DictField(
        child=FilterValuesField(max_length=MOST_VALUES),
        required=False,
        allow_empty=False,
        help_text='NetBox\'s own filters of such objects, as in its lists: {"site": ["ams1"], "status": ["active"]}',
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Both or neither could mean anything."""
        if ("ids" in attrs) == ("filter" in attrs):
            raise serializers.ValidationError(_("Say which objects: either “ids” or “filter”."))
        return attrs


class LibreNMSFleetSyncSerializer(IdsOrFilterSerializer):
    """Which objects to sync, and what of them. Either ``ids`` or ``filter`` says which."""

    resources = serializers.ListField(
        child=ResourceNameField(),
        required=False,
        allow_empty=False,
        max_length=50,
        help_text="Names of the resources to sync; all when left out",
    )
    outcomes = serializers.ListField(
        child=serializers.ChoiceField(choices=[Outcome.MISSING.value, Outcome.CHANGED.value]),
        required=False,
        allow_empty=False,
        max_length=2,
        help_text="missing: create what NetBox lacks; changed: write what differs; both when left out",
    )
    exclude_fields = serializers.ListField(
        child=serializers.CharField(max_length=50), required=False, max_length=100, help_text="Fields to leave alone"
    )
    server = serializers.CharField(required=False, max_length=50, help_text="Key of the LibreNMS server")
    refresh = serializers.BooleanField(
        required=False, default=False, help_text="Ask LibreNMS anew instead of using cached answers"
    )
    dry_run = serializers.BooleanField(required=False, default=False, help_text="Answer the numbers; write nothing")
    background = serializers.BooleanField(
        required=False, default=False, help_text="A background job does it; needed for more than 20 objects"
    )


class FleetReasonSerializer(serializers.Serializer):
    """Why an object is left out, or could not be compared."""

    code = serializers.ChoiceField(choices=CODES)
    message = serializers.CharField()


@extend_schema_field(
    {
        "type": "object",
        "description": "Resource → numbers",
        "additionalProperties": {"type": "object", "properties": {name: {"type": "integer"} for name in KINDS}},
    }
)
class TalliesField(serializers.DictField):
    """Numbers by resource."""


@extend_schema_field(
    {
        "type": "object",
        "description": "Resource → rows written",
        "properties": {name: {"type": "integer"} for name in RESOURCES},
    }
)
class WrittenField(serializers.DictField):
    """Rows by resource."""


class LibreNMSFleetIssueSerializer(FleetReasonSerializer):
    """Something that was not written."""

    resource = serializers.CharField(help_text="Empty where it is about the whole object")
    name = serializers.CharField(help_text="The row")


class LibreNMSFleetGapSerializer(LibreNMSGapSerializer):
    """What was not looked at, of which resource."""

    resource = serializers.CharField()


class LibreNMSFleetResultSerializer(serializers.Serializer):
    """What became of one object, or with ``dry_run`` would."""

    object = LibreNMSObjectSerializer(allow_null=True, help_text="Null where it is gone, or may not be viewed")
    librenms_id = serializers.IntegerField(allow_null=True)
    outcome = serializers.ChoiceField(choices=OUTCOMES, required=False)
    written = WrittenField(required=False)
    left = serializers.IntegerField(required=False, help_text="Rows that somebody has to decide about")
    issues = LibreNMSFleetIssueSerializer(many=True, required=False)
    gaps = LibreNMSFleetGapSerializer(many=True)
    failed = serializers.BooleanField(required=False, help_text="Dry run: LibreNMS gave nothing of it")
    reason = FleetReasonSerializer(required=False, allow_null=True, help_text="Dry run: why it would be left out")
    resources = TalliesField(required=False)


class LibreNMSFleetRunSerializer(serializers.Serializer):
    """A sync of many objects that has ended, or with ``dry_run`` its numbers; then ``run`` is null."""

    run = serializers.IntegerField(allow_null=True)
    server = serializers.CharField()
    state = serializers.ChoiceField(choices=RunStateChoices, required=False)
    request_id = serializers.UUIDField(required=False)
    counts = serializers.DictField(
        child=serializers.IntegerField(),
        required=False,
        help_text=f"Outcome ({', '.join(OUTCOMES)}) → number of objects",
    )
    written = WrittenField(required=False)
    left = serializers.IntegerField(required=False)
    objects = serializers.IntegerField(required=False)
    left_out = serializers.IntegerField(required=False)
    failed = serializers.IntegerField(required=False)
    with_gaps = serializers.IntegerField(required=False, help_text="Objects of which not everything was looked at")
    resources = TalliesField(required=False)
    results = LibreNMSFleetResultSerializer(many=True)


class LibreNMSFleetJobSerializer(serializers.Serializer):
    """A sync that a background job does."""

    job = serializers.IntegerField(help_text="See jobs/{id}/status/")
    run = serializers.IntegerField(help_text="sync-runs/?run_id={id} has what was written of each object")
