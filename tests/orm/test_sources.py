"""Plans are the same wherever LibreNMS's answers come from; what a source did not look at is a gap, no difference."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from dcim.models import Device, Interface, VirtualChassis
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ipam.models import IPAddress

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.librenms.sources import Bulk
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.sync.core.plan import Change, Missing, Outcome, Plan
from simulator.server import Simulator
from tests.beside import DATASET, needs
from tests.factories import admin, make_device, make_object_of, request_of
from tests.librenms import add_switch, simulated_librenms

from .support import apply_to

pytestmark = [pytest.mark.django_db, pytest.mark.network]

# What cannot be said of a port without what is missing
DEPENDENT = {
    Missing.PORT_VLANS: {"mode", "untagged_vlan", "tagged_vlans"},
    Missing.PORT_STACK: {"type", "lag", "parent"},
}

type Plans = dict[str, dict[str, Plan]]


def plans_of(objects: Sequence[Any], source: Bulk | None = None) -> Plans:
    """Object → resource → plan. ``source`` None: each object is asked about."""
    plans = {}
    for found in engine.compare(objects, user=admin(), source=source):
        assert found.error is None and not found.errors, (found.object, found.error, found.errors)
        plans[str(found.object)] = dict(found.plans)
    return plans


def network(simulator: Simulator) -> list[Any]:
    """Everything that LibreNMS has, in NetBox; every third object was synced already."""
    objects = [make_object_of(row) for row in simulator.state.devices.values()]
    selections = {name: engine.Selection() for name in ("vlans", "interfaces", "ip_addresses")}
    for instance in objects[::3]:
        own = selections if isinstance(instance, Device) else {"interfaces": engine.Selection()}
        with request_of(admin()) as request:
            engine.apply(instance, user=admin(), request=request, selections=own)
    return objects


def comparable(change: Change) -> tuple[Any, ...]:
    """What a row says, whatever order LibreNMS's answer had."""
    return change.outcome, change.netbox_id, change.differences, change.issues, change.writes


def assert_same(asked: Plans, taken: Plans) -> None:
    assert asked.keys() == taken.keys()
    for name, plans in asked.items():
        assert plans.keys() == taken[name].keys(), name
        for resource, plan in plans.items():
            other = taken[name][resource]
            assert plan.gaps == other.gaps, (name, resource)
            assert plan.by_key.keys() == other.by_key.keys(), (name, resource)
            for key, change in plan.by_key.items():
                assert comparable(change) == comparable(other.by_key[key]), (name, resource, key)


def without(change: Change, fields: set[str]) -> Any:
    """The row without these fields."""
    differences = [one for one in change.differences if one.field not in fields]
    issues = [one for one in change.issues if one.field not in fields | {"vlans"}]
    writes = {name: value for name, value in change.writes.items() if name not in fields}
    return differences, issues, writes


def assert_same_but_for_gaps(asked: Plans, taken: Plans) -> None:
    """No more is said than by whoever asked, and no less but for what is in a gap."""
    assert asked.keys() == taken.keys()
    for name, plans in asked.items():
        assert plans.keys() == taken[name].keys(), name
        for resource, plan in plans.items():
            other = taken[name][resource]
            missing = {one.missing for one in other.gaps}
            if Missing.INVENTORY in missing and not other.changes:
                continue
            assert plan.by_key.keys() == other.by_key.keys(), (name, resource)
            fields = {field for one in missing for field in DEPENDENT[one]}
            for key, change in plan.by_key.items():
                seen = other.by_key[key]
                assert without(change, fields) == without(seen, fields), (name, resource, key)
                said = {(one.field, repr(one.wanted)) for one in change.differences}
                assert {(one.field, repr(one.wanted)) for one in seen.differences} <= said, (name, resource, key)
                if not fields:
                    assert change.outcome is seen.outcome, (name, resource, key)


@pytest.fixture
def known(company: Simulator) -> Iterator[list[Any]]:
    """The company's network in NetBox."""
    yield network(company)


def test_any_part_of_a_network_has_the_same_plans(known: list[Any], company: Simulator) -> None:
    api = LibreNMSAPI()
    everything = plans_of(known)

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sets(st.sampled_from(range(len(known))), min_size=1, max_size=12))
    def check(numbers: set[int]) -> None:
        some = [known[number] for number in sorted(numbers)]
        asked = {str(one): everything[str(one)] for one in some}
        assert_same(asked, plans_of(some, Bulk(api, complete=True)))
        assert_same_but_for_gaps(asked, plans_of(some, Bulk(api)))

    check()
    assert_same(everything, plans_of(known, Bulk(api, complete=True)))
    assert_same_but_for_gaps(everything, plans_of(known, Bulk(api)))


@needs(DATASET)
def test_recorded_devices_have_the_same_plans() -> None:
    with simulated_librenms(str(DATASET)) as simulator:
        objects = network(simulator)
        api = LibreNMSAPI()
        asked = plans_of(objects)
        assert_same(asked, plans_of(objects, Bulk(api, complete=True)))
        assert_same_but_for_gaps(asked, plans_of(objects, Bulk(api)))


def test_lists_are_enough_for_any_number_of_devices(simulator: Simulator) -> None:
    made = []
    for size in (2, 20):
        for number in range(len(simulator.state.devices), size):
            name = f"sw{number}"
            make_device(name, librenms_id=add_switch(simulator.state, 4, hostname=name))
        cache.clear()
        simulator.requests.clear()
        plans = plans_of(list(Device.objects.order_by("pk")), Bulk(LibreNMSAPI()))
        assert len(plans) == size and all(plan["interfaces"].counts[Outcome.MISSING] for plan in plans.values())
        made.append(len(simulator.requests))
    assert made[0] == made[1] <= 7, made


def test_members_of_a_chassis_are_not_told_apart_without_the_inventory(simulator: Simulator) -> None:
    librenms_id = add_switch(simulator.state, 4)
    chassis = VirtualChassis.objects.create(name="stack")
    members = [make_device(f"sw-{one}", virtual_chassis=chassis, vc_position=one) for one in (1, 2)]
    members[0].custom_field_data = {"librenms_id": {"default": librenms_id}}
    members[0].save()
    api = LibreNMSAPI()
    for plan in plans_of(members[:1], Bulk(api))["sw-1"].values():
        assert not plan.changes
        assert [one.missing for one in plan.gaps] == [Missing.INVENTORY]
    asked = plans_of(members[:1])
    assert asked["sw-1"]["interfaces"].changes
    assert_same(asked, plans_of(members[:1], Bulk(api, complete=True)))


def test_rows_that_cannot_be_read_make_nothing_extra(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 4))
    assert not apply_to(device).failures
    Interface.objects.create(device=device, name="spare", type="other")
    api = LibreNMSAPI()
    assert plans_of([device], Bulk(api))["switch"]["interfaces"].counts[Outcome.EXTRA] == 1
    simulator.faults.add(r"/ports$", "wrong_types", row=1)
    plan = plans_of([device], Bulk(api, refresh=True))["switch"]["interfaces"]
    assert plan.counts[Outcome.EXTRA] == 0
    assert [(one.missing, one.count) for one in plan.gaps if one.count] == [(Missing.ROWS, 1)]


def test_a_list_that_is_refused_is_an_error_of_its_resource_only(simulator: Simulator) -> None:
    devices = [
        make_device(name, librenms_id=add_switch(simulator.state, 4, hostname=name), serial=name) for name in ("a", "b")
    ]
    simulator.faults.add(r"/resources/vlans", "status", status=403)
    for found in engine.compare(devices, user=admin(), source=Bulk(LibreNMSAPI())):
        assert found.error is None and list(found.errors) == ["vlans"]
        assert found.plans["interfaces"].changes
    assert sum("/resources/vlans" in one.path for one in simulator.requests) == 1
    assert_same(plans_of(devices), plans_of(devices, Bulk(LibreNMSAPI(), complete=True)))


def test_a_device_that_librenms_does_not_have_is_said_so(simulator: Simulator) -> None:
    add_switch(simulator.state, 4)
    gone = make_device("gone", librenms_id=999)
    (found,) = engine.compare([gone], user=admin(), source=Bulk(LibreNMSAPI()))
    assert found.error is not None and found.error.code == "device_not_found"


def test_what_hangs_on_ports_has_their_gaps_too(simulator: Simulator) -> None:
    librenms_id = add_switch(simulator.state, 4)
    port = next(pk for pk, row in simulator.state.ports.items() if row["device_id"] == librenms_id)
    simulator.state.add_address(port, "10.0.0.1/24")
    device = make_device("switch", librenms_id=librenms_id)
    assert not apply_to(device).failures
    held = device.interfaces.get(custom_field_data__librenms_id__default=port)
    IPAddress.objects.create(address="10.0.0.1/24", assigned_object=held)
    IPAddress.objects.create(address="10.0.0.2/24", assigned_object=held)
    assert plans_of([device])["switch"]["ip_addresses"].counts[Outcome.EXTRA] == 1
    simulator.faults.add(r"/ports$", "wrong_types", row=1)
    cache.clear()
    for source in (None, Bulk(LibreNMSAPI()), Bulk(LibreNMSAPI(), complete=True)):
        plans = plans_of([device], source)["switch"]
        for name in ("ip_addresses", "cables"):
            assert Missing.ROWS in [one.missing for one in plans[name].gaps], name
        assert plans["ip_addresses"].counts[Outcome.EXTRA] == 0


def test_what_several_resources_need_is_refreshed_once(simulator: Simulator) -> None:
    librenms_id = add_switch(simulator.state, 4)
    device = make_device("switch", librenms_id=librenms_id)
    plans_of([device])
    simulator.requests.clear()
    plans_of([device], Bulk(LibreNMSAPI(), complete=True, refresh=True))
    asked = Counter(one.path.rpartition("/")[2] for one in simulator.requests if f"/devices/{librenms_id}/" in one.path)
    assert asked == {"ports": 1, "port_stack": 1}
