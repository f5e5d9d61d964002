"""The time zone of a LibreNMS server's times, which it gives by its own clock without saying which that is."""

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone, tzinfo
from math import ceil

from .records import Device

# Zones differ by quarters of an hour, and pollers come round more often than that
_STEP = 15
_FARTHEST = 14 * 60


def minutes_east(devices: Iterable[Device], now: datetime) -> int | None:
    """How far the server's clock is ahead of UTC, in minutes, by the newest poll of a list that was read ``now``.

    The poll is a moment ago where any device is polled at all, so what is left is the zone. None where nothing was
    polled, or where the difference is no zone.
    """
    polled = [moment for device in devices if (moment := _naive(device.last_polled)) is not None]
    if not polled:
        return None
    ahead = max(polled) - now.replace(tzinfo=None)
    minutes = ceil(ahead / timedelta(minutes=_STEP)) * _STEP
    return minutes if -12 * 60 <= minutes <= _FARTHEST else None


def zone_of(minutes: int) -> tzinfo:
    """The zone that is so many minutes ahead of UTC."""
    return timezone(timedelta(minutes=minutes))


def _naive(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is None else None
