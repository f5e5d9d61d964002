"""Schedules that begin by themselves: each at its time and once, whatever was missed, lost or is still at work."""

from datetime import timedelta

import pytest
from core.models import Job
from dcim.models import Interface
from django.utils import timezone
from django_rq import get_connection

from netbox_librenms_plugin.models import Run, Schedule
from netbox_librenms_plugin.schedules.starting import StartError
from netbox_librenms_plugin.schedules.tick import BusyError, run_now, tick
from simulator.server import Simulator
from tests.factories import admin, somebody
from tests.fleet_sync.support import switches
from tests.schedules.support import due, fresh, make_schedule, ticked, work_off

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def network(simulator: Simulator) -> None:
    """Two switches that NetBox has without their interfaces."""
    switches(simulator, 2)


def test_it_begins_when_it_is_due_and_not_before() -> None:
    schedule, now = make_schedule(), timezone.now()
    assert tick(now).started == ["Nightly"]
    kept = fresh(schedule)
    assert kept.last_run is not None and kept.last_run.kind == "shadow"
    assert (kept.last_started, kept.next_due, kept.missed_since, kept.message) == (now, now + HOUR, None, "")
    assert kept.last_run.job is not None and kept.last_run.user == admin()
    work_off(kept.last_run)
    assert not tick(now + timedelta(minutes=59)).started
    assert tick(now + HOUR).started == ["Nightly"]
    assert Run.objects.filter(schedule=schedule).count() == 2


def test_one_whose_run_is_still_open_is_not_started_twice() -> None:
    schedule, now = make_schedule(), timezone.now()
    tick(now)
    assert not tick(now + HOUR).started
    assert fresh(schedule).missed_since is None
    # Past its time by more than a worker needs
    assert not tick(now + HOUR + timedelta(minutes=30)).started
    assert fresh(schedule).missed_since == now + HOUR
    with pytest.raises(BusyError):
        run_now(schedule)
    assert Run.objects.count() == 1


def test_what_was_missed_is_noted_and_made_up_for_once() -> None:
    schedule, now = make_schedule(), timezone.now()
    run = _first(schedule, now)
    later = now + 5 * HOUR + timedelta(minutes=1)
    assert tick(later).started == ["Nightly"]
    kept = fresh(schedule)
    assert (kept.missed_since, kept.next_due) == (now + HOUR, now + 6 * HOUR)
    assert kept.message.startswith("5 times were missed since")
    assert kept.last_run is not None and kept.last_run != run
    work_off(kept.last_run)
    assert not tick(later).started
    # It keeps its time again
    tick(now + 6 * HOUR)
    assert (fresh(schedule).missed_since, fresh(schedule).message) == (None, "")


def _first(schedule: Schedule, now: object) -> Run:
    tick(now)  # type: ignore[arg-type]
    run = fresh(schedule).last_run
    assert run is not None
    return work_off(run)


def test_who_is_not_enabled_is_left_alone() -> None:
    schedule = make_schedule(enabled=False)
    assert not ticked(schedule).started
    assert fresh(schedule).last_run is None


@pytest.mark.parametrize("case", ["user gone", "no right", "no objects", "server gone", "filter gone"])
def test_what_cannot_be_started_says_why_and_keeps_nobody_else_from_it(case: str) -> None:
    changes = {
        "user gone": {"run_as": None},
        "no right": {"run_as": somebody("reader", {"dcim.device": ["view"]})},
        "no objects": {"devices": "none", "virtual_machines": "all"},
        "server gone": {"server": "gone"},
        "filter gone": {"devices": "some", "device_filter": {"site": ["gone"]}},
    }
    schedule = make_schedule(weight=1)
    Schedule.objects.filter(pk=schedule.pk).update(**changes[case])
    other, now = make_schedule("Other"), timezone.now()
    came = tick(now)
    assert came.started == ["Other"] and list(came.failed) == ["Nightly"]
    kept = fresh(schedule)
    assert kept.message == came.failed["Nightly"] and kept.message.endswith(".")
    assert (kept.last_run, kept.next_due, kept.missed_since) == (None, now + HOUR, now)
    assert fresh(other).last_run is not None
    with pytest.raises(StartError, match=r"\.$"):
        run_now(kept)


def test_a_run_whose_job_is_lost_is_taken_up_where_it_stood() -> None:
    schedule = make_schedule()
    ticked(schedule)
    run = fresh(schedule).last_run
    assert run is not None
    lost = run.job_id
    # It has waited in a queue that is flushed
    Job.objects.filter(pk=lost).update(created=timezone.now() - HOUR)
    get_connection("default").flushdb()
    came = tick()
    assert (came.started, came.taken_up) == ([], ["Nightly"])
    run.refresh_from_db()
    assert run.state == "pending" and run.job_id != lost
    assert Job.objects.get(pk=lost).status == "failed"
    assert work_off(run).state == "completed"


def test_a_run_that_is_lost_again_and_again_is_left_alone_in_the_end() -> None:
    schedule = make_schedule()
    ticked(schedule)
    for times in (1, 1, 1, 0):
        Job.objects.update(created=timezone.now() - HOUR)
        get_connection("default").flushdb()
        assert len(tick().taken_up) == times
    run = fresh(schedule).last_run
    assert run is not None and run.state == "abandoned"
    # The next one is not kept from its time
    assert ticked(schedule).started == ["Nightly"]


def test_a_run_that_somebody_cancelled_is_not_taken_up() -> None:
    schedule = make_schedule()
    ticked(schedule)
    Run.objects.update(state="cancelled")
    assert not tick().taken_up


def test_a_comparison_is_of_its_objects_and_writes_nothing(simulator: Simulator) -> None:
    schedule = make_schedule(action="compare", devices="some", device_filter={"name": ["switch-001"]})
    ticked(schedule)
    run = fresh(schedule).last_run
    assert run is not None
    work_off(run)
    assert (run.kind, run.state) == ("compare", "completed")
    assert (run.options["everything"], run.options["objects"]) == (False, 1)
    assert Interface.objects.count() == 0
    assert due(schedule).armed is False


def test_one_of_everything_compares_the_network() -> None:
    schedule = make_schedule(action="compare", virtual_machines="all", resources=[])
    ticked(schedule)
    run = fresh(schedule).last_run
    assert run is not None and run.options["everything"] is True
