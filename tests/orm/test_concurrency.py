"""Two people at once: nothing twice, nothing lost, and a clear word to the second."""

import pytest
from dcim.models import Interface

from simulator.server import Simulator
from tests.factories import admin, make_device
from tests.librenms import add_switch
from tests.threads import all_at_once

from .support import apply_to, plan_of

pytestmark = pytest.mark.usefixtures("real_commits")


def test_two_people_apply_the_same_plan(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 12, vlans=()))
    user = admin()
    seen = plan_of(device).fingerprints
    runs = all_at_once(*[lambda: apply_to(device, user=user, expected=seen, keys=list(seen))] * 2)
    assert sorted(len(run.written) for run in runs) == [0, 12]
    assert {result.issue.code.value for run in runs for result in run.failures if result.issue} == {"stale"}
    assert Interface.objects.filter(device=device).count() == 12


def test_two_people_apply_without_having_looked(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 12, vlans=()))
    user = admin()
    runs = all_at_once(*[lambda: apply_to(device, user=user)] * 2)
    assert sorted(len(run.written) for run in runs) == [0, 12]
    assert not [result for run in runs for result in run.failures]
    assert Interface.objects.filter(device=device).count() == 12
