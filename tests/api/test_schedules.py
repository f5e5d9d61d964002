"""Schedules over REST: what they are told, in whose name they run, and what they do when they are told to."""

from typing import Any

import pytest
from dcim.models import Interface, Site

from netbox_librenms_plugin.models import Schedule
from simulator.server import Simulator
from tests.factories import admin, grant, make_named, somebody
from tests.fleet_sync.support import switches
from tests.imports.fleet import a_worker
from tests.schedules.support import fresh, make_schedule, run_of

from .support import ROOT, Caller

pytestmark = pytest.mark.django_db

SCHEDULES = f"{ROOT}/schedules/"
LABEL = "netbox_librenms_plugin.schedule"
BODY: dict[str, Any] = {"name": "Nightly", "server": "default", "action": "sync", "devices": "all", "minutes": 60}


@pytest.fixture(autouse=True)
def network(simulator: Simulator) -> None:
    """Two switches without their interfaces."""
    make_named(Site, "ams1")
    switches(simulator, 2)


def planner(name: str = "planner", *actions: str) -> Any:
    """Somebody who may plan, and is no superuser."""
    return somebody(name, {LABEL: actions or ("view", "add", "change"), "users.user": ["view"]})


def test_one_is_made_in_the_name_of_who_makes_it() -> None:
    user = planner()
    answer = Caller(user).post(SCHEDULES, {**BODY, "devices": "some", "device_filter": {"site": ["site"]}})
    assert answer.status_code == 201, answer.content
    said = answer.json()
    assert (said["run_as"]["id"], said["state"], said["outcomes"]) == (user.pk, "shadow", ["missing", "changed"])
    assert said["next"] is not None and said["last_run"] is None


def test_nobody_has_it_run_with_rights_that_he_does_not_have() -> None:
    user, other = planner(), somebody("other", {})
    refused = Caller(user).post(SCHEDULES, {**BODY, "run_as": other.pk})
    assert refused.status_code == 400 and "Only a superuser" in str(refused.json()["run_as"])
    schedule = make_schedule()
    for change in ({"resources": ["vlans"]}, {"run_as": user.pk, "devices": "none", "virtual_machines": "all"}):
        Caller(user).patch(f"{SCHEDULES}{schedule.pk}/", change)
    assert fresh(schedule).resources == ["interfaces"]
    # What it does not write by is anybody's to change, and what runs in one's own name too
    assert Caller(user).patch(f"{SCHEDULES}{schedule.pk}/", {"weight": 5}).status_code == 200
    assert Caller(admin()).patch(f"{SCHEDULES}{schedule.pk}/", {"run_as": other.pk}).status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"devices": "some", "device_filter": {"sight": ["x"]}}, "device_filter"),
        ({"devices": "none"}, "devices"),
        ({"minutes": None}, "at"),
        ({"server": "gone"}, "server"),
        ({"resources": ["modules"]}, "resources"),
        ({"outcomes": ["extra"]}, "outcomes"),
    ],
)
def test_what_cannot_be_followed_is_refused(change: dict[str, Any], field: str) -> None:
    answer = Caller(admin()).post(SCHEDULES, {**BODY, **change})
    assert answer.status_code == 400 and field in answer.json()
    assert not Schedule.objects.exists()


def test_what_it_knows_of_its_runs_is_nobodys_to_write() -> None:
    schedule = make_schedule()
    body = {"state": "armed", "armed_by": admin().pk, "message": "x", "next_due": "2030-01-01T00:00:00Z", "weight": 7}
    assert Caller(admin()).patch(f"{SCHEDULES}{schedule.pk}/", body).status_code == 200
    kept = fresh(schedule)
    assert (kept.state, kept.armed_by, kept.message, kept.next_due, kept.weight) == ("shadow", None, "", None, 7)


def test_from_a_preview_over_shadow_to_armed() -> None:
    schedule = make_schedule()
    caller = Caller(planner("captain", "view", "change"))
    seen = caller.get(f"{SCHEDULES}{schedule.pk}/preview/").json()
    assert (seen["objects"], seen["exact"], seen["totals"]["resources"]["interfaces"]["create"]) == (2, True, 6)
    assert caller.post(f"{SCHEDULES}{schedule.pk}/arm/", {}).json()["code"] == "cannot_arm"
    with a_worker():
        told = caller.post(f"{SCHEDULES}{schedule.pk}/run/", {})
        assert told.status_code == 202 and told.json()["kind"] == "shadow"
        assert caller.post(f"{SCHEDULES}{schedule.pk}/run/", {}).json()["code"] == "busy"
    Schedule.objects.update(last_run=None)
    run_of(schedule)
    armed = caller.post(f"{SCHEDULES}{schedule.pk}/arm/", {}).json()
    assert (armed["state"], armed["armed_by"]["username"]) == ("armed", "captain")
    assert Interface.objects.count() == 0
    changed = Caller(admin()).patch(f"{SCHEDULES}{schedule.pk}/", {"outcomes": ["missing"]}).json()
    assert (changed["state"], changed["armed_by"]) == ("shadow", None)


def test_one_that_cannot_be_started_says_why() -> None:
    schedule = make_schedule(devices="none", virtual_machines="all")
    with a_worker():
        answer = Caller(admin()).post(f"{SCHEDULES}{schedule.pk}/run/", {})
    assert (answer.status_code, answer.json()["code"]) == (400, "cannot_start")


def test_who_may_only_view_starts_nothing() -> None:
    schedule = make_schedule()
    user = planner("reader", "view")
    for part in ("run", "arm"):
        assert Caller(user).post(f"{SCHEDULES}{schedule.pk}/{part}/", {}).status_code == 403
    grant(user, LABEL, "change", constraints={"name": "another"})
    user = type(user).objects.get(pk=user.pk)
    assert Caller(user).post(f"{SCHEDULES}{schedule.pk}/run/", {}).status_code == 404
