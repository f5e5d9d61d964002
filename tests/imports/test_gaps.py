"""What an import could not look at is told with its results, everywhere in the same words."""

import pytest

from netbox_librenms_plugin.management.librenms_import.report import result_lines
from simulator.server import Simulator
from tests.factories import admin, client_of
from tests.imports.support import import_all, known_to_netbox
from tests.librenms import add_switches
from tests.pages.support import words

pytestmark = pytest.mark.django_db

STACK = "Which ports lie on which others was not looked at."


def test_what_could_not_be_looked_at(simulator: Simulator) -> None:
    add_switches(simulator.state, 1)
    known_to_netbox()
    simulator.faults.add("/port_stack", "status", status=500)
    run = import_all()
    (item,) = run.items.all()
    assert (run.state, item.outcome, item.issues) == ("completed", "created", [])
    assert item.gaps == [{"resource": "interfaces", "code": "port_stack", "count": 0, "names": []}]
    client = client_of(admin())
    assert STACK in words(client.get(run.get_absolute_url()).content.decode())
    (row,) = client.get(f"/api/plugins/librenms_plugin/import-runs/{run.pk}/rows/").json()["results"]
    assert row["gaps"] == [{**item.gaps[0], "message": STACK}]
    assert [line.strip() for line in result_lines(item)][-1] == f"interfaces: {STACK}"
