"""When a schedule is due, by its row and NetBox's clock."""

from datetime import datetime

from django.utils import timezone

from ..models import Schedule
from .due import Standing, Timing, Window, standing


def timing_of(schedule: Schedule) -> Timing:
    """Its times, in NetBox's time zone."""
    window = None
    if schedule.window_from is not None and schedule.window_to is not None:
        window = Window(start=schedule.window_from, end=schedule.window_to)
    return Timing(
        zone=timezone.get_default_timezone(),
        minutes=schedule.minutes,
        at=schedule.at,
        weekdays=frozenset(schedule.weekdays),
        window=window,
    )


def standing_of(schedule: Schedule, now: datetime) -> Standing:
    """How it stands now, by what was planned before."""
    return standing(timing_of(schedule), due=schedule.next_due, now=now)


def begins(schedule: Schedule, now: datetime) -> datetime | None:
    """When it begins next; None for one that is not enabled."""
    return standing_of(schedule, now).begins if schedule.enabled else None
