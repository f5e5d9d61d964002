"""From a device's tab, NetBox's list or a status list to the question about maintenance, and to what came of it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from netbox_librenms_plugin.models import Run
from simulator.server import Simulator
from tests.factories import admin, client_of, make_device, somebody
from tests.librenms import librenms_servers, server_entry
from tests.maintenance.support import linked
from tests.orm.support import analyse, counted
from tests.pages.status_lists.support import Looker
from tests.pages.support import HTMX, Reader, words

pytestmark = pytest.mark.django_db

SETTINGS = "netbox_librenms_plugin.librenmssettings"


def address(part: str = "maintenance") -> str:
    return reverse(f"plugins:netbox_librenms_plugin:fleet_{part}", kwargs={"kind": "device"})


def rows_of(client: Client, page: str) -> str:
    found = re.search(r'hx-get="([^"]*/maintenance/rows/[^"]*)"', page)
    assert found, page
    return str(client.get(found[1].replace("&amp;", "&"), headers=HTMX).content.decode())


def form_of(page: str, rows: str, **said: Any) -> dict[str, Any]:
    name, seen = re.search(r'name="selection" value="(\w+)"', page), re.search(r'name="seen" value="(\w+)"', rows)
    assert name and seen
    return {"selection": name[1], "seen": seen[1], "how": "wait", "minutes": "60", **said}


def test_the_question_says_what_is_left_out_and_what_was_shown_is_asked_for_once(simulator: Simulator) -> None:
    linked(simulator, "sw1")
    make_device("patch-panel")
    client = client_of(admin())
    page = client.get(address()).content.decode()
    rows = rows_of(client, page)
    assert "NetBox cannot end it early" in words(page)
    assert "1 known to LibreNMS for certain 1 left out" in words(rows) and "patch-panel left out" in words(rows)
    assert not simulator.state.windows and not Run.objects.exists()
    form = form_of(page, rows, note="New line cards")
    answer = client.post(address("maintenance_start"), form)
    run = Run.objects.get()
    assert answer.url == run.get_absolute_url()
    said = words(client.get(answer.url).content.decode())
    assert f"Maintenance #{run.pk}" in said and "For 1 h Note: New line cards" in said
    assert "sw1 Done" in said and "patch-panel Left out" in said
    assert client.post(address("maintenance_start"), form).url == answer.url
    assert len(simulator.state.windows) == 1


def test_without_a_known_zone_there_is_only_now_and_the_reason(simulator: Simulator) -> None:
    linked(simulator, "sw1")
    client = client_of(admin())
    page = client.get(address()).content.decode()
    assert 'name="start"' not in page and "It begins now: the time zone of Simulated LibreNMS is not known" in words(
        page
    )
    start = f"{timezone.localtime() + timedelta(hours=2):%Y-%m-%dT%H:%M}"
    form = form_of(page, rows_of(client, page), start=start, note="Kept")
    again = client.post(address("maintenance_start"), form).content.decode()
    assert "so it can only be told to begin now" in words(again) and 'value="Kept"' in again
    assert not Run.objects.exists() and not simulator.state.windows
    with librenms_servers({"default": server_entry(simulator, time_zone="Asia/Tokyo")}):
        page = client.get(address()).content.decode()
        assert 'name="start"' in page and "by the clock of Simulated LibreNMS it is" in words(page)
        form = form_of(page, rows_of(client, page), start="2020-01-01T00:00")
        assert "That is over." in words(client.post(address("maintenance_start"), form).content.decode())
        client.post(address("maintenance_start"), {**form, "start": start})
    (window,) = simulator.state.windows
    assert window["start"] and window["duration"] == "1:00"


def test_the_tab_and_the_lists_lead_there_for_who_may_write(simulator: Simulator) -> None:
    (device,) = linked(simulator, "sw1")
    header = Reader(admin(), device).header()
    assert f'href="{address()}?id={device.pk}"' in header
    looker = Looker(admin())
    assert "1 device" in words(looker.client.get(looker.choose("maintenance", device.pk).url).content.decode())
    assert (
        "Maintenance…" in looker.list() and "Maintenance…" in client_of(admin()).get("/dcim/devices/").content.decode()
    )
    user = somebody("reader", {SETTINGS: ["view"], "dcim.device": ["view"]})
    assert "Maintenance…" not in Reader(user, device).header()
    reader = client_of(user)
    assert "Maintenance…" not in reader.get("/dcim/devices/").content.decode()
    assert reader.get(address()).status_code == reader.post(address("maintenance_start"), {}).status_code == 403


def test_a_librenms_that_fails_is_a_sentence(simulator: Simulator) -> None:
    linked(simulator, "sw1")
    client = client_of(admin())
    page = client.get(address()).content.decode()
    simulator.faults.add(".*", "status", status=500)
    assert "Simulated LibreNMS" in words(rows_of(client, page))


def test_the_number_of_queries_does_not_grow(simulator: Simulator) -> None:
    client, numbers = client_of(admin()), []
    for first, number in ((1, 4), (5, 45)):
        linked(simulator, *(f"sw{one}" for one in range(first, first + number)))
        analyse()
        page = client.get(address()).content.decode()
        rows_of(client, page)
        with counted() as queries:
            rows_of(client, page)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1] <= 40, numbers
