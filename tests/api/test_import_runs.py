"""REST of imports: who sees which, what they say, and that nobody writes them."""

import uuid
from typing import Any

import pytest
from core.models import Job
from dcim.models import Device
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from netbox_librenms_plugin.models import Run, RunItem
from tests.api.support import ROOT, Caller
from tests.factories import add_run_row, admin, grant, make_device, make_import_run, somebody

pytestmark = pytest.mark.django_db

RUNS = f"{ROOT}/import-runs/"
SETTINGS = {"netbox_librenms_plugin.librenmssettings": ["view", "change"]}
ORDERS = ("hostname", "-hostname")
VIEW_RUNS = {"netbox_librenms_plugin.run": ["view"]}
TAKEN = {"code": "refused", "details": {"reason": "no"}, "resource": "interfaces", "name": "Gi1/0/1"}


def listed(caller: Caller, path: str = RUNS, **query: Any) -> list[dict[str, Any]]:
    answer = caller.get(path, **query)
    assert answer.status_code == 200, answer.content
    return list(answer.json()["results"])


def test_a_run_says_who_when_what_and_how_it_went() -> None:
    job = Job.objects.create(name="Import", job_id=uuid.uuid4(), user=admin())
    run = make_import_run(admin(), state="partial", options={"interfaces": True}, job=job, started=timezone.now())
    add_run_row(run, 1)
    add_run_row(run, 2)
    add_run_row(run, 3, outcome="failed")
    (body,) = listed(Caller(admin()))
    assert set(body) == {
        *("id", "url", "display", "created", "started", "ended", "user_name", "request_id", "server", "branch"),
        *("state", "options", "job", "counts"),
    }
    assert (body["user_name"], body["server"], body["state"]["value"]) == ("root", "default", "partial")
    assert body["request_id"] == str(run.request_id) and body["ended"] is None
    assert (body["options"], body["job"]["status"]["value"]) == ({"interfaces": True}, "pending")
    assert body["counts"] == {"pending": 0, "created": 2, "linked": 0, "exists": 0, "failed": 1}
    assert body["url"].endswith(f"{RUNS}{run.pk}/")
    assert Caller(admin()).get(f"{RUNS}{run.pk}/").json() == body


def test_a_run_says_which_branch_it_wrote_to() -> None:
    make_import_run(admin())
    make_import_run(admin(), branch="Rollout")
    assert [one["branch"] for one in listed(Caller(admin()))] == ["Rollout", ""]
    assert [one["branch"] for one in listed(Caller(admin()), branch="Rollout")] == ["Rollout"]


def test_the_devices_of_a_run_are_listed_in_their_order_page_by_page() -> None:
    run, device = make_import_run(admin()), make_device("switch")
    kind = ContentType.objects.get_for_model(Device)
    add_run_row(run, 7, object_type=kind, object_id=device.pk, object_repr="switch", counts={"interfaces": 24})
    add_run_row(run, 3, outcome="failed", issues=[TAKEN])
    add_run_row(make_import_run(admin()), 5)
    path = f"{RUNS}{run.pk}/rows/"
    first, second = listed(Caller(admin()), path)
    assert [first["librenms_id"], second["librenms_id"]] == [7, 3]
    assert (first["object_type"], first["object_id"], first["object_repr"]) == ("dcim.device", device.pk, "switch")
    assert (first["outcome"]["value"], first["counts"], first["issues"]) == ("created", {"interfaces": 24}, [])
    (issue,) = second["issues"]
    assert {name: issue[name] for name in TAKEN} == TAKEN and "no" in issue["message"]
    page = Caller(admin()).get(path, limit=1).json()
    assert (page["count"], len(page["results"]), page["previous"]) == (2, 1, None) and "offset=1" in page["next"]
    assert [one["librenms_id"] for one in listed(Caller(admin()), path, outcome="failed")] == [3]
    assert listed(Caller(admin()), path, librenms_id=5) == []
    names = {order: [one["hostname"] for one in listed(Caller(admin()), path, ordering=order)] for order in ORDERS}
    assert names == {"hostname": ["switch-3", "switch-7"], "-hostname": ["switch-7", "switch-3"]}
    for query in ({"hostname": "switch-3"}, {"hostname__ic": "H-3"}):
        assert [one["librenms_id"] for one in listed(Caller(admin()), path, **query)] == [3], query


def test_one_sees_ones_own_runs_and_with_the_permission_those_of_others() -> None:
    owner, stranger = somebody("owner", SETTINGS), somebody("stranger", SETTINGS)
    auditor = somebody("auditor", {**SETTINGS, **VIEW_RUNS})
    own, left = make_import_run(owner), make_import_run(None)
    add_run_row(own, 1)
    for user, seen in ((owner, [own]), (stranger, []), (auditor, [left, own]), (admin(), [left, own])):
        caller = Caller(user)
        assert [one["id"] for one in listed(caller)] == [run.pk for run in seen], user
        for run in (own, left):
            for path in (f"{RUNS}{run.pk}/", f"{RUNS}{run.pk}/rows/"):
                assert caller.get(path).status_code == (200 if run in seen else 404), (user, path)


def test_constraints_hold_for_the_runs_of_others() -> None:
    auditor = somebody("auditor", VIEW_RUNS, constraints={"server": "a"})
    grant(auditor, "netbox_librenms_plugin.librenmssettings", "view")
    runs = {server: make_import_run(None, server=server) for server in ("a", "b")}
    assert [one["id"] for one in listed(Caller(auditor))] == [runs["a"].pk]
    assert Caller(auditor).get(f"{RUNS}{runs['b'].pk}/rows/").status_code == 404


def test_without_the_plugins_permission_nobody_sees_any() -> None:
    user = somebody("half", VIEW_RUNS)
    run = make_import_run(user)
    for path in (RUNS, f"{RUNS}{run.pk}/", f"{RUNS}{run.pk}/rows/"):
        assert Caller(user).get(path).status_code == 403


def test_runs_and_rows_cannot_be_written() -> None:
    run = make_import_run(admin())
    add_run_row(run, 1)
    caller = Caller(admin())
    for path in (RUNS, f"{RUNS}{run.pk}/", f"{RUNS}{run.pk}/rows/"):
        for method in ("post", "put", "patch", "delete"):
            assert caller.call(method, path).status_code == 405, (method, path)
    assert (Run.objects.count(), RunItem.objects.count()) == (1, 1)


def test_runs_can_be_filtered() -> None:
    caller = Caller(admin())
    run = make_import_run(admin(), state="failed", server="a")
    make_import_run(None)
    for query in ({"state": "failed"}, {"server": "a"}, {"user_name": "root"}, {"request_id": str(run.request_id)}):
        assert [one["id"] for one in listed(caller, **query)] == [run.pk], query


def test_counting_takes_as_many_queries_for_many_runs_as_for_few() -> None:
    caller = Caller(admin())
    add_run_row(make_import_run(admin()), 1)
    listed(caller)
    few = queries_of(caller)
    for number in range(20):
        add_run_row(make_import_run(admin()), number)
    assert queries_of(caller) <= few


def queries_of(caller: Caller) -> int:
    with CaptureQueriesContext(connection) as queries:
        listed(caller)
    return len(queries)


def test_a_device_that_may_not_be_viewed_is_not_named() -> None:
    auditor = somebody(
        "auditor", {"netbox_librenms_plugin.librenmssettings": ["view"], "netbox_librenms_plugin.run": ["view"]}
    )
    run, device = make_import_run(admin()), make_device("hidden")
    kind = ContentType.objects.get_for_model(Device)
    add_run_row(run, 7, object_type=kind, object_id=device.pk, object_repr="hidden")
    (row,) = listed(Caller(auditor), f"{RUNS}{run.pk}/rows/")
    assert (row["object_id"], row["object_repr"]) == (None, "")
    for asked in ({"fields": "hostname,object_repr"}, {"omit": "object_id"}, {"fields": "object_id"}):
        (row,) = listed(Caller(auditor), f"{RUNS}{run.pk}/rows/", **asked)
        assert not row.get("object_repr") and not row.get("object_id"), asked
        (row,) = listed(Caller(admin()), f"{RUNS}{run.pk}/rows/", **asked)
        assert row.get("object_repr", "hidden") == "hidden" and row.get("object_id", device.pk) == device.pk
