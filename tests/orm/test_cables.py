"""Cables of a device: links that LibreNMS sees against NetBox's cables."""

from typing import Any

import pytest
from core.models import ObjectChange
from dcim.models import Cable, CablePath, FrontPort, Interface, MACAddress, PortMapping, RearPort, VirtualChassis
from extras.models import Tag
from extras.validators import CustomValidator
from netbox.context import events_queue

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.engine.record import AppliedPlans
from netbox_librenms_plugin.models import LibreNMSSettings
from netbox_librenms_plugin.sync.core.plan import Change, Outcome, Plan, Standing
from netbox_librenms_plugin.words.sentences import sentence
from simulator.data import Dataset
from simulator.server import Simulator
from tests.factories import admin, make_cable, make_device, make_interface, make_vm, request_of, somebody
from tests.orm.support import apply_to, plan_of

from .support import counted, writes_in

pytestmark = pytest.mark.django_db

VIEW = {"dcim.device": ["view"], "dcim.interface": ["view"], "dcim.cable": ["view"]}


class Pair:
    """A switch and its core in LibreNMS and in NetBox, with a link between a port of each."""

    def __init__(self, state: Dataset, *, links: int = 1, prefix: str = "") -> None:
        self.state = state
        self.ids = {name: state.add_device(hostname=f"{prefix}{name}.example.net") for name in ("switch", "core")}
        self.switch = make_device(f"{prefix}switch", librenms_id=self.ids["switch"])
        self.core = make_device(f"{prefix}core")
        self.local, self.remote, self.links = [], [], []
        for number in range(1, links + 1):
            near = state.add_port(self.ids["switch"], ifName=f"Gi0/{number}")
            far = state.add_port(self.ids["core"], ifName=f"Te1/1/{number}")
            self.links.append(state.add_link(near, far, both=True))
            self.local.append(make_interface(self.switch, f"GigabitEthernet0/{number}"))
            self.remote.append(make_interface(self.core, f"Te1/1/{number}"))


def only(plan: Plan) -> Change:
    (change,) = plan.changes
    return change


def codes(run: AppliedPlans) -> list[str]:
    return [result.issue.code.value for result in run.failures if result.issue]


def reasons(change: Change) -> list[str]:
    assert all(sentence(one) for one in change.issues)
    return [one.code.value for one in change.issues]


def test_a_missing_cable_is_made_with_its_paths_and_change_log(simulator: Simulator) -> None:
    tag = Tag.objects.create(name="LLDP", slug="lldp")
    LibreNMSSettings.objects.create(cable_label="from LibreNMS", cable_tag=tag)
    pair = Pair(simulator.state)
    assert only(plan_of(pair.switch, "cables")).outcome is Outcome.MISSING
    run = apply_to(pair.switch, "cables")
    made = Cable.objects.get()
    assert [(result.key, result.netbox_id) for result in run.written] == [(f"link-{pair.links[0]}", made.pk)]
    assert (made.status, made.type, made.label, list(made.tags.all())) == ("connected", None, "from LibreNMS", [tag])
    assert (made.a_terminations, made.b_terminations) == (pair.local, pair.remote)
    local = Interface.objects.get(pk=pair.local[0].pk)
    assert local.connected_endpoints == pair.remote
    logged = ObjectChange.objects.filter(changed_object_type__model="cable").order_by("pk")
    # As NetBox does for any new cable: first without terminations, then with them
    assert [one.action for one in logged] == ["create", "update"]
    assert {(one.user, one.message) for one in logged} == {(admin(), "Synced from LibreNMS (Simulated LibreNMS)")}
    assert [len(one.postchange_data["a_terminations"]) for one in logged] == [0, 1]
    assert logged[1].postchange_data["tags"] == ["LLDP"]
    ends = ObjectChange.objects.filter(changed_object_type__model="interface", action="update")
    assert {one.changed_object_id for one in ends} == {pair.local[0].pk, pair.remote[0].pk}
    assert all(one.prechange_data["cable"] is None for one in ends)


def test_applying_twice_writes_nothing_and_the_other_end_agrees(simulator: Simulator) -> None:
    pair = Pair(simulator.state, links=3)
    assert len(apply_to(pair.switch, "cables").written) == 3
    with counted() as queries:
        assert apply_to(pair.switch, "cables").pk is None
    assert writes_in(queries) == []
    pair.core.custom_field_data = {"librenms_id": {"default": {"id": pair.ids["core"]}}}
    pair.core.save()
    for device in (pair.switch, pair.core):
        plan = plan_of(device, "cables")
        assert plan.counts[Outcome.SAME] == len(plan.changes) == 3
    assert Cable.objects.count() == 3


def test_a_cable_through_patch_panels_is_the_same(simulator: Simulator) -> None:
    pair = Pair(simulator.state)
    panels = [make_device(f"panel-{number}") for number in (1, 2)]
    fronts = [FrontPort.objects.create(device=one, name="front", type="lc") for one in panels]
    rears = [RearPort.objects.create(device=one, name="rear", type="lc") for one in panels]
    for one, front, rear in zip(panels, fronts, rears, strict=True):
        PortMapping.objects.create(device=one, front_port=front, rear_port=rear)
    near = make_cable(pair.local[0], fronts[0], label="patch")
    change = only(plan_of(pair.switch, "cables"))
    assert (change.outcome, reasons(change)) == (Outcome.CONFLICT, ["cabled_elsewhere"])
    assert change.issues[0].details["peer"] == "panel-1 rear"
    make_cable(rears[0], rears[1])
    make_cable(fronts[1], pair.remote[0])
    change = only(plan_of(pair.switch, "cables"))
    assert (change.outcome, change.netbox_id, change.found["label"]) == (Outcome.SAME, near.pk, "patch")
    assert apply_to(pair.switch, "cables").pk is None


def test_a_cable_to_something_else_is_said_and_never_touched(simulator: Simulator) -> None:
    pair = Pair(simulator.state)
    elsewhere = make_interface(make_device("elsewhere"), "eth0")
    held = make_cable(pair.local[0], elsewhere)
    change = only(plan_of(pair.switch, "cables"))
    assert (change.outcome, change.netbox_id) == (Outcome.CONFLICT, held.pk)
    assert sentence(change.issues[0]) == (
        f"switch GigabitEthernet0/1 has cable #{held.pk} already, to elsewhere eth0. Remove that one if it is gone."
    )
    assert codes(apply_to(pair.switch, "cables", keys=[change.key])) == ["not_syncable"]
    assert Cable.objects.get() == held


def test_what_a_user_may_not_see_is_not_named(simulator: Simulator) -> None:
    pair = Pair(simulator.state, links=2)
    secret = make_interface(make_device("secret"), "eth0")
    make_cable(pair.local[0], secret, label="classified")
    viewer = somebody("ann", {"dcim.device": ["view"]}, constraints=[{"name": "switch"}, {"name": "core"}])
    permission = somebody("bob", {"dcim.interface": ["view"]}, constraints={"device__name__in": ["switch", "core"]})
    permission.object_permissions.get().users.add(viewer)
    viewer = type(viewer).objects.get(pk=viewer.pk)
    change = plan_of(pair.switch, "cables", user=viewer).changes[0]
    assert change.outcome is Outcome.CONFLICT and change.netbox_id is None
    words = sentence(change.issues[0])
    assert "a cable that you may not see already, to something you may not see" in words
    assert "secret" not in repr(change) and "classified" not in repr(change)
    viewer.object_permissions.filter(name="ann dcim.device").update(constraints={"name": "switch"})
    viewer = type(viewer).objects.get(pk=viewer.pk)
    plan = plan_of(pair.switch, "cables", user=viewer)
    assert [reasons(change) for change in plan.changes] == [["remote_device_missing"]] * 2


def test_ports_are_found_by_librenms_ids_and_by_mac_address(simulator: Simulator) -> None:
    pair = Pair(simulator.state)
    near = simulator.state.add_port(pair.ids["switch"], ifName="Gi0/9")
    simulator.state.add_link(near, remote_hostname="ap-7", remote_port_name="0 (4cd9.8ffb.1efe)")
    pair.local[0].name = "renamed by hand"
    pair.local[0].custom_field_data = {"librenms_id": {"default": str(simulator.state.links[1]["local_port_id"])}}
    pair.local[0].save()
    pair.remote[0].name = "renamed too"
    pair.remote[0].custom_field_data = {"librenms_id": simulator.state.links[1]["remote_port_id"]}
    pair.remote[0].save()
    pair.core.name = "renamed"
    pair.core.custom_field_data = {"librenms_id": {"default": pair.ids["core"]}}
    pair.core.save()
    make_interface(pair.switch, "Gi0/9")
    radio = make_interface(make_device("access point"), "uplink")
    MACAddress.objects.create(mac_address="4C:D9:8F:FB:1E:FE", assigned_object=radio)
    plan = plan_of(pair.switch, "cables")
    assert {change.wanted["local"].name: change.wanted["remote"].name for change in plan.changes} == {
        "renamed by hand": "renamed too",
        "Gi0/9": "uplink",
    }
    assert plan.counts[Outcome.MISSING] == 2


def test_members_of_virtual_chassis_on_either_side(simulator: Simulator) -> None:
    state = simulator.state
    stacks = {}
    for name in ("acc", "core"):
        chassis = VirtualChassis.objects.create(name=name)
        librenms_id = state.add_device(hostname=name)
        members = [
            make_device(
                f"{name}-{position}",
                librenms_id=librenms_id if position == 1 else None,
                virtual_chassis=chassis,
                vc_position=position,
            )
            for position in (1, 2)
        ]
        ports = [state.add_port(librenms_id, ifName=f"Gi{position}/0/1") for position in (1, 2)]
        stacks[name] = (members, ports)
        for member in members:
            make_interface(member, f"GigabitEthernet{member.vc_position}/0/1")
    state.add_link(stacks["acc"][1][1], stacks["core"][1][1])
    change = only(plan_of(stacks["acc"][0][0], "cables"))
    assert (change.owner.name, change.wanted["remote"].name) == ("acc-2", "GigabitEthernet2/0/1")
    assert apply_to(stacks["acc"][0][1], "cables").written
    (made,) = Cable.objects.all()
    assert [made.a_terminations[0].device.name, made.b_terminations[0].device.name] == ["acc-2", "core-2"]
    state.add_link(stacks["core"][1][1], stacks["acc"][1][1])
    assert only(plan_of(stacks["core"][0][1], "cables")).outcome is Outcome.SAME


def test_one_row_that_netbox_refuses_does_not_stop_the_others(simulator: Simulator, settings: Any) -> None:
    pair = Pair(simulator.state, links=3)
    settings.CUSTOM_VALIDATORS = {"dcim.cable": [RefuseFirst(pair.local[1].pk)]}
    run = apply_to(pair.switch, "cables")
    assert [result.key for result in run.written] == [f"link-{pair.links[0]}", f"link-{pair.links[2]}"]
    assert codes(run) == ["refused"]
    assert run.failures[0].issue and "not this one" in sentence(run.failures[0].issue)
    assert Cable.objects.count() == 2


class RefuseFirst(CustomValidator):
    """A house rule against a cable on one interface."""

    def __init__(self, interface_id: int) -> None:
        super().__init__({})
        self.interface_id = interface_id

    def validate(self, instance: Cable, request: Any) -> None:
        if instance.a_terminations[0].pk == self.interface_id:
            self.fail("not this one")


def test_permissions_and_constraints(simulator: Simulator) -> None:
    pair = Pair(simulator.state, links=2)
    LibreNMSSettings.objects.create(cable_label="lldp")
    viewer = somebody("ann", VIEW)
    assert set(codes(apply_to(pair.switch, "cables", user=viewer))) == {"no_permission"}
    assert Cable.objects.count() == 0
    grant = somebody("bob", {"dcim.cable": ["add"]}, constraints={"label": "other"})
    grant.object_permissions.get().users.add(viewer)
    viewer = type(viewer).objects.get(pk=viewer.pk)
    assert set(codes(apply_to(pair.switch, "cables", user=viewer))) == {"no_permission"}
    assert (Cable.objects.count(), CablePath.objects.count()) == (0, 0)
    assert not ObjectChange.objects.exists()
    LibreNMSSettings.objects.update(cable_label="other")
    assert len(apply_to(pair.switch, "cables", user=viewer).written) == 2
    assert set(ObjectChange.objects.values_list("user_name", flat=True)) == {"ann"}


def test_a_refused_cable_leaves_no_event(simulator: Simulator) -> None:
    pair = Pair(simulator.state, links=2)
    viewer = somebody("ann", VIEW)
    grant = somebody("bob", {"dcim.cable": ["add"]}, constraints={"terminations__termination_id": pair.local[1].pk})
    grant.object_permissions.get().users.add(viewer)
    viewer = type(viewer).objects.get(pk=viewer.pk)
    selections = {"cables": engine.Selection()}
    with request_of(viewer) as request:
        run = engine.apply(pair.switch, user=viewer, request=request, selections=selections)
        queued = {key for key in events_queue.get() if not key.startswith("dcim.cabletermination")}
    assert (len(run.written), codes(run)) == (1, ["no_permission"])
    ends = {f"dcim.interface:{end.pk}" for end in (pair.local[1], pair.remote[1])}
    assert queued == {f"dcim.cable:{Cable.objects.get().pk}", *ends}


def test_a_cable_made_in_between_is_stale(simulator: Simulator) -> None:
    pair = Pair(simulator.state, links=2)
    shown = plan_of(pair.switch, "cables").fingerprints
    held = make_cable(pair.local[0], make_interface(make_device("elsewhere"), "eth0"))
    run = apply_to(pair.switch, "cables", expected=shown, keys=list(shown))
    assert codes(run) == ["stale"] and len(run.written) == 1
    assert Cable.objects.exclude(pk=held.pk).count() == 1


def test_another_remote_end_than_shown_is_stale(simulator: Simulator) -> None:
    pair = Pair(simulator.state)
    shown = plan_of(pair.switch, "cables").fingerprints
    Interface.objects.filter(pk=pair.remote[0].pk).delete()
    make_interface(pair.core, "TenGigabitEthernet1/1/1")
    assert codes(apply_to(pair.switch, "cables", expected=shown, keys=list(shown))) == ["stale"]
    assert Cable.objects.count() == 0


def test_a_missing_interface_is_made_and_cabled_in_the_same_run(simulator: Simulator) -> None:
    pair = Pair(simulator.state)
    Interface.objects.filter(pk=pair.local[0].pk).delete()
    assert reasons(only(plan_of(pair.switch, "cables"))) == ["interface_absent"]
    with request_of(admin()) as request:
        selections = {"interfaces": engine.Selection(), "cables": engine.Selection()}
        run = engine.apply(pair.switch, user=admin(), request=request, selections=selections)
    assert not run.failures
    assert Interface.objects.get(device=pair.switch).connected_endpoints == pair.remote


def test_a_cable_does_not_wait_for_an_interface_that_nobody_can_make(simulator: Simulator) -> None:
    pair = Pair(simulator.state)
    Interface.objects.filter(pk=pair.local[0].pk).delete()
    port_id = next(row["port_id"] for row in simulator.state.ports.rows() if row["ifName"] == "Gi0/1")
    make_interface(make_device("old"), "Gi0/1", custom_field_data={"librenms_id": {"default": port_id}})
    change = only(plan_of(pair.switch, "cables"))
    assert (change.standing, reasons(change)) == (Standing.BLOCKED, ["interface_blocked"])
    assert sentence(change.issues[0]).endswith("is already bound to Gi0/1 (old). Remove its LibreNMS ID there first.")


def test_a_choice_among_several_interfaces(simulator: Simulator) -> None:
    pair = Pair(simulator.state)
    Interface.objects.filter(pk=pair.remote[0].pk).update(name="TenGigE1/1/1")
    other = make_interface(pair.core, "TenGigabitEthernet1/1/1")
    change = only(plan_of(pair.switch, "cables"))
    assert reasons(change) == ["several_ports"]
    assert set(change.facts["choices"]["remote"]) == {pair.remote[0].pk, other.pk}
    apply_to(pair.switch, "cables", chosen={change.key: {"remote": other.pk}})
    assert Cable.objects.get().b_terminations == [other]


def test_an_aggregate_with_one_member(simulator: Simulator) -> None:
    pair = Pair(simulator.state)
    lag = make_interface(pair.core, "Po9", type="lag")
    Interface.objects.filter(pk=pair.remote[0].pk).update(lag=lag)
    simulator.state.links[pair.links[0]] |= {"remote_port": "Po9", "remote_port_id": None}
    change = only(plan_of(pair.switch, "cables"))
    assert reasons(change) == ["member_cabled"]
    apply_to(pair.switch, "cables")
    assert Cable.objects.get().b_terminations == pair.remote
    make_interface(pair.core, "Te1/1/9", lag=lag)
    assert only(plan_of(pair.switch, "cables")).outcome is Outcome.SAME


def test_virtual_machines_have_no_cables(simulator: Simulator) -> None:

    device_id = simulator.state.add_device(hostname="guest")
    guest = make_vm("guest", librenms_id=device_id)
    (compared,) = engine.compare([guest], user=admin(), resources=["cables"])
    assert dict(compared.plans) == {}


def test_a_refresh_asks_for_links_and_whether_the_ports_are_still_the_same(simulator: Simulator) -> None:
    pair = Pair(simulator.state)
    plan_of(pair.switch, "cables")
    before = len(simulator.requests)
    plan_of(pair.switch, "cables", refresh=True)
    assert len(simulator.requests) - before == 2
    near = simulator.state.add_port(pair.ids["switch"], ifName="Gi0/9")
    simulator.state.add_link(near, remote_hostname="phone", remote_port_name="Port 1")
    plan = plan_of(pair.switch, "cables", refresh=True)
    assert reasons(plan.changes[1]) == ["interface_absent", "remote_device_missing"]
