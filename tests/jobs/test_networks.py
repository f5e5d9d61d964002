"""Whole networks through the pages, with real workers: list, review, start; then each device is in NetBox or has a
stated reason, nothing is left to sync, and importing them again changes nothing."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from core.models import ObjectChange
from dcim.models import Cable, Device, Interface, VirtualChassis
from django.core.cache import cache
from django.db.models import Count
from ipam.models import VLAN, IPAddress
from virtualization.models import VirtualMachine, VMInterface

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.import_utils.options import ImportOptions
from netbox_librenms_plugin.import_utils.rows import State
from netbox_librenms_plugin.models import Run
from netbox_librenms_plugin.sync.core.plan import Change, Outcome
from netbox_librenms_plugin.words.sentences import sentence, sentence_of
from simulator.server import Simulator
from tests.beside import DATASET, needs
from tests.factories import admin
from tests.imports.support import import_all, known_to_netbox, listed, outcomes, reasons
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


def left() -> list[tuple[Any, str, Change]]:
    """The rows of all objects that NetBox does not agree with. Each has its reason, and nothing of it can be
    written."""
    objects = [*Device.objects.all(), *VirtualMachine.objects.all()]
    found = []
    for compared in engine.compare(objects, user=admin()):
        assert not compared.errors, compared.errors
        for name, plan in compared.plans.items():
            for change in plan.changes:
                assert not change.syncable, (compared.object, name, change)
                agrees = change.outcome in (Outcome.SAME, Outcome.EXTRA)
                assert agrees or change.issues or change.differences, (compared.object, name, change)
                if change.outcome is not Outcome.SAME:
                    found.append((compared.object, name, change))
    return found


def again() -> Run:
    """The same import once more, which writes nothing."""
    before = ObjectChange.objects.count()
    run = import_all(options=ImportOptions(existing=True))
    assert ObjectChange.objects.count() == before
    return run


def proved(simulator: Simulator) -> Run:
    run = imported()
    devices = len(simulator.state.devices)
    states = chips(Looker(admin()).list())
    assert states["linked"] + states["needs_setup"] + states["conflict"] == devices == states["all"], states
    assert len({row.done_by["devices"] for row in run.items.all()}) == 2
    return run


def there_are_no_duplicates() -> None:
    vlans = VLAN.objects.values("site", "group", "vid").annotate(number=Count("pk"))
    assert not vlans.filter(number__gt=1)
    addresses = Counter(str(one.address) for one in IPAddress.objects.exclude(role__in=["vrrp", "anycast"]))
    assert [one for one, number in addresses.items() if number > 1] == []


def stacks_became_virtual_chassis() -> None:
    stacks = [row for row in listed().rows if row.stack]
    assert stacks
    for row in stacks:
        chassis = VirtualChassis.objects.get(name=row.name)
        assert chassis.master is not None and chassis.master.name == row.name
        members = chassis.members.order_by("vc_position")
        assert len(members) == row.stack
        assert len({one.serial for one in members}) == row.stack
        others = [one for one in members if one != chassis.master]
        assert [one.name for one in others] == [f"{row.name}-{one.vc_position}" for one in others]
        assert all(Interface.objects.filter(device=one).count() > 20 for one in members)


def what_was_written_is_there(run: Run) -> None:
    written: Counter[str] = Counter()
    for row in run.items.all():
        written.update(row.counts)
    made = {"interfaces": Interface.objects.count() + VMInterface.objects.count()}
    made |= {
        "ip_addresses": IPAddress.objects.count(),
        "vlans": VLAN.objects.count(),
        "cables": Cable.objects.count(),
    }
    assert {name: written[name] for name in made} == made
    assert Cable.objects.exists() and VLAN.objects.exists() and IPAddress.objects.exists()
    assert Device.objects.filter(primary_ip4__isnull=False).exists()


def test_the_company(workers: Nursery) -> None:
    with network("company", workers) as simulator:
        run = proved(simulator)
        assert (run.state, run.counts()["created"]) == ("completed", len(simulator.state.devices))
        assert (reasons(run), set(outcomes(run).values())) == ({}, {"created"})
        assert [one for one in left() if one[2].outcome is not Outcome.EXTRA and not one[2].issues] == []
        what_was_written_is_there(run)
        there_are_no_duplicates()
        stacks_became_virtual_chassis()

        before = ObjectChange.objects.count()
        person = Importer(admin())
        person.choose([row.librenms_id for row in run.items.all()])
        person.start("background")
        assert set(outcomes(again()).values()) == {"exists"}
        assert ObjectChange.objects.count() == before


@needs(DATASET)
def test_the_recorded_devices(workers: Nursery, capsys: pytest.CaptureFixture[str]) -> None:
    with network(str(DATASET), workers) as simulator:
        states = listed().counts()
        run = imported()
        assert run.counts()["failed"] == 0 and run.counts()["created"] > 50
        others = left()
        for _instance, _name, change in others:
            assert change.issues or change.outcome is Outcome.EXTRA or change.differences, change
        once_more = again()
        assert {"created", "linked"}.isdisjoint(outcomes(once_more).values())
        # The list lets nobody choose what has to be set up first; here it is in the run, and says why
        rows = list(once_more.items.all())
        assert len(rows) == len(simulator.state.devices)
        for row in rows:
            assert (row.object is not None) or row.issues, row.name
        with capsys.disabled():
            print(f"\n{({state.value: number for state, number in states.items() if number})} → {run.counts()}")
            tell_what_was_not_written([*run.items.all(), *rows])
            named = Counter(f"{name} {one.outcome.value} {' '.join(codes_of(one))}" for _, name, one in others)
            print(f"  left: {dict(named)}")
            for row in listed().rows:
                if row.state not in (State.LINKED, State.IGNORED):
                    print(f"    {row.device.hostname}: {'; '.join(sentence(one) for one in row.issues)}")


def codes_of(change: Change) -> list[str]:
    return [one.code.value for one in change.issues]


def tell_what_was_not_written(rows: list[Any]) -> None:
    said = [(row, one) for row in rows for one in row.issues]
    named = Counter(f"{row.outcome} {one['resource'] or 'device'} {one['code']}" for row, one in said)
    print(f"  not written: {dict(named)}")
    for row, one in said[:: max(1, len(said) // 15)][:15]:
        print(f"    {row.name} {one['name']}: {sentence_of(one['code'], one['details'])}")
