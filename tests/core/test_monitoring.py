"""What state something is in, which graphs it has, which port an interface is, and when a server is left alone."""

from typing import Any

import pytest

from netbox_librenms_plugin.librenms.circuit import FAILURES, REST, Failures, failed, is_away, is_open
from netbox_librenms_plugin.librenms.errors import (
    AuthenticationError,
    LibreNMSError,
    NotJSON,
    ServerError,
    TimedOut,
    TransportError,
    Unavailable,
)
from netbox_librenms_plugin.librenms.records import Alert, Availability, PortTraffic
from netbox_librenms_plugin.monitoring.graphs import PortName, device_graphs, port_name
from netbox_librenms_plugin.monitoring.ports import port_of
from netbox_librenms_plugin.monitoring.states import (
    PortState,
    State,
    Tone,
    alerts_of,
    availability_of,
    port_state,
    port_tone,
    state_of,
    tone_of,
    traffic_of,
)
from tests.librenms import device_record


@pytest.mark.parametrize(
    ("columns", "state"),
    [
        ({"status": True}, State.UP),
        ({"status": False, "status_reason": "snmp"}, State.DOWN),
        ({"status": False, "ignore": True}, State.IGNORED),
        ({"status": True, "disabled": True, "ignore": True}, State.DISABLED),
        ({"status": None}, State.UNKNOWN),
        ({}, State.UNKNOWN),
    ],
)
def test_the_state_of_a_device(columns: dict[str, Any], state: State) -> None:
    assert state_of(device_record(**columns)) is state


@pytest.mark.parametrize(
    ("admin", "oper", "state"),
    [
        ("up", "up", PortState.UP),
        ("up", "dormant", PortState.UP),
        ("up", "down", PortState.DOWN),
        ("up", "lowerLayerDown", PortState.DOWN),
        ("down", "down", PortState.SHUT),
        ("up", "unknown", PortState.UNKNOWN),
        (None, None, PortState.UNKNOWN),
    ],
)
def test_the_state_of_a_port(admin: str | None, oper: str | None, state: PortState) -> None:
    assert port_state(PortTraffic(port_id=1, if_admin_status=admin, if_oper_status=oper)) is state


def test_a_port_that_is_down_is_broken_only_where_something_is_plugged_in() -> None:
    assert port_tone(PortState.DOWN, connected=True) is Tone.BROKEN
    assert port_tone(PortState.DOWN, connected=False) is Tone.QUIET
    assert port_tone(PortState.SHUT, connected=True) is Tone.QUIET


def alert(number: int, severity: str | None = "critical", **columns: Any) -> Alert:
    known = {"id": number, "device_id": 1, "state": 1, "severity": severity, "timestamp": "2026-11-23"}
    return Alert(**{**known, **columns})


def test_only_what_is_broken_is_red() -> None:
    assert tone_of(alert(1)) is Tone.BROKEN
    assert tone_of(alert(1, "warning")) is Tone.WARNING
    assert tone_of(alert(1, state=2)) is Tone.QUIET
    assert [tone_of(alert(1, odd)) for odd in ("ok", "", None, "fatal")] == [Tone.QUIET] * 4


def test_alerts_are_of_the_device_alone_and_the_worst_come_first() -> None:
    listed = [
        alert(1, "warning"),
        alert(2, timestamp="2026-11-21"),
        alert(3, state=2),
        alert(4, device_id=2),
        alert(5, timestamp="2026-11-22"),
        alert(6, state=0),
    ]
    assert [one.id for one in alerts_of(listed, 1)] == [5, 2, 1, 3]


def test_availability_is_of_known_periods_and_possible() -> None:
    rows = [
        Availability(duration=86_400, percent=99.5),
        Availability(duration=604_800, percent=None),
        Availability(duration=2_592_000, percent=101.0),
        Availability(duration=5, percent=1.0),
        Availability(duration=31_536_000, percent=97.25),
    ]
    assert availability_of(rows) == {86_400: 99.5, 31_536_000: 97.25}


def test_rates_are_bits_and_of_the_ports_speed() -> None:
    port = PortTraffic(port_id=1, if_speed=1000, in_octets_rate=50.0, out_octets_rate=-1.0, in_errors_rate=0.0)
    traffic = traffic_of(port)
    assert (traffic.bits_in, traffic.used_in, traffic.errors_in) == (400.0, 40.0, 0.0)
    assert (traffic.bits_out, traffic.used_out, traffic.errors_out) == (None, None, None)
    assert traffic_of(PortTraffic(port_id=1, if_speed=0, in_octets_rate=5.0)).used_in is None


def test_a_device_has_the_graphs_of_its_sensors() -> None:
    assert device_graphs(None) == ("device_bits", "device_poller_perf")
    assert device_graphs(["device_temperature", "device_fanspeed"]) == (
        "device_bits",
        "device_temperature",
        "device_poller_perf",
    )


def port(number: int, name: str | None, descr: str | None = None) -> PortTraffic:
    return PortTraffic(port_id=number, if_name=name, if_descr=descr)


@pytest.mark.parametrize(
    ("others", "name"),
    [
        ([], PortName("Gi1/0/1")),
        ([port(2, "Gi1/0/2", "GigabitEthernet1/0/1")], PortName("Gi1/0/1")),
        ([port(2, "gi1/0/1 ", "another")], PortName("GigabitEthernet1/0/1", by_descr=True)),
        ([port(2, "Gi1/0/1", "GigabitEthernet1/0/1")], None),
    ],
)
def test_a_port_is_asked_for_by_a_name_of_its_own(others: list[PortTraffic], name: PortName | None) -> None:
    own = port(1, "Gi1/0/1", "GigabitEthernet1/0/1")
    assert port_name(own, [own, *others]) == name


def test_a_name_of_dots_would_lead_up_the_address() -> None:
    own = port(1, "..", "eth0")
    assert port_name(own, [own]) == PortName("eth0", by_descr=True)


PORTS = (port(1, "Gi1/0/1", "uplink"), port(2, "Gi1/0/2"), port(3, "eth"), port(4, "eth"))


@pytest.mark.parametrize(
    ("name", "stored", "number"),
    [
        ("Gi1/0/1", None, 1),
        ("GigabitEthernet1/0/2", None, 2),
        ("uplink", None, 1),
        ("something else", 2, 2),
        ("Gi1/0/1", 2, 1),
        ("eth", None, None),
        ("eth", 4, 4),
        ("nothing", 99, None),
    ],
)
def test_the_port_of_an_interface(name: str, stored: int | None, number: int | None) -> None:
    found = port_of(PORTS, name, stored)
    assert (found.port_id if found else None) == number


def test_a_server_is_left_alone_after_failures_in_a_row_for_a_while() -> None:
    now, failures = 1000.0, None
    for number in range(1, FAILURES + 1):
        assert not is_open(failures, now)
        failures = failed(failures, now)
        assert failures.number == number
    assert is_open(failures, now) and is_open(failures, now + REST - 1)
    assert not is_open(failures, now + REST)
    again = failed(failures, now + REST)
    assert is_open(again, now + REST), "one more failure is enough"
    assert not is_open(Failures(number=FAILURES, at=now + 100), now), "a clock that was set back keeps nobody waiting"


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (TransportError("a"), True),
        (TimedOut("a", seconds=1), True),
        (Unavailable("a", what="", status=503), True),
        (ServerError("a", what="", status=502), True),
        (ServerError("a", what="", status=500), False),
        (AuthenticationError("a"), False),
        (NotJSON("a"), False),
    ],
)
def test_what_says_that_a_server_is_away(error: LibreNMSError, away: bool) -> None:
    assert is_away(error) is away
