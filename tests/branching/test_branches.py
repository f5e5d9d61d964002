"""Everything of a big switch is synced in a branch and merged: main is left alone until then, and agrees after it."""

import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from core.models import ObjectChange
from dcim.models import Device, Interface
from django.test import RequestFactory
from ipam.models import VLAN
from netbox_branching.models import Branch

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.branching import active_branch
from netbox_librenms_plugin.compat import apply_request_processors
from netbox_librenms_plugin.engine.record import AppliedPlans
from netbox_librenms_plugin.import_utils.options import ImportOptions
from netbox_librenms_plugin.import_utils.starts import start
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import Run, SyncRun
from netbox_librenms_plugin.resources import RESOURCES
from netbox_librenms_plugin.runs.control import detached
from netbox_librenms_plugin.runs.ends import finish
from netbox_librenms_plugin.runs.worker import Worker
from netbox_librenms_plugin.sync.core.issues import Code
from simulator.server import Simulator
from tests.api.support import ROOT, Caller
from tests.factories import admin, make_device
from tests.imports.support import known_to_netbox

from .support import inside, main_contents, new_branch, request_in

pytestmark = pytest.mark.usefixtures("real_commits")

BIG, NEIGHBOUR = "ams1-acc-01", "ams1-core-01"


def sync(instance: Any, branch: Branch | None) -> AppliedPlans:
    """Everything of one object in one run."""
    selections = {one.name: engine.Selection() for one in RESOURCES.values() if one.serves(virtual=False)}
    with inside(branch) as request:
        return engine.apply(instance, user=admin(), request=request, selections=selections)


def open_rows(instance: Any) -> list[tuple[str, str, Any]]:
    """Rows that a sync would write, or that differ, in the branch that is active."""
    (compared,) = engine.compare([instance], user=admin())
    assert compared.error is None and not compared.errors
    assert set(compared.plans) >= {"vlans", "interfaces", "ip_addresses", "cables"}
    return [
        (name, change.name, change.differences)
        for name, plan in compared.plans.items()
        for change in plan.changes
        if change.syncable
    ]


def ports(device: Device) -> list[tuple[Any, ...]]:
    """The interfaces with what hangs on them, in the branch that is active."""
    return [
        (
            *(port.pk, port.name, port.type, port.mode, port.lag_id, port.cable_id, str(port.mac_address)),
            sorted(vlan.vid for vlan in port.tagged_vlans.all()),
            sorted(str(address) for address in port.ip_addresses.all()),
            port.custom_field_data,
        )
        for port in Interface.objects.filter(device=device).order_by("pk")
    ]


def id_of(company: Simulator, name: str) -> int:
    rows = company.state.devices.values()
    return next(int(str(row["device_id"])) for row in rows if str(row["hostname"]).startswith(f"{name}."))


@pytest.fixture
def big(real_commits: None, company: Simulator) -> Iterator[Device]:
    """The big switch, bare; what it is connected to is in NetBox already."""
    neighbour = make_device(NEIGHBOUR, librenms_id=id_of(company, NEIGHBOUR))
    assert not sync(neighbour, None).failures
    SyncRun.objects.all().delete()
    yield make_device(BIG, librenms_id=id_of(company, BIG))


@pytest.mark.parametrize("strategy", ["iterative", "squash"])
def test_a_sync_in_a_branch_is_there_alone_until_it_is_merged(big: Device, strategy: str) -> None:
    branch = new_branch("Rollout", strategy)
    before = main_contents()
    run = sync(big, branch)
    assert not run.failures and len(run.written) > 176
    assert main_contents() == before
    assert (SyncRun.objects.get().pk, SyncRun.objects.get().branch) == (run.pk, "Rollout")
    with inside(branch):
        assert SyncRun.objects.get().pk == run.pk
        assert open_rows(big) == []
        held = ports(big)
    assert len(held) == 176
    assert sum(bool(port[7]) for port in held) == 141 and any(port[5] for port in held)
    assert sync(big, branch).pk is None

    branch.merge(user=admin())
    assert branch.merged
    assert ports(big) == held
    big.refresh_from_db()
    assert big.interface_count == 176
    assert open_rows(big) == []
    assert sync(big, None).pk is None
    assert ObjectChange.objects.filter(changed_object_type__model="interface", action="create").count() >= 176


def test_the_history_and_the_users_of_a_vlan_are_seen_from_the_branch(big: Device) -> None:
    branch = new_branch("Rollout")
    sync(big, branch)
    caller = Caller(admin())
    path = f"{ROOT}/sync-runs/"
    for query in ({}, {"_branch": branch.schema_id}):
        (run,) = caller.get(path, **query).json()["results"]
        assert (run["branch"], run["object"]["name"]) == ("Rollout", BIG)
    # Only in the branch has the big switch any VLAN, so only there does somebody else use it
    for where, shared in ((None, False), (branch, True)):
        with inside(where):
            VLAN.objects.filter(vid=120).update(name="by hand")
            (compared,) = engine.compare([Device.objects.get(name=NEIGHBOUR)], user=admin(), resources=["vlans"])
            codes = [one.code for row in compared.plans["vlans"].changes if row.differences for one in row.issues]
            assert (Code.VLAN_SHARED in codes) is shared


def test_a_job_finds_the_branch_that_rest_names(real_commits: None) -> None:
    branch = new_branch("Rollout")
    request: Any = RequestFactory().post(f"{ROOT}/import/", headers={"X-NetBox-Branch": branch.schema_id})
    request.user, request.id = admin(), request_in(None).id
    copied = pickle.loads(pickle.dumps(detached(request)))
    with apply_request_processors(copied):
        assert active_branch() == "Rollout"
    assert active_branch() == ""


def test_an_import_writes_to_the_branch_it_was_started_in_or_not_at_all(real_commits: None, company: Simulator) -> None:
    known_to_netbox()
    branch = new_branch("Rollout")
    wanted = [id_of(company, "ams1-core-01"), id_of(company, "ams1-core-02")]
    runs = []
    for some in (wanted, [id_of(company, "ams1-fw-01")]):
        with inside(branch) as request:
            runs.append(
                start(LibreNMSAPI(), user=admin(), request=request, choices={}, options=ImportOptions(), wanted=some)
            )
    before = main_contents()
    # As a job does it: nobody has chosen a branch but the request that it was given
    assert Worker(run=runs[0], request=request_in(branch)).work()
    finish(runs[0])
    assert main_contents() == before
    run = Run.objects.get(pk=runs[0].pk)
    assert run.branch == "Rollout" and set(run.items.values_list("outcome", flat=True)) == {"created"}
    assert sum(row.counts.get("cables", 0) for row in run.items.all()) > 0
    assert not Device.objects.exists()

    branch.merge(user=admin())
    merged = Device.objects.count()
    assert merged >= 2
    assert Worker(run=runs[1], request=request_in(branch)).work()
    (row,) = runs[1].items.all()
    assert row.outcome == "failed"
    assert "“Rollout”" in row.issues[0]["details"]["reason"]
    assert Device.objects.count() == merged
