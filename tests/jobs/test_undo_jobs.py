"""Undoing in the background: the same as at once, and the truth when it is cancelled half-way."""

from typing import Any

from core.models import Job
from dcim.models import Interface

from netbox_librenms_plugin.models import Run
from netbox_librenms_plugin.runs.worker import run_now
from netbox_librenms_plugin.undo_runs.starts import start_undo
from netbox_librenms_plugin.undo_runs.undoing import undo_in_background
from simulator.server import Simulator
from tests.api.support import ROOT, Caller
from tests.factories import admin, make_device, request_of, somebody
from tests.fleet_sync.support import enqueued as enqueued_sync
from tests.fleet_sync.support import switches, sync
from tests.jobs.support import Person, continued
from tests.librenms import add_switch
from tests.undo import contents
from tests.undo import sync as sync_one
from tests.undo import undone, unlike
from tests.workers import Nursery

SETTINGS = "netbox_librenms_plugin.librenmssettings"


def enqueued(record: Any) -> tuple[Run, Job]:
    with request_of(admin()) as request:
        return undo_in_background(record, user=admin(), request=request)


def test_it_does_the_same_as_at_once(simulator: Simulator, queue: None, workers: Nursery) -> None:
    devices = [
        make_device(name, librenms_id=add_switch(simulator.state, 4, hostname=name)) for name in ("one", "other")
    ]
    before = contents()
    runs = [sync_one(device, "vlans", "interfaces") for device in devices]
    assert unlike(before, contents())
    workers.start(2)
    by, job = enqueued(runs[1])
    said = Person(admin()).finished(job)
    assert (said["state"], said["text"]) == ("completed", "The undo ended. Everything is as before.")
    assert said["url"] == by.get_absolute_url()
    at_once = undone(runs[0])
    assert unlike(before, contents()) == {}
    assert [item.counts for item in by.items.all()] == [item.counts for item in at_once.items.all()]


def test_a_cancel_half_way_tells_the_truth_and_the_rest_can_be_done(
    simulator: Simulator, queue: None, workers: Nursery
) -> None:
    run = sync(switches(simulator, 3))
    done: list[Any] = []
    with request_of(admin()) as request:
        by = start_undo(run, user=admin(), request=request)
        run_now(by, request, stop=lambda: len(done) == 1, done=done.append)
    by.refresh_from_db()
    assert by.state == "cancelled" and Interface.objects.count() == 6
    person = Person(admin())
    page = person.client.get(by.get_absolute_url()).content.decode()
    assert "Continue with 2 objects" in " ".join(page.split())
    assert "Undo…" in person.client.get(run.get_absolute_url()).content.decode(), "what is left can be undone"
    workers.start(1)
    said = person.finished(continued(by, admin()))
    assert (said["state"], said["done"]) == ("completed", 3)
    assert not Interface.objects.exists()


def test_one_that_waits_is_cancelled_and_has_done_nothing(simulator: Simulator, queue: None) -> None:
    run = sync(switches(simulator, 2))
    by, job = enqueued(run)
    assert Person(admin()).cancel(job)["state"] == "cancelled"
    by.refresh_from_db()
    assert by.state == "cancelled" and Interface.objects.count() == 6
    assert undone(run).state == "completed"


def test_a_run_is_cancelled_by_its_own_number(simulator: Simulator, queue: None) -> None:
    owner = somebody("owner", {SETTINGS: ["view", "change"], "dcim.device": ["view"]})
    run, _job = enqueued_sync(switches(simulator, 1), user=owner)
    address = f"{ROOT}/runs/{run.pk}/cancel/"
    assert Caller(somebody("other", {SETTINGS: ["view", "change"]})).post(address, {}).status_code == 404
    assert Caller(owner).post(address, {"forse": True}).status_code == 400
    said = Caller(owner).post(address, {})
    assert (said.status_code, said.json()["state"]["value"]) == (200, "cancelled")
    assert Caller(owner).post(address, {}).json()["state"]["value"] == "cancelled", "a second time changes nothing"
