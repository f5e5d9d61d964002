"""Schedules as REST shows them."""

from copy import copy
from datetime import datetime
from typing import Any

from django.utils import timezone
from netbox.api.serializers import NetBoxModelSerializer
from rest_framework import serializers
from users.api.serializers import UserSerializer

from ..choices import ScheduleOutcomeChoices, SchedulePushChoices
from ..models import Schedule
from ..models.schedule import GUARDS, KEPT, OBJECTS, STATE, TIMES, WRITES
from ..schedules.rights import why_not_his
from ..schedules.timing import begins
from .fleet_serializers import TalliesField
from .mapping_serializers import BRIEF, FIRST, LAST
from .servers import require_configured
from .strict import StrictSerializer

RUNS = tuple(name for name in KEPT if name != "next_due")


class ScheduleSerializer(NetBoxModelSerializer):
    """A schedule. Either ``minutes`` or ``at`` says when; without ``run_as`` it runs in the caller's name.

    ``next``: when it begins next, null where it is not enabled. ``last_run``: ID of its last run.
    """

    run_as = UserSerializer(nested=True, required=False)
    armed_by = UserSerializer(nested=True, read_only=True, allow_null=True)
    outcomes = serializers.ListField(
        child=serializers.ChoiceField(choices=ScheduleOutcomeChoices.values()),
        required=False,
        allow_empty=False,
    )
    push_options = serializers.ListField(
        child=serializers.ChoiceField(choices=SchedulePushChoices.values()),
        required=False,
        help_text="How devices are added to LibreNMS, where the action is push",
    )
    last_run = serializers.PrimaryKeyRelatedField(read_only=True, allow_null=True)
    next = serializers.SerializerMethodField()

    class Meta:
        model = Schedule
        fields = (
            *(*FIRST, "name", "enabled", "weight", "server", "action", "run_as", "branch"),
            *(*OBJECTS, "resources", "exclude_fields", "outcomes", "push_options", *TIMES, *GUARDS, "shadow_runs"),
            *(*STATE, "next", *RUNS, *LAST),
        )
        read_only_fields = (*STATE, *RUNS)
        brief_fields = (*BRIEF, "name", "enabled", "action", "state")

    def get_next(self, schedule: Schedule) -> datetime | None:
        """Worked out from what was planned before."""
        return begins(schedule, timezone.now())

    def validate_server(self, value: str) -> str:
        """A schedule for a server that does not exist could never run."""
        return require_configured(value, current=getattr(self.instance, "server", ""))

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nobody has something written with rights that he does not have."""
        user = self.context["request"].user if "request" in self.context else None
        if self.nested or user is None:
            return dict(super().validate(data))
        if self.instance is None:
            data.setdefault("run_as", user)
        checked = dict(super().validate(data))
        candidate = Schedule() if self.instance is None else copy(self.instance)
        for name in WRITES:
            if name in checked:
                setattr(candidate, name, checked[name])
        if reason := why_not_his(candidate, user):
            raise serializers.ValidationError({"run_as": [reason]})
        return checked


class LibreNMSPreviewTotalsSerializer(serializers.Serializer):
    """The numbers of what was compared."""

    objects = serializers.IntegerField()
    left_out = serializers.IntegerField()
    failed = serializers.IntegerField(help_text="Objects of which LibreNMS gave nothing")
    with_gaps = serializers.IntegerField(help_text="Objects of which not everything was looked at")
    resources = TalliesField()


class LibreNMSSchedulePreviewSerializer(serializers.Serializer):
    """What a schedule would do now."""

    objects = serializers.IntegerField(help_text="Objects that match now")
    compared = serializers.IntegerField(help_text="Those that the numbers are of, the first ones")
    exact = serializers.BooleanField(help_text="Whether that is all of them")
    stops = serializers.BooleanField(
        help_text="Whether a run would stop before it writes anything, since these are more changes than it may make"
    )
    totals = LibreNMSPreviewTotalsSerializer()
    push = serializers.DictField(
        child=serializers.IntegerField(),
        allow_null=True,
        help_text="Where the action is push: add, link, nothing → number of objects; else null",
    )


class LibreNMSScheduleRunSerializer(StrictSerializer):
    """How a schedule is started out of turn."""

    force = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=200,
        help_text="Why the run may go on although a guard stopped the last one",
    )


class LibreNMSScheduleStartedSerializer(serializers.Serializer):
    """A run in the queue."""

    run = serializers.IntegerField()
    kind = serializers.CharField(help_text="compare, shadow, push_shadow (nothing is written), sync or push")
    job = serializers.IntegerField(help_text="For jobs/{id}/status/, where the job is your own")
