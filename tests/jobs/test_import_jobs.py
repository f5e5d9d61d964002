"""Imports by real workers: one and two of them, for people who are no superusers, with devices that fail."""

from collections import Counter

from core.models import Job, ObjectChange
from dcim.models import Device, Interface
from django.core.cache import cache
from extras.models import Notification

from netbox_librenms_plugin.choices import RunOutcomeChoices, RunStateChoices
from netbox_librenms_plugin.import_utils.kinds import IMPORT
from netbox_librenms_plugin.runs.control import open_jobs
from simulator.server import Simulator
from tests.factories import admin, told_of_new_devices
from tests.imports.support import known_to_netbox, reasons
from tests.jobs.support import PORTS, Person, continued, enqueued, importer
from tests.librenms import add_switches, librenms_servers, server_entry
from tests.workers import Nursery


def test_one_worker(simulator: Simulator, workers: Nursery) -> None:
    ids = add_switches(simulator.state, 4, ports=PORTS)
    known_to_netbox()
    simulator.faults.add(rf"/devices/{ids[1]}/ports", "status", status=500)
    reader, user = told_of_new_devices(), importer()
    run, job = enqueued(user, ids)
    assert open_jobs(user, IMPORT) == [job]
    workers.start(1)
    said = Person(user).finished(job)

    assert (said["text"], said["state"], said["rq_status"]) == (
        "The import ended. 1 device failed.",
        "partial",
        "finished",
    )
    assert (said["done"], said["total"], said["counts"]["created"], said["counts"]["failed"]) == (4, 4, 3, 1)
    assert [one["librenms_id"] for one in said["failures"]] == [ids[1]]
    assert "LibreNMS" in said["failures"][0]["message"]
    assert not (said["can_cancel"] or said["can_continue"] or said["cancelling"])
    assert reasons(run) == {"switch-0002.example.net": ["librenms_failed"]}
    assert sorted(Device.objects.values_list("name", flat=True)) == ["switch-0001", "switch-0003", "switch-0004"]
    assert Interface.objects.count() == 3 * PORTS

    job.refresh_from_db()
    run.refresh_from_db()
    assert (job.status, run.state, open_jobs(user, IMPORT)) == ("completed", RunStateChoices.PARTIAL, [])
    assert job.data["counts"]["created"] == 3
    assert any("switch-0002.example.net" in one["message"] for one in job.log_entries)
    changes = ObjectChange.objects.filter(changed_object_type__app_label="dcim", user=user)
    assert changes.filter(changed_object_type__model="device").count() >= 3
    assert {one.request_id for one in changes} == {run.request_id}
    assert all("LibreNMS" in one.message for one in changes)
    told = Notification.objects.filter(user=reader, object_type__model="device")
    assert {one.object.name for one in told} == {"switch-0001", "switch-0003", "switch-0004"}


def test_two_workers_share_the_work(simulator: Simulator, workers: Nursery) -> None:
    ids = add_switches(simulator.state, 48, ports=PORTS)
    known_to_netbox()
    simulator.faults.add(r"/devices/\d+/ports", "delay", seconds=0.1)
    workers.start(2)
    user = importer()
    run, job = enqueued(user, ids)
    said = Person(user).finished(job)

    assert (said["text"], said["counts"]["created"], said["state"]) == ("Job completed!", 48, "completed")
    share = Counter(run.items.values_list("done_by__devices", flat=True))
    assert len(share) == 2 and str(job.job_id) in share and None not in share
    helper = Job.objects.get(data__librenms="helper")
    assert set(share) == {str(job.job_id), str(helper.job_id)}
    assert Device.objects.count() == 48 and Interface.objects.count() == 48 * PORTS
    assert ObjectChange.objects.filter(changed_object_type__model="device", action="create").count() == 48
    assert {one.request_id for one in ObjectChange.objects.filter(user=user)} == {run.request_id}
    assert not Notification.objects.filter(object_type__model="job", object_id=helper.pk).exists()


def test_without_librenms_nothing_is_lost(simulator: Simulator, workers: Nursery) -> None:
    ids = add_switches(simulator.state, 2, ports=PORTS)
    known_to_netbox()
    user = importer()
    run, job = enqueued(user, ids)
    cache.clear()
    simulator.faults.add(r"/devices", "status", status=500)
    workers.start(1)
    person = Person(user)
    said = person.finished(job)
    assert said["text"].startswith("Failed: ") and "Simulated LibreNMS" in said["text"]
    assert (said["state"], said["status"], said["can_continue"]) == ("failed", "failed", True)
    assert set(run.items.values_list("outcome", flat=True)) == {RunOutcomeChoices.PENDING}

    simulator.faults.clear()
    again = continued(run, user)
    assert again.pk != job.pk
    said = person.finished(again)
    assert (said["state"], said["counts"]["created"], said["can_continue"]) == ("completed", 2, False)
    assert {one.request_id for one in ObjectChange.objects.filter(user=user)} == {run.request_id}


def test_a_job_has_its_own_time_for_an_answer(simulator: Simulator, workers: Nursery) -> None:
    ids = add_switches(simulator.state, 2, ports=PORTS)
    known_to_netbox()
    user = importer()
    with librenms_servers({"default": server_entry(simulator, page_timeout=60, job_timeout=1)}):
        _run, job = enqueued(user, ids)
        cache.clear()
        simulator.faults.add(r"/devices", "drip", seconds=0.05, drops=600)
        workers.start(1)
        said = Person(user).finished(job)
    assert said["state"] == "failed"
    assert "did not finish its answer within 1 seconds" in said["text"] and "job_timeout" in said["text"]


def test_who_may_not_any_more_imports_nothing(simulator: Simulator, workers: Nursery) -> None:
    ids = add_switches(simulator.state, 2, ports=PORTS)
    known_to_netbox()
    user = importer()
    run, job = enqueued(user, ids)
    user.object_permissions.filter(object_types__model="librenmssettings").delete()
    workers.start(1)
    said = Person(admin()).finished(job)
    assert said["text"] == "Failed: The user who started this may not do it any more."
    assert not Device.objects.exists()


def test_who_loses_a_right_meanwhile_is_refused_by_netbox(simulator: Simulator, workers: Nursery) -> None:
    ids = add_switches(simulator.state, 1, ports=PORTS)
    known_to_netbox()
    user = importer()
    run, job = enqueued(user, ids)
    user.object_permissions.filter(object_types__model="device").update(actions=["view"])
    workers.start(1)
    said = Person(user).finished(job)
    assert (said["state"], said["counts"]["failed"]) == ("failed", 1)
    assert reasons(run) == {"switch-0001.example.net": ["no_permission"]}
    assert not Device.objects.exists()
