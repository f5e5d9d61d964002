"""From shadow to armed: what a schedule would write is seen first, then a person lets it write."""

import pytest
from core.models import ObjectChange
from dcim.models import Interface

from netbox_librenms_plugin.models import SyncRun
from netbox_librenms_plugin.schedules.arming import ArmError, arm, disarm, mark_of, runs_in_shadow
from netbox_librenms_plugin.schedules.preview import MOST, preview
from simulator.server import Simulator
from tests.factories import admin, make_device, request_of, somebody
from tests.fleet_sync.support import switches
from tests.schedules.support import fresh, make_schedule, run_of, ticked, work_off

pytestmark = pytest.mark.django_db

PORTS = 3


@pytest.fixture(autouse=True)
def network(simulator: Simulator) -> None:
    """Two switches that NetBox has without their interfaces."""
    switches(simulator, 2, ports=PORTS)


def test_in_shadow_it_says_what_it_would_write_and_writes_nothing() -> None:
    make_device("unknown")
    schedule = make_schedule()
    run = run_of(schedule)
    assert (run.kind, run.state) == ("shadow", "completed")
    assert dict(run.items.values_list("name", "outcome")) == {
        "switch-001": "done",
        "switch-002": "done",
        "unknown": "left_out",
    }
    assert run.items.get(name="switch-001").counts == {"interfaces": PORTS, "planned": PORTS}
    assert (Interface.objects.count(), SyncRun.objects.count(), ObjectChange.objects.count()) == (0, 0, 0)
    assert run.get_absolute_url().endswith(f"/schedules/runs/{run.pk}/")


def test_it_is_armed_after_its_runs_in_shadow_and_then_writes() -> None:
    schedule = make_schedule(shadow_runs=2)
    run_of(schedule)
    with pytest.raises(ArmError, match="1 more run in shadow is needed"):
        arm(schedule, admin())
    assert run_of(schedule).kind == "shadow"
    user = somebody("captain", {})
    with request_of(user):
        assert arm(schedule, user, seen=mark_of(fresh(schedule))).armed
    kept = fresh(schedule)
    assert (kept.state, kept.armed_by) == ("armed", user) and kept.armed_at is not None
    assert ObjectChange.objects.get(changed_object_id=schedule.pk).postchange_data["state"] == "armed"
    run = run_of(schedule)
    assert (run.kind, run.state, dict(run.counts())["synced"]) == ("sync", "completed", 2)
    assert Interface.objects.count() == 2 * PORTS
    written = ObjectChange.objects.filter(changed_object_type__model="interface")
    assert set(written.values_list("user_name", flat=True)) == {admin().username}
    with pytest.raises(ArmError, match="armed already"):
        arm(schedule, user)
    assert run_of(schedule).counts()["agrees"] == 2
    assert not disarm(schedule).armed
    assert run_of(schedule).kind == "shadow"


def test_runs_of_another_selection_do_not_count() -> None:
    schedule = make_schedule()
    run_of(schedule)
    seen = mark_of(fresh(schedule))
    changed = fresh(schedule)
    changed.resources = ["vlans"]
    changed.save()
    assert not runs_in_shadow(changed).exists()
    with pytest.raises(ArmError, match="1 more run"):
        arm(schedule, admin())
    run_of(schedule)
    with pytest.raises(ArmError, match="changed since this was shown"):
        arm(schedule, admin(), seen=seen)


def test_one_that_is_changed_between_does_not_go_on_writing() -> None:
    """A run that lost its worker is not taken up for what the schedule was before."""
    schedule = make_schedule()
    run_of(schedule)
    arm(schedule, admin())
    ticked(schedule)
    run = fresh(schedule).last_run
    assert run is not None and run.kind == "sync"
    run.state = "abandoned"
    run.save()
    disarm(schedule)
    assert not ticked(schedule).taken_up
    assert Interface.objects.count() == 0


def test_a_comparison_has_nothing_to_arm() -> None:
    with pytest.raises(ArmError, match="writes nothing"):
        arm(make_schedule(action="compare"), admin())


def test_a_preview_says_what_would_change_now(simulator: Simulator) -> None:
    schedule = make_schedule()
    seen = preview(schedule)
    assert (seen.objects, seen.compared, seen.exact) == (2, 2, True)
    assert seen.totals.tallies["interfaces"].create == 2 * PORTS
    assert preview(make_schedule("Changes", outcomes=["changed"])).totals.together.writes == 0
    run = run_of(schedule)
    assert sum(one.counts.get("planned", 0) for one in run.items.all()) == seen.totals.together.writes
    assert Interface.objects.count() == 0


def test_of_many_objects_it_looks_at_a_sample() -> None:
    for number in range(MOST):
        make_device(f"other-{number}")
    seen = preview(make_schedule())
    assert (seen.objects, seen.compared, seen.exact) == (MOST + 2, MOST, False)


def test_work_that_is_done_twice_changes_nothing() -> None:
    schedule = make_schedule()
    run = run_of(schedule)
    run.state = "pending"
    run.save()
    assert work_off(run).counts()["done"] == 2
