"""What pages about other things say of schedules: which one is next, and which ones look after an object."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from ..choices import RunOutcomeChoices, ScheduleActionChoices, ScheduleStateChoices
from ..fleet_sync.starting import key_of
from ..models import Schedule
from .timing import begins

# What a run has to do with, or has come to
LOOKED_AFTER = tuple(one for one in RunOutcomeChoices.values() if one != RunOutcomeChoices.LEFT_OUT)


def next_on(server: str, user: Any) -> tuple[Schedule, datetime] | None:
    """The schedule of a server that begins next, of those that the user may view. One query."""
    now = timezone.now()
    rows = Schedule.objects.restrict(user, "view").filter(server=server, enabled=True)
    planned = [(moment, one) for one in rows if (moment := begins(one, now)) is not None]
    if not planned:
        return None
    moment, schedule = min(planned, key=lambda one: (one[0], one[1].weight, one[1].pk))
    return schedule, moment


def keepers_of(instance: Any, server: str, user: Any) -> list[Schedule]:
    """The schedules that look after an object, as their last runs had it, of those that the user may view. One
    query."""
    armed = {"enabled": True, "action": ScheduleActionChoices.SYNC, "state": ScheduleStateChoices.ARMED}
    key = key_of(str(instance._meta.model_name), instance.pk)
    return list(
        Schedule.objects.restrict(user, "view").filter(
            **armed, server=server, last_run__items__key=key, last_run__items__outcome__in=LOOKED_AFTER
        )
    )
