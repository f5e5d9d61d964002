"""Whole networks: bare devices are compared, applied and compared again; what is left has a stated reason."""

from collections import Counter
from pathlib import Path

import pytest
from core.models import ObjectChange
from dcim.models import Interface, Site
from ipam.models import VLAN, VLANGroup
from virtualization.models import VirtualMachine, VMInterface

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.messages import sentence
from netbox_librenms_plugin.sync.plan import Outcome
from simulator.server import Simulator
from tests.orm.support import admin, apply_to, counted, make_device, writes_in
from tests.support import simulated_librenms

DATASET = Path(__file__).resolve().parents[2] / "shared" / "dataset"

pytestmark = pytest.mark.django_db


def converge(simulator: Simulator, title: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every device of the server as a bare one in NetBox, every guest as a VM, every VLAN but the odd ones global."""
    state = simulator.state
    for vid in sorted({row["vlan_vlan"] for row in state.vlans.values() if row["vlan_vlan"] % 7}):
        if 1 <= vid <= 4094:
            VLAN.objects.create(vid=vid, name=f"v{vid}")
    objects = [_bare(row) for row in state.devices.values()]
    before = _outcomes(objects)
    failures = [failure for instance in objects for failure in apply_to(instance).failures]
    reasons: Counter[str] = Counter(failure.issue.code.value for failure in failures if failure.issue)
    assert not reasons, [(one.name, one.issue) for one in failures[:5]]
    left: Counter[str] = Counter()
    for comparison in engine.compare(objects, user=admin(), resources=["interfaces"]):
        assert comparison.error is None
        for change in comparison.plans["interfaces"].changes:
            assert all(sentence(issue) for issue in change.issues)
            if change.outcome is not Outcome.SAME:
                assert change.issues or not change.writes, (comparison.object, change)
                assert change.outcome in (Outcome.CONFLICT, Outcome.BLOCKED), (comparison.object, change)
            left.update(f"{change.outcome.value}: {issue.code.value}" for issue in change.issues)
    _nothing_more_to_write(objects)
    with capsys.disabled():
        print(
            f"\n{title}: {len(objects)} devices and VMs, {sum(before.values())} ports ({dict(before)}), "
            f"{Interface.objects.count() + VMInterface.objects.count()} interfaces made; reasons left: {dict(left)}"
        )


def _bare(row: dict[str, object]) -> object:
    if row.get("parent_id") is not None:
        data = {"librenms_id": {"default": row["device_id"]}}
        return VirtualMachine.objects.create(name=str(row["hostname"])[:64], custom_field_data=data)
    return make_device(str(row["hostname"])[:64], librenms_id=int(str(row["device_id"])))


def _outcomes(objects: list[object]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for comparison in engine.compare(objects, user=admin(), resources=["interfaces"]):
        assert comparison.error is None, comparison.error
        counts.update(
            {outcome.value: count for outcome, count in comparison.plans["interfaces"].counts.items() if count}
        )
    return counts


def _nothing_more_to_write(objects: list[object]) -> None:
    changes = ObjectChange.objects.count()
    for instance in objects:
        with counted() as queries:
            run = apply_to(instance)
        assert writes_in(queries) == []
        assert run.pk is None
    assert ObjectChange.objects.count() == changes


@pytest.mark.skipif(not DATASET.is_dir(), reason="the recorded devices are not beside the project")
def test_recorded_devices_converge(capsys: pytest.CaptureFixture[str]) -> None:
    with simulated_librenms(str(DATASET)) as simulator:
        converge(simulator, "recorded devices", capsys)


def test_the_company_converges(company: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    converge(company, "company", capsys)


def test_vlans_in_the_site_of_the_device_are_used(company: Simulator) -> None:
    site = Site.objects.create(name="Somewhere", slug="somewhere")
    group = VLANGroup.objects.create(name="campus", slug="campus", scope=site)
    ports = {row["port_id"]: row["device_id"] for row in company.state.port_vlans.values()}
    device_id = Counter(ports.values()).most_common(1)[0][0]
    for vid in {row["vlan"] for row in company.state.port_vlans.values() if row["device_id"] == device_id}:
        VLAN.objects.create(vid=vid, name=f"v{vid}", group=group)
        VLAN.objects.create(vid=vid, name=f"global{vid}")
    device = make_device("switch", librenms_id=device_id, site=site)
    assert not apply_to(device).failures
    bound = VLAN.objects.filter(interfaces_as_tagged__device=device) | VLAN.objects.filter(
        interfaces_as_untagged__device=device
    )
    assert set(bound.values_list("group__name", flat=True)) == {"campus"}
