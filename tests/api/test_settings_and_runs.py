"""REST of the settings, of which there is one row, and of the runs, which are only read."""

import uuid
from typing import Any

import pytest
from core.models import ObjectChange
from dcim.models import Device
from extras.models import Tag

from netbox_librenms_plugin.models import LibreNMSSettings, Run, SyncRun
from simulator.server import Simulator
from tests.factories import admin, make_device, somebody
from tests.librenms import add_switch

from .support import ROOT, Caller

pytestmark = pytest.mark.django_db

SETTINGS = f"{ROOT}/settings/"
RUNS = f"{ROOT}/sync-runs/"
MODEL = "netbox_librenms_plugin.librenmssettings"


def test_before_anything_was_saved_the_defaults_are_shown_and_nothing_is_written(simulator: Simulator) -> None:
    body = Caller(admin()).get(SETTINGS).json()
    assert (body["id"], body["selected_server"], body["interface_name_field"]["value"]) == (None, "", "ifName")
    assert body["url"].endswith(SETTINGS)
    assert not LibreNMSSettings.objects.exists()


def test_the_first_change_makes_the_row_and_later_ones_change_it(simulator: Simulator) -> None:
    caller = Caller(admin())
    first = caller.patch(SETTINGS, {"interface_name_field": "ifDescr"})
    assert (first.status_code, first.json()["interface_name_field"]["value"]) == (200, "ifDescr")
    assert caller.patch(SETTINGS, {"selected_server": "default"}).status_code == 200
    stored = LibreNMSSettings.objects.get()
    assert (stored.selected_server, stored.interface_name_field) == ("default", "ifDescr")
    changes = ObjectChange.objects.filter(changed_object_type__model="librenmssettings").order_by("time")
    assert [one.action for one in changes] == ["create", "update"]
    assert changes[1].prechange_data["selected_server"] == ""


def test_naming_addresses_and_cables_can_be_set(simulator: Simulator) -> None:
    tag = Tag.objects.create(name="Found", slug="found")
    said = {
        "device_name_source": "hostname",
        "strip_domain": False,
        "member_name_pattern": "{name}_{serial}",
        "include_reserved_vlans": True,
        "include_link_local": True,
        "include_loopback": True,
        "cable_label": "LLDP",
    }
    caller = Caller(admin())
    body = caller.patch(SETTINGS, {**said, "cable_tag": {"name": "Found"}}).json()
    assert body["device_name_source"]["value"] == "hostname" and body["cable_tag"]["id"] == tag.pk
    stored = LibreNMSSettings.objects.get()
    assert {name: getattr(stored, name) for name in said} == said and stored.cable_tag == tag
    assert caller.patch(SETTINGS, {"cable_tag": None}).json()["cable_tag"] is None
    assert caller.patch(SETTINGS, {"device_name_source": "ifName"}).status_code == 400


def test_what_librenms_keeps_in_step_can_be_set(simulator: Simulator) -> None:
    said = {"kept_fields": {"state": "netbox_wins", "display": "report_only"}, "monitoring_map": {"planned": "ignored"}}
    caller = Caller(admin())
    more = {"notes_from": "comments", "parent_roles": "core\naccess"}
    body = caller.patch(SETTINGS, {**said, **more}).json()
    assert {name: body[name] for name in said} == said and body["notes_from"]["value"] == "comments"
    assert LibreNMSSettings.load().parent_order == ["core", "access"]
    for wrong in (
        *({"kept_fields": one} for one in ({"hostname": "netbox_wins"}, {"notes": "librenms_wins"}, ["notes"])),
        *({"monitoring_map": one} for one in ({"nonsense": "ignored"}, {"planned": "off"}, {"planned": ["ignored"]})),
        {"kept_fields": {"display": "netbox_wins"}},
        *({"parent_roles": one} for one in ("core router", "core\ncore", "\n".join(map(str, range(101))))),
    ):
        answer = caller.patch(SETTINGS, wrong)
        assert (answer.status_code, list(answer.json())) == (400, list(wrong)), wrong
    assert LibreNMSSettings.load().kept_fields == said["kept_fields"]


@pytest.mark.parametrize("pattern", ["{name}", "{name}-{colour}", "{position", ""])
def test_a_pattern_that_cannot_name_members_is_refused(simulator: Simulator, pattern: str) -> None:
    answer = Caller(admin()).patch(SETTINGS, {"member_name_pattern": pattern})
    assert (answer.status_code, list(answer.json())) == (400, ["member_name_pattern"])
    assert not LibreNMSSettings.objects.exists()


def test_a_server_that_is_not_configured_is_refused(simulator: Simulator) -> None:
    answer = Caller(admin()).patch(SETTINGS, {"selected_server": "elsewhere"})
    assert (answer.status_code, list(answer.json())) == (400, ["selected_server"])
    assert not LibreNMSSettings.objects.exists()


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_there_is_no_second_row_and_the_one_stays(simulator: Simulator, method: str) -> None:
    LibreNMSSettings().save()
    assert Caller(admin()).call(method, SETTINGS).status_code == 405
    assert LibreNMSSettings.objects.count() == 1


def test_who_may_view_the_settings_may_not_change_them(simulator: Simulator) -> None:
    caller = Caller(somebody("reader", {MODEL: ["view"]}))
    assert caller.get(SETTINGS).status_code == 200
    assert caller.patch(SETTINGS, {"interface_name_field": "ifDescr"}).status_code == 403


def test_constraints_hold_for_the_one_row_too(simulator: Simulator) -> None:
    LibreNMSSettings(selected_server="default").save()
    narrow = Caller(somebody("narrow", {MODEL: ["view", "change"]}, constraints={"selected_server": ""}))
    assert narrow.get(SETTINGS).status_code == 403
    assert narrow.patch(SETTINGS, {"interface_name_field": "ifDescr"}).status_code == 403
    assert LibreNMSSettings.objects.get().interface_name_field == "ifName"


@pytest.fixture
def synced(simulator: Simulator) -> Device:
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3, vlans=()))
    assert Caller(admin()).sync(device).status_code == 200
    return device


def listed(caller: Caller, **query: Any) -> list[dict[str, Any]]:
    answer = caller.get(RUNS, **query)
    assert answer.status_code == 200
    return list(answer.json()["results"])


def test_a_run_says_who_what_and_with_which_result(synced: Device) -> None:
    (run,) = listed(Caller(admin()))
    assert run["user"]["username"] == run["user_name"] == "root"
    assert (run["object_type"], run["object_id"], run["object"]["name"]) == ("dcim.device", synced.pk, "switch")
    assert (run["server"], run["branch"], run["state"]["value"]) == ("default", "", "completed")
    assert run["run"] is None
    (result,) = run["results"]
    held = {port.name: port.pk for port in synced.interfaces.all()}
    assert {name: (outcome, pk) for _key, name, outcome, pk in result.pop("rows")} == {
        name: ("missing", pk) for name, pk in held.items()
    }
    assert result == {"resource": "interfaces", "applied": {"missing": 3}, "failed": [], "stale": [], "gaps": []}
    assert Caller(admin()).get(f"{RUNS}{run['id']}/").json()["id"] == run["id"]


def test_runs_can_be_filtered(synced: Device) -> None:
    caller = Caller(admin())
    assert len(listed(caller, object_type="dcim.device", object_id=synced.pk)) == 1
    assert listed(caller, object_id=synced.pk + 1) == []
    assert listed(caller, state="failed") == []
    assert listed(caller, branch="Rollout") == []
    SyncRun.objects.update(branch="Rollout")
    assert [one["branch"] for one in listed(caller, branch="Rollout")] == ["Rollout"]
    run = Run.objects.create(kind="import", request_id=uuid.uuid4(), server="default")
    assert listed(caller, run_id=run.pk) == []
    SyncRun.objects.update(run=run)
    assert [one["run"] for one in listed(caller, run_id=run.pk)] == [run.pk]


def test_runs_of_objects_that_one_may_not_view_are_not_listed(synced: Device) -> None:
    assert listed(Caller(somebody("half", {"netbox_librenms_plugin.syncrun": ["view"]}))) == []
    both = {"netbox_librenms_plugin.syncrun": ["view"], "dcim.device": ["view"]}
    assert len(listed(Caller(somebody("whole", both)))) == 1
    assert Caller(somebody("none", {})).get(RUNS).status_code == 403


def test_runs_cannot_be_written(synced: Device) -> None:
    caller = Caller(admin())
    run = SyncRun.objects.get()
    for method, path in (("post", RUNS), ("patch", f"{RUNS}{run.pk}/"), ("delete", f"{RUNS}{run.pk}/")):
        assert caller.call(method, path).status_code == 405
    assert SyncRun.objects.count() == 1
