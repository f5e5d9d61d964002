"""REST of sites and locations: the plan, filters, what a dry run says, what is refused."""

import pytest
from dcim.models import Site

from netbox_librenms_plugin.models import Run
from simulator.server import Simulator
from tests.factories import admin

from .support import ROOT, Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller(simulator: Simulator) -> Caller:
    simulator.state.add_device(hostname="sw-1", location="London")
    simulator.state.add_location("Paris", 48.85, 2.35)
    Site.objects.create(name="London", slug="london", latitude=51.5, longitude=-0.1)
    Site.objects.create(name="Rome", slug="rome", latitude=41.9, longitude=12.5)
    return Caller(admin())


def test_the_plan_its_filters_and_pages(caller: Caller) -> None:
    answer = caller.get(f"{ROOT}/sites/").json()
    assert answer["count"] == 3 and answer["tolerance"] == 50 and answer["version"] == "26.7.0"
    assert {one["name"]: one["outcome"] for one in answer["results"]} == {
        "London": "blocked",
        "Paris": "missing",
        "Rome": "extra",
    }
    london = answer["results"][0]
    assert london["netbox"]["latitude"] == 51.5 and london["librenms"]["devices"] == 1
    assert london["actions"][0]["problem"]["code"] == "location_updates_fail"
    assert caller.get(f"{ROOT}/sites/", show="missing").json()["count"] == 1
    assert caller.get(f"{ROOT}/sites/", q="ROM").json()["results"][0]["key"].startswith("site:")
    assert len(caller.get(f"{ROOT}/sites/", limit=2).json()["results"]) == 2
    assert caller.get(f"{ROOT}/sites/", show="odd").status_code == 400


def test_a_dry_run_writes_nothing_and_a_sync_what_was_seen(caller: Caller, simulator: Simulator) -> None:
    rows = {one["name"]: one for one in caller.get(f"{ROOT}/sites/").json()["results"]}
    keys = [one["key"] for one in rows.values()]
    body = {"keys": keys, "actions": ["create_site", "create_in_librenms", "push_coordinates"]}
    dry = caller.post(f"{ROOT}/sites/sync/", {**body, "dry_run": True}).json()
    assert {one["name"]: one["outcome"] for one in dry["results"]} == {
        "London": "left_out",
        "Paris": "pending",
        "Rome": "pending",
    }
    assert not Run.objects.exists() and Site.objects.count() == 2
    stale = {**body, "expected": {one["key"]: one["fingerprint"] for one in rows.values()} | {keys[1]: "other"}}
    done = caller.post(f"{ROOT}/sites/sync/", stale).json()
    assert {one["name"]: one["outcome"] for one in done["results"]} == {
        "London": "left_out",
        "Paris": "left_out",
        "Rome": "done",
    }
    assert "Rome" in [one["location"] for one in simulator.state.locations.rows()]
    # Rome is there by now, under another key
    assert caller.post(f"{ROOT}/sites/sync/", body).json()["code"] == "unknown_key"
    caller.post(f"{ROOT}/sites/sync/", {"keys": [rows["Paris"]["key"]], "direction": "netbox"})
    assert float(Site.objects.get(name="Paris").latitude) == 48.85


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"keys": ["location:1"]}, "invalid"),
        ({"keys": ["location:1"], "direction": "netbox", "actions": ["create_site"]}, "invalid"),
        ({"keys": ["location:99"], "direction": "netbox"}, "unknown_key"),
        ({"keys": ["location:1"], "actions": ["create_location"]}, "unknown_site"),
        ({"keys": ["location:1"], "actions": ["delete"]}, "invalid"),
        ({"keys": [], "direction": "netbox"}, "invalid"),
        ({"keys": ["location:1"], "direction": "netbox", "dry": True}, "invalid"),
    ],
)
def test_what_cannot_be_meant_is_refused(caller: Caller, body: dict[str, object], code: str) -> None:
    answer = caller.post(f"{ROOT}/sites/sync/", body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not Run.objects.exists()
