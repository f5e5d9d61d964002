"""Fields of whole networks: bare devices and VMs are compared, applied and compared again; the rest has a reason."""

from collections import Counter
from typing import Any

import pytest
from dcim.models import Device, Platform, VirtualChassis

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.sync.core.plan import Outcome
from netbox_librenms_plugin.words.sentences import sentence
from simulator.server import Simulator
from tests.beside import DATASET, needs
from tests.factories import admin, make_cluster, make_device, make_device_type, make_named, make_vm
from tests.librenms import simulated_librenms
from tests.orm.support import apply_to

from .support import counted, writes_in

LEFT = {
    "conflict": {"choose_chassis"},
    "blocked": {"device_type_missing", "platform_missing"},
    "same": {"site_missing", "chassis_not_seen"},
}

pytestmark = [pytest.mark.django_db, pytest.mark.network]


def converge(simulator: Simulator, title: str, capsys: pytest.CaptureFixture[str]) -> None:
    """NetBox knows four of five kinds of hardware and of systems, and of each device no more than its name."""
    rows = list(simulator.state.devices.values())
    for number, hardware in enumerate(sorted({row["hardware"] for row in rows if row["hardware"]})):
        if number % 5:
            make_device_type(f"Model {number}", part_number=hardware[:50])
    for number, system in enumerate(sorted({row["os"] for row in rows})):
        if number % 5:
            make_named(Platform, system)
    objects = [_bare(row, simulator) for row in rows]
    failures = [one for instance in objects for one in apply_to(instance, "fields").failures]
    assert not failures, failures[:3]
    left: Counter[str] = Counter()
    for compared in engine.compare(objects, user=admin(), resources=["fields"]):
        assert compared.error is None
        for change in compared.plans["fields"].changes:
            assert not change.syncable, (compared.object, change)
            codes = {one.code.value for one in change.issues}
            assert codes <= LEFT.get(change.outcome.value, set()), (compared.object, change)
            assert change.outcome in (Outcome.SAME, Outcome.BLOCKED, Outcome.CONFLICT)
            assert all(sentence(one) for one in change.issues)
            left.update(codes)
    for instance in objects:
        with counted() as queries:
            assert apply_to(instance, "fields").pk is None
        assert writes_in(queries) == []
    with capsys.disabled():
        serials = Device.objects.exclude(serial="").count()
        print(f"\n{title}: {len(objects)} objects, {serials} devices with a serial; reasons left: {dict(left)}")


def _bare(row: dict[str, Any], simulator: Simulator) -> Any:
    name = str(row["hostname"])[:64]
    if row.get("parent_id") is not None:
        return make_vm(name, librenms_id=row["device_id"], cluster=make_cluster())
    parts = simulator.state.inventory.having("device_id", row["device_id"])
    chassis = sum(part["entPhysicalClass"] == "chassis" for part in parts)
    device = make_device(name, librenms_id=row["device_id"])
    if chassis > 1:
        device.virtual_chassis = VirtualChassis.objects.create(name=name)
        device.vc_position = 1
        device.save()
        for number in range(2, chassis + 1):
            make_device(f"{name[:60]}-{number}", virtual_chassis=device.virtual_chassis, vc_position=number)
    return device


@needs(DATASET)
def test_recorded_devices_converge(capsys: pytest.CaptureFixture[str]) -> None:
    with simulated_librenms(str(DATASET)) as simulator:
        converge(simulator, "recorded devices", capsys)


def test_the_company_converges(company: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    converge(company, "company", capsys)
    stack = Device.objects.filter(virtual_chassis__isnull=False).order_by("virtual_chassis_id", "vc_position")
    units = [
        row for row in company.state.inventory.values() if str(row["entPhysicalName"]).startswith(("Switch ", "FPC "))
    ]
    wanted = {row["entPhysicalSerialNum"] for row in units if row["entPhysicalClass"] == "chassis"}
    assert len(stack) == len(wanted) > 5
    assert {one.serial for one in stack} == wanted
