"""A kind of run with three phases, two of them batched: cancel, lost workers, continuing, items that fail."""

import uuid
from collections.abc import Iterable
from typing import Any

import pytest
from dcim.models import Region

from netbox_librenms_plugin.models import Run, RunItem
from netbox_librenms_plugin.runs.control import enqueue_run, work_left
from netbox_librenms_plugin.runs.ends import finish
from netbox_librenms_plugin.runs.kinds import items_before
from netbox_librenms_plugin.runs.worker import Worker, run_now
from tests.factories import request_of
from tests.jobs.support import Person, importer
from tests.runs.toy import REFUSED, TOY, UNDESCRIBED
from tests.workers import Nursery


def a_run(names: Iterable[str], *, user: Any, **options: bool) -> Run:
    """A run of the toy over regions of these names."""
    run = Run.objects.create(
        kind=TOY.name, user=user, user_name=user.username, request_id=uuid.uuid4(), server="default", options=options
    )
    RunItem.objects.bulk_create([RunItem(run=run, key=str(number), name=name) for number, name in enumerate(names)])
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
    assert list(run.items.values_list("counts", flat=True)) == [{"regions": 1, "descriptions": 1, "checks": 1}] * 6


@pytest.mark.django_db
def test_what_fails_costs_only_itself() -> None:
    user = importer()
    run = a_run(["a", REFUSED, UNDESCRIBED, "z"], user=user)
    with request_of(user) as request:
        run_now(run, request)
    assert run.state == "partial"
    assert dict(run.items.values_list("name", "outcome")) == {
        "a": "created",
        REFUSED: "failed",
        UNDESCRIBED: "failed",
        "z": "created",
    }
    failed = run.items.filter(outcome="failed")
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
        assert not run.items.filter(outcome="pending").exclude(claimed_by=None).exists()
        assert work_left(run)
        first = {row.pk: row.ended for row in run.items.filter(outcome="created")}
        assert len(first) == 3
        Run.objects.filter(pk=run.pk).update(state="pending", started=None, ended=None)
        run.refresh_from_db()
        run_now(run, request)
    assert run.state == "completed" and not work_left(run)
    assert run.counts()["created"] == 6 and "" not in descriptions()


def worked_before(run: Run, phase: str, *, worker: uuid.UUID, user: Any) -> None:
    """Work the run off up to the beginning of this phase."""
    names = TOY.phase_names
    earlier = names[: names.index(phase)]
    if earlier:
        with request_of(user) as request:
            end = Worker(run=run, request=request, id=worker, stop=lambda: not items_before(run, earlier[-1]).exists())
            assert not end.work()
    assert {item.phase for item in run.items.all()} == {earlier[-1] if earlier else ""}


@pytest.mark.django_db
@pytest.mark.parametrize("phase", TOY.phase_names)
def test_what_a_lost_worker_has_claimed_is_done_by_others(phase: str) -> None:
    user, lost = importer(), uuid.uuid4()
    run = a_run(names(3), user=user)
    worked_before(run, phase, worker=uuid.uuid4(), user=user)
    run.items.filter(name="region-01").update(claimed_by=lost)
    with request_of(user) as request:
        assert Worker(run=run, request=request, alive=lambda one: one != lost).work()
    finish(run)
    assert run.state == "completed" and run.counts()["created"] == 3
    assert "" not in descriptions()


@pytest.mark.django_db
@pytest.mark.parametrize("phase", TOY.phase_names)
def test_what_a_living_worker_has_claimed_is_left_to_it(phase: str) -> None:
    user, other, mine = importer(), uuid.uuid4(), uuid.uuid4()
    run = a_run(names(3), user=user)
    worked_before(run, phase, worker=other, user=user)
    held = run.items.get(name="region-01")
    run.items.filter(pk=held.pk).update(claimed_by=other)
    others = run.items.exclude(pk=held.pk)
    with request_of(user) as request:
        done = Worker(run=run, request=request, id=mine, stop=lambda: not others.exclude(phase=phase).exists())
        assert not done.work()
        assert done.others_at_it()
    held.refresh_from_db()
    assert held.claimed_by == other and phase not in held.done_by
    assert {one.done_by[phase] for one in others} == {str(mine)}


@pytest.mark.django_db
@pytest.mark.parametrize("phase", TOY.phase_names[1:])
def test_a_phase_goes_on_with_what_another_worker_did_before(phase: str) -> None:
    user, first, second = importer(), uuid.uuid4(), uuid.uuid4()
    run = a_run(names(5), user=user)
    worked_before(run, phase, worker=first, user=user)
    with request_of(user) as request:
        assert Worker(run=run, request=request, id=second).work()
    at = TOY.phase_names.index(phase)
    by = {name: str(first if number < at else second) for number, name in enumerate(TOY.phase_names)}
    assert [one.done_by for one in run.items.all()] == [by] * 5
    assert {(one.phase, one.claimed_by) for one in run.items.all()} == {("check", None)}


@pytest.mark.django_db
def test_what_a_phase_leaves_out_comes_to_the_next_one() -> None:
    user = importer()
    run = a_run([*names(2), REFUSED], user=user, plain=True)
    with request_of(user) as request:
        run_now(run, request)
    made = run.items.filter(outcome="created")
    assert [(one.phase, sorted(one.done_by), one.counts) for one in made] == [
        ("check", ["check", "make"], {"regions": 1, "checks": 1})
    ] * 2
    assert [one.phase for one in run.items.filter(outcome="failed")] == ["make"]
    assert set(Region.objects.values_list("description", "comments")) == {("", "checked")}


def test_two_workers_share_it(queue: None, workers: Nursery) -> None:
    workers.start(2, modules=["tests.runs.toy"])
    user = importer()
    run = a_run([*names(23), REFUSED], user=user, meet=True)
    with request_of(user) as request:
        job = enqueue_run(run, request)
    said = Person(user).finished(job)
    assert (said["text"], said["state"], said["done"], said["total"]) == ("23 regions", "partial", 24, 24)
    assert [one["hostname"] for one in said["failures"]] == [REFUSED]
    assert said["checked"] == 23
    assert run.items.order_by().values("done_by__make").distinct().count() == 2
    assert Region.objects.count() == 23 and "" not in descriptions()
