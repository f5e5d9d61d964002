"""``POST devices/{pk}/sync/``."""

from typing import Any

import pytest
from core.models import ObjectChange
from dcim.models import Interface
from virtualization.models import VMInterface

from netbox_librenms_plugin.models import SyncRun
from simulator.server import Simulator
from tests.factories import admin, grant, make_chassis, make_device, make_vm, somebody
from tests.librenms import add_switch

from .support import ROOT, Caller, address_of

pytestmark = pytest.mark.django_db

SETTINGS = "netbox_librenms_plugin.librenmssettings"


@pytest.fixture
def device(simulator: Simulator) -> Any:
    return make_device("switch", librenms_id=add_switch(simulator.state, 4, vlans=()))


def key_of(caller: Caller, device: Any, name: str) -> str:
    return str(row_of(caller, device, name)["key"])


def row_of(caller: Caller, device: Any, name: str) -> dict[str, Any]:
    (plan,) = caller.compare(device).json()["plans"]
    return next(row for row in plan["changes"] if row["name"] == name)


def test_everything_is_written_and_the_run_is_kept(simulator: Simulator, caller: Caller, device: Any) -> None:
    answer = caller.sync(device)
    body = answer.json()
    assert answer.status_code == 200
    assert body["results"] == [
        {"resource": "interfaces", "applied": {"missing": 4}, "failed": [], "stale": [], "gaps": []}
    ]
    run = SyncRun.objects.get(pk=body["run"])
    assert (run.user, run.object) == (admin(), device)
    changes = ObjectChange.objects.filter(changed_object_type__model="interface")
    assert set(changes.values_list("user", flat=True)) == {admin().pk}
    # Each is made, and then has its MAC address as its primary one
    assert (changes.filter(action="create").count(), changes.filter(action="update").count()) == (4, 4)
    assert set(changes.values_list("request_id", flat=True)) == {run.request_id}
    (plan,) = caller.compare(device).json()["plans"]
    assert plan["counts"]["same"] == 4


def test_without_resources_everything_that_the_object_has_is_synced(
    simulator: Simulator, caller: Caller, device: Any
) -> None:
    answer = caller.post(f"{address_of(device)}sync/", {})
    assert answer.status_code == 200, answer.content
    assert {one["resource"] for one in answer.json()["results"]} >= {"fields", "interfaces", "cables"}
    assert Interface.objects.filter(device=device).count() == 4
    machine = make_vm("machine", librenms_id=simulator.state.add_device(hostname="machine"))
    said = caller.post(f"{address_of(machine)}sync/", {"dry_run": True}).json()["results"]
    assert said and "cables" not in {one["resource"] for one in said}


def test_rows_without_resources_are_all_that_is_written(caller: Caller, device: Any) -> None:
    key = key_of(caller, device, "Po1")
    answer = caller.post(f"{address_of(device)}sync/", {"keys": {"interfaces": [key]}})
    assert [one["resource"] for one in answer.json()["results"]] == ["interfaces"]
    assert [one.name for one in Interface.objects.all()] == ["Po1"]


@pytest.mark.parametrize("dry_run", [True, False])
def test_what_was_not_looked_at_is_told_and_kept(
    simulator: Simulator, caller: Caller, device: Any, dry_run: bool
) -> None:
    simulator.faults.add("/port_stack", "status", status=500)
    (result,) = caller.sync(device, dry_run=dry_run).json()["results"]
    assert result["gaps"] == [
        {
            "code": "port_stack",
            "count": 0,
            "names": [],
            "message": "Which ports lie on which others was not looked at.",
        }
    ]
    kept = [gap for run in SyncRun.objects.all() for result in run.results for gap in result["gaps"]]
    assert kept == ([] if dry_run else [{"code": "port_stack", "count": 0, "names": []}])


def test_syncing_twice_finds_nothing_to_do(caller: Caller, device: Any) -> None:
    caller.sync(device)
    again = caller.sync(device).json()
    assert (again["run"], again["results"][0]["applied"]) == (None, {})


def test_a_dry_run_says_what_would_be_written_and_writes_nothing(caller: Caller, device: Any) -> None:
    Interface.objects.create(device=device, name="Gi1/0/1", type="1000base-t")
    answer = caller.sync(device, dry_run=True).json()
    assert answer["run"] is None
    assert answer["results"] == [
        {"resource": "interfaces", "applied": {"missing": 3, "changed": 1}, "failed": [], "stale": [], "gaps": []}
    ]
    assert (Interface.objects.count(), SyncRun.objects.count()) == (1, 0)


def test_only_the_rows_that_were_named_are_written(caller: Caller, device: Any) -> None:
    answer = caller.sync(device, keys={"interfaces": [key_of(caller, device, "Gi1/0/3")]})
    assert answer.json()["results"][0]["applied"] == {"missing": 1}
    assert list(Interface.objects.values_list("name", flat=True)) == ["Gi1/0/3"]


def test_no_row_named_writes_no_row(caller: Caller, device: Any) -> None:
    assert caller.sync(device, keys={"interfaces": []}).json()["run"] is None
    assert not Interface.objects.exists()


def test_fields_that_are_left_out_stay(caller: Caller, device: Any) -> None:
    held = Interface.objects.create(device=device, name="Gi1/0/1", type="1000base-t", description="by hand")
    caller.sync(device, exclude_fields=["description"])
    held.refresh_from_db()
    assert (held.description, held.mtu) == ("by hand", 1500)


def test_a_new_interface_gets_its_name_and_type_whatever_is_left_out(caller: Caller, device: Any) -> None:
    answer = caller.sync(device, exclude_fields=["name", "type", "mtu"])
    assert answer.json()["results"][0]["applied"] == {"missing": 4}
    port = Interface.objects.get(name="Gi1/0/1")
    assert (port.type, port.mtu) == ("1000base-t", None)


def test_a_row_that_has_changed_since_it_was_compared_is_stale(caller: Caller, device: Any) -> None:
    held = Interface.objects.create(device=device, name="Gi1/0/1", type="1000base-t", description="old")
    seen = row_of(caller, device, "Gi1/0/1")
    Interface.objects.filter(pk=held.pk).update(description="somebody was here")
    answer = caller.sync(device, expected={"interfaces": {seen["key"]: seen["fingerprint"]}})
    assert answer.json()["results"][0] == {
        "resource": "interfaces",
        "applied": {},
        "failed": [],
        "stale": [seen["key"]],
        "gaps": [],
    }
    held.refresh_from_db()
    assert held.description == "somebody was here"


def test_fingerprints_alone_choose_their_rows(caller: Caller, device: Any) -> None:
    seen = row_of(caller, device, "Gi1/0/3")
    caller.sync(device, expected={"interfaces": {seen["key"]: seen["fingerprint"]}})
    assert list(Interface.objects.values_list("name", flat=True)) == ["Gi1/0/3"]


def test_a_row_that_vanished_after_it_was_seen_is_reported_and_the_others_are_written(
    caller: Caller, device: Any
) -> None:
    seen = row_of(caller, device, "Gi1/0/3")
    expected = {seen["key"]: seen["fingerprint"], "port-99999": "0" * 16}
    (result,) = caller.sync(device, expected={"interfaces": expected}).json()["results"]
    assert result["applied"] == {"missing": 1}
    assert [(row["key"], row["code"]) for row in result["failed"]] == [("port-99999", "unknown_key")]


def test_a_refused_row_does_not_stop_the_others(simulator: Simulator, device: Any) -> None:
    narrow = somebody("narrow", {SETTINGS: ["view", "change"], "dcim.device": ["view"], "dcim.macaddress": ["add"]})
    for action in ("view", "add"):
        grant(narrow, "dcim.interface", action, constraints={"name": "Gi1/0/3"})
    (result,) = Caller(narrow).sync(device).json()["results"]
    assert result["applied"] == {"missing": 1}
    assert {row["code"] for row in result["failed"]} == {"no_permission", "dependency_failed"}
    assert all(row["message"] for row in result["failed"])
    assert list(Interface.objects.values_list("name", flat=True)) == ["Gi1/0/3"]


def test_a_row_can_be_given_to_another_member_of_the_chassis(simulator: Simulator, caller: Caller) -> None:
    device_id = simulator.state.add_device(hostname="stack")
    port_id = simulator.state.add_port(device_id, ifName="mgmt")
    first, second = (
        make_device(f"stack-{number}", librenms_id=device_id if number == 1 else None) for number in (1, 2)
    )
    make_chassis("stack", first, second)
    key = f"port-{port_id}"
    answer = caller.sync(first, choices={"interfaces": {key: {"member": second.pk}}})
    assert answer.json()["results"][0]["applied"] == {"missing": 1}
    assert Interface.objects.get(name="mgmt").device == second


def test_virtual_machines_are_synced_the_same_way(simulator: Simulator, caller: Caller) -> None:
    device_id = simulator.state.add_device(hostname="guest")
    simulator.state.add_port(device_id, ifName="eth0")
    machine = make_vm("guest", librenms_id=device_id)
    assert caller.sync(machine).json()["results"][0]["applied"] == {"missing": 1}
    assert VMInterface.objects.get().name == "eth0"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"resources": ["unicorns"]}, "unknown_resource"),
        ({"resources": []}, "invalid"),
        ({"resources": "interfaces"}, "invalid"),
        ({"keys": {"unicorns": []}}, "unknown_resource"),
        ({"keys": {"interfaces": ["port-99999"]}}, "unknown_key"),
        ({"keys": {"interfaces": "port-1"}}, "invalid"),
        ({"keys": ["port-1"]}, "invalid"),
        ({"exclude_fields": ["colour"]}, "unknown_field"),
        ({"server": "elsewhere"}, "unknown_server"),
        ({"choices": {"interfaces": {"port-1": {"member": 99999}}}}, "unknown_member"),
        ({"choices": {"interfaces": {"port-1": {"member": "x"}}}}, "invalid"),
        ({"dry_run": "perhaps"}, "invalid"),
        ({"dryrun": True}, "invalid"),
    ],
)
def test_a_body_that_cannot_be_followed_writes_nothing(
    caller: Caller, device: Any, body: dict[str, Any], code: str
) -> None:
    answer = caller.sync(device, **body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["detail"]
    assert not Interface.objects.exists()


@pytest.mark.parametrize("body", ["[]", '"text"', "null", "7"])
def test_a_body_of_another_kind_is_refused(caller: Caller, device: Any, body: str) -> None:
    answer = caller.send_text(f"{ROOT}/devices/{device.pk}/sync/", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert not Interface.objects.exists()


def test_a_device_that_librenms_does_not_know_is_not_synced(simulator: Simulator, caller: Caller) -> None:
    answer = caller.sync(make_device("nobody"))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_identified")


def test_a_read_only_token_cannot_sync_and_not_even_try(device: Any) -> None:
    caller = Caller(admin(), writes=False)
    assert caller.compare(device).status_code == 200
    assert caller.sync(device).status_code == 403
    assert caller.sync(device, dry_run=True).status_code == 403
    assert not Interface.objects.exists()


def test_the_right_to_view_is_not_enough_to_sync(device: Any) -> None:
    reader = somebody(
        "reader", {SETTINGS: ["view"], "dcim.device": ["view"], "dcim.interface": ["view", "add", "change"]}
    )
    caller = Caller(reader)
    assert caller.compare(device).status_code == 200
    assert caller.sync(device).status_code == 403


def test_the_plugins_right_alone_writes_no_interface(device: Any) -> None:
    writer = somebody("writer", {SETTINGS: ["view", "change"], "dcim.device": ["view"]})
    (result,) = Caller(writer).sync(device).json()["results"]
    assert result["applied"] == {}
    assert {row["code"] for row in result["failed"]} == {"no_permission", "dependency_failed"}
    assert not Interface.objects.exists()
