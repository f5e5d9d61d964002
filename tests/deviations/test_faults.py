"""Comparisons of the network to which something happens: nothing is lost, nothing doubled, and the records tell the
truth. Real workers, real signals, a real Redis and PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from core.models import Job
from dcim.models import Device
from django.core.cache import cache
from django.db import connection, connections
from django_rq import get_connection

from netbox_librenms_plugin.deviations.counting import count_causes
from netbox_librenms_plugin.deviations.starting import start_comparison
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import Cause, ComparedObject, DailyTotal, Deviation, Run
from netbox_librenms_plugin.runs.control import enqueue_run
from simulator.server import Simulator
from tests.factories import admin, make_device, make_interface, make_vm, request_of
from tests.jobs.support import Person, continued, grown_old
from tests.librenms import add_switch
from tests.workers import Nursery, alive, horses_of, kill, until

from .support import compare_network, stored

DEVICES, GUESTS = 4, 3
TOGETHER = ("open", "accepted", "objects_open", "writable")


@pytest.fixture
def network(simulator: Simulator, queue: None) -> list[int]:
    """Devices and guests, which are two pieces of work, and the look at the whole is the third. Asking for each guest
    takes a while, in which to interfere. Gives LibreNMS's ids of the guests."""
    for number in range(DEVICES):
        librenms_id = add_switch(simulator.state, 3, hostname=f"sw-{number}")
        make_interface(make_device(f"sw-{number}", librenms_id=librenms_id), "Gi1/0/1", mtu=9000)
    guests = [add_switch(simulator.state, 2, hostname=f"guest-{number}") for number in range(GUESTS)]
    for number, librenms_id in enumerate(guests):
        make_vm(f"guest-{number}", librenms_id=librenms_id)
    simulator.faults.add(f"/devices/({'|'.join(map(str, guests))})/ports", "delay", seconds=3.0)
    return guests


def enqueued(**options: Any) -> tuple[Run, Job]:
    """A comparison of everything that asks for each device, in the queue."""
    with request_of(admin()) as request:
        run = start_comparison(LibreNMSAPI(), request=request, complete=True, **options)
        job = enqueue_run(run, request)
    return run, job


def at_work(job: Job, done: int = 1) -> Person:
    """Somebody who sees that some of it is done, and some is not."""
    person = Person(admin())
    assert not person.after(job, done)["finished"]
    return person


def numbers_are_those_of_rows() -> None:
    """What pages read instead of counting is what they would count."""
    before = {one.pk: [getattr(one, name) for name in TOGETHER] for one in Cause.objects.all()}
    count_causes("default", list(before))
    assert {one.pk: [getattr(one, name) for name in TOGETHER] for one in Cause.objects.all()} == before
    for one in ComparedObject.objects.all():
        rows = one.deviations.filter(state__in=("open", "failed"))
        assert (one.open, one.extra) == (rows.filter(counted=True).count(), rows.filter(counted=False).count())
    assert not Cause.objects.filter(deviations=None).exists()


def is_whole(run: Run) -> None:
    """Everything was compared, and what is stored is what an undisturbed comparison stores."""
    run.refresh_from_db()
    assert run.state == "completed" and run.ended
    assert not run.items.exclude(outcome="done").exists()
    assert not run.items.exclude(claimed_by=None).exists()
    compared = ComparedObject.objects.exclude(kind="librenms")
    assert compared.exclude(checked_at=None).count() == compared.count() == DEVICES + GUESTS
    numbers_are_those_of_rows()
    total = DailyTotal.objects.get(resource="")
    assert total.open == Deviation.objects.filter(state="open", counted=True).count()
    before, rows = stored(), Deviation.objects.count()
    compare_network(complete=True)
    assert (stored(), Deviation.objects.count()) == (before, rows)
    assert not Deviation.objects.filter(reopened__gt=0).exists()


@pytest.mark.parametrize("with_its_worker", [True, False])
def test_a_killed_worker_costs_time_alone(
    simulator: Simulator, workers: Nursery, network: list[int], with_its_worker: bool
) -> None:
    (worker,) = workers.start(1)
    run, job = enqueued()
    person = at_work(job)
    kill(*((worker,) if with_its_worker else ()), *horses_of(worker))
    until(lambda: not horses_of(worker), what="end of the work")
    done = dict(run.items.exclude(outcome="pending").values_list("pk", "ended"))
    assert len(done) == 1
    if with_its_worker:
        grown_old(job)
    until(lambda: person.status(job)["finished"], what="sign of the death")
    said = person.sync(job)
    assert (said["state"], said["can_continue"], said["done"]) == ("abandoned", True, 1)
    simulator.faults.clear()
    # Who asks LibreNMS is waited for, so the next one would wait half a minute for the one that was killed
    cache.clear()
    if with_its_worker:
        workers.start(1)
    assert person.finished(continued(run, admin()))["state"] == "completed"
    assert dict(run.items.filter(pk__in=done).values_list("pk", "ended")) == done
    is_whole(run)


def test_a_flushed_redis_is_the_end_of_no_comparison(
    simulator: Simulator, workers: Nursery, network: list[int]
) -> None:
    (worker,) = workers.start(1)
    run, job = enqueued()
    person = at_work(job)
    get_connection("default").flushdb()
    cache.clear()
    until(lambda: not horses_of(worker), what="end of the work")
    run.refresh_from_db()
    # It came to its end, or can be continued, and says so
    if run.state != "completed":
        assert person.sync(job)["state"] == "abandoned"
        simulator.faults.clear()
        kill(worker)
        workers.start(1)
        assert person.finished(continued(run, admin()))["state"] == "completed"
    is_whole(run)


def end_all_sessions() -> int:
    """End all connections to the database but this one, and wait until they are gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return len(cursor.fetchall())


def test_sessions_that_postgresql_ends(simulator: Simulator, workers: Nursery, network: list[int]) -> None:
    (worker,) = workers.start(1)
    run, job = enqueued()
    person = at_work(job)
    assert end_all_sessions() > 0
    assert person.finished(job)["state"] == "completed"
    assert alive(worker)
    is_whole(run)


def test_a_librenms_that_fails_half_way(simulator: Simulator, workers: Nursery, network: list[int]) -> None:
    simulator.faults.clear()
    compare_network(complete=True)
    before = dict(Deviation.objects.values_list("pk", "state"))
    cache.clear()
    simulator.faults.add(f"/devices/{network[0]}/ports", "status", status=500)
    simulator.faults.add("/resources/links", "status", status=500)
    workers.start(1)
    run, job = enqueued()
    said = Person(admin()).finished(job)
    run.refresh_from_db()
    assert (said["state"], run.state) == ("partial", "partial")
    reasons = [one["details"]["reason"] for item in run.items.all() for one in item.issues]
    assert reasons and all("LibreNMS server" in one for one in reasons)
    assert dict(Deviation.objects.values_list("pk", "state")) == before
    numbers_are_those_of_rows()
    simulator.faults.clear()
    cache.clear()
    is_whole(compare_network(complete=True))


def test_a_list_that_shrinks_ends_it_before_anything_is_resolved(
    simulator: Simulator, workers: Nursery, network: list[int]
) -> None:
    for number in range(8):
        make_device(f"more-{number}", librenms_id=add_switch(simulator.state, 1, hostname=f"more-{number}"))
    simulator.faults.clear()
    compare_network()
    before, checked = stored(), dict(ComparedObject.objects.values_list("pk", "checked_at"))
    for pk in list(simulator.state.devices)[-8:]:
        simulator.state.remove_device(pk)
    cache.clear()
    workers.start(1)
    run, job = enqueued()
    said = Person(admin()).finished(job)
    run.refresh_from_db()
    assert (said["state"], run.state, said["can_continue"]) == ("failed", "failed", True)
    assert "lists only 7 entries in the list of devices where 15 were known" in Job.objects.get(pk=job.pk).error
    assert (stored(), dict(ComparedObject.objects.values_list("pk", "checked_at"))) == (before, checked)
    assert not run.items.exclude(outcome="pending").exists()


def test_a_device_that_is_deleted_meanwhile(simulator: Simulator, workers: Nursery, network: list[int]) -> None:
    workers.start(1)
    run, job = enqueued()
    person = at_work(job)
    with request_of(admin()):
        Device.objects.get(name="sw-0").delete()
    assert person.finished(job)["state"] == "completed"
    assert set(ComparedObject.objects.filter(kind="device").values_list("name", flat=True)) == {
        f"sw-{number}" for number in range(1, DEVICES)
    }
    # LibreNMS still has it
    assert Deviation.objects.filter(compared__kind="librenms").count() == 1
    numbers_are_those_of_rows()


def test_the_same_comparison_started_twice(simulator: Simulator, workers: Nursery, network: list[int]) -> None:
    workers.start(2)
    started = [enqueued(), enqueued()]
    for run, job in started:
        assert Person(admin()).finished(job)["state"] == "completed"
        assert run.items.filter(outcome="done").count() == 3
    assert Deviation.objects.values("compared", "resource", "key", "field").distinct().count() == (
        Deviation.objects.count()
    )
    is_whole(started[0][0])


def test_a_run_that_is_enqueued_twice_is_one_job(network: list[int]) -> None:
    run, job = enqueued()
    assert continued(run, admin()) == job and Job.objects.filter(data__librenms="compare").count() == 1


@contextmanager
def before_first(matches: Callable[[str], bool], happens: Callable[[], Any]) -> Iterator[None]:
    """Somebody else does something, on a connection of his own, as the first such statement is on its way."""
    done: list[str] = []

    def elsewhere() -> None:
        try:
            happens()
        finally:
            connections.close_all()

    def execute(go_on: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not done and matches(sql):
            done.append(sql)
            thread = Thread(target=elsewhere)
            thread.start()
            thread.join()
        return go_on(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield
    assert done


def test_a_cause_that_another_comparison_deletes_meanwhile(simulator: Simulator, network: list[int]) -> None:
    """The end of one comparison drops causes that nothing has, which a second one is about to use."""
    simulator.faults.clear()
    compare_network(complete=True)
    Deviation.objects.filter(field="mtu").delete()
    table = Deviation._meta.db_table
    with before_first(lambda sql: sql.startswith(f'INSERT INTO "{table}"'), lambda: count_causes("default")):
        run = compare_network(complete=True)
    assert run.state == "completed"
    assert Deviation.objects.filter(field="mtu", state="open").count() == DEVICES
    numbers_are_those_of_rows()
