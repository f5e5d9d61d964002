"""Two people at once: nothing twice, nothing lost, and a clear word to the second."""

import threading
from collections.abc import Callable

import pytest
from dcim.models import Interface
from django.db import connections

from netbox_librenms_plugin.engine.record import Run
from simulator.server import Simulator

from .support import admin, apply_to, make_device, plan_of, switch

pytestmark = pytest.mark.usefixtures("real_commits")


def at_once(*works: Callable[[], Run]) -> list[Run]:
    """Run the works in threads that start together; an exception fails the test."""
    barrier = threading.Barrier(len(works))
    done: list[Run] = []
    errors: list[BaseException] = []

    def run(work: Callable[[], Run]) -> None:
        try:
            barrier.wait(10)
            done.append(work())
        except BaseException as error:  # noqa: BLE001 - handed on to the test
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors, errors
    return done


def test_two_people_apply_the_same_plan(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=switch(simulator.state, 12, vlans=()))
    user = admin()
    seen = plan_of(device).fingerprints
    runs = at_once(*[lambda: apply_to(device, user=user, expected=seen, keys=list(seen))] * 2)
    assert sorted(len(run.written) for run in runs) == [0, 12]
    assert {result.issue.code.value for run in runs for result in run.failures if result.issue} == {"stale"}
    assert Interface.objects.filter(device=device).count() == 12


def test_two_people_apply_without_having_looked(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=switch(simulator.state, 12, vlans=()))
    user = admin()
    runs = at_once(*[lambda: apply_to(device, user=user)] * 2)
    assert sorted(len(run.written) for run in runs) == [0, 12]
    assert not [result for run in runs for result in run.failures]
    assert Interface.objects.filter(device=device).count() == 12
