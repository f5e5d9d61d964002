"""The window that somebody asks for, and what LibreNMS is told of its beginning."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from netbox_librenms_plugin.librenms.clock import Clock, KnownBy
from netbox_librenms_plugin.maintenance.asking import AskedWindow, AskError, asked_window

NOW = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
AMSTERDAM = Clock(zone=ZoneInfo("Europe/Amsterdam"), known_by=KnownBy.CONFIGURATION)


def ask(**said: Any) -> AskedWindow:
    return asked_window(**{"now": NOW, "clock": AMSTERDAM, **said})


def test_now_needs_no_clock() -> None:
    asked = ask(clock=None, minutes=90, note="two\nlines ")
    assert (asked.minutes, asked.start, asked.note) == (90, None, "two lines")
    assert asked.window("x").body() == {"title": "x", "notes": "two lines", "duration": "1:30"}
    assert AskedWindow.of(asked.as_json()) == asked


def test_a_start_is_told_by_the_servers_own_clock() -> None:
    asked = ask(start=datetime(2026, 3, 28, 22, 30, 59, tzinfo=UTC), end=datetime(2026, 3, 29, 3, 0, tzinfo=UTC))
    assert asked.minutes == 270
    assert asked.window("x").body()["start"] == "2026-03-28 23:30:00"
    # The clocks are put forward in that night
    assert ask(start=datetime(2026, 3, 29, 1, 30, tzinfo=UTC), minutes=60).window("x").body()["start"] == (
        "2026-03-29 03:30:00"
    )
    fast = Clock(zone=timezone(timedelta(hours=-5)), known_by=KnownBy.ANSWER, ahead=600)
    asked = ask(clock=fast, start=NOW + timedelta(hours=1), minutes=1500)
    assert asked.window("x").body() | {"title": "", "notes": ""} == {
        **{"title": "", "notes": "", "duration": "25:00"},
        "start": "2026-03-28 08:10:00",
    }
    assert AskedWindow.of(asked.as_json()) == asked


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ({"clock": None, "start": NOW + timedelta(hours=1), "minutes": 5}, "start"),
        ({"start": NOW, "minutes": 5}, "start"),
        ({"end": NOW}, "end"),
        ({"end": NOW + timedelta(days=400)}, "end"),
        ({"start": NOW + timedelta(hours=2), "end": NOW + timedelta(hours=1)}, "end"),
        ({"minutes": 0}, "minutes"),
        ({}, "minutes"),
    ],
)
def test_what_cannot_be_asked_for_is_a_sentence(said: dict[str, Any], about: str) -> None:
    with pytest.raises(AskError, match=r"\.$") as error:
        ask(**said)
    assert error.value.about == about
