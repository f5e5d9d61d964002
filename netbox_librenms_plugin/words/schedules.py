"""Schedules in words: when they run, and when they run next."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..choices import SchedulePushChoices
from ..models import Schedule
from ..resources import RESOURCES


def times_of(schedule: Schedule) -> str:
    """When it runs."""
    window = ""
    if schedule.window_from is not None and schedule.window_to is not None:
        ends = {"start": time_format(schedule.window_from, "H:i"), "end": time_format(schedule.window_to, "H:i")}
        window = _(", begins from {start} to {end}").format(**ends)
    if schedule.minutes is not None:
        return _interval(schedule.minutes) + window
    at = time_format(schedule.at, "H:i") if schedule.at is not None else ""
    if not schedule.weekdays or len(schedule.weekdays) == len(WEEKDAYS_ABBR):
        return _("every day at {at}").format(at=at) + window
    days = ", ".join(str(WEEKDAYS_ABBR[one]) for one in schedule.weekdays)
    return _("{days} at {at}").format(days=days, at=at) + window


def _interval(minutes: int) -> str:
    if minutes % 60:
        return ngettext("every minute", "every {n} minutes", minutes).format(n=minutes)
    return ngettext("every hour", "every {n} hours", minutes // 60).format(n=minutes // 60)


def moment_words(moment: datetime, now: datetime) -> str:
    """A moment soon, as people say it: today 02:00, tomorrow 02:00, or with its date."""
    local, today = timezone.localtime(moment), timezone.localtime(now).date()
    at = time_format(local.time(), "H:i")
    if local.date() == today:
        return _("today {at}").format(at=at)
    if local.date() == today + timedelta(days=1):
        return _("tomorrow {at}").format(at=at)
    return f"{local:%Y-%m-%d %H:%M}"


def resources_of(schedule: Schedule) -> str:
    """What it is about, or how it adds devices to LibreNMS."""
    if schedule.adds:
        chosen = [str(label) for value, label in SchedulePushChoices.CHOICES if value in schedule.push_options]
        return ", ".join((_("by the push rules"), *chosen))
    names = schedule.resources or list(RESOURCES)
    return ", ".join(str(RESOURCES[one].label) if one in RESOURCES else one for one in names)
