"""Starting an import: once, with what was seen, and with the traces that NetBox keeps of every write."""

from collections import Counter
from threading import Thread
from typing import Any

import pytest
from core.models import ObjectChange, ObjectType
from dcim.models import Device, Interface, Site
from django.core.cache import cache
from django.db import connection
from extras.models import EventRule, Notification, NotificationGroup

from netbox_librenms_plugin.models import Run
from simulator.server import Simulator
from tests.factories import admin, make_device, somebody
from tests.imports.support import known_to_netbox, outcomes, reasons
from tests.librenms import add_switches
from tests.pages.imports_actions.support import Importer
from tests.pages.support import inputs, words

PLUGIN = "netbox_librenms_plugin"


@pytest.fixture
def person(simulator: Simulator, db: None) -> Importer:
    """A superuser."""
    return Importer(admin())


def chosen(person: Importer, simulator: Simulator, number: int = 3) -> list[int]:
    """So many devices in a basket."""
    ids = add_switches(simulator.state, number)
    known_to_netbox()
    person.choose(ids)
    return ids


def test_a_basket_is_started_once(person: Importer, simulator: Simulator) -> None:
    chosen(person, simulator)
    first, second = person.start(), person.start()
    run = Run.objects.get()
    assert first["Location"] == second["Location"] == run.get_absolute_url()
    assert Device.objects.count() == 3
    html = words(person.review())
    assert "started already" in html and "Open the import" in words(person.review())


def test_each_write_is_tracked_once(person: Importer, simulator: Simulator) -> None:
    group = NotificationGroup.objects.create(name="watchers")
    group.users.add(admin())
    rule = EventRule.objects.create(
        name="devices",
        event_types=["object_created"],
        action_type="notification",
        action_object_type=ObjectType.objects.get_for_model(NotificationGroup),
        action_object_id=group.pk,
    )
    rule.object_types.add(ObjectType.objects.get_for_model(Device))
    chosen(person, simulator)
    person.start()
    run = Run.objects.get()
    changes = ObjectChange.objects.filter(request_id=run.request_id)
    made = Counter(changes.values_list("changed_object_type__model", "action"))
    assert made["device", "create"] == 3
    assert made["interface", "create"] == 6
    assert set(changes.values_list("user_name", flat=True)) == {"root"}
    assert all(changes.values_list("message", flat=True))
    assert Notification.objects.filter(user=admin()).count() == 3, "one event for each device, not two"
    after = Site.objects.get(name="Site A")
    assert not ObjectChange.objects.filter(changed_object_id=after.pk, changed_object_type__model="site").exists()


def test_a_device_that_changed_since_is_left_out(person: Importer, simulator: Simulator) -> None:
    ids = chosen(person, simulator)
    simulator.state.devices[ids[0]]["sysName"] = "another-name"
    forget_list()
    html = person.review()
    assert "It has changed since it was chosen." in words(html)
    assert "Import 2 devices" in words(html)
    assert 'id="librenms-review-again"' in html
    person.start()
    assert sorted(Device.objects.values_list("name", flat=True)) == ["switch-0002", "switch-0003"]


def test_what_changed_after_the_last_look_is_not_started(person: Importer, simulator: Simulator) -> None:
    ids = chosen(person, simulator)
    (seen,) = [value for name, _kind, value in inputs(person.review()) if name == "seen"]
    simulator.state.devices[ids[0]]["sysName"] = "another-name"
    forget_list()
    answer = person.start(seen=seen)
    assert "/review/" in answer["Location"] and not Run.objects.exists()
    assert "Something has changed since you looked" in words(person.review())
    person.start()
    assert Run.objects.get().items.count() == Device.objects.count() == 2


def forget_list() -> None:
    """Let the list of devices be asked for again."""
    for key in cache.keys("*devices*"):
        cache.delete(key)


def test_what_netbox_has_is_synced_only_if_asked(person: Importer, simulator: Simulator) -> None:
    ids = add_switches(simulator.state, 2)
    device = make_device("switch-0001", librenms_id=ids[0])
    known_to_netbox()
    person.choose(ids[:1])
    html = person.review()
    assert "NetBox has all of these already" in words(html)
    answer = person.start()
    assert "/review/" in answer["Location"] and not Run.objects.exists()
    assert "nothing to import" in words(person.review())
    person.start(existing="on")
    assert outcomes(Run.objects.get()) == {"switch-0001.example.net": "exists"}
    assert Interface.objects.filter(device=device).count() == 2


def test_options_are_kept(person: Importer, simulator: Simulator) -> None:
    chosen(person, simulator, 1)
    person.start(interfaces="", ip_addresses="")
    run = Run.objects.get()
    assert run.options["interfaces"] is False and run.options["vlans"] is True and run.options["existing"] is False
    assert not Interface.objects.exists()
    assert "Without Interfaces, IP addresses and primary IP" in words(person.run_page(run))


def test_without_the_right_on_devices_each_fails_with_the_reason(simulator: Simulator, db: None) -> None:
    labels = ("dcim.site", "dcim.devicetype", "dcim.devicerole", "dcim.platform")
    allowed = {f"{PLUGIN}.librenmssettings": ["view", "change"]} | dict.fromkeys(labels, ["view"])
    person = Importer(somebody("planner", allowed))
    chosen(person, simulator, 2)
    person.start()
    run = Run.objects.get()
    assert set(outcomes(run).values()) == {"failed"} and run.state == "failed"
    assert {code for codes in reasons(run).values() for code in codes} == {"no_permission"}
    assert "You may not" in words(person.run_page(run))


def test_librenms_failing_starts_nothing_and_can_be_tried_again(person: Importer, simulator: Simulator) -> None:
    chosen(person, simulator)
    forget_list()
    simulator.stop()
    answer = person.start()
    assert "/review/" in answer["Location"]
    assert not Run.objects.exists()
    simulator.start()


def test_prefetching_starts_nothing(person: Importer, simulator: Simulator) -> None:
    chosen(person, simulator)
    answer = person.client.get("/plugins/librenms_plugin/librenms-import/start/", {"basket": person.basket})
    assert answer.status_code == 405


def test_two_clicks_at_once_make_one_run(simulator: Simulator, real_commits: None) -> None:
    user = admin()
    person = Importer(user)
    chosen(person, simulator)
    answers: list[Any] = []

    def click() -> None:
        try:
            again = Importer(user)
            again.review_url = person.review_url
            answers.append(again.start()["Location"])
        finally:
            connection.close()

    threads = [Thread(target=click) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Run.objects.count() == 1 and Device.objects.count() == 3
    assert set(answers) == {Run.objects.get().get_absolute_url()}
