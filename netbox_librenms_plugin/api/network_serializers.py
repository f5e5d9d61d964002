"""The numbers of the whole network, and the comparison of it, as REST takes and answers them."""

from rest_framework import serializers

from ..deviations.deciding import LONGEST_REASON
from .resource_fields import ResourceNameField
from .strict import StrictSerializer

MOST_OBJECTS = 50_000


class NetworkQuerySerializer(serializers.Serializer):
    """Which server the numbers are of."""

    server = serializers.CharField(
        required=False, max_length=50, help_text="Key of the LibreNMS server; the selected one when left out"
    )


class LibreNMSTotalSerializer(serializers.Serializer):
    """Numbers of one resource."""

    resource = serializers.CharField()
    open = serializers.IntegerField(help_text="To be decided")
    accepted = serializers.IntegerField()
    extra = serializers.IntegerField(help_text="Only in NetBox, where nobody has anything to do")
    causes = serializers.IntegerField(help_text="Causes with something open")


class LibreNMSCoverageSerializer(serializers.Serializer):
    """How much of the network the numbers are about."""

    compared = serializers.IntegerField(help_text="Objects that were compared")
    failed = serializers.IntegerField(help_text="Those that could not be compared the last time")
    not_compared = serializers.IntegerField(
        allow_null=True,
        help_text="Devices and virtual machines that were never compared; null for who does not see the whole network",
    )
    oldest = serializers.DateTimeField(allow_null=True, help_text="When the first of them was compared last")
    newest = serializers.DateTimeField(allow_null=True, help_text="When the last of them was compared")


class LibreNMSDaySerializer(serializers.Serializer):
    """The number of one day."""

    day = serializers.DateField()
    open = serializers.IntegerField()


class LibreNMSComparedRunSerializer(serializers.Serializer):
    """A comparison of many objects."""

    run = serializers.IntegerField()
    job = serializers.IntegerField(allow_null=True, help_text="For jobs/{id}/status/, where the job is your own")
    state = serializers.CharField()
    created = serializers.DateTimeField()
    ended = serializers.DateTimeField(allow_null=True)
    objects = serializers.IntegerField(help_text="Objects that were compared")
    opened = serializers.IntegerField(help_text="Deviations that it found")
    cleared = serializers.IntegerField(help_text="Deviations that are gone")
    not_compared = serializers.IntegerField(help_text="Objects that could not be compared")


class LibreNMSNetworkSerializer(serializers.Serializer):
    """How far NetBox and the network differ, as far as the caller may view the objects."""

    server = serializers.CharField()
    open = serializers.IntegerField()
    accepted = serializers.IntegerField()
    extra = serializers.IntegerField()
    totals = LibreNMSTotalSerializer(many=True)
    coverage = LibreNMSCoverageSerializer()
    trend = LibreNMSDaySerializer(
        many=True, allow_null=True, help_text="The last 30 days; null for who does not see the whole network"
    )
    running = LibreNMSComparedRunSerializer(allow_null=True, help_text="The comparison that is under way")
    last = LibreNMSComparedRunSerializer(allow_null=True, help_text="The last one that ended")


class ObjectIdsSerializer(StrictSerializer):
    """IDs of NetBox objects by kind."""

    device = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, allow_empty=False, max_length=MOST_OBJECTS
    )
    virtualmachine = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, allow_empty=False, max_length=MOST_OBJECTS
    )


class ObjectFiltersSerializer(StrictSerializer):
    """Filters of NetBox's own lists by kind; each must be known and say something."""

    device = serializers.DictField(required=False, allow_empty=False, help_text="As in /api/dcim/devices/")
    virtualmachine = serializers.DictField(
        required=False, allow_empty=False, help_text="As in /api/virtualization/virtual-machines/"
    )


class LibreNMSNetworkComparisonSerializer(StrictSerializer):
    """What is to be compared. Without ``ids`` and ``filter``: everything that is linked to the server."""

    server = serializers.CharField(required=False, max_length=50, help_text="Key of the LibreNMS server")
    ids = ObjectIdsSerializer(required=False)
    filter = ObjectFiltersSerializer(required=False)
    resources = serializers.ListField(
        child=ResourceNameField(),
        required=False,
        allow_empty=False,
        max_length=50,
        help_text="Names of the resources to compare; all when they are left out",
    )
    complete = serializers.BooleanField(
        required=False, default=False, help_text="Ask device by device for what LibreNMS's lists lack"
    )
    force = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=LONGEST_REASON,
        help_text="Why LibreNMS's lists are to be believed although they are far shorter than the last time",
    )


class LibreNMSComparisonStartedSerializer(serializers.Serializer):
    """A comparison in the queue."""

    run = serializers.IntegerField()
    job = serializers.IntegerField(help_text="For jobs/{id}/status/")
    objects = serializers.IntegerField(help_text="Linked objects that will be compared")
