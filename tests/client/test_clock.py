"""The zone of a server's times, taken from its newest poll."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from netbox_librenms_plugin.librenms.cache import Shelf
from netbox_librenms_plugin.librenms.clock import CONFIRMED, Clock, KnownBy, Sighting, minutes_east, seen_again
from netbox_librenms_plugin.librenms.fleet import CLOCK
from netbox_librenms_plugin.librenms.records import Device
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from simulator.server import Simulator
from tests.librenms import librenms_servers, server_entry

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def polled(*moments: object) -> list[Device]:
    return [Device(device_id=1, hostname="a", last_polled=one) for one in moments]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("moments", "minutes"),
    [
        (["2026-05-04 13:58:12"], 120),
        (["2026-05-04 12:00:00"], 0),
        (["2026-05-04 11:50:00"], 0),
        (["2026-05-04 06:59:00", "2026-05-03 23:59:00"], -300),
        (["2026-05-04 17:29:30"], 330),
        (["2026-05-01 13:58:12"], None),
        (["2026-05-09 13:58:12"], None),
        (["nonsense", None, "2026-05-04T12:00:00+00:00"], None),
        ([], None),
    ],
)
def test_the_newest_poll_says_how_far_ahead_the_clock_is(moments: list[object], minutes: int | None) -> None:
    assert minutes_east(polled(*moments), NOW) == minutes


def after(minutes: int, polled_at: str, before: Sighting | None = None) -> Sighting | None:
    """What is known after a list that is read so many minutes after ``NOW``."""
    return seen_again(before, polled(polled_at), NOW + timedelta(minutes=minutes))


def test_a_second_list_confirms_it() -> None:
    first = after(0, "2026-05-04 13:58:12")
    second = after(21, "2026-05-04 14:19:00", first)
    assert first is not None and second is not None
    assert (first.certain, second.certain) == (False, True)
    assert (
        second.clock == Clock(zone=timezone(timedelta(hours=2)), known_by=KnownBy.NETBOX)
        and Sighting.of(second.as_text()) == second
    )


def test_a_poller_that_stands_still_is_not_believed() -> None:
    known = None
    for minutes in range(0, 180, 5):
        known = after(minutes, "2026-05-04 13:58:12", known)
        assert known is None or not known.certain


@pytest.mark.parametrize("hours", [-5, 0, 3])
def test_a_clock_that_is_wrong_is_no_other_zone_where_the_server_says_its_time(hours: int) -> None:
    """The server is in UTC+1, and its clock is so many hours fast."""
    wrong = NOW + timedelta(hours=hours)
    devices = polled(f"{wrong + timedelta(minutes=59):%Y-%m-%d %H:%M:%S}")
    seen = seen_again(None, devices, NOW, said_at=wrong)
    assert seen is not None and Sighting.of(seen.as_text()) == seen
    zone = timezone(timedelta(hours=1))
    assert seen.clock == Clock(zone=zone, known_by=KnownBy.ANSWER, ahead=hours * 3600)
    local = (wrong + timedelta(minutes=59)).replace(tzinfo=None)
    assert seen.clock.moment(local) == NOW - timedelta(minutes=1)


def test_seconds_that_a_list_took_are_no_error_of_the_clock() -> None:
    seen = seen_again(None, polled("2026-05-04 11:59:00"), NOW, said_at=NOW - timedelta(seconds=40))
    assert seen is not None and (seen.minutes, seen.ahead, seen.by_answer) == (0, 0, True)


def test_what_an_older_version_kept_is_forgotten() -> None:
    assert Sighting.of(["120", "1", "2"]) is None


@pytest.mark.django_db
def test_it_is_remembered_from_lists_and_what_is_configured_counts_more(simulator: Simulator) -> None:
    local = datetime.now(UTC) + timedelta(hours=2) - timedelta(minutes=1)
    simulator.state.add_device(hostname="a", last_polled=f"{local:%Y-%m-%d %H:%M:%S}")
    entry = server_entry(simulator)
    with librenms_servers({"default": entry}):
        LibreNMSAPI().devices()
        assert LibreNMSAPI().clock() is None
        shelf = Shelf(LibreNMSAPI().server)
        seen = Sighting.of(shelf.recall(CLOCK))
        assert seen is not None
        shelf.remember(CLOCK, replace(seen, first=seen.first - CONFIRMED).as_text())
        LibreNMSAPI().devices(refresh=True)
        clock = LibreNMSAPI().clock()
        assert clock == Clock(zone=timezone(timedelta(hours=2)), known_by=KnownBy.ANSWER)
    with librenms_servers({"default": {**entry, "time_zone": "Asia/Tokyo"}}):
        clock = LibreNMSAPI().clock()
        assert clock is not None and (str(clock.zone), clock.known_by) == ("Asia/Tokyo", KnownBy.CONFIGURATION)
