"""VLANs of a device against NetBox's."""

from typing import Any

import pytest
from core.models import ObjectChange
from dcim.models import Interface, Location, Site
from ipam.models import VLAN, VLANGroup

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.models import FieldPolicy
from netbox_librenms_plugin.sync.core.plan import Outcome, Plan
from simulator.data import Dataset
from simulator.server import Simulator
from tests.factories import admin, make_device, request_of, somebody
from tests.librenms import add_switch
from tests.orm.support import apply_to, plan_of

from .support import counted, writes_in

pytestmark = pytest.mark.django_db


def carrying(state: Dataset, *vlans: tuple[int, str], hostname: str = "switch") -> int:
    """A switch in LibreNMS that carries these VLANs (and VLAN 1, as every switch)."""
    device_id = state.add_device(hostname=hostname)
    for vid, name in ((1, "default"), *vlans):
        state.add_vlan(device_id, vid, name)
    return device_id


def codes(plan: Plan) -> dict[str, list[str]]:
    return {change.key: [one.code.value for one in change.issues] for change in plan.changes if change.issues}


def test_missing_vlans_go_into_the_site_when_no_group_covers_the_device(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=carrying(simulator.state, (10, "users"), (20, "")))
    assert not apply_to(device, "vlans").failures
    held = {vlan.vid: (vlan.name, vlan.site, vlan.group) for vlan in VLAN.objects.all()}
    assert held == {10: ("users", device.site, None), 20: ("VLAN0020", device.site, None)}
    assert plan_of(device, "vlans").counts[Outcome.SAME] == 2
    with counted() as queries:
        assert apply_to(device, "vlans").pk is None
    assert writes_in(queries) == []


def test_the_only_group_of_the_most_specific_level_takes_new_vlans(simulator: Simulator) -> None:
    site = Site.objects.create(name="HQ", slug="hq")
    floor = Location.objects.create(name="Floor", slug="floor", site=site)
    VLANGroup.objects.create(name="world", slug="world")
    group = VLANGroup.objects.create(name="floor", slug="floor", scope=floor)
    device = make_device("switch", site=site, location=floor, librenms_id=carrying(simulator.state, (10, "users")))
    apply_to(device, "vlans")
    assert VLAN.objects.get().group == group
    change = ObjectChange.objects.get(changed_object_type__model="vlan")
    assert (change.action, change.user, change.prechange_data) == ("create", admin(), None)


def test_two_groups_of_one_level_are_asked_about_and_can_be_chosen(simulator: Simulator) -> None:
    site = Site.objects.create(name="HQ", slug="hq")
    groups = [VLANGroup.objects.create(name=name, slug=name, scope=site) for name in ("a", "b")]
    device = make_device("switch", site=site, librenms_id=carrying(simulator.state, (10, "users"), (20, "voice")))
    assert codes(plan_of(device, "vlans")) == {"vlan-10": ["choose_group"], "vlan-20": ["choose_group"]}
    apply_to(device, "vlans", chosen={"*": {"group": groups[0].pk}, "vlan-20": {"group": groups[1].pk}})
    assert {vlan.vid: vlan.group for vlan in VLAN.objects.all()} == {10: groups[0], 20: groups[1]}


def test_a_vlan_of_another_site_is_not_this_one(simulator: Simulator) -> None:
    elsewhere = Site.objects.create(name="Elsewhere", slug="elsewhere")
    VLAN.objects.create(vid=10, name="users", site=elsewhere)
    device = make_device("switch", librenms_id=carrying(simulator.state, (10, "users")))
    (change,) = plan_of(device, "vlans").changes
    assert change.outcome is Outcome.MISSING


def test_two_vlans_of_one_level_are_a_conflict(simulator: Simulator) -> None:
    site = Site.objects.create(name="HQ", slug="hq")
    for name in ("a", "b"):
        group = VLANGroup.objects.create(name=name, slug=name, scope=site)
        VLAN.objects.create(vid=10, name="users", group=group)
    device = make_device("switch", site=site, librenms_id=carrying(simulator.state, (10, "users")))
    (change,) = plan_of(device, "vlans").changes
    assert change.outcome is Outcome.CONFLICT
    assert len(change.issues[0].details["candidates"]) == 2


def test_names_are_only_reported_until_a_policy_says_otherwise(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=carrying(simulator.state, (10, "users"), (20, "VLAN0020")))
    other = make_device("other")
    old = VLAN.objects.create(vid=10, name="clients", site=device.site)
    VLAN.objects.create(vid=20, name="voice", site=device.site)
    Interface.objects.create(device=other, name="eth0", type="other", mode="access", untagged_vlan=old)
    plan = plan_of(device, "vlans")
    assert codes(plan) == {"vlan-10": ["vlan_shared"]}
    assert plan.by_key["vlan-20"].outcome is Outcome.SAME
    assert apply_to(device, "vlans").written == []
    FieldPolicy.objects.create(resource="vlans", field="name", policy="librenms_wins")
    assert [result.key for result in apply_to(device, "vlans").written] == ["vlan-10"]
    old.refresh_from_db()
    assert old.name == "users"
    change = ObjectChange.objects.get(changed_object_type__model="vlan")
    assert (change.prechange_data["name"], change.postchange_data["name"]) == ("clients", "users")


def test_one_vlan_that_netbox_refuses_does_not_stop_the_others(simulator: Simulator, settings: Any) -> None:
    settings.CUSTOM_VALIDATORS = {"ipam.vlan": [{"name": {"regex": "^voice$"}}]}
    site = Site.objects.create(name="HQ", slug="hq")
    VLANGroup.objects.create(name="a", slug="a", scope=site)
    device = make_device("switch", site=site, librenms_id=carrying(simulator.state, (10, "users"), (20, "voice")))
    run = apply_to(device, "vlans")
    assert [result.key for result in run.written] == ["vlan-20"]
    assert [result.issue.code.value for result in run.failures if result.issue] == ["refused"]


def test_a_name_that_the_group_has_already_is_told_before_anything_is_written(simulator: Simulator) -> None:
    site = Site.objects.create(name="HQ", slug="hq")
    group = VLANGroup.objects.create(name="a", slug="a", scope=site)
    VLAN.objects.create(vid=99, name="users", group=group)
    said = ((10, "users"), (20, "voice"), (30, "twin"), (31, "twin"))
    device = make_device("switch", site=site, librenms_id=carrying(simulator.state, *said))
    taken = ["vlan_name_taken"]
    assert codes(plan_of(device, "vlans")) == {"vlan-10": taken, "vlan-30": taken, "vlan-31": taken}
    run = apply_to(device, "vlans")
    assert ([result.key for result in run.written], run.failures) == (["vlan-20"], [])


def test_a_new_name_that_the_group_has_already_is_not_written(simulator: Simulator) -> None:
    FieldPolicy.objects.create(resource="vlans", field="name", policy="librenms_wins")
    site = Site.objects.create(name="HQ", slug="hq")
    group = VLANGroup.objects.create(name="a", slug="a", scope=site)
    VLAN.objects.create(vid=99, name="users", group=group)
    VLAN.objects.create(vid=10, name="clients", group=group)
    device = make_device("switch", site=site, librenms_id=carrying(simulator.state, (10, "users")))
    assert codes(plan_of(device, "vlans")) == {"vlan-10": ["vlan_name_taken"]}
    run = apply_to(device, "vlans")
    assert (run.written, run.failures) == ([], [])


def test_permissions_and_constraints(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=carrying(simulator.state, (10, "users"), (20, "voice")))
    viewer = somebody("ann", {"dcim.device": ["view"], "ipam.vlan": ["view"]})
    assert {result.issue.code.value for result in apply_to(device, "vlans", user=viewer).failures if result.issue} == {
        "no_permission"
    }
    grant = somebody("bob", {"ipam.vlan": ["add"]}, constraints={"vid": 20})
    grant.object_permissions.get().users.add(viewer)
    run = apply_to(device, "vlans", user=type(viewer).objects.get(pk=viewer.pk))
    assert [result.key for result in run.written] == ["vlan-20"]


def test_interfaces_that_lacked_a_vlan_are_written_in_the_same_run(simulator: Simulator) -> None:
    device_id = add_switch(simulator.state, 4)
    for vid in (10, 20):
        simulator.state.add_vlan(device_id, vid, f"v{vid}")
    device = make_device("switch", librenms_id=device_id)
    with request_of(admin()) as request:
        selections = {"vlans": engine.Selection(), "interfaces": engine.Selection()}
        run = engine.apply(device, user=admin(), request=request, selections=selections)
    assert not run.failures
    assert Interface.objects.get(name="Gi1/0/1").untagged_vlan == VLAN.objects.get(vid=10)
    assert plan_of(device, "vlans").attention == 0


def test_the_number_of_vlans_does_not_show(simulator: Simulator) -> None:
    counts = []
    for number in (10, 10, 200):
        name = f"switch-{len(counts)}"
        site = Site.objects.create(name=name, slug=name)
        rows = [(vid, f"{name}-{vid}") for vid in range(100, 100 + number)]
        device = make_device(name, site=site, librenms_id=carrying(simulator.state, *rows, hostname=name))
        steps = []
        for work in (plan_of, apply_to, apply_to):
            with counted() as queries:
                work(device, "vlans")
            steps.append(len(queries))
        counts.append(steps)
    print(counts)
    assert counts[1] == counts[2]
    assert counts[2][0] <= 20
