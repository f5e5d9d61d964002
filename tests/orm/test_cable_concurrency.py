"""Cables and two people at once: never two cables on an interface, no exception, no waiting for each other."""

import pytest
from dcim.models import Cable

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.engine.record import AppliedPlans
from simulator.server import Simulator
from tests.factories import admin, request_of
from tests.orm.support import apply_to, plan_of
from tests.threads import all_at_once

from .test_cables import Pair, codes

pytestmark = pytest.mark.usefixtures("real_commits")

LINKS = 6


def everything(device: object, user: object) -> AppliedPlans:
    """Interfaces, then cables: locks on all interfaces of the device before those of its neighbours."""
    with request_of(user) as request:
        selections = {"interfaces": engine.Selection(), "cables": engine.Selection()}
        return engine.apply(device, user=user, request=request, selections=selections)


def test_two_people_apply_the_same_cables(simulator: Simulator) -> None:
    pair, user = Pair(simulator.state, links=LINKS), admin()
    seen = plan_of(pair.switch, "cables").fingerprints
    runs = all_at_once(*[lambda: apply_to(pair.switch, "cables", user=user, expected=seen, keys=list(seen))] * 2)
    assert sorted(len(run.written) for run in runs) == [0, LINKS]
    assert {code for run in runs for code in codes(run)} == {"stale"}
    assert Cable.objects.count() == LINKS


def test_two_people_start_from_the_two_ends(simulator: Simulator) -> None:
    pair, user = Pair(simulator.state, links=LINKS), admin()
    pair.core.custom_field_data = {"librenms_id": {"default": pair.ids["core"]}}
    pair.core.save()
    runs = all_at_once(lambda: everything(pair.switch, user), lambda: everything(pair.core, user))
    assert {code for run in runs for code in codes(run)} <= {"stale"}
    everything(pair.switch, user)
    assert Cable.objects.count() == LINKS
    assert plan_of(pair.core, "cables").attention == 0
