"""What adding devices to LibreNMS, and changing them there, takes and answers."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ..choices import RunStateChoices
from ..push.kinds import OUTCOMES
from ..sync.push.keeping import KeepPolicy, Kept, KeptOutcome
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
    add = serializers.BooleanField(
        required=False, default=True, help_text="Add those that LibreNMS does not have; false: add none"
    )
    link = serializers.BooleanField(
        required=False, default=False, help_text="Link the objects that LibreNMS knows already"
    )
    change = serializers.BooleanField(
        required=False, default=False, help_text="Bring what LibreNMS has of linked objects into step, by the settings"
    )
    expected = serializers.CharField(
        required=False, max_length=32, help_text="Digest of the plan that you saw; another plan is refused"
    )
    dry_run = serializers.BooleanField(
        required=False, default=False, help_text="Answer the plan; tell LibreNMS nothing"
    )
    background = serializers.BooleanField(
        required=False,
        default=False,
        help_text="A background job does it; needed to add or link more than 3, or to change more than 25",
    )


class LibreNMSPushRuleSerializer(serializers.Serializer):
    """The push rule that decided."""

    id = serializers.IntegerField()
    name = serializers.CharField()


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "integer"}]})
class KeptValueField(serializers.JSONField):
    """A value of a device."""


class LibreNMSKeptFieldSerializer(serializers.Serializer):
    """What LibreNMS has of a linked object beside what NetBox says."""

    field = serializers.ChoiceField(choices=[one.value for one in Kept])
    netbox = KeptValueField(help_text="As LibreNMS would hold it; long notes are cut off")
    librenms = KeptValueField(allow_null=True, help_text="Null where LibreNMS does not say it")
    policy = serializers.ChoiceField(choices=[one.value for one in KeepPolicy])
    outcome = serializers.ChoiceField(choices=[one.value for one in KeptOutcome])
    issue = FleetReasonSerializer(allow_null=True, help_text="Why it is blocked")


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
    parents = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Dry run: hostnames that a new device is to depend on"
    )
    # REST framework takes declared fields out of the class, so its own attribute of this name stays what it was
    fields = LibreNMSKeptFieldSerializer(many=True, required=False, help_text="Dry run, of linked objects")
    changed = serializers.DictField(
        child=serializers.ListField(child=KeptValueField()),
        required=False,
        help_text="What LibreNMS was to change: field → what it had, what it was told",
    )
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
        help_text="Outcome → number of objects; of a plan: add, link, change, same, nothing → number of objects",
    )
    written = serializers.DictField(
        child=serializers.IntegerField(), required=False, help_text="push_added, push_linked, push_changed → number"
    )
    results = LibreNMSPushResultSerializer(many=True)


class LibreNMSPushJobSerializer(serializers.Serializer):
    """What a background job does."""

    job = serializers.IntegerField(help_text="See jobs/{id}/status/")
    run = serializers.IntegerField(help_text="runs/{id}/items/ has what became of each object")
