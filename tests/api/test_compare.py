"""``GET devices/{pk}/compare/``."""

from typing import Any

import pytest
from core.models import ObjectChange
from dcim.models import Interface
from ipam.models import VLAN
from rest_framework.response import Response

from netbox_librenms_plugin.models import FieldPolicy
from netbox_librenms_plugin.resources import RESOURCES
from simulator.server import Simulator
from tests.factories import make_device, make_vm, somebody
from tests.librenms import add_switch, librenms_servers, server_entry

from .support import Caller, address_of

pytestmark = pytest.mark.django_db


def rows_of(answer: Response) -> dict[str, dict[str, Any]]:
    """Name → row of the interfaces' plan."""
    assert answer.status_code == 200, answer.json()
    (plan,) = answer.json()["plans"]
    return {row["name"]: row for row in plan["changes"]}


def field_of(row: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [one for one in row["fields"] if one["field"] == name]
    return found


def test_the_answer_has_the_shape_of_the_contract(simulator: Simulator, caller: Caller) -> None:
    librenms_id = add_switch(simulator.state, 3, vlans=())
    device = make_device("switch", librenms_id=librenms_id)
    held = Interface.objects.create(device=device, name="Gi1/0/1", type="1000base-t", description="by hand")
    Interface.objects.create(device=device, name="Console", type="other")
    answer = caller.compare(device)
    body = answer.json()
    assert (body["server"], body["librenms_id"]) == ("default", librenms_id)
    assert body["object"] == {"type": "dcim.device", "id": device.pk, "name": "switch"}
    assert body["fetched_at"] is not None
    (plan,) = body["plans"]
    assert plan["resource"] == "interfaces"
    assert plan["counts"] == {"missing": 2, "changed": 1, "conflict": 0, "blocked": 0, "extra": 1, "same": 0}
    row = rows_of(answer)["Gi1/0/1"]
    assert (row["outcome"], row["netbox_id"], row["syncable"]) == ("changed", held.pk, True)
    assert row["owner"] == {"id": device.pk, "name": "switch"}
    assert row["librenms_id"] > 0 and row["fingerprint"] and row["issues"] == []
    assert field_of(row, "description") == {
        "field": "description",
        "netbox": "by hand",
        "librenms": "desk 1",
        "policy": "librenms_wins",
        "writes": True,
    }


def test_references_are_an_id_and_a_name(simulator: Simulator, caller: Caller) -> None:
    vlan = VLAN.objects.create(vid=10, name="office")
    VLAN.objects.create(vid=20, name="voice")
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3))
    row = rows_of(caller.compare(device))["Gi1/0/1"]
    assert field_of(row, "untagged_vlan")["librenms"] == {"id": vlan.pk, "name": "10 (office)"}
    assert field_of(row, "tagged_vlans")["librenms"][0]["name"] == "20 (voice)"
    assert field_of(row, "lag")["librenms"] == {"id": None, "name": "Po1"}


def test_of_a_missing_object_every_value_it_would_get_is_shown(simulator: Simulator, caller: Caller) -> None:
    FieldPolicy.objects.create(resource="interfaces", field="description", policy="report_only")
    FieldPolicy.objects.create(resource="interfaces", field="mtu", policy="fill_if_empty")
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3, vlans=()))
    row = rows_of(caller.compare(device))["Gi1/0/1"]
    assert row["outcome"] == "missing"
    assert field_of(row, "mtu") == {
        "field": "mtu",
        "netbox": None,
        "librenms": 1500,
        "policy": "fill_if_empty",
        "writes": True,
    }
    assert "description" not in [one["field"] for one in row["fields"]]


def test_a_reason_comes_with_a_code_and_a_sentence(simulator: Simulator, caller: Caller) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3))
    row = rows_of(caller.compare(device))["Gi1/0/1"]
    assert {"vlan_missing"} == {issue["code"] for issue in row["issues"]}
    assert "no VLAN 10" in row["issues"][0]["message"]


def test_comparing_changes_nothing(simulator: Simulator, caller: Caller) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3))
    before = ObjectChange.objects.count()
    assert caller.compare(device, refresh="true").status_code == 200
    assert (Interface.objects.count(), ObjectChange.objects.count()) == (0, before)


def test_refresh_asks_librenms_anew(simulator: Simulator, caller: Caller) -> None:
    device_id = add_switch(simulator.state, 3, vlans=())
    device = make_device("switch", librenms_id=device_id)
    caller.compare(device)
    simulator.state.add_port(device_id, ifName="Gi1/0/9")
    assert "Gi1/0/9" not in rows_of(caller.compare(device))
    assert "Gi1/0/9" in rows_of(caller.compare(device, refresh="true"))


def test_a_virtual_machine_is_compared_the_same_way(simulator: Simulator, caller: Caller) -> None:
    device_id = simulator.state.add_device(hostname="guest")
    simulator.state.add_port(device_id, ifName="eth0")
    machine = make_vm("guest", librenms_id=device_id)
    answer = caller.compare(machine)
    assert rows_of(answer)["eth0"]["outcome"] == "missing"
    assert answer.json()["object"]["type"] == "virtualization.virtualmachine"


def test_the_server_can_be_chosen(simulator: Simulator, caller: Caller) -> None:
    with Simulator(data="company") as other:
        with librenms_servers({"a": server_entry(simulator), "b": server_entry(other)}):
            device = make_device("x")
            device.custom_field_data = {"librenms_id": {"b": min(other.state.devices)}}
            device.save()
            assert caller.compare(device, server="b").json()["server"] == "b"
            answer = caller.compare(device, server="c")
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_server")
    assert "a, b" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "code"),
    [({"resource": "unicorns"}, "unknown_resource"), ({"server": "x" * 60}, "invalid"), ({"refresh": "?"}, "invalid")],
)
def test_a_query_that_cannot_be_answered_says_why(
    simulator: Simulator, caller: Caller, query: dict[str, str], code: str
) -> None:
    answer = caller.compare(make_device("switch", librenms_id=add_switch(simulator.state, 3)), **query)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["detail"]


def test_only_the_resources_asked_for_are_compared(simulator: Simulator, caller: Caller) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3))
    answer = caller.compare(device, resource=["interfaces"])
    assert [plan["resource"] for plan in answer.json()["plans"]] == ["interfaces"]
    answer = caller.get(f"{address_of(device)}compare/")
    assert [plan["resource"] for plan in answer.json()["plans"]] == list(RESOURCES)


def test_a_device_that_librenms_does_not_know(simulator: Simulator, caller: Caller) -> None:
    answer = caller.compare(make_device("nobody"))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_identified")


def test_a_device_that_can_be_several_names_them(simulator: Simulator, caller: Caller) -> None:
    for number in (1, 2):
        simulator.state.add_device(hostname=f"192.0.2.{number}", sysName="twin")
    answer = caller.compare(make_device("twin"))
    assert (answer.status_code, answer.json()["code"]) == (409, "ambiguous")
    assert [one["name"] for one in answer.json()["candidates"]] == ["192.0.2.1", "192.0.2.2"]
    assert all(isinstance(one["librenms_id"], int) for one in answer.json()["candidates"])


def test_a_device_outside_the_constraints_is_not_there(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3))
    reader = somebody("reader", {"netbox_librenms_plugin.librenmssettings": ["view"]})
    caller = Caller(reader)
    assert caller.compare(device).status_code == 404
    narrow = Caller(somebody("narrow", {"dcim.device": ["view"]}, constraints={"name": "other"}))
    assert narrow.compare(device).status_code == 403


def test_interfaces_outside_the_constraints_are_not_shown(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3, vlans=()))
    Interface.objects.create(device=device, name="Secret", type="other")
    permissions = {"netbox_librenms_plugin.librenmssettings": ["view"], "dcim.device": ["view"]}
    answer = Caller(somebody("reader", permissions)).compare(device)
    assert "Secret" not in rows_of(answer)
