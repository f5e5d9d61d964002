"""The card of LibreNMS on NetBox's own pages: what it says, to whom, and that no page waits for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from dcim.models import Device
from django.http import HttpResponse
from django.urls import reverse
from utilities.views import get_viewname
from virtualization.models import VMInterface

from simulator.server import Simulator
from tests.factories import (
    admin,
    client_of,
    make_cable,
    make_chassis,
    make_device,
    make_interface,
    make_vm,
    somebody,
)
from tests.librenms import librenms_servers, server_entry
from tests.orm.support import counted, writes_in
from tests.pages.support import HTMX, words

pytestmark = pytest.mark.django_db

READ = {"netbox_librenms_plugin.librenmssettings": ["view"], "dcim.device": ["view"]}


def address(instance: Any) -> str:
    return reverse(get_viewname(instance, "librenms_monitoring"), args=(instance.pk,))


def answer(instance: Any, user: Any = None, **query: Any) -> HttpResponse:
    response: Any = client_of(user or admin()).get(address(instance), query, headers=HTMX)
    return response


def card(instance: Any, user: Any = None, **query: Any) -> str:
    """What comes into the card."""
    response = answer(instance, user, **query)
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


def add(simulator: Simulator, name: str = "sw", **columns: Any) -> Device:
    return make_device(name, librenms_id=simulator.state.add_device(hostname=name, **columns))


def add_port(simulator: Simulator, device: Device, name: str = "Gi1/0/1", **columns: Any) -> int:
    number = device.custom_field_data["librenms_id"]["default"]
    return simulator.state.add_port(number, ifName=name, **columns)


def test_the_page_holds_the_cards_place_and_asks_librenms_nothing(simulator: Simulator) -> None:
    device, machine = add(simulator), make_vm("vm")
    chassis = make_chassis("stack", device)
    interface = make_interface(device, "eth0")
    virtual = VMInterface.objects.create(virtual_machine=machine, name="eth0")
    for instance in (device, machine, chassis, interface, virtual):
        html = client_of(admin()).get(instance.get_absolute_url()).content.decode()
        assert f'hx-get="{address(instance)}" hx-trigger="load"' in html, instance
    assert simulator.requests == []


def test_there_is_no_card_for_who_may_not_read_it_or_without_a_server(simulator: Simulator) -> None:
    device = add(simulator)
    page = device.get_absolute_url()
    stranger = client_of(somebody("stranger", {"dcim.device": ["view"]}))
    assert "librenms-monitoring" not in stranger.get(page).content.decode()
    assert stranger.get(address(device)).status_code == 403
    with librenms_servers({}):
        assert "librenms-monitoring" not in client_of(admin()).get(page).content.decode()
    with librenms_servers({"default": {"librenms_url": "not an address", "api_token": "x"}}):
        assert "librenms-monitoring" not in client_of(admin()).get(page).content.decode()


def test_the_card_says_how_the_device_is(simulator: Simulator) -> None:
    device = add(simulator, last_polled="2026-11-23 02:05:10")
    html = card(device)
    text = words(html)
    assert "State up" in text and "Uptime 83 days" in text and "Last polled 2026-11-23 02:05:10" in text
    assert "Availability day 100 % week 100 % month 100 % year 100 %" in text
    assert "Alerts none" in text
    assert "Simulated LibreNMS, fetched just now" in text
    assert f'href="{simulator.url}/device/1/"' in html
    assert simulator.tokens.admin not in html


def test_a_card_of_what_may_be_another_device_says_so(simulator: Simulator) -> None:
    assert "Make sure that it is the same device" not in card(add(simulator))
    stranger = make_device("stranger", librenms_id=simulator.state.add_device(hostname="other"))
    html = card(stranger)
    assert "None of name, DNS name, primary IP address and serial number agrees with “other”" in words(html)
    assert f'href="{reverse("dcim:device_librenms_sync", args=(stranger.pk,))}"' in html


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"status": 0, "status_reason": "icmp"}, "State down (icmp)"),
        ({"status": 1, "ignore": 1}, "State ignored in LibreNMS (up) Uptime"),
        ({"status": 0, "ignore": 1}, "State ignored in LibreNMS (down) Last polled"),
        ({"status": 1, "disabled": 1}, "State disabled in LibreNMS Last polled"),
        ({"status": None}, "State status unknown"),
    ],
)
def test_the_state_is_librenms_own(simulator: Simulator, columns: dict[str, Any], said: str) -> None:
    assert said in words(card(add(simulator, **columns)))


def test_a_device_that_was_down_is_not_rounded_up(simulator: Simulator) -> None:
    assert "day 97.2 %" in words(card(add(simulator, status=0)))


def test_alerts_are_of_this_device_the_worst_first_and_red_only_where_broken(simulator: Simulator) -> None:
    device, other = add(simulator), add(simulator, "other")
    number, second = (one.custom_field_data["librenms_id"]["default"] for one in (device, other))
    since = datetime.now(UTC) - timedelta(hours=3)
    for name, severity, state in (("Fan", "warning", 1), ("Acked", "critical", 2), ("Down", "critical", 1)):
        simulator.state.add_alert(
            number, name=name, severity=severity, state=state, timestamp=f"{since:%Y-%m-%d %H:%M:%S}"
        )
    simulator.state.add_alert(number, name="Over", state=0)
    simulator.state.add_alert(second, name="Of another")
    with librenms_servers({"default": server_entry(simulator, time_zone="UTC")}):
        html = card(device)
    text = words(html).replace("\xa0", " ")
    assert "Down critical 3 hours ago Fan warning 3 hours ago Acked acknowledged 3 hours ago" in text
    assert "Of another" not in html and "Over" not in html
    assert [html.count(f"librenms-tone-{tone}") for tone in ("broken", "warning", "quiet")] == [1, 1, 1]


def test_many_alerts_are_counted(simulator: Simulator) -> None:
    device = add(simulator)
    for one in range(9):
        simulator.state.add_alert(1, name=f"Alert {one}")
    html = card(device)
    assert html.count("librenms-tone-broken") == 5 and "4 more" in words(html)
    assert f'href="{simulator.url}/device/device=1/tab=alerts/"' in html


def test_what_cannot_be_read_beside_the_device_is_said(simulator: Simulator) -> None:
    device = add(simulator)
    for path in ("/alerts", "/availability", "/health"):
        simulator.faults.add(path, "status", status=500)
    text = words(card(device))
    assert "State up" in text
    assert "Availability cannot be read just now Alerts cannot be read just now" in text
    assert "Traffic Poller time" in text, "what every device has is there all the same"


def test_texts_are_texts(simulator: Simulator) -> None:
    device = add(simulator)
    simulator.state.add_alert(1)
    add_port(simulator, device)
    interface = make_interface(device, "Gi1/0/1")
    for path in ("/devices", "/alerts", "/health", "/availability", "/ports"):
        simulator.faults.add(path, "hostile", fields=["display", "status_reason", "name", "severity", "timestamp"])
    for instance in (device, interface):
        html = card(instance)
        assert "<script>alert" not in html and "<img src=x" not in html and len(html) < 20_000


def test_an_object_that_librenms_does_not_know_is_one_quiet_line(simulator: Simulator) -> None:
    device = make_device("nobody")
    html = card(device)
    assert words(html) == "LibreNMS does not know this object. To the LibreNMS tab"
    assert f'href="{device.get_absolute_url()}librenms-sync/"' in html
    for name in ("twin-a", "twin-b"):
        simulator.state.add_device(hostname=name, sysName="twin")
    assert "Several devices in LibreNMS fit this object." in words(card(make_device("twin")))


def test_machines_and_chassis_have_it_too(simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="guest", status=0, status_reason="snmp")
    assert "State down (snmp)" in words(card(make_vm("guest", librenms_id=number)))
    first, second = make_device("stack-1"), add(simulator, "stack-2", uptime=7_300)
    html = card(make_chassis("stack", first, second, master=first))
    assert "Uptime 2 hours" in words(html)
    assert f"/dcim/devices/{first.pk}/librenms-graph/device_bits/day" in html


def test_a_chassis_shows_members_that_one_may_view_alone(simulator: Simulator) -> None:
    device = add(simulator)
    chassis = make_chassis("stack", device)
    user = somebody("reader", {"netbox_librenms_plugin.librenmssettings": ["view"], "dcim.virtualchassis": ["view"]})
    assert words(card(chassis, user)) == "LibreNMS does not know this object."
    assert simulator.requests == []


def test_an_interface_says_how_its_port_is(simulator: Simulator) -> None:
    device = add(simulator)
    port = add_port(
        simulator,
        device,
        ifSpeed=1_000_000_000,
        ifInOctets_rate=15_625_000,
        ifOutOctets_rate=1_250,
        ifInErrors_rate=3,
        ifOutErrors_rate=0,
    )
    html = card(make_interface(device, "GigabitEthernet1/0/1"))
    text = words(html)
    assert "State up In 125 Mbps 12.5 % , errors: 3.00 per second Out 10.0 kbps 0.0 % , errors: none" in text
    assert f'href="{simulator.url}/device/device=1/tab=port/port={port}/"' in html
    assert "Traffic Errors" in text


def test_a_port_that_is_down_is_red_only_with_a_cable(simulator: Simulator) -> None:
    device = add(simulator)
    for name in ("Gi1/0/1", "Gi1/0/2"):
        add_port(simulator, device, name, ifOperStatus="down")
    plugged, loose = make_interface(device, "Gi1/0/1"), make_interface(device, "Gi1/0/2")
    make_cable(plugged, make_interface(make_device("far"), "eth0"))
    plugged.refresh_from_db()
    assert "bg-red" in card(plugged)
    assert "bg-red" not in card(loose) and "State down" in words(card(loose))


def test_an_interface_without_a_port_is_one_quiet_line(simulator: Simulator) -> None:
    device = add(simulator)
    html = card(make_interface(device, "Gi1/0/9"))
    assert words(html) == "LibreNMS has no port that is this interface. To the LibreNMS tab"
    assert f'href="{device.get_absolute_url()}librenms-sync/?tab=interfaces"' in html


def test_interfaces_of_machines_have_it_too(simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="guest")
    simulator.state.add_port(number, ifName="eth0")
    machine = make_vm("guest", librenms_id=number)
    assert "State up" in words(card(VMInterface.objects.create(virtual_machine=machine, name="eth0")))


def test_ports_that_cannot_be_told_apart_have_no_graphs(simulator: Simulator) -> None:
    device = add(simulator)
    first = add_port(simulator, device, "eth")
    add_port(simulator, device, "eth")
    interface = make_interface(device, "eth")
    assert "LibreNMS has no port" in words(card(interface))
    interface.custom_field_data = {"librenms_id": {"default": first}}
    interface.save()
    html = card(interface)
    assert "State up" in words(html) and "No graphs: another port" in words(html) and "<img" not in html


def test_the_period_of_the_graphs_is_chosen(simulator: Simulator) -> None:
    device = add(simulator)
    assert "librenms-graph/device_bits/day" in card(device)
    graphs = card(device, period="year")
    assert "librenms-graph/device_bits/year" in graphs and "State" not in words(graphs)
    assert 'loading="lazy"' in graphs
    assert "librenms-graph/device_bits/day" in card(device, period="decade<script>")
    assert "does not know" in words(card(make_device("unknown"), period="week"))


def test_another_server_is_kept_in_every_address(simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="sw")
    device = make_device("sw")
    device.custom_field_data = {"librenms_id": {"b": number}}
    device.save()
    servers = {"a": server_entry(simulator), "b": server_entry(simulator, display_name="Second")}
    with librenms_servers(servers):
        html = card(device, server="b")
    assert "Second, fetched" in words(html)
    assert "librenms-graph/device_bits/day/?server=b" in html


def test_a_second_look_asks_nothing_and_reading_writes_nothing(simulator: Simulator) -> None:
    device = add(simulator)
    client = client_of(admin())
    client.get(address(device))
    assert len(simulator.requests) == 4
    with counted() as queries:
        client.get(address(device))
    assert len(simulator.requests) == 4 and not writes_in(queries)


def test_a_server_that_is_away_is_left_alone_and_the_card_says_so(simulator: Simulator) -> None:
    devices = [add(simulator, f"sw{one}") for one in range(4)]
    simulator.stop()
    for device in devices[:3]:
        assert "LibreNMS server Simulated LibreNMS cannot be reached" in words(card(device))
    assert "failed several times in a row, so NetBox does not ask it for 30 seconds" in words(card(devices[3]))
    assert client_of(admin()).get(devices[0].get_absolute_url()).status_code == 200
