"""A kind of run with two phases, one of them batched: cancel, lost workers, continuing, items that fail."""

import uuid
from collections.abc import Iterable
from typing import Any

import pytest
from dcim.models import Region

from netbox_librenms_plugin.models import ImportRun, ImportRunRow
from netbox_librenms_plugin.runs.control import enqueue_run, work_left
from netbox_librenms_plugin.runs.ends import finish
from netbox_librenms_plugin.runs.worker import Worker, run_now
from tests.factories import request_of
from tests.jobs.conftest import nursery, queue, workers  # noqa: F401  (fixtures)
from tests.jobs.support import Person, importer
from tests.runs.toy import REFUSED, TOY, UNDESCRIBED
from tests.workers import Nursery


def a_run(names: Iterable[str], *, user: Any, **options: bool) -> ImportRun:
    """A run of the toy over regions of these names."""
    run = ImportRun.objects.create(
        kind=TOY.name, user=user, user_name=user.username, request_id=uuid.uuid4(), server="default", options=options
    )
    rows = [ImportRunRow(run=run, librenms_id=number, hostname=name) for number, name in enumerate(names)]
    ImportRunRow.objects.bulk_create(rows)
    return run


def names(number: int) -> list[str]:
    return [f"region-{n:02}" for n in range(number)]


def descriptions() -> list[str]:
    return list(Region.objects.order_by("name").values_list("description", flat=True))


@pytest.mark.django_db
def test_a_phase_does_a_batch_at_once() -> None:
    user = importer()
    run = a_run(names(6), user=user)
    with request_of(user) as request:
        run_now(run, request)
    assert run.state == "completed" and run.counts()["created"] == 6
    assert descriptions() == ["one of 4"] * 4 + ["one of 2"] * 2
    assert list(run.rows.values_list("counts", flat=True)) == [{"regions": 1, "descriptions": 1}] * 6


@pytest.mark.django_db
def test_what_fails_costs_only_itself() -> None:
    user = importer()
    run = a_run(["a", REFUSED, UNDESCRIBED, "z"], user=user)
    with request_of(user) as request:
        run_now(run, request)
    assert run.state == "partial"
    assert dict(run.rows.values_list("hostname", "outcome")) == {
        "a": "created",
        REFUSED: "failed",
        UNDESCRIBED: "failed",
        "z": "created",
    }
    failed = run.rows.filter(outcome="failed")
    assert [[one["code"] for one in row.issues] for row in failed] == [["plugin_failed"]] * 2
    assert dict(Region.objects.values_list("name", "description")) == {
        "a": "one of 1",
        UNDESCRIBED: "",
        "z": "one of 1",
    }


@pytest.mark.django_db
def test_what_a_cancel_leaves_is_done_later_and_results_stay() -> None:
    user, told = importer(), []
    run = a_run(names(6), user=user)
    with request_of(user) as request:
        run_now(run, request, stop=lambda: len(told) == 3, done=told.append)
        assert (run.state, Region.objects.count()) == ("cancelled", 3)
        assert not run.rows.filter(outcome="pending").exclude(claimed_by=None).exists()
        assert work_left(run)
        first = {row.pk: row.ended for row in run.rows.filter(outcome="created")}
        assert len(first) == 3
        ImportRun.objects.filter(pk=run.pk).update(state="pending", started=None, ended=None)
        run.refresh_from_db()
        run_now(run, request)
    assert run.state == "completed" and not work_left(run)
    assert run.counts()["created"] == 6 and "" not in descriptions()


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["claimed_by", "cabled_by"])
def test_what_a_lost_worker_has_claimed_is_done_by_others(column: str) -> None:
    user, lost = importer(), uuid.uuid4()
    run = a_run(names(3), user=user)
    run.rows.filter(hostname="region-01").update(**{column: lost})
    with request_of(user) as request:
        assert Worker(run=run, request=request, alive=lambda one: one != lost).work()
    finish(run)
    assert run.state == "completed" and run.counts()["created"] == 3
    assert "" not in descriptions()


def test_two_workers_share_it(queue: None, workers: Nursery) -> None:  # noqa: F811
    workers.start(2, modules=["tests.runs.toy"])
    user = importer()
    run = a_run([*names(23), REFUSED], user=user, meet=True)
    with request_of(user) as request:
        job = enqueue_run(run, request)
    said = Person(user).finished(job)
    assert (said["text"], said["state"], said["done"], said["total"]) == ("23 regions", "partial", 24, 24)
    assert [one["hostname"] for one in said["failures"]] == [REFUSED]
    assert run.rows.order_by().values("claimed_by").distinct().count() == 2
    assert Region.objects.count() == 23 and "" not in descriptions()
