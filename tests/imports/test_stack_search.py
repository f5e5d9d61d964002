"""Looking for stacks: when it gives up, and what is kept of what it found."""

from collections.abc import Sequence
from typing import NamedTuple

import pytest

from netbox_librenms_plugin.engine import Options, scope_of
from netbox_librenms_plugin.import_utils.members import members_of_rows
from netbox_librenms_plugin.import_utils.stack_counts import known_stacks
from netbox_librenms_plugin.import_utils.stack_search import MOST_FAILURES, stacks_in, start_search
from netbox_librenms_plugin.librenms.errors import LibreNMSError
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.runs.worker import run_now
from netbox_librenms_plugin.sync.core.issues import Code
from netbox_librenms_plugin.sync.core.plan import Plan
from simulator.server import Simulator
from tests.factories import admin, request_of
from tests.imports.support import listed

pytestmark = pytest.mark.django_db
MANY = 40


class Search(NamedTuple):
    """What came of a search."""

    done: int
    stacks: int
    failed: int
    error: LibreNMSError | None


def searched(api: LibreNMSAPI) -> Search:
    """A search through all that may be stacks."""
    error: LibreNMSError | None = None
    with request_of(admin()) as request:
        run = start_search(api, [one.device_id for one in api.devices().value], request=request)
        try:
            run_now(run, request)
        except LibreNMSError as raised:
            error = raised
    counts = run.counts()
    assert run.ended_already and (run.state == "failed") == (error is not None)
    return Search(counts["done"] + counts["failed"], stacks_in(run)["stacks"], counts["failed"], error)


def a_network(simulator: Simulator, *, silent: Sequence[int]) -> LibreNMSAPI:
    """Forty switches; LibreNMS has no inventory of the silent ones, which are numbered from 1."""
    for number in range(1, MANY + 1):
        simulator.state.add_device(hostname=f"sw-{number:02}", os="ios", type="network")
    for number in silent:
        simulator.faults.add(rf"/inventory/{number}\b", "status", status=500)
    return LibreNMSAPI()


def test_it_goes_on_where_librenms_has_recovered(simulator: Simulator) -> None:
    api = a_network(simulator, silent=range(1, MOST_FAILURES + 1))
    found = searched(api)
    assert (found.done, found.failed, found.error) == (MANY, MOST_FAILURES, None)
    assert set(known_stacks(api)) == set(range(MOST_FAILURES + 1, MANY + 1))


def test_one_answer_among_failures_is_a_recovery(simulator: Simulator) -> None:
    bad = range(1, MOST_FAILURES + 1)
    api = a_network(simulator, silent=[*bad, MOST_FAILURES + 2])
    found = searched(api)
    assert (found.done, found.failed, found.error) == (MANY, MOST_FAILURES + 1, None)


def test_it_ends_where_librenms_has_gone(simulator: Simulator) -> None:
    api = a_network(simulator, silent=range(9, MANY + 1))
    found = searched(api)
    assert found.done == 16 and found.failed == 8 and found.error is not None


def test_failures_count_across_batches(simulator: Simulator) -> None:
    api = a_network(simulator, silent=[*range(13, 17), *range(29, MANY + 1)])
    found = searched(api)
    assert found.done == MANY and found.error is not None
    simulator.faults.clear()
    assert set(known_stacks(api)) == {*range(1, 13), *range(17, 29)}


def unnumbered(simulator: Simulator) -> int:
    """A stack whose units nothing numbers."""
    number = int(simulator.state.add_device(hostname="stack", os="ios", type="network", serial="A1"))
    for serial in ("A1", "A2"):
        simulator.state.add_inventory(
            number, entPhysicalClass="chassis", entPhysicalName="Unit", entPhysicalSerialNum=serial
        )
    return number


def test_a_stack_that_cannot_be_numbered_is_not_taken_for_none(simulator: Simulator) -> None:
    unnumbered(simulator)
    simulator.state.add_device(hostname="sw", os="ios", type="network")
    api = LibreNMSAPI()
    found = searched(api)
    assert (found.done, found.stacks, found.failed, found.error) == (2, 0, 0, None)
    assert known_stacks(api) == {2: 0}


def test_nor_after_a_look_at_its_members(simulator: Simulator) -> None:
    number = unnumbered(simulator)
    api = LibreNMSAPI()
    planned = members_of_rows([listed().by_id[number]], api, scope_of(api, admin(), Options()))[number]
    assert isinstance(planned, Plan)
    assert [one.code for row in planned.changes for one in row.issues] == [Code.MEMBERS_UNNUMBERED]
    assert known_stacks(api) == {}
