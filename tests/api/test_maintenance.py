"""``POST maintenance/``: devices are put under maintenance in LibreNMS in one call."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from netbox_librenms_plugin.models import Run
from simulator.server import Simulator
from tests.factories import make_device, somebody
from tests.librenms import librenms_servers, server_entry
from tests.maintenance.support import MAINTENANCE, linked

from .support import ROOT, Caller

pytestmark = pytest.mark.django_db

PATH = f"{ROOT}/maintenance/"
SETTINGS = "netbox_librenms_plugin.librenmssettings"


def test_a_plan_first_and_then_a_run(simulator: Simulator, caller: Caller) -> None:
    (switch,) = linked(simulator, "sw1")
    body: dict[str, Any] = {"ids": [switch.pk, make_device("bare").pk], "minutes": 90, "note": "New line cards"}
    plan = caller.post(PATH, {**body, "dry_run": True}).json()
    assert plan["counts"] == {"begin": 1, "nothing": 1} and plan["run"] is None
    assert [(row["action"], row["hostname"]) for row in plan["results"]] == [("begin", "sw1"), ("nothing", "")]
    assert not simulator.state.windows and not Run.objects.exists()
    done = caller.post(PATH, {**body, "expected": plan["digest"]}).json()
    assert (done["state"], done["counts"]) == ("completed", {"done": 1, "left_out": 1})
    assert done["window"] == {"minutes": 90, "start": None, "local_start": None, "note": "New line cards"}
    assert (caller.post(PATH, {**body, "expected": "another"})).json()["code"] == "stale"
    assert len(simulator.state.windows) == 1


def test_a_lost_answer_and_a_silent_one_are_results(simulator: Simulator, caller: Caller) -> None:
    devices = linked(simulator, "lost", "silent")
    simulator.state.unmoved |= {1, 2}
    simulator.faults.add(MAINTENANCE, "lost", method="POST", times=1)
    done = caller.post(PATH, {"filter": {"name": ["lost", "silent"]}, "minutes": 5}).json()
    codes = {row["object"]["name"]: [one["code"] for one in row["issues"]] for row in done["results"]}
    assert codes == {"lost": ["maintenance_unanswered"], "silent": ["maintenance_not_begun"]} and len(devices) == 2


def test_a_later_one_needs_a_known_zone(simulator: Simulator, caller: Caller) -> None:
    (switch,) = linked(simulator, "sw1")
    start = timezone.now().replace(second=0, microsecond=0) + timedelta(days=1)
    body = {"ids": [switch.pk], "start": start.isoformat(), "end": (start + timedelta(hours=2)).isoformat()}
    refused = caller.post(PATH, body)
    assert refused.status_code == 400 and "time zone" in str(refused.json()["errors"]["start"])
    with librenms_servers({"default": server_entry(simulator, time_zone="UTC")}):
        done = caller.post(PATH, body).json()
    assert done["window"]["minutes"] == 120 and done["window"]["local_start"] == f"{start:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"minutes": 5}, "invalid"),
        ({"ids": [4711], "minutes": 5}, "not_found"),
        ({"filter": {"colour": ["red"]}, "minutes": 5}, "unknown_filter"),
        ({"filter": {"status": ["active"]}}, "invalid"),
        ({"filter": {"status": ["active"]}, "minutes": 5, "end": "2099-01-01T00:00:00Z"}, "invalid"),
        ({"filter": {"status": ["active"]}, "end": "2020-01-01T00:00:00Z"}, "invalid"),
        ({"filter": {"status": ["active"]}, "minutes": 5, "server": "other"}, "unknown_server"),
        ({"filter": {"status": ["active"]}, "minutes": 5, "ends": 1}, "invalid"),
    ],
)
def test_what_cannot_be_followed_tells_nothing(
    simulator: Simulator, caller: Caller, body: dict[str, Any], code: str
) -> None:
    linked(simulator, "sw1")
    answer = caller.post(PATH, body)
    assert (answer.status_code, answer.json()["code"]) == (400, code), answer.json()
    assert not Run.objects.exists() and not simulator.state.windows


def test_who_may_not_change_anything_asks_for_nothing(simulator: Simulator) -> None:
    (switch,) = linked(simulator, "sw1")
    reader = somebody("reader", {SETTINGS: ["view"], "dcim.device": ["view", "change"]})
    assert Caller(reader).post(PATH, {"ids": [switch.pk], "minutes": 5}).status_code == 403
    editor = somebody("editor", {SETTINGS: ["view", "change"], "dcim.device": ["view"]})
    done = Caller(editor).post(PATH, {"ids": [switch.pk], "minutes": 5}).json()
    assert done["counts"] == {"left_out": 1} and done["results"][0]["issues"][0]["code"] == "no_permission"
    assert not simulator.state.windows
