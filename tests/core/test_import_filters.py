"""Filters, search and order of the import list, without NetBox."""

from typing import Any

import pytest

from netbox_librenms_plugin.import_utils.filters import EVERYTHING, Filters, in_order, matching, options, shown
from netbox_librenms_plugin.import_utils.rows import Holder, Kind, Row, State, Value
from netbox_librenms_plugin.librenms.records import Device
from netbox_librenms_plugin.sync.core.plan import Ref

NUMBERS = iter(range(1, 10_000))


def a_row(hostname: str, *, state: State = State.READY, name: str = "", values: Any = None, **fields: Any) -> Row:
    """A row of a device with these columns."""
    row_fields = {key: fields.pop(key) for key in ("holder",) if key in fields}
    device = Device(device_id=fields.pop("device_id", next(NUMBERS)), hostname=hostname, **fields)
    return Row(device=device, state=state, kind=Kind.DEVICE, name=name or hostname, values=values or {}, **row_fields)


def names(rows: list[Row]) -> list[str]:
    return [row.device.hostname for row in rows]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), ["core", "edge", "srv"]),
        (Filters(location=("ams1",)), ["core"]),
        (Filters(location=("AMS1", "lon2")), ["core", "edge"]),
        (Filters(location=("AMS",)), []),
        (Filters(os=("ios",), type=("network",)), ["core", "edge"]),
        (Filters(os=("ios",), hardware=("C9500",)), ["core"]),
        (Filters(hostname="R"), ["core", "srv"]),
        (Filters(sys_name="core.example"), ["core"]),
        (Filters(status="up"), ["core"]),
        (Filters(status="down"), ["edge"]),
        (Filters(disabled="yes"), ["srv"]),
        (Filters(disabled="no"), ["core", "edge"]),
        (Filters(q="fox9"), ["core"]),
        (Filters(q="192.0.2.7"), ["edge"]),
        (Filters(q="Lon2"), ["edge"]),
        (Filters(q="in-netbox"), ["srv"]),
        (Filters(q="*"), []),
        (Filters(q="core", location=("LON2",)), []),
    ],
)
def test_filters(filters: Filters, expected: list[str]) -> None:
    holder = Holder(kind=Kind.DEVICE, id=1, name="IN-NetBox")
    rows = [
        a_row(
            "core",
            sys_name="CORE.example.net",
            location="AMS1",
            os="ios",
            type="network",
            hardware="C9500",
            serial="FOX9",
            status=True,
            disabled=False,
        ),
        a_row("edge", location="LON2", os="ios", type="network", ip="192.0.2.7", status=False, disabled=False),
        a_row("srv", os="linux", type="server", status=False, disabled=True, holder=holder),
    ]
    assert names(matching(rows, filters)) == expected


def test_a_holder_that_may_not_be_viewed_is_not_found_by_its_name() -> None:
    hidden = Holder(kind=Kind.DEVICE, id=1, name="secret", visible=False)
    assert matching([a_row("a", holder=hidden)], Filters(q="secret")) == []


def test_a_group_is_its_members() -> None:
    rows = [a_row("a", device_id=5), a_row("b", device_id=6)]
    assert names(matching(rows, Filters(group="Core"), members={6, 7})) == ["b"]
    assert matching(rows, Filters(group="Core")) == []


def test_everything_is_what_is_not_ignored() -> None:
    rows = [a_row(state.value, state=state) for state in State]
    assert names(shown(rows, EVERYTHING)) == [state.value for state in State if state is not State.IGNORED]
    assert names(shown(rows, "ignored")) == ["ignored"]


def test_numbers_in_names_count_as_numbers() -> None:
    rows = [a_row("sw10"), a_row("SW9"), a_row("sw1-2"), a_row("sw1-10")]
    assert names(in_order(rows, "")) == ["sw1-2", "sw1-10", "SW9", "sw10"]
    assert names(in_order(rows, "-device")) == ["sw10", "SW9", "sw1-10", "sw1-2"]
    assert names(in_order(rows, "no_such_column")) == ["sw1-2", "sw1-10", "SW9", "sw10"]


def test_a_number_without_end_is_a_number_all_the_same() -> None:
    rows = [a_row("sw1" + "0" * 5000), a_row("sw9"), a_row("sw" + "0" * 5000 + "10"), a_row("sw" + "9" * 5000)]
    assert in_order(rows, "") == [rows[1], rows[2], rows[3], rows[0]]
    long = [a_row("a", hardware="9" * 5000), a_row("b", hardware="10")]
    assert [value for value, _number in options(long, "hardware")] == ["10", "9" * 5000]


def test_what_has_no_text_comes_last_both_ways() -> None:
    sites = {"a": "Site 10", "b": "", "c": "Site 9"}
    rows = [a_row(one, values={"site": Value(ref=Ref(1, site) if site else None)}) for one, site in sites.items()]
    assert names(in_order(rows, "site")) == ["c", "a", "b"]
    assert names(in_order(rows, "-site")) == ["a", "c", "b"]


def test_states_sort_in_the_order_of_the_chips() -> None:
    rows = [a_row("a", state=State.IGNORED), a_row("b", state=State.CONFLICT), a_row("c", state=State.READY)]
    assert names(in_order(rows, "state")) == ["c", "b", "a"]


def test_options_come_with_their_numbers() -> None:
    rows = [a_row("a", location="Site 10"), a_row("b", location="Site 9"), a_row("c", location="Site 9"), a_row("d")]
    assert options(rows, "location") == [("Site 9", 2), ("Site 10", 1)]
    assert options(rows, "location", keep=("Gone",), most=1) == [("Gone", 0), ("Site 9", 2)]
