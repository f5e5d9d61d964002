"""What putting devices under maintenance in LibreNMS takes and answers."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from ..choices import RunStateChoices
from ..maintenance.asking import LONGEST_NOTE, MOST_MINUTES
from ..maintenance.kinds import OUTCOMES
from .chosen_objects import ChosenObjectsSerializer
from .fleet_serializers import FleetReasonSerializer
from .sync_serializers import LibreNMSObjectSerializer


class LibreNMSMaintenanceSerializer(ChosenObjectsSerializer):
    """Which objects, and the window. Either ``minutes`` or ``end`` says how long."""

    minutes = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST_MINUTES, help_text="How long the window lasts"
    )
    start = serializers.DateTimeField(
        required=False,
        allow_null=True,
        help_text="When it begins, now if left out; only where the time zone of the LibreNMS server is known",
    )
    end = serializers.DateTimeField(required=False, help_text="When it ends, in place of minutes")
    note = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=LONGEST_NOTE, help_text="LibreNMS keeps it"
    )
    expected = serializers.CharField(
        required=False, max_length=32, help_text="Digest of the plan that you saw; another plan is refused"
    )
    dry_run = serializers.BooleanField(
        required=False, default=False, help_text="Answer the plan; tell LibreNMS nothing"
    )
    background = serializers.BooleanField(
        required=False, default=False, help_text="A background job does it; needed for more than 20 objects"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A window has one end."""
        attrs = super().validate(attrs)
        if ("minutes" in attrs) == ("end" in attrs):
            raise serializers.ValidationError(_("Say how long: either “minutes” or “end”."))
        return attrs


class LibreNMSWindowSerializer(serializers.Serializer):
    """The window that is asked for."""

    minutes = serializers.IntegerField()
    start = serializers.DateTimeField(allow_null=True, help_text="Null means now")
    local_start = serializers.CharField(allow_null=True, help_text="The same by LibreNMS's own clock")
    note = serializers.CharField(allow_blank=True)


class LibreNMSMaintenanceResultSerializer(serializers.Serializer):
    """What became of one object, or with ``dry_run`` would."""

    object = LibreNMSObjectSerializer(allow_null=True, help_text="Null where it is gone, or may not be viewed")
    outcome = serializers.ChoiceField(choices=OUTCOMES, required=False)
    action = serializers.ChoiceField(choices=["begin", "nothing"], required=False, help_text="Dry run")
    librenms_id = serializers.IntegerField(allow_null=True)
    hostname = serializers.CharField(required=False, allow_blank=True, help_text="Of the device in LibreNMS")
    issues = FleetReasonSerializer(many=True)


class LibreNMSMaintenanceRunSerializer(serializers.Serializer):
    """A run that has ended, or with ``dry_run`` the plan; then ``run`` is null."""

    run = serializers.IntegerField(allow_null=True)
    server = serializers.CharField()
    digest = serializers.CharField(required=False, help_text="Names the plan")
    window = LibreNMSWindowSerializer()
    state = serializers.ChoiceField(choices=RunStateChoices, required=False)
    request_id = serializers.UUIDField(required=False)
    counts = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="Outcome → number of objects; of a plan: begin, nothing → number of objects",
    )
    results = LibreNMSMaintenanceResultSerializer(many=True)


class LibreNMSMaintenanceJobSerializer(serializers.Serializer):
    """What a background job does."""

    job = serializers.IntegerField(help_text="See jobs/{id}/status/")
    run = serializers.IntegerField(help_text="runs/{id}/items/ has what became of each object")
