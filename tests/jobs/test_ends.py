"""Imports that do not come to their end by themselves: cancelled, stopped, killed. Real workers, real signals."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from core.models import Job
from dcim.models import Cable, Device
from django.core.cache import cache
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django_rq import get_connection
from rq import Worker

from netbox_librenms_plugin.models import Run
from netbox_librenms_plugin.runs.control import detached, enqueue
from netbox_librenms_plugin.runs.kinds import HELPER
from netbox_librenms_plugin.runs.queue import fetch
from simulator.server import Simulator
from tests.factories import admin, client_of, request_of, somebody
from tests.imports.support import known_to_netbox
from tests.jobs.support import PORTS, Person, continued, enqueued, grown_old, importer
from tests.librenms import add_switches
from tests.workers import Nursery, alive, horses_of, kill, until

PLUGIN = "netbox_librenms_plugin"
DEVICES = 20


@pytest.fixture
def slow(simulator: Simulator) -> list[int]:
    """Devices of a LibreNMS that takes its time, so that there is a while to interfere."""
    ids = add_switches(simulator.state, DEVICES, ports=PORTS)
    known_to_netbox()
    simulator.faults.add(r"/devices/\d+/ports", "delay", seconds=2.0)
    return ids


def has_whole_devices_only(run: Run) -> None:
    """What is there is whole, and there is nothing else than the rows say; a device can be there before its row."""
    interfaces = Device.objects.annotate(number=Count("interfaces")).values_list("number", flat=True)
    assert set(interfaces) <= {PORTS}
    created = set(run.items.filter(outcome="created").values_list("object_id", flat=True))
    assert created <= set(Device.objects.values_list("pk", flat=True))
    assert Device.objects.count() <= len(created) + 2


def finishes(run: Run, user: Any, simulator: Simulator) -> None:
    """What is left is done by a second job, and nothing is made twice."""
    simulator.faults.clear()
    before = dict(run.items.exclude(outcome="pending").values_list("pk", "ended"))
    job = continued(run, user)
    said = Person(user).finished(job)
    assert (said["state"], said["done"], said["counts"]["pending"]) == ("completed", DEVICES, 0)
    assert Device.objects.count() == DEVICES
    assert dict(run.items.filter(pk__in=before).values_list("pk", "ended")) == before
    has_whole_devices_only(run)


def sees_the_truth(user: Any, run: Run) -> None:
    """Everybody sees that a job is gone, though looking writes nothing: whose import it is, and who may only look."""
    client = client_of(user)
    for page in (run.get_absolute_url(), reverse(f"plugins:{PLUGIN}:importrun_list")):
        html = client.get(page).content.decode()
        assert re.search(r'<span class="badge text-bg-\w+">Abandoned</span>', html), page
    said = client.get(f"/api/plugins/librenms_plugin/import-runs/{run.pk}/").json()
    assert said["state"]["value"] == "abandoned"
    found = client.get(page, {"show": "abandoned"}).content.decode()
    assert run.get_absolute_url() in found and 'id="librenms-chip-pending"' not in found


def test_cancelled_while_it_waits(simulator: Simulator, workers: Nursery, slow: list[int]) -> None:
    user = importer()
    run, job = enqueued(user, slow)
    person = Person(user)
    said = person.status(job)
    assert (said["rq_status"], said["state"], said["can_cancel"], said["no_worker"]) == (
        "queued",
        "pending",
        True,
        True,
    )
    assert said["text"].startswith("Job queued…") and "worker" in said["text"]
    said = person.cancel(job)
    assert (said["text"], said["rq_status"], said["status"]) == ("Cancelled.", "canceled", "failed")
    assert (said["state"], said["finished"], said["can_continue"]) == ("cancelled", True, True)
    job.refresh_from_db()
    assert (job.error, job.completed is not None) == ("Cancelled by user", True)
    (worker,) = workers.start(1, burst=True)
    until(lambda: not alive(worker), what="end of the worker, which finds nothing to do")
    assert not Device.objects.exists()
    assert person.cancel(job)["text"] == "Cancelled."


def test_cancelled_while_it_runs(simulator: Simulator, workers: Nursery, slow: list[int]) -> None:
    user = importer()
    workers.start(2)
    run, job = enqueued(user, slow)
    person = Person(user)
    said = person.after(job, 3)
    assert (said["text"], said["rq_status"], said["can_cancel"]) == ("Processing…", "started", True)
    said = person.cancel(job)
    assert (said["text"], said["cancelling"], said["can_cancel"]) == ("Cancelling…", True, False)
    said = person.finished(job)
    assert (said["text"], said["state"], said["status"]) == ("Cancelled.", "cancelled", "failed")
    assert 3 <= said["done"] < DEVICES and said["counts"]["pending"] == DEVICES - said["done"]
    job.refresh_from_db()
    assert job.error == "Cancelled by user" and job.data["counts"]["created"] == said["done"]
    assert Device.objects.count() == said["done"]
    assert not run.items.filter(outcome="pending").exclude(claimed_by=None).exists()
    has_whole_devices_only(run)
    finishes(run, user, simulator)


def test_stopped_by_force(simulator: Simulator, workers: Nursery, slow: list[int]) -> None:
    user = importer()
    workers.start(1)
    run, job = enqueued(user, slow)
    person = Person(user)
    person.after(job, 3)
    boss = Person(admin())
    assert boss.client.post(f"/api/core/background-tasks/{job.job_id}/stop/").status_code == 200
    boss.sync(job)
    until(lambda: person.status(job)["rq_status"] == "stopped", what="stop")
    said = person.sync(job)
    assert (said["text"], said["state"], said["status"]) == ("Cancelled.", "cancelled", "failed")
    job.refresh_from_db()
    assert job.error == "Cancelled by user"
    assert 3 <= said["done"] < DEVICES
    has_whole_devices_only(run)
    assert person.sync(job) == said
    finishes(run, user, simulator)


def test_forced_through_the_plugin(simulator: Simulator, workers: Nursery, slow: list[int]) -> None:
    user = importer()
    workers.start(2)
    run, job = enqueued(user, slow)
    person = Person(user)
    person.after(job, 3)
    person.cancel(job)
    person.cancel(job, force=True)
    said = person.finished(job)
    assert (said["text"], said["state"]) == ("Cancelled.", "cancelled")
    until(
        lambda: not Job.objects.filter(data__has_key="librenms", status__in=["pending", "running"]).exists(),
        what="end of the helper",
    )
    has_whole_devices_only(run)


def deactivated(user: Any) -> None:
    user.is_active = False
    user.save()


def without(action: str) -> Callable[[Any], None]:
    """Takes a right on the plugin's settings away."""
    left = [one for one in ("view", "change") if one != action]
    return lambda user: user.object_permissions.filter(object_types__model="librenmssettings").update(actions=left)


@pytest.mark.parametrize("taken", [deactivated, without("change"), without("view")])
def test_rights_that_are_taken_away_end_it_before_the_next_device(
    simulator: Simulator, workers: Nursery, slow: list[int], taken: Callable[[Any], None]
) -> None:
    user = importer()
    workers.start(2)
    run, job = enqueued(user, slow)
    boss = Person(admin())
    boss.after(job, 3)
    taken(user)
    said = boss.finished(job)
    assert said["text"] == "Failed: The user who started this may not do it any more."
    assert (said["state"], said["can_continue"]) == ("failed", True)
    assert 3 <= said["done"] < DEVICES and said["counts"]["failed"] == 0
    assert Device.objects.count() == said["counts"]["created"] == run.items.exclude(outcome="pending").count()
    assert not run.items.filter(outcome="pending").exclude(claimed_by=None).exists()


@pytest.mark.parametrize("with_its_worker", [True, False])
def test_killed(simulator: Simulator, workers: Nursery, slow: list[int], with_its_worker: bool) -> None:
    user = importer()
    (worker,) = workers.start(1)
    run, job = enqueued(user, slow)
    person = Person(user)
    person.after(job, 3)
    kill(*((worker,) if with_its_worker else ()), *horses_of(worker))
    if with_its_worker:
        assert person.status(job)["text"] == "Processing…"
        grown_old(job)
    until(lambda: person.status(job)["finished"], what="sign of the death")
    said = person.status(job)
    assert said["rq_status"] == ("started" if with_its_worker else "failed")
    assert said["text"].startswith("Abandoned") and said["finished"] and not said["can_cancel"]
    assert (said["state"], said["can_continue"], said["status"]) == ("abandoned", True, "running")
    sees_the_truth(user, run)
    html = person.client.get(run.get_absolute_url()).content.decode()
    assert 'id="librenms-continue"' in html and 'id="librenms-live"' not in html
    assert "An import is running" not in person.client.get("/plugins/librenms_plugin/librenms-import/").content.decode()
    run.refresh_from_db()
    assert run.state == "running"
    said = person.sync(job)
    assert (said["state"], said["status"], said["can_continue"]) == ("abandoned", "failed", True)
    run.refresh_from_db()
    assert run.state == "abandoned" and run.ended
    if with_its_worker:
        workers.start(1)
    finishes(run, user, simulator)


def test_a_worker_that_is_killed_leaves_no_orphan_at_work(
    simulator: Simulator, workers: Nursery, slow: list[int]
) -> None:
    user = importer()
    (worker,) = workers.start(1)
    run, job = enqueued(user, slow)
    person = Person(user)
    person.after(job, 3)
    orphans = horses_of(worker)
    kill(worker)
    said = person.finished(job)
    assert (said["state"], said["status"]) == ("abandoned", "failed") and said["done"] < DEVICES
    until(lambda: not horses_of(worker), what="end of the orphan")
    assert orphans
    has_whole_devices_only(run)


def test_killed_before_the_cables(simulator: Simulator, workers: Nursery) -> None:
    ids = add_switches(simulator.state, 2, ports=PORTS)
    ports = {one["device_id"]: pk for pk, one in simulator.state.ports.items()}
    simulator.state.add_link(ports[ids[0]], ports[ids[1]])
    known_to_netbox()
    simulator.faults.add(r"/resources/links", "delay", seconds=5)
    user = importer()
    (worker,) = workers.start(1)
    run, job = enqueued(user, ids)
    person = Person(user)
    assert not person.after(job, 2)["finished"]
    kill(*horses_of(worker))
    until(lambda: person.status(job)["finished"], what="sign of the death")
    said = person.sync(job)
    assert (said["state"], said["counts"]["pending"], said["can_continue"]) == ("abandoned", 0, True)
    assert not Cable.objects.exists()
    simulator.faults.clear()
    # Who asks LibreNMS is waited for, so the next one would wait half a minute for the one that was killed
    cache.clear()
    said = person.finished(continued(run, user))
    assert (said["state"], said["cabled"], said["can_continue"]) == ("completed", 1, False)
    assert Cable.objects.count() == 1


def test_a_job_that_the_queue_has_forgotten(simulator: Simulator, queue: None) -> None:
    ids = add_switches(simulator.state, 1, ports=PORTS)
    known_to_netbox()
    user = importer()
    run, job = enqueued(user, ids)
    found = fetch(job.job_id, "default")
    assert found is not None
    found.delete()
    person = Person(user)
    # A row is there a moment before its job is
    assert person.status(job)["rq_status"] == "queued" and not person.sync(job)["finished"]
    Job.objects.filter(pk=job.pk).update(created=timezone.now() - timedelta(minutes=5))
    said = person.status(job)
    assert (said["rq_status"], said["finished"], said["state"]) == ("missing", True, "abandoned")
    sees_the_truth(somebody("viewer", {f"{PLUGIN}.{name}": ["view"] for name in ("librenmssettings", "run")}), run)
    assert Run.objects.get().state == "pending"
    said = person.sync(job)
    assert (said["status"], said["state"], said["can_continue"]) == ("failed", "abandoned", True)


def test_a_job_that_is_well_is_left_alone(simulator: Simulator, queue: None) -> None:
    ids = add_switches(simulator.state, 1, ports=PORTS)
    known_to_netbox()
    user = importer()
    run, job = enqueued(user, ids)
    before = Job.objects.filter(pk=job.pk).values().get()
    Person(user).sync(job)
    assert Job.objects.filter(pk=job.pk).values().get() == before
    # Whoever presses twice gets the job that is there
    assert continued(run, user) == job and Job.objects.count() == 1


def helpers() -> list[Job]:
    return list(Job.objects.filter(data__librenms="helper").order_by("pk"))


def helps(job: Job, run: Run, user: Any) -> Job:
    """A helper of an import, in the queue for some minutes."""
    with request_of(user) as request:
        data = {"librenms": HELPER, "parent": str(job.job_id), "run": run.pk}
        options = {"request": detached(request), "run_pk": run.pk, "parent": str(job.job_id)}
        made = enqueue("ImportChunkJob", data, user=user, notifications="never", **options)
    Job.objects.filter(pk=made.pk).update(created=timezone.now() - timedelta(minutes=5))
    return made


def test_a_helper_that_is_killed_is_closed_with_its_import(
    simulator: Simulator, workers: Nursery, slow: list[int]
) -> None:
    user = importer()
    workers.start(2)
    run, job = enqueued(user, slow)
    until(lambda: [one for one in helpers() if one.status == "running"], what="helpers at work")
    (helper,) = helpers()
    (worker,) = (
        one.pid
        for one in Worker.all(connection=get_connection("default"))
        if one.get_current_job_id() == str(helper.job_id)
    )
    kill(*horses_of(worker))
    said = Person(user).finished(job)
    assert (said["state"], said["done"]) == ("completed", DEVICES)
    helper.refresh_from_db()
    assert (helper.status, helper.data["state"], helper.completed is not None) == ("failed", "abandoned", True)
    assert helper.error.startswith("Abandoned")
    has_whole_devices_only(run)


def test_helpers_that_the_queue_has_forgotten(simulator: Simulator, queue: None) -> None:
    ids = add_switches(simulator.state, 1, ports=PORTS)
    known_to_netbox()
    user = importer()
    run, job = enqueued(user, ids)
    well, lost = helps(job, run, user), helps(job, run, user)
    found = fetch(lost.job_id, "default")
    assert found is not None
    found.delete()
    Job.objects.filter(pk=job.pk).update(created=timezone.now() - timedelta(minutes=6))
    person = Person(user)
    person.sync(job)
    assert [one.status for one in (*helpers(), Job.objects.get(pk=job.pk))] == ["pending", "failed", "pending"]
    get_connection("default").flushdb()
    assert person.sync(job)["state"] == "abandoned"
    assert [one.status for one in helpers()] == ["failed", "failed"]
    # Also those of an import that has ended
    Job.objects.filter(pk=well.pk).update(status="running")
    person.sync(job)
    assert [one.status for one in helpers()] == ["failed", "failed"]
    assert Run.objects.get().state == "abandoned"
