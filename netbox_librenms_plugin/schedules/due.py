"""When a schedule is due: plain values in, plain values out.

Times of day and windows are those of the walls of a time zone, all else is counted in UTC. A time of day that a day
does not have, since the clocks are put forward, is the same distance after the change; one that a day has twice is the
first of the two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import islice

# Times that were not kept are counted so far
MOST_COUNTED = 100
# It is not called late before that much time has passed
LATE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The part of a day in which something may begin; one whose end is before its beginning ends on the next day."""

    start: time
    end: time

    def spans(self, moment: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
        """The windows around a moment and the next ones, as instants."""
        today = moment.astimezone(zone).date()
        for days in range(-1, 3):
            day = today + timedelta(days=days)
            last = day if self.start < self.end else day + timedelta(days=1)
            yield _instant(datetime.combine(day, self.start), zone), _instant(datetime.combine(last, self.end), zone)

    def holds(self, at: time) -> bool:
        """Whether a time of day lies in it."""
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Either every so many ``minutes``, or ``at`` a time of day, on these ``weekdays`` (Monday is 0; none is every
    day). ``window``: when it may begin."""

    zone: tzinfo
    minutes: int | None = None
    at: time | None = None
    weekdays: frozenset[int] = frozenset()
    window: Window | None = None

    def opens(self, moment: datetime) -> datetime:
        """The first moment from this one on when the window is open."""
        if self.window is None:
            return moment
        for start, end in self.window.spans(moment, self.zone):
            if moment < end and start < end:
                return max(moment, start)
        return moment

    def after(self, planned: datetime, moment: datetime) -> datetime:
        """The first planned time after a moment, counted from another planned time."""
        if self.minutes is None:
            return next(self._days(moment))
        step = timedelta(minutes=self.minutes)
        passed = max(0, (moment - planned) // step)
        return self.opens(planned + step * (passed + 1))

    def first(self, moment: datetime) -> datetime:
        """When something new is due: an interval begins at once."""
        return self.opens(moment) if self.minutes is not None else next(self._days(moment))

    def farthest(self, moment: datetime) -> datetime:
        """What is planned for later than this was planned by a clock that was wrong."""
        if self.minutes is None:
            return next(islice(self._days(moment), 1, None))
        return self.opens(self.opens(moment) + timedelta(minutes=2 * self.minutes))

    def passed(self, planned: datetime, moment: datetime) -> int:
        """How many further planned times there were after one, up to a moment; not counted beyond ``MOST_COUNTED``."""
        number = 0
        while number < MOST_COUNTED and (planned := self.after(planned, planned)) <= moment:
            number += 1
        return number

    def _days(self, moment: datetime) -> Iterator[datetime]:
        """The times of day after a moment."""
        assert self.at is not None
        day = moment.astimezone(self.zone).date() - timedelta(days=1)
        while True:
            found = _instant(datetime.combine(day, self.at), self.zone)
            if found > moment and (not self.weekdays or day.weekday() in self.weekdays):
                yield found
            day += timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a schedule stands at a moment. ``due``: the planned time that is next, or that has come. ``begins``: when it
    can begin. ``late``: it should have begun already. ``missed``: so many planned times were not kept."""

    due: datetime
    begins: datetime
    late: bool = False
    missed: int = 0

    def has_come(self, now: datetime) -> bool:
        """Whether it is to begin now."""
        return self.due <= now and self.begins <= now


def standing(timing: Timing, *, due: datetime | None, now: datetime) -> Standing:
    """How it stands, by what was planned before (None: nothing). However many times were missed, they are made up for
    by one."""
    if due is None or due > timing.farthest(now):
        due = timing.first(now)
    begins = timing.opens(max(due, now))
    late = now - due > LATE
    return Standing(due=due, begins=begins, late=late, missed=1 + timing.passed(due, now) if late else 0)


def _instant(wall: datetime, zone: tzinfo) -> datetime:
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
