"""Whole networks through the pages, with real workers: list, review, start; then nothing is left but stated reasons."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from core.models import ObjectChange
from dcim.models import Device
from django.core.cache import cache
from virtualization.models import VirtualMachine

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.models import Run
from netbox_librenms_plugin.sync.core.plan import Outcome
from simulator.server import Simulator
from tests.beside import DATASET, needs
from tests.factories import admin
from tests.imports.support import known_to_netbox
from tests.librenms import simulated_librenms
from tests.pages.imports.support import Importer as Looker
from tests.pages.imports.support import chips
from tests.pages.imports_actions.support import Importer
from tests.workers import Nursery, until

pytestmark = pytest.mark.network


@contextmanager
def network(data: str, workers: Nursery) -> Iterator[Simulator]:
    """A LibreNMS that NetBox and two workers know; NetBox has what the devices refer to."""
    with simulated_librenms(data) as simulator:
        known_to_netbox()
        cache.clear()
        workers.start(2)
        yield simulator


def imported() -> Run:
    """Everything that is there, chosen on the list, looked over, and started in the background."""
    person = Importer(admin())
    person.choose(all="1", state="", expected=str(chips(Looker(admin()).list())["all"]))
    person.review()
    person.start("background")
    run = Run.objects.latest("pk")
    until(lambda: Run.objects.get(pk=run.pk).ended_already, what="the end of the import", seconds=300)
    run.refresh_from_db()
    return run


def nothing_left() -> None:
    """Every difference that is left has its reason, and nothing of it can be written."""
    objects = [*Device.objects.all(), *VirtualMachine.objects.all()]
    for compared in engine.compare(objects, user=admin()):
        assert not compared.errors, compared.errors
        for name, plan in compared.plans.items():
            for change in plan.changes:
                assert not change.syncable, (compared.object, name, change)
                agrees = change.outcome in (Outcome.SAME, Outcome.EXTRA)
                assert agrees or change.issues or change.differences, (compared.object, name, change)


def proved(simulator: Simulator) -> Run:
    run = imported()
    devices = len(simulator.state.devices)
    states = chips(Looker(admin()).list())
    assert states["linked"] + states["needs_setup"] + states["conflict"] == devices == states["all"], states
    assert len({row.done_by["devices"] for row in run.items.all()}) == 2
    nothing_left()
    before = ObjectChange.objects.count()
    person = Importer(admin())
    person.choose([row.librenms_id for row in run.items.all()])
    person.start("background")
    assert ObjectChange.objects.count() == before
    return run


def test_the_company(workers: Nursery) -> None:
    with network("company", workers) as simulator:
        run = proved(simulator)
        assert [(row.name, one) for row in run.items.all() for one in row.issues] == []
        assert (run.state, run.counts()["created"]) == ("completed", len(simulator.state.devices))


@needs(DATASET)
def test_the_recorded_devices(workers: Nursery) -> None:
    with network(str(DATASET), workers):
        run = imported()
        assert run.counts()["failed"] == 0 and run.counts()["created"] > 50
        nothing_left()
