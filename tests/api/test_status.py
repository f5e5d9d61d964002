"""REST of the status lists: the rows of the pages as JSON, and links of what was found."""

import pytest
from dcim.models import Device

from simulator.server import Simulator
from tests.factories import admin, make_device, make_vm, somebody
from tests.orm.support import analyse, counted
from tests.pages.status_lists.support import one_of_each

from .support import ROOT, Caller

pytestmark = pytest.mark.django_db

DEVICES, MACHINES = f"{ROOT}/status/devices/", f"{ROOT}/status/virtual-machines/"


def test_rows_say_where_objects_stand(simulator: Simulator) -> None:
    devices = one_of_each(simulator)
    answer = Caller(admin()).get(DEVICES).json()
    by_name = {row["object"]["name"]: row for row in answer["results"]}
    assert {by_name[device.name]["link"]: state for state, device in devices.items()} == {one: one for one in devices}
    assert answer["counts"]["monitoring"] == {"up": 1, "down": 1, "disabled": 0, "ignored": 1}
    assert by_name["linked"] | {"last_polled": None, "last_polled_text": None} == {
        "object": {"type": "dcim.device", "id": devices["linked"].pk, "name": "linked"},
        "link": "linked",
        "librenms_id": 1,
        "reason": None,
        "candidates": [],
        "hostname": "linked",
        "monitoring": "up",
        "last_polled": None,
        "last_polled_text": None,
        "uptime": 3_700_000,
        "os": "iosxe",
        "os_version": "17.9.4",
        "open_deviations": None,
    }
    assert [one["librenms_id"] for one in by_name["ambiguous"]["candidates"]] == [3, 4]
    assert by_name["doubtful"]["reason"]["code"] == "identity_doubt"


def test_filters_are_those_of_netbox_and_the_states(simulator: Simulator) -> None:
    devices = one_of_each(simulator)
    caller = Caller(admin())
    assert caller.get(DEVICES, link="found", monitoring="down").json()["count"] == 1
    answer = caller.get(DEVICES, name=["linked", "found"], sort="-state", limit=1).json()
    assert (answer["count"], answer["results"][0]["object"]["id"]) == (2, devices["found"].pk)
    assert "offset=1" in answer["next"]
    for wrong in ({"colour": "red"}, {"link": "loose"}, {"sort": "colour"}, {"server": "nowhere"}):
        assert caller.get(DEVICES, **wrong).status_code == 400, wrong
    make_vm("guest")
    assert caller.get(MACHINES).json()["results"][0]["link"] == "unknown"


def test_a_dry_run_says_what_linking_does(simulator: Simulator) -> None:
    devices = one_of_each(simulator)
    caller, body = Caller(admin()), {"ids": [one.pk for one in devices.values()]}
    foreseen = caller.post(f"{DEVICES}link/", {**body, "dry_run": True}).json()
    assert "librenms_id" not in Device.objects.get(name="found").custom_field_data or foreseen["dry_run"]
    done = caller.post(f"{DEVICES}link/", body).json()
    assert {**foreseen, "dry_run": False} == done
    assert (done["linked"], done["left_out"], done["waiting"]) == (1, 4, 0)
    reasons = {one["object"]["name"]: (one["reason"] or {}).get("code") for one in done["results"]}
    assert reasons == {
        "found": None,
        "linked": "linked_already",
        "patch-panel": "not_found_there",
        "ambiguous": "several_in_librenms",
        "doubtful": "identity_doubt",
    }
    assert Device.objects.get(name="found").custom_field_data["librenms_id"] == {"default": 2}


def test_who_may_only_read_links_nothing(simulator: Simulator) -> None:
    simulator.state.add_device(hostname="sw")
    device = make_device("sw")
    reader = somebody("reader", {"netbox_librenms_plugin.librenmssettings": ["view"], "dcim.device": ["view"]})
    assert Caller(reader).get(DEVICES).json()["count"] == 1
    assert Caller(reader).post(f"{DEVICES}link/", {"ids": [device.pk]}).status_code == 403
    assert Caller(admin(), writes=False).post(f"{DEVICES}link/", {"ids": [device.pk]}).status_code == 403
    assert Caller(admin()).post(f"{DEVICES}link/", {"ids": [0]}).status_code == 400


def test_a_librenms_that_fails_is_said_and_no_state_is_made_up(simulator: Simulator) -> None:
    make_device("sw", librenms_id=1)
    simulator.faults.add("/devices", "status", status=500)
    answer = Caller(admin()).get(DEVICES)
    assert answer.status_code == 502 and answer.json()["code"] == "server_error"


def test_the_number_of_rows_shows_in_no_number_of_queries(simulator: Simulator) -> None:
    caller, costs = Caller(admin()), []
    for number in (5, 60):
        for n in range(len(simulator.state.devices), number):
            simulator.state.add_device(hostname=f"sw-{n}")
            make_device(f"sw-{n}")
        analyse()
        caller.get(DEVICES, refresh="true")
        with counted() as queries:
            caller.get(DEVICES, limit=100)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 60, costs
