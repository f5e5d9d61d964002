"""Schedules that add devices to LibreNMS: in shadow they say which, armed they add, and guards stop them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from netbox_librenms_plugin.models import Run, Schedule
from netbox_librenms_plugin.schedules.arming import arm
from netbox_librenms_plugin.schedules.preview import preview
from netbox_librenms_plugin.schedules.tick import run_now, tick
from netbox_librenms_plugin.words.sentences import kept_sentence
from simulator.server import Simulator
from tests.command.support import typed
from tests.factories import admin, client_of, make_device
from tests.librenms import librenms_servers, server_entry
from tests.pages.support import words
from tests.push.support import reachable, rule
from tests.schedules.support import armed, due, fresh, make_schedule, run_of, work_off

pytestmark = pytest.mark.django_db

PROFILES = {"campus": {"version": "v2c", "community": "c"}}
PUSH: dict[str, Any] = {"action": "push", "resources": []}


@pytest.fixture(autouse=True)
def network(simulator: Simulator) -> Iterator[None]:
    """Two devices that LibreNMS lacks, one that no rule reaches, one that it has, and one that is linked."""
    with librenms_servers({"default": server_entry(simulator)}, snmp_profiles=PROFILES):
        rule("Campus")
        reachable("sw1", "192.0.2.1")
        reachable("sw2", "192.0.2.2")
        make_device("bare")
        simulator.state.add_device(hostname="known")
        make_device("known")
        make_device("linked", librenms_id=simulator.state.add_device(hostname="linked"))
        yield


def outcomes(run: Run) -> dict[str, str]:
    return dict(run.items.values_list("name", "outcome"))


def stopped(run: Run) -> str:
    return kept_sentence(run.options["stopped"]["code"], run.options["stopped"]["details"])


def test_from_shadow_to_armed(simulator: Simulator) -> None:
    schedule = make_schedule(**PUSH)
    shadow = run_of(schedule)
    assert (shadow.kind, shadow.state) == ("push_shadow", "completed")
    alone = {"bare": "left_out", "known": "left_out", "linked": "agrees"}
    assert outcomes(shadow) == {"sw1": "done", "sw2": "done", **alone}
    assert len(simulator.state.devices) == 2, "nothing was told"
    client = client_of(admin())
    question = words(
        client.get(reverse("plugins:netbox_librenms_plugin:schedule_arm", args=(schedule.pk,))).content.decode()
    )
    assert "Its runs will add devices to LibreNMS" in question and "2 devices added in LibreNMS" in question
    assert "The push rule “Campus” reaches it by its primary IP address" in question
    assert "sw1" in words(client.get(shadow.get_absolute_url()).content.decode())
    page = words(client.get(schedule.get_absolute_url()).content.decode())
    assert "by the push rules" in page and "at most 100" in page
    arm(fresh(schedule), admin())
    run = run_of(schedule)
    assert (run.kind, run.state, run.user) == ("push", "completed", admin())
    assert outcomes(run) == {"sw1": "created", "sw2": "created", **alone}
    assert {row["hostname"] for row in simulator.state.devices.rows()} >= {"192.0.2.1", "192.0.2.2"}
    again = run_of(schedule)
    assert outcomes(again)["sw1"] == "agrees" and len(simulator.state.devices) == 4


def test_what_librenms_has_already_is_linked_only_where_that_is_chosen(simulator: Simulator) -> None:
    run = run_of(armed(make_schedule(**PUSH, push_options=["link", "ping_only"])))
    assert outcomes(run)["known"] == "linked" and outcomes(run)["bare"] == "left_out"
    assert all(row["snmp_disable"] for row in simulator.state.devices.rows() if row["hostname"].startswith("192"))


def test_guards_stop_it_before_librenms_is_told_anything(simulator: Simulator) -> None:
    schedule = armed(make_schedule(**PUSH, most_changes=1))
    run = run_of(schedule)
    assert run.state == "failed" and len(simulator.state.devices) == 2
    assert stopped(run).startswith("It would add or link 2 devices, and 1 are the most for one run")
    assert preview(schedule).stops and preview(schedule).push == {"add": 2, "link": 1, "nothing": 2}
    assert work_off(run_now(schedule, force="As planned", by="captain")).state == "completed"
    assert len(simulator.state.devices) == 4
    reachable("sw3", "192.0.2.3")
    for fault in ("empty", "status"):
        simulator.faults.clear()
        simulator.faults.add("/devices$", fault)
        assert run_of(schedule).state == "failed" and len(simulator.state.devices) == 4


def test_far_fewer_devices_than_the_last_time_stop_it(simulator: Simulator) -> None:
    more = [simulator.state.add_device(hostname=f"other-{n}") for n in range(12)]
    schedule = armed(make_schedule(**PUSH, shrink_percent=20))
    assert run_of(schedule).state == "completed"
    for device_id in more[:5]:
        simulator.state.remove_device(device_id)
    reachable("sw3", "192.0.2.3")
    run = run_of(schedule)
    assert run.state == "failed" and stopped(run).startswith("LibreNMS lists only 11 devices, where it listed 14")
    assert "192.0.2.3" not in {row["hostname"] for row in simulator.state.devices.rows()}


def test_how_it_adds_is_chosen_shown_and_put_back_into_shadow_when_it_is_changed() -> None:
    schedule = armed(make_schedule(**PUSH, minutes=None, at="02:00"))
    form: dict[str, Any] = {
        **{"name": "Nightly", "weight": 1000, "enabled": "on", "devices": "all", "virtual_machines": "none"},
        **{"action": "push", "server": "default", "at": "02:00", "shadow_runs": 1, "run_as": admin().pk},
        **{"device_filter": "", "vm_filter": "", "push_options": ["force_add"]},
    }
    address = reverse("plugins:netbox_librenms_plugin:schedule_edit", args=(schedule.pk,))
    page = words(client_of(admin()).post(address, form, follow=True).content.decode())
    assert "back in shadow" in page and "Add them even if they do not answer" in page
    assert fresh(schedule).push_options == ["force_add"] and not fresh(schedule).armed
    told = typed("librenms_schedule", "preview", "Nightly")[1].splitlines()
    assert [one.split() for one in told[:2]] == [["add", "link", "nothing"], ["2", "1", "2"]]


def test_one_that_lost_its_worker_is_not_taken_up_when_it_is_disarmed() -> None:
    schedule = armed(make_schedule(**PUSH))
    due(schedule)
    tick()
    Run.objects.update(state="abandoned")
    Schedule.objects.update(state="shadow")
    assert not tick().taken_up
