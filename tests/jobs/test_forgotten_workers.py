"""Workers that live while Redis has lost its data, and with it their names."""

import os
import signal
from datetime import timedelta
from typing import Any

import pytest
from core.models import Job
from django.utils import timezone
from django_rq import get_connection

from netbox_librenms_plugin.models import Run
from netbox_librenms_plugin.runs.queue import workers_for_runs
from simulator.server import Simulator
from tests.imports.support import known_to_netbox
from tests.jobs.support import PORTS, Person, enqueued, importer
from tests.librenms import add_switches
from tests.workers import Nursery, horses_of, kill, registered, until

IMPORT = "/api/plugins/librenms_plugin/import/"


@pytest.fixture
def sleeper(workers: Nursery, simulator: Simulator) -> int:
    """A worker that lives and takes nothing, which Redis does not know by name any more."""
    (worker,) = workers.start(1)
    os.kill(worker, signal.SIGSTOP)
    get_connection("default").flushdb()
    assert not registered()
    return worker


def asked(user: Any, ids: list[int]) -> Any:
    body = {"server": "default", "devices": [{"librenms_id": one} for one in ids], "background": True}
    return Person(user).client.post(IMPORT, body, content_type="application/json")


def test_it_is_there(simulator: Simulator, sleeper: int) -> None:
    ids = add_switches(simulator.state, 1, ports=PORTS)
    known_to_netbox()
    user = importer()
    answer = asked(user, ids)
    assert answer.status_code == 202, answer.content
    job = Job.objects.get(pk=answer.json()["job"])
    said = Person(user).status(job)
    assert (said["rq_status"], said["no_worker"], said["text"]) == ("queued", False, "Job queued…")
    os.kill(sleeper, signal.SIGCONT)
    assert Person(user).finished(job)["state"] == "completed"


def test_nobody_waits_long_for_one_that_takes_nothing(simulator: Simulator, sleeper: int) -> None:
    ids = add_switches(simulator.state, 1, ports=PORTS)
    known_to_netbox()
    user = importer()
    _run, job = enqueued(user, ids)
    assert not Person(user).status(job)["no_worker"]
    Job.objects.filter(pk=job.pk).update(created=timezone.now() - timedelta(minutes=2))
    said = Person(user).status(job)
    assert said["no_worker"] and "No background worker is running" in said["text"]


def test_a_dead_one_is_not_there(simulator: Simulator, sleeper: int) -> None:
    ids = add_switches(simulator.state, 1, ports=PORTS)
    known_to_netbox()
    user = importer()
    kill(sleeper)
    until(lambda: not workers_for_runs(), what="end of its connections")
    answer = asked(user, ids)
    assert (answer.status_code, answer.json()["code"]) == (503, "no_worker")
    assert not Run.objects.exists()
    _run, job = enqueued(user, ids)
    assert Person(user).status(job)["no_worker"]


def test_one_that_is_at_work_is_there(simulator: Simulator, workers: Nursery) -> None:
    ids = add_switches(simulator.state, 4, ports=PORTS)
    known_to_netbox()
    simulator.faults.add(r"/devices/\d+/ports", "delay", seconds=2.0)
    user = importer()
    (worker,) = workers.start(1)
    _run, job = enqueued(user, ids[:3])
    Person(user).after(job, 1)
    connection = get_connection("default")
    os.kill(worker, signal.SIGSTOP)
    for key in connection.keys("rq:worker*"):
        connection.delete(key)
    assert horses_of(worker)
    _run, waiting = enqueued(user, ids[3:])
    Job.objects.filter(pk=waiting.pk).update(created=timezone.now() - timedelta(minutes=2))
    assert not Person(user).status(waiting)["no_worker"]
    os.kill(worker, signal.SIGCONT)
    assert Person(user).finished(waiting)["state"] == "completed"
