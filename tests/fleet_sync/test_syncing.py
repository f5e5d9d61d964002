"""What becomes of many objects: written, left out, failed, and none at the cost of another."""

from typing import Any

import pytest
from core.models import ObjectChange
from dcim.models import Device, Interface, VirtualChassis
from django.db.models import QuerySet

from netbox_librenms_plugin.fleet_sync import planning
from netbox_librenms_plugin.fleet_sync.options import SyncOptions, UnknownFieldError
from netbox_librenms_plugin.models import Run, RunItem, SyncRun
from netbox_librenms_plugin.runs.worker import run_now
from netbox_librenms_plugin.sync.core.plan import Outcome
from simulator.server import Simulator
from tests.factories import grant, make_device, make_vm, request_of, somebody
from tests.librenms import add_switch
from tests.orm.support import analyse, counted, plan_of

from .support import counts, outcomes, reasons, switches, sync

pytestmark = pytest.mark.django_db

SETTINGS = "netbox_librenms_plugin.librenmssettings"
WRITES = ["view", "add", "change"]
RIGHTS = {SETTINGS: ["view", "change"], "dcim.interface": WRITES, "dcim.macaddress": WRITES}


def made_by(run: Any) -> QuerySet[ObjectChange]:
    return ObjectChange.objects.filter(request_id=run.request_id, action="create")


def test_objects_are_synced_each_with_its_record_and_one_request_id(simulator: Simulator) -> None:
    devices = switches(simulator, 3)
    run = sync(devices)
    assert (str(run), run.state) == (f"Sync #{run.pk}", "completed")
    assert outcomes(run) == dict.fromkeys(("switch-001", "switch-002", "switch-003"), "synced")
    assert list(counts(run).values()) == [{"interfaces": 3}] * 3
    assert list(SyncRun.objects.values_list("run", flat=True)) == [run.pk] * 3
    assert made_by(run).filter(changed_object_type__model="interface").count() == Interface.objects.count() == 9
    again = sync(devices)
    assert (again.state, set(outcomes(again).values())) == ("completed", {"agrees"})
    assert SyncRun.objects.count() == 3 and not ObjectChange.objects.filter(request_id=again.request_id).exists()


def test_many_are_written_together_with_the_same_outcome(simulator: Simulator) -> None:
    devices = switches(simulator, planning.MANY)
    run = sync(devices)
    assert (run.state, run.counts()["synced"]) == ("completed", planning.MANY)
    assert Interface.objects.count() == 3 * planning.MANY
    assert SyncRun.objects.filter(run=run).count() == planning.MANY
    assert run.items.filter(counts={"interfaces": 3}).count() == planning.MANY


def test_devices_and_virtual_machines_go_together(simulator: Simulator) -> None:
    guest = simulator.state.add_device(hostname="guest")
    simulator.state.add_port(guest, ifName="eth0")
    vm = make_vm("guest", librenms_id=guest)
    run = sync([*switches(simulator, 1), vm], options=SyncOptions())
    assert outcomes(run) == {"switch-001": "synced", "guest": "synced"}
    assert vm.interfaces.get().name == "eth0"


def test_who_is_not_certain_is_left_out_with_the_reason(simulator: Simulator) -> None:
    (good,) = switches(simulator, 1)
    unknown = make_device("patch-panel")
    gone = make_device("gone", librenms_id=4711)
    doubtful = make_device("someone-else", librenms_id=add_switch(simulator.state, 2, hostname="quite-another"))
    for number in (1, 2):
        simulator.state.add_device(hostname=f"192.0.2.{number}", sysName="twin")
    twin = make_device("twin")
    run = sync([good, unknown, gone, doubtful, twin])
    assert outcomes(run) == {
        "switch-001": "synced",
        "patch-panel": "left_out",
        "gone": "left_out",
        "someone-else": "left_out",
        "twin": "left_out",
    }
    assert reasons(run) == {
        "patch-panel": ["not_in_librenms"],
        "gone": ["not_in_librenms"],
        "someone-else": ["identity_doubt"],
        "twin": ["several_devices"],
    }
    assert run.state == "completed", "what is left out is no failure"
    assert set(Interface.objects.values_list("device", flat=True)) == {good.pk}


def test_what_a_person_has_to_decide_is_counted_and_left(simulator: Simulator) -> None:
    (device,) = switches(simulator, 1)
    other = make_device("other")
    librenms_id = device.custom_field_data["librenms_id"]["default"]
    port = next(one for one in simulator.state.ports.values() if one["device_id"] == librenms_id)
    simulator.state.add_port(librenms_id, ifName=port["ifName"], ifType="ethernetCsmacd")
    assert plan_of(device).counts[Outcome.CONFLICT] == 2
    run = sync([device, other])
    assert counts(run)["switch-001"] == {"interfaces": 2, "left": 2}
    assert run.state == "completed"


def test_one_that_librenms_fails_for_costs_only_itself(simulator: Simulator) -> None:
    devices = switches(simulator, 3)
    broken = devices[1].custom_field_data["librenms_id"]["default"]
    simulator.faults.add(rf"/devices/{broken}/ports", "status", status=500)
    run = sync(devices)
    assert outcomes(run) == {"switch-001": "synced", "switch-002": "failed", "switch-003": "synced"}
    assert reasons(run) == {"switch-002": ["librenms_failed"]}
    assert run.state == "partial"


def test_nothing_is_created_or_changed_that_was_not_asked_for(simulator: Simulator) -> None:
    (device,) = switches(simulator, 1)
    Interface.objects.create(device=device, name="Gi1/0/1", type="other", description="by hand")
    run = sync([device], options=SyncOptions(resources=("interfaces",), outcomes=frozenset({Outcome.MISSING})))
    assert counts(run) == {"switch-001": {"interfaces": 2}}
    assert device.interfaces.get(name="Gi1/0/1").description == "by hand"
    left_alone = SyncOptions(resources=("interfaces",), exclude_fields=("description",))
    run = sync([device], options=left_alone)
    assert counts(run) == {"switch-001": {"interfaces": 1}}
    assert device.interfaces.get(name="Gi1/0/1").description == "by hand"


def test_only_the_rows_that_were_named_as_far_as_they_are_as_they_were(simulator: Simulator) -> None:
    first, second = switches(simulator, 2)
    chosen, stale = plan_of(first).changes[0], plan_of(second).changes[0]
    run = sync(
        [first, second],
        choices={
            ("device", first.pk): {
                "rows": {"interfaces": [chosen.key]},
                "seen": {"interfaces": {chosen.key: chosen.fingerprint}},
            },
            ("device", second.pk): {
                "rows": {"interfaces": [stale.key]},
                "seen": {"interfaces": {stale.key: "0123456789abcdef"}},
            },
        },
    )
    assert list(Interface.objects.values_list("device__name", "name")) == [("switch-001", chosen.name)]
    assert outcomes(run) == {"switch-001": "synced", "switch-002": "failed"}
    assert reasons(run) == {"switch-002": ["stale"]}


def test_a_field_that_does_not_exist_starts_nothing(simulator: Simulator) -> None:
    with pytest.raises(UnknownFieldError, match="There is no field “colour” to leave out"):
        sync(switches(simulator, 1), options=SyncOptions(exclude_fields=("colour",)))


def test_permissions_hold_for_each_object_and_each_row(simulator: Simulator) -> None:
    seen, hidden = switches(simulator, 2)
    user = somebody("editor", RIGHTS)
    grant(user, "dcim.device", "view", constraints={"name": "switch-001"})
    run = sync([seen, hidden], user=type(user).objects.get(pk=user.pk))
    assert set(outcomes(run)) == {"switch-001"}, "what he may not view is not even named"
    assert not hidden.interfaces.exists()
    assert seen.interfaces.count() == 3


def test_one_that_is_deleted_meanwhile_is_said_to_be_gone(simulator: Simulator) -> None:
    devices = switches(simulator, 3)
    victims = [devices[1].pk]

    def deletes(item: RunItem) -> None:
        Device.objects.filter(pk__in=victims).delete()

    run = sync(devices, done=deletes)
    assert outcomes(run) == {"switch-001": "synced", "switch-002": "failed", "switch-003": "synced"}
    assert reasons(run) == {"switch-002": ["object_gone"]}


def test_a_cancel_ends_it_between_two_objects(simulator: Simulator) -> None:
    devices, told = switches(simulator, 4), list[RunItem]()
    run = sync(devices, done=told.append, stop=lambda: len(told) == 2)
    assert (run.state, run.counts()["synced"], run.counts()["pending"]) == ("cancelled", 2, 2)
    assert Interface.objects.values("device").distinct().count() == 2


def test_members_of_one_chassis_are_written_once(simulator: Simulator) -> None:
    first, second = switches(simulator, 2)
    chassis = VirtualChassis.objects.create(name="stack", master=first)
    Device.objects.filter(pk=second.pk).update(custom_field_data={})
    for number, one in enumerate((first, second), 1):
        Device.objects.filter(pk=one.pk).update(virtual_chassis=chassis, vc_position=number)
    run = sync([first, second])
    assert sorted(outcomes(run).values()) == ["agrees", "synced"]
    assert run.state == "completed"


def test_the_number_of_queries_does_not_grow_with_the_objects(simulator: Simulator) -> None:
    """For each transaction of so many objects: twice as many objects take twice as many transactions, not more."""
    numbers = []
    for first in (1, 1001):
        devices = switches(simulator, planning.MANY, first=first, ports=2 if first == 1 else 8)
        analyse()
        sync(devices[:1])
        with counted() as queries:
            run = sync(devices)
        assert run.state == "completed"
        numbers.append(len(queries))
    # Eight ports instead of two, of each of fifty devices, cost nothing
    assert numbers[1] <= numbers[0] * 1.1, numbers


def test_what_a_killed_worker_had_written_is_told_by_the_next(simulator: Simulator) -> None:
    """Its transaction was stored, and the item was not."""
    devices = switches(simulator, 2)
    run = sync(devices)
    run.items.filter(name="switch-001").update(outcome="pending", counts={}, phase="", done_by={}, ended=None)
    Run.objects.filter(pk=run.pk).update(state="running", ended=None)
    run.refresh_from_db()
    with request_of(run.user) as request:
        run_now(run, request)
    assert outcomes(run) == {"switch-001": "synced", "switch-002": "synced"}
    assert list(counts(run).values()) == [{"interfaces": 3}] * 2
    assert SyncRun.objects.count() == 2
