"""REST of all runs: the list, the items, cancelling, and undoing."""

from typing import Any

import pytest
from dcim.models import Device, Interface

from netbox_librenms_plugin.models import Run, SyncRun
from simulator.server import Simulator
from tests.factories import admin, grant, make_import_run, request_of, somebody
from tests.fleet_sync.support import switches, sync
from tests.imports.fleet import a_worker
from tests.undo import undone

from .support import ROOT, Caller, counted_queries

pytestmark = pytest.mark.django_db

SETTINGS = "netbox_librenms_plugin.librenmssettings"
RUNS = f"{ROOT}/runs/"


def undo(run: Any, caller: Caller | None = None, **body: Any) -> Any:
    kind = "runs" if isinstance(run, Run) else "sync-runs"
    return (caller or Caller(admin())).post(f"{ROOT}/{kind}/{run.pk}/undo/", body)


def plan(run: Any, caller: Caller | None = None) -> Any:
    kind = "runs" if isinstance(run, Run) else "sync-runs"
    return (caller or Caller(admin())).get(f"{ROOT}/{kind}/{run.pk}/undo/")


def found(caller: Caller, **query: Any) -> set[int]:
    return {one["id"] for one in caller.get(RUNS, **query).json()["results"]}


def test_every_kind_is_listed_and_filtered(simulator: Simulator) -> None:
    caller = Caller(admin())
    run = sync(switches(simulator, 2))
    by = undone(run)
    other = make_import_run(somebody("ann", {}), server="other", state="failed", outcomes=["failed"])
    assert [one["id"] for one in caller.get(RUNS).json()["results"]] == [other.pk, by.pk, run.pk]
    for query, wanted in (
        ({"kind": "sync"}, {run.pk}),
        ({"kind": ["sync", "undo"]}, {run.pk, by.pk}),
        ({"state": "failed"}, {other.pk}),
        ({"server": "other"}, {other.pk}),
        ({"user": "ann"}, {other.pk}),
        ({"undone": "true"}, {run.pk}),
        ({"created__gte": by.created.isoformat()}, {by.pk, other.pk}),
        ({"created__lte": run.created.isoformat()}, {run.pk}),
    ):
        assert found(caller, **query) == wanted, query
    said = caller.get(f"{RUNS}{run.pk}/").json()
    assert (said["kind"], said["counts"], said["undone_by"]) == ("sync", {"synced": 2}, by.pk)
    assert caller.get(f"{RUNS}{by.pk}/").json()["undoes"] == {"type": "run", "id": run.pk}


def test_its_items(simulator: Simulator) -> None:
    run = sync(switches(simulator, 2))
    rows = Caller(admin()).get(f"{RUNS}{run.pk}/items/").json()["results"]
    assert [(one["name"], one["outcome"]["value"], one["counts"]) for one in rows] == [
        ("switch-001", "synced", {"interfaces": 3}),
        ("switch-002", "synced", {"interfaces": 3}),
    ]
    auditor = Caller(somebody("auditor", {SETTINGS: ["view"], "netbox_librenms_plugin.run": ["view"]}))
    first, _second = auditor.get(f"{RUNS}{run.pk}/items/").json()["results"]
    assert (first["name"], first["object_id"], first["display"]) == ("", None, "")
    assert Caller(somebody("other", {SETTINGS: ["view"]})).get(f"{RUNS}{run.pk}/items/").status_code == 404


def test_queries_do_not_grow(simulator: Simulator) -> None:
    caller, numbers = Caller(admin()), []
    for more in (2, 9):
        for _number in range(more):
            make_import_run(admin(), kind="sync", state="completed", outcomes=["synced"])
        caller.get(RUNS)
        with counted_queries() as queries:
            caller.get(RUNS)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1], numbers


def test_what_no_job_is_at_cannot_be_cancelled() -> None:
    run = make_import_run(admin(), kind="sync", state="running", outcomes=["pending"])
    said = Caller(admin()).post(f"{RUNS}{run.pk}/cancel/", {})
    assert (said.status_code, said.json()["code"]) == (409, "no_job")


class TestUndo:
    def test_the_plan_and_then_the_undo(self, simulator: Simulator) -> None:
        run = sync(switches(simulator, 2))
        said = plan(run).json()
        assert said["counts"] == {"delete": 12, "put_back": 0, "recreate": 0, "done": 0, "left": 0}
        row = said["rows"][0]
        found = (row["object"]["type"], row["owner"]["name"], row["action"])
        assert found == ("dcim.interface", "switch-001", "delete")
        assert undo(run, dry_run=True).json() == {"run": None, "plan": said}
        assert Interface.objects.count() == 6 and Run.objects.count() == 1, "nothing was written until now"
        answer = undo(run, expected=said["fingerprint"])
        by = Run.objects.get(kind="undo")
        assert answer.json() == {
            "run": by.pk,
            "state": "completed",
            "request_id": str(by.request_id),
            "undone": {"delete": 12, "put_back": 0, "recreate": 0},
            "issues": [],
        }
        assert not Interface.objects.exists()

    def test_a_second_time_is_refused_with_who_and_when(self, simulator: Simulator) -> None:
        run = sync(switches(simulator, 1))
        undo(run)
        again = undo(run)
        assert (again.status_code, again.json()["code"]) == (409, "already_undone")
        assert again.json()["detail"].startswith("root has undone it, ")
        assert plan(run).json()["problem"]["code"] == "already_undone"

    def test_a_plan_that_changed_is_refused(self, simulator: Simulator) -> None:
        run = sync(switches(simulator, 1))
        seen = plan(run).json()["fingerprint"]
        with request_of(admin()):
            Interface.objects.first().delete()
        assert undo(run, expected=seen).json()["code"] == "plan_changed"
        assert Interface.objects.count() == 2

    def test_what_stays_says_why(self, simulator: Simulator) -> None:
        run = sync(switches(simulator, 1))
        port = Interface.objects.first()
        with request_of(admin()):
            port.snapshot()
            port.description = "mine"
            port.save()
        said = undo(run).json()
        assert (said["state"], said["undone"]["delete"]) == ("partial", 2)
        issues = {one["name"]: one["code"] for one in said["issues"]}
        assert issues[port.name] == "changed_since"
        assert set(issues.values()) == {"changed_since", "hangs_on_it"}, "its MAC address, and the LAG that it is in"

    def test_what_one_may_not_view_is_not_named(self, simulator: Simulator) -> None:
        run = sync(switches(simulator, 1))
        seen, hidden = Interface.objects.order_by("name")[:2]
        with request_of(somebody("ann", {})):
            hidden.snapshot()
            hidden.description = "secret"
            hidden.save()
        narrow = somebody("narrow", {SETTINGS: ["view", "change"], "netbox_librenms_plugin.run": ["view"]})
        grant(narrow, "dcim.device", "view")
        grant(narrow, "dcim.interface", "view", "delete", constraints={"name": seen.name})
        grant(narrow, "dcim.macaddress", "view", "delete")
        answer = undo(run, Caller(type(narrow).objects.get(pk=narrow.pk)))
        said = answer.json()
        assert said["state"] == "partial" and not Interface.objects.filter(pk=seen.pk)
        told = [one for one in said["issues"] if one["type"] == "dcim.interface"]
        assert [(one["code"], one["name"]) for one in told] == [("stays_hidden", "")]
        assert hidden.name not in answer.content.decode() and "ann" not in answer.content.decode()

    def test_the_sync_of_one_object(self, simulator: Simulator) -> None:
        first, second = switches(simulator, 2)
        sync([first, second])
        one = SyncRun.objects.get(object_id=first.pk)
        assert plan(one).json()["counts"]["delete"] == 6
        assert undo(one).status_code == 200
        assert not first.interfaces.exists() and second.interfaces.count() == 3
        stranger = Caller(somebody("stranger", {SETTINGS: ["view", "change"]}))
        assert plan(one, stranger).status_code == 404 and undo(one, stranger).status_code == 404

    def test_in_the_background(self, simulator: Simulator) -> None:
        run = sync(switches(simulator, 1))
        assert undo(run, background=True).json()["code"] == "no_worker"
        assert undo(run, background=True, dry_run=True).status_code == 400
        with a_worker():
            said = undo(run, background=True)
        assert said.status_code == 202
        by = Run.objects.get(pk=said.json()["run"])
        assert (by.kind, by.state, by.job_id) == ("undo", "pending", said.json()["job"])
        assert undo(run).json()["code"] == "being_undone"

    def test_too_many_for_a_request(self, simulator: Simulator) -> None:
        run = sync(switches(simulator, 6, ports=51))
        assert undo(run).json()["code"] == "too_many"
        assert Interface.objects.count() == 306

    def test_within_ones_rights(self, simulator: Simulator) -> None:
        run = sync(switches(simulator, 1))
        reader = somebody("reader", {SETTINGS: ["view"], "netbox_librenms_plugin.run": ["view"]})
        assert plan(run, Caller(reader)).status_code == 200
        assert undo(run, Caller(reader)).status_code == 403
        assert undo(run, Caller(admin(), writes=False)).status_code == 403
        may = somebody("may", {SETTINGS: ["view", "change"], "netbox_librenms_plugin.run": ["view"]})
        said = undo(run, Caller(may))
        assert (said.status_code, said.json()["code"]) == (409, "nothing_to_undo"), "NetBox's own rights are missing"
        assert Device.objects.exists() and Interface.objects.count() == 3
