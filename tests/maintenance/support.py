"""What the tests of maintenance share: a window asked for of some devices, and what came of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.maintenance.asking import asked_window
from netbox_librenms_plugin.maintenance.planning import MaintenancePlan, plan_maintenance
from netbox_librenms_plugin.maintenance.starting import start_maintenance
from netbox_librenms_plugin.models import Run
from netbox_librenms_plugin.runs.worker import run_now
from netbox_librenms_plugin.words.sentences import kept_sentence
from simulator.server import Simulator
from tests.factories import admin, make_device, request_of

MAINTENANCE = r"/devices/\d+/maintenance"


def linked(simulator: Simulator, *names: str) -> list[Any]:
    """Devices that LibreNMS has, and NetBox knows that."""
    return [make_device(name, librenms_id=simulator.state.add_device(hostname=name)) for name in names]


def plan(devices: Iterable[Any], *, user: Any = None) -> MaintenancePlan:
    """What LibreNMS would be told."""
    return plan_maintenance(LibreNMSAPI(), "device", [one.pk for one in devices], user=user or admin())


def opened(devices: Iterable[Any], *, later: bool = False) -> Run:
    """A run that nobody has begun."""
    api = LibreNMSAPI()
    start: datetime | None = timezone.now() + timedelta(hours=1) if later else None
    asked = asked_window(now=timezone.now(), clock=api.clock(), minutes=90, start=start, note="New line cards")
    with request_of(admin()) as request:
        return start_maintenance(api, "device", plan(devices), asked, request=request)


def work_off(run: Run) -> Run:
    """Do what it has left."""
    with request_of(admin()) as request:
        run_now(run, request)
    run.refresh_from_db()
    return run


def became(run: Run) -> dict[str, tuple[str, list[str]]]:
    """Name → the outcome, and the codes of what is said of it."""
    return {one.name: (one.outcome, [kept["code"] for kept in one.issues]) for one in run.items.all()}


def said(run: Run) -> str:
    """All that is said, in words."""
    return " ".join(kept_sentence(one["code"], one["details"]) for item in run.items.all() for one in item.issues)
