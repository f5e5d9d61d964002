"""The page of an import, the list of them, and who may see which."""

from datetime import timedelta

import pytest
from dcim.models import Device
from django.test import Client
from django.utils import timezone

from netbox_librenms_plugin.models import Run, RunItem
from netbox_librenms_plugin.runs.access import open_runs
from simulator.server import Simulator
from tests.factories import admin, client_of, make_import_run, somebody
from tests.imports.support import known_to_netbox
from tests.librenms import add_switches
from tests.orm.support import counted, writes_in
from tests.pages.imports_actions.support import Importer, body

pytestmark = pytest.mark.django_db

PLUGIN = "netbox_librenms_plugin"
HOSTILE = "<script>alert(1)</script>"
# Why a device of these runs failed
BUSY = {"code": "busy", "details": {}, "resource": "", "name": ""}
CHANGE = {f"{PLUGIN}.librenmssettings": ["view", "change"]}


def imported(simulator: Simulator, number: int = 2) -> tuple[Importer, Run]:
    """An import that is done."""
    ids = add_switches(simulator.state, number)
    known_to_netbox()
    person = Importer(admin())
    person.choose(ids)
    person.start()
    return person, Run.objects.get()


def test_the_page_says_what_became_of_each(simulator: Simulator) -> None:
    person, run = imported(simulator)
    device = Device.objects.first()
    html = person.run_page(run)
    said = body(html)
    assert f'href="{device.get_absolute_url()}"' in html
    assert "Completed" in said and "2 devices from Simulated LibreNMS" in said and "Created 2" in said
    assert "2 interfaces" in said
    assert f"request_id={run.request_id}" in html


def test_reasons_are_sentences(simulator: Simulator) -> None:
    run = make_import_run(admin(), state="partial", outcomes=["created"] + ["failed"], issues=[BUSY])
    row = run.items.get(outcome="created")
    taken = {"code": "name_taken", "details": {"name": "eth0"}, "resource": "interfaces", "name": "eth0"}
    gone = {"code": "no_such_code", "details": {}, "resource": "x", "name": HOSTILE}
    row.issues = [taken, gone]
    row.save()
    html = Importer(admin()).run_page(run)
    said = body(html)
    assert "Somebody else is working on it" in said
    assert "Interfaces eth0: Another interface is called “eth0”" in said
    assert "no_such_code" in said
    assert HOSTILE not in html


def test_what_has_problems_comes_first_and_can_be_seen_alone(simulator: Simulator) -> None:
    run = make_import_run(admin(), state="partial", outcomes=["created", "created", "failed"], issues=[BUSY])
    run.items.filter(key="2").update(issues=[BUSY])
    person = Importer(admin())
    said = body(person.run_page(run))
    assert said.index("switch-3") < said.index("switch-2") < said.index("switch-1")
    assert "With problems 2" in said
    said = body(person.run_page(run, show="problems"))
    assert "switch-3" in said and "switch-2" in said and "switch-1" not in said
    whole = make_import_run(admin(), state="completed", outcomes=["created"])
    assert "With problems" not in body(person.run_page(whole))


def test_filter_search_and_order(simulator: Simulator) -> None:
    run = make_import_run(admin(), state="partial", outcomes=["created"] * 11 + ["failed"], issues=[BUSY])
    person = Importer(admin())
    assert "switch-12" in body(person.run_page(run, show="failed"))
    assert "switch-11" not in body(person.run_page(run, show="failed"))
    assert body(person.run_page(run, q="switch-11")).count("switch-1") == 1
    said = body(person.run_page(run, sort="hostname"))
    assert said.index("switch-2") < said.index("switch-10"), "numbers count as numbers"
    said = body(person.run_page(run, sort="-hostname"))
    assert said.index("switch-12") < said.index("switch-2")
    assert "No row matches" in body(person.run_page(run, q="nobody"))


def test_who_may_see_an_import(simulator: Simulator) -> None:
    owner = somebody("owner", CHANGE)
    run = make_import_run(owner, state="completed", outcomes=["created"])
    auditor = somebody("auditor", {f"{PLUGIN}.run": ["view"]})
    stranger = somebody("stranger", CHANGE)
    statuses = {}
    for user in (owner, auditor, stranger, admin()):
        client = client_of(user)
        statuses[user.username] = {client.get(f"{run.get_absolute_url()}{part}").status_code for part in PARTS}
    assert statuses == {"owner": {200}, "auditor": {200}, "stranger": {404}, "root": {200}}
    assert Client().get(run.get_absolute_url()).status_code == 302
    assert str(run) in body(Importer(owner).runs_page())
    assert "No imports yet" in body(Importer(stranger).runs_page())


PARTS = ("", "rows/", "progress/")


def test_objects_that_one_may_not_view_are_not_named(simulator: Simulator) -> None:
    _person, run = imported(simulator, 1)
    auditor = somebody("auditor", {f"{PLUGIN}.run": ["view"]})
    html = Importer(auditor).run_page(run)
    assert "not to be seen" in body(html)
    assert Device.objects.get().get_absolute_url() not in html


def test_what_failed_is_reviewed_again(simulator: Simulator) -> None:
    ids = add_switches(simulator.state, 2)
    known_to_netbox()
    run = make_import_run(admin(), state="partial")
    for pk in (*ids, 9999):
        choice = {"name": f"again-{pk}", "seen": "x"}
        RunItem.objects.create(run=run, key=str(pk), librenms_id=pk, name="x", outcome="failed", choice=choice)
    person = Importer(admin())
    assert "Import the failed ones again" in body(person.run_page(run))
    person.press("again", run)
    said = body(person.review())
    assert "Import 2 devices" in said and f"again-{ids[0]}" in said
    person.start()
    assert Device.objects.filter(name__startswith="again-").count() == 2


def test_only_its_own_person_continues_an_import(simulator: Simulator) -> None:
    run = make_import_run(somebody("owner", CHANGE), state="cancelled", outcomes=["pending"])
    auditor = somebody("auditor", CHANGE | {f"{PLUGIN}.run": ["view"]})
    assert "Continue with" not in body(Importer(auditor).run_page(run))
    answer = Importer(auditor).press("continue", run)
    assert answer["Location"] == run.get_absolute_url()
    run.refresh_from_db()
    assert run.state == "cancelled" and run.job is None
    assert "Continue with 1 device" in body(Importer(admin()).run_page(run))


def test_an_import_that_broke_off_can_be_continued(simulator: Simulator) -> None:
    run = make_import_run(admin(), state="running", outcomes=["pending"] * 2)
    person = Importer(admin())
    assert "Continue with" not in body(person.run_page(run))
    Run.objects.update(created=timezone.now() - timedelta(minutes=11))
    assert "Continue with 2 devices" in body(person.run_page(run))
    assert "Abandoned" in body(person.run_page(run)) and "Abandoned" in body(person.runs_page())
    said = person.client.get(f"/api/plugins/{PLUGIN.removeprefix('netbox_')}/import-runs/{run.pk}/").json()
    assert said["state"]["value"] == "abandoned"
    assert open_runs(admin(), kind="import") == []
    person.press("continue", run)
    run.refresh_from_db()
    assert run.job is not None and run.state == "pending"


def test_somebody_s_open_imports(simulator: Simulator) -> None:
    owner = somebody("owner", CHANGE)
    make_import_run(owner, state="completed", outcomes=["created"])
    run = make_import_run(owner, state="running", outcomes=["created"] * 2 + ["pending"] * 3)
    make_import_run(admin(), state="running", outcomes=["pending"])
    with counted() as queries:
        (found,) = open_runs(owner, kind="import")
    assert (found.run, found.done, found.total) == (run, 2, 5)
    assert len(queries) == 2


def test_looking_costs_the_same_for_any_number(simulator: Simulator) -> None:
    person, run = imported(simulator, 2)
    costs = set()
    for number in (2, 400):
        for n in range(1000, 1000 + number):
            RunItem.objects.get_or_create(
                run=run, key=str(n), librenms_id=n, defaults={"name": f"x-{n}", "outcome": "exists"}
            )
        person.run_page(run, per_page=100)
        with counted() as queries:
            html = person.run_page(run, per_page=100)
        costs.add(len(queries))
        assert len(html.encode()) < 250_000
        assert writes_in(queries) == []
    assert len(costs) == 1, costs
    lists = set()
    for number in (1, 60):
        for _ in range(number):
            make_import_run(admin(), state="completed", outcomes=["created"])
        with counted() as queries:
            html = person.runs_page()
        lists.add(len(queries))
        assert len(html.encode()) < 250_000
    assert len(lists) == 1, lists


def test_in_the_background_it_waits_for_a_worker(simulator: Simulator, real_commits: None) -> None:
    ids = add_switches(simulator.state, 2)
    known_to_netbox()
    owner = admin()
    person = Importer(owner)
    person.choose(ids)
    answer = person.start("background")
    run = Run.objects.get()
    assert answer["Location"] == run.get_absolute_url()
    assert run.state == "pending" and run.job is not None and not Device.objects.exists()
    html = person.run_page(run)
    assert f'data-status-url="/api/plugins/librenms_plugin/jobs/{run.job.pk}/status/"' in html
    assert f'data-stop-url="/api/core/background-tasks/{run.job.job_id}/stop/"' in html
    auditor = somebody("auditor", {f"{PLUGIN}.run": ["view"]})
    watched = Importer(auditor).run_page(run)
    assert "data-status-url" not in watched and "every 5s" in watched
    (found,) = open_runs(owner, kind="import")
    assert (found.done, found.total) == (0, 2)
