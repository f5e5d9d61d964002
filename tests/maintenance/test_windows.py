"""Maintenance windows in LibreNMS: which devices, told once each, read back, and what is not known is said to be so."""

import pytest

from netbox_librenms_plugin.models import RunItem
from simulator.server import Simulator
from tests.factories import grant, make_chassis, make_device, somebody
from tests.librenms import librenms_servers, server_entry
from tests.orm.support import analyse, counted
from tests.pages.status_lists.support import one_of_each

from .support import MAINTENANCE, became, linked, opened, plan, said, work_off

pytestmark = pytest.mark.django_db

SETTINGS = "netbox_librenms_plugin.librenmssettings"


def test_what_is_linked_without_a_doubt_is_told_once_and_seen_to_have_begun(simulator: Simulator) -> None:
    devices = one_of_each(simulator)
    run = work_off(opened(devices.values()))
    assert became(run) == {
        "linked": ("done", []),
        "found": ("left_out", ["not_linked"]),
        "patch-panel": ("left_out", ["not_found_there"]),
        "ambiguous": ("left_out", ["several_in_librenms"]),
        "doubtful": ("left_out", ["identity_doubt"]),
    }
    (window,) = simulator.state.windows
    assert (window["device_id"], window["duration"], window["notes"]) == (1, "1:30", "New line cards")
    assert window["title"] == f"NetBox: root, Maintenance #{run.pk}"
    assert run.state == "completed" and simulator.state.maintenance == {1}


def test_a_chassis_gets_one_window_and_only_of_who_may_change_it(simulator: Simulator) -> None:
    (first,) = linked(simulator, "stack-1")
    second = make_device("stack-2")
    make_chassis("stack", first, second, master=first)
    (other,) = linked(simulator, "other")
    user = somebody("editor", {SETTINGS: ["view", "change"], "dcim.device": ["view"]})
    grant(user, "dcim.device", "change", constraints={"name__startswith": "stack"})
    rows = plan([first, second, other], user=type(user).objects.get(pk=user.pk)).rows
    assert [row.reason.code.value if row.reason else "" for row in rows] == ["", "same_device", "no_permission"]


def test_an_answer_that_was_lost_is_told_as_such_and_nothing_is_told_twice(simulator: Simulator) -> None:
    devices = linked(simulator, "seen", "before", "never")
    simulator.state.maintenance.add(2)
    simulator.state.unmoved.add(3)
    simulator.faults.add(MAINTENANCE, "lost", method="POST")
    run = work_off(opened(devices))
    assert became(run) == {
        "seen": ("done", ["maintenance_seen"]),
        "before": ("failed", ["maintenance_unanswered"]),
        "never": ("failed", ["maintenance_unanswered"]),
    }
    assert len(simulator.state.windows) == 3 and "It is not told again" in said(run)
    later = work_off(run)
    assert len(simulator.state.windows) == 3 and became(later) == became(run)


def test_what_was_told_by_a_worker_that_is_lost_is_not_told_again(simulator: Simulator) -> None:
    run = opened(linked(simulator, "sw1", "sw2"))
    # As it is kept before LibreNMS is told
    RunItem.objects.filter(name="sw1").update(choice={"sent": True, "before": False})
    assert became(work_off(run)) == {"sw1": ("failed", ["maintenance_unanswered"]), "sw2": ("done", [])}
    assert [one["device_id"] for one in simulator.state.windows] == [2]


def test_a_good_answer_without_a_window_is_told_as_such(simulator: Simulator) -> None:
    devices = linked(simulator, "silent", "known")
    simulator.state.unmoved.add(1)
    simulator.state.maintenance.add(2)
    run = work_off(opened(devices))
    assert became(run) == {
        "silent": ("failed", ["maintenance_not_begun"]),
        "known": ("done", ["maintenance_before"]),
    }
    assert run.state == "partial"


def test_a_token_that_may_not_and_a_librenms_that_is_away_say_so_of_all(simulator: Simulator) -> None:
    devices = linked(simulator, "sw1", "sw2")
    with librenms_servers({"default": server_entry(simulator, token=simulator.tokens.reader)}):
        run = work_off(opened(devices))
    assert "may not begin a maintenance window: give its user the role admin" in said(run)
    assert run.state == "failed" and not simulator.state.windows
    run = opened(devices)
    simulator.faults.add(MAINTENANCE, "drop")
    assert became(work_off(run)) == {name: ("failed", ["librenms_failed"]) for name in ("sw1", "sw2")}
    assert not simulator.state.windows


def test_what_changed_since_the_question_is_not_told(simulator: Simulator) -> None:
    devices = linked(simulator, "sw1", "sw2")
    run = opened(devices)
    devices[0].custom_field_data = {}
    devices[0].save()
    devices[1].delete()
    assert became(work_off(run)) == {"sw1": ("failed", ["not_linked"]), "sw2": ("failed", ["object_gone"])}
    assert not simulator.state.windows


def test_one_that_begins_later_is_told_by_the_servers_clock(simulator: Simulator) -> None:
    with librenms_servers({"default": server_entry(simulator, time_zone="Asia/Tokyo")}):
        run = work_off(opened(linked(simulator, "sw1"), later=True))
    assert became(run) == {"sw1": ("done", [])} and not simulator.state.maintenance
    (window,) = simulator.state.windows
    assert window["start"] == run.options["local_start"].replace("T", " ")


def test_the_number_of_queries_does_not_grow(simulator: Simulator) -> None:
    numbers = []
    for first, number in ((1, 5), (6, 60)):
        devices = linked(simulator, *(f"sw{one}" for one in range(first, first + number)))
        analyse()
        plan(devices)
        with counted() as queries:
            plan(devices)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1] <= 15, numbers
