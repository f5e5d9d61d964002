"""What the tests of syncing many share: a network in LibreNMS and NetBox, and a sync of it in one call."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.models import Job
from dcim.models import Device
from virtualization.models import VirtualMachine

from netbox_librenms_plugin.fleet_sync.options import SyncOptions
from netbox_librenms_plugin.fleet_sync.starting import start_sync
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import Run
from netbox_librenms_plugin.runs.control import enqueue_run
from netbox_librenms_plugin.runs.worker import run_now
from simulator.server import Simulator
from tests.factories import admin, make_device, request_of
from tests.librenms import add_switch

INTERFACES = SyncOptions(resources=("interfaces",))


def switches(simulator: Simulator, number: int, *, ports: int = 3, first: int = 1) -> list[Device]:
    """So many switches of LibreNMS that NetBox has, linked and without interfaces."""
    names = [f"switch-{n:03}" for n in range(first, first + number)]
    return [
        make_device(name, librenms_id=add_switch(simulator.state, ports, vlans=(), hostname=name)) for name in names
    ]


def kinds_of(objects: Iterable[Any]) -> dict[str, list[int]]:
    """The objects as a sync is asked for them."""
    objects = list(objects)
    found = {
        "device": [one.pk for one in objects if isinstance(one, Device)],
        "virtualmachine": [one.pk for one in objects if isinstance(one, VirtualMachine)],
    }
    return {kind: ids for kind, ids in found.items() if ids}


def sync(objects: Iterable[Any], *, user: Any = None, options: SyncOptions = INTERFACES, **how: Any) -> Run:
    """Sync them while the caller waits. ``choices`` goes to the start, everything else to the work."""
    choices = how.pop("choices", None)
    with request_of(user or admin()) as request:
        wanted = kinds_of(objects)
        run = start_sync(LibreNMSAPI(), request=request, objects=wanted, options=options, choices=choices)
        run_now(run, request, **how)
    run.refresh_from_db()
    return run


def enqueued(objects: Iterable[Any], *, user: Any, options: SyncOptions = INTERFACES) -> tuple[Run, Job]:
    """The same, in the queue."""
    with request_of(user) as request:
        run = start_sync(LibreNMSAPI(), request=request, objects=kinds_of(objects), options=options)
        job = enqueue_run(run, request)
    return run, job


def outcomes(run: Run) -> dict[str, str]:
    """Name → what became of the object."""
    return dict(run.items.values_list("name", "outcome"))


def reasons(run: Run) -> dict[str, list[str]]:
    """Name → codes of what was not written."""
    return {one.name: [issue["code"] for issue in one.issues] for one in run.items.exclude(issues=[])}


def counts(run: Run) -> dict[str, Mapping[str, int]]:
    """Name → what was written."""
    return dict(run.items.values_list("name", "counts"))
