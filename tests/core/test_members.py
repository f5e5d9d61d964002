"""Members of a virtual chassis as rows of a plan: what is made, what is there, and what may be there already."""

import pytest

from netbox_librenms_plugin.librenms.records import Device, DeviceDetails, InventoryItem
from netbox_librenms_plugin.sync.chassis.facts import member_facts
from netbox_librenms_plugin.sync.chassis.plan import (
    WHOLE,
    HeldChassis,
    HeldMember,
    MemberContext,
    elsewhere,
    leading_row,
    plan_members,
    plan_stack,
)
from netbox_librenms_plugin.sync.chassis.stacks import Stack, StackMember
from netbox_librenms_plugin.sync.core.issues import Code
from netbox_librenms_plugin.sync.core.plan import Outcome, Plan, Ref
from netbox_librenms_plugin.sync.core.policy import Policies
from tests.librenms import stack_record

TYPE = Ref(9, "Cisco C9300")
CHASSIS = Ref(5, "vc")


def held(number: int, serial: str = "", position: int | None = None, *, visible: bool = True) -> HeldMember:
    name = f"sw{number}" if visible else "something"
    return HeldMember(ref=Ref(number, name), position=position, serial=serial, visible=visible)


def led(*members: HeldMember, master: int | None = 1, others: tuple[HeldMember, ...] = ()) -> MemberContext:
    """A chassis with these members; the first answers."""
    return MemberContext(
        leader=members[0],
        name=members[0].ref.name,
        label=members[0].ref.name,
        chassis=HeldChassis(ref=CHASSIS, master_id=master),
        members=members,
        others=others,
        types={"C9300": TYPE},
    )


def alone(one: HeldMember, *others: HeldMember) -> MemberContext:
    """A device that is in no chassis yet."""
    return MemberContext(leader=one, name=one.ref.name, label=one.ref.name, others=others, types={"C9300": TYPE})


def new(*others: HeldMember) -> MemberContext:
    """A device that NetBox does not have."""
    return MemberContext(
        name="switch", label="switch", others=others, types={"C9300": TYPE}, leader_type=Ref(8, "Model")
    )


def outcomes(plan: Plan) -> dict[str, str]:
    return {one.key: one.outcome.value for one in plan.changes}


def codes(plan: Plan) -> dict[str, list[str]]:
    return {one.key: [each.code.value for each in one.issues] for one in plan.changes if one.issues}


def test_a_new_stack_is_made_with_all_that_is_shown() -> None:
    plan = plan_stack(stack_record("A", "B"), new())
    assert outcomes(plan) == {"unit-1": "missing", "unit-2": "missing"}
    chassis = Ref(None, "switch", "unit-1")
    assert plan.by_key["unit-1"].writes == {
        "name": "switch",
        "chassis": chassis,
        "position": 1,
        "master": True,
        "serial": "A",
        "device_type": Ref(8, "Model"),
    }
    assert plan.by_key["unit-2"].writes == {
        "name": "switch-2",
        "chassis": chassis,
        "position": 2,
        "master": False,
        "serial": "B",
        "device_type": TYPE,
    }
    assert leading_row(plan) is plan.by_key["unit-1"]


def test_a_device_that_is_there_leads_the_chassis_that_is_made() -> None:
    plan = plan_stack(stack_record("A", "B", master=1), alone(held(1, "b")))
    assert outcomes(plan) == {"unit-1": "missing", "unit-2": "changed"}
    leader = plan.by_key["unit-2"]
    assert leader.writes == {"chassis": Ref(None, "sw1", "unit-2"), "position": 2, "master": True}
    assert (leader.found["chassis"], leader.found["position"], leader.found["serial"]) == (None, None, "b")
    assert plan.by_key["unit-1"].writes["chassis"].key == "unit-2"
    assert leading_row(plan) is None


def test_what_is_there_is_the_same_and_what_only_netbox_has_is_told() -> None:
    context = led(held(1, "A", 1), held(2, "B", 2), held(3, "GONE", 7))
    plan = plan_stack(stack_record("A", "B", "C"), context)
    assert outcomes(plan) == {"unit-1": "same", "unit-2": "same", "unit-3": "missing", "netbox-3": "extra"}
    assert [one.key for one in plan.syncable] == ["unit-3"]
    assert plan.by_key["unit-3"].writes["chassis"] == CHASSIS


def test_a_chassis_without_a_master_gets_the_device_that_answers() -> None:
    plan = plan_stack(stack_record("A", "B"), led(held(1, "A", 1), held(2, "B", 2), master=None))
    assert plan.by_key["unit-1"].writes == {"master": True}
    assert outcomes(plan) == {"unit-1": "changed", "unit-2": "same"}


def test_a_chassis_that_another_one_leads_names_its_members() -> None:
    plan = plan_stack(stack_record("A", "B", "C"), led(held(1, "A", 1), held(2, "B", 2), master=2))
    assert plan.by_key["unit-3"].name == "vc-3"


class TestElsewhere:
    def test_a_unit_that_is_a_device_elsewhere_is_a_conflict(self) -> None:
        plan = plan_stack(stack_record("A", "B"), led(held(1, "A", 1), others=(held(7, " b "),)))
        assert outcomes(plan) == {"unit-1": "same", "unit-2": "conflict"}
        (reason,) = plan.by_key["unit-2"].issues
        assert (reason.code, dict(reason.details)) == (Code.MEMBER_ELSEWHERE, {"serial": "B", "name": "sw7"})
        assert plan.syncable == ()

    def test_the_device_that_answers_is_not_elsewhere(self) -> None:
        one = held(1, "A")
        assert codes(plan_stack(stack_record("A", "B"), alone(one, one))) == {}

    @pytest.mark.parametrize("serial", ["A", "B"])
    def test_any_unit_keeps_a_new_stack_from_being_made(self, serial: str) -> None:
        plan = plan_stack(stack_record("A", "B"), new(held(7, serial)))
        assert [one.details["name"] for one in elsewhere(plan)] == ["sw7"]

    def test_a_hidden_one_keeps_its_name_to_itself(self) -> None:
        plan = plan_stack(stack_record("A", "B"), led(held(1, "A", 1), others=(held(7, "B", visible=False),)))
        (reason,) = plan.by_key["unit-2"].issues
        assert reason.details["name"] == "something" and plan.by_key["unit-2"].netbox_id is None


class TestUnsure:
    def test_a_member_without_a_serial_number_may_be_any_unit_that_is_left(self) -> None:
        plan = plan_stack(
            Stack((*stack_record("A").members, StackMember(position=3, serial="C", model="C9300"))),
            led(held(1, "A", 1), held(2, "", 2)),
        )
        assert codes(plan) == {"unit-3": ["member_unsure"]}
        (reason,) = plan.by_key["unit-3"].issues
        assert reason.details["candidates"] == ("sw2",)
        assert outcomes(plan) == {"unit-1": "same", "unit-3": "conflict"}, "who may be a unit is not only in NetBox"

    def test_nobody_knows_from_where_members_are_counted(self) -> None:
        plan = plan_stack(stack_record("A", "B", "C", first=0), led(held(1, "", 1), held(2, "", 2)))
        assert codes(plan) == {"unit-0": ["member_unsure"]}
        assert not [one for one in plan.changes if one.outcome is Outcome.MISSING]

    def test_one_serial_number_proves_it(self) -> None:
        plan = plan_stack(stack_record("A", "B", "C"), led(held(1, "A", 1), held(2, "", 2)))
        assert codes(plan) == {} and outcomes(plan)["unit-3"] == "missing"


class TestBlocked:
    @pytest.mark.parametrize(
        ("model", "code"), [("", "type_unknown"), ("Other", "member_type_missing"), ("C9300", None)]
    )
    def test_a_type_that_nobody_knows(self, model: str, code: str | None) -> None:
        plan = plan_stack(stack_record("A", "B", model=model), led(held(1, "A", 1)))
        assert codes(plan) == ({"unit-2": [code]} if code else {})
        assert outcomes(plan)["unit-2"] == ("blocked" if code else "missing")

    def test_a_name_that_is_too_long(self) -> None:
        one = HeldMember(ref=Ref(1, "s" * 63), serial="A")
        plan = plan_stack(stack_record("A", "B"), alone(one))
        assert codes(plan) == {"unit-2": ["name_too_long"]}

    def test_units_that_cannot_be_told_apart_are_one_row(self) -> None:
        device = Device(device_id=1, hostname="sw", serial="A1")
        units = tuple(
            InventoryItem(index=at, class_="chassis", name="Unit", serial=serial)
            for at, serial in enumerate(("A1", "A2"), start=1)
        )
        plan = plan_members(DeviceDetails(device=device, inventory=units), new(), Policies())
        assert (outcomes(plan), codes(plan)) == ({WHOLE: "blocked"}, {WHOLE: ["members_unnumbered"]})


def test_another_serial_number_on_the_seat_is_a_conflict() -> None:
    plan = plan_stack(stack_record("A", "B"), led(held(1, "A", 1), held(2, "OLD", 2)))
    assert codes(plan) == {"unit-2": ["serial_differs"]}
    assert (plan.by_key["unit-2"].outcome, plan.by_key["unit-2"].netbox_id) == (Outcome.CONFLICT, 2)
    assert plan.syncable == ()


def test_no_stack_no_rows() -> None:
    assert plan_stack(Stack(), new()).changes == ()


def test_each_row_knows_its_unit() -> None:
    stack = stack_record("A", "B")
    plan = plan_stack(stack, led(held(1, "A", 1)))
    assert [member_facts(one)["unit"] for one in plan.changes] == list(stack.members)
