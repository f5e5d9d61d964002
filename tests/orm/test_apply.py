"""Comparing and applying against a real NetBox database and a LibreNMS on loopback."""

import pytest
from core.models import ObjectChange
from dcim.models import Device, Interface, MACAddress, Site
from ipam.models import VLAN

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.models import FieldPolicy, InterfaceTypeMapping, SyncRun
from netbox_librenms_plugin.sync.core.plan import Outcome
from simulator.server import Simulator
from tests.factories import admin, make_chassis, make_device, make_vm, request_of, somebody
from tests.librenms import add_switch

from .support import apply_to, counted, plan_of, writes_in

pytestmark = pytest.mark.django_db


def make_vlans(site: Site | None = None) -> list[VLAN]:
    return [VLAN.objects.create(vid=vid, name=f"v{vid}", site=site) for vid in (10, 20)]


def test_a_bare_device_gets_everything_that_librenms_sees(simulator: Simulator) -> None:
    vlans = make_vlans()
    device = make_device("switch", librenms_id=add_switch(simulator.state, 6))
    run = apply_to(device)
    assert not run.failures
    port = Interface.objects.get(device=device, name="Gi1/0/1")
    assert (port.type, port.speed, port.duplex, port.mtu, port.enabled) == ("1000base-t", 1_000_000, "full", 1500, True)
    assert (port.description, port.mode, port.untagged_vlan) == ("desk 1", "tagged", vlans[0])
    assert list(port.tagged_vlans.all()) == [vlans[1]]
    assert port.lag == Interface.objects.get(device=device, name="Po1")
    assert port.lag.type == "lag"
    assert port.custom_field_data["librenms_id"]["default"] > 0
    assert str(port.primary_mac_address.mac_address).startswith("02:00")
    assert port.primary_mac_address.assigned_object == port
    device.refresh_from_db()
    assert device.interface_count == 6


def test_applying_twice_finds_nothing_to_do_and_writes_nothing(simulator: Simulator) -> None:
    make_vlans()
    device = make_device("switch", librenms_id=add_switch(simulator.state, 6))
    apply_to(device)
    assert plan_of(device).counts[Outcome.SAME] == 6
    changes = ObjectChange.objects.count()
    with counted() as queries:
        run = apply_to(device)
    assert writes_in(queries) == []
    assert (run.pk, run.written, ObjectChange.objects.count()) == (None, [], changes)


def test_the_change_log_has_each_object_with_before_and_after(simulator: Simulator) -> None:
    make_vlans()
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3))
    held = Interface.objects.create(device=device, name="Gi1/0/1", type="1000base-t", description="by hand")
    apply_to(device)
    changes = ObjectChange.objects.filter(changed_object_type__model="interface")
    made = changes.exclude(changed_object_id=held.pk).order_by("time", "pk")
    actions = [(one.changed_object_id, one.action) for one in made]
    others = {pk for pk, _action in actions}
    assert len(others) == 2
    # NetBox's own order: an interface first, then its MAC address, then which of them is its primary one
    assert sorted(actions) == [(pk, action) for pk in sorted(others) for action in ("create", "update")]
    for one in made.filter(action="update"):
        differing = {key for key, value in one.postchange_data.items() if value != one.prechange_data[key]}
        assert differing == {"primary_mac_address"}
    update = changes.get(changed_object_id=held.pk)
    assert update.prechange_data["description"] == "by hand"
    assert update.prechange_data["tagged_vlans"] == []
    assert update.postchange_data["description"] == "desk 1"
    assert update.postchange_data["tagged_vlans"] == [VLAN.objects.get(vid=20).pk]
    assert update.postchange_data["primary_mac_address"] == Interface.objects.get(pk=held.pk).primary_mac_address_id
    assert update.user == admin()
    assert "LibreNMS" in update.message
    assert len(set(ObjectChange.objects.values_list("request_id", flat=True))) == 1


def test_interfaces_that_exist_are_changed_in_place_and_keep_what_librenms_does_not_say(simulator: Simulator) -> None:
    device_id = simulator.state.add_device(hostname="switch")
    simulator.state.add_port(device_id, ifName="eth0", ifAlias="new", ifSpeed=None, ifMtu=None)
    device = make_device("switch", librenms_id=device_id)
    port = Interface.objects.create(
        device=device, name="eth0", type="10gbase-t", speed=10_000_000, mtu=9000, mode="access", label="front"
    )
    mac = MACAddress.objects.create(mac_address="00:00:5E:00:53:01", assigned_object=port)
    apply_to(device)
    port.refresh_from_db()
    assert (port.description, port.type, port.speed, port.mtu) == ("new", "10gbase-t", 10_000_000, 9000)
    assert (port.mode, port.label) == ("access", "front")
    assert mac in port.mac_addresses.all()
    assert port.primary_mac_address != mac


def test_chosen_rows_and_fields_only(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 4, vlans=()))
    plan = plan_of(device)
    key = next(change.key for change in plan.changes if change.name == "Gi1/0/3")
    run = apply_to(device, keys=[key], exclude_fields=["description", "mac_address"])
    (port,) = Interface.objects.filter(device=device)
    assert (port.name, port.description, port.primary_mac_address) == ("Gi1/0/3", "", None)
    assert [result.key for result in run.written] == [key]
    assert SyncRun.objects.get(pk=run.pk).results[0]["applied"] == {"missing": 1}


def test_a_member_without_its_aggregate_is_told_so(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3, vlans=()))
    member = next(change.key for change in plan_of(device).changes if change.name == "Gi1/0/1")
    run = apply_to(device, keys=[member])
    assert [result.issue.code.value for result in run.failures if result.issue] == ["dependency_failed"]
    assert not Interface.objects.exists()


def test_a_row_that_changed_since_it_was_shown_is_stale(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3, vlans=()))
    port = Interface.objects.create(device=device, name="Gi1/0/2", type="1000base-t")
    seen = plan_of(device)
    key = next(change.key for change in seen.changes if change.name == "Gi1/0/2")
    Interface.objects.filter(pk=port.pk).update(description="somebody was faster")
    run = apply_to(device, expected=seen.fingerprints)
    assert [(result.key, result.issue.code.value) for result in run.failures if result.issue] == [(key, "stale")]
    port.refresh_from_db()
    assert port.description == "somebody was faster"
    assert Interface.objects.filter(device=device).count() == 3
    assert SyncRun.objects.get(pk=run.pk).results[0]["stale"] == [key]


def test_one_row_that_netbox_refuses_does_not_stop_the_others(simulator: Simulator) -> None:
    state = simulator.state
    device_id = add_switch(state, 4, vlans=())
    device = make_device("switch", librenms_id=device_id)
    cabled = Interface.objects.create(device=device, name="Gi1/0/3", type="1000base-t", mark_connected=True)
    InterfaceTypeMapping.objects.create(librenms_type="odd", netbox_type="virtual")
    next(row for row in state.ports.values() if row["ifName"] == "Gi1/0/3")["ifType"] = "odd"
    run = apply_to(device)
    (failure,) = run.failures
    assert failure.issue is not None
    assert (failure.name, failure.issue.code.value) == ("Gi1/0/3", "refused")
    assert "marked as connected" in failure.issue.details["reason"]
    cabled.refresh_from_db()
    assert (cabled.type, cabled.description) == ("1000base-t", "")
    assert Interface.objects.filter(device=device).count() == 4
    assert run.state == "partial"


def test_an_interface_the_user_may_not_see_is_not_written_over(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3, vlans=()))
    Interface.objects.create(device=device, name="Gi1/0/1", type="1000base-t", description="secret")
    user = somebody("ann", {"dcim.device": ["view"], "dcim.macaddress": ["view", "add"]})
    grant = somebody("bob", {"dcim.interface": ["view", "add", "change"]}, constraints={"description": ""})
    grant.object_permissions.get().users.add(user)
    user = type(user).objects.get(pk=user.pk)
    assert [change.outcome for change in plan_of(device, user=user).changes] == [Outcome.MISSING] * 3
    run = apply_to(device, user=user, exclude_fields=["description"])
    reasons = {result.name: result.issue.details["reason"] for result in run.failures if result.issue}
    assert reasons == {"Gi1/0/1": "name: an interface with this name exists already"}
    assert Interface.objects.get(name="Gi1/0/1").description == "secret"


def test_constraints_hold_for_every_row(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3, vlans=()))
    user = somebody("ann", {"dcim.device": ["view"], "dcim.macaddress": ["view", "add"]})
    grant = somebody("bob", {"dcim.interface": ["view", "add"]}, constraints={"type": "lag"})
    grant.object_permissions.get().users.add(user)
    run = apply_to(device, user=type(user).objects.get(pk=user.pk))
    assert [result.name for result in run.written] == ["Po1"]
    assert {result.issue.code.value for result in run.failures if result.issue} == {"no_permission"}
    assert list(Interface.objects.values_list("name", flat=True)) == ["Po1"]
    assert set(MACAddress.objects.values_list("assigned_object_id", flat=True)) == {Interface.objects.get().pk}


def test_without_the_right_to_add_mac_addresses_the_row_says_so(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 2, vlans=()))
    user = somebody("ann", {"dcim.device": ["view"], "dcim.interface": ["view", "add"]})
    run = apply_to(device, user=user)
    reasons = {one.name: (one.issue.code.value, one.issue.details) for one in run.failures if one.issue}
    assert reasons["Po1"] == ("no_permission", {"what": "add MAC addresses"})
    assert reasons["Gi1/0/1"] == ("dependency_failed", {"name": "Po1"})
    assert not Interface.objects.exists()
    assert not apply_to(device, user=user, exclude_fields=["mac_address"]).failures


def test_an_unassigned_mac_address_is_adopted(simulator: Simulator) -> None:
    device_id = simulator.state.add_device(hostname="switch")
    simulator.state.add_port(device_id, ifName="eth0", ifPhysAddress="00005e005301")
    mac = MACAddress.objects.create(mac_address="00:00:5E:00:53:01", description="from the sticker")
    apply_to(make_device("switch", librenms_id=device_id))
    assert Interface.objects.get().primary_mac_address == mac
    assert MACAddress.objects.count() == 1
    assert ObjectChange.objects.get(changed_object_type__model="macaddress").action == "update"


def test_a_port_id_that_another_device_holds_is_a_conflict(simulator: Simulator) -> None:
    device_id = simulator.state.add_device(hostname="switch")
    port_id = simulator.state.add_port(device_id, ifName="eth0")
    other = make_device("other")
    for stored in (
        {"default": port_id},
        {"default": str(port_id)},
        {"default": {"id": port_id}},
        port_id,
        str(port_id),
    ):
        Interface.objects.all().delete()
        Interface.objects.create(device=other, name="eth7", type="other", custom_field_data={"librenms_id": stored})
        device = Device.objects.filter(name="switch").first() or make_device("switch", librenms_id=device_id)
        (change,) = plan_of(device).changes
        assert change.outcome is Outcome.CONFLICT, stored
        assert change.issues[0].details["holder"] == "eth7 (other)"


def test_stacked_ports_go_to_their_members(simulator: Simulator) -> None:
    device_id = simulator.state.add_device(hostname="stack")
    for name in ("Gi1/0/1", "Gi2/0/1", "Vlan1"):
        simulator.state.add_port(device_id, ifName=name, ifType="ethernetCsmacd")
    members = [make_device("stack-1"), make_device("stack-2")]
    make_chassis("stack", *members, master=members[0])
    Device.objects.filter(pk=members[0].pk).update(custom_field_data={"librenms_id": {"default": device_id}})
    run = apply_to(Device.objects.get(pk=members[1].pk))
    assert not run.failures
    held = {port.name: port.device.name for port in Interface.objects.select_related("device")}
    assert held == {"Gi1/0/1": "stack-1", "Gi2/0/1": "stack-2", "Vlan1": "stack-1"}


def test_a_row_can_be_given_to_another_member(simulator: Simulator) -> None:
    device_id = simulator.state.add_device(hostname="stack")
    port_id = simulator.state.add_port(device_id, ifName="Gi1/0/1")
    members = [make_device(f"stack-{position}", librenms_id=device_id) for position in (1, 2)]
    make_chassis("stack", *members)
    options = engine.Options(choices={"interfaces": {f"port-{port_id}": {"member": members[1].pk}}})
    apply_to(members[0], options=options)
    assert Interface.objects.get().device == members[1]


def test_a_virtual_machine(simulator: Simulator) -> None:
    device_id = simulator.state.add_device(hostname="vm")
    simulator.state.add_port(device_id, ifName="eth0", ifAlias="wan", ifMtu=1500)
    simulator.state.add_port(device_id, ifName="eth0.5", ifType="l2vlan")
    machine = make_vm("vm", librenms_id=device_id)
    assert not apply_to(machine).failures
    port = machine.interfaces.get(name="eth0")
    assert (port.description, port.mtu) == ("wan", 1500)
    assert port.primary_mac_address.assigned_object == port
    assert machine.interfaces.get(name="eth0.5").parent == port
    assert plan_of(machine).attention == 0


def test_a_vlan_of_another_site_is_never_bound(simulator: Simulator) -> None:
    elsewhere = Site.objects.create(name="Elsewhere", slug="elsewhere")
    make_vlans(site=elsewhere)
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3))
    apply_to(device)
    assert not Interface.objects.filter(untagged_vlan__isnull=False).exists()
    reasons = {issue.code.value for change in plan_of(device).changes for issue in change.issues}
    assert reasons == {"vlan_missing"}


def test_policies_hold_for_one_server_before_all(simulator: Simulator) -> None:
    FieldPolicy.objects.create(server="", resource="interfaces", field="description", policy="librenms_wins")
    FieldPolicy.objects.create(server="default", resource="interfaces", field="description", policy="report_only")
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3, vlans=()))
    port = Interface.objects.create(device=device, name="Gi1/0/1", type="1000base-t", description="by hand")
    apply_to(device)
    port.refresh_from_db()
    assert port.description == "by hand"


def test_removing_what_only_netbox_has(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3, vlans=()))
    gone = Interface.objects.create(device=device, name="Gi9/0/1", type="1000base-t")
    key = f"netbox-{gone.pk}"
    assert plan_of(device).by_key[key].outcome is Outcome.EXTRA
    ann = somebody("ann", {"dcim.device": ["view"], "dcim.interface": ["view"]})

    def remove(user: object) -> list[str]:
        with request_of(user) as request:
            selections = {"interfaces": engine.Selection(keys=[key])}
            run = engine.remove(device, user=user, request=request, selections=selections)
        return [one.issue.code.value if one.issue else "done" for one in run.results["interfaces"]]

    assert remove(ann) == ["no_permission"]
    simulator.faults.add("/ports", "wrong_types")
    from django.core.cache import cache

    cache.clear()
    assert remove(admin()) == ["incomplete_answer"]
    simulator.faults.clear()
    cache.clear()
    assert Interface.objects.filter(pk=gone.pk).exists()
    assert remove(admin()) == ["done"]
    assert not Interface.objects.filter(pk=gone.pk).exists()
    assert ObjectChange.objects.filter(changed_object_id=gone.pk, action="delete").exists()


def test_a_device_that_was_deleted_in_between_is_said_to_be_gone(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3, vlans=()))
    seen = plan_of(device)
    Device.objects.get(pk=device.pk).delete()
    with pytest.raises(Device.DoesNotExist):
        apply_to(device, expected=seen.fingerprints)
    assert not Interface.objects.exists()
