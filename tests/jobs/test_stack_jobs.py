"""The search for stacks in the background."""

from collections.abc import Iterable
from typing import Any

from core.models import Job

from netbox_librenms_plugin.import_utils.kinds import enqueue_filter
from netbox_librenms_plugin.import_utils.listing import listing
from netbox_librenms_plugin.import_utils.stack_counts import known_stacks
from netbox_librenms_plugin.import_utils.stack_search import candidates
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import Run
from simulator.server import Simulator
from tests.factories import request_of, somebody
from tests.jobs.support import Person
from tests.workers import Nursery

SETTINGS = "netbox_librenms_plugin.librenmssettings"
SEARCHER = {SETTINGS: ["view", "change"]}


def searched(user: Any, ids: Iterable[int]) -> Job:
    with request_of(user) as request:
        return enqueue_filter(LibreNMSAPI(), ids, request)


def test_stacks_are_found_and_shown(company: Simulator, workers: Nursery) -> None:
    api, user = LibreNMSAPI(), somebody("searcher", SEARCHER)
    ids = [one.device_id for one in api.devices().value]
    asked = [one.device_id for one in candidates(api, ids)]
    assert 1 < len(asked) < len(ids)
    job = searched(user, ids)
    assert searched(user, ids) == job
    workers.start(1)
    said = Person(user).finished(job)
    page = Run.objects.get(kind="stacks").get_absolute_url()
    assert (said["text"], said["state"], said["url"]) == ("Job completed!", "completed", page)
    assert said["done"] == said["total"] == len(asked)
    assert set(known_stacks(api)) == set(asked)
    stacks = [row for row in listing(api, user=user).rows if row.stack]
    assert len(stacks) == said["counts"]["stacks"] > 0
    inventories = [one.path for one in company.requests if "/inventory/" in one.path]
    assert len(inventories) == len(set(inventories)) == len(asked)
    # What is known is not asked once more
    assert Person(user).finished(searched(user, ids))["total"] == 0


def test_one_silent_device_does_not_end_it(company: Simulator, workers: Nursery) -> None:
    api, user = LibreNMSAPI(), somebody("searcher", SEARCHER)
    ids = [one.device_id for one in api.devices().value]
    first = candidates(api, ids)[0].device_id
    company.faults.add(rf"/inventory/{first}\b", "status", status=500)
    workers.start(1)
    job = searched(user, ids)
    said = Person(user).finished(job)
    assert (said["state"], said["counts"]["failed"]) == ("partial", 1)
    assert [one["librenms_id"] for one in said["failures"]] == [first]
    assert said["text"] == "The search ended. 1 device gave no answer."
    assert first not in known_stacks(api)


def test_it_can_be_cancelled(company: Simulator, workers: Nursery) -> None:
    api, user = LibreNMSAPI(), somebody("searcher", SEARCHER)
    job = searched(user, [one.device_id for one in api.devices().value])
    said = Person(user).cancel(job)
    assert (said["text"], said["state"], said["finished"]) == ("Cancelled.", "cancelled", True)
    assert known_stacks(api) == {}


def test_who_may_only_look_makes_librenms_work_no_more(company: Simulator, workers: Nursery) -> None:
    api, user = LibreNMSAPI(), somebody("searcher", SEARCHER)
    ids = [one.device_id for one in api.devices().value]
    job = searched(user, ids)
    user.object_permissions.update(actions=["view"])
    workers.start(1)
    said = Person(user).finished(job)
    assert said["text"] == "Failed: The user who started this may not do it any more."
    assert not [one.path for one in company.requests if "/inventory/" in one.path]
