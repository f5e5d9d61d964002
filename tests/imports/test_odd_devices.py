"""Devices that are not like the others, and what their import says of them."""

from datetime import timedelta
from typing import Any

import pytest
from dcim.models import Device
from django.utils import timezone
from virtualization.models import VirtualMachine

from netbox_librenms_plugin.import_utils.rows import Choice, Kind
from netbox_librenms_plugin.models import Run
from netbox_librenms_plugin.runs.access import is_left_behind
from netbox_librenms_plugin.runs.worker import Worker
from netbox_librenms_plugin.sync.core.issues import Code
from simulator.server import Simulator
from tests.factories import admin, make_cluster, make_device, request_of, somebody
from tests.imports.fleet import add
from tests.imports.support import import_all, outcomes
from tests.imports.test_races import stack
from tests.jobs.support import RIGHTS

pytestmark = pytest.mark.django_db


def codes(run: Run) -> list[str]:
    return [one["code"] for row in run.items.all() for one in row.issues]


def test_a_guest_comes_into_the_cluster_of_the_host_that_was_chosen(simulator: Simulator) -> None:
    host = add(simulator, "hv")
    guest = add(simulator, "guest", parent_id=host)
    cluster = make_cluster("C")
    known = make_device("somebody's host", cluster=cluster)
    run = import_all([guest, host], choices={host: Choice(link=(Kind.DEVICE, known.pk))})
    assert outcomes(run) == {"guest": "created", "hv": "linked"}
    assert VirtualMachine.objects.get().cluster == cluster


def test_a_unit_with_an_endless_serial_number_leaves_the_device(simulator: Simulator) -> None:
    number = stack(simulator, "aa", ("Model X", "A1"), ("Model X", "9" * 60))
    run = import_all([number])
    assert outcomes(run) == {"aa": "created"} and codes(run) == [Code.MEMBERS_SERIAL_TOO_LONG]
    assert Device.objects.get().virtual_chassis is None


def test_a_serial_number_that_cannot_be_taken_is_told(simulator: Simulator) -> None:
    number = add(simulator, "sw", serial="9" * 60)
    known = make_device("known")
    run = import_all([number], choices={number: Choice(link=(Kind.DEVICE, known.pk), take_serial=True)})
    assert outcomes(run) == {"sw": "linked"} and codes(run) == [Code.SERIAL_TOO_LONG]
    known.refresh_from_db()
    assert known.serial == ""


def test_without_the_right_to_make_a_chassis_that_is_what_is_said(simulator: Simulator) -> None:
    number = stack(simulator, "aa", ("Model X", "A1"), ("Model X", "A2"))
    rights = {name: actions for name, actions in RIGHTS.items() if name != "dcim.virtualchassis"}
    rights["dcim.device"] = ["view", "add"]
    run = import_all([number], user=somebody("importer", rights))
    (row,) = run.items.all()
    chassis = [one for one in row.issues if one["resource"] == "chassis"]
    assert row.outcome == "created" and len(chassis) == 1
    assert "add" in str(chassis[0]["details"]) and "virtual chassis" in str(chassis[0]["details"])


def a_worker(run: Run, request: Any) -> Worker:
    run.state, run.ended = "running", None
    run.save()
    run.items.update(phase="devices", claimed_by=None)
    return Worker(run=run, request=request)


def linked_pair(simulator: Simulator) -> list[int]:
    ids = [add(simulator, name) for name in ("a", "b")]
    ports = {one["device_id"]: pk for pk, one in simulator.state.ports.items()}
    simulator.state.add_link(ports[ids[0]], ports[ids[1]], both=True)
    return ids


def test_a_device_deleted_before_its_cables_is_said_to_be(simulator: Simulator) -> None:
    user = admin()
    run = import_all(linked_pair(simulator))
    with request_of(user) as request:
        worker = a_worker(run, request)
        Device.objects.get(name="a").delete()
        worker.work()
    assert codes(run) == [Code.DELETED_MEANWHILE]


def test_making_cables_is_a_sign_of_life(simulator: Simulator) -> None:
    user = admin()
    run = import_all(linked_pair(simulator))
    with request_of(user) as request:
        worker = a_worker(run, request)
        long_ago = timezone.now() - timedelta(hours=1)
        run.items.update(ended=long_ago)
        Run.objects.filter(pk=run.pk).update(created=long_ago, started=long_ago)
        run.refresh_from_db()
        assert is_left_behind(run)
        worker.work()
        assert not is_left_behind(run)
