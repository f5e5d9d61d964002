"""Whole networks: bare devices are compared, applied and compared again; what is left has a stated reason."""

from collections import Counter
from collections.abc import Iterator
from itertools import batched
from typing import Any

import pytest
from core.models import ObjectChange
from dcim.models import Cable, Interface, Site
from ipam.models import VLAN, VLANGroup
from virtualization.models import VirtualMachine, VMInterface

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.engine.record import AppliedPlans
from netbox_librenms_plugin.resources import RESOURCES
from netbox_librenms_plugin.sync.core.plan import Change, Outcome
from netbox_librenms_plugin.words.sentences import sentence
from simulator.server import Simulator
from tests.beside import DATASET, needs
from tests.factories import admin, make_device, make_object_of, request_of
from tests.librenms import simulated_librenms
from tests.orm.support import analyse, apply_to, counted, writes_in

pytestmark = [pytest.mark.django_db, pytest.mark.network]


def everything_of(instance: Any) -> dict[str, engine.Selection]:
    """All rows of all resources that the object has."""
    virtual = isinstance(instance, VirtualMachine)
    return {one.name: engine.Selection() for one in RESOURCES.values() if one.serves(virtual=virtual)}


def apply_everything(instance: Any) -> AppliedPlans:
    """Every resource of one object in one run."""
    with request_of(admin()) as request:
        return engine.apply(instance, user=admin(), request=request, selections=everything_of(instance))


def foresee_everything(instance: Any) -> AppliedPlans:
    """The same, looked ahead to."""
    return engine.preview(instance, user=admin(), selections=everything_of(instance))


def rows_of(run: AppliedPlans) -> dict[str, Counter[tuple[str, str, str]]]:
    """Resource → the rows of a run, by key, outcome and reason."""
    return {
        name: Counter((one.key, one.outcome.value, one.issue.code.value if one.issue else "") for one in results)
        for name, results in run.results.items()
    }


def foresee_all(objects: list[Any]) -> Iterator[tuple[dict[str, engine.Outlook], engine.Comparison]]:
    """All objects looked ahead to, as they are synced one after the other."""
    selections = {name: engine.Selection() for name in RESOURCES}
    return engine.foresee_many(objects, user=admin(), selections=selections)


def rows_of_outlooks(outlooks: dict[str, engine.Outlook]) -> dict[str, Counter[tuple[str, str, str]]]:
    """As ``rows_of``."""
    return {
        name: Counter((one.key, one.outcome.value, one.issue.code.value if one.issue else "") for one in some.results)
        for name, some in outlooks.items()
    }


def apply_as_foreseen(instance: Any) -> AppliedPlans:
    """Every resource in one run, which does what was foreseen, and leaves nothing to itself."""
    foreseen = rows_of(foresee_everything(instance))
    run = apply_everything(instance)
    assert rows_of(run) == foreseen, instance
    assert not any(foresee_everything(instance).results.values()), instance
    return run


def changes_of(objects: list[Any]) -> Iterator[tuple[str, Any, Change]]:
    """(resource, object, row) of all objects."""
    for comparison in engine.compare(objects, user=admin()):
        assert comparison.error is None, comparison.error
        assert not comparison.errors, comparison.errors
        for name, plan in comparison.plans.items():
            yield from ((name, comparison.object, change) for change in plan.changes)


def converge(simulator: Simulator, title: str, capsys: pytest.CaptureFixture[str]) -> Counter[str]:
    """Every device of the server as a bare one in NetBox, every guest as a VM; all resources, round after round until
    nothing is written. Gives how many rows of cables ended in each outcome.

    A second round is for what depends on other devices (a cable needs both ends); after that nothing is left.
    """
    objects = [make_object_of(row) for row in simulator.state.devices.values()]
    looked = list(foresee_all(objects))
    for _outlooks, comparison in looked:
        assert comparison.error is None and not comparison.errors, comparison
    foreseen = [rows_of_outlooks(outlooks) for outlooks, _comparison in looked]
    before = Counter(f"{name} {outcome}" for one in foreseen for name, rows in one.items() for _, outcome, _ in rows)
    runs = []
    for some in batched(objects, 20):
        runs += [apply_as_foreseen(one) for one in some]
        analyse()
    assert [rows_of(run) for run in runs] == foreseen
    second = _once_more(objects)
    if any(run.pk is not None for run in second):
        assert [run.pk for run in _once_more(objects)] == [None] * len(objects)
    refused = [failure for run in (*runs, *second) for failure in run.failures]
    assert not refused, [(one.key, one.name, one.issue) for one in refused[:5]]
    left: Counter[str] = Counter()
    cables: Counter[str] = Counter()
    samples: list[str] = []
    for name, instance, change in changes_of(objects):
        assert not change.syncable, (name, instance, change)
        assert change.outcome is Outcome.SAME or change.issues or change.differences, (name, instance, change)
        if name == "cables":
            assert change.outcome in (Outcome.SAME, Outcome.CONFLICT, Outcome.BLOCKED), (instance, change)
            assert change.issues or change.outcome is Outcome.SAME, (instance, change)
            cables[change.outcome.value] += 1
        for one in change.issues:
            left[f"{name} {change.outcome.value} {one.code.value}"] += 1
            samples.append(f"{instance} {change.name}: {sentence(one)}")
    with capsys.disabled():
        print(f"\n{title}: {len(objects)} devices and VMs; before: {dict(before)}")
        print(
            f"  {Interface.objects.count() + VMInterface.objects.count()} interfaces, {VLAN.objects.count()} VLANs made"
        )
        print(f"  reasons left: {dict(left)}")
        print("".join(f"    {text}\n" for text in samples[:: max(1, len(samples) // 20)][:20]), end="")
    return cables


def _once_more(objects: list[Any]) -> list[AppliedPlans]:
    """Everything again: whoever has no run had nothing to write, and nothing was written for him."""
    runs = []
    for instance in objects:
        foreseen = rows_of(foresee_everything(instance))
        changes = ObjectChange.objects.count()
        with counted() as queries:
            run = apply_everything(instance)
        assert rows_of(run) == foreseen, instance
        if run.pk is None:
            assert writes_in(queries) == []
            assert ObjectChange.objects.count() == changes
        runs.append(run)
    return runs


@needs(DATASET)
def test_recorded_devices_converge(capsys: pytest.CaptureFixture[str]) -> None:
    with simulated_librenms(str(DATASET)) as simulator:
        cables = converge(simulator, "recorded devices", capsys)
    assert "conflict" not in cables


def test_the_company_converges(company: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    cables = converge(company, "company", capsys)
    known = {
        frozenset((row["local_port_id"], row["remote_port_id"]))
        for row in company.state.links.values()
        if row["remote_port_id"]
    }
    assert Cable.objects.count() == len(known)
    assert "conflict" not in cables
    assert cables["same"] == 2 * len(known)


def test_vlans_in_the_site_of_the_device_are_used(company: Simulator) -> None:
    site = Site.objects.create(name="Somewhere", slug="somewhere")
    group = VLANGroup.objects.create(name="campus", slug="campus", scope=site)
    ports = {row["port_id"]: row["device_id"] for row in company.state.port_vlans.values()}
    device_id = Counter(ports.values()).most_common(1)[0][0]
    for vid in {row["vlan"] for row in company.state.port_vlans.values() if row["device_id"] == device_id}:
        VLAN.objects.create(vid=vid, name=f"v{vid}", group=group)
        VLAN.objects.create(vid=vid, name=f"global{vid}")
    name = company.state.devices[device_id]["hostname"]
    device = make_device(name, librenms_id=device_id, site=site)
    assert not apply_to(device).failures
    bound = VLAN.objects.filter(interfaces_as_tagged__device=device) | VLAN.objects.filter(
        interfaces_as_untagged__device=device
    )
    assert set(bound.values_list("group__name", flat=True)) == {"campus"}
