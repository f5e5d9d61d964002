"""Schedules with real workers: the system job that looks after them, two looks at once, and a queue that is flushed."""

import zlib
from datetime import timedelta

import pytest
from core.models import Job
from dcim.models import Interface
from django.utils import timezone
from django_rq import get_connection
from netbox.registry import registry

from netbox_librenms_plugin.jobs import SchedulesJob
from netbox_librenms_plugin.models import Run, Schedule
from netbox_librenms_plugin.schedules.arming import arm
from netbox_librenms_plugin.schedules.tick import run_now, tick
from simulator.server import Simulator
from tests.factories import admin
from tests.fleet_sync.support import switches
from tests.jobs.support import importer
from tests.schedules.support import due, fresh, make_schedule
from tests.threads import all_at_once
from tests.workers import Nursery, horses_of, kill, until

PORTS = 3
# NetBox puts jobs of its own into the queue
OURS = Job.objects.filter(data__has_key="librenms")


def last(schedule: Schedule) -> Run:
    run = fresh(schedule).last_run
    assert run is not None
    return run


def ended(schedule: Schedule) -> Run:
    """Its last run when that has ended."""
    until(lambda: last(schedule).ended_already, what="end of the run")
    return last(schedule)


def test_workers_put_the_look_into_the_queue_every_minute() -> None:
    assert registry["system_jobs"][SchedulesJob] == {"interval": 1}
    assert isinstance(SchedulesJob.name, str)


def test_from_shadow_to_armed_with_nobody_but_workers(simulator: Simulator, workers: Nursery) -> None:
    switches(simulator, 3, ports=PORTS)
    schedule = make_schedule(run_as=importer("nightly"))
    workers.start(1)
    SchedulesJob.enqueue_once(interval=1)
    until(lambda: fresh(schedule).last_run, what="run that was started")
    run = ended(schedule)
    assert (run.kind, run.state, run.user) == ("shadow", "completed", schedule.run_as)
    assert Interface.objects.count() == 0
    look = Job.objects.filter(name=SchedulesJob.name).earliest("created")
    assert look.data["started"] == ["Nightly"]
    # The next look is planned already, as a restart would have it
    until(lambda: Job.objects.filter(name=SchedulesJob.name, status="scheduled").exists(), what="next look")
    assert SchedulesJob.enqueue_once(interval=1).status == "scheduled"
    arm(schedule, admin())
    due(schedule)
    tick()
    assert (ended(schedule).kind, last(schedule).state) == ("sync", "completed")
    assert Interface.objects.count() == 3 * PORTS


def test_jobs_carry_no_more_than_which_run_and_who(simulator: Simulator, queue: None) -> None:
    switches(simulator, 1)
    schedule = make_schedule(device_filter={"name": ["switch-001"]}, devices="some")
    due(schedule)
    tick()
    (job,) = OURS.all()
    assert job.data == {"librenms": "shadow", "run": last(schedule).pk, "server": "default"}
    held = zlib.decompress(get_connection("default").hget(f"rq:job:{job.job_id}", "data"))
    assert b"ShadowJob" in held and simulator.tokens.admin.encode() not in held


def test_looks_and_clicks_at_the_same_moment_start_it_once(simulator: Simulator, queue: None) -> None:
    switches(simulator, 2)
    schedule = due(make_schedule())

    def click() -> str:
        try:
            return str(run_now(schedule))
        except Exception as error:
            return type(error).__name__

    all_at_once(lambda: tick(), lambda: tick(), click, lambda: tick())
    assert Run.objects.filter(schedule=schedule).count() == 1
    assert OURS.count() == 1


@pytest.mark.parametrize("lost", ["worker killed", "queue flushed"])
def test_a_run_that_lost_its_worker_is_taken_up_by_the_next_look(
    simulator: Simulator, workers: Nursery, lost: str
) -> None:
    switches(simulator, 4, ports=PORTS)
    schedule = make_schedule(run_as=importer("nightly"))
    Schedule.objects.update(state="armed")
    due(schedule)
    if lost == "worker killed":
        simulator.faults.add(r"/devices/\d+/ports", "delay", seconds=2.0)
        (worker,) = workers.start(1)
        tick()
        until(lambda: last(schedule).started, what="run that has begun")
        kill(*horses_of(worker), worker)
        simulator.faults.clear()
        # Nothing of the dead worker's tells that it is dead, but that it is silent
        for name in get_connection("default").keys(b"rq:job:*"):
            if get_connection("default").type(name) == b"hash":
                get_connection("default").hset(name, "last_heartbeat", "2020-01-01T00:00:00.000000Z")
    else:
        tick()
        get_connection("default").flushdb()
        Job.objects.update(created=timezone.now() - timedelta(hours=1))
    assert tick().taken_up == ["Nightly"]
    workers.start(1)
    run = ended(schedule)
    assert (run.state, Run.objects.count()) == ("completed", 1)
    assert Interface.objects.count() == 4 * PORTS
