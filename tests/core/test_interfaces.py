"""Ports against interfaces: who is who, what differs, what is left alone."""

from typing import Any

import pytest

from netbox_librenms_plugin.librenms.records import Port
from netbox_librenms_plugin.sync.chassis.members import Member, Members
from netbox_librenms_plugin.sync.chassis.units import Unit
from netbox_librenms_plugin.sync.core.plan import Change, Outcome, Plan, Ref
from netbox_librenms_plugin.sync.core.policy import Policy
from netbox_librenms_plugin.sync.interfaces.types import TypeRules
from netbox_librenms_plugin.sync.vlans.scope import GLOBAL, ScopedVlan, VlanChoice, by_vid

from .build import STACK, UNSET, codes, differing, interface, plan, port, snapshot, vlans

SITE = ("site", 7)
USERS = ScopedVlan(vid=10, ref=Ref(110, "10 (users)"), scope=SITE)
VOICE = ScopedVlan(vid=20, ref=Ref(120, "20 (voice)"), scope=SITE)
KNOWN = {1: VlanChoice([frozenset({SITE}), frozenset({GLOBAL})], vlans=by_vid([USERS, VOICE]))}


def one(result: Plan) -> Change:
    """The only change of a plan."""
    (change,) = result.changes
    return change


# -- identity ---------------------------------------------------------------------------------------------------------


def test_the_librenms_id_comes_before_the_name() -> None:
    found = [interface(1, "Gi1/0/1", librenms_id=11), interface(2, "Gi1/0/2")]
    result = plan(found, snapshot(port(11, "Gi1/0/2")))
    by_key = result.by_key
    assert by_key["port-11"].netbox_id == 1
    assert by_key["port-11"].matched_by == "librenms_id"
    assert codes(by_key["port-11"]) == ["name_taken"]
    assert by_key["port-11"].outcome is Outcome.CONFLICT


def test_an_interface_stays_what_it_is_called_while_librenms_has_a_port_of_that_name() -> None:
    """LibreNMS keeps ports by ifIndex, and those move on: the ids follow the names."""
    found = [interface(1, "Gi1/0/1", librenms_id=11), interface(2, "GigabitEthernet1/0/2", librenms_id=12)]
    result = plan(found, snapshot(port(11, "Gi1/0/2"), port(12, "Gi1/0/3"), port(13, "Gi1/0/1"))).by_key
    assert {key: change.netbox_id for key, change in result.items()} == {"port-11": 2, "port-12": None, "port-13": 1}
    assert differing(result["port-13"]) == {"librenms_id": (11, 13)}
    assert differing(result["port-11"]) == {"librenms_id": (12, 11)}
    assert result["port-12"].outcome is Outcome.MISSING


def test_an_id_that_moved_on_to_another_interfaces_name_is_not_believed() -> None:
    found = [interface(number, f"Gi1/0/{number}", librenms_id=10 + number) for number in (1, 2, 3)]
    result = plan(found, snapshot(port(11, "Gi1/0/2"), port(12, "Gi1/0/3"))).by_key
    assert {key: change.netbox_id for key, change in result.items()} == {"port-11": 2, "port-12": 3, "netbox-1": 1}


def test_two_names_that_changed_places_keep_their_interfaces() -> None:
    found = [interface(1, "eth0", librenms_id=11), interface(2, "eth1", librenms_id=12)]
    result = plan(found, snapshot(port(11, "eth1"), port(12, "eth0"))).by_key
    assert [(change.netbox_id, differing(change)) for change in result.values()] == [
        (2, {"librenms_id": (12, 11)}),
        (1, {"librenms_id": (11, 12)}),
    ]


def test_the_name_in_librenms_other_column_is_the_ports_own() -> None:
    held = interface(1, "Ten-GigabitEthernet1/0/25")
    change = one(plan([held], snapshot(port(11, "XGE1/0/25", if_descr="Ten-GigabitEthernet1/0/25"))))
    assert (change.netbox_id, change.matched_by, differing(change)) == (1, "spelling", {"librenms_id": (None, 11)})
    held = interface(1, "Bridge-Aggregation1")
    change = one(plan([held], snapshot(port(11, "BAGG1", if_descr="Bridge-Aggregation1"))))
    assert (change.netbox_id, change.matched_by, differing(change)) == (1, "other_name", {"librenms_id": (None, 11)})


def test_a_column_that_says_the_same_of_all_ports_names_none() -> None:
    ports = (port(11, "1", if_descr="Ethernet Interface"), port(12, "2", if_descr="Ethernet Interface"))
    assert [one.netbox_id for one in plan([interface(1, "Ethernet Interface")], snapshot(*ports)).changes][:2] == [
        None,
        None,
    ]
    ports = (port(11, "1", if_descr="2"), port(12, "2", if_descr="3"))
    assert [change.netbox_id for change in plan([interface(1, "2")], snapshot(*ports)).changes] == [None, 1]


def test_an_interface_with_exactly_the_mac_address_is_asked_about() -> None:
    mac = {"if_type": "ethernetCsmacd", "if_phys_address": "02005e100101"}
    held = interface(7, "NIC1", mac_address="02:00:5E:10:01:01")
    change = plan([held], snapshot(port(11, "ens1f0", **mac))).by_key["port-11"]
    assert (change.outcome, codes(change)) == (Outcome.CONFLICT, ["same_mac"])
    assert change.facts["choices"] == {"interface": {7: "NIC1"}}
    same = one(plan([held], snapshot(port(11, "ens1f0", **mac)), chosen={"port-11": 7}))
    assert (same.netbox_id, differing(same)["name"]) == (7, ("NIC1", "ens1f0"))
    new = plan([held], snapshot(port(11, "ens1f0", **mac)), chosen={"port-11": 0}).by_key["port-11"]
    assert new.outcome is Outcome.MISSING


def test_layers_above_a_port_borrow_its_mac_address_and_claim_nothing() -> None:
    mac = {"if_phys_address": "02005e100101"}
    held = interface(7, "eno1", mac_address="02:00:5E:10:01:01")
    ports = (port(11, "eno1", if_type="ethernetCsmacd", **mac), port(12, "eno1.10", if_type="l2vlan", **mac))
    assert plan([held], snapshot(*ports)).by_key["port-12"].outcome is Outcome.MISSING
    twins = (port(12, "a", if_type="ethernetCsmacd", **mac), port(13, "b", if_type="ethernetCsmacd", **mac))
    assert [one.outcome for one in plan([held], snapshot(*twins)).changes] == [
        Outcome.MISSING,
        Outcome.MISSING,
        Outcome.EXTRA,
    ]


def test_an_interface_bound_by_id_is_renamed() -> None:
    change = one(plan([interface(1, "old", librenms_id=11)], snapshot(port(11, "Gi1/0/1"))))
    assert change.outcome is Outcome.CHANGED
    assert differing(change) == {"name": ("old", "Gi1/0/1")}


def test_another_spelling_is_the_same_interface_and_no_difference() -> None:
    change = one(plan([interface(1, "GigabitEthernet1/0/1")], snapshot(port(11, "Gi1/0/1"))))
    assert (change.netbox_id, change.matched_by) == (1, "spelling")
    assert differing(change) == {"librenms_id": (None, 11)}


def test_an_exact_name_comes_before_another_spelling() -> None:
    found = [interface(1, "GigabitEthernet1/0/1"), interface(2, "Gi1/0/1")]
    result = plan(found, snapshot(port(11, "Gi1/0/1")))
    assert result.by_key["port-11"].netbox_id == 2
    assert result.by_key["netbox-1"].outcome is Outcome.EXTRA


def test_two_interfaces_in_other_spellings_are_a_conflict_with_both_names() -> None:
    found = [interface(1, "GigabitEthernet1/0/1"), interface(2, "gig1/0/1")]
    result = plan(found, snapshot(port(11, "Gi1/0/1")))
    change = result.by_key["port-11"]
    assert change.outcome is Outcome.CONFLICT
    assert {candidate["name"] for candidate in change.issues[0].details["candidates"]} == {
        "GigabitEthernet1/0/1",
        "gig1/0/1",
    }
    assert result.counts[Outcome.EXTRA] == 0


def test_two_ports_of_one_name_are_both_conflicts_and_the_interface_is_not_extra() -> None:
    result = plan([interface(1, "eth0")], snapshot(port(11, "eth0"), port(12, "eth0")))
    assert [change.outcome for change in result.changes] == [Outcome.CONFLICT, Outcome.CONFLICT]
    assert codes(result.changes[0])[0] == "duplicate_name"


def test_two_ports_in_two_spellings_of_one_interface_are_conflicts() -> None:
    result = plan([interface(1, "gig1/0/1")], snapshot(port(11, "Gi1/0/1"), port(12, "GigabitEthernet1/0/1")))
    assert {change.outcome for change in result.changes} == {Outcome.CONFLICT}
    assert codes(result.changes[0]) == ["claimed_twice"]


def test_a_port_id_bound_elsewhere_is_a_conflict_that_names_the_holder() -> None:
    change = one(plan([], snapshot(port(11, "eth0")), elsewhere={11: "eth5 (other)"}))
    assert change.outcome is Outcome.CONFLICT
    assert change.issues[0].details["holder"] == "eth5 (other)"


def test_names_netbox_cannot_hold_block_the_row() -> None:
    result = plan([], snapshot(port(11, "x" * 65), port(12, ""), port(13, "\n\t")))
    assert [change.outcome for change in result.changes] == [Outcome.BLOCKED] * 3
    assert [codes(change) for change in result.changes] == [["name_too_long"], ["no_name"], ["no_name"]]


def test_the_name_column_is_a_choice() -> None:
    seen = snapshot(port(11, "Gi1/0/1", if_descr="GigabitEthernet1/0/1"))
    assert one(plan([], seen)).name == "Gi1/0/1"
    assert one(plan([], seen, name_field="ifDescr")).name == "GigabitEthernet1/0/1"


# -- null, absent, empty ----------------------------------------------------------------------------------------------


def test_what_librenms_did_not_say_is_never_a_difference() -> None:
    held = interface(1, "eth0", librenms_id=11, speed=1000, mtu=1500, duplex="full", description="x", mode="access")
    change = one(plan([held], snapshot(port(11, "eth0", if_speed=None, if_mtu=None, if_duplex="unknown"))))
    assert change.outcome is Outcome.SAME
    assert not change.syncable


def test_an_empty_alias_clears_a_description_only_where_librenms_wins() -> None:
    held = interface(1, "eth0", librenms_id=11, description="patch panel 4")
    seen = snapshot(port(11, "eth0", if_alias=""))
    wins = one(plan([held], seen))
    assert wins.writes == {"description": ""}
    fills = one(plan([held], seen, policies={"description": Policy.FILL_IF_EMPTY}))
    assert fills.writes == {}
    assert differing(fills) == {"description": ("patch panel 4", "")}


def test_an_alias_that_repeats_the_name_says_nothing() -> None:
    held = interface(1, "Gi0/1", librenms_id=11, description="kept")
    for alias in ("Gi0/1", "GigabitEthernet0/1"):
        seen = snapshot(port(11, "Gi0/1", if_descr="GigabitEthernet0/1", if_alias=alias))
        assert one(plan([held], seen)).outcome is Outcome.SAME


@pytest.mark.parametrize(
    ("policy", "held", "outcome", "written"),
    [
        (Policy.LIBRENMS_WINS, "curated", Outcome.CHANGED, {"description": "seen"}),
        (Policy.FILL_IF_EMPTY, "curated", Outcome.CHANGED, {}),
        (Policy.FILL_IF_EMPTY, "", Outcome.CHANGED, {"description": "seen"}),
        (Policy.REPORT_ONLY, "", Outcome.CHANGED, {}),
        (Policy.IGNORE, "curated", Outcome.SAME, {}),
    ],
)
def test_policies_decide_what_is_shown_and_written(
    policy: Policy, held: str, outcome: Outcome, written: dict[str, str]
) -> None:
    found = interface(1, "eth0", librenms_id=11, description=held)
    change = one(plan([found], snapshot(port(11, "eth0", if_alias="seen")), policies={"description": policy}))
    assert change.outcome is outcome
    assert change.writes == written
    assert all(difference.policy is policy for difference in change.differences)


def test_a_new_interface_leaves_out_what_a_policy_keeps_librenms_out_of() -> None:
    seen = snapshot(port(11, "eth0", if_alias="seen", if_mtu=1500))
    change = one(plan([], seen, policies={"description": Policy.REPORT_ONLY, "name": Policy.IGNORE}))
    assert "description" not in change.writes
    assert change.writes["name"] == "eth0"
    assert change.writes["mtu"] == 1500


# -- types ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("if_type", "speed", "held", "written"),
    [
        ("ethernetCsmacd", 10**9, None, "1000base-t"),
        ("ethernetCsmacd", 10**9, "1000base-x-sfp", None),
        ("ethernetCsmacd", 10**10, "other", "10gbase-x-sfpp"),
        ("ethernetCsmacd", None, "10gbase-t", None),
        ("ethernetCsmacd", 10**10, "lag", None),
        ("ieee8023adLag", None, "other", "lag"),
        ("ieee8023adLag", None, "virtual", "lag"),
        ("l3ipvlan", None, "bridge", None),
        ("propVirtual", None, "lag", None),
        ("somethingNew", None, "1000base-t", None),
        ("somethingNew", None, None, "other"),
        (None, None, None, "other"),
    ],
)
def test_a_probable_type_never_replaces_a_chosen_one(
    if_type: str | None, speed: int | None, held: str | None, written: str | None
) -> None:
    found = [] if held is None else [interface(1, "x1", librenms_id=11, type=held)]
    change = one(
        plan(found, snapshot(port(11, "x1", if_type=if_type, if_speed=speed)), policies={"speed": Policy.IGNORE})
    )
    assert change.writes.get("type") == written


def test_a_mapping_decides_exact_speed_before_any_and_over_what_netbox_has() -> None:
    rules = TypeRules({("ethernetCsmacd", None): "1000base-x-sfp", ("ethernetCsmacd", 10_000_000): "10gbase-lr"})
    seen = snapshot(
        port(11, "a", if_type="ethernetCsmacd", if_speed=10**10),
        port(12, "b", if_type="ethernetCsmacd", if_speed=10**9),
    )
    found = [interface(1, "a", type="1000base-t"), interface(2, "b", type="1000base-t")]
    result = plan(found, seen, types=rules)
    assert [change.writes["type"] for change in result.changes] == ["10gbase-lr", "1000base-x-sfp"]


# -- VLANs ------------------------------------------------------------------------------------------------------------


def test_access_and_trunk() -> None:
    seen = snapshot(port(11, "a", vlans=vlans(untagged=(10,))), port(12, "b", vlans=vlans(20, untagged=(10,))))
    access, trunk = plan([], seen, vlans=KNOWN).changes
    assert (access.writes["mode"], access.writes["untagged_vlan"], access.writes["tagged_vlans"]) == (
        "access",
        USERS.ref,
        (),
    )
    assert (trunk.writes["mode"], trunk.writes["untagged_vlan"]) == ("tagged", USERS.ref)
    assert trunk.writes["tagged_vlans"] == (VOICE.ref,)


def test_a_port_without_vlan_rows_keeps_its_mode() -> None:
    held = interface(1, "a", librenms_id=11, mode="tagged", tagged_vlans=(VOICE.ref,))
    for rows in ((), UNSET):
        assert one(plan([held], snapshot(port(11, "a", vlans=rows)), vlans=KNOWN)).outcome is Outcome.SAME


def test_a_vlan_that_netbox_has_not_is_a_reason_and_the_others_are_written() -> None:
    change = one(plan([], snapshot(port(11, "a", vlans=vlans(20, 30, 31))), vlans=KNOWN))
    assert change.writes["tagged_vlans"] == (VOICE.ref,)
    assert codes(change) == ["vlan_missing"]
    assert change.issues[0].details["vids"] == (30, 31)


def test_a_vlan_chosen_by_hand_stays_where_the_number_has_no_certain_answer() -> None:
    foreign = Ref(130, "30 (lab)")
    held = interface(
        1, "a", librenms_id=11, mode="tagged", tagged_vlans=(VOICE.ref, foreign),
        facts={"tagged_vids": ((20, VOICE.ref), (30, foreign))},
    )  # fmt: skip
    change = one(plan([held], snapshot(port(11, "a", vlans=vlans(20, 30))), vlans=KNOWN))
    assert change.outcome is Outcome.SAME


def test_two_vlans_of_one_level_are_never_chosen_between() -> None:
    twin = ScopedVlan(vid=10, ref=Ref(210, "10 (guests)"), scope=SITE, group=Ref(5, "lab"))
    choice = {1: VlanChoice([frozenset({SITE})], vlans=by_vid([USERS, twin]))}
    change = one(plan([], snapshot(port(11, "a", vlans=vlans(untagged=(10,)))), vlans=choice))
    assert codes(change) == ["vlan_ambiguous"]
    assert "untagged_vlan" not in change.writes


def test_the_most_specific_scope_wins() -> None:
    world = ScopedVlan(vid=10, ref=Ref(310, "10 (global)"), scope=GLOBAL)
    choice = {1: VlanChoice([frozenset({SITE}), frozenset({GLOBAL})], vlans=by_vid([world, USERS]))}
    change = one(plan([], snapshot(port(11, "a", vlans=vlans(untagged=(10,)))), vlans=choice))
    assert change.writes["untagged_vlan"] == USERS.ref


def test_several_untagged_vlans_say_nothing_certain() -> None:
    change = one(plan([], snapshot(port(11, "a", vlans=vlans(untagged=(10, 20)))), vlans=KNOWN))
    assert codes(change) == ["several_untagged"]
    assert "mode" not in change.writes


def test_tagged_all_covers_any_list() -> None:
    held = interface(1, "a", librenms_id=11, mode="tagged-all")
    assert one(plan([held], snapshot(port(11, "a", vlans=vlans(20))), vlans=KNOWN)).outcome is Outcome.SAME


# -- aggregates and parents -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [(21, 11), (11, 21)])
def test_a_member_of_an_aggregate_whichever_side_the_agent_puts_it(order: tuple[int, int]) -> None:
    seen = snapshot(
        port(11, "Te1/1/4", if_type="ethernetCsmacd"), port(21, "Po47", if_type="propVirtual"), stack=(order,)
    )
    member, aggregate = plan([], seen).changes
    assert aggregate.writes["type"] == "lag"
    assert member.writes["lag"] == Ref(None, "Po47", "port-21")
    known = plan([interface(5, "Port-channel47", type="lag", librenms_id=21)], seen).by_key["port-11"]
    assert known.writes["lag"] == Ref(5, "Port-channel47", "port-21")


def lags_of(*ports: Port, stack: tuple[tuple[int, int], ...]) -> dict[str, str]:
    """Member → aggregate, by name."""
    changes = plan([], snapshot(*ports, stack=stack)).changes
    return {one.name: one.writes["lag"].name for one in changes if "lag" in one.writes}


def test_an_aggregate_of_units_has_their_ports_as_members() -> None:
    ports = (
        port(1, "ae3", if_type="ieee8023adLag"),
        port(2, "xe-0/0/0", if_type="ethernetCsmacd"),
        port(3, "xe-0/0/0.0", if_type="propVirtual"),
        port(4, "xe-0/0/0.77", if_type="propVirtual"),
    )
    assert lags_of(*ports, stack=((1, 3), (1, 4))) == {"xe-0/0/0": "ae3"}


@pytest.mark.parametrize("unit", ["reth0.0", "uplink.7"])
def test_a_part_of_what_is_an_aggregate_by_its_type_is_none(unit: str) -> None:
    whole = unit.partition(".")[0]
    ports = (port(1, whole, if_type="ieee8023adLag"), port(2, unit, if_type="ieee8023adLag"))
    assert [change.writes["type"] for change in plan([], snapshot(*ports)).changes] == ["lag", "virtual"]


@pytest.mark.parametrize("unit", ["ae5.0", "Po1.1462", "bond0.20"])
def test_a_part_of_an_aggregate_is_none(unit: str) -> None:
    whole = unit.partition(".")[0]
    changes = plan([], snapshot(port(1, whole, if_type="ieee8023adLag"), port(2, unit, if_type="ieee8023adLag"))).by_key
    assert (changes["port-1"].writes["type"], changes["port-2"].writes["type"]) == ("lag", "virtual")
    assert changes["port-2"].writes["parent"].name == whole
    assert plan([], snapshot(port(2, unit, if_type="ieee8023adLag"))).changes[0].writes["type"] == "virtual"


@pytest.mark.parametrize("name", ["Eth-Trunk1", "Bridge-Aggregation1", "BAGG1", "Trk1", "lag 1", "team0"])
def test_an_aggregate_that_the_vendor_types_as_ethernet_is_one_by_its_members(name: str) -> None:
    aggregate, member = port(1, name, if_type="ethernetCsmacd"), port(2, "10GE1/0/1", if_type="ethernetCsmacd")
    assert lags_of(aggregate, member, stack=((1, 2),)) == {"10GE1/0/1": name}
    assert lags_of(aggregate, member, stack=((2, 1),)) == {"10GE1/0/1": name}
    assert plan([], snapshot(aggregate, member)).changes[0].writes["type"] != "lag"


@pytest.mark.parametrize(
    ("bridge", "turned"), [("vmbr1", False), ("vmbr1", True), ("br0", False), ("br0", True), ("lan", False)]
)
def test_what_lies_on_an_aggregate_is_no_member_of_it(bridge: str, turned: bool) -> None:
    ports = [port(number, name, if_type="ethernetCsmacd") for number, name in ((1, "nic1"), (2, "nic2"), (4, bridge))]
    pairs = [(3, 1), (3, 2), (4, 3)]
    stack = tuple((low, high) for high, low in pairs) if turned else tuple(pairs)
    assert lags_of(*ports, port(3, "bond0", if_type="ieee8023adLag"), stack=stack) == {"nic1": "bond0", "nic2": "bond0"}


def test_however_much_lies_on_an_aggregate_its_members_are_those_below() -> None:
    above = [port(number, f"up{number}", if_type="ethernetCsmacd") for number in range(10, 14)]
    vlans = [port(number, f"bond0.{number}", if_type="l2vlan") for number in (20, 21)]
    slave, bond = port(1, "eth0", if_type="ethernetCsmacd"), port(9, "bond0", if_type="ieee8023adLag")
    pairs = ((9, 1), *((one.port_id, 9) for one in (*above, *vlans)))
    assert lags_of(slave, bond, *above, *vlans, stack=pairs) == {"eth0": "bond0"}
    trunk, ports = port(9, "Trk1", if_type="propVirtual"), [port(1, "1", if_type="ethernetCsmacd")]
    assert lags_of(*ports, trunk, *vlans, stack=((9, 1), (20, 9), (21, 9))) == {"1": "Trk1"}


def test_pieces_of_hardware_are_members_whichever_way_round_they_are_said() -> None:
    ports = [port(number, f"Ethernet1/2{number}", if_type="ethernetCsmacd") for number in (1, 2, 3)]
    aggregate = port(9, "port-channel33", if_type="propVirtual")
    assert set(lags_of(*ports, aggregate, stack=((9, 1), (2, 9), (9, 3)))) == {
        "Ethernet1/21",
        "Ethernet1/22",
        "Ethernet1/23",
    }


def test_a_port_in_two_aggregates_is_left_alone() -> None:
    lags = [port(pk, f"Po{pk}", if_type="ieee8023adLag") for pk in (21, 22)]
    change = plan([], snapshot(port(11, "Te1", if_type="ethernetCsmacd"), *lags, stack=((21, 11), (22, 11)))).changes[0]
    assert codes(change) == ["lag_ambiguous"]
    assert "lag" not in change.writes


def test_sub_interfaces_find_their_parent_by_name_and_by_layer() -> None:
    seen = snapshot(
        port(11, "Gi1/0/1", if_type="ethernetCsmacd"),
        port(12, "Gi1/0/1.100", if_type="propVirtual"),
        port(13, "Teams", if_type="l2vlan"),
        port(14, "Vlan 100", if_type="l2vlan"),
        stack=((11, 13), (11, 14)),
    )
    changes = plan([], seen).by_key
    assert changes["port-12"].writes["type"] == "virtual"
    assert changes["port-12"].writes["parent"].key == "port-11"
    assert changes["port-13"].writes["parent"].key == "port-11"
    assert "parent" not in changes["port-14"].writes


def test_a_parent_whose_name_two_ports_have_is_never_guessed() -> None:
    seen = snapshot(port(11, "eth0"), port(12, "eth0"), port(13, "eth0.5", if_type="l2vlan"))
    assert "parent" not in plan([], seen).by_key["port-13"].writes


def test_a_member_whose_aggregate_is_in_conflict_says_so() -> None:
    seen = snapshot(
        port(11, "Te1", if_type="ethernetCsmacd"), port(21, "Po1", if_type="ieee8023adLag"), stack=((21, 11),)
    )
    change = plan([], seen, elsewhere={21: "Po1 (other)"}).by_key["port-11"]
    assert codes(change) == ["lag_not_ready"]
    assert change.outcome is Outcome.MISSING


# -- virtual chassis --------------------------------------------------------------------------------------------------


def test_ports_go_to_the_member_their_name_gives() -> None:
    result = plan([], snapshot(port(11, "Gi1/0/1"), port(12, "Gi2/0/1"), port(13, "Vlan1")), members=STACK)
    assert [change.owner.name for change in result.changes] == ["sw-1", "sw-2", "sw-1"]


def members_of(*names: str, positions: tuple[int, ...] = (1, 2), units: Any = (), serials: Any = ()) -> dict[str, str]:
    """Port → member, ``?`` where a person is asked."""
    numbers = (*serials, *([""] * len(positions)))
    rows = (
        Member(ref=Ref(at, f"m{at}"), position=at, master=at == positions[0], serial=numbers[index])
        for index, at in enumerate(positions)
    )
    ports = [port(number, name) for number, name in enumerate(names, 1)]
    changes = plan([], snapshot(*ports), members=Members(tuple(rows), units=units)).changes
    return {one.name: "?" if codes(one) == ["choose_member"] else one.owner.name for one in changes}


def test_the_number_in_a_name_counts_where_both_sides_count_alike() -> None:
    assert members_of("10GE1/0/1", "10GE2/0/1", "Vlanif10") == {"10GE1/0/1": "m1", "10GE2/0/1": "m2", "Vlanif10": "m1"}
    # Counted from another start
    assert members_of("ge-0/0/0", "ge-1/0/0") == {"ge-0/0/0": "m1", "ge-1/0/0": "m2"}
    # A member whose ports LibreNMS does not list, and a unit that NetBox does not have
    assert members_of("Gi1/0/1") == {"Gi1/0/1": "m1"}
    assert members_of("Gi1/0/1", "Gi2/0/1", "Gi3/0/1") == {"Gi1/0/1": "m1", "Gi2/0/1": "m2", "Gi3/0/1": "?"}


@pytest.mark.parametrize(
    ("names", "positions"),
    [
        (("Gi1/0/1", "Gi3/0/1"), (1, 2)),
        (("Gi1/0/1", "Gi2/0/1"), (1, 3)),
        (("ge-0/0/3", "ge-5/0/3"), (1, 2)),
        (("xe-0/0/0", "xe-1/0/0", "xe-2/0/0"), (1, 2)),
        # Either of the two
        (("Gi1/0/1",), (0, 1)),
        # Line cards of a modular chassis
        (("xe-0/0/0", "xe-1/0/0", "xe-12/0/0", "xe-13/0/0"), (0, 1)),
    ],
)
def test_numbers_that_do_not_fit_are_asked_about(names: tuple[str, ...], positions: tuple[int, ...]) -> None:
    assert members_of(*names, "reth0", positions=positions) == {
        **dict.fromkeys(names, "?"),
        "reth0": f"m{positions[0]}",
    }


@pytest.mark.parametrize("management", ["GigabitEthernet0/0", "M-GigabitEthernet0/0/0", "mgmt0"])
def test_a_port_of_the_whole_device_is_the_masters(management: str) -> None:
    found = members_of(management, "TenGigabitEthernet1/0/1", "TenGigabitEthernet2/0/1")
    assert list(found.values()) == ["m1", "m1", "m2"]


def test_serial_numbers_prove_how_units_are_counted() -> None:
    units = tuple(Unit(index=number, name=f"Switch {number}", serial=f"S{number}", number=number) for number in (1, 2))
    assert members_of("Gi1/0/1", "Gi2/0/1", units=units) == {"Gi1/0/1": "m1", "Gi2/0/1": "m2"}
    assert members_of("Gi1/0/1", "Gi2/0/1", units=units, serials=("s2", "S1")) == {"Gi1/0/1": "m2", "Gi2/0/1": "m1"}
    cards = ("xe-0/0/0", "xe-1/0/0", "xe-12/0/0")
    chassis = tuple(Unit(index=one, name=f"member {one}", serial=f"S{one}", number=one) for one in (0, 1))
    asked = members_of(*cards, positions=(0, 1), units=chassis, serials=("S0", "S1"))
    assert asked == dict.fromkeys(cards, "?")
    from_zero = tuple(Unit(index=one, name=f"FPC {one}", serial=f"S{one}", number=one) for one in (0, 1))
    assert members_of("ge-1/0/0", units=from_zero, serials=("S0", "S1")) == {"ge-1/0/0": "m2"}
    mixed = members_of("xe-0/0/0", "ge-1/0/0", "vcp-255/1/0", units=from_zero, serials=("S0", "S1"))
    assert mixed == {"xe-0/0/0": "m1", "ge-1/0/0": "m2", "vcp-255/1/0": "?"}
    assert members_of("xe-0/0/0", "ge-1/0/0") == {"xe-0/0/0": "m1", "ge-1/0/0": "m2"}


def test_a_port_that_is_nobodys_stays_where_it_is_bound() -> None:
    held = interface(9, "Gi9/0/1", owner=Ref(2, "sw-2"))
    change = one(plan([held], snapshot(port(11, "Gi9/0/1")), members=STACK))
    assert (change.netbox_id, change.owner.name, codes(change)) == (9, "sw-2", [])
    asked = one(plan([], snapshot(port(11, "Gi9/0/1")), members=STACK))
    assert codes(asked) == ["choose_member"]
    given = type(STACK)(STACK.members, {"port-11": 2})
    assert one(plan([], snapshot(port(11, "Gi9/0/1")), members=given)).owner.name == "sw-2"


def test_a_port_of_a_member_the_user_may_not_see_is_not_in_his_plan() -> None:
    result = plan([], snapshot(port(11, "Gi3/0/1"), port(12, "Gi1/0/1")), members=STACK)
    assert [change.name for change in result.changes] == ["Gi1/0/1"]


def test_a_port_without_position_belongs_to_who_holds_it() -> None:
    held = interface(9, "Vlan1", owner=Ref(2, "sw-2"))
    change = one(plan([held], snapshot(port(11, "Vlan1")), members=STACK))
    assert (change.netbox_id, change.owner.name) == (9, "sw-2")


def test_a_port_held_by_another_member_than_its_name_gives_is_asked_about() -> None:
    held = interface(9, "Gi2/0/1", owner=Ref(1, "sw-1"))
    result = plan([held], snapshot(port(11, "Gi2/0/1")), members=STACK)
    assert codes(result.by_key["port-11"]) == ["held_by_other_member"]
    by_hand = type(STACK)(STACK.members, {"port-11": 1})
    assert plan([held], snapshot(port(11, "Gi2/0/1")), members=by_hand).by_key["port-11"].netbox_id == 9


# -- plans ------------------------------------------------------------------------------------------------------------


def test_a_vm_has_no_type_speed_duplex_or_aggregate() -> None:
    change = one(plan([], snapshot(port(11, "eth0", if_type="ethernetCsmacd", if_speed=10**9)), virtual=True))
    assert not {"type", "speed", "duplex", "lag"} & set(change.writes)


def test_a_fingerprint_tells_every_change_of_what_is_written() -> None:
    def fingerprint(**columns: object) -> str:
        held = interface(1, "eth0", librenms_id=11, description=str(columns.pop("held", "")))
        return one(plan([held], snapshot(port(11, "eth0", if_mtu=1500, **columns)))).fingerprint

    prints = {fingerprint(), fingerprint(if_alias="x"), fingerprint(if_alias="y"), fingerprint(if_alias="x", held="z")}
    assert len(prints) == 4
    assert fingerprint(if_alias="x") == fingerprint(if_alias="x")


def test_leaving_fields_out() -> None:
    held = interface(1, "eth0", librenms_id=11)
    change = one(plan([held], snapshot(port(11, "eth0", if_mtu=1500, if_alias="x"))))
    assert change.without(["mtu"]).writes == {"description": "x"}
    assert not change.without(["mtu", "description"]).syncable


def test_a_row_that_cannot_be_made_for_its_name_is_nobodys_parent() -> None:
    held = interface(1, "Gi1/0/1", librenms_id=1)
    ports = [port(1, "GigabitEthernet1/0/1"), port(2, "Gi1/0/1.100"), port(3, "Gi1/0/1")]
    result = plan([held], snapshot(*ports, port(4, "GigabitEthernet1/0/1")))
    assert codes(result.by_key["port-3"]) == ["name_taken"]
    assert "parent" not in result.by_key["port-2"].writes
    assert codes(result.by_key["port-2"]) == ["parent_not_ready"]
