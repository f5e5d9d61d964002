"""Sites and locations as REST takes and answers them."""

from rest_framework import serializers

from ..choices import RunOutcomeChoices
from ..site_sync.choosing import MOST_ROWS
from ..site_sync.filtering import EVERYTHING, SHOWS
from ..sync.core.plan import Outcome
from ..sync.sites.rows import Action, Direction
from .strict import StrictSerializer

LONGEST_KEY = 50


class SitesQuerySerializer(serializers.Serializer):
    """Which rows are asked for."""

    server = serializers.CharField(
        required=False, max_length=50, help_text="Key of the LibreNMS server; the selected one when left out"
    )
    show = serializers.ChoiceField(
        choices=SHOWS,
        required=False,
        default=EVERYTHING,
        help_text="An outcome; attention: all that are not the same; devices: with devices that LibreNMS has elsewhere",
    )
    q = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=100, help_text="A part of a name"
    )
    refresh = serializers.BooleanField(
        required=False, default=False, help_text="Ask LibreNMS anew instead of using a cached answer"
    )


class LibreNMSSiteIssueSerializer(serializers.Serializer):
    """A reason."""

    code = serializers.CharField(help_text="A stable name for programs")
    message = serializers.CharField(help_text="A sentence for people")


class LibreNMSSiteRefSerializer(serializers.Serializer):
    """An object of NetBox."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class LibreNMSPlaceSerializer(serializers.Serializer):
    """A location of LibreNMS."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    devices = serializers.IntegerField(
        allow_null=True, help_text="Devices that LibreNMS has there; null where it did not list its devices"
    )


class LibreNMSSiteSerializer(serializers.Serializer):
    """What it is in NetBox."""

    site = LibreNMSSiteRefSerializer()
    location = LibreNMSSiteRefSerializer(allow_null=True, help_text="A location inside of the site, by a mapping")
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    devices = serializers.IntegerField(help_text="Devices of the site that you may view")


class LibreNMSStraySerializer(serializers.Serializer):
    """A device that NetBox has at the site, and LibreNMS elsewhere."""

    librenms_id = serializers.IntegerField()
    name = serializers.CharField()
    location = serializers.CharField(allow_blank=True, help_text="Where LibreNMS has it")


class LibreNMSSiteActionSerializer(serializers.Serializer):
    """What can be done about a row."""

    action = serializers.ChoiceField(choices=[one.value for one in Action])
    problem = LibreNMSSiteIssueSerializer(allow_null=True, help_text="Why it cannot be done")
    unsure = serializers.BooleanField(help_text="LibreNMS may refuse it, which cannot be known before")


class LibreNMSSiteRowSerializer(serializers.Serializer):
    """A location with the site that it means, or a site that no location means."""

    key = serializers.CharField()
    name = serializers.CharField()
    outcome = serializers.ChoiceField(choices=[one.value for one in Outcome])
    matched_by = serializers.CharField(allow_blank=True, help_text="mapping, name or slug")
    librenms = LibreNMSPlaceSerializer(allow_null=True)
    netbox = LibreNMSSiteSerializer(allow_null=True)
    distance = serializers.FloatField(allow_null=True, help_text="Metres between both")
    elsewhere = LibreNMSStraySerializer(many=True)
    issues = LibreNMSSiteIssueSerializer(many=True)
    actions = LibreNMSSiteActionSerializer(many=True)
    fingerprint = serializers.CharField(help_text="Of what was compared; send it back as expected")


class LibreNMSSitesSerializer(serializers.Serializer):
    """Sites beside LibreNMS's locations."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    server = serializers.CharField()
    fetched_at = serializers.DateTimeField()
    tolerance = serializers.IntegerField(help_text="Metres up to which coordinates are the same")
    version = serializers.CharField(allow_blank=True, help_text="LibreNMS's own")
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Outcome → rows")
    unseen = serializers.IntegerField(help_text="Locations of LibreNMS's answer that could not be read")
    results = LibreNMSSiteRowSerializer(many=True)


class LibreNMSSiteSyncSerializer(StrictSerializer):
    """What is to be done, on which rows. Either a direction or actions have to be named."""

    server = serializers.CharField(required=False, max_length=50, help_text="Key of the LibreNMS server")
    keys = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_KEY),
        allow_empty=False,
        max_length=MOST_ROWS,
        help_text="Keys of the rows",
    )
    expected = serializers.DictField(
        child=serializers.CharField(max_length=64),
        required=False,
        help_text="Key → fingerprint of the rows as they were seen; another one is left alone",
    )
    direction = serializers.ChoiceField(
        choices=[one.value for one in Direction],
        required=False,
        help_text="netbox: create sites, take coordinates; librenms: create locations, change coordinates",
    )
    actions = serializers.ListField(
        child=serializers.ChoiceField(choices=[one.value for one in Action]),
        required=False,
        allow_empty=False,
        max_length=len(Action),
        help_text="In place of a direction; of these, what fits each row",
    )
    site = serializers.IntegerField(
        required=False, min_value=1, help_text="ID of the site in which create_location makes locations"
    )
    dry_run = serializers.BooleanField(required=False, default=False, help_text="Only say what would be done")
    background = serializers.BooleanField(required=False, default=False, help_text="Have it done by a worker")


class LibreNMSSiteResultSerializer(serializers.Serializer):
    """What became of one action; in a dry run, what would."""

    key = serializers.CharField()
    name = serializers.CharField()
    action = serializers.ChoiceField(choices=[one.value for one in Action])
    outcome = serializers.ChoiceField(choices=RunOutcomeChoices.values())
    issues = LibreNMSSiteIssueSerializer(many=True)


class LibreNMSSiteRunSerializer(serializers.Serializer):
    """A sync of sites. ``run`` and ``job`` are null in a dry run, ``job`` also where nobody had to wait."""

    run = serializers.IntegerField(allow_null=True)
    job = serializers.IntegerField(allow_null=True)
    results = LibreNMSSiteResultSerializer(many=True)
