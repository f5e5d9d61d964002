"""Every fault of LibreNMS against REST: a clear sentence with a code, and nothing written."""

from typing import Any

import pytest
from core.models import ObjectChange
from dcim.models import Interface

from simulator.server import Simulator
from tests.factories import admin, make_device
from tests.librenms import add_switch, asked_by_somebody_else, librenms_servers, server_entry, simulated_librenms

from .support import Caller

pytestmark = pytest.mark.django_db

PORTS = r"/devices/\d+/ports"
FAULTS: dict[str, tuple[str, dict[str, Any], int, str]] = {
    "401": ("status", {"status": 401}, 502, "authentication"),
    "403": ("status", {"status": 403}, 502, "permission"),
    "404": ("status", {"status": 404, "message": "This API route doesn't exist."}, 502, "route_missing"),
    "500": ("status", {"status": 500}, 502, "server_error"),
    "503": ("status", {"status": 503}, 502, "unavailable"),
    "html page": ("html", {"status": 200}, 502, "not_json"),
    "gateway's html page": ("html", {"status": 502}, 502, "server_error"),
    "truncated": ("truncated", {}, 502, "not_json"),
    "dropped": ("drop", {}, 502, "unreachable"),
    "redirect": ("redirect", {}, 502, "redirect"),
    "slow": ("delay", {"seconds": 10}, 504, "timeout"),
    "dripping body": ("drip", {"seconds": 0.05, "drops": 600}, 504, "timeout"),
    "dripping chunks": ("drip", {"part": "chunks", "seconds": 0.05, "drops": 600}, 504, "timeout"),
    "dripping header": ("drip", {"part": "header", "seconds": 0.05, "drops": 600}, 504, "timeout"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_one_sentence_and_writes_nothing(name: str) -> None:
    kind, options, status, code = FAULTS[name]
    caller = Caller(admin())
    with simulated_librenms(switchless(), timeout=2, page_timeout=2.5) as simulator:
        device = make_device("switch", librenms_id=add_switch(simulator.state, 3))
        simulator.faults.add(PORTS, kind, **options)
        changes = ObjectChange.objects.count()
        answers = [caller.compare(device), caller.sync(device), caller.sync(device, dry_run=True)]
        for answer in answers:
            body = answer.json()
            assert (answer.status_code, body["code"]) == (status, code), body
            assert "Simulated LibreNMS" in body["detail"]
            assert simulator.tokens.admin not in answer.content.decode()
    assert (Interface.objects.count(), ObjectChange.objects.count()) == (0, changes)


def switchless() -> Any:
    from simulator.data import Dataset

    return Dataset.empty()


def test_what_somebody_else_waits_for_is_busy_and_writes_nothing() -> None:
    caller = Caller(admin())
    with simulated_librenms(switchless(), page_timeout=0.3) as simulator:
        number = add_switch(simulator.state, 3)
        device = make_device("switch", librenms_id=number)
        with asked_by_somebody_else(f"snapshot:{number}"):
            for answer in (caller.compare(device), caller.sync(device)):
                assert (answer.status_code, answer.json()["code"]) == (503, "busy")
                assert "Simulated LibreNMS" in answer.json()["detail"]
        assert not simulator.requests and not Interface.objects.exists()
        assert caller.compare(device).status_code == 200


def test_a_failure_is_told_again_without_asking(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3))
    simulator.faults.add(PORTS, "status", status=500)
    answers = [Caller(admin()).compare(device, refresh=True).json() for _call in range(12)]
    assert {(answer["code"], answer["detail"]) for answer in answers} == {("server_error", answers[0]["detail"])}
    assert len([one for one in simulator.requests if one.path.endswith("/ports")]) == 1


def test_a_server_that_is_gone(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3))
    simulator.stop()
    answer = Caller(admin()).sync(device)
    assert (answer.status_code, answer.json()["code"]) == (502, "unreachable")
    assert not Interface.objects.exists()


def test_no_server_configured(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=1)
    with librenms_servers({}):
        answer = Caller(admin()).compare(device)
    assert (answer.status_code, answer.json()["code"]) == (503, "configuration")
    assert "PLUGINS_CONFIG" in answer.json()["detail"]


def test_a_device_that_is_gone_from_librenms(simulator: Simulator) -> None:
    answer = Caller(admin()).compare(make_device("switch", librenms_id=4711))
    assert (answer.status_code, answer.json()["code"]) == (502, "device_not_found")


def test_one_odd_row_leaves_the_others_to_be_synced(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 4, vlans=()))
    simulator.faults.add(PORTS, "wrong_types", row=1)
    answer = Caller(admin()).sync(device)
    assert answer.status_code == 200
    assert answer.json()["results"][0]["failed"] == []
    assert Interface.objects.exists()


def test_hostile_texts_are_data(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 6, vlans=()))
    simulator.faults.add(PORTS, "hostile", fields=["ifAlias", "ifName", "ifDescr"])
    caller = Caller(admin())
    assert caller.compare(device).status_code == 200
    answer = caller.sync(device)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"


def test_a_token_with_few_rights_is_told_apart(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3))
    with librenms_servers({"default": server_entry(simulator, token=simulator.tokens.norole)}):
        answer = Caller(admin()).compare(device)
    assert (answer.status_code, answer.json()["code"]) == (502, "permission")


def test_what_librenms_does_not_give_is_named_beside_the_plans(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3))
    caller = Caller(admin())
    resources = ["vlans", "interfaces"]
    assert "errors" not in caller.compare(device, resource=resources).json()
    simulator.faults.add("/vlans", "status", status=500)
    body = caller.compare(device, resource=resources, refresh=True).json()
    assert [plan["resource"] for plan in body["plans"]] == ["interfaces"]
    (error,) = body["errors"]
    assert (error["resource"], error["code"]) == ("vlans", "server_error")
    assert "Simulated LibreNMS" in error["message"]
