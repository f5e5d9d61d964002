"""What a visit to the tab costs: queries, calls to LibreNMS, bytes."""

from typing import Any

import pytest

from simulator.server import Simulator
from tests.deviations.support import compare_network
from tests.factories import admin, make_device
from tests.librenms import add_switch
from tests.orm.support import counted, writes_in
from tests.pages.support import Reader

pytestmark = pytest.mark.django_db

MOST_QUERIES = 60
MOST_BYTES = 250_000


def visit(reader: Reader) -> dict[str, Any]:
    """Open the tab as a browser does: the page, then its two parts."""
    with counted() as queries:
        size = sum(
            len(part().encode()) for part in (lambda: reader.page(tab="interfaces"), reader.header, reader.panel)
        )
    return {"queries": len(queries), "writes": writes_in(queries), "bytes": size}


def a_switch(simulator: Simulator, ports: int) -> Reader:
    number = add_switch(simulator.state, ports, hostname=f"switch-{ports}")
    return Reader(admin(), make_device(f"switch-{ports}", librenms_id=number))


def test_the_number_of_ports_does_not_show_in_the_number_of_queries(simulator: Simulator) -> None:
    costs = {}
    for ports in (10, 200):
        reader = a_switch(simulator, ports)
        visit(reader)
        costs[ports] = visit(reader)
    assert costs[10]["queries"] == costs[200]["queries"] <= MOST_QUERIES, costs
    assert costs[200]["bytes"] <= MOST_BYTES, costs
    assert costs[10]["writes"] == costs[200]["writes"] == []
    print({ports: {name: cost[name] for name in ("queries", "bytes")} for ports, cost in costs.items()})


def test_what_is_stored_of_rows_fits_in_too(simulator: Simulator) -> None:
    reader = a_switch(simulator, 200)
    visit(reader)
    before = visit(reader)
    compare_network()
    after = visit(reader)
    assert "since" in reader.panel() and "deviations" in reader.header()
    assert (after["queries"], after["writes"]) == (before["queries"], [])
    assert after["bytes"] <= MOST_BYTES, after


def test_existing_interfaces_do_not_show_in_it_either(simulator: Simulator) -> None:
    queries = {}
    for ports in (10, 200):
        reader = a_switch(simulator, ports)
        html = reader.panel()
        reader.sync(all="1")
        assert "1–" in html
        reader.panel(show="all")
        with counted() as counter:
            reader.panel(show="all")
        queries[ports] = len(counter)
    assert queries[10] == queries[200]


def test_the_page_itself_asks_librenms_nothing(simulator: Simulator) -> None:
    reader = a_switch(simulator, 10)
    html = reader.page(tab="interfaces")
    assert simulator.requests == []
    assert f'hx-get="{reader.address("header")}' in html
    assert f'hx-get="{reader.address("panel")}' in html
    assert "Comparing NetBox with LibreNMS" in html


def test_a_second_look_asks_librenms_nothing(simulator: Simulator) -> None:
    reader = a_switch(simulator, 10)
    visit(reader)
    asked = len(simulator.requests)
    visit(reader)
    assert 0 < asked == len(simulator.requests)


def test_refreshing_the_interfaces_takes_two_calls(simulator: Simulator) -> None:
    reader = a_switch(simulator, 10)
    visit(reader)
    asked = len(simulator.requests)
    reader.post("panel_refresh")
    assert len(simulator.requests) - asked <= 2


def test_refresh_in_the_card_shows_what_librenms_says_now(simulator: Simulator) -> None:
    reader = a_switch(simulator, 10)
    reader.header()
    simulator.state.devices[1]["hardware"] = "Quite another box"
    assert "Quite another box" not in reader.header()
    assert "Quite another box" in reader.post("refresh")
    assert reader.last["HX-Trigger"] == "librenms:panel"
