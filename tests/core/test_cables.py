"""Links as cables: one row for each neighbour, and why some of them can be no cable."""

import itertools
from typing import Any

import pytest

from netbox_librenms_plugin.librenms.records import DeviceLinks, Link, Port
from netbox_librenms_plugin.sync.cables.jacks import Jack, JackKind, Jacks
from netbox_librenms_plugin.sync.cables.neighbours import Network, Node
from netbox_librenms_plugin.sync.cables.plan import CableContext, HeldCable, plan_cables
from netbox_librenms_plugin.sync.cables.types import cable_type
from netbox_librenms_plugin.sync.core.plan import Change, Found, Outcome, Plan, Ref
from netbox_librenms_plugin.sync.core.policy import Policies, Policy
from netbox_librenms_plugin.sync.interfaces.port_interfaces import port_interfaces

from .build import ALONE, STACK, codes

SWITCH, CORE, OTHER = Ref(1, "switch"), Ref(10, "core"), Ref(20, "other")
NODES = (Node(ref=CORE, librenms_id=100), Node(ref=OTHER, librenms_id=200))
NAMES = {1: "Gi0/1", 2: "Gi0/2", 3: "Po1", 11: "Te1", 12: "Te2", 13: "Po9", 21: "eth0"}
DEVICES = {1: SWITCH, 2: SWITCH, 3: SWITCH, 11: CORE, 12: CORE, 13: CORE, 21: OTHER}


def jacks(**changed: dict[str, Any]) -> dict[int, Jack]:
    """The network's interfaces; ``j11={…}`` changes one of them."""
    return {pk: Jack(ref=Ref(pk, name), device=DEVICES[pk], **changed.get(f"j{pk}", {})) for pk, name in NAMES.items()}


def link(number: int, local: int | None = 1, remote: str = "Te1", **columns: Any) -> Link:
    known = {"local_device_id": 1, "local_port_id": local, "remote_device_id": 100, "remote_hostname": "core"}
    return Link(id=number, **{**known, "remote_port": remote, **columns})


def plan(
    *links: Link,
    ends: dict[int, Jack] | None = None,
    members: dict[int, list[int]] | None = None,
    policies: dict[str, Policy] | None = None,
    **context: Any,
) -> Plan:
    by_id = jacks() if ends is None else ends
    local = [pk for pk in by_id if by_id[pk].device in (SWITCH, Ref(1, "sw-1"), Ref(2, "sw-2"))]
    found = [
        Found(id=pk, name=by_id[pk].ref.name, owner=by_id[pk].device, values={}, facts={"visible": True})
        for pk in local
    ]
    ports = tuple(Port(port_id=pk, if_name=by_id[pk].ref.name) for pk in local)
    seen = DeviceLinks(device_id=1, links=links, ports=(*ports, Port(port_id=9, if_name="Gi0/9")))
    network = Network(nodes=context.pop("nodes", NODES), jacks=Jacks(by_id=by_id, members=members or {}))
    known = {"members": ALONE, **context}
    places = port_interfaces(seen.ports, found, known["members"], "ifName")
    surroundings = CableContext(**{"found": found, "places": places, "network": network, **known})
    chosen = Policies({("cables", name): policy for name, policy in (policies or {}).items()})
    return plan_cables(seen, surroundings, chosen)


def only(found: Plan) -> Change:
    (change,) = found.changes
    return change


def test_a_link_between_two_free_interfaces_is_a_missing_cable() -> None:
    change = only(plan(link(5), label="from LibreNMS", tag=Ref(3, "lldp")))
    assert (change.key, change.outcome, change.syncable, change.issues) == ("link-5", Outcome.MISSING, True, ())
    assert change.writes == {
        "local": Ref(1, "Gi0/1"),
        "remote": Ref(11, "Te1"),
        "status": "connected",
        "label": "from LibreNMS",
        "tag": Ref(3, "lldp"),
    }
    assert change.librenms_id == 1
    assert change.facts["local"].jack.id == 1 and change.facts["remote"].jack.id == 11


def test_what_nobody_says_is_left_out_and_what_a_policy_keeps_out_too() -> None:
    ends = jacks(j1={"type": "10gbase-sr"}, j11={"type": "25gbase-sr"})
    assert only(plan(link(5), ends=ends)).writes["type"] == "mmf"
    kept_out = plan(link(5), ends=ends, label="x", policies={"type": Policy.IGNORE, "label": Policy.REPORT_ONLY})
    assert set(only(kept_out).writes) == {"local", "remote", "status"}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("10gbase-sr", "10gbase-sr", "mmf"),
        ("1000base-sx", "1000base-sx", "mmf"),
        ("100gbase-lr4", "100gbase-cwdm4", "smf"),
        ("10gbase-br-d", "10gbase-br-u", "smf"),
        ("40gbase-cr4", "40gbase-cr4", "dac-passive"),
        ("10gbase-sr", "10gbase-lr", None),
        ("10gbase-x-sfpp", "10gbase-sr", None),
        ("1000base-t", "1000base-t", None),
        ("1000base-lx", "1000base-lx", None),
        ("10gbase-lrm", "10gbase-lrm", None),
        ("10gbase-kr", "10gbase-kr", None),
        ("other", "other", None),
        ("", "", None),
    ],
)
def test_interface_types_tell_the_cable_type_only_where_they_leave_no_choice(
    one: str, other: str, expected: str | None
) -> None:
    assert cable_type(one, other) == cable_type(other, one) == expected


JOINED = {"cable": 7, "far": frozenset({11})}


@pytest.mark.parametrize(
    "ends",
    [
        jacks(j1=JOINED),
        jacks(j1={"cable": 7, "far": frozenset({11})}, j11={"cable": 8, "far": frozenset({1})}),
        jacks(j1={"cable": 7, "cable_end": "A"}, j11={"cable": 7, "cable_end": "B"}),
        jacks(j1={"cable": 7, "far": frozenset({11, 12})}),
    ],
)
def test_joined_interfaces_are_the_same_and_nothing_is_written(ends: dict[int, Jack]) -> None:
    held = {7: HeldCable(words="cable #7", values={"status": "planned", "type": None, "label": "old"})}
    change = only(plan(link(5), ends=ends, cables=held, label="new"))
    assert (change.outcome, change.netbox_id, change.writes) == (Outcome.SAME, 7, {})
    assert change.found["label"] == "old"


def test_a_hidden_cable_is_not_named() -> None:
    change = only(plan(link(5), ends=jacks(j1=JOINED), cables={7: HeldCable(words="a cable that you may not see")}))
    assert (change.outcome, change.netbox_id, change.found) == (Outcome.SAME, None, {})


def test_a_cable_to_something_else_is_a_conflict_that_says_to_what() -> None:
    ends = jacks(j11={"cable": 7, "far": frozenset({21}), "leads_to": "other eth0"}, j1={"cable": 9})
    held = {7: HeldCable(words="cable #7", values={"status": "connected", "type": None, "label": ""})}
    change = only(plan(link(5), ends=ends, cables=held))
    assert (change.outcome, change.syncable) == (Outcome.CONFLICT, False)
    assert codes(change) == ["cable_leads_nowhere", "cabled_elsewhere"]
    assert change.issues[1].details == {"interface": "core Te1", "cable": "cable #7", "peer": "other eth0"}


@pytest.mark.parametrize(
    ("row", "ends", "expected"),
    [
        (link(5, 9), {}, ["interface_absent"]),
        (link(5, None), {}, ["local_port_unknown"]),
        (link(5, 999), {}, ["local_port_unknown"]),
        (link(5, remote_device_id=0, remote_hostname="phone"), {}, ["remote_device_missing"]),
        (link(5, remote="Te7"), {}, ["remote_port_missing"]),
        (link(5, remote=" ()"), {}, ["remote_port_unknown"]),
        (link(5), {"j1": {"marked": True}}, ["marked_connected"]),
        (link(5), {"j11": {"wireless": True}}, ["wireless"]),
        (link(5), {"j11": {"kind": JackKind.WIRELESS}}, ["wireless"]),
        (link(5), {"j1": {"kind": JackKind.VIRTUAL}}, ["not_cableable"]),
        (link(5), {"j1": {"kind": JackKind.CHANNEL}}, ["not_cableable"]),
        (link(5, 9, remote="Te7"), {}, ["interface_absent", "remote_port_missing"]),
    ],
)
def test_blocked_rows_say_why(row: Link, ends: dict[str, dict[str, Any]], expected: list[str]) -> None:
    change = only(plan(row, ends=jacks(**ends)))
    assert (change.outcome, codes(change), change.writes) == (Outcome.BLOCKED, expected, {})


def test_stale_links_and_links_of_a_device_to_itself_are_left_out() -> None:
    assert plan(link(5, active=False)).changes == ()
    assert len(plan(link(5, active=None)).changes) == 1
    assert plan(link(5, remote="Gi0/2", remote_device_id=1, remote_port_id=2)).changes == ()
    own = (*NODES, Node(ref=SWITCH))
    assert plan(link(5, remote="Gi0/2", remote_device_id=0, remote_hostname="switch"), nodes=own).changes == ()


def test_protocols_that_speak_of_one_neighbour_are_one_row() -> None:
    spoken = (
        link(5, remote="Te1"),
        link(6, remote="TenGigabitEthernet1", protocol="cdp"),
        link(7, remote="uplink", remote_hostname="core.example.net", protocol="cdp"),
        link(8, remote="Te1", remote_device_id=0),
    )
    ends = jacks() | {11: Jack(ref=Ref(11, "TenGigE1"), device=CORE)}
    for order in itertools.permutations(spoken):
        change = only(plan(*order, ends=ends))
        assert (change.outcome, change.wanted["remote"]) == (Outcome.MISSING, Ref(11, "TenGigE1"))
        assert change.key == "link-5"


def test_a_neighbour_that_is_a_stack_is_one_neighbour() -> None:
    nodes = (Node(ref=CORE, librenms_id=100, chassis=1, position=1), Node(ref=OTHER, chassis=1, position=2))
    by_port = link(5, remote="eth0")
    without_port = link(6, remote="uplink", protocol="cdp")
    change = only(plan(by_port, without_port, nodes=nodes))
    assert (change.outcome, change.wanted["remote"]) == (Outcome.MISSING, Ref(21, "eth0"))


def test_several_neighbours_on_a_port_block_each_other() -> None:
    phone = link(6, remote="Port 1", remote_device_id=0, remote_hostname="SEP001")
    found = plan(link(5), phone)
    assert [change.outcome for change in found.changes] == [Outcome.BLOCKED, Outcome.BLOCKED]
    assert codes(found.by_key["link-5"]) == ["several_neighbours"]
    assert found.by_key["link-5"].issues[0].details["names"] == ("core Te1", "SEP001 Port 1")
    assert codes(found.by_key["link-6"]) == ["remote_device_missing", "several_neighbours"]


def test_the_neighbour_that_netbox_has_cabled_stays_the_same_beside_others() -> None:
    phone = link(6, remote="eth0", remote_device_id=200, remote_hostname="other")
    found = plan(link(5), phone, ends=jacks(j1=JOINED))
    assert found.by_key["link-5"].outcome is Outcome.SAME
    assert codes(found.by_key["link-6"]) == ["several_neighbours"]


def test_two_ports_that_hear_one_remote_port_block_each_other() -> None:
    found = plan(link(5, 1), link(6, 2))
    assert [codes(change) for change in found.changes] == [["several_neighbours"], ["several_neighbours"]]


def test_many_neighbours_are_not_all_named() -> None:
    crowd = [link(n, remote="x", remote_device_id=0, remote_hostname=f"host{n}") for n in range(1, 40)]
    assert len(plan(*crowd).changes[0].issues[-1].details["names"]) == 6


def test_the_only_member_of_an_aggregate_is_cabled() -> None:
    ends = jacks(j3={"kind": JackKind.VIRTUAL}, j13={"kind": JackKind.VIRTUAL})
    change = only(plan(link(5, 3, remote="Po9"), ends=ends, members={3: [1], 13: [12]}))
    assert (change.outcome, codes(change)) == (Outcome.MISSING, ["member_cabled", "member_cabled"])
    assert (change.wanted["local"], change.wanted["remote"]) == (Ref(1, "Gi0/1"), Ref(12, "Te2"))
    several = only(plan(link(5, 3, remote="Po9"), ends=ends, members={3: [1, 2], 13: [12]}))
    assert codes(several) == ["not_cableable"]
    both = plan(link(5, 3, remote="Po9"), link(6, 1, remote="Te2"), ends=ends, members={3: [1], 13: [12]})
    assert [one.key for one in both.changes] == ["link-5"]


def test_aggregates_whose_members_are_joined_are_the_same() -> None:
    ends = jacks(j3={"kind": JackKind.VIRTUAL}, j13={"kind": JackKind.VIRTUAL}, j2={"cable": 7, "far": frozenset({12})})
    change = only(plan(link(5, 3, remote="Po9"), ends=ends, members={3: [1, 2], 13: [11, 12]}))
    assert (change.outcome, change.wanted["local"]) == (Outcome.SAME, Ref(2, "Gi0/2"))


def test_a_choice_among_several_remote_interfaces() -> None:
    ends = jacks() | {14: Jack(ref=Ref(14, "TenGigE1"), device=CORE)}
    row = link(5, remote="te 1")
    undecided = only(plan(row, ends=ends))
    assert codes(undecided) == ["several_ports"]
    assert undecided.facts["choices"] == {"remote": {11: "core Te1", 14: "core TenGigE1"}}
    assert only(plan(row, ends=ends, chosen={"link-5": 14})).wanted["remote"] == Ref(14, "TenGigE1")


def test_members_of_one_stack_are_joined_once_and_hidden_members_not_at_all() -> None:
    ends = {
        1: Jack(ref=Ref(1, "Gi1/0/1"), device=Ref(1, "sw-1")),
        2: Jack(ref=Ref(2, "Gi2/0/1"), device=Ref(2, "sw-2")),
    }
    there = link(5, 1, "Gi2/0/1", remote_device_id=1, remote_port_id=2)
    back = link(6, 2, "Gi1/0/1", remote_device_id=1, remote_port_id=1)
    change = only(_stacked(ends, there, back))
    assert (change.key, change.outcome) == ("link-5", Outcome.MISSING)
    assert (change.owner, change.wanted["remote"]) == (Ref(1, "sw-1"), Ref(2, "Gi2/0/1"))
    ends[3] = Jack(ref=Ref(3, "Gi1/0/2"), device=Ref(1, "sw-1"))
    same_member = link(7, 1, "Gi1/0/2", remote_device_id=1, remote_port_id=3)
    assert _stacked(ends, same_member).changes == ()


def _stacked(ends: dict[int, Jack], *links: Link) -> Plan:
    found = [
        Found(id=pk, name=one.ref.name, owner=one.device, values={}, facts={"visible": True})
        for pk, one in ends.items()
    ]
    ports = [Port(port_id=pk, if_name=one.ref.name) for pk, one in ends.items()]
    hidden = Port(port_id=30, if_name="Gi3/0/1")
    seen = DeviceLinks(device_id=1, links=(*links, link(99, 30)), ports=(*ports, hidden))
    places = port_interfaces(seen.ports, found, STACK, "ifName")
    network = Network(nodes=NODES, jacks=Jacks(by_id=ends))
    context = CableContext(members=STACK, found=found, places=places, network=network)
    return plan_cables(seen, context, Policies())


def test_the_order_of_links_does_not_matter() -> None:
    rows = (link(5), link(6, 2, "Te2"), link(7, 3, "eth0", remote_device_id=200), link(8, 3, remote_device_id=0))
    plans = [plan(*order) for order in itertools.permutations(rows)]
    assert all(one == plans[0] for one in plans)
