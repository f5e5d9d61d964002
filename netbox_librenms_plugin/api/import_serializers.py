"""What the import list and the import take and answer."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ..choices import RunOutcomeChoices
from ..import_utils.options import import_options
from ..import_utils.rows import FIELDS, Clue, Kind, State
from ..librenms.identity import LARGEST_ID
from .strict import StrictSerializer
from .sync_serializers import CODES, LibreNMSGapSerializer

MOST_DEVICES = 5_000
KINDS = [kind.value for kind in Kind]
OUTCOMES = [RunOutcomeChoices.CREATED, RunOutcomeChoices.LINKED, RunOutcomeChoices.EXISTS, "failed"]


def _id(text: str, **options: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=LARGEST_ID, help_text=text, **options)


def _flag(text: str, *, default: bool) -> serializers.BooleanField:
    return serializers.BooleanField(required=False, default=default, help_text=text)


class ImportQuerySerializer(serializers.Serializer):
    """What of the query is no filter. A page may be as long as NetBox's are."""

    server = serializers.CharField(required=False, max_length=50)
    refresh = serializers.BooleanField(required=False, default=False)
    limit = serializers.IntegerField(required=False, min_value=0)
    offset = serializers.IntegerField(required=False, min_value=0, max_value=LARGEST_ID)


class LibreNMSImportLinkSerializer(StrictSerializer):
    """The NetBox object that a device is."""

    type = serializers.ChoiceField(choices=KINDS)
    id = _id("ID of the device or virtual machine")


class LibreNMSImportDeviceSerializer(StrictSerializer):
    """One device, with what was decided for it; what is left out is as it matched."""

    librenms_id = _id("ID of the device in LibreNMS")
    name = serializers.CharField(required=False, allow_blank=True, max_length=255, help_text="Name in NetBox")
    link = LibreNMSImportLinkSerializer(required=False, allow_null=True, help_text="The NetBox object that it is")
    take_serial = _flag("The linked object gets LibreNMS's serial number", default=False)
    anyway = _flag("It is a device of its own although something else agrees", default=False)
    expected = serializers.CharField(
        required=False, allow_blank=True, max_length=64, help_text="Fingerprint of the row as it was seen"
    )

    def get_fields(self) -> dict[str, Any]:
        """With ``as``, which Python keeps to itself, and an id for each field that can be chosen."""
        chosen = {name: _id(f"ID of the {name.replace('_', ' ')}", required=False, allow_null=True) for name in FIELDS}
        kind = serializers.ChoiceField(choices=KINDS, required=False, allow_null=True, help_text="What it becomes")
        return {**super().get_fields(), "as": kind, **chosen}


class LibreNMSImportOptionsSerializer(StrictSerializer):
    """What is imported beside the devices."""

    def get_fields(self) -> dict[str, Any]:
        """One for each option that there is."""
        return {one.name: _flag(str(one.label), default=one.default) for one in import_options()}


class LibreNMSImportSerializer(StrictSerializer):
    """The devices to import."""

    server = serializers.CharField(required=False, max_length=50, help_text="Key of the LibreNMS server")
    devices = LibreNMSImportDeviceSerializer(many=True, allow_empty=False, max_length=MOST_DEVICES)
    options = LibreNMSImportOptionsSerializer(required=False)
    dry_run = _flag("Answer only; write nothing", default=False)
    background = _flag("Leave it to a background job, and answer at once", default=False)

    def validate_devices(self, devices: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """One decision for a device."""
        seen: set[int] = set()
        for one in devices:
            if one["librenms_id"] in seen:
                sentence = _("LibreNMS device {id} is listed twice. List it once.")
                raise serializers.ValidationError(sentence.format(id=one["librenms_id"]))
            seen.add(one["librenms_id"])
        return devices


def _refs() -> dict[str, Any]:
    ref = {
        "type": "object",
        "nullable": True,
        "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
    }
    return {"type": "object", "properties": {name: ref for name in FIELDS}}


@extend_schema_field(_refs())
class MatchesField(serializers.DictField):
    """What the fields of the device are, or would be."""


@extend_schema_field(
    {
        "type": "object",
        "description": "State → number of devices",
        "properties": {state.value: {"type": "integer"} for state in State},
    }
)
class StatesField(serializers.DictField):
    """Numbers by state."""


class LibreNMSImportReasonSerializer(serializers.Serializer):
    """Why a device stands where it stands."""

    code = serializers.ChoiceField(choices=CODES)
    field = serializers.CharField(help_text="Empty when it is about the whole device")
    message = serializers.CharField()


class LibreNMSImportObjectSerializer(serializers.Serializer):
    """The NetBox object that a device is."""

    type = serializers.CharField(help_text="dcim.device or virtualization.virtualmachine")
    id = serializers.IntegerField()
    name = serializers.CharField()


class LibreNMSImportRuleSerializer(serializers.Serializer):
    """The import rule that decided."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class LibreNMSImportRowSerializer(serializers.Serializer):
    """One device of LibreNMS beside NetBox."""

    librenms_id = serializers.IntegerField()
    hostname = serializers.CharField()
    sysname = serializers.CharField()
    hardware = serializers.CharField()
    os = serializers.CharField()
    location = serializers.CharField()
    serial = serializers.CharField()
    status = serializers.ChoiceField(choices=("up", "down"), allow_null=True)
    disabled = serializers.BooleanField()
    state = serializers.ChoiceField(choices=[state.value for state in State])
    name = serializers.CharField(help_text="What it would be called in NetBox")
    matches = MatchesField()
    netbox = LibreNMSImportObjectSerializer(allow_null=True)
    matched_by = serializers.ChoiceField(choices=[clue.value for clue in Clue], allow_null=True)
    rule = LibreNMSImportRuleSerializer(allow_null=True)
    issues = LibreNMSImportReasonSerializer(many=True)
    notes = LibreNMSImportReasonSerializer(many=True)
    may_be_stack = serializers.BooleanField(help_text="Whether LibreNMS's inventory may show several chassis")
    stack = serializers.IntegerField(allow_null=True, help_text="Number of members; null while nobody has looked")
    fingerprint = serializers.CharField(help_text="To be sent as expected when the device is imported")

    def get_fields(self) -> dict[str, Any]:
        """With ``as``, which Python keeps to itself."""
        return {**super().get_fields(), "as": serializers.ChoiceField(choices=KINDS)}


class LibreNMSImportListSerializer(serializers.Serializer):
    """A page of the import list."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    server = serializers.CharField()
    fetched_at = serializers.DateTimeField(help_text="When LibreNMS was asked")
    odd_rows = serializers.IntegerField(help_text="Devices of LibreNMS's answer that could not be read")
    counts = StatesField()
    results = LibreNMSImportRowSerializer(many=True)


class LibreNMSImportComplaintSerializer(serializers.Serializer):
    """Something that was not written."""

    code = serializers.ChoiceField(choices=CODES)
    message = serializers.CharField()
    resource = serializers.CharField(help_text="Empty when it is about the device itself")
    name = serializers.CharField(help_text="Which interface, address … it is about")


class LibreNMSImportGapSerializer(LibreNMSGapSerializer):
    """What was not looked at for a device."""

    resource = serializers.CharField()


class LibreNMSImportResultSerializer(serializers.Serializer):
    """What became of one device."""

    librenms_id = serializers.IntegerField()
    hostname = serializers.CharField()
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    netbox = LibreNMSImportObjectSerializer(allow_null=True)
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Resource → objects written")
    issues = LibreNMSImportComplaintSerializer(many=True)
    gaps = LibreNMSImportGapSerializer(many=True)
    fingerprint = serializers.CharField(help_text="Of the row that it began with")


class LibreNMSImportRunSerializer(serializers.Serializer):
    """An import. ``run`` is the ID of its record; null for a dry run."""

    run = serializers.IntegerField(allow_null=True)
    results = LibreNMSImportResultSerializer(many=True)


class LibreNMSImportJobSerializer(serializers.Serializer):
    """An import that a background job does."""

    job = serializers.IntegerField(help_text="See jobs/{id}/status/")
    run = serializers.IntegerField(help_text="See import-runs/{id}/")
