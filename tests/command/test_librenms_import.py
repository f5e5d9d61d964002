"""``netbox librenms_import``: what it imports, says and ends with."""

import io
import json
import signal
from typing import Any

import django_rq
import pytest
from core.models import Job, ObjectChange
from dcim.models import Device, DeviceRole, Interface, Site
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from virtualization.models import VirtualMachine

from netbox_librenms_plugin.models import ImportIgnore, ImportRule, Run
from simulator.data import Dataset
from simulator.server import Simulator
from tests.command.support import Terminal, refused, typed
from tests.factories import admin, make_device, somebody
from tests.imports.fleet import a_worker, add
from tests.librenms import librenms_servers, server_entry

pytestmark = pytest.mark.django_db

SETTINGS = "netbox_librenms_plugin.librenmssettings"


class Impatient(io.StringIO):
    """A person who presses Ctrl-C so many times as soon as a device is there."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def write(self, text: str) -> int:
        written = super().write(text)
        if text.startswith("created"):
            for _number in range(self.times):
                signal.raise_signal(signal.SIGINT)
        return written


def run(*arguments: str, out: io.StringIO | None = None, errors: io.StringIO | None = None) -> tuple[int, str]:
    """Exit status and standard output of one call."""
    return typed("librenms_import", *arguments, out=out, errors=errors)


def devices() -> list[str]:
    return list(Device.objects.order_by("name").values_list("name", flat=True))


@pytest.fixture(autouse=True)
def root() -> Any:
    return admin()


class TestWhich:
    def test_all_that_is_ready(self, simulator: Simulator, root: Any) -> None:
        add(simulator, "one")
        add(simulator, "two")
        add(simulator, "odd", type="oddity")
        DeviceRole.objects.get(name="oddity").delete()
        status, said = run("--all-ready")
        assert (status, devices()) == (0, ["one", "two"])
        assert Interface.objects.filter(device__name="one").count() == 2
        kept = Run.objects.get()
        assert (kept.user, kept.state) == (root, "completed")
        assert {one.user for one in ObjectChange.objects.all()} == {root}
        assert set(ObjectChange.objects.values_list("request_id", flat=True)) == {kept.request_id}
        assert "on behalf of root" in said and str(kept.request_id) in said
        assert "created one (devices 1, " in said and "Created 2" in said

    def test_a_second_call_has_nothing_to_do(self, simulator: Simulator) -> None:
        add(simulator)
        run("--all-ready")
        before = ObjectChange.objects.count()
        status, said = run("--all-ready")
        assert (status, ObjectChange.objects.count(), Run.objects.count()) == (0, before, 1)
        assert "nothing to import" in said
        assert run("--all-ready", "--existing")[0] == 0
        assert ObjectChange.objects.count() == before

    def test_filters(self, simulator: Simulator) -> None:
        add(simulator, "core-1")
        add(simulator, "core-2", os="junos")
        add(simulator, "edge-1")
        run("--filter", "hostname=core", "os=ios")
        assert devices() == ["core-1"]
        run("--filter", "os=junos", "--filter", "os=ios", "location=LAB", "sysname=core")
        assert devices() == ["core-1", "core-2"]

    def test_several_values_of_a_filter(self, simulator: Simulator) -> None:
        for system in ("ios", "junos", "eos"):
            add(simulator, system, os=system)
        run("--filter", "os=junos", "os=eos")
        assert devices() == ["eos", "junos"]

    def test_devices_by_their_ids(self, simulator: Simulator) -> None:
        first = add(simulator, "one")
        add(simulator, "two")
        assert run("--id", str(first))[0] == 0
        assert devices() == ["one"]

    def test_an_id_that_cannot_be_imported_is_a_failure(self, simulator: Simulator) -> None:
        number = add(simulator)
        ImportIgnore.objects.create(server="default", librenms_id=number, hostname="sw")
        status, said = run("--id", str(number), "4711")
        assert (status, devices()) == (1, [])
        assert "It is ignored." in said and "LibreNMS does not list this device" in said

    def test_devices_that_netbox_has_are_linked_on_demand(self, simulator: Simulator) -> None:
        number = add(simulator)
        held = make_device("sw", site=Site.objects.get(name="Here"))
        assert run("--filter", "os=ios")[0] == 0
        held.refresh_from_db()
        assert not held.custom_field_data.get("librenms_id")
        assert run("--filter", "os=ios", "--link")[0] == 0
        held.refresh_from_db()
        assert held.custom_field_data["librenms_id"] == {"default": number}
        assert not held.interfaces.exists()

    def test_linked_devices_are_synced_on_demand(self, simulator: Simulator) -> None:
        held = make_device("sw", librenms_id=add(simulator))
        run("--all-ready")
        assert not held.interfaces.exists()
        status, said = run("--all-ready", "--existing")
        assert (status, held.interfaces.count()) == (0, 2)
        assert "exists" in said

    def test_defaults_for_what_lacks_them(self, simulator: Simulator) -> None:
        add(simulator, "odd", type="oddity", location_id=None)
        add(simulator, "plain")
        DeviceRole.objects.get(name="oddity").delete()
        role = DeviceRole.objects.create(name="Edge", slug="edge")
        there = Site.objects.create(name="There", slug="there")
        assert run("--all-ready", "--role", "Edge", "--site", str(there.pk))[0] == 0
        found = {one.name: (one.role.name, one.site.name) for one in Device.objects.all()}
        assert found == {"odd": (role.name, "There"), "plain": ("network", "Here")}

    def test_defaults_make_ready_what_was_asked_for_by_its_state(self, simulator: Simulator) -> None:
        add(simulator, "odd", type="oddity")
        add(simulator, "plain")
        DeviceRole.objects.get(name="oddity").delete()
        DeviceRole.objects.create(name="Edge", slug="edge")
        run("--filter", "state=needs_setup", "--role", "Edge")
        assert devices() == ["odd"]

    def test_a_virtual_machine_with_a_place_needs_no_default(self, simulator: Simulator) -> None:
        add(simulator)
        ImportRule.objects.create(name="guests", librenms_os="ios", as_vm=True)
        Site.objects.create(name="There", slug="there")
        run("--all-ready", "--site", "There")
        assert VirtualMachine.objects.get().site == Site.objects.get(name="Here")

    def test_parts_can_be_left_out(self, simulator: Simulator) -> None:
        add(simulator)
        run("--all-ready", "--no-interfaces", "--no-vlans", "--no-ip-addresses", "--no-cables", "--no-chassis")
        assert devices() == ["sw"] and not Interface.objects.exists()
        options = Run.objects.get().options
        assert not any(options.values()) and len(options) == 6

    def test_the_server_can_be_chosen(self, simulator: Simulator) -> None:
        add(simulator)
        with Simulator(data=Dataset.empty()) as other:
            other.state.add_device(hostname="far")
            with librenms_servers({"default": server_entry(simulator), "other": server_entry(other)}):
                assert "Server other" in run("--all-ready", "--server", "other", "--dry-run")[1]
                assert "choose one of default, other" in refused("librenms_import", "--all-ready", "--server", "third")

    def test_refresh_asks_librenms_anew(self, simulator: Simulator) -> None:
        add(simulator, "one")
        run("--all-ready")
        simulator.state.add_device(hostname="late")
        assert "late" not in run("--all-ready", "--dry-run", "--verbosity", "2")[1]
        assert "late" in run("--all-ready", "--dry-run", "--refresh", "--verbosity", "2")[1]


class TestDryRun:
    def test_it_says_what_would_be_done_and_writes_nothing(self, simulator: Simulator) -> None:
        add(simulator, "one")
        add(simulator, "two", os="junos")
        make_device("there", librenms_id=add(simulator, "there"))
        for name in ("odd-1", "odd-2"):
            add(simulator, name, type="oddity")
        DeviceRole.objects.get(name="oddity").delete()
        status, said = run("--all-ready", "--dry-run")
        lines = [line.split() for line in said.splitlines()]
        assert (status, devices(), Run.objects.count()) == (3, ["there"], 0)
        assert ["ready", "2", "2"] in lines and ["needs_setup", "2", "0"] in lines and ["linked", "1", "0"] in lines
        assert "2 × Its role is not known" in said
        assert "1 × NetBox has it." in said
        assert "odd-1" not in said

    def test_each_device_with_more_words(self, simulator: Simulator) -> None:
        number = add(simulator, "one")
        odd = add(simulator, "odd", type="oddity")
        DeviceRole.objects.get(name="oddity").delete()
        said = run("--all-ready", "--dry-run", "--verbosity", "2")[1]
        assert f"one #{number}: + device one, role=network, site=Here" in said
        assert f"odd #{odd}: Its role is not known" in said

    def test_nothing_to_do(self, simulator: Simulator) -> None:
        make_device("sw", librenms_id=add(simulator))
        assert run("--all-ready", "--dry-run")[0] == 0

    def test_a_named_device_that_cannot_be_imported(self, simulator: Simulator) -> None:
        add(simulator)
        status, said = run("--id", "4711", "--dry-run")
        assert status == 1 and "does not list this device" in said

    def test_the_right_to_view_is_enough(self, simulator: Simulator) -> None:
        add(simulator)
        views = {f"dcim.{one}": ["view"] for one in ("site", "devicerole", "devicetype", "manufacturer", "platform")}
        somebody("reader", {SETTINGS: ["view"], **views})
        assert run("--all-ready", "--user", "reader", "--dry-run")[0] == 3
        assert "change_librenmssettings" in refused("librenms_import", "--all-ready", "--user", "reader")


class TestJson:
    def test_results_are_those_of_rest(self, simulator: Simulator) -> None:
        number, odd = add(simulator), add(simulator, "odd", type="oddity")
        DeviceRole.objects.get(name="oddity").delete()
        status, said = run("--all-ready", "--format", "json")
        body = json.loads(said)
        (result,) = body["results"]
        assert status == 0
        assert (body["server"], body["user"], body["dry_run"], body["state"]) == ("default", "root", False, "completed")
        assert body["run"] == Run.objects.get().pk
        assert (result["librenms_id"], result["outcome"]) == (number, "created")
        assert result["netbox"] == {"type": "dcim.device", "id": Device.objects.get().pk, "name": "sw"}
        (left,) = body["skipped"]
        assert (left["librenms_id"], left["state"], left["issues"][0]["code"]) == (odd, "needs_setup", "role_unknown")

    def test_a_dry_run(self, simulator: Simulator) -> None:
        add(simulator)
        status, said = run("--all-ready", "--dry-run", "--format", "json")
        body = json.loads(said)
        assert (status, body["run"], body["request_id"], body["counts"]["ready"]) == (3, None, None, 1)
        assert [one["outcome"] for one in body["results"]] == ["created"]

    def test_nothing_to_import(self, simulator: Simulator) -> None:
        make_device("sw", librenms_id=add(simulator))
        body = json.loads(run("--all-ready", "--format", "json")[1])
        assert (body["run"], body["results"], body["skipped"][0]["state"]) == (None, [], "linked")


class TestFailures:
    def test_one_that_fails_does_not_stop_the_others(self, simulator: Simulator) -> None:
        bad = add(simulator, "bad")
        add(simulator, "good")
        simulator.faults.add(f"/devices/{bad}/vlans", "status", status=500)
        status, said = run("--all-ready")
        assert (status, devices()) == (1, ["good"])
        assert "failed  bad" in said and "failed while it read" in said
        assert simulator.tokens.admin not in said

    def test_librenms_failing_is_one_sentence(self, simulator: Simulator) -> None:
        add(simulator)
        simulator.faults.add("/devices", "status", status=500)
        assert "failed while it read" in refused("librenms_import", "--all-ready", status=1)
        assert not Run.objects.exists()

    def test_netboxs_permissions_hold(self, simulator: Simulator) -> None:
        add(simulator)
        views = ("site", "devicerole", "devicetype", "manufacturer", "platform", "device")
        somebody("writer", {SETTINGS: ["view", "change"], **{f"dcim.{one}": ["view"] for one in views}})
        status, said = run("--all-ready", "--user", "writer")
        assert (status, devices()) == (1, [])
        assert "You may not" in said and "on behalf of writer" in said

    @pytest.mark.parametrize(
        ("arguments", "part"),
        [
            ((), "--id, --filter or --all-ready"),
            (("--link",), "--id, --filter or --all-ready"),
            (("--id", "1", "--all-ready"), "--id names the devices"),
            (("--id", "1", "--filter", "os=ios"), "--id names the devices"),
            (("--filter", "os"), "name=value"),
            (("--filter", "oss=ios"), "no filter “oss”"),
            (("--filter", "state=redy"), "needs_setup"),
            (("--filter", "group=Nobody"), "“Nobody”"),
            (("--filter", "q=a", "q=b"), "once"),
            (("--all-ready", "--role", "Unknown"), "no device role “Unknown”"),
            (("--all-ready", "--site", "Unknown"), "no site “Unknown”"),
            (("--all-ready", "--user", "ghost"), "no active user “ghost”"),
            (("--all-ready", "--server", "elsewhere"), "elsewhere"),
        ],
    )
    def test_a_wrong_call_says_what_is_wrong_and_writes_nothing(
        self, simulator: Simulator, arguments: tuple[str, ...], part: str
    ) -> None:
        add(simulator)
        assert part in refused("librenms_import", *arguments)
        assert not Device.objects.exists() and not Run.objects.exists()

    @pytest.mark.parametrize("number", ["x", "0", "-1", "99999999999999999999"])
    def test_what_is_no_id_is_a_wrong_call(self, number: str) -> None:
        with pytest.raises(CommandError):
            call_command("librenms_import", "--id", number)

    def test_without_a_superuser_a_user_must_be_named(self, simulator: Simulator) -> None:
        get_user_model().objects.update(is_superuser=False)
        assert "Name a user with --user" in refused("librenms_import", "--all-ready")


class TestCancelled:
    def test_ctrl_c_ends_between_two_devices(self, simulator: Simulator) -> None:
        for number in range(3):
            add(simulator, f"sw{number}")
        before = signal.getsignal(signal.SIGINT)
        status, said = run("--all-ready", out=Impatient(1))
        kept = Run.objects.get()
        assert (status, kept.state, devices()) == (1, "cancelled", ["sw0"])
        assert Interface.objects.filter(device__name="sw0").count() == 2
        assert kept.items.filter(outcome="pending", claimed_by=None).count() == 2
        assert "Not done 2" in said and "cancelled" in said
        assert signal.getsignal(signal.SIGINT) is before
        assert run("--all-ready")[0] == 0
        assert devices() == ["sw0", "sw1", "sw2"]

    def test_twice_ends_at_once_and_the_run_is_closed(self, simulator: Simulator) -> None:
        for number in range(2):
            add(simulator, f"sw{number}")
        status, _said = run("--all-ready", out=Impatient(2))
        assert (status, Run.objects.get().state, devices()) == (1, "cancelled", ["sw0"])


class TestBackground:
    def test_a_job_does_it(self, simulator: Simulator, root: Any, django_capture_on_commit_callbacks: Any) -> None:
        add(simulator)
        with a_worker():
            with django_capture_on_commit_callbacks(execute=True):
                status, said = run("--all-ready", "--background", "--format", "json")
            queued = django_rq.get_queue("default").job_ids
        job, kept = Job.objects.get(), Run.objects.get()
        assert (status, json.loads(said)["job"], json.loads(said)["run"]) == (0, job.pk, kept.pk)
        assert (job.user, kept.job, kept.state) == (root, job, "pending")
        assert str(job.job_id) in queued
        assert not Device.objects.exists()

    def test_people_are_told_the_number_and_where_to_look(
        self, simulator: Simulator, django_capture_on_commit_callbacks: Any
    ) -> None:
        add(simulator)
        with a_worker(), django_capture_on_commit_callbacks(execute=True):
            said = run("--all-ready", "--background")[1]
        assert f"Job {Job.objects.get().pk} " in said and Run.objects.get().get_absolute_url() in said

    def test_without_a_worker_nothing_is_started(self, simulator: Simulator) -> None:
        add(simulator)
        assert "rqworker" in refused("librenms_import", "--all-ready", "--background", status=1)
        assert not Run.objects.exists() and not Job.objects.exists()


def test_progress_is_shown_on_a_terminal_only(simulator: Simulator) -> None:
    plain, terminal = io.StringIO(), Terminal()
    add(simulator, "one")
    run("--all-ready", errors=plain)
    add(simulator, "two")
    run("--all-ready", errors=terminal)
    assert plain.getvalue() == ""
    assert "1/1 two" in terminal.getvalue()


def test_what_librenms_says_does_not_drive_the_terminal(simulator: Simulator) -> None:
    add(simulator, "sw", hardware="\x1b[31mred\x07\u202e", sysName="a\x1b[2Jb")
    for arguments in (("--dry-run", "--verbosity", "2"), ()):
        said = run("--all-ready", *arguments)[1]
        assert all(character.isprintable() or character == "\n" for character in said)
