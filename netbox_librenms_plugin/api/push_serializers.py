"""What adding devices to LibreNMS takes and answers."""

from rest_framework import serializers

from ..choices import RunStateChoices
from ..push.kinds import OUTCOMES
from ..sync.push.rows import Action
from .chosen_objects import ChosenObjectsSerializer
from .fleet_serializers import FleetReasonSerializer
from .sync_serializers import LibreNMSObjectSerializer


class LibreNMSPushSerializer(ChosenObjectsSerializer):
    """Which objects LibreNMS is to add, and how. Either ``ids`` or ``filter`` says which."""

    ping_only = serializers.BooleanField(
        required=False, default=False, help_text="Only pinged, whatever the SNMP profile says"
    )
    force_add = serializers.BooleanField(
        required=False, default=False, help_text="LibreNMS checks neither the address nor SNMP"
    )
    link = serializers.BooleanField(
        required=False, default=False, help_text="Link the objects that LibreNMS knows already"
    )
    expected = serializers.CharField(
        required=False, max_length=32, help_text="Digest of the plan that you saw; another plan is refused"
    )
    dry_run = serializers.BooleanField(
        required=False, default=False, help_text="Answer the plan; tell LibreNMS nothing"
    )
    background = serializers.BooleanField(
        required=False, default=False, help_text="A background job does it; needed for more than 3 objects"
    )


class LibreNMSPushRuleSerializer(serializers.Serializer):
    """The push rule that decided."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class LibreNMSPushResultSerializer(serializers.Serializer):
    """What became of one object, or with ``dry_run`` would."""

    object = LibreNMSObjectSerializer(allow_null=True, help_text="Null where it is gone, or may not be viewed")
    outcome = serializers.ChoiceField(choices=OUTCOMES, required=False)
    action = serializers.ChoiceField(choices=[one.value for one in Action], required=False, help_text="Dry run")
    hostname = serializers.CharField(required=False)
    display = serializers.CharField(required=False, help_text="Display name, where the hostname is an address")
    location = serializers.CharField(required=False)
    profile = serializers.CharField(required=False, help_text="Name of the SNMP profile")
    poller_group = serializers.IntegerField(required=False)
    ping_only = serializers.BooleanField(required=False)
    rule = LibreNMSPushRuleSerializer(required=False, allow_null=True)
    librenms_id = serializers.IntegerField(allow_null=True)
    issues = FleetReasonSerializer(many=True)


class LibreNMSPushRunSerializer(serializers.Serializer):
    """A run that has ended, or with ``dry_run`` the plan; then ``run`` is null."""

    run = serializers.IntegerField(allow_null=True)
    server = serializers.CharField()
    digest = serializers.CharField(required=False, help_text="Names the plan")
    state = serializers.ChoiceField(choices=RunStateChoices, required=False)
    request_id = serializers.UUIDField(required=False)
    counts = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="Outcome → number of objects; of a plan: add, link, nothing → number of objects",
    )
    written = serializers.DictField(
        child=serializers.IntegerField(), required=False, help_text="push_added, push_linked → number of objects"
    )
    results = LibreNMSPushResultSerializer(many=True)


class LibreNMSPushJobSerializer(serializers.Serializer):
    """What a background job does."""

    job = serializers.IntegerField(help_text="See jobs/{id}/status/")
    run = serializers.IntegerField(help_text="runs/{id}/items/ has what became of each object")
