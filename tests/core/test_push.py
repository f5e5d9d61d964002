"""Which rule adds a device to LibreNMS, by which name, and what is not added and why."""

from dataclasses import replace
from typing import Any

import pytest

from netbox_librenms_plugin.librenms.records import Device
from netbox_librenms_plugin.sync.core.issues import Code, issue
from netbox_librenms_plugin.sync.push.plan import plan_push, without_doubtful
from netbox_librenms_plugin.sync.push.rows import (
    Action,
    KnownDevice,
    KnownDevices,
    ProfileSays,
    PushRow,
    PushRuleSays,
    PushSubject,
)
from tests.librenms import device_record

NAMES = {"primary": "192.0.2.1", "oob": "192.0.2.129", "dns_name": "sw1.example.net", "name": "sw1"}
SWITCH = PushSubject(id=1, name="sw1", names=NAMES, traits={"role": 7, "site": 3}, tags=frozenset({5}), site="AMS1")
RULE = PushRuleSays(id=1, name="all", profile="campus", address="primary")
PROFILES = {
    "campus": ProfileSays(poller_group=2),
    "guests": ProfileSays(ping_only=True),
    "broken": ProfileSays(problem="The environment variable X is empty."),
}


def plan(
    *subjects: PushSubject, rules: tuple[PushRuleSays, ...] = (RULE,), devices: tuple[Device, ...] = (), **how: Any
) -> list[PushRow]:
    return plan_push(subjects, rules=rules, profiles=PROFILES, known=KnownDevices(devices), **how)


def codes(row: PushRow) -> list[Code]:
    return [one.code for one in row.issues]


class TestRules:
    def test_the_first_that_fits_decides(self) -> None:
        site = replace(RULE, id=2, name="site", conditions={"role": 7, "site": 3}, tag=5, address="dns_name")
        other = replace(RULE, id=3, name="other", conditions={"site": 4})
        (row,) = plan(SWITCH, rules=(other, site, RULE))
        assert (row.rule_id, row.rule, row.hostname, row.action) == (2, "site", "sw1.example.net", Action.ADD)

    @pytest.mark.parametrize("wanted", [{"conditions": {"role": 8}}, {"conditions": {"vrf": 1}}, {"tag": 6}])
    def test_every_condition_has_to_hold(self, wanted: dict[str, Any]) -> None:
        (row,) = plan(SWITCH, rules=(replace(RULE, **wanted),))
        assert (row.action, codes(row), row.rule) == (Action.NOTHING, [Code.NO_PUSH_RULE], "")


class TestWhatIsTold:
    @pytest.mark.parametrize("address", NAMES)
    def test_the_hostname_is_what_the_rule_says(self, address: str) -> None:
        (row,) = plan(SWITCH, rules=(replace(RULE, address=address),))
        assert row.hostname == NAMES[address]
        # An address is no name
        assert row.display == ("sw1" if address in ("primary", "oob") else "")
        assert (row.profile, row.poller_group, row.ping_only, row.sys_name) == ("campus", 2, False, "")

    def test_the_site_is_its_location_where_the_rule_gives_it(self) -> None:
        assert plan(SWITCH)[0].location == ""
        assert plan(SWITCH, rules=(replace(RULE, give_location=True),))[0].location == "AMS1"

    def test_what_is_only_pinged_is_named_by_netbox_and_needs_no_secret(self) -> None:
        (by_profile,) = plan(SWITCH, rules=(replace(RULE, profile="guests"),))
        (by_choice,) = plan(SWITCH, rules=(replace(RULE, profile="broken"),), ping_only=True)
        for row in (by_profile, by_choice):
            assert (row.action, row.ping_only, row.sys_name) == (Action.ADD, True, "sw1")

    def test_a_name_is_no_template(self) -> None:
        assert plan(replace(SWITCH, name="{{ $community }}"))[0].display == ""

    def test_another_plan_has_another_fingerprint(self) -> None:
        rows = [*plan(SWITCH), *plan(SWITCH, ping_only=True), *plan(SWITCH, rules=(replace(RULE, id=9),))]
        assert len({row.fingerprint for row in rows}) == 3


class TestWhatIsNotAdded:
    @pytest.mark.parametrize(
        ("about", "rule", "code"),
        [
            ({"names": {**NAMES, "primary": ""}}, {}, Code.NOTHING_TO_REACH),
            ({"names": {**NAMES, "name": "no host name!"}}, {"address": "name"}, Code.NO_HOSTNAME),
            ({"names": {**NAMES, "name": "4711"}}, {"address": "name"}, Code.NO_HOSTNAME),
            ({}, {"profile": "gone"}, Code.PROFILE_UNKNOWN),
            ({}, {"profile": "broken"}, Code.PROFILE_UNUSABLE),
            ({"linked": 42}, {}, Code.ALREADY_LINKED),
            ({"refusal": "change devices"}, {}, Code.NO_PERMISSION),
            ({"spokesman": "sw0"}, {}, Code.CHASSIS_SPEAKS),
            ({"several": (KnownDevice(id=1, name="a"), KnownDevice(id=2, name="b"))}, {}, Code.SEVERAL_DEVICES),
        ],
    )
    def test_it_says_why(self, about: dict[str, Any], rule: dict[str, Any], code: Code) -> None:
        (row,) = plan(replace(SWITCH, **about), rules=(replace(RULE, **rule),))
        assert (row.action, codes(row)) == (Action.NOTHING, [code])

    def test_two_cannot_have_one_hostname(self) -> None:
        first, second = plan(SWITCH, replace(SWITCH, id=2, name="sw2"))
        assert (first.action, second.action, codes(second)) == (Action.ADD, Action.NOTHING, [Code.SAME_HOSTNAME])


class TestWhatLibreNMSHas:
    @pytest.mark.parametrize(
        "device",
        [
            {"hostname": "192.0.2.1"},
            {"hostname": "other", "ip": "192.0.2.1"},
            {"hostname": "other", "overwrite_ip": "192.0.2.1"},
        ],
    )
    def test_an_address_that_it_has_is_offered_as_a_link(self, device: dict[str, Any]) -> None:
        (row,) = plan(SWITCH, devices=(device_record(9, **device),))
        assert (row.action, row.librenms_id, codes(row)) == (Action.LINK, 9, [Code.KNOWN_THERE])

    def test_hostnames_are_the_same_whatever_their_case(self) -> None:
        by_name = (replace(RULE, address="name"),)
        (row,) = plan(SWITCH, rules=by_name, devices=(device_record(9, hostname="SW1"),))
        assert (row.action, row.librenms_id) == (Action.LINK, 9)

    def test_what_clues_lead_to_needs_no_rule(self) -> None:
        (row,) = plan(replace(SWITCH, found=KnownDevice(id=8, name="sw1.example.net")), rules=())
        assert (row.action, row.librenms_id) == (Action.LINK, 8)

    def test_an_address_of_several_is_nobody_s(self) -> None:
        devices = (
            device_record(8, hostname="ctx-a", ip="192.0.2.1"),
            device_record(9, hostname="ctx-b", ip="192.0.2.1"),
        )
        (row,) = plan(SWITCH, devices=devices)
        assert (row.action, codes(row)) == (Action.NOTHING, [Code.SEVERAL_DEVICES])
        assert [one["name"] for one in row.issues[0].details["candidates"]] == ["ctx-a", "ctx-b"]

    def test_what_other_clues_deny_is_not_linked(self) -> None:
        doubts = {1: issue(Code.IDENTITY_BY_ADDRESS, hostname="other", name="sw1")}
        (row,) = without_doubtful(plan(SWITCH, devices=(device_record(9, hostname="other", ip="192.0.2.1"),)), doubts)
        assert (row.action, row.librenms_id, codes(row)) == (Action.NOTHING, 9, [Code.IDENTITY_BY_ADDRESS])
        (added,) = without_doubtful(plan(SWITCH), doubts)
        assert added.action is Action.ADD
