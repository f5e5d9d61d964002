"""What the tests of schedules share: a schedule of some switches, its runs worked off, and how it stands then."""

from datetime import datetime
from typing import Any

from core.models import Job
from django.utils import timezone

from netbox_librenms_plugin.models import Run, Schedule
from netbox_librenms_plugin.runs.worker import run_now
from netbox_librenms_plugin.schedules.starting import request_of
from netbox_librenms_plugin.schedules.tick import Ticked, tick
from tests.factories import admin

NIGHTLY = {"action": "sync", "devices": "all", "resources": ["interfaces"], "minutes": 60, "shadow_runs": 1}


def make_schedule(name: str = "Nightly", **fields: Any) -> Schedule:
    """A schedule that syncs the interfaces of all devices every hour, unless told."""
    schedule = Schedule(name=name, server="default", **{"run_as": admin(), **NIGHTLY, **fields})
    schedule.full_clean()
    schedule.save()
    return schedule


def due(schedule: Schedule) -> Schedule:
    """Let it be due now, and give it as it is stored."""
    Schedule.objects.filter(pk=schedule.pk).update(next_due=timezone.now())
    return fresh(schedule)


def fresh(schedule: Schedule) -> Schedule:
    """As it is stored."""
    return Schedule.objects.get(pk=schedule.pk)


def work_off(run: Run) -> Run:
    """Do the work of a run, as its job would; what stops it is kept with the run."""
    assert run.schedule is not None
    try:
        run_now(run, request_of(run.schedule))
    except Exception:
        run.refresh_from_db()
        assert run.state == "failed"
    end_job(run)
    run.refresh_from_db()
    return run


def end_job(run: Run) -> None:
    """Its job has ended."""
    Job.objects.filter(pk=run.job_id).update(status="completed", completed=timezone.now())


def ticked(schedule: Schedule, now: datetime | None = None) -> Ticked:
    """It is due, and somebody looks after all schedules."""
    due(schedule)
    return tick(now)


def run_of(schedule: Schedule) -> Run:
    """The next run of a schedule that is due, worked off."""
    ticked(schedule)
    run = fresh(schedule).last_run
    assert run is not None
    return work_off(run)


def armed(schedule: Schedule) -> Schedule:
    """The same schedule, which writes."""
    Schedule.objects.filter(pk=schedule.pk).update(state="armed", armed_by=admin(), armed_at=timezone.now())
    return fresh(schedule)
