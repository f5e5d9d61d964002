"""Working a run off while somebody waits: how it ends when LibreNMS fails, or when it is to stop."""

import pytest
from dcim.models import Device
from django.core.cache import cache

from netbox_librenms_plugin.import_utils.device_phase import FAILING
from netbox_librenms_plugin.import_utils.options import ImportOptions
from netbox_librenms_plugin.import_utils.starts import start
from netbox_librenms_plugin.librenms.errors import ServerError
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import Run
from netbox_librenms_plugin.runs.worker import run_now
from simulator.server import Simulator
from tests.factories import admin, request_of
from tests.imports.fleet import add

pytestmark = pytest.mark.django_db


def begun(*wanted: int) -> Run:
    with request_of(admin()) as request:
        return start(LibreNMSAPI(), user=admin(), request=request, choices={}, options=ImportOptions(), wanted=wanted)


def test_a_list_that_fails_fails_the_run_and_leaves_its_devices_to_be_done(simulator: Simulator) -> None:
    run = begun(add(simulator))
    cache.clear()
    simulator.faults.add("/devices", "status", status=500)
    with request_of(admin()) as request, pytest.raises(ServerError):
        run_now(run, request)
    assert (run.state, list(run.items.values_list("outcome", flat=True))) == ("failed", ["pending"])
    assert run.ended is not None


def test_who_stops_it_gets_whole_devices_and_is_told_of_each(simulator: Simulator) -> None:
    run = begun(*(add(simulator, f"sw{number}") for number in range(3)))
    told: list[str] = []
    with request_of(admin()) as request:
        run_now(run, request, stop=lambda: len(told) == 2, done=lambda row: told.append(row.name))
    assert (run.state, told) == ("cancelled", ["sw0", "sw1"])
    assert [one.interfaces.count() for one in Device.objects.all()] == [2, 2]
    assert list(run.items.order_by("pk").values_list("outcome", flat=True)) == ["created", "created", "pending"]


def test_a_librenms_that_goes_away_leaves_the_rest_to_be_done(simulator: Simulator) -> None:
    run = begun(*(add(simulator, f"sw{number}") for number in range(FAILING + 4)))
    simulator.faults.add("/devices", "status", status=500)
    with request_of(admin()) as request, pytest.raises(ServerError):
        run_now(run, request)
    counts = run.counts()
    assert (run.state, counts["failed"], counts["pending"]) == ("failed", FAILING, 4)
    assert not Device.objects.exists()
    assert not run.items.filter(outcome="pending").exclude(claimed_by=None)


def test_devices_that_librenms_fails_for_do_not_stop_the_others(simulator: Simulator) -> None:
    run = begun(*(add(simulator, f"sw{number}") for number in range(FAILING + 4)))
    simulator.faults.add("/devices/[0-9]+/vlans", "status", status=500)
    with request_of(admin()) as request:
        run_now(run, request)
    assert (run.state, run.counts()["failed"]) == ("failed", FAILING + 4)
