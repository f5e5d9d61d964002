"""Two people at once, and objects that go in between: no address twice, and a clear word to the second."""

import pytest
from dcim.models import Device, Interface
from ipam.models import IPAddress

from netbox_librenms_plugin.engine.record import AppliedPlans
from simulator.server import Simulator
from tests.factories import admin
from tests.orm.support import apply_to, plan_of
from tests.threads import all_at_once

from .test_ip_addresses import RESOURCE, make_router

pytestmark = pytest.mark.usefixtures("real_commits")


def codes(runs: list[AppliedPlans]) -> set[str]:
    return {result.issue.code.value for run in runs for result in run.failures if result.issue}


def test_two_people_apply_the_same_plan(simulator: Simulator) -> None:
    device = make_router(simulator, *[f"10.0.{number}.1/24" for number in range(12)], ip="10.0.0.1")
    user = admin()
    seen = plan_of(device, RESOURCE).fingerprints
    runs = all_at_once(*[lambda: apply_to(device, RESOURCE, user=user, expected=seen, keys=list(seen))] * 2)
    assert sorted(len(run.written) for run in runs) == [0, 13]
    assert codes(runs) == {"stale"}
    assert IPAddress.objects.count() == 12


def test_two_devices_get_the_same_addresses_at_once(simulator: Simulator) -> None:
    addresses = [f"10.0.{number}.1/24" for number in range(12)]
    devices = [make_router(simulator, *addresses, name=name) for name in ("one", "two")]
    user = admin()
    runs = all_at_once(*[lambda one=one: apply_to(one, RESOURCE, user=user) for one in devices])  # type: ignore[misc]
    assert sorted(len(run.written) for run in runs) == [0, 12]
    assert codes(runs) <= {"refused", "not_syncable"}
    assert IPAddress.objects.count() == 12


def test_what_was_deleted_or_taken_meanwhile_is_stale(simulator: Simulator) -> None:
    device = make_router(simulator, "10.0.0.1/24", "10.0.1.1/24")
    free = IPAddress.objects.create(address="10.0.1.1/24")
    seen = plan_of(device, RESOURCE).fingerprints
    Interface.objects.filter(device=device, name="eth0").delete()
    free.assigned_object = Interface.objects.create(device=device, name="eth9", type="other")
    free.save()
    run = apply_to(device, RESOURCE, expected=seen, keys=list(seen))
    assert (run.written, codes([run])) == ([], {"stale"})
    Device.objects.filter(pk=device.pk).delete()
    with pytest.raises(Device.DoesNotExist):
        apply_to(device, RESOURCE, expected=seen, keys=list(seen))
