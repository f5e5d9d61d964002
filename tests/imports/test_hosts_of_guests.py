"""A guest goes where the review showed it, by what was decided for its host, imported with it or not."""

from collections.abc import Mapping
from typing import Any

import pytest
from dcim.models import Device
from django.core.cache import cache
from virtualization.models import VirtualMachine

from netbox_librenms_plugin.import_utils.listing import listing
from netbox_librenms_plugin.import_utils.options import ImportOptions
from netbox_librenms_plugin.import_utils.rows import Choice, Kind, State
from netbox_librenms_plugin.import_utils.starts import start
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import Run
from netbox_librenms_plugin.runs.worker import run_now
from simulator.server import Simulator
from tests.factories import admin, make_cluster, make_device, request_of
from tests.imports.fleet import add
from tests.imports.support import import_all, outcomes, reasons

pytestmark = pytest.mark.django_db


def hypervisor(name: str) -> Device:
    """A device of NetBox in a cluster of its own."""
    return make_device(name, cluster=make_cluster(f"cluster of {name}"))


def is_it(device: Device) -> Choice:
    return Choice(link=(Kind.DEVICE, device.pk))


def planned(wanted: int, choices: Mapping[int, Choice]) -> tuple[Run, Any]:
    """An import of one device that is written down, with the row that a review shows."""
    api, user = LibreNMSAPI(), admin()
    seen = listing(api, user=user, choices=choices).by_id[wanted]
    with request_of(user) as request:
        expected, options = {wanted: seen.fingerprint}, ImportOptions()
        run = start(
            api, user=user, request=request, choices=choices, options=options, wanted=[wanted], expected=expected
        )
    return run, seen


def work_off(run: Run) -> None:
    with request_of(admin()) as request:
        run_now(run, request)


def test_the_guest_alone(simulator: Simulator) -> None:
    host = add(simulator, "hv")
    guest = add(simulator, "guest", parent_id=host)
    known = hypervisor("somebody's host")
    run, seen = planned(guest, {host: is_it(known)})
    assert (seen.state, seen.ref("cluster").id) == (State.READY, known.cluster_id)
    work_off(run)
    assert (outcomes(run), reasons(run)) == ({"guest": "created"}, {})
    assert VirtualMachine.objects.get().cluster == known.cluster
    known.refresh_from_db()
    assert "librenms_id" not in known.custom_field_data or not known.custom_field_data["librenms_id"]


def test_a_guest_that_moves_meanwhile_is_not_taken_for_the_new_hosts(simulator: Simulator) -> None:
    host, other = add(simulator, "hv"), add(simulator, "hv2")
    guest = add(simulator, "guest", parent_id=host)
    run, _seen = planned(guest, {host: is_it(hypervisor("one"))})
    simulator.state.devices[guest]["parent_id"] = other
    cache.clear()
    work_off(run)
    assert reasons(run)["guest"] and not VirtualMachine.objects.exists()


def test_a_run_that_was_written_down_without_it(simulator: Simulator) -> None:
    host = add(simulator, "hv")
    guest = add(simulator, "guest", parent_id=host)
    known = hypervisor("somebody's host")
    api, user, choices = LibreNMSAPI(), admin(), {host: is_it(known)}
    with request_of(user) as request:
        run = start(api, user=user, request=request, choices=choices, options=ImportOptions(), wanted=[guest, host])
    for row in run.items.all():
        row.choice.pop("host", None)
        row.save()
    work_off(run)
    assert outcomes(run) == {"guest": "created", "hv": "linked"}


def test_a_host_of_which_nobody_decided_anything(simulator: Simulator) -> None:
    host = add(simulator, "hv")
    guest = add(simulator, "guest", parent_id=host)
    known = hypervisor("hv")
    known.custom_field_data["librenms_id"] = {"default": host}
    known.save()
    assert outcomes(import_all([guest])) == {"guest": "created"}
    assert VirtualMachine.objects.get().cluster == known.cluster
