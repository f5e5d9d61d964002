"""The time zone of a LibreNMS server's times, which it gives by its own clock without saying which that is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from math import ceil
from typing import Self

from .records import Device

# Zones differ by quarters of an hour, and pollers come round more often than that
_STEP = 15
_FARTHEST = 14 * 60
# Seconds between two lists that say the same: longer than a step, so that a poller which stands still gives itself away
CONFIRMED = 20 * 60


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What lists of devices said of the clock: ``minutes`` ahead of UTC, ever since ``first``, and still at ``last``
    (seconds since 1970)."""

    minutes: int
    first: int
    last: int

    @property
    def certain(self) -> bool:
        """Where nothing is polled any more, the newest poll grows older, and with it the difference changes."""
        return self.last - self.first >= CONFIRMED

    @property
    def zone(self) -> tzinfo:
        """The zone that is so many minutes ahead of UTC."""
        return timezone(timedelta(minutes=self.minutes))

    def as_text(self) -> list[str]:
        """As the cache keeps it."""
        return [str(one) for one in (self.minutes, self.first, self.last)]

    @classmethod
    def of(cls, kept: object) -> Self | None:
        """What the cache kept; None where it kept nothing."""
        if not isinstance(kept, list):
            return None
        minutes, first, last = map(int, kept)
        return cls(minutes=minutes, first=first, last=last)


def seen_again(before: Sighting | None, devices: Iterable[Device], now: datetime) -> Sighting | None:
    """What is known after one more list, which was read ``now``."""
    minutes, moment = minutes_east(devices, now), int(now.timestamp())
    if minutes is None:
        return None
    same = before is not None and before.minutes == minutes
    return Sighting(minutes=minutes, first=before.first if before is not None and same else moment, last=moment)


def _naive(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is None else None
