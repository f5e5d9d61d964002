"""Fields of devices and VMs: names, serial numbers, matched texts, and the doubt whether it is the same device."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbox_librenms_plugin.librenms.records import UNSET, Device, DeviceDetails, InventoryItem
from netbox_librenms_plugin.sync.core.device_identity import KnownIdentity, guarded, identity_of, is_confirmed_by
from netbox_librenms_plugin.sync.core.exact import Book, NamedObject
from netbox_librenms_plugin.sync.core.plan import Change, Outcome, Plan, Ref
from netbox_librenms_plugin.sync.core.policy import Policies, Policy
from netbox_librenms_plugin.sync.fields.device_names import Naming, device_name, same_host, without_domain
from netbox_librenms_plugin.sync.fields.plan import FieldContext, HeldFields, plan_fields
from tests.librenms import device_record

from .build import codes, differing

SW = Ref(1, "switch")
CISCO, OTHER = Ref(10, "Cisco C9300"), Ref(11, "Other C9300")
IOS, IOS_XE = Ref(20, "ios"), Ref(21, "iosxe")
HQ, DC = Ref(30, "HQ"), Ref(31, "DC")


def held(ref: Ref = SW, *, position: int | None = None, visible: bool = True, **values: Any) -> HeldFields:
    empty = {"name": ref.name, "serial": "", "device_type": None, "platform": None, "site": HQ, "location": None}
    return HeldFields(ref=ref, position=position, visible=visible, values=empty | values)


def plan_of(
    seen: Device,
    *holders: HeldFields,
    inventory: tuple[InventoryItem, ...] = (),
    policies: Mapping[str, Policy] | None = None,
    **context: Any,
) -> Plan:
    """Compare a device with what NetBox holds of it; the first holder speaks for it."""
    holders = holders or (held(),)
    known = context.pop("known", KnownIdentity(names=tuple(one.values["name"] for one in holders)))
    surroundings = FieldContext(**{"owner": holders[0], "holders": holders, **context})
    chosen = Policies({("fields", name): policy for name, policy in (policies or {}).items()})
    plan = plan_fields(DeviceDetails(device=seen, inventory=inventory), surroundings, chosen)
    identity = identity_of(seen, known, serials=[str(one.serial) for one in inventory])
    return guarded(plan, replace(identity, confirmed=is_confirmed_by(context.get("chosen", {}))))


def types(*entries: tuple[Ref, str, str], mapped: Mapping[str, Ref | None] | None = None) -> Book:
    rows = [NamedObject(ref=ref, names=(part, model)) for ref, part, model in entries]
    return Book.of(("part_number", "model"), rows, mapped or {})


def row(plan: Plan, key: str) -> Change:
    return plan.by_key[key]


# Names


@pytest.mark.parametrize(
    ("columns", "naming", "held_name", "name"),
    [
        ({"sys_name": "sw.example.net"}, Naming(), "", "sw"),
        ({"sys_name": "sw.example.net"}, Naming(strip_domain=False), "", "sw.example.net"),
        ({"sys_name": "x"}, Naming(source="hostname"), "", "switch"),
        ({"hostname": "192.0.2.7"}, Naming(source="hostname"), "sw", "switch"),
        ({"hostname": "2001:db8::15"}, Naming(source="hostname"), "", "switch"),
        ({"sys_name": None}, Naming(), "", "switch"),
        ({"sys_name": UNSET}, Naming(), "", "switch"),
        ({"sys_name": "<private>"}, Naming(), "", "switch"),
        ({"sys_name": " \u202e"}, Naming(), "", "switch"),
        ({"sys_name": "", "hostname": "192.0.2.7"}, Naming(), "", "192.0.2.7"),
        ({"sys_name": "", "hostname": "192.0.2.7"}, Naming(), "core", ""),
        ({"sys_name": "sw.a.b\nc"}, Naming(strip_domain=False), "", "sw.a.b c"),
    ],
)
def test_the_name(columns: dict[str, Any], naming: Naming, held_name: str, name: str) -> None:
    assert device_name(device_record(**columns), naming, held_name) == name


def test_a_person_can_name_otherwise_for_himself() -> None:
    assert Naming().chosen_by({"name_source": "hostname", "strip_domain": False}) == Naming(
        source="hostname", strip_domain=False
    )
    assert Naming().chosen_by({"name_source": "password", "strip_domain": "no"}) == Naming()


@given(st.ip_addresses().map(str))
def test_an_address_is_never_stripped(address: str) -> None:
    assert without_domain(address) == address


@given(st.from_regex(r"[a-z][a-z0-9-]{0,10}(\.[a-z]{1,5}){0,3}", fullmatch=True))
def test_stripping_twice_changes_nothing_and_means_the_same_host(name: str) -> None:
    short = without_domain(name)
    assert without_domain(short) == short
    assert same_host(name, short) and same_host(name.upper(), name)


def test_two_domains_are_two_hosts() -> None:
    assert not same_host("sw.a.net", "sw.b.net")
    assert not same_host("", "")


def test_case_is_no_difference_and_a_new_name_is() -> None:
    assert row(plan_of(device_record(), held(name="SWITCH")), "name").outcome is Outcome.SAME
    change = row(plan_of(device_record(), held(name="old"), known=KnownIdentity(names=("switch",))), "name")
    assert (change.outcome, differing(change)) == (Outcome.CHANGED, {"name": ("old", "switch")})


def test_a_name_that_is_taken_or_too_long_is_not_written() -> None:
    agreed = KnownIdentity(names=("switch",))
    taken = row(plan_of(device_record(), held(name="old"), known=agreed, taken={"switch": "#7"}), "name")
    assert (taken.outcome, codes(taken), taken.syncable) == (Outcome.CONFLICT, ["device_name_taken"], False)
    long = row(plan_of(device_record(sys_name="x" * 65), held(name="switch"), taken={}), "name")
    assert (long.outcome, codes(long)) == (Outcome.BLOCKED, ["name_too_long"])


# Serial number


@pytest.mark.parametrize("said", [None, UNSET, "", " ", "<private>"])
def test_a_serial_that_was_not_said_is_never_written(said: Any) -> None:
    change = row(plan_of(device_record(serial=said), held(serial="ABC")), "serial")
    assert (change.outcome, change.writes) == (Outcome.SAME, {})


@pytest.mark.parametrize("said", ["N/A", "Default String", "0000-0000", " To Be Filled By O.E.M. ", "0123456789"])
def test_what_stands_in_place_of_a_serial_is_not_written(said: str) -> None:
    for known in ("REAL", ""):
        change = row(plan_of(device_record(serial=said), held(serial=known)), "serial")
        silent = row(plan_of(device_record(serial=""), held(serial=known)), "serial")
        assert change == silent and (change.outcome, change.writes) == (Outcome.SAME, {})


def test_nor_for_the_members_of_a_chassis() -> None:
    members = (held(Ref(1, "one"), position=1, serial="REAL"), held(Ref(2, "two"), position=2, serial="OTHER"))

    def planned(own: str, *units: str) -> Plan:
        parts = tuple(
            InventoryItem(index=index, class_="chassis", name=f"Switch {index}", serial=serial, parent_rel_pos=index)
            for index, serial in enumerate(units, start=1)
        )
        return plan_of(device_record(serial=own), *members, inventory=parts)

    assert planned("N/A", "N/A", "none") == planned("", "", "")
    assert planned("N/A", "NEW", "unknown") == planned("", "NEW", "")
    assert planned("N/A").by_key["serial-1"].writes == {}


def test_two_that_say_no_serial_number_are_not_the_same_device_for_that() -> None:
    placeholder = device_record(hostname="elsewhere", sys_name="elsewhere", ip=None, serial="N/A")
    assert identity_of(placeholder, KnownIdentity(serials=("n/a", "0")), serials=["0"]).agrees == ()
    assert identity_of(placeholder, KnownIdentity(serials=("n/a", "ABC")), serials=["abc"]).agrees == ("serial",)


def test_a_serial_is_written_unless_netbox_cannot_hold_it() -> None:
    assert row(plan_of(device_record(serial=" ABC\n")), "serial").writes == {"serial": "ABC"}
    long = row(plan_of(device_record(serial="x" * 51)), "serial")
    assert (long.outcome, codes(long)) == (Outcome.BLOCKED, ["out_of_range"])


# Texts that mean an object


@pytest.mark.parametrize(
    ("text", "wanted", "via"),
    [
        ("C9300-48P", CISCO, "part_number"),
        ("c9300-48p", CISCO, "part_number"),
        ("Catalyst 9300", CISCO, "model"),
        ("catalyst 9300", CISCO, "model"),
        ("Mapped One", OTHER, "mapping"),
        ("mapped one", OTHER, "mapping"),
    ],
)
def test_mapping_then_part_number_then_model(text: str, wanted: Ref, via: str) -> None:
    book = types((CISCO, "C9300-48P", "Catalyst 9300"), (OTHER, "X", "Mapped One"), mapped={"MAPPED one": OTHER})
    change = row(plan_of(device_record(hardware=text), types=book), "device_type")
    assert (change.writes, change.matched_by) == ({"device_type": wanted}, via)


def test_an_exact_name_comes_before_one_in_another_case() -> None:
    book = types((CISCO, "", "C9300"), (OTHER, "", "c9300"))
    assert row(plan_of(device_record(hardware="c9300"), types=book), "device_type").writes == {"device_type": OTHER}


def test_several_are_a_conflict_that_names_them_until_one_is_chosen_or_held() -> None:
    book = types((CISCO, "", "C9300"), (OTHER, "", "C9300"))
    change = row(plan_of(device_record(hardware="C9300"), types=book), "device_type")
    assert (change.outcome, codes(change)) == (Outcome.CONFLICT, ["several_meant"])
    assert [one["id"] for one in change.issues[0].details["candidates"]] == [10, 11]
    assert change.facts["choices"] == {10: "Cisco C9300", 11: "Other C9300"}
    chosen = {"device_type": {"device_type": 11}}
    assert row(plan_of(device_record(hardware="C9300"), types=book, chosen=chosen), "device_type").writes == {
        "device_type": OTHER
    }
    agreed = row(plan_of(device_record(hardware="C9300"), held(device_type=OTHER), types=book), "device_type")
    assert agreed.outcome is Outcome.SAME
    for nonsense in ({"device_type": 99}, {"device_type": "x"}, {"device_type": True}):
        plan = plan_of(device_record(hardware="C9300"), types=book, chosen={"device_type": nonsense})
        assert row(plan, "device_type").outcome is Outcome.CONFLICT


def test_none_is_blocked_and_says_what_lacks() -> None:
    change = row(plan_of(device_record(hardware="Thing " + "x" * 400)), "device_type")
    assert (change.outcome, codes(change)) == (Outcome.BLOCKED, ["device_type_missing"])
    assert len(change.issues[0].details["text"]) == 200
    assert change.facts["lacks"].startswith("Thing")
    assert codes(row(plan_of(device_record(os="ios")), "platform")) == ["platform_missing"]


def test_a_mapping_to_something_hidden_names_nothing() -> None:
    change = row(plan_of(device_record(hardware="C9300"), types=types(mapped={"C9300": None})), "device_type")
    assert (change.outcome, codes(change)) == (Outcome.BLOCKED, ["target_hidden"])
    assert "candidates" not in change.issues[0].details


@pytest.mark.parametrize("said", [None, UNSET, "", "ping", "generic"])
def test_a_system_that_is_none_needs_no_platform(said: Any) -> None:
    assert row(plan_of(device_record(os=said)), "platform").outcome is Outcome.SAME


def test_a_system_called_generic_can_be_mapped() -> None:
    book = Book.of(("name", "slug"), [NamedObject(ref=IOS, names=("ios", "ios"))], {"generic": IOS})
    assert row(plan_of(device_record(os="generic"), platforms=book), "platform").writes == {"platform": IOS}


def test_a_site_is_only_reported_until_a_policy_says_otherwise() -> None:
    book = Book.of(("name", "slug"), [NamedObject(ref=DC, names=("DC", "dc"))], {}, case_counts=True)
    change = row(plan_of(device_record(location="DC"), sites=book), "site")
    assert (change.outcome, change.syncable, differing(change)) == (Outcome.CHANGED, False, {"site": (HQ, DC)})
    wins = {"site": Policy.LIBRENMS_WINS}
    assert row(plan_of(device_record(location="dc"), sites=book, policies=wins), "site").writes == {"site": DC}
    unknown = row(plan_of(device_record(location="Nowhere"), sites=book), "site")
    assert (unknown.outcome, codes(unknown)) == (Outcome.SAME, ["site_missing"])
    assert row(plan_of(device_record(location="Nowhere"), sites=book, policies=wins), "site").outcome is Outcome.BLOCKED
    assert codes(row(plan_of(device_record(location="<private>"), sites=book), "site")) == []


def test_a_mapping_can_name_the_location_too() -> None:
    floor = Ref(40, "Floor 2")
    book = Book.of(("name", "slug"), [NamedObject(ref=DC, names=("DC", "dc"))], {"Room 7": DC})
    plan = plan_of(
        device_record(location="room 7"),
        sites=book,
        locations={"room 7": floor},
        policies={"site": Policy.LIBRENMS_WINS},
    )
    assert (row(plan, "site").writes, row(plan, "location").writes) == ({"site": DC}, {"location": floor})


def test_what_is_ignored_is_left_out() -> None:
    plan = plan_of(device_record(hardware="C9300", os="ios"), policies={"device_type": Policy.IGNORE})
    assert "device_type" not in plan.by_key and "platform" in plan.by_key


def test_a_virtual_machine_has_a_name_and_a_platform() -> None:
    plan = plan_of(device_record(hardware="KVM", serial="1", os="ios", location="HQ"), virtual=True)
    assert list(plan.by_key) == ["name", "platform"]


def test_every_row_has_one_field_and_a_stable_key() -> None:
    plan = plan_of(device_record(hardware="C9300", os="ios", serial="1", location="HQ"))
    assert list(plan.by_key) == ["name", "serial", "device_type", "platform", "site"]
    assert all(len(change.found) == 1 and change.netbox_id == 1 for change in plan.changes)


# Identity


@pytest.mark.parametrize(
    ("known", "agrees"),
    [
        (KnownIdentity(names=("SWITCH",)), ("name",)),
        (KnownIdentity(dns_names=("switch.example.net.",)), ("dns_name",)),
        (KnownIdentity(addresses=("192.0.2.1",)), ("primary_ip",)),
        (KnownIdentity(addresses=("2001:db8:0:0::1",)), ("primary_ip",)),
        (KnownIdentity(serials=("abc",)), ("serial",)),
        (KnownIdentity(serials=("UNIT2",)), ("serial",)),
        (
            KnownIdentity(
                names=("other", ""), dns_names=("x.y",), addresses=("192.0.2.9", "nonsense"), serials=("", "Z")
            ),
            (),
        ),
        (KnownIdentity(), ()),
    ],
)
def test_what_agrees(known: KnownIdentity, agrees: tuple[str, ...]) -> None:
    seen = device_record(ip="192.0.2.1", overwrite_ip="2001:db8::1", serial="ABC")
    assert identity_of(seen, known, serials=["UNIT2"]).agrees == agrees


STRANGER = KnownIdentity(name="core-1", names=("core-1",), addresses=("192.0.2.1",), serials=("JN1",))


@pytest.mark.parametrize(
    ("columns", "doubt"),
    [
        ({"ip": "192.0.2.99", "serial": "PRN123"}, "identity_doubt"),
        # An address changes hands; against another name and serial number it says nothing
        ({"ip": "192.0.2.1", "serial": "PRN123"}, "identity_by_address"),
        ({"ip": "192.0.2.1", "serial": ""}, None),
        ({"ip": "192.0.2.99", "serial": "jn1"}, None),
        ({"ip": "192.0.2.99", "serial": "PRN123", "sys_name": "core-1"}, None),
        # Known to LibreNMS by its address only: that denies no name
        ({"ip": "192.0.2.1", "hostname": "192.0.2.1", "sys_name": "", "serial": ""}, None),
        ({"ip": "192.0.2.7", "hostname": "192.0.2.7", "sys_name": "", "serial": ""}, "identity_doubt"),
    ],
)
def test_a_link_is_believed_where_other_clues_bear_it_out(columns: dict[str, Any], doubt: str | None) -> None:
    seen = device_record(**{"hostname": "printer-9", "sys_name": "printer-9", **columns})
    found = identity_of(seen, STRANGER).doubt
    assert (found and found.code.value) == doubt


def test_a_serial_number_of_another_device_casts_doubt_and_names_it() -> None:
    seen = device_record(hostname="core-1", sys_name="core-1", serial="FGT2")
    found = identity_of(seen, STRANGER, holders=["fw-b"])
    assert found.doubt and found.doubt.code.value == "identity_of_other"
    assert found.doubt.details["holders"] == ("fw-b",)
    assert identity_of(device_record(sys_name="core-1", serial="JN1"), STRANGER, holders=["copy"]).doubt is None


def test_what_was_confirmed_holds_until_a_clue_changes() -> None:
    seen = device_record(hostname="printer-9", sys_name="printer-9", serial="PRN123", ip="192.0.2.99")
    digest = identity_of(seen, STRANGER).digest
    turned = replace(STRANGER, names=("CORE-1",), serials=("jn1", ""))
    assert identity_of(seen, turned).digest == digest
    for other in (
        identity_of(
            device_record(hostname="printer-9", sys_name="printer-9", serial="PRN124", ip="192.0.2.99"), STRANGER
        ),
        identity_of(seen, replace(STRANGER, addresses=("192.0.2.2",))),
        identity_of(seen, replace(STRANGER, names=("core-2",))),
        identity_of(seen, STRANGER, holders=["fw-b"]),
    ):
        assert other.digest != digest


def test_a_serial_number_that_another_device_has_is_not_written() -> None:
    change = row(plan_of(device_record(serial="FGT2"), held(serial="FGT1"), serials={"fgt2": "fw-b"}), "serial")
    assert (change.outcome, codes(change)) == (Outcome.CONFLICT, ["serial_taken"])
    assert (
        row(plan_of(device_record(serial="FGT2"), held(serial="fgt2"), serials={"fgt2": "copy"}), "serial").issues == ()
    )


@pytest.mark.parametrize("columns", [{"sys_name": "192.0.2.50"}, {"sys_name": ""}, {"sys_name": "2001:db8::5"}])
@pytest.mark.parametrize("source", ["sysName", "hostname"])
def test_an_address_never_replaces_a_name(columns: dict[str, Any], source: str) -> None:
    seen = device_record(**{"hostname": "192.0.2.50", **columns})
    assert device_name(seen, Naming(source=source), "esx-rack4") == ""
    named = device_record(hostname="192.0.2.50", sys_name="esx4")
    assert device_name(named, Naming(source=source), "esx-rack4") == "esx4"


@pytest.mark.parametrize(
    ("held_name", "context", "changes"),
    [
        ("edge #1", {"chassis_name": "switch"}, False),
        ("edge #1", {"chassis_name": "SWITCH.example.net"}, False),
        ("switch-1", {"chassis_name": "something", "member_pattern": "{name}-{position}"}, False),
        ("switch (1)", {"chassis_name": "Rack 4"}, False),
        ("old-1", {"chassis_name": "old", "member_pattern": "{name}-{position}"}, False),
        ("old", {"chassis_name": "old", "member_pattern": "{name}-{position}"}, True),
    ],
)
def test_a_member_keeps_its_own_name_beside_that_of_the_chassis(
    held_name: str, context: dict[str, Any], changes: bool
) -> None:
    holders = tuple(
        HeldFields(
            ref=Ref(number, "x"), position=number, values={"name": held_name if number == 1 else "b", "serial": ""}
        )
        for number in (1, 2)
    )
    plan = plan_of(device_record(), *holders, known=KnownIdentity(names=("switch",)), **context)
    assert bool(row(plan, "name").writes) is changes


def test_while_nothing_agrees_nothing_is_written_until_a_person_confirms() -> None:
    stranger = KnownIdentity(names=("other",))
    plan = plan_of(device_record(serial="1", os="ios"), held(name="other"), known=stranger)
    assert plan.syncable == ()
    assert codes(row(plan, "serial")) == ["identity_doubt"]
    assert row(plan, "serial").issues[0].details["hostname"] == "switch.example.net"
    assert codes(row(plan, "platform")) == ["platform_missing"]
    assert {one.key for one in plan.changes if "identity_doubt" in codes(one)} == {"name", "serial"}
    assert {one.outcome for one in plan.changes if "identity_doubt" in codes(one)} == {Outcome.BLOCKED}
    sure = plan_of(device_record(serial="1"), held(name="other"), known=stranger, chosen={"*": {"confirmed": True}})
    assert {change.key for change in sure.syncable} == {"name", "serial"}
    for half in ("yes", 1, None):
        assert not plan_of(device_record(serial="1"), known=stranger, chosen={"*": {"confirmed": half}}).syncable


def test_applying_the_plan_leaves_nothing_to_do() -> None:
    book = types((CISCO, "C9300", ""))
    seen = device_record(serial="1", hardware="C9300")
    written = {name: value for change in plan_of(seen, types=book).syncable for name, value in change.writes.items()}
    assert set(written) == {"serial", "device_type"}
    assert plan_of(seen, held(**written), types=book).attention == 0


def test_what_netbox_would_refuse_is_told_before() -> None:
    limited = Book.of(("name",), [NamedObject(ref=IOS, names=("ios",))], {})
    makers = {("platform", 20): 2, ("device_type", 10): 1, ("device_type", 11): 2}
    context: dict[str, Any] = {"platforms": limited, "makers": makers}
    refused = row(plan_of(device_record(os="ios"), held(maker=1), **context), "platform")
    assert (refused.outcome, codes(refused)) == (Outcome.BLOCKED, ["platform_of_other"])
    assert (
        row(plan_of(device_record(os="ios"), held(maker=1, platform=IOS), **context), "platform").outcome
        is Outcome.SAME
    )
    for fits in (held(maker=2), held()):
        assert row(plan_of(device_record(os="ios"), fits, **context), "platform").writes == {"platform": IOS}
    both = {**context, "types": types((OTHER, "", "C9300"))}
    assert row(plan_of(device_record(os="ios", hardware="C9300"), held(maker=1), **both), "platform").syncable
    sites = Book.of(("name",), [NamedObject(ref=DC, names=("DC",))], {})
    wins = {"site": Policy.LIBRENMS_WINS}
    for place in ({"rack": "R7"}, {"location": Ref(1, "Floor")}):
        racked = row(plan_of(device_record(location="DC"), held(**place), sites=sites, policies=wins), "site")
        assert (racked.outcome, codes(racked)) == (Outcome.BLOCKED, ["place_holds"])
    assert row(plan_of(device_record(location="DC"), held(), sites=sites, policies=wins), "site").writes == {"site": DC}
