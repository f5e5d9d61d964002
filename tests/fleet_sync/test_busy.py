"""Two jobs never work on one object at once: the second says so and goes on with the others."""

import pytest
from django.db import DEFAULT_DB_ALIAS

from netbox_librenms_plugin.orm.frame.locks import held_alone
from simulator.server import Simulator
from tests.factories import admin
from tests.threads import all_at_once

from .support import outcomes, reasons, switches, sync

pytestmark = pytest.mark.usefixtures("real_commits")


def test_the_second_job_on_an_object_reports_that_it_is_busy(simulator: Simulator) -> None:
    devices = switches(simulator, 2)
    user = admin()
    key = f" device:{devices[0].pk}".encode()
    with held_alone("sync", [key], using=DEFAULT_DB_ALIAS) as had:
        assert had == [True]
        (run,) = all_at_once(lambda: sync(devices, user=user))
    assert outcomes(run) == {"switch-001": "failed", "switch-002": "synced"}
    assert reasons(run) == {"switch-001": ["busy"]}
    again = sync(devices, user=user)
    assert outcomes(again) == {"switch-001": "synced", "switch-002": "agrees"}, "the lock ends with the work"
