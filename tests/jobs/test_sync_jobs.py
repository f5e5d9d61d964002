"""Syncs of many objects in the background: real workers, killed and cancelled, and a LibreNMS that fails half-way."""

from typing import Any

import pytest
from core.models import Job
from dcim.models import Device, Interface
from django.core.cache import cache
from django.db.models import Count
from django_rq import get_connection
from rq import Worker

from netbox_librenms_plugin.models import Run, SyncRun
from simulator.server import Simulator
from tests.fleet_sync.support import enqueued, outcomes, switches
from tests.jobs.support import Person, continued, importer
from tests.workers import Nursery, horses_of, kill, until

PORTS = 3
DEVICES = 12


@pytest.fixture
def slow(simulator: Simulator, queue: None) -> list[Device]:
    """Devices of a LibreNMS that takes its time, so that there is a while to interfere."""
    devices = switches(simulator, DEVICES, ports=PORTS)
    simulator.faults.add(r"/devices/\d+/ports", "delay", seconds=2.0)
    return devices


def are_whole(run: Run) -> None:
    """Each device has all or nothing, and one record for each that was written."""
    numbers = Device.objects.annotate(number=Count("interfaces")).values_list("number", flat=True)
    assert set(numbers) <= {0, PORTS}
    assert SyncRun.objects.filter(run=run).count() == Interface.objects.values("device").distinct().count()


def finishes(run: Run, user: Any, simulator: Simulator) -> None:
    """What is left is done by a second job, and nothing is made twice."""
    simulator.faults.clear()
    said = Person(user).finished(continued(run, user))
    assert (said["state"], said["done"], said["counts"]["synced"]) == ("completed", DEVICES, DEVICES)
    assert (said["counts"]["written"], said["counts"]["left"]) == (DEVICES * PORTS, 0)
    assert Interface.objects.count() == DEVICES * PORTS
    are_whole(run)


def test_two_workers_share_it_until_it_is_done(simulator: Simulator, workers: Nursery, slow: list[Device]) -> None:
    user = importer()
    workers.start(2)
    run, job = enqueued(slow, user=user)
    said = Person(user).finished(job)
    assert (said["text"], said["state"], said["done"]) == ("Job completed!", "completed", DEVICES)
    assert said["counts"]["written"] == DEVICES * PORTS
    assert said["url"] == run.get_absolute_url()
    assert run.items.order_by().values("done_by__objects").distinct().count() == 2
    are_whole(run)


def test_a_killed_worker_costs_time_alone(simulator: Simulator, workers: Nursery, slow: list[Device]) -> None:
    user = importer()
    (worker,) = workers.start(1)
    run, job = enqueued(slow, user=user)
    person = Person(user)
    person.after(job, 2)
    kill(*horses_of(worker))
    until(lambda: person.status(job)["finished"], what="sign of the death")
    assert person.sync(job)["state"] == "abandoned"
    are_whole(run)
    # Who asks LibreNMS is waited for, and the next one would wait for the one that was killed
    cache.clear()
    finishes(run, user, simulator)


def test_what_a_killed_helper_was_at_is_done_by_the_others(
    simulator: Simulator, workers: Nursery, slow: list[Device]
) -> None:
    user = importer()
    workers.start(2)
    run, job = enqueued(slow, user=user)
    running = Job.objects.filter(data__librenms="helper", status="running")
    until(lambda: running.exists(), what="helpers at work")
    (helper,) = running
    (worker,) = (
        one.pid
        for one in Worker.all(connection=get_connection("default"))
        if one.get_current_job_id() == str(helper.job_id)
    )
    kill(*horses_of(worker))
    said = Person(user).finished(job)
    assert (said["state"], said["done"]) == ("completed", DEVICES)
    assert Interface.objects.count() == DEVICES * PORTS
    are_whole(run)


def test_a_cancel_leaves_the_rest_and_a_second_job_does_it(
    simulator: Simulator, workers: Nursery, slow: list[Device]
) -> None:
    user = importer()
    workers.start(1)
    run, job = enqueued(slow, user=user)
    person = Person(user)
    person.after(job, 2)
    person.cancel(job)
    said = person.finished(job)
    assert (said["text"], said["state"]) == ("Cancelled.", "cancelled")
    assert 2 <= said["done"] < DEVICES and said["can_continue"]
    are_whole(run)
    finishes(run, user, simulator)


def test_a_librenms_that_fails_half_way_ends_it_with_a_sentence(
    simulator: Simulator, workers: Nursery, slow: list[Device]
) -> None:
    user = importer()
    workers.start(1)
    run, job = enqueued(slow, user=user)
    person = Person(user)
    person.after(job, 1)
    simulator.faults.clear()
    simulator.faults.add(".*", "status", status=500)
    said = person.finished(job)
    assert said["state"] in ("failed", "partial") and said["done"] >= 1
    found = outcomes(run)
    assert "synced" in found.values() and "failed" in found.values()
    assert all("Simulated LibreNMS" in one["message"] for one in said["failures"])
    are_whole(run)
