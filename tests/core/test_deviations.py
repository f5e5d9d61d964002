"""What stays of a plan that nobody has accepted: one observation for each difference; which of them are one thing."""

from typing import Any

import pytest

from netbox_librenms_plugin.librenms.records import UNSET
from netbox_librenms_plugin.sync.core.deviations import CauseKey, Observation, answered, as_json, observed
from netbox_librenms_plugin.sync.core.issues import Code, issue
from netbox_librenms_plugin.sync.core.plan import Change, Difference, Gap, Missing, Outcome, Plan, Ref
from netbox_librenms_plugin.sync.core.policy import Policy

OWNER = Ref(1, "ams1-sw-01")


def difference(field: str, found: Any, wanted: Any, *, writes: bool = True) -> Difference:
    policy = Policy.LIBRENMS_WINS if writes else Policy.REPORT_ONLY
    return Difference(field=field, found=found, wanted=wanted, policy=policy, writes=writes)


def changed(key: str, *differences: Difference, **values: Any) -> Change:
    wanted = {one.field: one.wanted for one in differences}
    return Change(
        key=key,
        name=key,
        outcome=Outcome.CHANGED,
        owner=OWNER,
        netbox_id=5,
        differences=differences,
        **{"wanted": wanted, **values},
    )


def row(key: str, outcome: Outcome, **values: Any) -> Change:
    return Change(key=key, name=key, outcome=outcome, owner=OWNER, **values)


def plan(*changes: Change, resource: str = "interfaces", gaps: tuple[Gap, ...] = ()) -> Plan:
    return Plan(resource, changes, gaps)


def cause(*changes: Change, **options: Any) -> CauseKey:
    (one,) = observed(plan(*changes), **options)
    return one.cause


class TestObserved:
    def test_each_field_is_a_difference(self) -> None:
        found = observed(plan(changed("a", difference("mtu", 1500, 9216), difference("speed", None, 1000))))
        assert [(one.field, one.found, one.wanted) for one in found] == [("mtu", 1500, 9216), ("speed", None, 1000)]

    @pytest.mark.parametrize("outcome", [Outcome.MISSING, Outcome.EXTRA, Outcome.CONFLICT, Outcome.BLOCKED])
    def test_a_row_as_a_whole_is_one(self, outcome: Outcome) -> None:
        (one,) = observed(plan(row("a", outcome, issues=(issue(Code.NAME_TAKEN, name="x", id=3),))))
        assert (one.field, one.outcome) == ("", outcome.value)

    def test_the_same_is_none(self) -> None:
        assert observed(plan(row("a", Outcome.SAME))) == []

    def test_what_is_nobodys_task_is_none(self) -> None:
        reason = issue(Code.NEIGHBOUR_UNRECORDED, name="SEP1", pattern="SEP*")
        assert observed(plan(row("a", Outcome.BLOCKED, issues=(reason,)), resource="cables")) == []

    def test_what_only_netbox_has_is_not_counted(self) -> None:
        (one,) = observed(plan(row("a", Outcome.EXTRA)))
        assert (one.counted, one.writes, one.reason) == (False, False, "")

    def test_what_is_only_reported_is_not_written(self) -> None:
        (one,) = observed(plan(changed("a", difference("mtu", 1, 2, writes=False))))
        assert (one.writes, one.counted) == (False, True)

    def test_what_was_not_looked_at_is_none(self) -> None:
        change = changed("a", difference("mode", "access", "tagged"), difference("mtu", 1, 2))
        found = observed(plan(change, gaps=(Gap(missing=Missing.PORT_VLANS),)))
        assert [one.field for one in found] == ["mtu"]

    def test_a_reason_goes_with_its_field(self) -> None:
        missing = issue(Code.VLAN_MISSING, "tagged_vlans", vids=(20,))
        change = changed("a", difference("mtu", 1, 2), difference("tagged_vlans", (), ()), issues=(missing,))
        found = {one.field: one.reason for one in observed(plan(change))}
        assert found == {"mtu": "", "tagged_vlans": "vlan_missing"}


class TestCause:
    def test_one_wanted_value_is_one_cause(self) -> None:
        one, other = (cause(changed(key, difference("mtu", was, 9216))) for key, was in (("a", 1500), ("b", None)))
        assert one.digest == other.digest
        assert one.digest != cause(changed("a", difference("mtu", 1500, 9000))).digest

    def test_case_and_space_make_no_other_one(self) -> None:
        one, other = (cause(changed("a", difference("label", "", text))) for text in ("Up  Link", "up link"))
        assert one.digest == other.digest

    def test_a_reference_is_known_by_its_name(self) -> None:
        one, other = (cause(changed("a", difference("vlan", None, Ref(pk, "10 (users)")))) for pk in (4, 9))
        assert one.digest == other.digest and one.value == "10 (users)"

    def test_values_of_its_own_are_left_out(self) -> None:
        one, other = (cause(changed(key, difference("name", "", key)), own=["name"]) for key in ("a", "b"))
        assert one.digest == other.digest and one.value is None

    def test_what_is_missing_is_the_cause(self) -> None:
        def missing(text: str) -> CauseKey:
            return cause(
                row("platform", Outcome.BLOCKED, issues=(issue(Code.PLATFORM_MISSING, "platform", text=text),))
            )

        assert missing("iosxe").digest == missing("iosxe").digest != missing("eos").digest
        assert missing("iosxe").details == {"text": "iosxe"}

    def test_details_of_its_own_make_no_cause_each(self) -> None:
        one, other = (
            cause(row("a", Outcome.CONFLICT, issues=(issue(Code.NAME_TAKEN, "name", name=name, id=3),)))
            for name in ("x", "y")
        )
        assert one.digest == other.digest

    def test_rows_that_are_alike_are_one(self) -> None:
        def vlan(vid: int, key: str) -> CauseKey:
            return cause(row(key, Outcome.MISSING, wanted={"vid": vid, "name": "users"}), alike=("vid", "name"))

        assert vlan(10, "a").digest == vlan(10, "b").digest != vlan(20, "a").digest


class TestDecidedBy:
    def one(self, found: Any, wanted: Any) -> Observation:
        (one,) = observed(plan(changed("a", difference("mtu", found, wanted))))
        return one

    def test_another_found_value_is_the_same_decision(self) -> None:
        assert self.one(1400, 9216).decided_by == self.one(1500, 9216).decided_by
        assert self.one(1400, 9216).digest != self.one(1500, 9216).digest

    def test_another_wanted_value_is_another(self) -> None:
        assert self.one(1500, 9216).decided_by != self.one(1500, 9000).decided_by


class TestAnswered:
    same = row("a", Outcome.SAME, wanted={"mtu": 1500})

    def test_everything_was_read(self) -> None:
        assert answered(plan(), "gone", "mtu")

    @pytest.mark.parametrize("missing", [Missing.ROWS, Missing.INVENTORY])
    def test_a_row_that_is_not_there_may_be_among_the_unread(self, missing: Missing) -> None:
        assert not answered(plan(gaps=(Gap(missing=missing, count=1),)), "gone", "")

    def test_a_row_that_is_there_was_read(self) -> None:
        assert answered(plan(self.same, gaps=(Gap(missing=Missing.ROWS, count=1),)), "a", "mtu")

    @pytest.mark.parametrize(("field", "known"), [("mode", False), ("mtu", True), ("speed", False), ("", True)])
    def test_fields_that_were_not_read(self, field: str, known: bool) -> None:
        assert answered(plan(self.same, gaps=(Gap(missing=Missing.PORT_VLANS),)), "a", field) is known


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Ref(5, "x"), {"id": 5, "name": "x"}),
        (Ref(-1, "new", "key"), {"id": None, "name": "new"}),
        ((1, "a", None), [1, "a", None]),
        (frozenset({"b", "a"}), ["a", "b"]),
        ({"a": Ref(1, "b")}, {"a": {"id": 1, "name": "b"}}),
        ("x" * 900, "x" * 500),
        (UNSET, "UNSET"),
    ],
)
def test_values_become_plain_and_bounded(value: Any, plain: Any) -> None:
    assert as_json(value) == plain
