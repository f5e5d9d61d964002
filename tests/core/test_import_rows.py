"""Rows of the import: what each device of LibreNMS is matched with, and what is missing for it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbox_librenms_plugin.import_utils.holders import Index
from netbox_librenms_plugin.import_utils.listed_devices import ListedDevices
from netbox_librenms_plugin.import_utils.matching import Whereabouts, match
from netbox_librenms_plugin.import_utils.planning import Context, plan_rows
from netbox_librenms_plugin.import_utils.rows import NO_CHOICE, Chassis, Choice, Clue, Holder, Kind, Row, State
from netbox_librenms_plugin.import_utils.rules import Rule, first_rule
from netbox_librenms_plugin.librenms.records import Device
from netbox_librenms_plugin.sync.core.exact import Book, NamedObject
from netbox_librenms_plugin.sync.core.issues import Code
from netbox_librenms_plugin.sync.core.plan import Ref
from netbox_librenms_plugin.sync.core.serials import folded_serial
from netbox_librenms_plugin.sync.fields.device_names import Naming
from tests.librenms import device_record

AMS = Ref(1, "AMS1")
LON = Ref(2, "LON3")
ACCESS = Ref(10, "Access")
MODEL = Ref(20, "Cisco C9300-48P")
IOS = Ref(30, "ios")


def device(number: int = 5, **columns: Any) -> Device:
    """A switch at AMS1 that lacks nothing."""
    known: dict[str, Any] = {
        "hostname": f"sw-{number}.example.net",
        "sys_name": f"sw-{number}",
        "hardware": "C9300-48P",
        "os": "ios",
        "type": "network",
        "location": "AMS1",
        "serial": f"SERIAL{number}",
        "ip": f"192.0.2.{number}",
    }
    return device_record(number, **{**known, **columns})


def holder(number: int = 100, name: str = "sw-5", **fields: Any) -> Holder:
    """A device of NetBox at AMS1 that agrees in its name only."""
    return Holder(**{"kind": Kind.DEVICE, "id": number, "name": name, "site": AMS, **fields})


def context(*holders: Holder, **more: Any) -> Context:
    """What is known: one site, type, platform and role by exact names."""
    books = {
        "sites": Book.of(
            ("name",),
            [NamedObject(ref=AMS, names=("AMS1",)), NamedObject(ref=LON, names=("LON3",))],
            {},
            case_counts=True,
        ),
        "types": Book.of(("part_number", "model"), [NamedObject(ref=MODEL, names=("", "C9300-48P"))], {}),
        "platforms": Book.of(("name", "slug"), [NamedObject(ref=IOS, names=("ios", "ios"))], {}),
        "roles": Book.of(("name", "slug"), [NamedObject(ref=ACCESS, names=("Network", "network"))], {}),
    }
    return Context(**{"index": Index(holders), **books, **more})


def row_of(one: Device, known: Context) -> Row:
    """The row of a device alone in LibreNMS."""
    (row,) = plan_rows([one], known)
    return row


def row_among(one: Device, known: Context, *others: Device) -> Row:
    """The row of a device beside others of its server."""
    (row,) = plan_rows([one], known, among=ListedDevices((one, *others)))
    return row


def codes(row: Row) -> list[Code]:
    """The reasons of a row."""
    return [one.code for one in row.issues]


class TestChoice:
    def test_a_chosen_name_is_one_clean_line(self) -> None:
        choice = Choice.of({"name": " a\nb\u202ec\u0007 "})
        assert choice.name == "a b c" and Choice.of(choice.as_json()) == choice
        assert Choice.of({"name": "x" * 254 + " y" + "z" * 99}).name == "x" * 254


class TestNew:
    def test_a_device_whose_texts_are_all_known_is_ready(self) -> None:
        row = row_of(device(), context())
        assert (row.state, row.name, codes(row)) == (State.READY, "sw-5", [])
        assert {name: value.ref for name, value in row.values.items() if value.ref} == {
            "role": ACCESS,
            "site": AMS,
            "device_type": MODEL,
            "platform": IOS,
        }

    def test_what_is_missing_is_said(self) -> None:
        row = row_of(device(location="Nowhere", hardware="X", type="power", os="x"), context())
        assert row.state is State.NEEDS_SETUP
        assert set(codes(row)) == {Code.ROLE_UNKNOWN, Code.SITE_MISSING, Code.DEVICE_TYPE_MISSING}
        assert [one.code for one in row.notes] == [Code.PLATFORM_MISSING]

    @pytest.mark.parametrize(
        ("makers", "fits"),
        [
            ({}, True),
            ({("platform", 30): 7, ("device_type", 20): 7}, True),
            ({("device_type", 20): 7}, True),
            ({("platform", 30): 7, ("device_type", 20): 8}, False),
            ({("platform", 30): 7}, False),
        ],
    )
    def test_a_platform_for_another_manufacturers_devices_is_left_out(
        self, makers: dict[tuple[str, int], int], fits: bool
    ) -> None:
        row = row_of(device(), context(makers=makers))
        assert (row.state, row.values["platform"].ref) == (State.READY, IOS if fits else None)
        assert [one.code for one in row.notes] == ([] if fits else [Code.PLATFORM_OF_OTHER])
        chosen = {5: Choice(ids={"platform": 30})}
        decided = row_of(device(), context(makers=makers, choices=chosen, chosen={("platform", 30): IOS}))
        assert decided.values["platform"].ref == IOS and decided.notes == ()

    def test_what_librenms_does_not_say_is_another_reason(self) -> None:
        row = row_of(device(location=None, hardware=None, type="", os=None), context())
        assert set(codes(row)) == {Code.ROLE_UNKNOWN, Code.SITE_UNKNOWN, Code.TYPE_UNKNOWN}
        assert row.notes == ()

    def test_a_site_is_never_matched_by_another_case_or_a_part(self) -> None:
        for text in ("ams1", "AMS", "AMS1 rack 3"):
            assert Code.SITE_MISSING in codes(row_of(device(location=text), context()))

    def test_a_type_that_can_be_several_is_not_chosen(self) -> None:
        twins = [NamedObject(ref=Ref(n, f"Maker{n} X"), names=("", "C9300-48P")) for n in (1, 2)]
        row = row_of(device(), context(types=Book.of(("part_number", "model"), twins, {})))
        assert (row.state, codes(row)) == (State.NEEDS_SETUP, [Code.SEVERAL_MEANT])

    def test_no_name_and_a_name_that_netbox_cannot_hold(self) -> None:
        assert codes(row_of(device(sys_name="x" * 65), context())) == [Code.NAME_TOO_LONG]
        assert row_of(device(sys_name="<private>", hostname="192.0.2.9"), context()).name == "192.0.2.9"

    @pytest.mark.parametrize("linked", [77, None])
    def test_a_guest_is_a_virtual_machine_in_the_cluster_of_its_host(self, linked: int | None) -> None:
        cluster = Ref(7, "vmw")
        host = holder(1, "sw-77", librenms_id=linked, cluster=cluster)
        known = context(host, hosts={77: device(77)})
        row = row_of(device(parent_id=77, type="server", location=None, serial=None), known)
        assert (row.kind, row.state, row.ref("cluster")) == (Kind.VM, State.READY, cluster)
        assert "device_type" not in row.values

    def test_a_guest_becomes_the_same_before_and_after_its_host_is_linked(self) -> None:
        prints = {
            row_of(
                device(parent_id=77),
                context(holder(1, "sw-77", librenms_id=one, cluster=Ref(7, "vmw")), hosts={77: device(77)}),
            ).fingerprint
            for one in (77, None)
        }
        assert len(prints) == 1

    def test_a_virtual_machine_needs_a_place(self) -> None:
        row = row_of(device(location=None), context(choices={5: Choice(kind=Kind.VM)}))
        assert (row.state, codes(row)) == (State.NEEDS_SETUP, [Code.PLACE_UNKNOWN])


class TestMatching:
    def test_the_id_comes_before_everything(self) -> None:
        linked = holder(1, "other", librenms_id=5, site=LON)
        row = row_of(device(), context(linked, holder(2)))
        assert (row.state, row.holder, row.matched_by) == (State.LINKED, linked, Clue.LIBRENMS_ID)

    def test_a_device_linked_twice_is_a_conflict(self) -> None:
        row = row_of(device(), context(holder(1, librenms_id=5), holder(2, librenms_id=5)))
        assert (row.state, codes(row)) == (State.CONFLICT, [Code.ID_USED_TWICE])

    def test_members_of_one_chassis_share_the_link(self) -> None:
        master = holder(1, librenms_id=5, chassis=9, is_master=True)
        row = row_of(device(), context(master, holder(2, "sw-5-2", librenms_id=5, chassis=9)))
        assert (row.state, row.holder) == (State.LINKED, master)

    @pytest.mark.parametrize("name", ["sw-5", "SW-5", "sw-5.example.net"])
    def test_a_name_within_the_site(self, name: str) -> None:
        row = row_of(device(), context(holder(name=name)))
        assert (row.state, row.matched_by) == (State.EXISTS, Clue.NAME)

    def test_a_full_name_stays_another_one_when_domains_count(self) -> None:
        naming = Naming(strip_domain=False)
        row = row_of(device(sys_name="sw-5.a.net", hostname="192.0.2.5"), context(holder(name="sw-5"), naming=naming))
        assert row.state is State.READY

    def test_the_same_name_at_another_site_is_another_device(self) -> None:
        row = row_of(device(), context(holder(site=LON)))
        assert (row.state, [one.code for one in row.notes]) == (State.READY, [Code.NAMESAKE])

    def test_the_same_name_is_a_conflict_where_nobody_knows_the_site(self) -> None:
        row = row_of(device(location="Nowhere"), context(holder(site=LON)))
        assert (row.state, codes(row)) == (State.CONFLICT, [Code.NAME_ELSEWHERE])
        chosen = row_of(device(location="Nowhere"), context(holder(site=LON), choices={5: Choice(anyway=True)}))
        assert chosen.state is State.NEEDS_SETUP

    def test_a_virtual_machine_without_a_site_may_be_anywhere(self) -> None:
        known = holder(kind=Kind.VM, site=None, cluster=Ref(7, "vmw"))
        row = row_of(device(), context(known))
        assert (row.state, codes(row)) == (State.CONFLICT, [Code.NAME_ELSEWHERE])
        assert row.issues[0].details["cluster"] == "vmw"
        row = row_of(device(), context(known, choices={5: Choice(anyway=True)}))
        assert (row.state, [one.code for one in row.notes]) == (State.READY, [Code.NAMESAKE])

    @pytest.mark.parametrize(("kind", "expected"), [(Kind.DEVICE, [Code.CHASSIS_AT_SITE]), (Kind.VM, [])])
    def test_a_chassis_is_in_the_way_of_devices_only(self, kind: Kind, expected: list[Code]) -> None:
        index = Index([holder(name="sw-5-1", chassis=9)], [Chassis(id=9, name="sw-5")])
        found = match(device(), index, naming=Naming(), choice=NO_CHOICE, where=Whereabouts(site=AMS), kind=kind)
        assert [one.code for one in found.conflicts] == expected

    def test_a_serial_number(self) -> None:
        row = row_of(device(), context(holder(name="old-name", serial="serial5", site=LON)))
        assert (row.state, row.matched_by) == (State.EXISTS, Clue.SERIAL)
        assert {one.code for one in row.notes} == {Code.NAME_DIFFERS, Code.AT_OTHER_SITE}

    @pytest.mark.parametrize("serial", ["0", "To be filled by O.E.M.", "N/A", "0000000", "<private>"])
    def test_what_is_no_serial_number_matches_nothing(self, serial: str) -> None:
        row = row_of(device(serial=serial), context(holder(name="x", serial=serial)))
        assert row.state is State.READY

    def test_an_address(self) -> None:
        row = row_of(device(serial=None), context(holder(name="old", addresses=("192.0.2.5",))))
        assert (row.state, row.matched_by) == (State.EXISTS, Clue.ADDRESS)

    def test_another_form_of_an_ipv6_address_is_the_same(self) -> None:
        one = device(serial=None, ip="2001:0DB8::0005")
        assert row_of(one, context(holder(name="old", addresses=("2001:db8::5",)))).state is State.EXISTS

    def test_an_address_with_a_zone_is_no_clue(self) -> None:
        row = row_of(device(serial=None, ip="fe80::5%eth0"), context(holder(name="old", addresses=("fe80::5",))))
        assert row.state is State.READY

    def test_several_of_one_clue_are_a_conflict_that_names_them(self) -> None:
        row = row_of(device(), context(holder(1, "a", serial="SERIAL5"), holder(2, "b", serial="SERIAL5")))
        assert codes(row) == [Code.SEVERAL_IN_NETBOX]
        assert [one["name"] for one in row.issues[0].details["candidates"]] == ["a", "b"]

    def test_clues_that_lead_to_different_objects_are_a_conflict(self) -> None:
        row = row_of(device(), context(holder(1), holder(2, "other", serial="SERIAL5")))
        assert (row.state, codes(row), row.holder) == (State.CONFLICT, [Code.CLUES_DISAGREE], None)

    def test_another_serial_number_under_the_name_is_a_conflict(self) -> None:
        row = row_of(device(), context(holder(serial="OTHER")))
        assert codes(row) == [Code.SERIAL_DIFFERS]

    def test_an_object_that_is_linked_to_another_device_is_a_conflict(self) -> None:
        assert codes(row_among(device(), context(holder(librenms_id=99)), device(99))) == [Code.LINKED_TO_OTHER]

    def test_a_link_to_what_librenms_does_not_list_any_more_is_replaced_by_choice_only(self) -> None:
        known = holder(librenms_id=99)
        assert codes(row_of(device(), context(known))) == [Code.LINKED_TO_GONE]
        row = row_of(device(), context(known, choices={5: Choice(link=(Kind.DEVICE, 100))}))
        assert (row.state, row.matched_by) == (State.EXISTS, Clue.CHOICE)

    @pytest.mark.parametrize("fields", [{"name": "sw-5"}, {"name": "x", "serial": "SERIAL5"}])
    def test_a_member_of_a_chassis_that_is_another_device_is_a_conflict(self, fields: dict[str, str]) -> None:
        """The ports of the one that answers would be written to by two devices of LibreNMS."""
        master = holder(1, "stack", chassis=9, is_master=True, librenms_id=7)
        member = holder(2, chassis=9, **fields)
        assert codes(row_among(device(), context(master, member), device(7))) == [Code.LINKED_TO_OTHER]
        chosen = context(master, member, choices={5: Choice(link=(Kind.DEVICE, 2))})
        assert codes(row_among(device(), chosen, device(7))) == [Code.LINKED_TO_OTHER]

    @pytest.mark.parametrize(
        ("fields", "doubted"),
        [
            ({"name": "other"}, True),
            ({"name": "other", "serial": "S", "addresses": ("192.0.2.99",)}, True),
            ({"name": "other", "serial": "serial5"}, False),
            ({"name": "other", "addresses": ("192.0.2.5",)}, False),
            ({"name": "SW-5.other.example"}, False),
            ({"name": "member", "chassis": 9, "chassis_name": "sw-5"}, False),
        ],
    )
    def test_a_link_that_nothing_speaks_for_is_doubted(self, fields: dict[str, Any], doubted: bool) -> None:
        row = row_of(device(), context(holder(librenms_id=5, **fields)))
        assert (row.state, [one.code for one in row.notes]) == (State.LINKED, [Code.LINK_DOUBTED] * doubted)

    def test_an_address_alone_does_not_reach_across_sites_or_servers(self) -> None:
        there = holder(name="customer-b", site=LON, addresses=("192.0.2.5",))
        row = row_of(device(), context(there))
        assert (row.state, codes(row)) == (State.CONFLICT, [Code.ADDRESS_ALONE])
        here = holder(name="customer-b", addresses=("192.0.2.5",), other_server=True)
        assert codes(row_of(device(), context(here))) == [Code.ADDRESS_ALONE]
        assert row_of(device(), context(holder(name="old", addresses=("192.0.2.5",)))).state is State.EXISTS
        anyway = row_of(device(), context(there, choices={5: Choice(anyway=True)}))
        assert anyway.state is State.READY

    def test_the_other_device_of_an_address_may_have_it(self) -> None:
        """Contexts of one firewall answer at one address: the first has it in NetBox."""
        first = holder(name="fw-a", librenms_id=6, addresses=("192.0.2.5",))
        assert row_among(device(), context(first), device(6, ip="192.0.2.5")).state is State.READY
        assert codes(row_among(device(), context(first), device(6))) == [Code.LINKED_TO_OTHER]
        unlinked = holder(name="fw-a", addresses=("192.0.2.5",))
        rows = plan_rows([device(), device(6, ip="192.0.2.5")], context(unlinked))
        assert [codes(row) for row in rows] == [[Code.CLAIMED_BY_SEVERAL]] * 2

    def test_a_name_that_another_device_has_for_its_own_is_left_to_it(self) -> None:
        other = device(6, sys_name="edge", hostname="sw-6.example.net")
        mine = device(hostname="edge", sys_name="sw-5")
        known = context(holder(name="edge", librenms_id=6))
        assert row_among(mine, known, other).state is State.READY
        assert codes(row_among(device(sys_name="edge"), known, other)) == [Code.LINKED_TO_OTHER]

    def test_a_name_is_unique_for_a_tenant(self) -> None:
        rule = Rule(id=1, name="A", type="network", targets={"tenant": Ref(70, "A")})
        theirs = holder(librenms_id=6, tenant=71)
        assert row_among(device(), context(theirs, rules=[rule]), device(6)).state is State.READY
        ours = holder(librenms_id=6, tenant=70)
        assert codes(row_among(device(), context(ours, rules=[rule]), device(6))) == [Code.LINKED_TO_OTHER]

    def test_virtual_machines_of_one_name_are_told_apart_by_their_clusters(self) -> None:
        clusters = {("cluster", 50): Ref(50, "A"), ("cluster", 51): Ref(51, "B")}
        known = holder(kind=Kind.VM, site=None, cluster=Ref(51, "B"))
        for cluster, state in ((50, State.READY), (51, State.EXISTS)):
            choice = Choice(kind=Kind.VM, ids={"cluster": cluster})
            assert row_of(device(), context(known, choices={5: choice}, chosen=clusters)).state is state

    def test_what_the_user_may_not_view_counts_and_is_not_named(self) -> None:
        hidden = holder(name="sw-5", serial="SECRET", site=Ref(1, "HIDDEN"), visible=False)
        row = row_of(device(), context(hidden))
        assert (row.state, row.issues[0].details["name"]) == (State.CONFLICT, {"hidden": True})
        assert "SECRET" not in repr(row.issues) and "HIDDEN" not in repr(row.issues)

    def test_two_devices_that_match_one_object_are_both_conflicts(self) -> None:
        twins = [device(5, serial=None), device(6, sys_name="x", ip="192.0.2.5", serial=None)]
        rows = plan_rows(twins, context(holder(addresses=("192.0.2.5",))))
        assert [row.state for row in rows] == [State.CONFLICT] * 2
        assert codes(rows[0]) == [Code.CLAIMED_BY_SEVERAL]

    def test_two_devices_that_would_have_one_name_are_both_conflicts(self) -> None:
        rows = plan_rows([device(5, sys_name="sw"), device(6, sys_name="SW")], context())
        assert [codes(row) for row in rows] == [[Code.NAME_WANTED_TWICE]] * 2
        renamed = plan_rows(
            [device(5, sys_name="sw"), device(6, sys_name="SW")], context(choices={6: Choice(name="sw-b")})
        )
        assert [row.state for row in renamed] == [State.READY] * 2

    def test_one_box_polled_twice_is_a_conflict_until_somebody_says_otherwise(self) -> None:
        twins = [device(5, serial="SAME"), device(6, serial="same")]
        assert [codes(row) for row in plan_rows(twins, context())] == [[Code.SERIAL_SHARED]] * 2
        rows = plan_rows(twins, context(choices={5: Choice(anyway=True), 6: Choice(anyway=True)}))
        assert [row.state for row in rows] == [State.READY] * 2

    def test_a_row_alone_knows_the_others_of_its_server(self) -> None:
        row = row_among(device(5, serial="SAME"), context(), device(6, serial="SAME"))
        assert codes(row) == [Code.SERIAL_SHARED]

    def test_who_has_a_shared_serial_number_in_netbox_is_offered(self) -> None:
        known = holder(name="core1", serial="SAME")
        row = row_among(device(5, serial="SAME"), context(known), device(6, serial="SAME"))
        assert (codes(row), row.hits[Clue.SERIAL]) == ([Code.SERIAL_SHARED], (known,))

    @pytest.mark.parametrize(
        "how", [{"ignored": frozenset({6})}, {"rules": [Rule(id=1, name="x", os="lo", ignore=True)]}]
    )
    def test_what_is_ignored_shares_no_serial_number(self, how: dict[str, Any]) -> None:
        other = device(6, serial="SAME", os="lo")
        assert row_among(device(5, serial="SAME"), context(**how), other).state is State.READY


class TestChoices:
    def test_a_chosen_link_is_what_it_is(self) -> None:
        choice = Choice(link=(Kind.DEVICE, 100))
        row = row_of(device(), context(holder(serial="OTHER"), choices={5: choice}))
        assert (row.state, row.matched_by) == (State.EXISTS, Clue.CHOICE)

    def test_a_link_to_what_is_gone_hidden_or_taken_is_a_conflict(self) -> None:
        choices = {5: Choice(link=(Kind.DEVICE, 100))}
        assert codes(row_of(device(), context(choices=choices))) == [Code.LINK_TARGET_GONE]
        assert codes(row_of(device(), context(holder(visible=False), choices=choices))) == [Code.LINK_TARGET_GONE]
        taken = context(holder(librenms_id=9), choices=choices)
        assert codes(row_among(device(), taken, device(9))) == [Code.LINKED_TO_OTHER]

    def test_anyway_under_another_name(self) -> None:
        known = holder(name="sw-5", serial="SERIAL5", addresses=("192.0.2.5",))
        renamed = row_of(device(), context(known, choices={5: Choice(name="sw-5b", anyway=True)}))
        assert (renamed.state, renamed.name) == (State.READY, "sw-5b")
        assert row_of(device(), context(known, choices={5: Choice(anyway=True)})).state is not State.READY

    def test_a_choice_comes_before_rule_and_match(self) -> None:
        rule = Rule(id=1, name="r", os="ios", targets={"site": LON, "role": Ref(11, "Core")})
        choice = Choice(ids={"role": 12})
        row = row_of(device(), context(rules=[rule], choices={5: choice}, chosen={("role", 12): Ref(12, "Edge")}))
        assert (row.ref("role"), row.ref("site")) == (Ref(12, "Edge"), LON)
        assert row.rule is not None and row.rule.name == "r"

    def test_a_chosen_object_that_is_gone_keeps_the_row_from_being_ready(self) -> None:
        for name in ("role", "rack", "tenant"):
            row = row_of(device(), context(choices={5: Choice(ids={name: 99})}))
            assert (row.state, codes(row)) == (State.NEEDS_SETUP, [Code.CHOICE_GONE]), name

    def test_what_a_rule_gives_has_to_be_visible(self) -> None:
        rule = Rule(id=1, name="r", os="ios", targets={"tenant": None})
        assert codes(row_of(device(), context(rules=[rule]))) == [Code.TARGET_HIDDEN]

    def test_ignored_by_a_person_or_a_rule(self) -> None:
        assert row_of(device(), context(ignored=frozenset({5}))).state is State.IGNORED
        assert row_of(device(), context(rules=[Rule(id=1, name="r", os="ios", ignore=True)])).state is State.IGNORED

    def test_a_linked_device_is_not_ignored(self) -> None:
        assert row_of(device(), context(holder(librenms_id=5), ignored=frozenset({5}))).state is State.LINKED

    def test_the_json_form_keeps_a_choice_and_leaves_nonsense_out(self) -> None:
        choice = Choice(kind=Kind.VM, ids={"role": 3}, name="x", link=(Kind.DEVICE, 5), take_serial=True, anyway=True)
        assert Choice.of(choice.as_json()) == choice
        nonsense = {"as": ["vm"], "role": True, "site": -1, "rack": "5", "link": {"type": "x", "id": 1}, "anyway": 1}
        assert Choice.of(nonsense) == Choice()

    def test_a_fingerprint_tells_what_would_be_made(self) -> None:
        before = row_of(device(), context())
        assert before.fingerprint == row_of(device(uptime=5), context()).fingerprint
        assert before.fingerprint != row_of(device(location="LON3"), context()).fingerprint
        assert before.fingerprint != row_of(device(serial="Z"), context()).fingerprint


class TestRules:
    @pytest.mark.parametrize(
        "rule",
        [
            {"os": "IOS"},
            {"hardware": "c9300*"},
            {"location": "AMS?"},
            {"name_pattern": "*.EXAMPLE.net"},
            {"os": "ios", "type": "network", "name_pattern": "sw-*"},
        ],
    )
    def test_conditions_that_fit(self, rule: dict[str, str]) -> None:
        assert first_rule([Rule(id=1, name="r", **rule)], device()) is not None  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        "rule", [{"os": "io"}, {"hardware": "9300"}, {"name_pattern": "sw"}, {"os": "ios", "location": "LON3"}]
    )
    def test_conditions_that_do_not(self, rule: dict[str, str]) -> None:
        assert first_rule([Rule(id=1, name="r", **rule)], device()) is None  # type: ignore[arg-type]

    def test_the_first_that_fits_decides(self) -> None:
        rules = [Rule(id=1, name="a", os="junos"), Rule(id=2, name="b", os="ios"), Rule(id=3, name="c", os="ios")]
        found = first_rule(rules, device())
        assert found is not None and found.name == "b"

    def test_brackets_are_themselves(self) -> None:
        place = "Sydney SY2 [-33.9206, 151.1880]"
        one = device(location=place)
        assert first_rule([Rule(id=1, name="r", location="Sydney SY2 [*")], one) is not None
        assert first_rule([Rule(id=1, name="r", location=place)], one) is not None
        assert first_rule([Rule(id=1, name="r", location="Sydney SY[0-9]*")], one) is None

    def test_many_stars_take_no_time(self) -> None:
        assert first_rule([Rule(id=1, name="r", hardware="*a" * 60 + "b")], device(hardware="a" * 250)) is None


@given(st.text(max_size=60))
def test_a_serial_number_is_recognised_in_any_case(serial: str) -> None:
    assert folded_serial(serial.upper()) == folded_serial(serial.upper().lower()) or "ß" in serial.casefold()


@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.sampled_from(["a", "b", "A"]), st.sampled_from(["", "S1", "S2", "0"])),
        max_size=8,
        unique_by=lambda one: one[0],
    ),
    st.lists(
        st.tuples(st.integers(1, 6), st.sampled_from(["a", "b"]), st.sampled_from(["", "S1", "S2"])),
        max_size=6,
        unique_by=lambda one: one[0],
    ),
)
def test_no_two_rows_to_import_become_or_claim_the_same(
    seen: list[tuple[int, str, str]], held: list[tuple[int, str, str]]
) -> None:
    devices = [device(n, sys_name=name, hostname=f"h{n}", serial=serial, ip=None) for n, name, serial in seen]
    rows = plan_rows(devices, context(*(holder(n + 50, name, serial=serial) for n, name, serial in held)))
    ready = [row.name.casefold() for row in rows if row.state is State.READY]
    assert len(ready) == len(set(ready))
    assert not set(ready) & {name.casefold() for _n, name, _serial in held}
    claimed = [row.holder.key for row in rows if row.state is State.EXISTS and row.holder]
    assert len(claimed) == len(set(claimed))
