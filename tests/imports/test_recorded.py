"""The recorded devices, imported: each is in NetBox afterwards or has a stated reason, and nothing is left to sync."""

from collections import Counter

import pytest
from core.models import ObjectChange
from dcim.models import Device
from virtualization.models import VirtualMachine

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.import_utils.options import ImportOptions
from netbox_librenms_plugin.import_utils.rows import State
from netbox_librenms_plugin.sync.core.plan import Outcome
from netbox_librenms_plugin.words.sentences import sentence, sentence_of
from tests.beside import DATASET, needs
from tests.factories import admin
from tests.imports.support import import_all, known_to_netbox, listed, outcomes
from tests.librenms import simulated_librenms

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.network,
    needs(DATASET),
]


def test_recorded_devices_are_imported_or_say_why(capsys: pytest.CaptureFixture[str]) -> None:
    with simulated_librenms(str(DATASET)) as simulator:
        known_to_netbox()
        states = listed().counts()
        run = import_all()
        rows = list(run.items.all())
        assert len(rows) == len(simulator.state.devices)
        reasons = Counter(
            f"{row.outcome} {one['resource'] or 'device'} {one['code']}" for row in rows for one in row.issues
        )
        samples = [
            f"{row.name} {one['name']}: {sentence_of(one['code'], one['details'])}"
            for row in rows
            for one in row.issues
        ]
        for row in rows:
            assert (row.object is not None) or row.issues, row.name
        left: Counter[str] = Counter()
        for compared in engine.compare([*Device.objects.all(), *VirtualMachine.objects.all()], user=admin()):
            if compared.librenms_id is None:
                continue
            for name, plan in compared.plans.items():
                for change in plan.changes:
                    assert not change.syncable, (compared.object, name, change)
                    if change.outcome is not Outcome.SAME:
                        assert change.issues or change.outcome is Outcome.EXTRA or change.differences, change
                        left[f"{name} {change.outcome.value} {' '.join(one.code for one in change.issues)}"] += 1
        before = ObjectChange.objects.count()
        again = import_all(options=ImportOptions(existing=True))
        assert ObjectChange.objects.count() == before
        assert "created" not in outcomes(again).values() and "linked" not in outcomes(again).values()
        with capsys.disabled():
            print(f"\n{({state.value: number for state, number in states.items() if number})} → {run.counts()}")
            print(f"  not written: {dict(reasons)}")
            print("".join(f"    {text}\n" for text in samples[:: max(1, len(samples) // 15)][:15]), end="")
            print(f"  left: {dict(left)}")
            for row in listed().rows:
                if row.state not in (State.LINKED, State.IGNORED):
                    print(f"    {row.device.hostname}: {'; '.join(sentence(one) for one in row.issues)}")
