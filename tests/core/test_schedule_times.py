"""When a schedule is due: tables of cases, around changes of the clocks and clocks that are wrong."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from netbox_librenms_plugin.schedules.due import MOST_COUNTED, Standing, Timing, Window, standing

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Window(start=time(22), end=time(5))
MORNING = Window(start=time(6), end=time(8))


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """A moment by the walls of a zone; with an offset, that one."""
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def daily(hour: int, minute: int = 0, *, days: str = "", window: Window | None = None) -> Timing:
    """Every day at a time, or on these days (0 is Monday)."""
    return Timing(zone=BERLIN, at=time(hour, minute), weekdays=frozenset(map(int, days)), window=window)


def every(minutes: int, window: Window | None = None) -> Timing:
    """An interval."""
    return Timing(zone=BERLIN, minutes=minutes, window=window)


@pytest.mark.parametrize(
    ("timing", "planned", "moment", "expected"),
    [
        # A time of day
        (daily(2), "2026-03-10T02:00", "2026-03-10T02:00", "2026-03-11T02:00"),
        (daily(2), "2026-03-10T02:00", "2026-03-10T01:59", "2026-03-10T02:00"),
        (daily(2), "2026-03-01T02:00", "2026-03-10T12:00", "2026-03-11T02:00"),
        # Weekdays: 13 March 2026 is a Friday
        (daily(2, days="01234"), "2026-03-13T02:00", "2026-03-13T02:00", "2026-03-16T02:00"),
        (daily(2, days="6"), "2026-03-13T02:00", "2026-03-15T01:00", "2026-03-15T02:00"),
        (daily(2, days="4"), "2026-03-13T02:00", "2026-03-13T02:00", "2026-03-20T02:00"),
        # 02:30 does not exist on 29 March 2026, so it is as long after the change
        (daily(2, 30), "2026-03-28T02:30", "2026-03-28T02:30", "2026-03-29T03:30"),
        (daily(2, 30), "2026-03-29T03:30", "2026-03-29T03:30", "2026-03-30T02:30"),
        # 02:30 exists twice on 25 October 2026: the first one, and no second one an hour later
        (daily(2, 30), "2026-10-24T02:30", "2026-10-24T02:30", "2026-10-25T02:30+02:00"),
        (daily(2, 30), "2026-10-25T02:30+02:00", "2026-10-25T02:30+02:00", "2026-10-26T02:30"),
        # An interval goes on counting, whatever the walls say
        (every(60), "2026-03-29T01:30", "2026-03-29T01:30", "2026-03-29T03:30"),
        (every(60), "2026-10-25T02:30+02:00", "2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00"),
        (every(15), "2026-03-10T10:00", "2026-03-10T10:07", "2026-03-10T10:15"),
        (every(15), "2026-03-10T10:00", "2026-03-10T10:15", "2026-03-10T10:30"),
        (every(15), "2026-03-10T10:00", "2026-03-10T11:01", "2026-03-10T11:15"),
        # In a window alone
        (every(60, NIGHT), "2026-03-10T04:00", "2026-03-10T04:00", "2026-03-10T22:00"),
        (every(60, NIGHT), "2026-03-10T23:30", "2026-03-10T23:30", "2026-03-11T00:30"),
        (every(60, MORNING), "2026-03-10T07:30", "2026-03-10T07:30", "2026-03-11T06:00"),
    ],
)
def test_the_next_time(timing: Timing, planned: str, moment: str, expected: str) -> None:
    assert timing.after(at(planned), at(moment)) == at(expected)


@pytest.mark.parametrize(
    ("window", "moment", "opens"),
    [
        (NIGHT, "2026-03-10T21:59", "2026-03-10T22:00"),
        (NIGHT, "2026-03-10T22:00", "2026-03-10T22:00"),
        (NIGHT, "2026-03-10T00:10", "2026-03-10T00:10"),
        (NIGHT, "2026-03-10T04:59", "2026-03-10T04:59"),
        (NIGHT, "2026-03-10T05:00", "2026-03-10T22:00"),
        (MORNING, "2026-03-10T08:00", "2026-03-11T06:00"),
        (MORNING, "2026-03-10T05:00", "2026-03-10T06:00"),
        # Both ends do not exist on this day: it is open all the same
        (Window(start=time(2), end=time(2, 45)), "2026-03-29T01:30", "2026-03-29T03:00"),
        (Window(start=time(2), end=time(2, 45)), "2026-03-29T03:50", "2026-03-30T02:00"),
        # It opens once on the day that has its beginning twice
        (Window(start=time(2, 30), end=time(4)), "2026-10-25T02:31+02:00", "2026-10-25T02:31+02:00"),
        (None, "2026-03-10T05:00", "2026-03-10T05:00"),
    ],
)
def test_when_a_window_opens(window: Window | None, moment: str, opens: str) -> None:
    timing = every(5, window)
    assert timing.opens(at(moment)) == at(opens)
    assert (timing.opens(at(moment)) == at(moment)) == (at(moment) == at(opens))


@pytest.mark.parametrize(
    ("timing", "due", "now", "expected"),
    [
        # New: an interval begins at once, a time of day when it comes
        (every(60), None, "2026-03-10T10:00", ("2026-03-10T10:00", "2026-03-10T10:00", 0)),
        (every(60, NIGHT), None, "2026-03-10T10:00", ("2026-03-10T22:00", "2026-03-10T22:00", 0)),
        (daily(2), None, "2026-03-10T10:00", ("2026-03-11T02:00", "2026-03-11T02:00", 0)),
        # It is on time within ten minutes
        (daily(2), "2026-03-10T02:00", "2026-03-10T02:00", ("2026-03-10T02:00", "2026-03-10T02:00", 0)),
        (daily(2), "2026-03-10T02:00", "2026-03-10T02:10", ("2026-03-10T02:00", "2026-03-10T02:10", 0)),
        # Nobody looked for hours, or days: one start makes up for all of them
        (daily(2), "2026-03-10T02:00", "2026-03-10T09:00", ("2026-03-10T02:00", "2026-03-10T09:00", 1)),
        (daily(2), "2026-03-10T02:00", "2026-03-13T09:00", ("2026-03-10T02:00", "2026-03-13T09:00", 4)),
        (every(15), "2026-03-10T02:00", "2026-03-10T03:01", ("2026-03-10T02:00", "2026-03-10T03:01", 5)),
        # It waits for its window
        (
            daily(2, window=Window(start=time(1), end=time(4))),
            *("2026-03-10T02:00", "2026-03-10T09:00", ("2026-03-10T02:00", "2026-03-11T01:00", 1)),
        ),
        # The clock was put back by an hour: the time that was kept is not kept again
        (daily(2), "2026-03-11T02:00", "2026-03-10T01:05", ("2026-03-11T02:00", "2026-03-11T02:00", 0)),
        # It was a year ahead: what it planned does not hold
        (daily(2), "2027-03-11T02:00", "2026-03-10T01:05", ("2026-03-10T02:00", "2026-03-10T02:00", 0)),
        (every(60), "2027-03-11T02:00", "2026-03-10T01:05", ("2026-03-10T01:05", "2026-03-10T01:05", 0)),
        (every(60), "2026-03-10T02:00", "2026-03-10T01:05", ("2026-03-10T02:00", "2026-03-10T02:00", 0)),
    ],
)
def test_how_it_stands(timing: Timing, due: str | None, now: str, expected: tuple[str, str, int]) -> None:
    known = standing(timing, due=at(due) if due else None, now=at(now))
    assert known == Standing(due=at(expected[0]), begins=at(expected[1]), late=expected[2] > 0, missed=expected[2])
    assert known.has_come(at(now)) == (at(expected[0]) <= at(now) and at(expected[1]) <= at(now))


def test_a_clock_that_leaps_ahead_by_years_is_counted_no_further_than_anybody_reads() -> None:
    known = standing(every(1), due=at("2020-01-01T00:00"), now=at("2030-01-01T00:00"))
    assert known.missed == MOST_COUNTED + 1


@pytest.mark.parametrize("timing", [daily(2, 30), daily(2, 30, days="0246"), every(90), every(90, NIGHT)])
def test_each_time_comes_once_while_the_clocks_change_looked_at_every_minute(timing: Timing) -> None:
    now, end = at("2026-03-27T00:00"), at("2026-03-31T00:00")
    due, kept = timing.first(now), []
    while now < end:
        known = standing(timing, due=due, now=now)
        if known.has_come(now):
            kept.append(known.due)
            due = timing.after(known.due, now)
        now += timedelta(minutes=1)
    assert kept == sorted(set(kept)) and len(kept) >= 2
    assert all(timing.after(one, one) == other for one, other in zip(kept, kept[1:], strict=False))


@pytest.mark.parametrize(
    ("window", "held", "outside"),
    [(NIGHT, (time(22), time(0), time(4, 59)), (time(5), time(12))), (MORNING, (time(6),), (time(8),))],
)
def test_which_times_of_day_a_window_holds(window: Window, held: tuple[time, ...], outside: tuple[time, ...]) -> None:
    assert all(map(window.holds, held)) and not any(map(window.holds, outside))
