"""``POST devices/sync/``: many objects in one call."""

from typing import Any

import pytest
from dcim.models import Device, Interface

from netbox_librenms_plugin.models import Run, SyncRun
from simulator.server import Simulator
from tests.factories import make_device, make_vm, somebody
from tests.fleet_sync.support import switches

from .support import ROOT, Caller

pytestmark = pytest.mark.django_db

PATH = f"{ROOT}/devices/sync/"


def sync(caller: Caller, **body: Any) -> Any:
    return caller.post(PATH, {"resources": ["interfaces"], **body})


def test_some_are_synced_by_their_ids(simulator: Simulator, caller: Caller) -> None:
    devices = switches(simulator, 2)
    panel = make_device("patch-panel")
    answer = sync(caller, ids=[*(one.pk for one in devices), panel.pk])
    assert answer.status_code == 200, answer.json()
    said = answer.json()
    run = Run.objects.get()
    assert (said["run"], said["state"], said["server"]) == (run.pk, "completed", "default")
    assert said["counts"] == {"synced": 2, "left_out": 1} and said["written"] == {"interfaces": 6}
    first, _second, last = said["results"]
    assert first["object"] == {"type": "dcim.device", "id": devices[0].pk, "name": "switch-001"}
    assert (first["outcome"], first["written"], first["issues"]) == ("synced", {"interfaces": 3}, [])
    assert [one["code"] for one in last["issues"]] == ["not_in_librenms"] and last["issues"][0]["message"]
    assert SyncRun.objects.filter(run=run).count() == 2
    assert caller.get(f"{ROOT}/sync-runs/", run_id=run.pk).json()["count"] == 2


def test_a_filter_is_netboxs_own(simulator: Simulator, caller: Caller) -> None:
    switches(simulator, 2)
    assert sync(caller, filter={"name": "switch-002"}).json()["written"] == {"interfaces": 3}
    assert set(Interface.objects.values_list("device__name", flat=True)) == {"switch-002"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid"),
        ({"ids": [1], "filter": {"site": ["x"]}}, "invalid"),
        ({"filter": {}}, "invalid"),
        ({"ids": []}, "invalid"),
        ({"ids": [4711]}, "not_found"),
        ({"filter": {"colour": ["red"]}}, "unknown_filter"),
        ({"filter": {"site": []}}, "unknown_filter"),
        ({"filter": {"site": ["nowhere"]}}, "unknown_filter"),
        ({"filter": {"name": ["switch-001"]}, "dryrun": True}, "invalid"),
        ({"filter": {"name": ["switch-001"]}, "exclude_fields": ["colour"]}, "unknown_field"),
        ({"filter": {"name": ["switch-001"]}, "resources": ["toys"]}, "unknown_resource"),
        ({"filter": {"name": ["switch-001"]}, "server": "other"}, "unknown_server"),
        ({"filter": {"name": ["switch-001"]}, "background": True}, "no_worker"),
    ],
)
def test_what_cannot_be_followed_writes_nothing(
    simulator: Simulator, caller: Caller, body: dict[str, Any], code: str
) -> None:
    switches(simulator, 1)
    answer = sync(caller, **body)
    assert answer.status_code == (503 if code == "no_worker" else 400), answer.json()
    assert answer.json()["code"] == code and answer.json()["detail"]
    assert not Run.objects.exists() and not Interface.objects.exists()


def test_a_dry_run_says_the_numbers_and_writes_nothing(simulator: Simulator, caller: Caller) -> None:
    switches(simulator, 2)
    make_device("patch-panel")
    said = sync(caller, filter={"status": "active"}, dry_run=True).json()
    assert (said["run"], said["objects"], said["left_out"], said["failed"]) == (None, 3, 1, 0)
    assert said["resources"]["interfaces"]["create"] == 6
    assert [one["reason"] and one["reason"]["code"] for one in said["results"]] == ["not_in_librenms", None, None]
    only_changes = sync(caller, filter={"status": "active"}, dry_run=True, outcomes=["changed"]).json()
    assert (only_changes["resources"]["interfaces"]["create"], only_changes["resources"]["interfaces"]["kept"]) == (
        0,
        6,
    )
    assert not Run.objects.exists() and not Interface.objects.exists()


def test_many_need_the_background(simulator: Simulator, caller: Caller) -> None:
    model = make_device("switch-000")
    Device.objects.bulk_create(
        Device(name=f"switch-{n:03}", site=model.site, role=model.role, device_type=model.device_type)
        for n in range(1, 21)
    )
    answer = sync(caller, filter={"status": "active"})
    assert (answer.status_code, answer.json()["code"]) == (400, "too_many")


def test_virtual_machines_have_their_own_address(simulator: Simulator, caller: Caller) -> None:
    guest = simulator.state.add_device(hostname="guest")
    simulator.state.add_port(guest, ifName="eth0")
    vm = make_vm("guest", librenms_id=guest)
    said = caller.post(f"{ROOT}/virtual-machines/sync/", {"filter": {"name": ["guest"]}}).json()
    assert said["results"][0]["object"]["type"] == "virtualization.virtualmachine"
    assert vm.interfaces.get().name == "eth0"


def test_a_token_that_may_only_read_starts_nothing(simulator: Simulator) -> None:
    (device,) = switches(simulator, 1)
    user = somebody("reader", {"netbox_librenms_plugin.librenmssettings": ["view", "change"], "dcim.device": ["view"]})
    assert sync(Caller(user, writes=False), ids=[device.pk]).status_code == 403
    assert not Run.objects.exists()
