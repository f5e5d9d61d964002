"""``GET`` and ``POST import/``."""

from typing import Any

import django_rq
import pytest
from core.models import Job, ObjectChange
from dcim.models import Device, DeviceRole, Interface, Rack, Site
from django.core.cache import cache
from extras.models import Notification
from rest_framework.response import Response
from virtualization.models import VirtualMachine

from netbox_librenms_plugin.models import ImportIgnore, ImportRule, Run
from simulator.data import Dataset
from simulator.server import Simulator
from tests.factories import admin, client_of, make_cluster, make_device, somebody, tell_of_new_devices
from tests.imports.fleet import a_worker, add
from tests.librenms import librenms_servers, server_entry
from tests.orm.support import counted, writes_in

from .support import ROOT, Caller

pytestmark = pytest.mark.django_db

SETTINGS = "netbox_librenms_plugin.librenmssettings"
ADDRESS = f"{ROOT}/import/"


def post(caller: Caller, *devices: dict[str, Any], **body: Any) -> Response:
    return caller.post(ADDRESS, {"devices": list(devices), **body})


def listed(caller: Caller, **query: Any) -> dict[str, Any]:
    answer = caller.get(ADDRESS, **query)
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def names(body: dict[str, Any]) -> list[str]:
    return [row["hostname"] for row in body["results"]]


class TestList:
    def test_a_row_says_all_of_a_device(self, simulator: Simulator, caller: Caller) -> None:
        number = add(simulator)
        body = listed(caller)
        (row,) = body["results"]
        assert (body["count"], body["next"], body["previous"], body["server"]) == (1, None, None, "default")
        assert body["fetched_at"] and body["odd_rows"] == 0
        assert body["counts"]["ready"] == 1 and body["counts"]["linked"] == 0
        assert (row["librenms_id"], row["hostname"], row["sysname"], row["name"]) == (number, "sw", "sw", "sw")
        assert (row["hardware"], row["os"], row["location"], row["serial"]) == ("Model X", "ios", "Lab", "S-sw")
        assert (row["state"], row["as"], row["disabled"]) == ("ready", "device", False)
        assert row["matches"]["site"] == {"id": Site.objects.get(name="Here").pk, "name": "Here"}
        assert row["matches"]["role"]["name"] == "network" and row["matches"]["platform"]["name"] == "ios"
        assert row["matches"]["device_type"]["name"] == "Maker Model X"
        assert [row["matches"][name] for name in ("rack", "cluster", "tenant", "location")] == [None] * 4
        assert (row["netbox"], row["matched_by"], row["rule"], row["issues"]) == (None, None, None, [])
        assert len(row["fingerprint"]) == 16

    def test_reasons_have_a_code_and_a_sentence(self, simulator: Simulator, caller: Caller) -> None:
        add(simulator)
        DeviceRole.objects.all().delete()
        (row,) = listed(caller)["results"]
        (reason,) = row["issues"]
        assert (row["state"], reason["code"]) == ("needs_setup", "role_unknown")
        assert "role" in reason["message"]

    def test_what_netbox_has_is_named(self, simulator: Simulator, caller: Caller) -> None:
        add(simulator)
        held = make_device("sw", site=Site.objects.get(name="Here"))
        (row,) = listed(caller)["results"]
        assert (row["state"], row["matched_by"]) == ("exists", "name")
        assert row["netbox"] == {"type": "dcim.device", "id": held.pk, "name": "sw"}

    def test_what_the_user_may_not_view_is_not_named(self, simulator: Simulator) -> None:
        number = add(simulator)
        make_device("secret", librenms_id=number)
        reader = Caller(somebody("reader", {SETTINGS: ["view"]}))
        answer = reader.get(ADDRESS)
        (row,) = answer.json()["results"]
        assert (row["state"], row["netbox"]) == ("linked", None)
        assert "secret" not in answer.content.decode()
        assert row["matches"]["site"] is None

    def test_the_rule_that_decided_is_named(self, simulator: Simulator, caller: Caller) -> None:
        add(simulator)
        rule = ImportRule.objects.create(name="guests", librenms_os="io*", as_vm=True)
        (row,) = listed(caller)["results"]
        assert (row["rule"], row["as"]) == ({"id": rule.pk, "name": "guests"}, "vm")

    def test_filters(self, simulator: Simulator, caller: Caller) -> None:
        add(simulator, "core-1")
        add(simulator, "core-2", os="junos", hardware="Model Y")
        add(simulator, "edge-1", status=0)
        ignored = add(simulator, "old-1", disabled=1)
        ImportIgnore.objects.create(server="default", librenms_id=ignored, hostname="old-1")
        assert names(listed(caller)) == ["core-1", "core-2", "edge-1"]
        assert names(listed(caller, state="ignored")) == ["old-1"]
        assert names(listed(caller, state="ready", hostname="CORE")) == ["core-1", "core-2"]
        assert names(listed(caller, sysname="edge")) == ["edge-1"]
        assert names(listed(caller, q="model y")) == ["core-2"]
        assert names(listed(caller, os=["junos"])) == ["core-2"]
        assert names(listed(caller, os=["junos", "ios"], sort="-name")) == ["edge-1", "core-2", "core-1"]
        assert names(listed(caller, hardware="Model X", status="down")) == ["edge-1"]
        assert names(listed(caller, location="lab", disabled="yes", state="ignored")) == ["old-1"]
        assert names(listed(caller, disabled="false", os="junos")) == ["core-2"]
        assert names(listed(caller, os="nothing like it")) == []

    def test_counts_follow_the_other_filters_and_not_the_state(self, simulator: Simulator, caller: Caller) -> None:
        add(simulator, "core-1")
        make_device("core-2", librenms_id=add(simulator, "core-2"))
        add(simulator, "edge-1")
        counts = listed(caller, hostname="core", state="linked")["counts"]
        assert {state: number for state, number in counts.items() if number} == {"ready": 1, "linked": 1}

    def test_device_groups(self, simulator: Simulator, caller: Caller) -> None:
        first = add(simulator, "core-1")
        add(simulator, "core-2")
        simulator.state.add_group("Core", {first})
        assert names(listed(caller, group="Core")) == ["core-1"]
        refused = caller.get(ADDRESS, group="Edge")
        assert (refused.status_code, refused.json()["code"]) == (400, "unknown_value")
        assert "Core" in refused.json()["detail"]

    @pytest.mark.parametrize(
        ("query", "code", "known"),
        [
            ({"state": "redy"}, "unknown_value", "needs_setup"),
            ({"status": "sideways"}, "unknown_value", "up, down"),
            ({"disabled": "perhaps"}, "unknown_value", "yes"),
            ({"sort": "colour"}, "unknown_value", "hardware"),
            ({"sort": "--name"}, "unknown_value", "-name"),
            ({"oss": "ios"}, "unknown_filter", "hostname"),
            ({"hostname": ["a", "b"]}, "unknown_value", "once"),
            ({"server": "elsewhere"}, "unknown_server", "default"),
            ({"refresh": "perhaps"}, "invalid", "refresh"),
            ({"limit": "-1"}, "invalid", "limit"),
            ({"offset": "x"}, "invalid", "offset"),
            ({"start": "1"}, "unknown_filter", "start"),
        ],
    )
    def test_what_there_is_not_is_refused(
        self, simulator: Simulator, caller: Caller, query: dict[str, Any], code: str, known: str
    ) -> None:
        add(simulator)
        answer = caller.get(ADDRESS, **query)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert known in answer.json()["detail"]

    def test_pages_keep_the_query(self, simulator: Simulator, caller: Caller) -> None:
        for number in range(5):
            add(simulator, f"sw{number}")
        add(simulator, "other")
        first = listed(caller, hostname="sw", os="ios", limit=2)
        assert (first["count"], names(first), first["previous"]) == (5, ["sw0", "sw1"], None)
        assert first["next"].startswith("http://") and "hostname=sw" in first["next"] and "os=ios" in first["next"]
        second = caller.get(first["next"]).json()
        assert names(second) == ["sw2", "sw3"] and second["previous"]
        third = caller.get(second["next"]).json()
        assert (names(third), third["next"]) == (["sw4"], None)
        assert names(listed(caller, offset=100)) == []

    def test_a_page_has_netboxs_limits(self, simulator: Simulator, caller: Caller, settings: Any) -> None:
        for number in range(4):
            add(simulator, f"sw{number}")
        settings.PAGINATE_COUNT = 2
        assert len(listed(caller)["results"]) == 2
        settings.MAX_PAGE_SIZE = 3
        assert len(listed(caller, limit=50)["results"]) == 3
        assert len(listed(caller, limit=0)["results"]) == 3

    def test_refresh_asks_librenms_anew(self, simulator: Simulator, caller: Caller) -> None:
        number = add(simulator)
        listed(caller)
        simulator.state.devices[number]["sysName"] = "new"
        assert listed(caller)["results"][0]["sysname"] == "sw"
        assert listed(caller, refresh="true")["results"][0]["sysname"] == "new"

    def test_another_server(self, simulator: Simulator, caller: Caller) -> None:
        add(simulator)
        with Simulator(data=Dataset.empty()) as other:
            other.state.add_device(hostname="far")
            with librenms_servers({"default": server_entry(simulator), "other": server_entry(other)}):
                body = listed(caller, server="other")
        assert (body["server"], names(body)) == ("other", ["far"])

    def test_librenms_failing_is_a_sentence(self, simulator: Simulator, caller: Caller) -> None:
        add(simulator)
        simulator.faults.add("/devices", "status", status=500)
        answer = caller.get(ADDRESS)
        assert (answer.status_code, answer.json()["code"]) == (502, "server_error")
        assert answer.json()["detail"] and simulator.tokens.admin not in answer.content.decode()

    def test_looking_writes_nothing_and_queries_do_not_grow(self, simulator: Simulator, caller: Caller) -> None:
        add(simulator)
        found = []
        listed(caller)
        for size in (60, 200):
            while len(simulator.state.devices) < size:
                number = simulator.state.add_device(hostname=f"sw{len(simulator.state.devices)}")
                simulator.state.devices[number] |= {"hardware": "Model X", "os": "ios", "type": "network"}
            cache.clear()
            calls = len(simulator.requests)
            with counted() as queries:
                assert listed(caller, limit=size)["count"] == size
            # The token's last use is NetBox's to note
            assert [sql for sql in writes_in(queries) if "users_token" not in sql] == []
            found.append((len(queries), len(simulator.requests) - calls))
        assert found[0] == found[1], found
        assert found[0][0] <= 40 and found[0][1] == 1


class TestImport:
    def test_devices_are_made(self, simulator: Simulator, caller: Caller) -> None:
        number = add(simulator)
        answer = post(caller, {"librenms_id": number})
        body = answer.json()
        device = Device.objects.get()
        assert answer.status_code == 200
        (result,) = body["results"]
        assert (result["librenms_id"], result["hostname"], result["outcome"]) == (number, "sw", "created")
        assert result["netbox"] == {"type": "dcim.device", "id": device.pk, "name": "sw"}
        assert (result["counts"]["devices"], result["counts"]["interfaces"]) == (1, device.interfaces.count())
        assert result["issues"] == []
        run = Run.objects.get(pk=body["run"])
        assert (run.user, run.state, run.server) == (admin(), "completed", "default")

    def test_a_second_import_does_nothing(self, simulator: Simulator, caller: Caller) -> None:
        number = add(simulator)
        (row,) = listed(caller)["results"]
        entry = {"librenms_id": number, "expected": row["fingerprint"]}
        post(caller, entry)
        before = ObjectChange.objects.count()
        (result,) = post(caller, entry).json()["results"]
        assert (result["outcome"], result["netbox"]["name"], result["counts"]) == ("exists", "sw", {})
        assert (Device.objects.count(), ObjectChange.objects.count()) == (1, before)

    def test_the_change_log_has_each_change_once(self, simulator: Simulator, caller: Caller) -> None:
        numbers = [add(simulator, name) for name in ("one", "two")]
        body = post(caller, *({"librenms_id": number} for number in numbers)).json()
        run = Run.objects.get(pk=body["run"])
        changes = list(ObjectChange.objects.values_list("changed_object_type__model", "changed_object_id", "action"))
        assert len(set(changes)) == len(changes)
        assert {one.user for one in ObjectChange.objects.all()} == {admin()}
        assert set(ObjectChange.objects.values_list("request_id", flat=True)) == {run.request_id}
        assert all("LibreNMS" in one.message for one in ObjectChange.objects.all())

    def test_events_are_sent_once(self, simulator: Simulator, caller: Caller) -> None:
        tell_of_new_devices(admin())
        post(caller, {"librenms_id": add(simulator)})
        (told,) = Notification.objects.filter(user=admin())
        assert told.object == Device.objects.get()

    def test_what_is_imported_can_be_found(self, simulator: Simulator, caller: Caller) -> None:
        post(caller, {"librenms_id": add(simulator, "unmistakable")})
        assert "unmistakable" in page("/search/?q=unmistakable&lookup=iexact")

    def test_choices_and_options(self, simulator: Simulator, caller: Caller) -> None:
        number = add(simulator)
        role = DeviceRole.objects.create(name="Edge", slug="edge")
        rack = Rack.objects.create(name="R1", site=Site.objects.get(name="Here"))
        entry = {"librenms_id": number, "role": role.pk, "rack": rack.pk, "name": "renamed", "site": None}
        post(caller, entry, options={"interfaces": False})
        device = Device.objects.get()
        assert (device.name, device.role, device.rack, device.site.name) == ("renamed", role, rack, "Here")
        assert not Interface.objects.exists()

    def test_as_a_virtual_machine(self, simulator: Simulator, caller: Caller) -> None:
        number = add(simulator)
        cluster = make_cluster("C")
        body = post(caller, {"librenms_id": number, "as": "vm", "cluster": cluster.pk}).json()
        machine = VirtualMachine.objects.get()
        assert (machine.cluster, body["results"][0]["netbox"]["type"]) == (cluster, "virtualization.virtualmachine")

    def test_a_link_with_the_serial_number(self, simulator: Simulator, caller: Caller) -> None:
        number = add(simulator)
        held = make_device("elsewhere", serial="OLD")
        link = {"type": "device", "id": held.pk}
        body = post(caller, {"librenms_id": number, "link": link, "take_serial": True}).json()
        held.refresh_from_db()
        assert (body["results"][0]["outcome"], held.serial) == ("linked", "S-sw")

    def test_existing_devices_are_synced_on_demand(self, simulator: Simulator, caller: Caller) -> None:
        held = make_device("sw", librenms_id=add(simulator))
        entry = {"librenms_id": held.custom_field_data["librenms_id"]["default"]}
        post(caller, entry)
        assert not held.interfaces.exists()
        post(caller, entry, options={"existing": True})
        assert held.interfaces.count() == 2

    def test_one_that_fails_does_not_stop_the_others(self, simulator: Simulator, caller: Caller) -> None:
        good, bad = add(simulator, "good"), add(simulator, "bad", type="oddity")
        DeviceRole.objects.get(name="oddity").delete()
        answer = post(caller, {"librenms_id": bad}, {"librenms_id": good}, {"librenms_id": 4711})
        results = {one["hostname"]: one for one in answer.json()["results"]}
        assert answer.status_code == 200
        assert [one["librenms_id"] for one in answer.json()["results"]] == [bad, good, 4711]
        assert (results["good"]["outcome"], results["bad"]["outcome"]) == ("created", "failed")
        (complaint,) = results["bad"]["issues"]
        assert (complaint["code"], complaint["resource"], complaint["name"]) == ("role_unknown", "", "")
        assert complaint["message"] and results["bad"]["netbox"] is None
        assert results["#4711"]["issues"][0]["code"] == "not_in_librenms"

    def test_an_object_that_may_not_be_viewed_cannot_be_chosen(self, simulator: Simulator, caller: Caller) -> None:
        number = add(simulator)
        (result,) = post(caller, {"librenms_id": number, "role": 99999}).json()["results"]
        assert (result["outcome"], result["issues"][0]["code"]) == ("failed", "choice_gone")
        limited = Caller(somebody("limited", {SETTINGS: ["view", "change"], "dcim.site": ["view"]}))
        role = DeviceRole.objects.get(name="network")
        (result,) = post(limited, {"librenms_id": number, "role": role.pk}).json()["results"]
        assert "choice_gone" in {one["code"] for one in result["issues"]}
        assert not Device.objects.exists()

    def test_netboxs_permissions_hold(self, simulator: Simulator) -> None:
        number = add(simulator)
        views = ("site", "devicerole", "devicetype", "manufacturer", "platform", "device")
        user = somebody("writer", {SETTINGS: ["view", "change"], **{f"dcim.{one}": ["view"] for one in views}})
        (result,) = post(Caller(user), {"librenms_id": number}).json()["results"]
        assert (result["outcome"], result["issues"][0]["code"]) == ("failed", "no_permission")
        assert not Device.objects.exists()


class TestFingerprints:
    def test_what_was_seen_otherwise_is_stale(self, simulator: Simulator, caller: Caller) -> None:
        number, other = add(simulator), add(simulator, "other")
        seen, _other = sorted(listed(caller)["results"], key=lambda row: row["librenms_id"])
        entry = {"librenms_id": number, "expected": seen["fingerprint"]}
        ImportRule.objects.create(
            name="late", librenms_os="ios", role=DeviceRole.objects.create(name="New", slug="new")
        )
        results = post(caller, entry, {"librenms_id": other}).json()["results"]
        assert [one["outcome"] for one in results] == ["failed", "created"]
        assert results[0]["issues"][0]["code"] == "stale"
        assert list(Device.objects.values_list("name", flat=True)) == ["other"]

    def test_the_fingerprint_of_the_list_is_good_with_choices_too(self, simulator: Simulator, caller: Caller) -> None:
        number = add(simulator)
        DeviceRole.objects.all().delete()
        role = DeviceRole.objects.create(name="Edge", slug="edge")
        (seen,) = listed(caller)["results"]
        entry = {"librenms_id": number, "expected": seen["fingerprint"], "role": role.pk}
        assert post(caller, entry | {"expected": "0" * 16}, dry_run=True).json()["results"][0]["outcome"] == "failed"
        (foreseen,) = post(caller, entry, dry_run=True).json()["results"]
        assert foreseen["fingerprint"] != seen["fingerprint"]
        again = entry | {"expected": foreseen["fingerprint"]}
        assert post(caller, again, dry_run=True).json()["results"][0]["outcome"] == "created"
        assert post(caller, entry).json()["results"][0]["outcome"] == "created"


class TestDryRun:
    def test_it_says_what_would_be_done_and_writes_nothing(self, simulator: Simulator, caller: Caller) -> None:
        new, there = add(simulator, "new"), add(simulator, "there")
        bad = add(simulator, "bad", type="oddity")
        DeviceRole.objects.get(name="oddity").delete()
        held = make_device("there", site=Site.objects.get(name="Here"))
        body = post(caller, *({"librenms_id": one} for one in (new, there, bad, 4711)), dry_run=True).json()
        assert body["run"] is None
        assert [one["outcome"] for one in body["results"]] == ["created", "linked", "failed", "failed"]
        assert body["results"][0].keys() == result_keys()
        assert body["results"][1]["netbox"]["id"] == held.pk
        assert (Device.objects.count(), Run.objects.count()) == (1, 0)

    def test_many_devices_need_no_background(self, simulator: Simulator, caller: Caller) -> None:
        numbers = [add(simulator, f"sw{number}") for number in range(21)]
        body = post(caller, *({"librenms_id": one} for one in numbers), dry_run=True, background=True).json()
        assert {one["outcome"] for one in body["results"]} == {"created"}


def result_keys() -> set[str]:
    return {"librenms_id", "hostname", "outcome", "netbox", "counts", "issues", "gaps", "fingerprint"}


class TestBackground:
    def test_many_devices_are_refused_without_it(self, simulator: Simulator, caller: Caller) -> None:
        add(simulator)
        answer = post(caller, *({"librenms_id": one} for one in range(1, 22)))
        assert (answer.status_code, answer.json()["code"]) == (400, "too_many")
        assert "background" in answer.json()["detail"]
        assert not Run.objects.exists()

    def test_without_a_worker_nothing_is_written(self, simulator: Simulator, caller: Caller) -> None:
        answer = post(caller, {"librenms_id": add(simulator)}, background=True)
        assert (answer.status_code, answer.json()["code"]) == (503, "no_worker")
        assert not Run.objects.exists() and not Job.objects.exists()

    def test_who_may_not_look_at_a_job_gets_none(self, simulator: Simulator) -> None:
        user = somebody("blind", {"netbox_librenms_plugin.librenmssettings": ["change"]})
        with a_worker():
            answer = post(Caller(user), {"librenms_id": add(simulator)}, background=True)
        assert answer.status_code == 403
        assert not Run.objects.exists() and not Job.objects.exists()

    def test_a_job_gets_the_run(
        self, simulator: Simulator, caller: Caller, django_capture_on_commit_callbacks: Any
    ) -> None:
        number = add(simulator)
        with a_worker():
            with django_capture_on_commit_callbacks(execute=True):
                answer = post(caller, {"librenms_id": number}, background=True)
            queued = django_rq.get_queue("default").job_ids
        assert answer.status_code == 202
        run, job = Run.objects.get(pk=answer.json()["run"]), Job.objects.get(pk=answer.json()["job"])
        assert (run.job, run.state, job.user) == (job, "pending", admin())
        assert str(job.job_id) in queued
        assert not Device.objects.exists()


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ({}, "invalid", "devices"),
        ({"devices": []}, "invalid", "devices"),
        ({"devices": [{}]}, "invalid", "devices.0.librenms_id"),
        ({"devices": [{"librenms_id": 1}, {"librenms_id": "x"}]}, "invalid", "devices.1.librenms_id"),
        ({"devices": [{"librenms_id": 1}, {"librenms_id": 1}]}, "invalid", "twice"),
        ({"devices": [{"librenms_id": 2**63}]}, "invalid", "librenms_id"),
        ({"devices": [{"librenms_id": 1, "roles": 3}]}, "invalid", "roles"),
        ({"devices": [{"librenms_id": 1, "as": "toaster"}]}, "invalid", "as"),
        ({"devices": [{"librenms_id": 1, "name": "x" * 256}]}, "invalid", "name"),
        ({"devices": [{"librenms_id": 1, "link": {"type": "device"}}]}, "invalid", "link.id"),
        ({"devices": [{"librenms_id": 1, "link": {"type": "device", "id": 1, "x": 1}}]}, "invalid", "x"),
        ({"devices": [{"librenms_id": 1}], "options": {"interface": False}}, "invalid", "options.interface"),
        ({"devices": [{"librenms_id": 1}], "dryrun": True}, "invalid", "dryrun"),
        ({"devices": [{"librenms_id": 1}], "dry_run": "perhaps"}, "invalid", "dry_run"),
        ({"devices": [{"librenms_id": 1}], "server": "elsewhere"}, "unknown_server", "default"),
        ({"devices": [{"librenms_id": number} for number in range(1, 5002)]}, "invalid", "5000"),
        ([], "invalid", ""),
        ("text", "invalid", ""),
    ],
)
def test_a_body_that_cannot_be_followed_writes_nothing(
    simulator: Simulator, caller: Caller, body: Any, code: str, said: str
) -> None:
    add(simulator)
    answer = caller.post(ADDRESS, body)
    assert (answer.status_code, answer.json()["code"]) == (400, code), answer.json()
    assert said in answer.json()["detail"]
    assert not Device.objects.exists() and not Run.objects.exists()


def test_librenms_failing_writes_nothing(simulator: Simulator, caller: Caller) -> None:
    number = add(simulator)
    simulator.faults.add("/devices", "status", status=500)
    answer = post(caller, {"librenms_id": number})
    assert (answer.status_code, answer.json()["code"]) == (502, "server_error")
    assert not Run.objects.exists()


def test_a_read_only_token_can_look_and_not_even_try(simulator: Simulator) -> None:
    number = add(simulator)
    caller = Caller(admin(), writes=False)
    assert caller.get(ADDRESS).status_code == 200
    assert post(caller, {"librenms_id": number}).status_code == 403
    assert post(caller, {"librenms_id": number}, dry_run=True).status_code == 403


def test_the_right_to_view_is_not_enough_to_import(simulator: Simulator) -> None:
    number = add(simulator)
    caller = Caller(somebody("reader", {SETTINGS: ["view"]}))
    assert caller.get(ADDRESS).status_code == 200
    assert post(caller, {"librenms_id": number}, dry_run=True).status_code == 403


def page(path: str) -> str:
    return client_of(admin()).get(path).content.decode()
