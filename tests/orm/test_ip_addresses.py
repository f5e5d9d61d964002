"""IP addresses of a device against NetBox's, and its primary IP."""

from collections.abc import Mapping
from typing import Any

import pytest
from core.models import ObjectChange
from dcim.models import Device, Interface, MACAddress, Site
from ipam.models import VRF, FHRPGroup, IPAddress, IPRange, Prefix
from netaddr import IPNetwork
from virtualization.models import VirtualMachine, VMInterface

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.engine.record import AppliedPlans
from netbox_librenms_plugin.models import LibreNMSSettings
from netbox_librenms_plugin.sync.core.plan import Change, Outcome, Plan, Standing
from netbox_librenms_plugin.words.sentences import sentence
from simulator.server import Simulator
from tests.factories import admin, make_chassis, make_device, request_of, somebody
from tests.librenms import add_router
from tests.orm.support import apply_to, plan_of

from .support import counted, writes_in

pytestmark = pytest.mark.django_db

RESOURCE = "ip_addresses"


def make_router(simulator: Simulator, *addresses: str, name: str = "router", **fields: Any) -> Device:
    """The same router in NetBox, with its interfaces and no addresses."""
    given = {key: fields.pop(key) for key in ("ip",) if key in fields}
    librenms_id = add_router(simulator.state, *addresses, hostname=name, **given)
    device = make_device(name, librenms_id=librenms_id, **fields)
    for number in range(len(addresses)):
        Interface.objects.create(device=device, name=f"eth{number}", type="other")
    return device


def only(instance: Any, **options: Any) -> Change:
    """The plan's only row."""
    (change,) = plan_of(instance, RESOURCE, **options).changes
    return change


def codes(plan: Plan) -> dict[str, list[str]]:
    return {change.name: [one.code.value for one in change.issues] for change in plan.changes if change.issues}


def held() -> dict[str, Any]:
    """Address → name of its interface."""
    return {str(one.address): getattr(one.assigned_object, "name", None) for one in IPAddress.objects.all()}


def interface_of(device: Device, name: str = "eth0") -> Interface:
    return Interface.objects.get(device=device, name=name)


# -- writing ----------------------------------------------------------------------------------------------------------


def test_missing_addresses_are_made_on_their_interfaces_and_then_nothing_is_left(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24", "2001:db8::1/64")
    keys = [change.key.split("-", 2)[2] for change in plan_of(device, RESOURCE).changes]
    assert keys == ["10-0-0-1", "2001-db8--1"]
    assert not apply_to(device, RESOURCE).failures
    assert held() == {"10.0.0.1/24": "eth0", "2001:db8::1/64": "eth1"}
    assert plan_of(device, RESOURCE).counts[Outcome.SAME] == 2
    with counted() as queries:
        assert apply_to(device, RESOURCE).pk is None
    assert writes_in(queries) == []


def test_what_is_written_stands_in_the_change_log(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24")
    apply_to(device, RESOURCE)
    change = ObjectChange.objects.get(changed_object_type__model="ipaddress")
    assert (change.action, change.user, change.prechange_data) == ("create", admin(), None)
    assert change.postchange_data["address"] == "10.0.0.1/24"
    assert change.related_object == interface_of(device)
    assert change.message.startswith("Synced from LibreNMS")


def test_the_batch_leaves_what_save_leaves(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24")
    apply_to(device, RESOURCE)
    with request_of(admin()):
        byhand = IPAddress(address="10.0.0.2/24", assigned_object=interface_of(device))
        byhand.full_clean()
        byhand.save()
    ours, theirs = (
        {
            name: value
            for name, value in ObjectChange.objects.get(changed_object_id=one.pk).postchange_data.items()
            if name not in ("address", "created", "last_updated")
        }
        for one in (IPAddress.objects.exclude(pk=byhand.pk).get(), byhand)
    )
    assert ours == theirs


def test_an_unassigned_address_is_adopted(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24")
    free = IPAddress.objects.create(address="10.0.0.1/24", description="reserved for the router")
    change = only(device)
    assert (change.outcome, change.netbox_id, change.matched_by) == (Outcome.CHANGED, free.pk, "address")
    apply_to(device, RESOURCE)
    free.refresh_from_db()
    assert (free.assigned_object, free.description) == (interface_of(device), "reserved for the router")
    entry = ObjectChange.objects.get(changed_object_type__model="ipaddress")
    assert (entry.prechange_data["assigned_object_id"], entry.postchange_data["assigned_object_id"]) == (
        None,
        interface_of(device).pk,
    )


def test_another_mask_is_a_change(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/25")
    IPAddress.objects.create(address="10.0.0.1/24", assigned_object=interface_of(device))
    change = only(device)
    assert [(one.field, one.found, one.wanted) for one in change.differences] == [
        ("address", "10.0.0.1/24", "10.0.0.1/25")
    ]
    assert not apply_to(device, RESOURCE).failures
    assert held() == {"10.0.0.1/25": "eth0"}


def test_an_address_assigned_elsewhere_is_a_conflict_that_names_the_place(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24", "10.0.0.2/24")
    other = make_device("other")
    port = Interface.objects.create(device=other, name="Gi0/1", type="other")
    IPAddress.objects.create(address="10.0.0.1/24", assigned_object=port)
    conflict = plan_of(device, RESOURCE).changes[0]
    assert conflict.outcome is Outcome.CONFLICT
    assert conflict.netbox_id is None
    assert sentence(conflict.issues[0]) == "10.0.0.1/24 is assigned to Gi0/1 (other). Release it there first."
    run = apply_to(device, RESOURCE, keys=[change.key for change in plan_of(device, RESOURCE).changes])
    assert [result.name for result in run.written] == ["10.0.0.2/24"]
    assert held() == {"10.0.0.1/24": "Gi0/1", "10.0.0.2/24": "eth1"}


def test_an_address_on_another_port_of_the_same_device_is_not_moved(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24")
    old = Interface.objects.create(device=device, name="old", type="other")
    IPAddress.objects.create(address="10.0.0.1/24", assigned_object=old)
    assert codes(plan_of(device, RESOURCE)) == {"10.0.0.1/24": ["assigned_elsewhere"]}


@pytest.mark.parametrize("role", ["vip", "vrrp", "hsrp", "glbp", "carp"])
def test_addresses_of_several_devices_stay_where_they_are(simulator: Simulator, role: str) -> None:
    device = make_router(simulator, "10.0.0.1/24")
    port = Interface.objects.create(device=make_device("other"), name="Gi0/1", type="other")
    IPAddress.objects.create(address="10.0.0.1/24", role=role, assigned_object=port)
    change = only(device)
    assert (change.outcome, [one.code.value for one in change.issues]) == (Outcome.SAME, ["shared_address"])
    assert apply_to(device, RESOURCE).written == []


def test_an_anycast_address_is_an_object_of_its_own_on_every_device(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24")
    port = Interface.objects.create(device=make_device("other"), name="Gi0/1", type="other")
    first = IPAddress.objects.create(address="10.0.0.1/24", role="anycast", assigned_object=port)
    change = only(device)
    assert (change.outcome, [one.code.value for one in change.issues]) == (Outcome.MISSING, ["anycast_address"])
    assert [result.name for result in apply_to(device, RESOURCE).written] == ["10.0.0.1/24"]
    second = IPAddress.objects.exclude(pk=first.pk).get()
    assert (second.role, second.assigned_object.device) == ("anycast", device)
    first.refresh_from_db()
    assert first.assigned_object == port
    assert only(device).outcome is Outcome.SAME


@pytest.mark.parametrize("kind", ["ethernetCsmacd", "softwareLoopback"])
def test_the_mask_of_a_host_replaces_a_curated_one_on_loopbacks_only(simulator: Simulator, kind: str) -> None:
    device = make_router(simulator, "10.0.0.1/32")
    for port in simulator.state.ports.values():
        port["ifType"] = kind
    interface = device.interfaces.get()
    held = IPAddress.objects.create(address="10.0.0.1/24", assigned_object=interface)
    codes_now = [one.code.value for one in only(device).issues]
    apply_to(device, RESOURCE)
    held.refresh_from_db()
    kept = kind == "ethernetCsmacd"
    assert (codes_now, str(held.address)) == ((["host_mask"], "10.0.0.1/24") if kept else ([], "10.0.0.1/32"))


def test_an_address_of_a_redundancy_group_stays_there(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24")
    group = FHRPGroup.objects.create(protocol="other", group_id=7)
    IPAddress.objects.create(address="10.0.0.1/24", assigned_object=group)
    change = only(device)
    assert change.outcome is Outcome.SAME
    assert "FHRP group 7" in sentence(change.issues[0])


def test_without_its_interface_an_address_waits_and_then_goes_with_it(simulator: Simulator) -> None:
    device = make_device("router", librenms_id=add_router(simulator.state, "10.0.0.1/24", ip="10.0.0.1"))
    assert codes(plan_of(device, RESOURCE)) == {"10.0.0.1/24": ["interface_absent"]}
    run = apply_to(device, "interfaces", RESOURCE)
    assert not run.failures
    assert held() == {"10.0.0.1/24": "eth0"}
    device.refresh_from_db()
    assert str(device.primary_ip4.address) == "10.0.0.1/24"


def test_an_address_does_not_wait_for_an_interface_that_nobody_can_make(simulator: Simulator) -> None:
    device = make_device("router", librenms_id=add_router(simulator.state, "10.0.0.1/24"))
    (port,) = simulator.state.ports.rows()
    port["ifPhysAddress"] = "020000000001"
    mac = MACAddress.objects.create(mac_address="02:00:00:00:00:01")
    held = Interface.objects.create(device=device, name="ens1", type="1000base-t")
    mac.assigned_object = held
    mac.save()
    held.primary_mac_address = mac
    held.save()
    change = next(one for one in plan_of(device, RESOURCE).changes if one.name == "10.0.0.1/24")
    assert change.standing is Standing.BLOCKED
    assert [sentence(one) for one in change.issues] == [
        "NetBox does not have eth0, and a sync cannot add it: NetBox has an interface with exactly this MAC address: "
        f"ens1 (#{held.pk}, router). Choose whether the port is that interface."
    ]
    run = apply_to(device, "interfaces", RESOURCE)
    assert not run.written and held.ip_addresses.count() == 0


def test_what_waits_is_told_at_as_many_queries_for_many_as_for_few(simulator: Simulator) -> None:
    few = make_device("few", librenms_id=add_router(simulator.state, "10.0.0.1/24", hostname="few"))
    addresses = (f"10.1.0.{number}/24" for number in range(1, 41))
    many = make_device("many", librenms_id=add_router(simulator.state, *addresses, hostname="many"))
    numbers = []
    for device in (few, many):
        plan_of(device, RESOURCE)
        with counted() as queries:
            plan_of(device, RESOURCE)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_an_unknown_mask_is_left_to_netbox(simulator: Simulator) -> None:
    device = make_router(simulator, "2001:db8::1/64", "2001:db8::2/64")
    for row in simulator.state.ipv6.rows():
        row["ipv6_prefixlen"] = 0
    assert codes(plan_of(device, RESOURCE)) == {"2001:db8::1": ["prefix_unknown"], "2001:db8::2": ["prefix_unknown"]}
    free = IPAddress.objects.create(address="2001:db8::1/56")
    assert apply_to(device, RESOURCE).failures == []
    free.refresh_from_db()
    assert (str(free.address), free.assigned_object) == ("2001:db8::1/56", interface_of(device))


def test_network_and_broadcast_addresses_are_not_offered(simulator: Simulator) -> None:
    device = make_router(simulator, "10.1.0.0/24", "10.0.0.255/24", "10.0.0.0/31", "10.9.0.0/32", "2001:db8::/64")
    refused = dict.fromkeys(("10.0.0.255/24", "10.1.0.0/24", "2001:db8::/64"), ["network_address"])
    assert codes(plan_of(device, RESOURCE)) == refused
    assert not apply_to(device, RESOURCE).failures
    assert set(held()) == {"10.0.0.0/31", "10.9.0.0/32"}


def test_a_row_that_netbox_refuses_does_not_stop_the_others(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24", "10.0.1.1/24")
    first, last = IPNetwork("10.0.0.1/24"), IPNetwork("10.0.0.9/24")
    IPRange.objects.create(start_address=first, end_address=last, mark_populated=True)
    run = apply_to(device, RESOURCE)
    assert [result.name for result in run.written] == ["10.0.1.1/24"]
    (failure,) = run.failures
    assert failure.issue is not None
    assert "inside range" in sentence(failure.issue)


# -- what is compared -------------------------------------------------------------------------------------------------


def test_link_local_and_loopback_are_left_out_unless_the_settings_say_so(simulator: Simulator) -> None:
    device = make_router(simulator, "169.254.1.1/16", "fe80::1/64", "127.0.0.1/8", "::1/128", "224.0.0.5/32", "::/128")
    IPAddress.objects.create(address="fe80::9/64", assigned_object=interface_of(device))
    assert plan_of(device, RESOURCE).changes == ()
    LibreNMSSettings.objects.create(include_link_local=True, include_loopback=True)
    names = {change.name for change in plan_of(device, RESOURCE).changes}
    assert names == {"169.254.1.1/16", "fe80::1/64", "127.0.0.1/8", "::1/128", "fe80::9/64"}


def test_addresses_that_only_netbox_has_are_reported_and_kept(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24")
    IPAddress.objects.create(address="10.0.0.9/24", assigned_object=interface_of(device))
    IPAddress.objects.create(address="10.0.0.8/24", role="vip", assigned_object=interface_of(device))
    plan = plan_of(device, RESOURCE)
    assert [change.name for change in plan.changes if change.outcome is Outcome.EXTRA] == ["10.0.0.9/24"]
    apply_to(device, RESOURCE)
    assert set(held()) == {"10.0.0.1/24", "10.0.0.8/24", "10.0.0.9/24"}


def test_two_addresses_of_one_host_are_a_conflict_that_names_both(simulator: Simulator) -> None:
    vrf = VRF.objects.create(name="blue", enforce_unique=False)
    device = make_router(simulator, "10.0.0.1/24")
    Interface.objects.filter(device=device).update(vrf=vrf)
    for length in (24, 25):
        IPAddress.objects.create(address=f"10.0.0.1/{length}", vrf=vrf)
    change = only(device)
    assert change.outcome is Outcome.CONFLICT
    assert [one["name"] for one in change.issues[0].details["candidates"]] == ["10.0.0.1/24", "10.0.0.1/25"]


def test_the_one_on_this_interface_is_meant(simulator: Simulator) -> None:
    vrf = VRF.objects.create(name="blue", enforce_unique=False)
    device = make_router(simulator, "10.0.0.1/24")
    Interface.objects.filter(device=device).update(vrf=vrf)
    other = Interface.objects.create(device=make_device("other"), name="eth0", type="other")
    IPAddress.objects.create(address="10.0.0.1/24", vrf=vrf, assigned_object=other)
    mine = IPAddress.objects.create(address="10.0.0.1/24", vrf=vrf, assigned_object=interface_of(device))
    change = only(device)
    assert (change.outcome, change.netbox_id) == (Outcome.SAME, mine.pk)


def test_one_address_on_two_ports_depends_on_what_netbox_can_hold(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24", "10.0.0.1/24")
    assert [change.outcome for change in plan_of(device, RESOURCE).changes] == [Outcome.CONFLICT] * 2
    assert sentence(plan_of(device, RESOURCE).changes[0].issues[0]).count("eth") == 2
    vrf = VRF.objects.create(name="blue", enforce_unique=False)
    Interface.objects.filter(device=device).update(vrf=vrf)
    assert not apply_to(device, RESOURCE).failures
    assert IPAddress.objects.filter(vrf=vrf).count() == 2
    assert plan_of(device, RESOURCE).counts[Outcome.SAME] == 2


# -- VRFs -------------------------------------------------------------------------------------------------------------


def vrf_of(change: Change) -> tuple[str | None, str]:
    ref = change.wanted["vrf"]
    return (ref.name if ref else None), change.facts["vrf_rule"]


def test_the_vrf_is_found_by_the_first_rule_that_knows(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24")
    assert vrf_of(only(device)) == (None, "global")
    blue, red, green = (VRF.objects.create(name=name, rd=f"65000:{name}") for name in ("blue", "red", "green"))
    Prefix.objects.create(prefix="10.0.0.0/16", vrf=green)
    assert vrf_of(only(device)) == ("green", "prefix")
    (row,) = simulator.state.ipv4.rows()
    row["context_name"] = "65000:red"
    fetch_anew(device)
    assert vrf_of(only(device)) == ("red", "name")
    Interface.objects.filter(device=device).update(vrf=blue)
    assert vrf_of(only(device)) == ("blue", "interface")
    key = only(device).key
    assert vrf_of(only(device, chosen={key: {"vrf": red.pk}})) == ("red", "chosen")
    assert vrf_of(only(device, chosen={"*": {"vrf": 0}})) == (None, "chosen")
    apply_to(device, RESOURCE, chosen={"*": {"vrf": red.pk}})
    assert IPAddress.objects.get().vrf == red


def fetch_anew(device: Device) -> None:
    options = engine.Options(refresh=True)
    list(engine.compare([device], user=admin(), resources=[RESOURCE], options=options))


def test_two_vrfs_with_the_prefix_decide_nothing(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24")
    for name in ("blue", "red"):
        Prefix.objects.create(prefix="10.0.0.0/24", vrf=VRF.objects.create(name=name))
    assert vrf_of(only(device)) == (None, "global")


def test_a_prefix_of_the_global_table_counts_too(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24")
    Prefix.objects.create(prefix="10.0.0.0/24", vrf=VRF.objects.create(name="blue"))
    Prefix.objects.create(prefix="10.0.0.0/8")
    assert vrf_of(only(device)) == (None, "global")


def test_two_vrfs_of_one_name_are_a_conflict_and_an_unknown_name_is_said(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24")
    (row,) = simulator.state.ipv4.rows()
    row["context_name"] = "customers"
    assert codes(plan_of(device, RESOURCE)) == {"10.0.0.1/24": ["vrf_missing"]}
    for rd in ("1:1", "1:2"):
        VRF.objects.create(name="customers", rd=rd)
    change = only(device)
    assert (change.outcome, [one.code.value for one in change.issues]) == (Outcome.CONFLICT, ["vrf_ambiguous"])
    assert "1:1" in sentence(change.issues[0])


def test_an_address_on_its_interface_keeps_its_vrf_until_somebody_chooses(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24")
    blue, red = (VRF.objects.create(name=name) for name in ("blue", "red"))
    Interface.objects.filter(device=device).update(vrf=blue)
    IPAddress.objects.create(address="10.0.0.1/24", vrf=red, assigned_object=interface_of(device))
    assert only(device).outcome is Outcome.SAME
    assert only(device, chosen={"*": {"vrf": blue.pk}}).outcome is Outcome.SAME
    assert not apply_to(device, RESOURCE, chosen={only(device).key: {"vrf": blue.pk}}).failures
    assert IPAddress.objects.get().vrf == blue


def test_the_same_host_in_another_vrf_is_mentioned(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24")
    IPAddress.objects.create(address="10.0.0.1/24", vrf=VRF.objects.create(name="blue"))
    change = only(device)
    assert change.outcome is Outcome.MISSING
    assert "blue" in sentence(change.issues[0])


# -- primary IP -------------------------------------------------------------------------------------------------------


def test_the_management_address_becomes_the_primary_ip(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24", "2001:db8::1/64", ip="2001:db8::1")
    assert list(plan_of(device, RESOURCE).by_key)[-1] == "primary-ipv6"
    assert not apply_to(device, RESOURCE).failures
    device.refresh_from_db()
    assert (device.primary_ip4, str(device.primary_ip6.address)) == (None, "2001:db8::1/64")
    entry = ObjectChange.objects.get(changed_object_type__model="device")
    assert (entry.prechange_data["primary_ip6"], entry.postchange_data["primary_ip6"]) == (None, device.primary_ip6.pk)
    assert plan_of(device, RESOURCE).by_key["primary-ipv6"].outcome is Outcome.SAME


def with_other_primary(simulator: Simulator) -> Device:
    """A device whose primary IP is another one than LibreNMS's management address."""
    device = make_router(simulator, "10.0.0.1/24", "10.0.0.2/24", ip="10.0.0.2")
    device.primary_ip4 = IPAddress.objects.create(address="10.0.0.1/24", assigned_object=interface_of(device))
    device.save()
    return device


@pytest.mark.parametrize(("choice", "becomes"), [("", "1"), ("if_empty", "1"), ("never", "1"), ("always", "2")])
def test_a_primary_ip_is_replaced_only_on_request(simulator: Simulator, choice: str, becomes: str) -> None:
    device = with_other_primary(simulator)
    chosen = {"*": {"primary": choice}} if choice else {}
    assert plan_of(device, RESOURCE, chosen=chosen).by_key["primary-ipv4"].outcome is Outcome.CHANGED
    assert not apply_to(device, RESOURCE, chosen=chosen).failures
    device.refresh_from_db()
    assert str(device.primary_ip4.address) == f"10.0.0.{becomes}/24"


def test_never_holds_for_an_empty_primary_ip_too(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24", ip="10.0.0.1")
    apply_to(device, RESOURCE, chosen={"*": {"primary": "never"}})
    device.refresh_from_db()
    assert device.primary_ip4 is None
    assert held() == {"10.0.0.1/24": "eth0"}


def test_the_primary_ip_waits_for_its_address(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24", ip="10.0.0.1")
    (failure,) = apply_to(device, RESOURCE, keys=["primary-ipv4"]).failures
    assert failure.issue is not None
    assert failure.issue.code.value == "dependency_failed"


def test_a_management_address_that_is_not_on_the_device_is_no_row(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24", ip="10.9.9.9")
    port = Interface.objects.create(device=make_device("other"), name="eth0", type="other")
    IPAddress.objects.create(address="10.9.9.9/24", assigned_object=port)
    assert [change.name for change in plan_of(device, RESOURCE).changes] == ["10.0.0.1/24"]


# -- virtual chassis and VMs ------------------------------------------------------------------------------------------


def stack(simulator: Simulator) -> tuple[Device, Device]:
    """A stack of two: a management address on the master's VLAN interface, one address on a port of the second."""
    state = simulator.state
    device_id = state.add_device(hostname="stack", ip="10.0.0.2")
    for name, address in (("Vl1", "10.0.0.1/24"), ("Gi2/0/1", "10.0.0.2/24")):
        state.add_address(state.add_port(device_id, ifName=name), address)
    first, second = make_device("sw-1", librenms_id=device_id), make_device("sw-2")
    make_chassis("stack", first, second, master=first)
    Interface.objects.create(device=first, name="Vlan1", type="virtual")
    Interface.objects.create(device=second, name="GigabitEthernet2/0/1", type="1000base-t")
    return first, second


def test_each_member_gets_the_addresses_of_its_ports_and_the_master_the_primary_ip(simulator: Simulator) -> None:
    first, second = stack(simulator)
    assert not apply_to(first, RESOURCE).failures
    owners = {str(one.address): one.assigned_object.device for one in IPAddress.objects.all()}
    assert owners == {"10.0.0.1/24": first, "10.0.0.2/24": second}
    first.refresh_from_db()
    assert str(first.primary_ip4.address) == "10.0.0.2/24"
    assert plan_of(first, RESOURCE).attention == 0


def test_members_that_a_user_may_not_see_are_not_in_his_plan(simulator: Simulator) -> None:
    first, _second = stack(simulator)
    user = somebody("ann", {"dcim.device": ["view"]}, constraints={"name": "sw-1"})
    more = somebody("bob", {"dcim.interface": ["view"], "ipam.ipaddress": ["view"]})
    for permission in more.object_permissions.all():
        permission.users.add(user)
    user = type(user).objects.get(pk=user.pk)
    assert [change.name for change in plan_of(first, RESOURCE, user=user).changes] == ["10.0.0.1/24"]


def test_virtual_machines_have_addresses_and_a_primary_ip(simulator: Simulator) -> None:
    data = {"librenms_id": {"default": add_router(simulator.state, "10.0.0.1/24", hostname="vm", ip="10.0.0.1")}}
    site = Site.objects.create(name="Site", slug="site")
    machine = VirtualMachine.objects.create(name="vm", site=site, custom_field_data=data)
    port = VMInterface.objects.create(virtual_machine=machine, name="eth0")
    assert not apply_to(machine, RESOURCE).failures
    machine.refresh_from_db()
    assert machine.primary_ip4.assigned_object == port
    assert plan_of(machine, RESOURCE).attention == 0


# -- permissions, concurrency, queries --------------------------------------------------------------------------------


def allowed(name: str, addresses: list[str], **more: Any) -> Any:
    """Somebody who sees everything and may do this to addresses."""
    viewing = {label: ["view"] for label in ("dcim.device", "dcim.interface", "ipam.vrf", "ipam.prefix")}
    return somebody(name, {**viewing, "ipam.ipaddress": ["view", *addresses], **more})


def failures(run: AppliedPlans) -> Mapping[str, str]:
    return {one.name: one.issue.code.value for one in run.failures if one.issue}


def test_writing_needs_the_permission_for_each_object(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24", "10.0.0.2/24", ip="10.0.0.1")
    IPAddress.objects.create(address="10.0.0.2/24")
    run = apply_to(device, RESOURCE, user=allowed("viewer", []))
    assert set(failures(run).values()) == {"no_permission", "dependency_failed"}
    run = apply_to(device, RESOURCE, user=allowed("adder", ["add"]))
    assert failures(run) == {"10.0.0.2/24": "no_permission", "Primary IPv4": "no_permission"}
    run = apply_to(device, RESOURCE, user=allowed("changer", ["change"], **{"dcim.device": ["view", "change"]}))
    assert failures(run) == {}
    device.refresh_from_db()
    assert held() == {"10.0.0.1/24": "eth0", "10.0.0.2/24": "eth1"}
    assert device.primary_ip4 is not None


def test_constraints_hold_for_what_is_written(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24", "10.0.1.1/24")
    user = allowed("ann", [])
    grant = somebody("bob", {"ipam.ipaddress": ["add"]}, constraints={"address__net_host_contained": "10.0.1.0/24"})
    grant.object_permissions.get().users.add(user)
    run = apply_to(device, RESOURCE, user=type(user).objects.get(pk=user.pk))
    assert ([one.name for one in run.written], failures(run)) == (["10.0.1.1/24"], {"10.0.0.1/24": "no_permission"})


def test_what_a_user_may_not_see_is_not_named_and_not_made_twice(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24", "10.0.0.2/24")
    secret = Interface.objects.create(device=make_device("secret"), name="hidden0", type="other")
    for host in (1, 2):
        IPAddress.objects.create(address=f"10.0.0.{host}/24", assigned_object=secret, description=f"number {host}")
    user = somebody("ann", {"dcim.device": ["view"], "dcim.interface": ["view"]}, constraints={"name__in": ["router"]})
    seeing = somebody("bob", {"dcim.interface": ["view"]}, constraints={"device__name": "router"})
    addresses = somebody("eve", {"ipam.ipaddress": ["view", "add"]}, constraints={"description": "number 2"})
    for other in (seeing, addresses):
        other.object_permissions.get().users.add(user)
    plan = plan_of(device, RESOURCE, user=type(user).objects.get(pk=user.pk))
    assert codes(plan) == {"10.0.0.1/24": ["address_hidden"], "10.0.0.2/24": ["assigned_elsewhere"]}
    words = " ".join(sentence(issue) for change in plan.changes for issue in change.issues) + repr(plan)
    assert "hidden0" not in words
    assert "secret" not in words


def test_a_vrf_that_a_user_may_not_see_blocks_the_row(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24")
    Interface.objects.filter(device=device).update(vrf=VRF.objects.create(name="secret"))
    user = somebody("ann", {"dcim.device": ["view"], "dcim.interface": ["view"], "ipam.ipaddress": ["view", "add"]})
    change = only(device, user=user)
    assert (change.outcome, [one.code.value for one in change.issues]) == (Outcome.BLOCKED, ["vrf_unavailable"])
    assert "secret" not in repr(change)


def test_what_changed_since_it_was_shown_is_not_written(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24", "10.0.0.2/24")
    shown = plan_of(device, RESOURCE)
    IPAddress.objects.create(address="10.0.0.1/24")
    run = apply_to(device, RESOURCE, keys=list(shown.by_key), expected=shown.fingerprints)
    assert ([one.name for one in run.written], failures(run)) == (["10.0.0.2/24"], {"10.0.0.1/24": "stale"})


def test_the_number_of_addresses_does_not_show(simulator: Simulator) -> None:
    for vrf in ("blue", "red"):
        Prefix.objects.create(prefix="10.0.0.0/8", vrf=VRF.objects.create(name=vrf))
    counts = []
    for number, rows in enumerate((10, 10, 200)):
        addresses = [f"10.{number}.{row}.1/24" for row in range(rows)]
        device = make_router(simulator, *addresses, name=f"router-{number}", ip=f"10.{number}.0.1")
        steps = []
        for work in (plan_of, apply_to, apply_to, plan_of):
            with counted() as queries:
                work(device, RESOURCE)
            steps.append(len(queries))
        counts.append(steps)
    print(counts)
    few, many = counts[1], counts[2]
    assert (few[0], few[2], few[3]) == (many[0], many[2], many[3])
    assert many[0] <= 25
    # NetBox's own validation asks for each new address: for its interface, for duplicates, for ranges that are full
    assert many[1] - few[1] == 3 * 190
    with counted() as queries:
        assert apply_to(device, RESOURCE).pk is None
    assert writes_in(queries) == []
