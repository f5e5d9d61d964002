"""What is a stack, of which members, and what is left undecided."""

import gzip
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbox_librenms_plugin.librenms.records import Device, InventoryItem
from netbox_librenms_plugin.sync.chassis.stacks import Stack, may_be_stack, members_of
from netbox_librenms_plugin.sync.chassis.units import units_of
from netbox_librenms_plugin.sync.core.issues import Code
from simulator import company
from tests.beside import DATASET, needs
from tests.librenms import chassis_record, device_record


def device(**columns: Any) -> Device:
    return device_record(**{"hostname": "switch", "os": "iosxe", "type": "network", **columns})


def seen(stack: Stack) -> list[tuple[int, str, bool]]:
    """(position, serial number, master) of each member."""
    assert stack.issue is None
    return [(one.position, one.serial, one.is_master) for one in stack.members]


NAMED = (
    chassis_record(2, "A", "Switch 1 Chassis", model="C9606R"),
    chassis_record(500, "B", "Switch 2 Chassis", model="C9606R-48"),
)


# Members


def test_members_have_what_the_unit_says() -> None:
    first, second = members_of(device(serial="B"), NAMED).members
    assert (first.position, first.serial, first.model, first.name, first.index) == (
        1,
        "A",
        "C9606R",
        "Switch 1 Chassis",
        2,
    )
    assert (second.model, first.is_master, second.is_master) == ("C9606R-48", False, True)


@pytest.mark.parametrize("serial", ["b", "B"])
def test_the_master_is_the_unit_with_the_devices_own_serial_number(serial: str) -> None:
    stack = members_of(device(serial=serial), NAMED)
    assert stack.master is not None and stack.master.serial == "B"


@pytest.mark.parametrize("serial", [None, "", "FDO-LINE-CARD"])
def test_else_the_lowest_position_stands_for_it(serial: str | None) -> None:
    assert seen(members_of(device(serial=serial), NAMED[::-1])) == [(1, "A", True), (2, "B", False)]


@pytest.mark.parametrize(
    ("units", "positions"),
    [
        # The name is right where the position is not (Catalyst 9300: position 0 for switch 1)
        (
            (
                chassis_record(1, "A", "Switch 1", parent_rel_pos=0),
                chassis_record(2, "B", "Switch 2", parent_rel_pos=0),
            ),
            [1, 2],
        ),
        # What counts from 0 keeps its 0, whatever the position in the stack is
        (
            (chassis_record(1, "A", "Unit 0", parent_rel_pos=1), chassis_record(2, "B", "Unit 1", parent_rel_pos=2)),
            [0, 1],
        ),
        # Only positions number them, or only they tell them apart
        ((chassis_record(1, "A", parent_rel_pos=3), chassis_record(2, "B", parent_rel_pos=7)), [3, 7]),
        (
            (
                chassis_record(1, "A", "Chassis 1", parent_rel_pos=0),
                chassis_record(2, "B", "Chassis 1", parent_rel_pos=1),
            ),
            [0, 1],
        ),
        (
            (chassis_record(1, "A", "Switch 1", parent_rel_pos=1), chassis_record(2, "B", "Chassis", parent_rel_pos=2)),
            [1, 2],
        ),
    ],
)
def test_positions_are_the_devices_own(units: tuple[InventoryItem, ...], positions: list[int]) -> None:
    assert [one.position for one in members_of(device(), units).members] == positions


@pytest.mark.parametrize(
    "units",
    [
        (chassis_record(1, "A", "Chassis", parent_rel_pos=0), chassis_record(2, "B", "Chassis", parent_rel_pos=0)),
        (chassis_record(1, "A", "Chassis"), chassis_record(2, "B", "Chassis")),
        (chassis_record(1, "A", "Switch 1"), chassis_record(2, "B", "Chassis")),
        (chassis_record(1, "A", parent_rel_pos=-1), chassis_record(2, "B", parent_rel_pos=1)),
        (chassis_record(1, "A", parent_rel_pos=1), chassis_record(2, "B", parent_rel_pos=2**40)),
    ],
)
def test_units_that_nothing_numbers_are_told_and_not_guessed(units: tuple[InventoryItem, ...]) -> None:
    stack = members_of(device(serial="A"), units)
    assert (stack.members, stack.master) == ((), None)
    assert stack.issue is not None and stack.issue.code is Code.MEMBERS_UNNUMBERED


@pytest.mark.parametrize(
    "units",
    [
        (),
        NAMED[:1],
        # Empty slots of a stack
        (
            chassis_record(1, "A", "Stack Unit 1"),
            chassis_record(2, "", parent_rel_pos=2),
            chassis_record(3, None, parent_rel_pos=3),
        ),
        # One unit listed twice
        (chassis_record(1, "A", "Switch 1"), chassis_record(1001, "a", "Switch 1")),
        # What agents say where they know no serial number, and what somebody hid
        (
            chassis_record(1, "A", "Switch 1"),
            chassis_record(2, "N/A", "Switch 2"),
            chassis_record(3, "<private>", "Switch 3"),
        ),
        (chassis_record(1, "0000", "Switch 1"), chassis_record(2, "None", "Switch 2")),
        # Parts of the one chassis are no units
        (
            *NAMED[:1],
            chassis_record(7, "X", "Slot 2", class_="module"),
            chassis_record(8, "Y", "Slot 3", class_="container"),
        ),
    ],
)
def test_without_two_units_there_is_no_stack(units: tuple[InventoryItem, ...]) -> None:
    assert members_of(device(), units) == Stack()


def test_one_serial_number_for_all_units_makes_no_stack_and_is_told() -> None:
    stack = members_of(device(), (chassis_record(1, "A", "Switch 1"), chassis_record(1001, "a", "Switch 2")))
    assert stack.members == ()
    assert stack.issue and stack.issue.code.value == "units_share_serial"


def test_a_unit_that_is_listed_twice_counts_once() -> None:
    again = chassis_record(900, "A", "Switch 9", model="other")
    stack = members_of(device(), (*NAMED, again))
    assert seen(stack) == [(1, "A", True), (2, "B", False)]
    assert stack.members[0].model == "C9606R"


def test_units_that_an_agent_calls_containers() -> None:
    rows = (
        chassis_record(1, None, "stack.1", class_="stack"),
        chassis_record(101, "A", "unit.1", class_="container", contained_in=1, model="S3900"),
        chassis_record(201, "B", "unit.2", class_="container", contained_in=1),
    )
    stack = members_of(device(serial="A"), rows)
    assert seen(stack) == [(1, "A", True), (2, "B", False)]
    assert [one.model for one in stack.members] == ["S3900", ""]


NUMBERS = st.lists(st.integers(min_value=0, max_value=999), min_size=2, max_size=10, unique=True)


@given(NUMBERS, st.randoms(use_true_random=False), st.integers(min_value=0, max_value=9), st.booleans())
def test_every_numbered_stack_is_whole_in_any_order(numbers: list[int], random: Any, own: int, named: bool) -> None:
    names = [f"Switch {number}" if named else "Chassis" for number in numbers]
    rows = [
        chassis_record(10 + at, f"S{number}", names[at], parent_rel_pos=number, model=f"M{number}")
        for at, number in enumerate(numbers)
    ]
    random.shuffle(rows)
    serial = f"S{numbers[own]}" if own < len(numbers) else None
    stack = members_of(device(serial=serial), rows)
    assert [(one.position, one.serial, one.model) for one in stack.members] == [
        (number, f"S{number}", f"M{number}") for number in sorted(numbers)
    ]
    assert stack.master is not None
    assert stack.master.serial == (serial or f"S{min(numbers)}")
    assert sum(one.is_master for one in stack.members) == 1


TEXTS = st.one_of(st.none(), st.sampled_from(["", "0", "A", "B", "a", "Switch 1", "Switch 2", "Unit 007"]), st.text())
ITEMS = st.builds(
    InventoryItem,
    index=st.one_of(st.none(), st.integers(min_value=-(2**63), max_value=2**63 - 1)),
    class_=st.sampled_from(["chassis", "stack", "container", None, "module"]),
    name=TEXTS,
    serial=TEXTS,
    model=TEXTS,
    contained_in=st.sampled_from([None, 0, 1]),
    parent_rel_pos=st.one_of(st.none(), st.integers(min_value=-2, max_value=3)),
)


@given(st.lists(ITEMS, max_size=8), TEXTS)
def test_any_inventory_gives_members_that_netbox_can_hold_apart(rows: list[InventoryItem], serial: Any) -> None:
    stack = members_of(device(serial=serial), rows)
    positions = [one.position for one in stack.members]
    assert positions == sorted(set(positions)) and all(0 <= number < 2**31 for number in positions)
    assert len({one.serial.casefold() for one in stack.members}) == len(stack.members) != 1
    assert sum(one.is_master for one in stack.members) == min(1, len(stack.members))


# Which devices may be one


@pytest.mark.parametrize(
    ("os", "hardware"),
    [
        ("iosxe", "C9300-48P"),
        ("iosxe", "C1000-24T-4G-L"),
        ("ios", "WS-C2960X-48FPS-L"),
        ("ios", "cat6509"),
        ("iosxe", None),
        ("junos", "EX3400-48P"),
        ("junos", "Juniper SRX3600"),
        ("junos", "Juniper MX10003 Internet Backbone Router"),
        ("comware", "5130-24G-4SFP+ EI"),
        ("procurve", "2930F-48G-4SFP+"),
        ("arubaos-cx", "Aruba 8325 1-slot Chassis"),
        ("linux", "Aruba 6200 VSF Stack"),
        ("nxos", "Virtual-Chassis of two"),
        ("unknown", "S5130 IRF"),
    ],
)
def test_what_may_be_a_stack(os: str, hardware: str | None) -> None:
    assert may_be_stack(device(os=os, hardware=hardware))
    assert may_be_stack(device(os=os, hardware=hardware, type=None))
    assert not may_be_stack(device(os=os, hardware=hardware, type="server"))


@pytest.mark.parametrize(
    ("os", "hardware"),
    [
        ("iosxe", "ciscoASR1002F"),
        ("iosxe", "ISR4331/K9"),
        ("iosxe", "C8300-1N1S-4T2X"),
        ("iosxe", "C8000V"),
        ("iosxe", "CSR1000V"),
        ("ios", "CISCO2911/K9"),
        ("junos", "Juniper VMX"),
        ("junos", "Juniper MX5-T Internet Backbone Router"),
        ("vrp", "NE40E-X8"),
        ("comware", "H3C Virtual Router"),
        ("nxos", "N9K-C93180YC-FX3"),
        ("linux", "OpenStack Nova"),
        ("panos", "PA-3220"),
        (None, None),
    ],
)
def test_what_cannot_be_a_stack(os: str | None, hardware: str | None) -> None:
    assert not may_be_stack(device(os=os, hardware=hardware))


# Real devices, and those of the made-up company


def load(name: str) -> Any:
    with gzip.open(DATASET / f"{name}.json.gz") as file:
        return json.load(file)


@needs(DATASET)
def test_the_stacks_of_a_real_server() -> None:
    parts = load("inventory")
    stacks: dict[str, Any] = {}
    for row in load("devices"):
        one = msgspec.convert(row, Device, strict=False)
        inventory = msgspec.convert(parts.get(str(one.device_id), []), list[InventoryItem], strict=False)
        stack = members_of(one, inventory)
        if len(units_of(inventory)) > 1:
            assert may_be_stack(one), one.hostname
            stacks[one.hostname.split(".")[0]] = stack.issue.code.value if stack.issue else seen(stack)
        else:
            assert stack == Stack(), one.hostname
    assert stacks == {
        # These two answer with the serial number of a supervisor
        "core-01": [(1, "FOX2714PR2G", True), (2, "FJL2711P0BK", False)],
        "core-03": [(1, "FDO27161MC0", True), (2, "FDO27161MK0", False)],
        "acc-30": "members_unnumbered",
        "acc-38": [(1, "FOC2506LLVF", True), (2, "FOC2506LMBD", False)],
    }


def test_the_stacks_of_the_company() -> None:
    nodes = company.build().nodes
    for node in nodes:
        one = device(os=node.model.os, hardware=node.model.hardware, type=node.model.type, serial=node.serial)
        if node.kind is company.Kind.STACK:
            assert may_be_stack(one), node.name
    assert sum(node.kind is company.Kind.STACK for node in nodes) == 4
