"""What the status lists take and answer."""

from rest_framework import serializers

from ..librenms.identity import LARGEST_ID
from ..sync.status.choosing import EVERYTHING, MONITORINGS
from ..sync.status.rows import LinkState
from .fleet_serializers import FleetReasonSerializer, IdsOrFilterSerializer
from .sync_serializers import LibreNMSObjectSerializer

LINKS = tuple(state.value for state in LinkState)


class StatusQuerySerializer(serializers.Serializer):
    """What of the query is no filter of NetBox's. A page may be as long as NetBox's are."""

    link = serializers.ChoiceField(choices=(EVERYTHING, *LINKS), required=False, default=EVERYTHING)
    monitoring = serializers.ChoiceField(choices=MONITORINGS, required=False, default="")
    sort = serializers.CharField(required=False, max_length=60)
    server = serializers.CharField(required=False, max_length=50)
    refresh = serializers.BooleanField(required=False, default=False)
    limit = serializers.IntegerField(required=False, min_value=0)
    offset = serializers.IntegerField(required=False, min_value=0, max_value=LARGEST_ID)


class LibreNMSStatusCandidateSerializer(serializers.Serializer):
    """A device of LibreNMS's that an object could be."""

    librenms_id = serializers.IntegerField()
    name = serializers.CharField()


class LibreNMSStatusRowSerializer(serializers.Serializer):
    """Where one object of NetBox stands in LibreNMS."""

    object = LibreNMSObjectSerializer()
    link = serializers.ChoiceField(
        choices=LINKS,
        help_text="linked: NetBox has its ID; found: LibreNMS has exactly one such device; unknown: it has none; "
        "ambiguous: it could be several; doubtful: something says that it is another device",
    )
    librenms_id = serializers.IntegerField(allow_null=True, help_text="The device that it is linked to, or was found")
    reason = FleetReasonSerializer(allow_null=True, help_text="Why it is in doubt, ambiguous, or unknown by its ID")
    candidates = LibreNMSStatusCandidateSerializer(many=True)
    hostname = serializers.CharField(allow_null=True)
    monitoring = serializers.ChoiceField(choices=MONITORINGS, allow_null=True, help_text="Null where nothing is known")
    last_polled = serializers.DateTimeField(
        allow_null=True, help_text="Null too where the time zone of LibreNMS's server is not known"
    )
    last_polled_text = serializers.CharField(allow_null=True, help_text="As LibreNMS says it")
    uptime = serializers.IntegerField(allow_null=True, help_text="Seconds; null for what is not up")
    os = serializers.CharField(allow_null=True)
    os_version = serializers.CharField(allow_null=True)
    open_deviations = serializers.IntegerField(allow_null=True, help_text="Null where it was not compared yet")


class StatusLinkCountsSerializer(serializers.Serializer):
    """Number of objects in each state of the link."""

    linked = serializers.IntegerField()
    found = serializers.IntegerField()
    unknown = serializers.IntegerField()
    ambiguous = serializers.IntegerField()
    doubtful = serializers.IntegerField()


class StatusMonitoringCountsSerializer(serializers.Serializer):
    """Number of objects in each state of the monitoring."""

    up = serializers.IntegerField()
    down = serializers.IntegerField()
    disabled = serializers.IntegerField()
    ignored = serializers.IntegerField()


class StatusCountsSerializer(serializers.Serializer):
    """Numbers of all that NetBox's filters let through."""

    link = StatusLinkCountsSerializer()
    monitoring = StatusMonitoringCountsSerializer()


class LibreNMSStatusListSerializer(serializers.Serializer):
    """A page of a status list."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    server = serializers.CharField()
    fetched_at = serializers.DateTimeField(help_text="When LibreNMS was asked")
    odd_rows = serializers.IntegerField(help_text="Devices of LibreNMS's answer that could not be read")
    counts = StatusCountsSerializer()
    results = LibreNMSStatusRowSerializer(many=True)


class LibreNMSStatusLinkSerializer(IdsOrFilterSerializer):
    """Which objects to link. Either ``ids`` or ``filter`` says which."""

    server = serializers.CharField(required=False, max_length=50, help_text="Key of the LibreNMS server")
    dry_run = serializers.BooleanField(required=False, default=False, help_text="Say what would be linked only")


class LibreNMSStatusLinkedSerializer(serializers.Serializer):
    """What became of one object."""

    object = LibreNMSObjectSerializer()
    librenms_id = serializers.IntegerField(allow_null=True)
    outcome = serializers.ChoiceField(choices=("linked", "left_out"))
    reason = FleetReasonSerializer(allow_null=True, help_text="Why it is left out")


class LibreNMSStatusLinksSerializer(serializers.Serializer):
    """What was linked, or with ``dry_run`` would be."""

    server = serializers.CharField()
    dry_run = serializers.BooleanField()
    linked = serializers.IntegerField()
    left_out = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Objects that can be linked with the next call")
    results = LibreNMSStatusLinkedSerializer(many=True)
