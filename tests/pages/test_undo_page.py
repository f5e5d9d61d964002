"""The page before an undo: what would happen to each object, in words, and the button."""

import re
from typing import Any

import pytest
from dcim.models import Device, Interface
from django.urls import reverse

from netbox_librenms_plugin.models import Run, SyncRun
from simulator.server import Simulator
from tests.factories import admin, client_of, grant, make_device, make_interface, request_of, somebody
from tests.fleet_sync.support import switches
from tests.fleet_sync.support import sync as sync_many
from tests.librenms import add_switch
from tests.orm.support import counted
from tests.pages.support import Reader, words
from tests.undo import sync, undone

pytestmark = pytest.mark.django_db

APP = "plugins:netbox_librenms_plugin"
SETTINGS = "netbox_librenms_plugin.librenmssettings"


def address(record: Any) -> str:
    return reverse(f"{APP}:{'run' if isinstance(record, Run) else 'syncrun'}_undo", args=(record.pk,))


def page(record: Any, user: Any = None, **query: Any) -> str:
    answer = client_of(user or admin()).get(address(record), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def pressed(record: Any, html: str, user: Any = None) -> Any:
    """The button of this page is pressed."""
    seen = re.search(r'name="seen" value="(\w+)"', html)
    assert seen, html
    return client_of(user or admin()).post(address(record), {"seen": seen[1]})


@pytest.fixture
def device(simulator: Simulator) -> Device:
    """A switch with three ports in LibreNMS, of which NetBox has one, with another description and LAG."""
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3))
    old = make_interface(device, "Po99", type="lag")
    make_interface(device, "Gi1/0/1", description="by hand", lag=old)
    return device


def test_it_says_what_happens_to_each_object_field_by_field(device: Device) -> None:
    run = sync(device, "interfaces")
    html = words(page(run))
    assert "Undo the sync of switch" in html
    assert re.search(
        r"\d objects that were added will be deleted. 1 object that was changed will get its earlier values", html
    )
    assert "Interface Gi1/0/1 will go back" in html
    assert "parent LAG: Po1 becomes Po99" in html, "names, not numbers"
    assert "becomes by hand" in html
    assert "Interface Gi1/0/2 will be deleted" in html
    assert not Run.objects.exists(), "looking writes nothing"


def test_the_button_undoes_it_and_leads_to_its_run(device: Device) -> None:
    run = sync(device, "interfaces")
    html = page(run)
    number = re.search(r"Undo (\d+) changes", words(html))
    answer = pressed(run, html)
    by = Run.objects.get()
    assert answer.url == by.get_absolute_url() and by.state == "completed"
    assert number and sum(sum(item.counts.values()) for item in by.items.all()) == int(number[1])
    assert set(Interface.objects.values_list("name", "description")) == {("Po99", ""), ("Gi1/0/1", "by hand")}


def test_what_somebody_changed_since_stays_and_is_named(device: Device) -> None:
    run = sync(device, "interfaces")
    port = Interface.objects.get(name="Gi1/0/2")
    with request_of(somebody("ann", {})):
        port.snapshot()
        port.description = "mine"
        port.save()
    html = page(run)
    assert "Interface Gi1/0/2 stays – Changed since by ann" in words(html)
    assert re.search(r"\d objects? will stay as (it is|they are)\.", words(html))
    pressed(run, html)
    assert Interface.objects.filter(name="Gi1/0/2").exists()
    by = Run.objects.get()
    assert by.state == "partial"
    said = words(client_of(admin()).get(by.get_absolute_url()).content.decode())
    assert "Interface Gi1/0/2: Changed since by ann" in said


def test_a_plan_that_changed_is_shown_anew_and_nothing_is_undone(device: Device) -> None:
    run = sync(device, "interfaces")
    html = page(run)
    with request_of(admin()):
        Interface.objects.get(name="Gi1/0/2").delete()
    answer = pressed(run, html)
    assert "Something changed since this was shown, so nothing was undone." in words(answer.content.decode())
    assert not Run.objects.exists()
    pressed(run, answer.content.decode())
    assert Run.objects.get().state == "completed"


def test_a_form_without_what_was_seen_undoes_nothing(device: Device) -> None:
    run = sync(device, "interfaces")
    for form in ({}, {"seen": ""}):
        assert "Undo" in client_of(admin()).post(address(run), form).content.decode()
    assert not Run.objects.exists()


def test_nobody_undoes_twice(device: Device) -> None:
    run = sync(device, "interfaces")
    html = page(run)
    pressed(run, html)
    answer = pressed(run, html)
    assert answer.url == address(run) and Run.objects.count() == 1
    said = words(page(run))
    assert "root has undone it, " in said and f"Undo that to have it back. Undo #{Run.objects.get().pk}" in said
    assert "changes" not in said


def test_a_run_of_many_is_undone_device_by_device(simulator: Simulator) -> None:
    run = sync_many(switches(simulator, 3))
    html = page(run)
    assert "18 objects that were added will be deleted." in words(html)
    assert [html.index(f"switch-00{n}") for n in (1, 2, 3)] == sorted(html.index(f"switch-00{n}") for n in (1, 2, 3))
    pressed(run, html)
    assert not Interface.objects.exists()


def test_it_is_cut_into_pages(simulator: Simulator) -> None:
    run = sync_many(switches(simulator, 3, ports=10))
    first, second = page(run, per_page="50"), page(run, per_page="50", page="2")
    assert "Undo 60 changes" in words(first) and "1–50 of 60" in words(first)
    assert first.count(">will be deleted<") == 50 and second.count(">will be deleted<") == 10
    assert "switch-003" in second and "switch-001" not in second


def test_in_the_history_of_the_object(device: Device) -> None:
    reader = Reader(admin(), device)
    run = sync(device, "interfaces")
    html = reader.history()
    assert f'href="{address(run)}"' in html
    undone(run)
    html = reader.history()
    assert "root has undone it" in words(html) and f'href="{address(run)}"' not in html
    by = SyncRun.objects.get(run__kind="undo")
    assert f'href="{address(by)}"' in html and f"Undo #{by.run_id}" in words(html)
    assert "Interface Gi1/0/2 will come back" in words(page(by)), "undoing the undo"


def test_who_may_only_look_cannot_undo(device: Device) -> None:
    run = sync(device, "interfaces")
    reader = somebody("reader", {SETTINGS: ["view"], "dcim.device": ["view"], "dcim.interface": ["view"]})
    assert "You may not delete interfaces here." in words(page(run, reader))
    for label in ("dcim.interface", "dcim.macaddress"):
        grant(reader, label, "view", "change", "delete")
    html = words(page(run, type(reader).objects.get(pk=reader.pk)))
    assert "You may look, but not undo." in html and "Undo 6 changes" not in html
    stranger = somebody("stranger", {SETTINGS: ["view"]})
    assert client_of(stranger).get(address(run)).status_code == 404


def test_nothing_is_named_that_may_not_be_viewed(device: Device) -> None:
    run = sync(device, "interfaces")
    user = somebody("narrow", {SETTINGS: ["view"], "dcim.device": ["view"]})
    grant(user, "dcim.interface", "view", "change", "delete", constraints={"name": "Gi1/0/2"})
    html = words(page(run, type(user).objects.get(pk=user.pk)))
    assert "Gi1/0/2" in html and "Gi1/0/1" not in html and "by hand" not in html
    assert "an object that you may not view" in html


def test_the_number_of_queries_does_not_grow(simulator: Simulator) -> None:
    client, numbers = client_of(admin()), []
    for number, first in ((2, 1), (9, 11)):
        run = sync_many(switches(simulator, number, first=first))
        client.get(address(run))
        with counted() as queries:
            client.get(address(run))
        numbers.append(len(queries))
    assert numbers[0] == numbers[1], numbers
