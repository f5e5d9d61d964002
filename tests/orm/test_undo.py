"""Sync, undo: NetBox is as before, field by field, and the change log tells it."""

from typing import Any

import pytest
from core.models import ObjectChange
from dcim.models import Cable, Device, Interface, MACAddress, VirtualChassis
from extras.models import Tag
from ipam.models import VLAN, IPAddress
from virtualization.models import VMInterface

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.engine.undo import plan_undo
from netbox_librenms_plugin.import_utils.options import ImportOptions
from netbox_librenms_plugin.models import Run, SyncRun
from netbox_librenms_plugin.sync.core.issues import Code
from netbox_librenms_plugin.sync.undo.rows import UndoRow
from netbox_librenms_plugin.undo_runs.starts import UndoRefusedError
from netbox_librenms_plugin.words.sentences import sentence
from simulator.server import Simulator
from tests.factories import (
    admin,
    grant,
    make_cable,
    make_device,
    make_interface,
    make_object_of,
    request_of,
    somebody,
)
from tests.imports.support import import_all, known_to_netbox
from tests.librenms import add_switch
from tests.orm.support import counted, plan_of, writes_in
from tests.undo import contents, sync, undone, unlike

pytestmark = pytest.mark.django_db

# A few devices of the company that are cabled to each other
SITE = "hel1-"
# A stack and what it is connected to
IMPORTED = "hel1-"


def told(request_id: Any) -> set[str]:
    """What the change log says that a request did: kinds and actions."""
    entries = ObjectChange.objects.filter(request_id=request_id)
    return {f"{one.action} {one.changed_object_type.model}" for one in entries.select_related("changed_object_type")}


def reasons(run: Run) -> list[tuple[str, str, str]]:
    """What was not undone: (object, code, details)."""
    return [(one["name"], one["code"], str(one["details"])) for item in run.items.all() for one in item.issues]


def everything_undone(record: Any, before: dict[str, Any]) -> Run:
    """The run can be undone wholly, and NetBox is as before then."""
    plan = plan_undo(record, user=admin())
    assert plan.problem is None
    assert [(one.key, one.issues) for one in plan.left_out] == []
    run = undone(record)
    assert reasons(run) == [], reasons(run)
    assert run.state == "completed"
    assert sum(sum(item.counts.values()) for item in run.items.all()) == len(plan.ready)
    assert unlike(before, contents()) == {}
    return run


def test_interfaces_vlans_and_mac_addresses(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 5))
    before = contents()
    run = sync(device, "vlans", "interfaces")
    assert len(unlike(before, contents())) == 11
    assert told(everything_undone(run, before).request_id) == {"delete interface", "delete macaddress"}


def test_what_was_changed_goes_back(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 5))
    sync(device, "vlans", "interfaces")
    for port in Interface.objects.filter(device=device):
        port.description, port.mtu, port.mode, port.enabled = "by hand", 9000, "", False
        port.custom_field_data = {}
        port.lag = None
        port.tagged_vlans.clear()
        port.untagged_vlan = None
        port.save()
    Interface.objects.filter(device=device, name="Gi1/0/3").update(primary_mac_address=None)
    MACAddress.objects.filter(assigned_object_id__in=Interface.objects.filter(name="Gi1/0/3").values("pk")).delete()
    before = contents()
    run = sync(device, "vlans", "interfaces")
    assert len(unlike(before, contents())) == 6
    everything_undone(run, before)


@pytest.mark.network
def test_every_kind_of_row_of_a_network(company: Simulator) -> None:
    """The last devices have neighbours that are there already, so that they get cables."""
    objects = [make_object_of(row) for row in company.state.devices.values() if row["hostname"].startswith(SITE)]
    states, runs = [], []
    for one in objects:
        states.append(contents())
        runs.append(sync(one))
    assert Cable.objects.count() and IPAddress.objects.count() and VLAN.objects.count()
    for before, run in zip(reversed(states), reversed(runs), strict=True):
        everything_undone(run, before)


def test_a_virtual_machine(company: Simulator) -> None:
    guest = next(row for row in company.state.devices.values() if row.get("parent_id") is not None)
    machine = make_object_of(guest)
    before = contents()
    run = sync(machine)
    assert VMInterface.objects.count() and IPAddress.objects.count()
    everything_undone(run, before)


def test_removed_interfaces_come_back_with_all_that_hung_on_them(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3))
    sync(device, "vlans", "interfaces")
    old = furnished_interface(device)
    before = contents()
    run = removed(device, old)
    assert not Interface.objects.filter(name="Gi1/0/99").exists()
    assert Device.objects.get(pk=device.pk).primary_ip4 is None
    undo_run = everything_undone(run, before)
    assert {"create interface", "create ipaddress", "create macaddress", "create cabletermination"} <= told(
        undo_run.request_id
    )
    assert "update device" in told(undo_run.request_id)
    # The undo is a run like any other
    (item,) = undo_run.items.all()
    assert (item.outcome, item.object, item.name) == ("done", device, "switch")
    undone(undo_run)
    assert not Interface.objects.filter(name="Gi1/0/99").exists()
    assert plan_undo(run, user=admin()).problem is None


def furnished_interface(device: Device) -> Interface:
    """An interface that LibreNMS does not have, with everything that can hang on one."""
    other = make_interface(make_device("other"), "eth0")
    lag = make_interface(device, "Po99", type="lag")
    vlan, tag = VLAN.objects.create(vid=77, name="v77"), Tag.objects.create(name="kept", slug="kept")
    old = make_interface(device, "Gi1/0/99", lag=lag, mode="tagged", untagged_vlan=vlan, description="old", mtu=1400)
    old.tagged_vlans.set([VLAN.objects.create(vid=78, name="v78")])
    old.tags.set([tag])
    mac = MACAddress.objects.create(mac_address="00:11:22:33:44:55", assigned_object=old)
    old.primary_mac_address = mac
    old.save()
    address = IPAddress.objects.create(address="192.0.2.9/24", assigned_object=old)
    device.primary_ip4 = address
    device.save()
    make_interface(device, "Gi1/0/99.5", type="virtual", bridge=old)
    make_cable(old, other, label="blue")
    return old


def removed(device: Device, *interfaces: Interface) -> SyncRun:
    """Interfaces that only NetBox has, deleted as the page does it."""
    plan = plan_of(device)
    keys = [one.key for one in plan.changes if one.netbox_id in {held.pk for held in interfaces}]
    with request_of(admin()) as request:
        selections = {"interfaces": engine.Selection(keys=keys)}
        run = engine.remove(device, user=admin(), request=request, selections=selections)
    assert len(run.written) == len(interfaces), run.failures
    return SyncRun.objects.get(pk=run.pk)


def test_only_what_nobody_changed_since(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 5))
    make_interface(device, "Gi1/0/1", description="before", mtu=9000)
    run = sync(device, "interfaces")
    ann = somebody("ann", {})
    with request_of(ann):
        for name, field, value in (("Gi1/0/1", "description", "by hand"), ("Gi1/0/2", "description", "by hand")):
            port = Interface.objects.get(name=name)
            port.snapshot()
            setattr(port, field, value)
            port.save()
    # Without an entry in the change log
    Interface.objects.filter(name="Gi1/0/3").update(mtu=1400)
    with request_of(ann):
        Interface.objects.get(name="Gi1/0/4").delete()
    plan = plan_undo(run, user=admin())
    rows = {row.name: row for row in plan.rows if row.key[0] == "dcim.interface"}
    assert [one.field for one in rows["Gi1/0/1"].fields if one.field in ("description", "mtu")] == ["mtu"]
    assert rows["Gi1/0/1"].fields and codes(rows["Gi1/0/1"]) == ["changed_since"]
    assert rows["Gi1/0/1"].issues[0].details["who"] == "ann"
    assert "ann" in sentence(rows["Gi1/0/1"].issues[0]) and "description" in sentence(rows["Gi1/0/1"].issues[0])
    assert (rows["Gi1/0/2"].standing, codes(rows["Gi1/0/2"])) == ("left", ["changed_since"])
    assert (rows["Gi1/0/3"].standing, codes(rows["Gi1/0/3"])) == ("left", ["changed_since_unknown"])
    assert (rows["Gi1/0/4"].standing, codes(rows["Gi1/0/4"])) == ("done", [])
    # The aggregate of which members stay cannot go either
    assert codes(rows["Po1"]) == ["hangs_on_it"]
    undo_run = undone(run)
    assert undo_run.state == "partial"
    port = Interface.objects.get(name="Gi1/0/1")
    assert (port.description, port.mtu) == ("by hand", 9000)
    assert set(Interface.objects.values_list("name", flat=True)) == {"Gi1/0/1", "Gi1/0/2", "Gi1/0/3", "Po1"}
    assert {code for _name, code, _details in reasons(undo_run)} >= {"changed_since", "changed_since_unknown"}
    # What was undone in part can be undone once more, for the rest
    assert plan_undo(run, user=admin()).problem is None


def codes(row: UndoRow) -> list[str]:
    return [one.code.value for one in row.issues]


def test_what_somebody_hung_on_it_since_keeps_it(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3))
    run = sync(device, "interfaces")
    first, second = Interface.objects.filter(name__startswith="Gi").order_by("name")
    IPAddress.objects.create(address="192.0.2.1/24", assigned_object=first)
    make_interface(device, "Gi1/0/2.7", type="virtual", parent=second)
    plan = plan_undo(run, user=admin())
    rows = {row.name: row for row in plan.rows}
    assert rows["Gi1/0/1"].issues[0].details["candidates"] == ["IP address 192.0.2.1/24"]
    assert rows["Gi1/0/2"].issues[0].details["candidates"] == ["interface Gi1/0/2.7"]
    # Their MAC addresses stay with them, and the aggregate of which they are members
    assert {row.standing for row in plan.rows} == {"left"}
    with pytest.raises(UndoRefusedError, match="Nothing of it can be undone"):
        undone(run)


def test_it_says_why_not(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3))
    old = make_interface(device, "Po99", type="lag")
    port = make_interface(device, "Gi1/0/1", lag=old)
    run = sync(device, "interfaces")
    port.refresh_from_db()
    assert port.lag.name == "Po1"
    with request_of(somebody("ann", {})):
        old.delete()
    rows = {row.name: row for row in plan_undo(run, user=admin()).rows}
    gone = [one for one in rows["Gi1/0/1"].issues if one.code is Code.REFERENCE_GONE]
    assert [sentence(one) for one in gone] == ["parent LAG: NetBox does not have “Po99” any more."]
    assert "lag" not in {one.field for one in rows["Gi1/0/1"].fields}
    with request_of(somebody("bob", {})):
        port.delete()
    row = plan_undo(run, user=admin()).by_key["dcim.interface", rows["Gi1/0/1"].key[1]]
    assert codes(row) == ["deleted_since"] and "Deleted since by bob" in sentence(row.issues[0])
    ObjectChange.objects.filter(request_id=run.request_id).delete()
    problem = plan_undo(run, user=admin()).problem
    assert problem is not None and problem.code is Code.LOG_PRUNED


def test_nobody_undoes_twice(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3))
    run = sync(device, "interfaces")
    first = undone(run)
    run.refresh_from_db()
    assert run.undone_by == first
    with pytest.raises(UndoRefusedError, match="root has undone it"):
        undone(run)
    second = undone(first)
    assert Interface.objects.count() == 3
    assert second.state == "completed"
    assert undone(run).state == "completed"
    assert not Interface.objects.exists()


def test_within_ones_rights(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3))
    make_interface(device, "Gi1/0/2", description="before")
    run = sync(device, "interfaces")
    ann = somebody("ann", {"dcim.interface": ["view", "change"], "dcim.device": ["view"]})
    grant(ann, "dcim.interface", "delete", constraints={"name": "Gi1/0/1"})
    grant(ann, "dcim.macaddress", "view", "delete")
    ann = type(ann).objects.get(pk=ann.pk)
    rows = {row.name: row for row in plan_undo(run, user=ann).rows}
    assert rows["Gi1/0/1"].ready and rows["Gi1/0/2"].ready
    assert codes(rows["Po1"]) == ["no_permission"]
    undone(run, user=ann)
    assert set(Interface.objects.values_list("name", flat=True)) == {"Gi1/0/2", "Po1"}


def test_other_requests_are_left_alone(simulator: Simulator) -> None:
    one, other = (make_device(f"sw{n}", librenms_id=add_switch(simulator.state, 3, hostname=f"sw{n}")) for n in "12")
    first, second = sync(one, "interfaces"), sync(other, "interfaces")
    kept = {row.pk for row in Interface.objects.filter(device=other)}
    entries = ObjectChange.objects.filter(request_id=second.request_id).count()
    undone(first)
    assert set(Interface.objects.values_list("pk", flat=True)) == kept
    assert ObjectChange.objects.filter(request_id=second.request_id).count() == entries


def test_a_part_of_what_one_request_wrote(simulator: Simulator) -> None:
    """As the command does it: all of its syncs have one request id."""
    one, other = (make_device(f"sw{n}", librenms_id=add_switch(simulator.state, 3, hostname=f"sw{n}")) for n in "12")
    with request_of(admin()) as request:
        for device in (one, other):
            engine.apply(device, user=admin(), request=request, selections={"interfaces": engine.Selection()})
    before = contents()
    undone(SyncRun.objects.get(object_id=one.pk))
    after = contents()
    assert not Interface.objects.filter(device=one).exists()
    assert not {key for key in unlike(before, after) if "interface" in key} - {
        key for key in before if key.startswith("dcim.interface") and before[key]["device_id"] == one.pk
    }
    assert Interface.objects.filter(device=other).count() == 3 and MACAddress.objects.count() == 3


def test_queries_do_not_depend_on_the_number_of_rows(simulator: Simulator) -> None:
    numbers = []
    for ports in (10, 200):
        device = make_device(f"sw{ports}", librenms_id=add_switch(simulator.state, ports, hostname=f"sw{ports}"))
        run = sync(device, "vlans", "interfaces")
        with counted() as queries:
            plan = plan_undo(run, user=admin())
        assert len(plan.ready) >= ports
        assert writes_in(queries) == []
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


@pytest.mark.network
def test_an_import_with_a_stack_leaves_nothing(company: Simulator) -> None:
    known_to_netbox()
    wanted = [row["device_id"] for row in company.state.devices.values() if row["hostname"].startswith(IMPORTED)]
    before = contents()
    run = import_all(wanted, options=ImportOptions(vlans=True))
    assert VirtualChassis.objects.exists() and Cable.objects.exists() and IPAddress.objects.exists()
    assert run.state in ("completed", "partial")
    undo_run = everything_undone(run, before)
    assert "delete virtualchassis" in told(undo_run.request_id)
    # And back again
    after = undone(undo_run)
    assert reasons(after) == [], [one for one in reasons(after) if one[1] != "reference_gone"] or reasons(after)[:20]
    assert VirtualChassis.objects.exists() and Cable.objects.exists() and IPAddress.objects.exists()
    everything_undone(after, before)
