"""What compare and sync take and answer."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ..choices import PolicyChoices
from ..sync.core.issues import Code
from ..sync.core.plan import Missing, Outcome
from .resource_fields import ResourceNameField, RowChoicesField
from .strict import StrictSerializer

# Far above what one device has, far below what would hurt
MOST_ROWS = 20_000
LONGEST_KEY = 100

OUTCOMES = [one.value for one in Outcome]
CODES = [one.value for one in Code]


def _counts(text: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": text,
        "properties": {outcome: {"type": "integer"} for outcome in OUTCOMES},
    }


class CompareQuerySerializer(serializers.Serializer):
    """The query of a comparison."""

    resource = serializers.ListField(
        child=ResourceNameField(),
        required=False,
        max_length=50,
        help_text="Name of a resource, may be repeated; all when it is left out",
    )
    server = serializers.CharField(
        required=False, max_length=50, help_text="Key of the LibreNMS server; the selected one when left out"
    )
    refresh = serializers.BooleanField(
        required=False, default=False, help_text="Ask LibreNMS anew instead of using a cached answer"
    )


class LibreNMSSyncSerializer(StrictSerializer):
    """What to write. Without ``keys`` for a resource: every row that can be written."""

    resources = serializers.ListField(
        child=ResourceNameField(),
        required=False,
        allow_empty=False,
        max_length=50,
        help_text="Names of the resources to sync; left out: those that keys or expected name, else all",
    )
    keys = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(max_length=LONGEST_KEY), max_length=MOST_ROWS),
        required=False,
        help_text="Rows to write, by resource; without an entry, all that can be written",
    )
    expected = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField(max_length=64)),
        required=False,
        help_text="Fingerprints of the rows as they were compared, by resource and key; rows that differ are stale",
    )
    exclude_fields = serializers.ListField(
        child=serializers.CharField(max_length=50), required=False, max_length=100, help_text="Fields to leave alone"
    )
    choices = RowChoicesField(
        required=False, help_text="By resource and key, or * for all rows: what was decided about them"
    )
    server = serializers.CharField(required=False, max_length=50, help_text="Key of the LibreNMS server")
    dry_run = serializers.BooleanField(required=False, default=False, help_text="Answer only; write nothing")


class LibreNMSObjectSerializer(serializers.Serializer):
    """A NetBox object."""

    type = serializers.CharField(help_text="Such as dcim.device")
    id = serializers.IntegerField()
    name = serializers.CharField()


class LibreNMSOwnerSerializer(serializers.Serializer):
    """The object that a row hangs on."""

    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()


@extend_schema_field({"description": "A text, number, boolean, null, reference {id, name} or list of references"})
class ValueField(serializers.JSONField):
    """One side of a difference."""


class LibreNMSDifferenceSerializer(serializers.Serializer):
    """One field that differs."""

    field = serializers.CharField()
    netbox = ValueField(allow_null=True)
    librenms = ValueField(allow_null=True)
    policy = serializers.ChoiceField(choices=PolicyChoices)
    writes = serializers.BooleanField(help_text="Whether syncing the row writes this field")


class LibreNMSIssueSerializer(serializers.Serializer):
    """A reason."""

    code = serializers.ChoiceField(choices=CODES)
    field = serializers.CharField(help_text="Empty when it is about the whole row")
    message = serializers.CharField()


class LibreNMSChangeSerializer(serializers.Serializer):
    """One row of a plan."""

    key = serializers.CharField()
    name = serializers.CharField()
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    owner = LibreNMSOwnerSerializer()
    netbox_id = serializers.IntegerField(allow_null=True)
    librenms_id = serializers.IntegerField(allow_null=True)
    matched_by = serializers.CharField()
    syncable = serializers.BooleanField(help_text="Whether syncing it would write something")
    fingerprint = serializers.CharField(help_text="To be sent as expected when the row is synced")
    # REST framework takes declared fields out of the class, so its own attribute of this name stays what it was
    fields = LibreNMSDifferenceSerializer(many=True)
    issues = LibreNMSIssueSerializer(many=True)


@extend_schema_field(_counts("Outcome → number of rows"))
class CountsField(serializers.DictField):
    """Numbers by outcome."""


class LibreNMSGapSerializer(serializers.Serializer):
    """What was not looked at, or came incomplete: neither a difference nor sameness."""

    code = serializers.ChoiceField(choices=[one.value for one in Missing])
    count = serializers.IntegerField(help_text="Rows that are missing; 0 where it is not about rows")
    names = serializers.ListField(child=serializers.CharField(), help_text="Columns that are missing")
    message = serializers.CharField(help_text="A sentence for people")


class LibreNMSPlanSerializer(serializers.Serializer):
    """The comparison of one resource."""

    resource = serializers.CharField()
    counts = CountsField()
    changes = LibreNMSChangeSerializer(many=True)
    gaps = LibreNMSGapSerializer(many=True)


class LibreNMSResourceErrorSerializer(serializers.Serializer):
    """Why there is no plan for a resource."""

    resource = serializers.CharField()
    code = serializers.CharField(help_text="A stable name for programs")
    message = serializers.CharField(help_text="A sentence for people")


class LibreNMSComparisonSerializer(serializers.Serializer):
    """One object beside LibreNMS."""

    server = serializers.CharField()
    librenms_id = serializers.IntegerField()
    object = LibreNMSObjectSerializer()
    fetched_at = serializers.DateTimeField(allow_null=True, help_text="When LibreNMS was asked")
    plans = LibreNMSPlanSerializer(many=True)
    errors = LibreNMSResourceErrorSerializer(
        many=True, required=False, help_text="Resources that LibreNMS did not give; left out when it gave all"
    )


class LibreNMSFailureSerializer(serializers.Serializer):
    """A row that was not written."""

    key = serializers.CharField()
    name = serializers.CharField()
    code = serializers.ChoiceField(choices=CODES)
    message = serializers.CharField()


class LibreNMSResultSerializer(serializers.Serializer):
    """What became of the rows of one resource."""

    resource = serializers.CharField()
    applied = CountsField()
    failed = LibreNMSFailureSerializer(many=True)
    stale = serializers.ListField(child=serializers.CharField(), help_text="Keys of rows that have changed meanwhile")
    gaps = LibreNMSGapSerializer(many=True)


class LibreNMSRunSerializer(serializers.Serializer):
    """A sync. ``run`` is the ID of its record; null for a dry run and when there was nothing to do."""

    run = serializers.IntegerField(allow_null=True)
    server = serializers.CharField()
    librenms_id = serializers.IntegerField()
    object = LibreNMSObjectSerializer()
    results = LibreNMSResultSerializer(many=True)


class LibreNMSProblemSerializer(serializers.Serializer):
    """Why a call was not answered."""

    detail = serializers.CharField(help_text="A sentence for people")
    code = serializers.CharField(help_text="A stable name for programs")
    errors = serializers.JSONField(required=False, help_text="All that is wrong with the body or the filter, by name")
