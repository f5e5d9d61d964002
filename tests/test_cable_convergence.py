"""Cables of whole networks: bare devices get interfaces and cables, and then nothing is left without a reason."""

from collections import Counter

import pytest
from core.models import ObjectChange
from dcim.models import Cable, Device

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.sync.core.plan import Outcome
from netbox_librenms_plugin.words.sentences import sentence
from simulator.data import Dataset
from simulator.server import Simulator
from tests.beside import DATASET, needs
from tests.factories import admin, make_device
from tests.librenms import simulated_librenms
from tests.orm.support import apply_to, counted, writes_in

pytestmark = [pytest.mark.django_db, pytest.mark.network]


def linked_devices(state: Dataset) -> list[Device]:
    """A bare NetBox device for each device of LibreNMS that is no virtual machine."""
    rows = (row for row in state.devices.values() if row.get("parent_id") is None)
    return [make_device(str(row["hostname"])[:64], librenms_id=int(row["device_id"])) for row in rows]


def converge(simulator: Simulator, title: str, capsys: pytest.CaptureFixture[str]) -> Counter[str]:
    """The outcomes and reasons that are left."""
    devices = linked_devices(simulator.state)
    for device in devices:
        assert not apply_to(device, "interfaces").failures
    failures = [failure for device in devices for failure in apply_to(device, "cables").failures]
    assert not failures
    left: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for compared in engine.compare(devices, user=admin(), resources=["cables"]):
        assert compared.error is None, compared.error
        for change in compared.plans["cables"].changes:
            assert change.outcome in (Outcome.SAME, Outcome.CONFLICT, Outcome.BLOCKED), (compared.object, change)
            assert change.issues or change.outcome is Outcome.SAME
            left[change.outcome.value] += 1
            for one in change.issues:
                left[f"{change.outcome.value}: {one.code.value}"] += 1
                examples.setdefault(one.code.value, f"{compared.object}: {change.name}: {sentence(one)}")
    _nothing_more_to_write(devices)
    with capsys.disabled():
        print(f"\n{title}: {len(devices)} devices, {Cable.objects.count()} cables made; left: {dict(left)}")
        print("\n".join(f"  {code}: {words}" for code, words in examples.items()))
    return left


def _nothing_more_to_write(devices: list[Device]) -> None:
    changes = ObjectChange.objects.count()
    for device in devices:
        with counted() as queries:
            assert apply_to(device, "cables").pk is None
        assert writes_in(queries) == []
    assert ObjectChange.objects.count() == changes


@needs(DATASET)
def test_recorded_devices_converge(capsys: pytest.CaptureFixture[str]) -> None:
    with simulated_librenms(str(DATASET)) as simulator:
        left = converge(simulator, "recorded devices", capsys)
    assert "conflict" not in left


def test_the_company_converges(company: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    left = converge(company, "company", capsys)
    known = {
        frozenset((row["local_port_id"], row["remote_port_id"]))
        for row in company.state.links.values()
        if row["remote_port_id"]
    }
    assert Cable.objects.count() == len(known)
    assert "conflict" not in left
    assert left["same"] == 2 * len(known)
