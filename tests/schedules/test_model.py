"""What a schedule may say: nothing is meant by mistake, and whoever changes what it writes has it watched anew."""

from datetime import time
from typing import Any

import pytest
from core.models import ObjectChange
from dcim.models import Site
from django.core.exceptions import ValidationError
from django.utils import timezone

from netbox_librenms_plugin.models import Run, Schedule
from simulator.server import Simulator
from tests.factories import make_device, make_named, request_of, somebody
from tests.schedules.support import armed, fresh, make_schedule

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def librenms(simulator: Simulator) -> None:
    """There is one to be scheduled for."""


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"devices": "none"}, "devices"),
        ({"devices": "some"}, "device_filter"),
        ({"devices": "some", "device_filter": {"site": []}}, "device_filter"),
        ({"devices": "some", "device_filter": {"site": [""]}}, "device_filter"),
        ({"devices": "some", "device_filter": {"sight": ["ams1"]}}, "device_filter"),
        ({"devices": "some", "device_filter": {"site": ["nowhere"]}}, "device_filter"),
        ({"devices": "some", "device_filter": {"filter": ["gone"]}}, "device_filter"),
        ({"devices": "some", "device_filter": ["site"]}, "device_filter"),
        ({"devices": "some", "device_filter": {"site": {"deep": 1}}}, "device_filter"),
        ({"device_filter": {"site": ["ams1"]}}, "device_filter"),
        ({"virtual_machines": "some", "vm_filter": {"rack": ["1"]}}, "vm_filter"),
        ({"resources": ["interfaces", "modules"]}, "resources"),
        ({"exclude_fields": ["colour"]}, "exclude_fields"),
        ({"outcomes": []}, "outcomes"),
        ({"minutes": None}, "at"),
        ({"at": time(2)}, "at"),
        ({"minutes": 0}, "minutes"),
        ({"weekdays": [1]}, "weekdays"),
        ({"minutes": None, "at": time(2), "weekdays": [7]}, "weekdays"),
        ({"window_from": time(2)}, "window_to"),
        ({"window_from": time(2), "window_to": time(2)}, "window_to"),
        ({"minutes": None, "at": time(12), "window_from": time(22), "window_to": time(4)}, "at"),
        ({"shadow_runs": 0}, "shadow_runs"),
        ({"shrink_percent": 101}, "shrink_percent"),
        ({"branch": "gone"}, "branch"),
        ({"action": "compare", "branch": "gone"}, "branch"),
    ],
)
def test_what_cannot_be_followed_is_refused_with_a_sentence(fields: dict[str, Any], wrong: str) -> None:
    make_named(Site, "ams1")
    with pytest.raises(ValidationError) as caught:
        make_schedule(**fields)
    assert list(caught.value.message_dict) == [wrong]
    assert all(caught.value.message_dict[wrong])


def test_filters_are_written_as_saved_filters_are() -> None:
    make_named(Site, "ams1")
    schedule = make_schedule(
        devices="some",
        device_filter={"site": ["ams1"], "has_primary_ip": False, "name__ic": "sw"},
        virtual_machines="some",
        vm_filter={"name": "vm-1"},
        minutes=None,
        at=time(2, 30),
        weekdays=[4, 0, 4],
        window_from=time(22),
        window_to=time(4),
    )
    assert (schedule.weekdays, schedule.armed, schedule.enabled) == ([0, 4], False, True)


def test_whoever_changes_what_it_writes_has_it_watched_anew() -> None:
    schedule = armed(make_schedule())
    before = schedule.shadow_since
    for name, value in (
        ("outcomes", ["missing"]),
        ("resources", ["interfaces", "vlans"]),
        ("exclude_fields", ["description"]),
        ("devices", "none"),
        ("run_as", somebody("other", {})),
        ("server", "another"),
    ):
        schedule = armed(fresh(schedule))
        setattr(schedule, name, value)
        schedule.save()
        assert schedule.back_in_shadow, name
        kept = fresh(schedule)
        assert (kept.state, kept.armed_by, kept.armed_at) == ("shadow", None, None)
        assert kept.shadow_since > before
    schedule = armed(kept)
    schedule.name, schedule.weight, schedule.minutes, schedule.most_changes = "Hourly", 1, 30, 10
    schedule.save()
    assert (fresh(schedule).armed, schedule.back_in_shadow) == (True, False)


def test_who_edits_it_does_not_touch_what_it_knows_of_its_runs() -> None:
    schedule = make_schedule()
    held, now = fresh(schedule), timezone.now()
    run = Run.objects.create(kind="shadow", user_name="x", request_id="0" * 32, server="default", schedule=schedule)
    Schedule.objects.filter(pk=schedule.pk).update(
        last_run=run, last_started=now, next_due=now, missed_since=now, message="…", state="armed"
    )
    held.description = "Edited in between"
    held.save()
    kept = fresh(schedule)
    assert (kept.last_run, kept.last_started, kept.next_due, kept.message) == (run, now, now, "…")
    assert (kept.description, kept.state) == ("Edited in between", "armed")
    # Other times: what was planned by the old ones does not hold
    held.minutes = 5
    held.save()
    assert fresh(schedule).next_due is None


def test_the_change_log_tells_what_people_did() -> None:
    user = somebody("planner", {})
    with request_of(user):
        schedule = make_schedule()
        schedule.snapshot()
        schedule.weight = 5
        schedule.save()
    created, changed = ObjectChange.objects.filter(changed_object_id=schedule.pk).order_by("time")
    assert created.postchange_data["name"] == "Nightly"
    assert changed.postchange_data["weight"] == 5
    assert "next_due" not in changed.postchange_data and "state" in changed.postchange_data


def test_a_schedule_that_is_deleted_leaves_its_runs() -> None:
    schedule = make_schedule()
    make_device("sw")
    run = Run.objects.create(kind="shadow", user_name="x", request_id="0" * 32, server="default", schedule=schedule)
    schedule.delete()
    run.refresh_from_db()
    assert run.schedule is None
