"""Addresses against addresses, with plain values: which are compared, which VRF, who is who, the primary one."""

from ipaddress import ip_address, ip_interface, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbox_librenms_plugin.librenms.records import UNSET, Address
from netbox_librenms_plugin.sync.core.compare import compare
from netbox_librenms_plugin.sync.core.plan import Change, Found, Outcome, Plan, Ref
from netbox_librenms_plugin.sync.core.policy import Policies, Policy
from netbox_librenms_plugin.sync.interfaces.port_interfaces import PortInterface, port_interfaces
from netbox_librenms_plugin.sync.ip_addresses import primary as primary_ips
from netbox_librenms_plugin.sync.ip_addresses import wanted as ip_addresses
from netbox_librenms_plugin.sync.ip_addresses.hosts import Kinds, PortAddress, assignable, port_addresses, read_host
from netbox_librenms_plugin.sync.ip_addresses.identity import Addresses
from netbox_librenms_plugin.sync.ip_addresses.primary import PrimaryContext, PrimaryHolder
from netbox_librenms_plugin.sync.ip_addresses.vrfs import Vrf, VrfRule, Vrfs, decide

from .build import ALONE, STACK, SWITCH, codes, port

BLUE, RED = Vrf(ref=Ref(1, "blue"), rd="65000:1"), Vrf(ref=Ref(2, "red"), rd="65000:2")
KNOWN = {1: BLUE, 2: RED}


def row(text: str, port_id: int = 1, *, vrf: str = "") -> PortAddress:
    """An address on a port, as "10.0.0.1/24" or without a mask."""
    host, _slash, length = text.partition("/")
    return PortAddress(port_id=port_id, host=ip_address(host), length=int(length) if length else None, vrf=vrf)


def interface(pk: int, name: str = "", *, owner: Ref = SWITCH, **facts: Any) -> Found:
    known = {"holder": ("interface", pk), "visible": True, "vrf_id": None, "mgmt_only": False}
    return Found(id=pk, name=name or f"eth{pk}", owner=owner, values={}, facts=known | facts)


def address(pk: int, text: str, on: Found | None = None, *, vrf: Vrf | None = None, **facts: Any) -> Found:
    """An address of NetBox, on an interface or on none."""
    place = f"{on.name} ({on.owner.name})" if on else ""
    return Found(
        id=pk,
        name=text,
        owner=on.owner if on else Ref(None, ""),
        values={
            "address": text,
            "vrf": vrf.ref if vrf else None,
            "interface": Ref(on.id, on.name) if on else None,
        },
        facts={
            "host": ip_interface(text).ip,
            "vrf_id": vrf.ref.id if vrf else None,
            "role": "",
            "fhrp": False,
            "holder": on.facts["holder"] if on else None,
            "place": place,
            "visible": True,
            **facts,
        },
    )


def ports(*interfaces: Found) -> dict[int, PortInterface]:
    """Port n is interface n."""
    return {one.id: PortInterface(port_id=one.id, name=one.name, owner=one.owner, interface=one) for one in interfaces}


def plan(
    rows: list[PortAddress],
    found: list[Found],
    at: dict[int, PortInterface],
    *,
    vrfs: Vrfs = Vrfs(unique=frozenset({None})),
    kinds: Kinds = Kinds(),
    policies: Policies = Policies(),
) -> Plan:
    by_host: dict[Any, list[Found]] = {}
    for one in found:
        by_host.setdefault(one.facts["host"], []).append(one)
    holders = {one.interface.facts["holder"] for one in at.values() if one.interface}
    own = [one for one in found if one.facts["holder"] in holders and one.facts["visible"]]
    context = ip_addresses.IPAddressContext(
        ports=at, addresses=Addresses(by_host=by_host), own=own, vrfs=vrfs, kinds=kinds
    )
    return compare(ip_addresses.RULES, *ip_addresses.compared(rows, context), policies)


def outcomes(result: Plan) -> dict[str, str]:
    return {change.key: change.outcome.value for change in result.changes}


# -- what LibreNMS says -----------------------------------------------------------------------------------------------


def read(text: Any, length: Any = UNSET, **columns: Any) -> list[PortAddress]:
    family = "ipv6_compressed" if ":" in str(text) else "ipv4_address"
    size = "ipv6_prefixlen" if ":" in str(text) else "ipv4_prefixlen"
    return port_addresses([Address(port_id=7, **{family: text, size: length}, **columns)], Kinds())


def test_rows_become_hosts_with_a_mask_where_it_is_known() -> None:
    assert read("10.0.0.1", 24) == [row("10.0.0.1/24", 7)]
    assert read("2001:DB8::1", 64) == [row("2001:db8::1/64", 7)]
    for unknown in (0, None, UNSET, -1, 33):
        assert read("10.0.0.1", unknown) == [row("10.0.0.1", 7)]
    assert read("10.0.0.1", 24, context_name="blue\x00 ") == [row("10.0.0.1/24", 7, vrf="blue")]


def test_the_long_form_is_read_where_the_short_one_is_absent() -> None:
    record = Address(port_id=7, ipv6_address="2001:0db8:0000:0000:0000:0000:0000:0001", ipv6_prefixlen=64)
    assert port_addresses([record], Kinds()) == [row("2001:db8::1/64", 7)]


@pytest.mark.parametrize("text", ["", "nonsense", "10.0.0.256", "1.2.3", None, "<script>", "::ffff:zz"])
def test_what_is_no_address_is_no_row(text: Any) -> None:
    assert read(text, 24) == []


@pytest.mark.parametrize(
    "text", ["0.0.0.0", "::", "224.0.0.1", "ff02::1", "127.0.0.1", "::1", "169.254.9.9", "fe80::1"]
)
def test_addresses_that_are_nobodys_business(text: str) -> None:
    assert read(text, 8) == []


def test_settings_bring_some_of_them_back() -> None:
    assert Kinds(link_local=True).include(ip_address("fe80::1"))
    assert Kinds(loopback=True).include(ip_address("127.0.0.1"))
    assert not Kinds(link_local=True, loopback=True).include(ip_address("ff02::1"))


@given(st.ip_addresses())
def test_every_notation_of_an_address_is_one_host(host: Any) -> None:
    notations = [
        str(host),
        host.exploded.upper(),
        f"  {host} ",
        f"{host}/24",
        f"{host}%eth0" if host.version == 6 else "",
    ]
    assert {read_host(text) for text in notations if text} == {host}


@given(st.ip_addresses(), st.ip_addresses())
def test_keys_are_one_to_one_and_fit_into_an_address(one: Any, other: Any) -> None:
    keys = {PortAddress(port_id=3, host=host).key for host in (one, other)}
    assert len(keys) == len({one, other})
    assert all(set(key) <= set("abcdef0123456789-ip") for key in keys)


@given(st.ip_addresses(), st.integers(1, 128))
def test_network_and_broadcast_addresses_as_netbox_sees_them(host: Any, length: int) -> None:
    length = min(length, host.max_prefixlen)
    network = ip_network((host, length), strict=False)
    forbidden = [network.network_address, *([network.broadcast_address] if host.version == 4 else [])]
    alone = length >= host.max_prefixlen - 1
    assert assignable(host, length) is (alone or host not in forbidden)


# -- VRFs -------------------------------------------------------------------------------------------------------------


def test_the_order_of_the_rules() -> None:
    prefixes = {ip_network("10.0.0.0/8"): frozenset({1})}
    found = Vrfs(known=KNOWN, prefixes=prefixes)
    one = row("10.0.0.1/24", vrf="65000:2")
    assert decide(one, interface(1, vrf_id=1), found).vrf == BLUE.ref
    assert decide(one, interface(1), found).vrf == RED.ref
    assert decide(row("10.0.0.1/24"), interface(1), found).rule is VrfRule.PREFIX
    assert decide(row("11.0.0.1/24"), interface(1), found).rule is VrfRule.GLOBAL
    chosen = Vrfs(known=KNOWN, chosen={one.key: 0, "*": 2})
    assert decide(one, interface(1, vrf_id=1), chosen).vrf is None
    assert decide(row("10.0.0.2/24"), interface(1, vrf_id=1), chosen).vrf == RED.ref


def test_names_are_exact() -> None:
    for name in ("Blue", "blu", "blue2", "65000"):
        decision = decide(row("10.0.0.1/24", vrf=name), None, Vrfs(known=KNOWN))
        assert (decision.vrf, decision.note is not None) == (None, True)


def test_only_one_vrf_may_hold_the_address() -> None:
    networks = [ip_network("10.0.0.0/8"), ip_network("10.0.0.0/24")]
    for holders, expected in (([1, 1], BLUE.ref), ([1, 2], None), ([1, None], None), ([3, 3], None)):
        prefixes = {network: frozenset({holder}) for network, holder in zip(networks, holders, strict=True)}
        assert decide(row("10.0.0.1/24"), None, Vrfs(known=KNOWN, prefixes=prefixes)).vrf == expected


# -- who is who -------------------------------------------------------------------------------------------------------


def test_the_address_on_the_interface_comes_before_any_other() -> None:
    mine, other = interface(1), interface(9, owner=Ref(5, "other"))
    found = [address(1, "10.0.0.1/24", other), address(2, "10.0.0.1/24", mine, vrf=RED), address(3, "10.0.0.1/24")]
    (change,) = plan([row("10.0.0.1/24")], found, ports(mine)).changes
    assert (change.netbox_id, change.matched_by, change.outcome) == (2, "interface", Outcome.SAME)


def test_what_another_vrf_has_is_left_alone() -> None:
    result = plan([row("10.0.0.1/24")], [address(1, "10.0.0.1/24", vrf=RED)], ports(interface(1)))
    (change,) = result.changes
    assert (change.outcome, codes(change)) == (Outcome.MISSING, ["other_vrf"])


def test_an_interface_of_a_machine_is_not_a_port_of_the_same_number() -> None:
    guest = interface(1, owner=Ref(8, "vm"), holder=("vminterface", 1))
    (change,) = plan([row("10.0.0.1/24")], [address(1, "10.0.0.1/24", guest)], ports(interface(1))).changes
    assert codes(change) == ["assigned_elsewhere"]


def test_two_ports_do_not_take_one_free_address_from_each_other() -> None:
    rows = [row("10.0.0.1/24", 1), row("10.0.0.1/24", 2)]
    at = ports(interface(1), interface(2))
    for vrfs, found, expected in (
        (Vrfs(), [], "missing"),
        (Vrfs(), [address(1, "10.0.0.1/24")], "conflict"),
        (Vrfs(unique=frozenset({None})), [], "conflict"),
    ):
        assert set(outcomes(plan(rows, found, at, vrfs=vrfs)).values()) == {expected}


def test_the_second_port_has_its_own_where_the_vrf_allows_it() -> None:
    rows, at = [row("10.0.0.1/24", 1), row("10.0.0.1/24", 2)], ports(interface(1), interface(2))
    held = [address(1, "10.0.0.1/24", at[1].interface)]
    assert outcomes(plan(rows, held, at, vrfs=Vrfs())) == {"ip-1-10-0-0-1": "same", "ip-2-10-0-0-1": "missing"}
    strict = plan(rows, held, at)
    assert outcomes(strict) == {"ip-1-10-0-0-1": "same", "ip-2-10-0-0-1": "conflict"}


def test_link_local_addresses_of_other_links_are_others() -> None:
    elsewhere = address(1, "fe80::1/64", interface(9))
    kinds = Kinds(link_local=True)
    for vrfs, expected in ((Vrfs(), Outcome.MISSING), (Vrfs(unique=frozenset({None})), Outcome.CONFLICT)):
        (change,) = plan([row("fe80::1/64")], [elsewhere], ports(interface(1)), vrfs=vrfs, kinds=kinds).changes
        assert change.outcome is expected


def test_librenms_contradicting_itself_is_a_conflict_and_repeating_itself_is_not() -> None:
    at = ports(interface(1))
    (change,) = plan([row("10.0.0.1/24"), row("10.0.0.1/25")], [], at).changes
    assert codes(change) == ["address_contradicts"]
    (change,) = plan([row("10.0.0.1"), row("10.0.0.1/25")], [], at).changes
    assert (change.name, change.outcome) == ("10.0.0.1/25", Outcome.MISSING)


def test_an_address_that_its_row_is_not_sure_of_is_not_called_extra() -> None:
    mine = interface(1)
    held = [address(1, "10.0.0.1/24", mine, vrf=BLUE), address(2, "10.0.0.1/24", mine, vrf=RED)]
    result = plan([row("10.0.0.1/24")], held, ports(mine))
    assert [change.outcome for change in result.changes] == [Outcome.CONFLICT]


def test_a_policy_keeps_a_mask_and_a_new_address_has_one_all_the_same() -> None:
    policies = Policies({("ip_addresses", "address"): Policy.REPORT_ONLY})
    mine = interface(1)
    rows = [row("10.0.0.1/24"), row("10.0.0.2/24")]
    result = plan(rows, [address(1, "10.0.0.1/25", mine)], ports(mine), policies=policies)
    known, new = result.changes
    assert (known.outcome, known.syncable) == (Outcome.CHANGED, False)
    assert new.writes["address"] == "10.0.0.2/24"


# -- ports ------------------------------------------------------------------------------------------------------------


def test_ports_find_their_interfaces_as_interfaces_do() -> None:
    first, second = Ref(1, "sw-1"), Ref(2, "sw-2")
    found = [
        interface(11, "renamed", owner=first),
        interface(12, "GigabitEthernet2/0/1", owner=second),
        interface(13, "Gi3/0/1", owner=Ref(3, "sw-3"), visible=False),
        interface(14, "mgmt0", owner=second),
    ]
    found[0] = Found(id=11, name="renamed", owner=first, values={}, librenms_id=1, facts=found[0].facts)
    seen = [port(1, "Gi1/0/1"), port(2, "Gi2/0/1"), port(3, "Gi3/0/1"), port(4, "mgmt0"), port(5, "Gi3/0/9")]
    result = port_interfaces([*seen, port(6, "Gi1/0/6")], found, STACK, "ifName")
    known = {number: one.interface.id if one.interface else None for number, one in result.items()}
    assert known == {1: 11, 2: 12, 4: 14, 6: None}


def test_two_ports_of_one_name_are_not_sure() -> None:
    result = port_interfaces([port(1, "eth0"), port(2, "eth0"), port(3, "eth3")], [], ALONE, "ifName")
    assert {number: one.ambiguous for number, one in result.items()} == {1: True, 2: True, 3: False}
    result = port_interfaces([port(1, "eth0"), port(2, "eth0")], [interface(1, "eth0")], ALONE, "ifName")
    assert all(one.ambiguous and one.interface is None for one in result.values())


# -- primary IP -------------------------------------------------------------------------------------------------------


def primary(
    result: Plan, management: str, *holders: PrimaryHolder, own: list[Found] | None = None, choice: str = ""
) -> Change | None:
    context = PrimaryContext(
        management=ip_address(management), holders=holders or (PrimaryHolder(ref=SWITCH),), own=own or [], choice=choice
    )
    last = primary_ips.with_primary(result, context, Policies()).changes[-1:]
    return last[0] if last and primary_ips.is_primary(last[0]) else None


def test_a_new_address_is_referred_to_by_its_row() -> None:
    change = primary(plan([row("10.0.0.1/24")], [], ports(interface(1))), "10.0.0.1")
    assert change is not None
    assert change.writes == {"primary_ip": Ref(None, "10.0.0.1/24", "ip-1-10-0-0-1")}


def test_an_address_that_stays_elsewhere_is_not_primary() -> None:
    taken = plan([row("10.0.0.1/24")], [address(1, "10.0.0.1/24", interface(9))], ports(interface(1)))
    assert primary(taken, "10.0.0.1") is None
    shared = plan([row("10.0.0.1/24")], [address(1, "10.0.0.1/24", interface(9), role="vip")], ports(interface(1)))
    assert primary(shared, "10.0.0.1") is None


def test_a_management_port_of_another_member_is_not_for_the_master() -> None:
    master, second = PrimaryHolder(ref=Ref(1, "sw-1"), master=True), PrimaryHolder(ref=Ref(2, "sw-2"))
    for mgmt_only, expected in ((False, master), (True, second)):
        held = interface(1, owner=second.ref, mgmt_only=mgmt_only)
        change = primary(plan([row("10.0.0.1/24")], [], ports(held)), "10.0.0.1", master, second)
        assert change is not None
        assert change.owner == expected.ref


def test_a_member_that_has_it_already_keeps_it() -> None:
    mine = interface(1, owner=Ref(2, "sw-2"))
    held = address(7, "10.0.0.1/24", mine)
    holders = PrimaryHolder(ref=Ref(1, "sw-1"), master=True), PrimaryHolder(
        ref=mine.owner, primary={4: Ref(7, "10.0.0.1/24")}
    )
    change = primary(plan([row("10.0.0.1/24")], [held], ports(mine)), "10.0.0.1", *holders)
    assert change is not None
    assert (change.owner, change.outcome) == (mine.owner, Outcome.SAME)


def test_two_that_can_be_primary_are_a_conflict_that_names_both() -> None:
    first, second = interface(1), interface(2)
    held = [address(1, "10.0.0.1/24", first, vrf=BLUE), address(2, "10.0.0.1/24", second, vrf=RED)]
    result = plan([row("10.0.0.1/24", 1), row("10.0.0.1/24", 2)], held, ports(first, second))
    change = primary(result, "10.0.0.1", own=held)
    assert change is not None
    assert change.outcome is Outcome.CONFLICT
    assert len(change.issues[0].details["candidates"]) == 2


@pytest.mark.parametrize(("choice", "writes"), [("", False), ("never", False), ("if_empty", False), ("always", True)])
def test_what_a_person_says_about_it_for_one_run(choice: str, writes: bool) -> None:
    mine = interface(1)
    result = plan([row("10.0.0.1/24")], [address(1, "10.0.0.1/24", mine)], ports(mine))
    change = primary(result, "10.0.0.1", PrimaryHolder(ref=SWITCH, primary={4: Ref(5, "10.0.0.5/24")}), choice=choice)
    assert change is not None
    assert (change.outcome, bool(change.writes)) == (Outcome.CHANGED, writes)
