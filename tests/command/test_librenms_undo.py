"""``librenms_undo``: a run is undone from a shell or a timer."""

import json

import pytest
from dcim.models import Interface

from netbox_librenms_plugin.models import Run, SyncRun
from simulator.server import Simulator
from tests.command.support import Terminal, refused, typed
from tests.factories import admin, request_of, somebody
from tests.fleet_sync.support import switches, sync

pytestmark = pytest.mark.django_db

SETTINGS = "netbox_librenms_plugin.librenmssettings"


@pytest.fixture
def run(simulator: Simulator) -> Run:
    """A sync of two switches with three ports each."""
    return sync(switches(simulator, 2))


def change_one() -> Interface:
    port = Interface.objects.first()
    assert port is not None
    with request_of(somebody("ann", {})):
        port.snapshot()
        port.description = "mine"
        port.save()
    return port


def test_all_of_it(run: Run) -> None:
    errors = Terminal()
    status, said = typed("librenms_undo", str(run.pk), errors=errors)
    by = Run.objects.get(kind="undo")
    assert (status, by.state, Interface.objects.count()) == (0, "completed", 0)
    lines = said.splitlines()
    assert lines[0] == f"Undo of Sync #{run.pk} on behalf of root, run {by.pk}, request {by.request_id}"
    assert lines[1:] == [
        "done     switch-002 (6 objects deleted)",
        "done     switch-001 (6 objects deleted)",
        "Undone: 12 objects deleted",
        f"Undo #{by.pk}: Completed",
    ]
    assert "2/2 switch-001" in errors.getvalue()


def test_a_dry_run_writes_nothing(run: Run) -> None:
    status, said = typed("librenms_undo", str(run.pk), "--dry-run")
    assert status == 0 and "delete   switch-001: Interface Gi1/0/1" in said.splitlines()
    assert said.splitlines()[-1] == "12 objects that were added will be deleted."
    assert Interface.objects.count() == 6 and Run.objects.get() == run


def test_what_stays_is_the_exit_status(run: Run) -> None:
    port = change_one()
    status, said = typed("librenms_undo", str(run.pk), "--dry-run")
    assert status == 1 and "Changed since by ann" in said and f"stays    {port.device}: Interface {port.name}" in said
    status, said = typed("librenms_undo", str(run.pk))
    assert status == 1 and f"Interface {port.name}: Changed since by ann" in said
    assert set(Interface.objects.values_list("device", flat=True)) == {port.device_id}


def test_a_second_time_is_refused_with_who_and_when(run: Run) -> None:
    typed("librenms_undo", str(run.pk))
    assert refused("librenms_undo", str(run.pk)).startswith("root has undone it, ")
    assert "root has undone it" in refused("librenms_undo", str(run.pk), "--dry-run")
    status, said = typed("librenms_undo", str(run.pk), "--format", "json")
    assert status == 2 and json.loads(said)["problem"]["code"] == "already_undone"


def test_the_sync_of_one_object(run: Run) -> None:
    one = SyncRun.objects.order_by("pk").first()
    assert one is not None
    assert typed("librenms_undo", str(one.pk), "--sync")[0] == 0
    assert set(Interface.objects.values_list("device__name", flat=True)) == {"switch-002"}


def test_json_has_what_rest_answers(run: Run) -> None:
    status, said = typed("librenms_undo", str(run.pk), "--dry-run", "--format", "json")
    found = json.loads(said)
    assert status == 0 and found["dry_run"] and found["plan"]["counts"]["delete"] == 12
    status, said = typed("librenms_undo", str(run.pk), "--format", "json")
    found = json.loads(said)
    assert status == 0 and found["state"] == "completed" and found["undone"]["delete"] == 12


@pytest.mark.parametrize("text", ["0", "-1", "x", "9" * 30, "²"])
def test_a_run_that_there_is_not(run: Run, text: str) -> None:
    arguments = ("librenms_undo", "--", text) if text.startswith("-") else ("librenms_undo", text)
    assert f"There is no run “{text}" in refused(*arguments)


def test_in_whose_name(run: Run) -> None:
    somebody("reader", {SETTINGS: ["view"]})
    assert "There is no run" in refused("librenms_undo", str(run.pk), "--user", "reader", "--dry-run")
    assert "may not do this" in refused("librenms_undo", str(run.pk), "--user", "reader")
    admin().delete()
    assert "There is no active superuser." in refused("librenms_undo", str(run.pk))
