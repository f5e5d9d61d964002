"""Devices of NetBox's added to LibreNMS: planned, told, read back, linked, and what LibreNMS says when it does not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from core.models import ObjectChange
from dcim.models import Device, Site
from ipam.models import VRF

from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import Run
from netbox_librenms_plugin.push.options import PushOptions
from netbox_librenms_plugin.push.starting import start_push
from netbox_librenms_plugin.runs.worker import run_now
from netbox_librenms_plugin.words.sentences import kept_sentence
from simulator.server import Simulator
from tests.factories import admin, make_chassis, make_cluster, make_device, make_named, make_vm, request_of, somebody
from tests.librenms import librenms_servers, server_entry
from tests.orm.support import counted

from . import support
from .support import AUTHPASS, COMMUNITY, CRYPTOPASS, add, outcomes, plan, reachable, reasons, rule

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def configured(simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    with support.profiles(simulator, tmp_path, monkeypatch) as known:
        yield known


def stored_id(device: Any) -> Any:
    return type(device).objects.get(pk=device.pk).custom_field_data.get("librenms_id")


def said(run: Run, name: str) -> str:
    return " ".join(kept_sentence(one["code"], one["details"]) for one in reasons(run)[name])


class TestAdding:
    def test_it_is_told_read_back_and_linked(self, simulator: Simulator) -> None:
        switch = reachable("sw1", "192.0.2.1")
        rule("elsewhere", "core", weight=1, site=make_named(Site, "Elsewhere"))
        rule("campus", "campus", weight=2, site=switch.site, give_location=True)
        run = add([switch])
        (row,) = simulator.state.devices.rows()
        told = {name: row[name] for name in ("hostname", "display", "community", "snmpver", "poller_group")}
        assert told == {
            "hostname": "192.0.2.1",
            "display": "sw1",
            "community": COMMUNITY,
            "snmpver": "v2c",
            "poller_group": 2,
        }
        assert simulator.state.locations[row["location_id"]]["location"] == "Site"
        assert stored_id(switch) == {"default": row["device_id"]}
        item = run.items.get()
        assert (run.state, item.outcome, item.librenms_id) == ("completed", "created", row["device_id"])
        change = ObjectChange.objects.get(request_id=run.request_id)
        assert (change.changed_object, change.user) == (switch, admin())
        assert change.postchange_data["custom_fields"]["librenms_id"] == {"default": row["device_id"]}

    def test_snmp_v3_with_all_that_it_has(self, simulator: Simulator) -> None:
        core = reachable("core1", "192.0.2.2")
        rule("core", "core", address="dns_name")
        assert outcomes(add([core])) == {"core1": "created"}
        (row,) = simulator.state.devices.rows()
        names = ("snmpver", "authlevel", "authname", "authpass", "authalgo", "cryptopass", "cryptoalgo")
        assert [row[name] for name in names] == [
            *("v3", "authPriv", "netbox", AUTHPASS, "SHA-256", CRYPTOPASS, "AES"),
        ]
        assert (row["hostname"], row["port"], row["transport"]) == ("core1.example.net", 1161, "tcp")

    def test_ping_only_and_without_checks_are_choices(self, simulator: Simulator) -> None:
        rule(profile="absent", address="name")
        silent = make_device("silent")
        simulator.state.unreachable.add("silent")
        assert [row.action.value for row in plan([silent]).rows] == ["nothing"], "its secret cannot be read"
        assert outcomes(add([silent], ping_only=True)) == {"silent": "created"}
        (row,) = simulator.state.devices.rows()
        assert (row["snmp_disable"], row["sysName"], row["community"]) == (1, "silent", None)
        other = make_device("other")
        simulator.state.unreachable.add("other")
        rule("first", "campus", address="name", weight=1)
        run = add([other])
        assert "Could not connect to other" in said(run, "other") and outcomes(run) == {"other": "failed"}
        assert outcomes(add([other], forced=True)) == {"other": "created"}

    def test_virtual_machines_are_added_as_well(self, simulator: Simulator) -> None:
        guest = make_vm("guest", cluster=make_cluster())
        rule(address="name")
        with request_of(admin()) as request:
            planner = support.PushPlanner.of(LibreNMSAPI(), user=admin())
            run = start_push(
                LibreNMSAPI(),
                "virtualmachine",
                planner.plan("virtualmachine", [guest.pk]),
                request=request,
                options=PushOptions(),
            )
            run_now(run, request)
        assert outcomes(run) == {"guest": "created"} and not reasons(run)
        assert stored_id(guest) == {"default": 1}


class TestRefusals:
    def test_what_librenms_says_is_a_result_and_the_others_go_on(self, simulator: Simulator) -> None:
        rule(address="name")
        silent, good, unknown = (make_device(name) for name in ("silent", "good", "nowhere.invalid"))
        simulator.state.unreachable.add("silent")
        run = add([silent, good, unknown])
        assert outcomes(run) == {"silent": "failed", "good": "created", "nowhere.invalid": "failed"}
        assert said(run, "silent") == (
            "LibreNMS did not add it: Could not connect to silent, please check the snmp details and snmp reachability"
        )
        assert "Could not ping nowhere.invalid (Hostname did not resolve to IP)" in said(run, "nowhere.invalid")
        assert run.state == "partial"

    def test_its_words_are_one_short_line_without_the_secrets_that_it_was_told(self, simulator: Simulator) -> None:
        rule(profile="core", address="name")
        talkative = make_device("talkative")
        simulator.state.talkative.add("talkative")
        heard = said(add([talkative]), "talkative")
        assert heard == "LibreNMS did not add it: snmpget ••• ••• ••• talkative: Timeout [0m"

    def test_said_to_be_added_and_not_there(self, simulator: Simulator) -> None:
        rule(address="name")
        device = make_device("forgotten")
        simulator.state.forgetful.add("forgotten")
        run = add([device])
        assert [one["code"] for one in reasons(run)["forgotten"]] == ["not_found_afterwards"]
        assert stored_id(device) is None

    def test_an_answer_that_is_lost_is_read_back(self, simulator: Simulator) -> None:
        rule(address="name")
        device = make_device("late")
        with request_of(admin()) as request:
            run = start_push(LibreNMSAPI(), "device", plan([device]), request=request, options=PushOptions())
            # Somebody, this call perhaps, has added it meanwhile
            simulator.state.add_device(hostname="late")
            run_now(run, request)
        assert [one["code"] for one in reasons(run)["late"]] == ["known_there"], "nothing is added twice"

    def test_a_token_that_may_only_read_is_told_once_and_to_all(self, simulator: Simulator, tmp_path: Path) -> None:
        rule(address="name")
        devices = [make_device(name) for name in ("one", "two")]
        entry = server_entry(simulator, token=simulator.tokens.reader)
        with librenms_servers({"default": entry}, snmp_profiles={"campus": {"version": "v1", "community": "x"}}):
            run = add(devices)
        for name in ("one", "two"):
            assert said(run, name) == (
                "The API token for LibreNMS server Simulated LibreNMS may not add a device: give its user the role "
                "admin in LibreNMS."
            )
        assert run.state == "failed" and len(simulator.state.devices) == 0

    def test_what_changed_since_it_was_shown_is_not_told(self, simulator: Simulator) -> None:
        rule(address="name")
        device = make_device("sw1")
        with request_of(admin()) as request:
            run = start_push(LibreNMSAPI(), "device", plan([device]), request=request, options=PushOptions())
            Device.objects.filter(pk=device.pk).update(name="sw2")
            run_now(run, request)
        assert [one["code"] for one in run.items.get().issues] == ["stale"]
        assert len(simulator.state.devices) == 0


class TestPlan:
    def test_what_librenms_has_is_offered_as_a_link(self, simulator: Simulator) -> None:
        rule()
        device = reachable("sw1", "192.0.2.1")
        known = simulator.state.add_device(hostname="sw1.example.net")
        (row,) = plan([device]).rows
        assert (row.action.value, row.librenms_id) == ("link", known)
        run = add([device])
        assert outcomes(run) == {"sw1": "left_out"}, "unless somebody wants it"
        assert outcomes(add([device], link=True)) == {"sw1": "linked"} and stored_id(device) == {"default": known}

    def test_a_device_that_only_has_the_address_is_not_offered(self, simulator: Simulator) -> None:
        rule()
        device = reachable("sw1", "192.0.2.1", serial="FOC1")
        simulator.state.add_device(hostname="192.0.2.1", sysName="another", serial="FOC2")
        (row,) = plan([device]).rows
        assert (row.action.value, [one.code.value for one in row.issues]) == ("nothing", ["identity_by_address"])
        # Of what the plan counts nothing is left undone
        assert outcomes(add([device], link=True)) == {"sw1": "left_out"} and stored_id(device) is None

    def test_who_may_not_link_a_device_does_not_add_it(self, simulator: Simulator) -> None:
        rule(address="name")
        device = make_device("sw1")
        settings = "netbox_librenms_plugin.librenmssettings"
        user = somebody("reader", {settings: ["view", "change"], "dcim.device": ["view"]})
        (row,) = plan([device], user=user).rows
        assert [one.code.value for one in row.issues] == ["no_permission"]

    def test_a_chassis_is_added_once(self, simulator: Simulator) -> None:
        rule(address="name")
        first, second = make_device("stack-1"), make_device("stack-2")
        make_chassis("stack", first, second, master=first)
        rows = {row.id: row for row in plan([second, first]).rows}
        assert rows[first.pk].action.value == "add"
        assert [one.code.value for one in rows[second.pk].issues] == ["chassis_speaks"]

    def test_conditions_are_those_of_the_device(self, simulator: Simulator) -> None:
        vrf = VRF.objects.create(name="mgmt")
        device = reachable("sw1", "192.0.2.1")
        device.primary_ip4.vrf = vrf
        device.primary_ip4.save()
        rule("vrf", weight=1, vrf=vrf)
        rule("other server", weight=0, server="other")
        rule("off", weight=0, enabled=False)
        assert [row.rule for row in plan([device]).rows] == ["vrf"]

    def test_the_number_of_queries_does_not_grow(self, simulator: Simulator) -> None:
        rule()
        numbers = []
        for first, number in ((1, 5), (6, 40)):
            devices = [reachable(f"sw{n}", f"192.0.2.{n}") for n in range(first, first + number)]
            plan(devices)
            with counted() as queries:
                plan(devices)
            numbers.append(len(queries))
        assert numbers[0] == numbers[1] <= 15, numbers
