"""What a visit to the import list costs: queries, calls to LibreNMS, bytes."""

from typing import Any

import pytest

from simulator.server import Simulator
from tests.factories import admin
from tests.orm.support import counted, writes_in
from tests.pages.imports.support import Importer, known_places

pytestmark = pytest.mark.django_db

MOST_QUERIES = 60
MOST_BYTES = 250_000
MOST_BYTES_OF_LIST = 100_000


def visit(importer: Importer) -> dict[str, Any]:
    """Open the page as a browser does."""
    with counted() as queries:
        page, found = importer.page(), importer.list(per_page=50)
    sizes = {"bytes": len(page.encode()) + len(found.encode()), "list": len(found.encode())}
    return {"queries": len(queries), "writes": writes_in(queries), **sizes}


def test_the_number_of_devices_does_not_show_in_the_number_of_queries(simulator: Simulator) -> None:
    known_places()
    importer, costs = Importer(admin()), {}
    for number in (20, 400):
        for one in range(len(simulator.state.devices), number):
            named = {"hostname": f"access-switch-{one:03}.ams1.corp.example", "sysName": f"access-switch-{one:03}"}
            simulator.state.add_device(**named, hardware="Unknown box", location="Nowhere at all", type="network")
        importer.post("refresh")
        simulator.requests.clear()
        visit(importer)
        costs[number] = visit(importer)
        assert simulator.requests == []
    assert costs[20]["queries"] == costs[400]["queries"] <= MOST_QUERIES, costs
    assert costs[400]["bytes"] <= MOST_BYTES and costs[400]["list"] <= MOST_BYTES_OF_LIST, costs
    assert costs[20]["writes"] == costs[400]["writes"] == []
    print(costs)


def test_a_first_visit_is_one_call(simulator: Simulator) -> None:
    simulator.state.add_device(hostname="sw-1")
    importer = Importer(admin())
    visit(importer)
    assert len(simulator.requests) == 1
    visit(importer)
    importer.details(1)
    importer.choose("1:role:1")
    assert len(simulator.requests) == 1
