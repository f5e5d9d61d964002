"""``netbox librenms_sync``: what it writes, says and ends with."""

import io
import json
from typing import Any

import pytest
from core.models import ObjectChange
from dcim.models import Device, Interface
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from virtualization.models import VMInterface

from netbox_librenms_plugin.models import SyncRun
from simulator.data import Dataset
from simulator.server import Simulator
from tests.command.support import Terminal, refused, typed
from tests.factories import admin, make_device, make_vm, somebody
from tests.librenms import add_switch, librenms_servers, server_entry, simulated_librenms

pytestmark = pytest.mark.django_db

SETTINGS = "netbox_librenms_plugin.librenmssettings"


def run(*arguments: str, errors: io.StringIO | None = None) -> tuple[int, str]:
    """Exit status and standard output of one call about interfaces."""
    return typed("librenms_sync", *arguments, "--resource", "interfaces", errors=errors)


@pytest.fixture
def root() -> Any:
    return admin()


@pytest.fixture
def device(simulator: Simulator, root: Any) -> Device:
    return make_device("switch", librenms_id=add_switch(simulator.state, 4, vlans=()))


def test_a_device_is_synced_in_the_name_of_a_user_with_a_change_log(device: Device, root: Any) -> None:
    status, said = run("--device", "switch")
    assert status == 0
    assert Interface.objects.filter(device=device).count() == 4
    changes = ObjectChange.objects.filter(changed_object_type__model="interface")
    assert {one.user for one in changes} == {root}
    # Each is made, and then has its MAC address as its primary one
    assert (changes.filter(action="create").count(), changes.filter(action="update").count()) == (4, 4)
    assert len({one.request_id for one in changes}) == 1
    assert all("LibreNMS" in one.message for one in changes)
    assert SyncRun.objects.get().user == root
    assert "on behalf of root" in said
    assert str(changes[0].request_id) in said


def test_without_a_resource_everything_is_synced(device: Device) -> None:
    status, said = typed("librenms_sync", "--device", "switch", "--format", "json")
    (one,) = json.loads(said)["objects"]
    assert {"fields", "interfaces", "cables"} <= {result["resource"] for result in one["results"]}
    assert Interface.objects.filter(device=device).count() == 4


def test_a_second_run_has_nothing_to_do(device: Device) -> None:
    run("--device", "switch")
    before = ObjectChange.objects.count()
    assert run("--device", "switch")[0] == 0
    assert run("--device", "switch", "--dry-run")[0] == 0
    assert ObjectChange.objects.count() == before


def test_a_dry_run_that_finds_differences_ends_with_3_and_writes_nothing(device: Device) -> None:
    status, said = run("--device", "switch", "--dry-run")
    assert (status, Interface.objects.count()) == (3, 0)
    head, numbers = said.splitlines()[1:3]
    assert head.split() == ["object", "resource", "missing", "changed", "conflict", "blocked", "extra", "same"]
    assert numbers.split() == ["switch", "interfaces", "4", "0", "0", "0", "0", "0"]


def test_more_words_show_the_rows(device: Device) -> None:
    Interface.objects.create(device=device, name="Gi1/0/3", type="1000base-t", description="by hand")
    said = run("--device", "switch", "--dry-run", "--verbosity", "2")[1]
    assert 'switch Gi1/0/3: description: "by hand" → "desk 3"' in said
    assert "switch Gi1/0/1: + name=" in said


def test_json_of_a_dry_run_holds_the_plans(device: Device) -> None:
    status, said = run("--device", "switch", "--dry-run", "--format", "json")
    answer = json.loads(said)
    assert (status, answer["server"], answer["user"], answer["dry_run"]) == (3, "default", "root", True)
    (one,) = answer["objects"]
    assert one["object"] == {"type": "dcim.device", "id": device.pk, "name": "switch"}
    assert one["error"] is None
    assert one["plans"][0]["counts"]["missing"] == 4


def test_json_of_a_run_holds_its_results(device: Device) -> None:
    status, said = run("--device", "switch", "--format", "json")
    answer = json.loads(said)
    (one,) = answer["objects"]
    assert (status, one["run"]) == (0, SyncRun.objects.get().pk)
    assert one["results"] == [
        {"resource": "interfaces", "applied": {"missing": 4}, "failed": [], "stale": [], "gaps": []}
    ]
    assert answer["request_id"] == str(SyncRun.objects.get().request_id)


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_what_was_not_looked_at_is_said(simulator: Simulator, device: Device, options: tuple[str, ...]) -> None:
    simulator.faults.add("/port_stack", "status", status=500)
    said = run("--device", "switch", *options)[1]
    assert "switch interfaces: Which ports lie on which others was not looked at." in said


def test_many_objects_share_one_request_and_vms_are_among_them(simulator: Simulator, device: Device) -> None:
    guest = simulator.state.add_device(hostname="guest")
    simulator.state.add_port(guest, ifName="eth0")
    make_vm("guest", librenms_id=guest)
    status, said = run("--device", str(device.pk), "--vm", "guest")
    assert (status, VMInterface.objects.get().name) == (0, "eth0")
    assert SyncRun.objects.count() == 2
    assert len(set(SyncRun.objects.values_list("request_id", flat=True))) == 1
    assert [line.split()[0] for line in said.splitlines()[2:4]] == ["switch", "guest"]


def test_one_object_that_fails_does_not_stop_the_others(simulator: Simulator, device: Device) -> None:
    make_device("nobody")
    make_device("gone", librenms_id=4711)
    status, said = run("--device", "nobody", "gone", "switch")
    assert (status, Interface.objects.count()) == (1, 4)
    assert "nobody: LibreNMS has no device with this object's primary IP" in said
    assert "gone: LibreNMS server Simulated LibreNMS has no device with ID 4711" in said


def test_a_dry_run_with_a_failure_ends_with_1(device: Device) -> None:
    make_device("nobody")
    assert run("--device", "switch", "nobody", "--dry-run")[0] == 1


def test_a_refused_row_ends_with_1_and_says_why(device: Device) -> None:
    somebody("narrow", {SETTINGS: ["view", "change"], "dcim.device": ["view"], "dcim.interface": ["view"]})
    status, said = run("--device", "switch", "--user", "narrow")
    assert (status, Interface.objects.count()) == (1, 0)
    assert "You may not add interfaces" in said
    assert "on behalf of narrow" in said


def test_fields_can_be_left_alone(device: Device) -> None:
    held = Interface.objects.create(device=device, name="Gi1/0/3", type="1000base-t", description="by hand")
    run("--device", "switch", "--exclude-field", "description", "vlans")
    held.refresh_from_db()
    assert (held.description, held.mtu) == ("by hand", 1500)
    assert run("--device", "switch", "--dry-run")[0] == 3
    assert run("--device", "switch", "--dry-run", "--exclude-field", "description")[0] == 0


def test_refresh_asks_librenms_anew(simulator: Simulator, device: Device) -> None:
    run("--device", "switch")
    simulator.state.add_port(device.custom_field_data["librenms_id"]["default"], ifName="Gi1/0/9")
    assert run("--device", "switch", "--dry-run")[0] == 0
    assert run("--device", "switch", "--dry-run", "--refresh")[0] == 3


def test_the_server_can_be_chosen(simulator: Simulator, root: Any) -> None:
    make_device("switch", librenms_id=add_switch(simulator.state, 3))
    with Simulator(data=Dataset.empty()) as other:
        with librenms_servers({"default": server_entry(simulator), "other": server_entry(other)}):
            assert "Server other" in run("--device", "switch", "--server", "other", "--dry-run")[1]
            assert "choose one of default, other" in refused(
                "librenms_sync", "--resource", "interfaces", "--device", "switch", "--server", "third"
            )


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ((), "--device or --vm"),
        (("--device", "unknown"), "no device “unknown”"),
        (("--device", "99999999999999999999999"), "no device"),
        (("--vm", "switch"), "no virtual machine “switch”"),
        (("--device", "switch", "--user", "ghost"), "no active user “ghost”"),
        (("--device", "switch", "--server", "elsewhere"), "elsewhere"),
        (("--device", "switch", "--exclude-field", "colour"), "no field “colour”"),
    ],
)
def test_a_wrong_call_says_what_is_wrong_and_writes_nothing(
    device: Device, arguments: tuple[str, ...], part: str
) -> None:
    assert part in refused("librenms_sync", "--resource", "interfaces", *arguments)
    assert not Interface.objects.exists()


def test_an_unknown_resource_is_a_wrong_call(device: Device) -> None:
    with pytest.raises(CommandError):
        call_command("librenms_sync", "--device", "switch", "--resource", "unicorns")


def test_a_name_that_fits_several_devices_names_their_ids(device: Device) -> None:
    twin = make_device(str(device.pk))
    said = refused("librenms_sync", "--resource", "interfaces", "--device", str(device.pk))
    assert f"{device.pk}, {twin.pk}" in said


def test_without_a_superuser_a_user_must_be_named(simulator: Simulator) -> None:
    make_device("switch", librenms_id=add_switch(simulator.state, 3))
    get_user_model().objects.update(is_superuser=False)
    assert "Name a user with --user" in refused("librenms_sync", "--resource", "interfaces", "--device", "switch")


def test_the_right_to_view_is_enough_to_look_and_not_to_write(device: Device) -> None:
    somebody("reader", {SETTINGS: ["view"], "dcim.device": ["view"]})
    assert run("--device", "switch", "--user", "reader", "--dry-run")[0] == 3
    assert "change_librenmssettings" in refused(
        "librenms_sync", "--resource", "interfaces", "--device", "switch", "--user", "reader"
    )
    somebody("nobody", {"dcim.device": ["view"]})
    assert "view_librenmssettings" in refused(
        "librenms_sync", "--resource", "interfaces", "--device", "switch", "--user", "nobody", "--dry-run"
    )


def test_devices_that_the_user_may_not_view_are_not_found(device: Device) -> None:
    somebody("blind", {SETTINGS: ["view", "change"]})
    assert "no device “switch” that blind may view" in refused(
        "librenms_sync", "--resource", "interfaces", "--device", "switch", "--user", "blind"
    )


def test_progress_is_shown_on_a_terminal_only(device: Device) -> None:
    plain, terminal = io.StringIO(), Terminal()
    run("--device", "switch", "--dry-run", errors=plain)
    run("--device", "switch", "--dry-run", errors=terminal)
    assert plain.getvalue() == ""
    assert "1/1 switch" in terminal.getvalue()


FAULTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "401": ("status", {"status": 401}, "does not accept the API token"),
    "500": ("status", {"status": 500}, "failed while it read"),
    "html": ("html", {"status": 200}, "did not answer with JSON"),
    "truncated": ("truncated", {}, "did not answer with JSON"),
    "dropped": ("drop", {}, "cannot be reached"),
    "redirect": ("redirect", {}, "redirects to another address"),
    "slow": ("delay", {"seconds": 10}, "did not answer within"),
    "dripping": ("drip", {"seconds": 0.05, "drops": 600}, "within 2.5 seconds: try again, or raise job_timeout"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_librenms_is_one_sentence_and_writes_nothing(name: str, root: Any) -> None:
    kind, options, sentence = FAULTS[name]
    with simulated_librenms(Dataset.empty(), timeout=2, page_timeout=60, job_timeout=2.5, failure_pause=1) as simulator:
        make_device("switch", librenms_id=add_switch(simulator.state, 3))
        simulator.faults.add(r"/devices/\d+/ports", kind, **options)
        for arguments in ((), ("--dry-run",)):
            status, said = run("--device", "switch", *arguments)
            assert (status, Interface.objects.count()) == (1, 0)
            assert sentence in said
            assert simulator.tokens.admin not in said


def test_what_librenms_says_does_not_drive_the_terminal(simulator: Simulator, root: Any) -> None:
    device_id = simulator.state.add_device(hostname="switch")
    simulator.state.add_port(device_id, ifName="Gi1", ifAlias="\x1b[31mred\x07\u202e")
    make_device("switch", librenms_id=device_id)
    said = run("--device", "switch", "--dry-run", "--verbosity", "2")[1]
    assert all(character.isprintable() or character == "\n" for character in said)
