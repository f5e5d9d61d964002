"""When there is nothing to compare: every reason has its own words and its remedy, and nothing is written."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from core.models import ObjectChange
from dcim.models import Interface
from django.test import Client
from ipam.models import IPAddress

from netbox_librenms_plugin.librenms.cache import Shelf
from netbox_librenms_plugin.librenms.clock import CONFIRMED, Sighting
from netbox_librenms_plugin.librenms.fleet import CLOCK
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from simulator.server import Simulator
from tests.factories import admin, client_of, make_device, somebody
from tests.librenms import add_switch, asked_by_somebody_else, librenms_servers, server_entry
from tests.pages.support import Reader, rows, words

pytestmark = pytest.mark.django_db

FAULTS = [
    ({"kind": "drop"}, "LibreNMS cannot be reached"),
    ({"kind": "status", "status": 401}, "LibreNMS refuses the API token"),
    ({"kind": "status", "status": 403}, "does not let the API token read this"),
    ({"kind": "status", "status": 500}, "LibreNMS failed"),
    ({"kind": "html", "status": 502}, "LibreNMS failed"),
    ({"kind": "html", "status": 200}, "an answer that cannot be read"),
    ({"kind": "truncated", "keep": 0.5}, "LibreNMS"),
    ({"kind": "redirect"}, "redirects to another address"),
]


@pytest.fixture
def reader(simulator: Simulator) -> Iterator[Reader]:
    """A switch of four ports that NetBox has none of."""
    number = add_switch(simulator.state, 4, vlans=())
    yield Reader(admin(), make_device("switch", librenms_id=number))


def nothing_written() -> bool:
    return not Interface.objects.exists() and not ObjectChange.objects.exists()


@pytest.mark.parametrize(("fault", "title"), FAULTS, ids=lambda value: str(value)[:40])
def test_every_fault_is_a_clear_state(reader: Reader, simulator: Simulator, fault: dict[str, Any], title: str) -> None:
    simulator.faults.add(r"/api/", **fault)
    for part in (reader.header(), reader.panel()):
        assert title in words(part) and "Simulated LibreNMS" in words(part)
        assert "Try again" in words(part)
        assert simulator.tokens.admin not in part and "Traceback" not in part
    assert nothing_written()


@pytest.mark.parametrize(("fault", "title"), FAULTS, ids=lambda value: str(value)[:40])
def test_a_fault_while_syncing_writes_nothing(simulator: Simulator, fault: dict[str, Any], title: str) -> None:
    with librenms_servers({"default": server_entry(simulator, cache_timeout=0)}):
        number = add_switch(simulator.state, 4, vlans=())
        reader = Reader(admin(), make_device("switch", librenms_id=number))
        reader.panel()
        simulator.faults.add(r"/api/", **fault)
        answer = reader.sync(all="1")
    assert "Nothing was written." in words(answer) and not rows(answer)
    assert nothing_written()


def test_a_server_that_is_slow_beyond_patience(simulator: Simulator) -> None:
    with librenms_servers({"default": server_entry(simulator, timeout=(1, 0.2))}):
        number = add_switch(simulator.state, 4, vlans=())
        simulator.faults.add(r"/api/", "delay", seconds=1)
        reader = Reader(admin(), make_device("switch", librenms_id=number))
        assert "LibreNMS did not answer in time" in words(reader.panel())


@pytest.mark.parametrize("part", ["body", "chunks", "header"])
def test_a_server_that_drips(simulator: Simulator, part: str) -> None:
    with librenms_servers({"default": server_entry(simulator, page_timeout=0.5)}):
        reader = Reader(admin(), make_device("switch", librenms_id=add_switch(simulator.state, 4, vlans=())))
        simulator.faults.add(r"/api/", "drip", part=part, seconds=0.05, drops=600)
        for html in (reader.header(), reader.panel()):
            assert "LibreNMS did not answer in time" in words(html) and "Try again" in words(html)
            assert "within 0.5 seconds" in words(html) and "page_timeout" in words(html)
    assert nothing_written()


def test_what_somebody_else_waits_for(simulator: Simulator) -> None:
    with librenms_servers({"default": server_entry(simulator, page_timeout=0.3)}):
        number = add_switch(simulator.state, 4, vlans=())
        reader = Reader(admin(), make_device("switch", librenms_id=number))
        with asked_by_somebody_else(f"device:{number}", f"snapshot:{number}"):
            for html in (reader.header(), reader.panel()):
                assert "LibreNMS is being asked already" in words(html) and "Try again" in words(html)
                assert "already waiting for this answer from LibreNMS server Simulated LibreNMS" in words(html)
        assert not simulator.requests
        assert "LibreNMS is being asked already" not in words(reader.panel())


def test_not_found_says_what_was_looked_for_and_takes_an_id(simulator: Simulator) -> None:
    device = make_device("unknown-box")
    interface = Interface.objects.create(device=device, name="mgmt", type="other")
    address = IPAddress.objects.create(address="192.0.2.7/24", dns_name="box.example.net", assigned_object=interface)
    device.primary_ip4 = address
    device.save()
    reader = Reader(admin(), device)
    card = words(reader.header())
    assert "LibreNMS does not know this object" in card
    assert "192.0.2.7" in card and "box.example.net" in card and "unknown-box" in card
    assert "LibreNMS device ID" in card
    assert "once it is known which LibreNMS device this is" in words(reader.panel())


def test_an_object_without_any_clue(simulator: Simulator) -> None:
    assert "neither a name nor a primary IP address" in words(Reader(admin(), make_device("")).header())


def test_several_that_fit_are_offered_and_none_is_taken(simulator: Simulator) -> None:
    first = simulator.state.add_device(hostname="one.example.net", sysName="twin")
    second = simulator.state.add_device(hostname="two.example.net", sysName="twin")
    reader = Reader(admin(), make_device("twin"))
    html = reader.header()
    assert "Several devices in LibreNMS fit" in words(html)
    for number, name in ((first, "one.example.net"), (second, "two.example.net")):
        assert f'value="{number}"' in html and f"Choose {name}" in html


def test_an_id_that_librenms_no_longer_has_can_be_replaced(simulator: Simulator) -> None:
    card = words(Reader(admin(), make_device("gone", librenms_id=77)).header())
    assert "LibreNMS does not have this device any more" in card and "77" in card
    assert "LibreNMS device ID" in card


def test_no_server_configured_leads_to_the_settings(db: None) -> None:
    with librenms_servers({}):
        html = Reader(admin(), make_device("box")).page()
    assert "LibreNMS is not configured" in words(html) and "/plugins/librenms_plugin/settings/" in html
    assert 'hx-trigger="load"' not in html.split('id="librenms"')[1]


def test_a_server_that_is_not_configured(reader: Reader) -> None:
    for html in (reader.page(server="nowhere"), reader.header(server="nowhere"), reader.panel(server="nowhere")):
        assert "nowhere" in words(html) and "LibreNMS is not configured" in words(html)


def test_no_ports_at_all(simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="empty")
    html = Reader(admin(), make_device("empty", librenms_id=number)).panel()
    assert "No interfaces yet" in words(html)


def test_everything_agrees(reader: Reader) -> None:
    reader.panel()
    reader.sync(all="1")
    html = reader.panel()
    assert "NetBox and LibreNMS agree" in words(html) and "4 interfaces compared" in words(html)
    assert "mdi-check" in html and not rows(html)


def test_rows_that_could_not_be_read_are_told(reader: Reader, simulator: Simulator) -> None:
    simulator.faults.add(r"/ports", "wrong_types", row=1)
    assert "row of LibreNMS's answer could not be read" in words(reader.panel())


def test_what_was_not_looked_at_is_no_agreement(reader: Reader, simulator: Simulator) -> None:
    reader.panel()
    reader.sync(all="1")
    simulator.faults.add("/port_stack", "status", status=500)
    panel, overview = reader.post("panel_refresh"), reader.overview()
    assert "No differences in what was looked at" in words(panel)
    for html in (panel, overview):
        assert "Which ports lie on which others was not looked at." in words(html)
        assert "mdi-check text-success" not in html
    assert "NetBox and LibreNMS agree" not in reader.page() + reader.panel()


def test_where_rows_are_missing_nobody_says_that_there_are_none(simulator: Simulator) -> None:
    device_id = simulator.state.add_device(hostname="router")
    port_id = simulator.state.add_port(device_id, ifName="eth0")
    for address in ("10.0.0.1/24", "fe80::1/64"):
        simulator.state.add_address(port_id, address)
    simulator.faults.add(r"/ip$", "wrong_types", row=0)
    reader = Reader(admin(), make_device("router", librenms_id=device_id), "ip_addresses")
    text = words(reader.panel())
    assert "No IP addresses in what was looked at 1 row of LibreNMS's answer could not be read" in text
    assert "Neither LibreNMS nor NetBox has" not in text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": 1}, "up 83 days"),
        ({"status": 0, "status_reason": "snmp"}, "down (snmp)"),
        ({"status": 1, "disabled": 1}, "disabled in LibreNMS"),
        ({"status": None}, "status unknown"),
        ({"uptime": 7_300}, "up 2 hours"),
        ({"uptime": None}, "up"),
    ],
)
def test_the_card_says_how_the_device_is(simulator: Simulator, fields: dict[str, Any], said: str) -> None:
    number = simulator.state.add_device(hostname="box", location="Cellar", **fields)
    card = words(Reader(admin(), make_device("box", librenms_id=number)).header())
    assert card.startswith(said)
    assert "WS-C2960X-24TS-L" in card and "ios 15.2(7)E8" in card and "Cellar" in card
    assert f"Linked as ID {number} on Simulated LibreNMS" in card


def test_the_last_poll_is_told_as_an_age_with_its_zone(simulator: Simulator) -> None:
    local = datetime.now(ZoneInfo("Asia/Tokyo")) - timedelta(minutes=3)
    number = simulator.state.add_device(hostname="box", last_polled=f"{local:%Y-%m-%d %H:%M:%S}")
    reader = Reader(admin(), make_device("box", librenms_id=number))
    assert f"polled {local:%Y-%m-%d %H:%M:%S}" in words(reader.header()), "nobody knows the zone yet"
    with librenms_servers({"default": server_entry(simulator, time_zone="Asia/Tokyo")}):
        html = reader.header()
    assert "polled 3 minutes ago" in words(html).replace("\xa0", " ")
    assert f'title="{local:%Y-%m-%d %H:%M:%S} by the clock of the LibreNMS server, JST"' in html


@pytest.mark.parametrize(("hours", "said"), [(3, " That clock is 3 hours fast."), (-5, " That clock is 5 hours slow.")])
def test_a_server_whose_clock_is_wrong_by_hours_is_told(simulator: Simulator, hours: int, said: str) -> None:
    simulator.clock_ahead = timedelta(hours=hours)
    local = datetime.now(UTC) + timedelta(hours=hours + 1) - timedelta(minutes=3, seconds=30)
    number = simulator.state.add_device(hostname="box", last_polled=f"{local:%Y-%m-%d %H:%M:%S}")
    reader = Reader(admin(), make_device("box", librenms_id=number))
    LibreNMSAPI().devices()
    shelf = Shelf(LibreNMSAPI().server)
    seen = Sighting.of(shelf.recall(CLOCK))
    assert seen is not None
    shelf.remember(CLOCK, replace(seen, first=seen.first - CONFIRMED).as_text())
    LibreNMSAPI().devices(refresh=True)
    html = reader.header()
    assert "polled 3 minutes ago" in words(html).replace("\xa0", " ")
    zone = "UTC+01:00 by the time that its answers carry."
    assert f'title="{local:%Y-%m-%d %H:%M:%S} by the clock of the LibreNMS server, {zone}{said}"' in html


def test_several_servers_can_be_switched_between(simulator: Simulator) -> None:
    number = add_switch(simulator.state, 2, vlans=())
    servers = {"a": server_entry(simulator, display_name="First"), "b": server_entry(simulator, display_name="Second")}
    with librenms_servers(servers):
        device = make_device("switch")
        device.custom_field_data = {"librenms_id": {"a": number, "b": number}}
        device.save()
        reader = Reader(admin(), device)
        html = reader.header(server="b", tab="interfaces")
        assert "on Second" in words(html)
        assert f'href="{reader.address()}?server=a&amp;tab=interfaces"' in html
        assert f'{reader.address("header")}?server=b' in reader.page(server="b")
        reader.panel(server="b")
        reader.sync(all="1")
    field = Interface.objects.first().custom_field_data["librenms_id"]
    assert list(field) == ["b"]


def test_hostile_texts_are_shown_as_texts(reader: Reader, simulator: Simulator) -> None:
    simulator.faults.add(r"/api/", "hostile")
    for html in (reader.header(), reader.panel(show="all")):
        assert "<script>alert" not in html and "<img src=x" not in html
        assert "49" not in words(html).split()
        assert "\x00" not in html and "\x1b" not in html and "\u202e" not in html
        assert len(html) < 100_000
    reader.panel(show="all")
    assert "<script>alert" not in reader.sync(all="1")


def test_hostile_searches_are_shown_as_texts(reader: Reader) -> None:
    html = reader.panel(q='"><script>alert(1)</script>', sort="'; --", page="-1", choose="member:<b>:port-1", server="")
    assert "<script>alert" not in html and "<b>" not in html


@pytest.mark.parametrize("part", ["header", "panel", "apply", "remove", "refresh", "panel_refresh", "link", "names"])
def test_every_part_is_closed_to_strangers(reader: Reader, part: str) -> None:
    stranger = somebody("stranger", {"dcim.device": ["view"]})
    outsider = somebody(
        "outsider",
        {"dcim.device": ["view"], "netbox_librenms_plugin.librenmssettings": ["view", "change"]},
        constraints=None,
    )
    outsider.object_permissions.filter(object_types__model="device").update(constraints={"name": "another"})
    for user, status in ((stranger, 403), (outsider, 404)):
        client = client_of(user)
        for method in (client.get, client.post):
            assert method(reader.address(part)).status_code in (status, 405)
    anonymous = Client().get(reader.address(part))
    assert anonymous.status_code == 302 and "/login/" in anonymous["Location"]


def test_a_fragment_sends_the_whole_page_to_the_login(reader: Reader) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{reader.address()}?tab=interfaces"}
    answer = Client().get(reader.address("panel"), headers=headers)
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == f"/login/?next={reader.address()}%3Ftab%3Dinterfaces"


def test_an_unknown_resource_is_not_there(reader: Reader) -> None:
    for part in ("panel", "apply", "remove", "panel_refresh"):
        assert reader.client.post(reader.address(part, "nonsense")).status_code in (404, 405)
    assert reader.client.get(reader.address("panel", "nonsense")).status_code == 404
