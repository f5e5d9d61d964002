"""From shadow to armed, and back."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..choices import RunStateChoices, ScheduleStateChoices
from ..fleet_sync.starting import SHADOW
from ..models import Run, Schedule
from ..push.starting import SHADOW as PUSH_SHADOW

STATE = ("state", "armed_by", "armed_at", "last_updated")


class ArmError(Exception):
    """A schedule cannot be armed; the text is a sentence for people."""


def runs_in_shadow(schedule: Schedule) -> QuerySet[Run]:
    """Its runs that say what it would write as it is now, the newest first."""
    since = {
        "kind__in": (SHADOW, PUSH_SHADOW),
        "state__in": RunStateChoices.ENDED_WELL,
        "created__gte": schedule.shadow_since,
    }
    return schedule.runs.filter(**since).order_by("-created", "-pk")


def runs_missing(schedule: Schedule) -> int:
    """So many runs in shadow are to be made before it can be armed."""
    return max(0, schedule.shadow_runs - runs_in_shadow(schedule).count())


def why_not(schedule: Schedule, missing: int) -> str:
    """Why it cannot be armed, empty where it can."""
    if not schedule.writes:
        return _("It compares and writes nothing, so there is nothing to arm.")
    if schedule.armed:
        return _("It is armed already.")
    if missing:
        words = ngettext(
            "{n} more run in shadow is needed before it can be armed.",
            "{n} more runs in shadow are needed before it can be armed.",
            missing,
        )
        return words.format(n=missing)
    return ""


def arm(schedule: Schedule, user: Any, *, seen: str = "") -> Schedule:
    """Have its runs write from now on. ``seen``: ``mark_of`` the schedule that the person looked at. Raises
    ``ArmError``."""
    with transaction.atomic():
        held: Schedule = Schedule.objects.select_for_update(of=("self",)).get(pk=schedule.pk)
        if seen and seen != mark_of(held):
            raise ArmError(_("It was changed since this was shown, so it was not armed. Look again."))
        if reason := why_not(held, runs_missing(held)):
            raise ArmError(reason)
        held.snapshot()
        held.state, held.armed_by, held.armed_at = ScheduleStateChoices.ARMED, user, timezone.now()
        held.save(update_fields=STATE)
    return held


def disarm(schedule: Schedule) -> Schedule:
    """Have its runs only say what they would write. Nothing happens to one that is in shadow."""
    with transaction.atomic():
        held: Schedule = Schedule.objects.select_for_update(of=("self",)).get(pk=schedule.pk)
        if held.armed:
            held.snapshot()
            held.state, held.armed_by, held.armed_at = ScheduleStateChoices.SHADOW, None, None
            held.save(update_fields=STATE)
    return held


def mark_of(schedule: Schedule) -> str:
    """What is different when what it writes is."""
    return schedule.shadow_since.isoformat()
