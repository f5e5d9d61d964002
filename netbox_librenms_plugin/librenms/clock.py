"""The clock of a LibreNMS server's times, which it gives without saying their zone.

What time it is there the ``Date`` header of its answers says, and else NetBox's own clock. By the first, a clock that
is wrong by hours is seen to be wrong; by the other it looks like another zone, which makes the same ages.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from math import ceil
from typing import Self

from .records import Device

# Zones differ by quarters of an hour, and pollers come round more often than that
_STEP = 15
_FARTHEST = 14 * 60
# Seconds between two lists that say the same: longer than a step, so that a poller which stands still gives itself away
CONFIRMED = 20 * 60
# Clocks of two servers are never quite the same
LARGEST_SKEW = timedelta(minutes=5)
# Seconds by which two clocks are apart for certain: a long list takes its time to come
NOTEWORTHY = 120


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


class KnownBy(StrEnum):
    """How the zone is known: the configuration says it, or the newest poll beside the server's own time or NetBox's."""

    CONFIGURATION = "configuration"
    ANSWER = "answer"
    NETBOX = "netbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A server's clock: its zone, and by how many seconds it is ``ahead`` of NetBox's (negative: behind)."""

    zone: tzinfo
    known_by: KnownBy
    ahead: int = 0

    def moment(self, local: datetime) -> datetime:
        """When it was, by NetBox's clock, that this clock showed ``local`` (a time without a zone)."""
        return local.replace(tzinfo=self.zone) - timedelta(seconds=self.ahead)

    def shows(self, moment: datetime) -> datetime:
        """What this clock shows, without its zone, at a moment by NetBox's clock."""
        return (moment + timedelta(seconds=self.ahead)).astimezone(self.zone).replace(tzinfo=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What lists of devices said of the clock: ``minutes`` ahead of UTC, ever since ``first``, and still at ``last``
    (seconds since 1970); ``ahead``: by how many seconds the server's own time is ahead of NetBox's, 0 where it gave
    none (``by_answer`` False)."""

    minutes: int
    first: int
    last: int
    ahead: int = 0
    by_answer: bool = False

    @property
    def certain(self) -> bool:
        """Where nothing is polled any more, the newest poll grows older, and with it the difference changes."""
        return self.last - self.first >= CONFIRMED

    @property
    def clock(self) -> Clock:
        """The clock that shows so."""
        known_by = KnownBy.ANSWER if self.by_answer else KnownBy.NETBOX
        return Clock(zone=timezone(timedelta(minutes=self.minutes)), known_by=known_by, ahead=self.ahead)

    def as_text(self) -> list[str]:
        """As the cache keeps it."""
        return [str(int(one)) for one in (self.minutes, self.first, self.last, self.ahead, self.by_answer)]

    @classmethod
    def of(cls, kept: object) -> Self | None:
        """What the cache kept; None where it kept nothing, or what another version kept."""
        if not isinstance(kept, list) or len(kept) != 5:
            return None
        minutes, first, last, ahead, by_answer = map(int, kept)
        return cls(minutes=minutes, first=first, last=last, ahead=ahead, by_answer=bool(by_answer))


def seen_again(
    before: Sighting | None, devices: Iterable[Device], now: datetime, *, said_at: datetime | None = None
) -> Sighting | None:
    """What is known after one more list, which was read ``now`` and by the server's own clock ``said_at``."""
    minutes, moment = minutes_east(devices, (said_at or now).astimezone(UTC)), int(now.timestamp())
    if minutes is None:
        return None
    by_answer = said_at is not None
    apart = round((said_at - now).total_seconds()) if said_at is not None else 0
    same = before is not None and (before.minutes, before.by_answer) == (minutes, by_answer)
    return Sighting(
        minutes=minutes,
        first=before.first if before is not None and same else moment,
        last=moment,
        ahead=apart if abs(apart) >= NOTEWORTHY else 0,
        by_answer=by_answer,
    )


def moment_of(said: str, clock: Clock | None, now: datetime) -> datetime | None:
    """When it was that a server's clock showed ``said``; None where its zone is not known, and for what is still to
    come: an age made of that would be wrong for certain."""
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return None
    if moment.tzinfo is None:
        if clock is None:
            return None
        moment = clock.moment(moment)
    return moment if moment - now < LARGEST_SKEW else None


def _naive(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is None else None
