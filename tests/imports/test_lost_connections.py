"""The database's connection breaks off in the midst of an import: nothing is lost, and what is said is so."""

from collections.abc import Callable

import pytest
from core.models import ObjectChange
from dcim.models import Cable, Device, Interface

from netbox_librenms_plugin.import_utils.options import ImportOptions
from netbox_librenms_plugin.import_utils.starts import start
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import Run
from netbox_librenms_plugin.runs.worker import run_now
from simulator.server import Simulator
from tests.cuts import cut, cut_before
from tests.factories import admin, request_of
from tests.imports.fleet import add
from tests.imports.support import import_all, known_to_netbox, outcomes, reasons

pytestmark = pytest.mark.usefixtures("real_commits")
MOMENTS: dict[str, Callable[[str], bool]] = {
    "as the device is stored": lambda sql: sql.startswith('INSERT INTO "dcim_device"'),
    "as its name is looked for": lambda sql: '"_check"' in sql and '"dcim_device"' in sql,
    "as its interfaces are stored": lambda sql: sql.startswith('INSERT INTO "dcim_interface"'),
    "as its run is written down": lambda sql: "netbox_librenms_plugin_syncrun" in sql and sql.startswith("INSERT"),
    "as it is locked": lambda sql: "pg_try_advisory_lock" in sql,
    "as it is free again": lambda sql: "pg_advisory_unlock" in sql,
    "as its row is claimed": lambda sql: sql.startswith('UPDATE "netbox_librenms_plugin_runitem"'),
    "as the run ends": lambda sql: sql.startswith('UPDATE "netbox_librenms_plugin_run" SET'),
}


def is_whole(run: Run, *names: str) -> None:
    run.refresh_from_db()
    assert outcomes(run) == dict.fromkeys(names, "created")
    assert (run.state, reasons(run)) == ("completed", {})
    assert sorted(Device.objects.values_list("name", flat=True)) == sorted(names)
    assert {one.interfaces.count() for one in Device.objects.all()} == {2}
    made = ObjectChange.objects.filter(changed_object_type__model="device", action="create")
    assert made.count() == len(names) and {one.request_id for one in made} == {run.request_id}


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_device_is_tried_once_more(simulator: Simulator, moment: str) -> None:
    add(simulator, "one"), add(simulator, "two")
    known_to_netbox()
    admin()
    with cut_before(MOMENTS[moment]) as hit:
        run = import_all()
    assert len(hit) == 1
    is_whole(run, "one", "two")


def test_between_two_devices(simulator: Simulator) -> None:
    numbers = [add(simulator, name) for name in ("one", "two", "three")]
    known_to_netbox()
    api, user = LibreNMSAPI(), admin()
    with request_of(user) as request:
        run = start(api, user=user, request=request, choices={}, options=ImportOptions(), wanted=numbers)
        run_now(run, request, done=lambda _row: cut())
    is_whole(run, "one", "two", "three")


def test_a_device_at_which_it_breaks_off_again_and_again(simulator: Simulator) -> None:
    numbers = [add(simulator, "one"), add(simulator, "two")]
    known_to_netbox()
    admin()
    with cut_before(MOMENTS["as its name is looked for"], times=4) as hit:
        run = import_all(numbers)
    assert len(hit) == 4
    assert outcomes(run) == {"one": "failed", "two": "created"}
    (complaint,) = run.items.get(name="one").issues
    assert complaint["code"] == "refused" and "database broke off" in complaint["details"]["reason"]
    assert Device.objects.get().name == "two" and run.state == "partial"


def test_cables(simulator: Simulator) -> None:
    numbers = [add(simulator, "one"), add(simulator, "two")]
    ports = {one["device_id"]: pk for pk, one in simulator.state.ports.items()}
    simulator.state.add_link(ports[numbers[0]], ports[numbers[1]])
    known_to_netbox()
    admin()
    with cut_before(lambda sql: sql.startswith('INSERT INTO "dcim_cable"')) as hit:
        run = import_all()
    assert len(hit) == 1
    assert Cable.objects.count() == 1 and run.items.get(name="one").phase == "cables"
    is_whole(run, "one", "two")


def test_what_was_stored_though_nobody_could_write_it_down_is_created(simulator: Simulator) -> None:
    number = add(simulator, "one")
    known_to_netbox()
    run = import_all([number])
    # As it is when the connection breaks off, or the worker is killed, just after the device was stored
    run.items.update(outcome="pending", claimed_by=None, object_type=None, object_id=None, ended=None, phase="")
    Run.objects.update(state="running", ended=None)
    run.refresh_from_db()
    with request_of(admin()) as request:
        request.id = run.request_id
        run_now(run, request)
    is_whole(run, "one")
    assert run.items.get().counts["devices"] == 1
    # Another import has not made it
    again = import_all([number])
    assert outcomes(again) == {"one": "exists"} and Interface.objects.count() == 2
