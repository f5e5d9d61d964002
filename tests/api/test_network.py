"""``network/``: its numbers, and the comparison of it in the background."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from netbox_librenms_plugin.models import DailyTotal, Run
from netbox_librenms_plugin.runs.worker import run_now
from simulator.server import Simulator
from tests.deviations.support import compare_network
from tests.factories import admin, grant, make_device, make_named, make_vm, request_of, somebody
from tests.imports.fleet import a_worker
from tests.librenms import add_switch

from .support import ROOT, Caller, counted_queries
from .test_deviations import SETTINGS, fill

pytestmark = pytest.mark.django_db

NETWORK, COMPARE = f"{ROOT}/network/", f"{ROOT}/network/compare/"


def numbers(caller: Caller, **query: Any) -> dict[str, Any]:
    answer = caller.get(NETWORK, **query)
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


class TestNumbers:
    def test_before_anything_was_compared(self, simulator: Simulator, caller: Caller) -> None:
        make_device("never")
        found = numbers(caller)
        assert (found["open"], found["totals"], found["running"], found["last"]) == (0, [], None, None)
        assert found["coverage"] == {"compared": 0, "failed": 0, "not_compared": 1, "oldest": None, "newest": None}

    def test_totals_coverage_and_trend(self, simulator: Simulator, caller: Caller) -> None:
        fill(simulator, "one", "other")
        run = compare_network(complete=True)
        DailyTotal.objects.create(server="default", day=timezone.localdate() - timedelta(days=1), resource="", open=99)
        found = numbers(caller, server="default")
        by_resource = {one["resource"]: one for one in found["totals"]}
        assert by_resource["interfaces"]["open"] >= 4
        assert found["open"] == sum(one["open"] for one in found["totals"])
        assert (found["coverage"]["compared"], found["coverage"]["not_compared"]) == (2, 0)
        assert [one["open"] for one in found["trend"]] == [99, found["open"]]
        assert (found["last"]["run"], found["last"]["objects"]) == (run.pk, 2)
        assert found["last"]["opened"] >= 4 and found["running"] is None

    def test_one_sees_numbers_of_what_one_may_view(self, simulator: Simulator) -> None:
        fill(simulator, "one", "other")
        compare_network(complete=True)
        user = somebody("half", {SETTINGS: ["view"]})
        grant(user, "dcim.device", "view", constraints={"name": "one"})
        found, whole = numbers(Caller(user)), numbers(Caller(admin()))
        assert 0 < found["open"] < whole["open"]
        assert found["coverage"]["compared"] == 1 and found["coverage"]["not_compared"] is None
        assert found["trend"] is None

    def test_the_number_of_queries_is_fixed(self, simulator: Simulator, caller: Caller) -> None:
        counted = []
        for names in (["a1"], [f"b{number}" for number in range(12)]):
            fill(simulator, *names)
            cache.clear()
            compare_network(complete=True)
            numbers(caller)
            with counted_queries() as captured:
                numbers(caller)
            counted.append(len(captured))
        assert counted[0] == counted[1] <= 20, counted

    def test_a_server_that_is_none(self, simulator: Simulator, caller: Caller) -> None:
        assert caller.get(NETWORK, server="gone").json()["code"] == "unknown_server"

    def test_strangers_read_nothing(self, simulator: Simulator) -> None:
        assert Caller(somebody("stranger", {"dcim.device": ["view"]})).get(NETWORK).status_code == 403


class TestComparing:
    def started(self, caller: Caller, **body: Any) -> Run:
        with a_worker():
            answer = caller.post(COMPARE, body)
        assert answer.status_code == 202, answer.content
        run = Run.objects.get(pk=answer.json()["run"])
        assert (run.job_id, run.options["objects"]) == (answer.json()["job"], answer.json()["objects"])
        return run

    def objects(self, run: Run) -> set[tuple[str, int]]:
        return {(kind, pk) for item in run.items.all() for kind, pk in item.choice.get("objects", ())}

    def test_everything(self, simulator: Simulator, caller: Caller) -> None:
        fill(simulator, "one", "other")
        run = self.started(caller, complete=True, force="half of it moved")
        assert run.options["everything"] and run.options["complete"] and run.options["force"] == "half of it moved"
        assert len(self.objects(run)) == 2
        with request_of(caller.user) as request:
            run_now(run, request)
        assert numbers(caller)["last"]["run"] == run.pk

    def test_it_is_said_to_run(self, simulator: Simulator, caller: Caller) -> None:
        fill(simulator, "one")
        run = self.started(caller)
        Run.objects.filter(pk=run.pk).update(job=None)
        assert numbers(caller)["running"]["run"] == run.pk

    def test_what_is_named(self, simulator: Simulator, caller: Caller) -> None:
        ids = [add_switch(simulator.state, 2, hostname=f"sw{number}") for number in range(3)]
        site = make_named(type(make_device("x").site), "Elsewhere")
        one, other = make_device("sw0", librenms_id=ids[0]), make_device("sw1", librenms_id=ids[1], site=site)
        guest = make_vm("sw2", librenms_id=ids[2])
        run = self.started(caller, ids={"device": [one.pk, 999_999], "virtualmachine": [guest.pk]}, resources=["vlans"])
        assert self.objects(run) == {("device", one.pk), ("virtualmachine", guest.pk)}
        assert run.options["resources"] == ["vlans"] and not run.options["everything"]
        run = self.started(caller, filter={"device": {"site_id": site.pk}})
        assert self.objects(run) == {("device", other.pk)}

    def test_objects_that_one_may_not_view_are_left_out(self, simulator: Simulator) -> None:
        one, other = (make_device(name, librenms_id=number) for number, name in enumerate(("one", "other"), 1))
        user = somebody("half", {SETTINGS: ["view", "change"]})
        grant(user, "dcim.device", "view", constraints={"name": "one"})
        run = self.started(Caller(user), ids={"device": [one.pk, other.pk]})
        assert self.objects(run) == {("device", one.pk)}
        with a_worker():
            answer = Caller(user).post(COMPARE, {"ids": {"device": [other.pk]}})
        assert (answer.status_code, answer.json()["code"]) == (400, "nothing_linked")

    @pytest.mark.parametrize(
        "body",
        [
            {"ids": {}},
            {"filter": {}},
            {"filter": {"device": {}}},
            {"filter": {"device": {"colour": "red"}}},
            {"filter": {"device": {"q": ""}}},
            {"filter": {"site": {"id": 1}}},
            {"filter": {"device": {"site_id": 999_999}}},
            {"ids": {"device": []}},
            {"ids": {"device": [1]}, "filter": {"device": {"name": "x"}}},
            {"resources": []},
            {"resources": ["unicorns"]},
            {"server": "gone"},
            {"complet": True},
        ],
    )
    def test_what_says_nothing_never_means_everything(
        self, simulator: Simulator, caller: Caller, body: dict[str, Any]
    ) -> None:
        make_device("one", librenms_id=1)
        with a_worker():
            answer = caller.post(COMPARE, body)
        assert answer.status_code == 400 and answer.json()["detail"], answer.content
        assert not Run.objects.exists()

    def test_without_a_worker_nothing_is_started(self, simulator: Simulator, caller: Caller) -> None:
        answer = caller.post(COMPARE, {})
        assert (answer.status_code, answer.json()["code"]) == (503, "no_worker")
        assert not Run.objects.exists()

    def test_it_needs_the_right_to_change_and_a_token_that_writes(self, simulator: Simulator) -> None:
        reader = somebody("reader", {SETTINGS: ["view"], "dcim.device": ["view"]})
        for caller in (Caller(reader), Caller(admin(), writes=False)):
            assert caller.post(COMPARE, {}).status_code == 403
        assert not Run.objects.exists()
