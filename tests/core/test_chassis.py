"""Which chassis of the inventory is which member, over the ways in which stacks number their units."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbox_librenms_plugin.librenms.records import Device, DeviceDetails, InventoryItem
from netbox_librenms_plugin.sync.chassis.units import MemberPlace, Unit, assign, units_of
from netbox_librenms_plugin.sync.core.plan import Outcome, Plan, Ref
from netbox_librenms_plugin.sync.core.policy import Policies
from netbox_librenms_plugin.sync.fields.plan import FieldContext, HeldFields, plan_fields
from tests.librenms import chassis_record

from .build import codes


def found(units: tuple[InventoryItem, ...], *positions: int, held: tuple[str, ...] = (), **options: Any) -> list[Any]:
    """Serial by member, "?" where it is undecided, None where there is no unit."""
    serials = (*held, *([""] * len(positions)))
    places = [MemberPlace(id=number, position=one, serial=serials[number]) for number, one in enumerate(positions)]
    answer = assign(units_of(units), places, options.get("chosen"))
    return [one.unit.serial if one.unit else "?" if one.candidates else None for one in answer.values()]


NAMED = (chassis_record(2, "A", "Switch 1 Chassis"), chassis_record(500, "B", "Switch 2 Chassis"))
STACK_UNITS = (
    chassis_record(64, "A", "CBS350 Stack Unit 1", parent_rel_pos=1),
    chassis_record(65, "B", "CBS350 Stack Unit 2"),
    chassis_record(66, ""),
)


@pytest.mark.parametrize(
    ("units", "positions", "serials"),
    [
        (NAMED, (1, 2), ["A", "B"]),
        (NAMED[::-1], (1, 2), ["A", "B"]),
        (STACK_UNITS, (1, 2), ["A", "B"]),
        # Numbered by position only
        (
            (chassis_record(1, "A", "x", parent_rel_pos=1), chassis_record(2, "B", "x", parent_rel_pos=2)),
            (1, 2),
            ["A", "B"],
        ),
        # The name is right where the position is not (Catalyst 9300: position 0 for switch 1)
        (
            (
                chassis_record(1, "A", "Switch 1", parent_rel_pos=0),
                chassis_record(2, "B", "Switch 2", parent_rel_pos=0),
            ),
            (1, 2),
            ["A", "B"],
        ),
        # Units from 0, positions from 1: the positions fit (Dell)
        (
            (chassis_record(1, "A", "Unit 0", parent_rel_pos=1), chassis_record(2, "B", "Unit 1", parent_rel_pos=2)),
            (1, 2),
            ["A", "B"],
        ),
        # NetBox counts from 0 (Juniper) and LibreNMS from 1
        (NAMED, (0, 1), ["A", "B"]),
        # A member that LibreNMS does not see
        (NAMED, (1, 2, 3), ["A", "B", None]),
        (NAMED[:1], (1, 2), ["A", None]),
        # Nothing says which is which
        (
            (chassis_record(1, "A", "Chassis", parent_rel_pos=0), chassis_record(2, "B", "Chassis", parent_rel_pos=0)),
            (1, 2),
            ["?", "?"],
        ),
        ((chassis_record(1, "A", "Chassis", parent_rel_pos=0),), (1, 2), ["?", "?"]),
        ((), (1, 2), [None, None]),
    ],
)
def test_members_by_position(units: tuple[InventoryItem, ...], positions: tuple[int, ...], serials: list[Any]) -> None:
    assert found(units, *positions) == serials


def test_a_serial_that_netbox_has_comes_before_positions() -> None:
    assert found(NAMED, 1, 2, held=("B", "A")) == ["B", "A"]
    assert found(NAMED, 1, 2, held=("B", "")) == ["B", "A"]
    unnumbered = (chassis_record(1, "A", "Chassis"), chassis_record(2, "B", "Chassis"))
    assert found(unnumbered, 1, 2, held=("", "A")) == ["B", "A"]


def test_a_person_decides_before_everything() -> None:
    assert found(NAMED, 1, 2, chosen={0: 500}) == ["B", "A"]
    assert found(NAMED, 1, 2, chosen={0: 4711}) == ["A", "B"]


def test_units_that_an_agent_calls_containers() -> None:
    rows = (
        chassis_record(1, None, "stack.1", class_="stack"),
        chassis_record(101, "A", "unit.1", class_="container", contained_in=1),
        chassis_record(201, "X", "module", class_="container", contained_in=101),
    )
    assert [one.serial for one in units_of(rows)] == ["A"]
    assert units_of((chassis_record(1, "<private>"), chassis_record(2, " "), chassis_record(3, None))) == ()


@given(st.permutations(list(range(1, 6))), st.integers(min_value=0, max_value=1))
def test_the_order_of_rows_does_not_matter(order: list[int], first: int) -> None:
    rows = tuple(chassis_record(number, f"S{number}", f"Switch {number}") for number in order)
    positions = range(first, first + 5)
    assert found(rows, *positions) == [f"S{number}" for number in range(1, 6)]


# In the plan


def stack_plan(*units: InventoryItem, serial: str | None = None, hidden: int | None = None, **context: Any) -> Plan:
    holders = [
        HeldFields(
            ref=Ref(number, f"sw-{number}"),
            position=number,
            visible=number != hidden,
            values={"name": f"sw-{number}", "serial": ""},
        )
        for number in (1, 2)
    ]
    details = DeviceDetails(
        device=Device(device_id=9, hostname="sw-1", sys_name="sw-1", serial=serial), inventory=units
    )
    return plan_fields(details, FieldContext(owner=holders[0], holders=holders, **context), Policies())


def test_each_member_has_a_row_of_its_own() -> None:
    plan = stack_plan(*NAMED)
    assert {key: change.writes for key, change in plan.by_key.items() if key.startswith("serial")} == {
        "serial-1": {"member_serial": "A"},
        "serial-2": {"member_serial": "B"},
    }
    assert [plan.by_key[f"serial-{number}"].owner.id for number in (1, 2)] == [1, 2]
    assert plan.by_key["serial-1"].facts["choices"] == {2: "Switch 1 Chassis (A)", 500: "Switch 2 Chassis (B)"}
    assert "serial" not in plan.by_key


def test_without_an_inventory_the_serial_is_that_of_who_speaks_for_the_chassis() -> None:
    plan = stack_plan(serial="OWN")
    assert plan.by_key["serial-1"].writes == {"member_serial": "OWN"}
    assert (plan.by_key["serial-2"].outcome, codes(plan.by_key["serial-2"])) == (Outcome.SAME, [])


def test_what_is_undecided_is_asked_and_can_be_chosen() -> None:
    units = (chassis_record(1, "A", "Chassis"), chassis_record(2, "B", "Chassis"))
    asked = stack_plan(*units).by_key["serial-2"]
    assert (asked.outcome, codes(asked)) == (Outcome.CONFLICT, ["choose_chassis"])
    plan = stack_plan(*units, chosen={"serial-2": {"part": 1}})
    assert [plan.by_key[f"serial-{number}"].writes for number in (1, 2)] == [
        {"member_serial": "B"},
        {"member_serial": "A"},
    ]


def test_a_member_that_is_not_seen_is_told_and_needs_nobody() -> None:
    change = stack_plan(NAMED[0]).by_key["serial-2"]
    assert (change.outcome, codes(change)) == (Outcome.SAME, ["chassis_not_seen"])


def test_hidden_members_have_no_row() -> None:
    assert "serial-2" not in stack_plan(*NAMED, hidden=2).by_key
    assert list(stack_plan(*NAMED, hidden=1).by_key) == ["serial-2"]


def test_the_number_in_the_name() -> None:
    assert units_of((chassis_record(7, "A", "Switch 1"),)) == (Unit(index=7, name="Switch 1", serial="A", number=1),)


def test_a_serial_number_that_is_said_of_every_unit_is_that_of_one_box() -> None:
    units = tuple(chassis_record(number, "X", f"Unit {number}", parent_rel_pos=number) for number in (1, 2))
    plan = stack_plan(*units, serial="X")
    assert plan.by_key["serial-1"].writes == {"member_serial": "X"}
    other = plan.by_key["serial-2"]
    assert (other.outcome, other.writes, codes(other)) == (Outcome.SAME, {}, ["units_share_serial"])
    assert stack_plan(*units, chassis_record(3, "Y", "Unit 3", parent_rel_pos=3)).by_key["serial-1"].writes == {}


def test_a_unit_that_is_another_device_of_netbox_is_not_written() -> None:
    change = stack_plan(*NAMED, serials={"b": "spare-7"}).by_key["serial-2"]
    assert (change.outcome, codes(change)) == (Outcome.CONFLICT, ["serial_taken"])
