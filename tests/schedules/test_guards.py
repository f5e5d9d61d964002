"""What a schedule may do at most is asked before it writes anything; a person may let it go on once, and says why."""

import pytest
from dcim.models import Interface

from netbox_librenms_plugin.models import Run
from netbox_librenms_plugin.schedules.preview import preview
from netbox_librenms_plugin.schedules.tick import run_now
from netbox_librenms_plugin.words.sentences import kept_sentence
from simulator.server import Simulator
from tests.factories import make_interface
from tests.fleet_sync.support import switches
from tests.librenms import add_switches
from tests.schedules.support import armed, fresh, make_schedule, run_of, work_off

pytestmark = pytest.mark.django_db


def stopped(run: Run) -> str:
    """Why it was stopped, in words."""
    return kept_sentence(run.options["stopped"]["code"], run.options["stopped"]["details"])


def test_more_changes_than_one_run_may_make_stop_it_before_it_writes(simulator: Simulator) -> None:
    switches(simulator, 3, ports=4)
    schedule = armed(make_schedule(most_changes=11))
    run = run_of(schedule)
    assert run.state == "failed"
    assert stopped(run) == "It would write 12 changes, and 11 are the most, so nothing was written."
    assert Interface.objects.count() == 0
    # Somebody lets it go on, once
    forced = run_now(schedule, force="New switches, as planned", by="captain")
    assert (forced.options["force"], forced.options["forced_by"]) == ("New switches, as planned", "captain")
    assert work_off(forced).state == "completed"
    assert Interface.objects.count() == 12
    Interface.objects.all().delete()
    assert run_of(schedule).state == "failed"
    schedule = fresh(schedule)
    schedule.most_changes = 12
    schedule.save()
    assert run_of(schedule).state == "completed"


def test_an_object_with_too_many_changes_is_left_out_with_the_reason(simulator: Simulator) -> None:
    (quiet,) = switches(simulator, 1, ports=2)
    switches(simulator, 1, ports=5, first=2)
    for name in ("a", "b"):
        make_interface(quiet, name)
    run = run_of(armed(make_schedule(most_each=4)))
    assert run.state == "completed"
    assert dict(run.items.values_list("name", "outcome")) == {"switch-001": "synced", "switch-002": "left_out"}
    (reason,) = run.items.get(name="switch-002").issues
    assert kept_sentence(reason["code"], reason["details"]).startswith("It has 5 changes, and 4 are the most")
    assert Interface.objects.filter(device__name="switch-002").count() == 0
    # What is left out for itself does not count for the whole
    assert run_of(armed(make_schedule("Few", most_each=4, most_changes=4))).state == "completed"


def test_the_preview_knows_what_guards_will_do(simulator: Simulator) -> None:
    switches(simulator, 1, ports=2)
    switches(simulator, 1, ports=5, first=2)
    seen = preview(make_schedule(most_each=4, most_changes=2))
    assert (seen.totals.together.writes, seen.totals.left_out, seen.stops) == (2, 1, False)
    assert preview(make_schedule("Less", most_each=4, most_changes=1)).stops
    assert not preview(make_schedule("Looks", action="compare", most_changes=1)).stops


@pytest.mark.parametrize("action", ["sync", "compare"])
def test_far_fewer_devices_than_the_last_time_stop_it(simulator: Simulator, action: str) -> None:
    switches(simulator, 2, ports=2)
    gone = add_switches(simulator.state, 10, ports=1)
    schedule = armed(make_schedule(action=action, shrink_percent=20, most_changes=10_000))
    assert run_of(schedule).state == "completed"
    Interface.objects.all().delete()
    for device_id in gone[:4]:
        simulator.state.remove_device(device_id)
    run = run_of(schedule)
    assert run.state == "failed"
    assert stopped(run).startswith("LibreNMS lists only 8 devices, where it listed 12 last time")
    assert Interface.objects.count() == 0
    # A schedule that minds less does not mind
    assert run_of(armed(make_schedule("Calm", action=action, shrink_percent=50))).state == "completed"
    assert work_off(run_now(schedule, force="They moved", by="captain")).state == "completed"


@pytest.mark.parametrize("action", ["sync", "compare"])
def test_a_list_that_is_not_even_half_as_long_stops_it_and_may_be_believed(simulator: Simulator, action: str) -> None:
    switches(simulator, 2, ports=2)
    gone = add_switches(simulator.state, 10, ports=1)
    schedule = armed(make_schedule(action=action, shrink_percent=20))
    assert run_of(schedule).state == "completed"
    for device_id in gone:
        simulator.state.remove_device(device_id)
    run = run_of(schedule)
    assert run.state == "failed"
    assert stopped(run).startswith("LibreNMS lists only 2 devices, where it listed 12 last time")
    assert work_off(run_now(schedule, force="They moved", by="captain")).state == "completed"
    assert run_of(schedule).state == "completed"


def test_no_list_of_devices_is_believed_by_nobody(simulator: Simulator) -> None:
    switches(simulator, 2, ports=2)
    schedule = armed(make_schedule())
    assert run_of(schedule).state == "completed"
    simulator.faults.add("/devices", "empty")
    run = run_of(schedule)
    assert run.state == "failed" and "stopped" not in run.options
    assert work_off(run_now(schedule, force="They moved", by="captain")).state == "failed"


def test_a_librenms_that_fails_stops_it(simulator: Simulator) -> None:
    switches(simulator, 2)
    schedule = armed(make_schedule())
    simulator.faults.add("/devices", "status", status=500)
    run = run_of(schedule)
    assert run.state == "failed" and "stopped" not in run.options
    assert Interface.objects.count() == 0
