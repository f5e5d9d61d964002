"""``librenms_compare``, and ``librenms_sync --filter``: many objects from a shell or a timer."""

import json

import pytest
from dcim.models import Interface

from netbox_librenms_plugin.models import Run
from simulator.server import Simulator
from tests.command.support import Terminal, refused, typed
from tests.factories import admin, make_device, make_vm
from tests.fleet_sync.support import switches

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def root() -> None:
    admin()


class TestCompare:
    def test_the_exit_status_tells_differences(self, simulator: Simulator) -> None:
        switches(simulator, 2)
        ask = ("librenms_compare", "--filter", "name__isw=switch", "--resource", "interfaces")
        status, said = typed(*ask)
        assert status == 1
        head, first = said.splitlines()[1:3]
        assert head.split() == "object resource create change conflict blocked kept extra same".split()
        assert first.split() == ["switch-001", "interfaces", "3", "0", "0", "0", "0", "0", "0"]
        assert said.splitlines()[-2].split()[:3] == ["together", "interfaces", "6"]
        assert not Interface.objects.exists()
        typed("librenms_sync", "--filter", "name__isw=switch", "--resource", "interfaces")
        assert typed(*ask)[0] == 0

    def test_json_is_one_object(self, simulator: Simulator) -> None:
        (device,) = switches(simulator, 1)
        make_device("patch-panel")
        status, said = typed("librenms_compare", "--filter", "status=active", "--format", "json")
        found = json.loads(said)
        assert status == 1 and found["totals"]["objects"] == 2 and found["totals"]["left_out"] == 1
        panel, switch = found["objects"]
        assert panel["reason"]["code"] == "not_in_librenms"
        assert switch["object"]["id"] == device.pk and switch["resources"]["interfaces"]["create"] == 3

    def test_what_librenms_does_not_know_is_trouble_only_where_it_was_named(self, simulator: Simulator) -> None:
        make_device("patch-panel")
        assert typed("librenms_compare", "--filter", "name=patch-panel")[0] == 0
        assert typed("librenms_compare", "patch-panel")[0] == 2

    def test_a_librenms_that_fails_is_trouble(self, simulator: Simulator) -> None:
        switches(simulator, 1)
        simulator.faults.add(".*", "status", status=500)
        status, said = typed("librenms_compare", "switch-001")
        assert status == 2 and "switch-001: not compared: " in said and "Simulated LibreNMS" in said

    def test_virtual_machines(self, simulator: Simulator) -> None:
        guest = simulator.state.add_device(hostname="guest")
        simulator.state.add_port(guest, ifName="eth0")
        make_vm("guest", librenms_id=guest)
        assert typed("librenms_compare", "--vm", "guest")[0] == 1
        assert typed("librenms_compare", "--filter", "name=guest", "--virtual-machines")[0] == 1

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ((), "Say which objects: either by name, or with --filter."),
            (("x", "--filter", "site=ams1"), "Say which objects"),
            (("--filter", "site"), "“site” is no filter. Write it as name=value, such as site=ams1."),
            (("--filter", "site="), "The filter “site” has no value."),
            (("--filter", "colour=red"), "NetBox has no filter “colour” for devices"),
            (("--filter", "site=nowhere"), "The filter “site” cannot be followed"),
            (("nobody",), "There is no device “nobody”"),
            (("--vm", "x", "--virtual-machines"), "--virtual-machines goes with --filter alone."),
        ],
    )
    def test_a_wrong_call(self, simulator: Simulator, arguments: tuple[str, ...], said: str) -> None:
        assert said in refused("librenms_compare", *arguments)


class TestSyncByFilter:
    def test_it_is_a_run(self, simulator: Simulator) -> None:
        switches(simulator, 2)
        make_device("patch-panel")
        status, said = typed("librenms_sync", "--filter", "status=active", "--resource", "interfaces")
        run = Run.objects.get()
        assert (status, run.state, run.options["resources"]) == (0, "completed", ["interfaces"])
        assert f"sync {run.pk}, request {run.request_id}" in said
        assert "synced   switch-001 (interfaces 3)" in said.splitlines()
        assert "left_out patch-panel" in said and "Written: interfaces 6" in said
        assert "Synced: 2, Left out: 1" in said

    def test_json_has_the_results_of_rest(self, simulator: Simulator) -> None:
        switches(simulator, 1)
        status, said = typed("librenms_sync", "--filter", "name=switch-001", "--format", "json")
        assert status == 0 and json.loads(said)["results"][0]["outcome"] == "synced"

    def test_a_failure_is_the_exit_status_and_not_the_end(self, simulator: Simulator) -> None:
        devices = switches(simulator, 2)
        broken = devices[0].custom_field_data["librenms_id"]["default"]
        simulator.faults.add(rf"/devices/{broken}/ports", "status", status=500)
        status, said = typed("librenms_sync", "--filter", "status=active", "--resource", "interfaces")
        assert status == 1 and "failed   switch-001" in said and "synced   switch-002 (interfaces 3)" in said

    def test_a_bar_on_a_terminal(self, simulator: Simulator) -> None:
        switches(simulator, 1)
        errors = Terminal()
        typed("librenms_sync", "--filter", "status=active", errors=errors)
        assert "1/1 switch-001" in errors.getvalue()

    def test_a_dry_run_writes_nothing(self, simulator: Simulator) -> None:
        switches(simulator, 2)
        status, said = typed("librenms_sync", "--filter", "status=active", "--resource", "interfaces", "--dry-run")
        assert status == 3 and said.count("interfaces") == 2
        assert not Run.objects.exists() and not Interface.objects.exists()

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("--filter", "colour=red"), "NetBox has no filter “colour” for devices"),
            (("--filter", "site=ams1", "--device", "x"), "it goes with neither --device nor --vm"),
            (("--device", "x", "--background"), "--background goes with --filter alone."),
            (("--filter", "status=active", "--background", "--dry-run"), "A dry run is not done in the background."),
        ],
    )
    def test_a_wrong_call(self, simulator: Simulator, arguments: tuple[str, ...], said: str) -> None:
        make_device("x")
        assert said in refused("librenms_sync", *arguments)

    def test_without_a_worker_nothing_waits_for_one(self, simulator: Simulator) -> None:
        switches(simulator, 1)
        assert "No background worker is running" in refused(
            "librenms_sync", "--filter", "status=active", "--background", status=1
        )
        assert not Run.objects.exists()
