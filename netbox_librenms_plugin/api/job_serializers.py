"""The shape of the answers about background jobs, for NetBox's OpenAPI schema."""

from rest_framework import serializers

from ..choices import RunStateChoices

RQ_STATUSES = ("queued", "started", "finished", "stopped", "failed", "canceled", "deferred", "scheduled", "missing")


class LibreNMSJobFailureSerializer(serializers.Serializer):
    """One device that was not imported, and why."""

    librenms_id = serializers.IntegerField(allow_null=True)
    hostname = serializers.CharField()
    message = serializers.CharField()


class LibreNMSJobStatusSerializer(serializers.Serializer):
    """How a background job stands."""

    job = serializers.IntegerField(help_text="Id of the job in NetBox")
    job_id = serializers.UUIDField(help_text="Id of the job in the queue, as in /api/core/background-tasks/")
    rq_status = serializers.ChoiceField(choices=RQ_STATUSES, help_text="Status in the queue")
    status = serializers.CharField(help_text="Status in NetBox's database")
    state = serializers.ChoiceField(choices=RunStateChoices.values(), help_text="State of the import")
    text = serializers.CharField(help_text="The same in words")
    finished = serializers.BooleanField(help_text="Nothing more will come")
    cancelling = serializers.BooleanField()
    can_cancel = serializers.BooleanField()
    can_continue = serializers.BooleanField(help_text="It has ended and left devices undone")
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Outcome → number of devices")
    cabled = serializers.IntegerField(required=False, help_text="Imports: devices whose cables were looked at")
    rate = serializers.FloatField(allow_null=True, help_text="Devices per minute")
    seconds_left = serializers.IntegerField(allow_null=True)
    failures = LibreNMSJobFailureSerializer(many=True, help_text="The last that failed")
    url = serializers.CharField(allow_null=True, help_text="Page of the import")
    no_worker = serializers.BooleanField(help_text="It waits, and no worker takes jobs from its queue")


class LibreNMSJobCancelSerializer(serializers.Serializer):
    """How to cancel."""

    force = serializers.BooleanField(
        default=False, help_text="Kill the worker's process now; the device that it is at is rolled back"
    )
