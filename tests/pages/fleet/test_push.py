"""From NetBox's list, or from a device's tab, to the plan of adding to LibreNMS, and to what came of it."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from netbox_librenms_plugin.models import LibreNMSSettings, PushRule, Run
from simulator.server import Simulator
from tests.factories import admin, client_of, make_device, somebody
from tests.librenms import librenms_servers, server_entry
from tests.orm.support import analyse, counted
from tests.pages.support import HTMX, Reader, words
from tests.push.support import reachable, rule

pytestmark = pytest.mark.django_db

PROFILES = {"campus": {"version": "v2c", "community": "c"}}
SETTINGS = "netbox_librenms_plugin.librenmssettings"


def address(part: str = "push") -> str:
    return reverse(f"plugins:netbox_librenms_plugin:fleet_{part}", kwargs={"kind": "device"})


@pytest.fixture
def client(simulator: Simulator) -> Any:
    with librenms_servers({"default": server_entry(simulator)}, snmp_profiles=PROFILES):
        yield client_of(admin())


def rows_of(client: Client, page: str, **query: str) -> str:
    found = re.search(r'hx-get="([^"]*/push/rows/[^"]*)"', page)
    assert found, page
    address = "&".join([found[1].replace("&amp;", "&"), *(f"{name}={value}" for name, value in query.items())])
    return client.get(address, headers=HTMX).content.decode()


def form_of(page: str, rows: str) -> dict[str, str]:
    name, seen = re.search(r'name="selection" value="(\w+)"', page), re.search(r'name="seen" value="(\w+)"', rows)
    assert name and seen
    add = {"add": "on"} if 'name="add"' in rows else {}
    return {"selection": name[1], "seen": seen[1], "how": "wait", **add}


def test_the_plan_says_what_librenms_would_be_told_and_why_not(simulator: Simulator, client: Client) -> None:
    rule("Campus")
    reachable("sw1", "192.0.2.1")
    make_device("bare")
    known = simulator.state.add_device(hostname="known")
    make_device("known")
    page = client.get(address()).content.decode()
    rows = rows_of(client, page)
    said = words(rows)
    assert "1 to add 1 known to LibreNMS already 1 not to be added" in said
    assert re.search(r"sw1 add 192.0.2.1 shown as sw1 campus 0 – Campus", said), said
    assert f"known known LibreNMS has it already, as known (#{known}). It can be linked instead." in said
    assert "The push rule “Campus” reaches it by its primary IP address, and it has none." in said
    assert len(simulator.state.devices) == 1 and not Run.objects.exists()
    assert "ping only" in words(rows_of(client, page, ping_only="on"))


def test_without_a_rule_it_says_how_to_get_one(client: Client) -> None:
    reachable("sw1", "192.0.2.1")
    page = client.get(address()).content.decode()
    assert "There is no push rule yet." in words(page) and "push-rules/add/" in page
    rows = rows_of(client, page)
    assert "No push rule fits it." in words(rows) and 'id="librenms-start"' not in rows


def test_what_was_shown_is_added_once(simulator: Simulator, client: Client) -> None:
    rule()
    reachable("sw1", "192.0.2.1")
    known = simulator.state.add_device(hostname="known")
    make_device("known")
    page = client.get(address()).content.decode()
    form = form_of(page, rows_of(client, page))
    answer = client.post(address("push_start"), {**form, "link": "on"})
    run = Run.objects.get()
    assert answer.url == run.get_absolute_url()
    said = words(client.get(answer.url).content.decode())
    assert f"Push to LibreNMS #{run.pk}" in said and "Written: 1 device added in LibreNMS, 2 objects linked" in said
    assert "sw1 Created" in said and "known Linked" in said and "What LibreNMS had already was linked" in said
    assert len(simulator.state.devices) == 2 and known
    assert client.post(address("push_start"), form).url == answer.url and Run.objects.count() == 1


def test_what_differs_is_shown_changed_and_kept_with_the_run(simulator: Simulator, client: Client) -> None:
    kept = {"state": "netbox_wins", "notes": "fill_if_empty"}
    LibreNMSSettings.objects.create(kept_fields=kept, monitoring_map={"offline": "disabled"})
    columns = {"hostname": "sw1", "notes": "<b>by hand</b>"}
    device = make_device("sw1", librenms_id=simulator.state.add_device(**columns), status="offline", description="d")
    header = client.get(f"/dcim/devices/{device.pk}/librenms-sync/header/").content.decode()
    assert f'href="{address()}?id={device.pk}"' in header and "Push to LibreNMS…" in header
    page = client.get(address(), {"id": device.pk}).content.decode()
    rows = rows_of(client, page)
    said = words(rows)
    assert "0 to add 0 known to LibreNMS already 1 to change 0 in step 0 left as they are" in said
    assert "Monitoring: LibreNMS: Monitored NetBox: Disabled: not polled" in said
    assert "&lt;b&gt;by hand&lt;/b&gt;" in rows and "NetBox: d (stays: Fill if empty)" in said
    form = form_of(page, rows)
    assert "nothing was started" in words(client.post(address("push_start"), form, follow=True).content.decode())
    answer = client.post(address("push_start"), {**form, "change": "on"}, follow=True)
    said = words(answer.content.decode())
    assert "Written: 1 device changed in LibreNMS" in said and "Linked devices were brought into step" in said
    assert "Monitoring: Monitored → Disabled: not polled" in said and "by hand" not in said
    assert "Undo…" not in said and "Nothing was written, so there is nothing to undo." in said
    assert (simulator.state.devices[1]["disabled"], simulator.state.devices[1]["notes"]) == (1, "<b>by hand</b>")


def test_another_plan_than_the_one_that_was_shown_starts_nothing(simulator: Simulator, client: Client) -> None:
    rule()
    reachable("sw1", "192.0.2.1")
    page = client.get(address()).content.decode()
    form = form_of(page, rows_of(client, page))
    PushRule.objects.update(give_location=True)
    answer = client.post(address("push_start"), form)
    assert "Something has changed since this was shown." in words(client.get(answer.url).content.decode())
    answer = client.post(address("push_start"), {**form, "ping_only": "on"})
    assert not Run.objects.exists() and len(simulator.state.devices) == 0


def test_the_tab_and_the_lists_lead_there_for_who_may_write(simulator: Simulator, client: Client) -> None:
    device = reachable("sw1", "192.0.2.1")
    header = Reader(admin(), device).client.get(f"/dcim/devices/{device.pk}/librenms-sync/header/").content.decode()
    assert f'href="{address()}?id={device.pk}"' in header
    page = client.get(address(), {"id": device.pk}).content.decode()
    assert "1 device" in words(page)
    reader = client_of(somebody("reader", {SETTINGS: ["view"], "dcim.device": ["view"]}))
    header = reader.get(f"/dcim/devices/{device.pk}/librenms-sync/header/").content.decode()
    assert "Add to LibreNMS" not in words(header)
    for path in ("/dcim/devices/", "/virtualization/virtual-machines/"):
        assert "Push to LibreNMS…" in client.get(path).content.decode()
    assert "Push to LibreNMS…" not in reader.get("/dcim/devices/").content.decode()


def test_a_librenms_that_fails_is_a_sentence(simulator: Simulator, client: Client) -> None:
    rule()
    reachable("sw1", "192.0.2.1")
    page = client.get(address()).content.decode()
    simulator.faults.add(".*", "status", status=500)
    assert "Simulated LibreNMS" in words(rows_of(client, page))


def test_the_number_of_queries_does_not_grow(simulator: Simulator, client: Client) -> None:
    rule()
    simulator.state.add_device(hostname="other")
    numbers = []
    for first, number in ((1, 4), (5, 45)):
        for one in range(first, first + number):
            reachable(f"sw{one}", f"192.0.2.{one}")
        analyse()
        page = client.get(address()).content.decode()
        rows_of(client, page)
        with counted() as queries:
            rows_of(client, page)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1] <= 40, numbers
