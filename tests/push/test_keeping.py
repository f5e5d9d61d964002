"""Linked devices brought into step in LibreNMS: planned, told, read back; and who is never touched."""

from collections.abc import Iterator
from typing import Any

import pytest
from dcim.models import Device, DeviceRole, FrontPort, PortMapping, RearPort, Site
from django.db.models.signals import pre_save

from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import LibreNMSSettings, LocationMapping, Run, RunItem
from netbox_librenms_plugin.push.changing import change
from netbox_librenms_plugin.push.starting import CHANGED_IN_REQUEST
from netbox_librenms_plugin.sync.core.issues import Code
from simulator.server import Simulator
from tests.api.support import ROOT, Caller
from tests.factories import (
    admin,
    grant,
    make_cable,
    make_chassis,
    make_cluster,
    make_device,
    make_interface,
    make_named,
    make_vm,
    somebody,
)
from tests.librenms import librenms_servers, server_entry
from tests.orm.support import analyse, counted

from .support import plan, rule

pytestmark = pytest.mark.django_db

PATH = f"{ROOT}/push/"
SETTINGS = "netbox_librenms_plugin.librenmssettings"
ALL = {"state": "netbox_wins", "location": "netbox_wins", "notes": "fill_if_empty", "poller_group": "netbox_wins"}
EVERY = {**ALL, "parents": "netbox_wins"}


@pytest.fixture
def nms(simulator: Simulator) -> Iterator[Simulator]:
    profiles = {"campus": {"version": "v2c", "community": "c", "poller_group": 1}}
    with librenms_servers({"default": server_entry(simulator)}, snmp_profiles=profiles):
        simulator.state.add_poller_group("campus")
        yield simulator


def keep(**policies: str) -> None:
    """What is kept in step."""
    states = {"offline": "disabled", "planned": "ignored", "active": "monitored"}
    LibreNMSSettings.objects.create(kept_fields=policies or ALL, monitoring_map=states, parent_roles="role")


def linked(nms: Simulator, name: str, *, columns: dict[str, Any] | None = None, **fields: Any) -> Any:
    """A device that both have, linked."""
    return make_device(name, librenms_id=nms.state.add_device(hostname=name, **(columns or {})), **fields)


def post(devices: list[Any], *, user: Any = None, **body: Any) -> dict[str, Any]:
    answer = Caller(user or admin()).post(PATH, {"ids": [one.pk for one in devices], **body})
    assert answer.status_code == 200, answer.json()
    found: dict[str, Any] = answer.json()
    return found


def codes(result: dict[str, Any]) -> list[str]:
    return [one["code"] for one in result["issues"]]


def writes(nms: Simulator) -> list[str]:
    return [one.path for one in nms.requests if one.method != "GET"]


def parents(nms: Simulator, hostname: str) -> Any:
    return next(one["dependency_parent_id"] for one in nms.state.devices.rows() if one["hostname"] == hostname)


class TestChanging:
    def test_a_plan_then_a_run_and_then_nothing(self, nms: Simulator) -> None:
        keep()
        rule("Campus")
        columns = {"location": "Elsewhere", "sysContact": "by hand"}
        switch = linked(nms, "sw1", columns=columns, status="offline", description="Uplink")
        planned = post([switch], dry_run=True)
        (row,) = planned["results"]
        assert (row["action"], planned["counts"]["change"], row["rule"]["name"]) == ("change", 1, "Campus")
        told = {one["field"]: (one["librenms"], one["netbox"], one["policy"], one["outcome"]) for one in row["fields"]}
        assert told == {
            "state": ("monitored", "disabled", "netbox_wins", "changed"),
            "location": ("Elsewhere", "Site", "netbox_wins", "changed"),
            "notes": ("", "Uplink", "fill_if_empty", "changed"),
            "poller_group": (0, 1, "netbox_wins", "changed"),
        }
        assert not writes(nms) and not Run.objects.exists()
        nms.requests.clear()
        done = post([switch], change=True, expected=planned["digest"])
        assert (done["state"], done["written"]) == ("completed", {"push_changed": 1})
        assert done["results"][0]["outcome"] == "synced"
        assert done["results"][0]["changed"]["location"] == ["Elsewhere", "Site"]
        device = nms.state.devices[1]
        assert (device["disabled"], device["notes"], device["poller_group"]) == (1, "Uplink", 1)
        assert nms.state.locations[device["location_id"]]["location"] == "Site" and device["override_sysLocation"] == 1
        assert device["sysContact"] == "by hand"
        assert len(writes(nms)) == 1
        asked = Caller(admin()).get(f"{ROOT}/runs/{done['run']}/items/").json()["results"][0]["asked"]
        assert asked["fields"]["state"] == ["monitored", "disabled"]
        again = post([switch], change=True)
        assert (again["counts"], again["written"], len(writes(nms))) == ({"agrees": 1}, {}, 1)

    def test_it_is_one_call_and_one_to_read_back(self, nms: Simulator) -> None:
        keep(notes="netbox_wins")
        devices = [linked(nms, f"sw{number}", description="new") for number in range(5)]
        nms.requests.clear()
        assert post(devices, change=True)["counts"] == {"synced": 5}
        # Beside the lists of the plan, and of the run
        assert [one.method for one in nms.requests].count("PATCH") == 5 and len(nms.requests) <= 2 * 5 + 2

    def test_virtual_machines_are_kept_as_well_and_nothing_is_added_unless_told(self, nms: Simulator) -> None:
        keep(notes="netbox_wins")
        rule(address="name")
        known = nms.state.add_device(hostname="guest")
        guest, new = (
            make_vm(name, cluster=make_cluster(), librenms_id=number, description="d")
            for name, number in (("guest", known), ("new", None))
        )
        body: dict[str, Any] = {"type": "virtualmachine", "change": True, "add": False}
        assert post([guest, new], **body)["counts"] == {"synced": 1, "left_out": 1}
        assert nms.state.devices[known]["notes"] == "d" and len(nms.state.devices) == 1

    def test_only_who_says_so_changes_anything(self, nms: Simulator) -> None:
        keep(notes="netbox_wins")
        switch = linked(nms, "sw1", description="d")
        assert post([switch])["counts"] == {"left_out": 1} and not writes(nms)

    def test_off_until_the_settings_say_what(self, nms: Simulator) -> None:
        (row,) = post([linked(nms, "sw1", description="d", status="offline")], change=True)["results"]
        assert codes(row) == ["already_linked"] and not writes(nms)


class TestParents:
    @pytest.fixture
    def tree(self, nms: Simulator) -> tuple[Any, Any]:
        """An access switch that hangs on a core by a patch panel, and on a switch of its own kind."""
        LibreNMSSettings.objects.create(kept_fields={"parents": "netbox_wins"}, parent_roles="core\naccess")
        core, access = (make_named(DeviceRole, name) for name in ("core", "access"))
        top, other = linked(nms, "core1", role=core), linked(nms, "acc2", role=access)
        leaf = linked(nms, "acc1", role=access)
        nms.state.add_device(hostname="by-hand")
        panel = make_device("panel")
        rear = RearPort.objects.create(device=panel, name="rear", type="lc")
        front = FrontPort.objects.create(device=panel, name="front", type="lc")
        PortMapping.objects.create(device=panel, front_port=front, rear_port=rear)
        uplink, peer = make_interface(leaf, "eth0"), make_interface(leaf, "eth1")
        make_cable(uplink, front)
        make_cable(rear, make_interface(top, "eth0"))
        make_cable(peer, make_interface(other, "eth0"))
        return top, leaf

    def test_who_stands_above_at_the_other_end_is_added(self, nms: Simulator, tree: tuple[Any, Any]) -> None:
        nms.state.devices[3] |= {"dependency_parent_id": "4", "dependency_parent_hostname": "by-hand"}
        (row,) = post([tree[1]], dry_run=True)["results"]
        (field,) = row["fields"]
        assert (field["field"], field["librenms"], field["netbox"]) == ("parents", "by-hand", "by-hand, core1")
        assert post([tree[1]], change=True)["counts"] == {"synced": 1}
        assert parents(nms, "acc1") == "1,4" and parents(nms, "core1") is None
        assert post([tree[1], tree[0]], change=True)["counts"] == {"agrees": 2}

    def test_parents_that_somebody_made_meanwhile_are_not_lost(self, nms: Simulator, tree: tuple[Any, Any]) -> None:
        LibreNMSAPI().devices()
        nms.state.devices[3] |= {"dependency_parent_id": "4", "dependency_parent_hostname": "by-hand"}
        row = plan([tree[1]], refresh=False).rows[0]
        changed = change(LibreNMSAPI(), row)
        assert changed.problem is not None and (changed.problem.code, changed.fields) == (Code.STALE, 0)
        assert parents(nms, "acc1") == "4"

    def test_who_is_not_seen_or_not_linked_is_nobodys_parent(self, nms: Simulator, tree: tuple[Any, Any]) -> None:
        user = somebody("keeper", {SETTINGS: ["view", "change"]})
        grant(user, "dcim.device", "view", "change", constraints={"name__startswith": "acc"})
        (row,) = post([tree[1]], user=type(user).objects.get(pk=user.pk), dry_run=True)["results"]
        assert row["action"] == "same"
        Device.objects.filter(pk=tree[0].pk).update(custom_field_data={})
        assert post([tree[1]], dry_run=True)["results"][0]["action"] == "same"

    def test_a_neighbour_whose_link_is_in_doubt_is_nobodys_parent(self, nms: Simulator, tree: tuple[Any, Any]) -> None:
        top, leaf = tree
        assert post([leaf], dry_run=True)["results"][0]["fields"][0]["netbox"] == "core1"
        twin = make_device("core1-old", librenms_id=1)
        assert post([leaf], dry_run=True)["results"][0]["action"] == "same", "two are linked to one device"
        twin.delete()
        nms.state.devices[1] |= {"hostname": "printer", "sysName": "printer", "serial": "P1"}
        Device.objects.filter(pk=top.pk).update(serial="C1")
        LibreNMSAPI().devices(refresh=True)
        assert post([leaf], dry_run=True)["results"][0]["action"] == "same", "its clues deny that it is"

    def test_members_of_a_chassis_are_one(self, nms: Simulator, tree: tuple[Any, Any]) -> None:
        top, leaf = tree
        member = make_device("acc1-2", role=leaf.role)
        second = linked(nms, "core2", role=top.role)
        bare = make_device("core2-2", role=top.role)
        make_chassis("acc1", leaf, member, master=leaf)
        make_chassis("core2", second, bare, master=second)
        make_cable(make_interface(member, "eth9"), make_interface(bare, "eth9"))
        (row,) = post([leaf], dry_run=True)["results"]
        assert row["fields"][0]["netbox"] == "core1, core2"

    def test_what_librenms_refuses_is_told_in_its_words(self, nms: Simulator, tree: tuple[Any, Any]) -> None:
        nms.faults.add("/parents$", "status", status=500)
        (row,) = post([tree[1]], change=True)["results"]
        assert row["outcome"] == "failed" and parents(nms, "acc1") is None


class TestParentsOfNewDevices:
    @pytest.fixture
    def leaf(self, nms: Simulator) -> Any:
        """An access switch that LibreNMS lacks, on a core that it has and on one that it lacks."""
        LibreNMSSettings.objects.create(kept_fields={"parents": "fill_if_empty"}, parent_roles="core\naccess")
        rule(address="name")
        core, access = (make_named(DeviceRole, name) for name in ("core", "access"))
        leaf = make_device("acc1", role=access)
        for top in (linked(nms, "core1", role=core), make_device("core2", role=core)):
            make_cable(make_interface(leaf, f"to {top}"), make_interface(top, "eth0"))
        return leaf

    def test_those_that_are_added_together_find_each_other(self, nms: Simulator, leaf: Any) -> None:
        both = [leaf, Device.objects.get(name="core2")]
        planned = post(both, dry_run=True)
        assert [(row["action"], row["parents"]) for row in planned["results"]] == [("add", ["core1"]), ("add", [])]
        done = post(both, expected=planned["digest"])
        assert (done["state"], done["counts"]) == ("completed", {"created": 2})
        rows = {one["hostname"]: one for one in nms.state.devices.rows()}
        assert rows["acc1"]["dependency_parent_id"] == f"1,{rows['core2']['device_id']}"
        assert rows["core2"]["dependency_parent_id"] is None
        assert [row["changed"] for row in done["results"]] == [{"parents": ["", "core1, core2"]}, {}]

    def test_what_librenms_refuses_is_told_and_the_device_stays_added(self, nms: Simulator, leaf: Any) -> None:
        nms.faults.add("/parents$", "status", status=500)
        done = post([leaf])
        assert (done["state"], done["counts"]) == ("partial", {"created": 1})
        assert codes(done["results"][0]) == ["not_changed"]

    def test_a_fault_takes_no_outcome_away_that_a_device_has(self, nms: Simulator, leaf: Any) -> None:
        def refuse(update_fields: Any, **_how: Any) -> None:
            if update_fields:
                raise RuntimeError

        pre_save.connect(refuse, sender=RunItem)
        try:
            done = post([leaf])
        finally:
            pre_save.disconnect(refuse, sender=RunItem)
        assert (done["state"], done["counts"]) == ("partial", {"created": 1})
        assert codes(done["results"][0]) == ["plugin_failed"] and parents(nms, "acc1") is None

    def test_where_parents_are_only_reported_nobody_is_told(self, nms: Simulator, leaf: Any) -> None:
        LibreNMSSettings.objects.update(kept_fields={"parents": "report_only"})
        (row,) = post([leaf], dry_run=True)["results"]
        post([leaf])
        assert row["parents"] == [] and len(writes(nms)) == 1


class TestWhatLibreNMSDoesNotDo:
    def test_answered_well_and_not_done_is_named(self, nms: Simulator) -> None:
        keep(state="netbox_wins", notes="netbox_wins")
        nms.state.stubborn.add("sw1")
        switch = linked(nms, "sw1", description="d", status="offline")
        done = post([switch], change=True)
        (row,) = done["results"]
        assert (done["state"], row["outcome"], codes(row)) == ("failed", "failed", ["changed_otherwise"])
        assert row["issues"][0]["message"].endswith("when it was read back this had not changed: monitoring, notes.")

    def test_a_token_that_may_only_read_is_told_once(self, nms: Simulator) -> None:
        keep(notes="netbox_wins")
        devices = [linked(nms, name, description="d") for name in ("sw1", "sw2")]
        entry = server_entry(nms, token=nms.tokens.reader)
        with librenms_servers({"default": entry}):
            done = post(devices, change=True)
        assert [codes(row) for row in done["results"]] == [["librenms_failed"]] * 2
        assert "may not change a device" in done["results"][0]["issues"][0]["message"]
        assert len(writes(nms)) == 1

    def test_an_error_says_that_it_failed_and_the_others_go_on(self, nms: Simulator) -> None:
        keep(notes="netbox_wins")
        devices = [linked(nms, name, description="d") for name in ("sw1", "sw2")]
        nms.faults.add("/devices/1$", "status", status=500)
        done = post(devices, change=True)
        assert [row["outcome"] for row in done["results"]] == ["failed", "synced"]

    def test_a_display_name_is_shown_as_what_cannot_be_changed(self, nms: Simulator) -> None:
        keep(display="report_only")
        switch = make_device("sw2", librenms_id=nms.state.add_device(hostname="192.0.2.2", sysName="sw2"))
        (row,) = post([switch], dry_run=True)["results"]
        assert row["fields"][0]["outcome"] == "blocked" and "display_fixed" in codes(row)


class TestWhoIsNotTouched:
    def test_devices_that_netbox_does_not_know_and_those_that_are_only_found(self, nms: Simulator) -> None:
        keep()
        nms.state.add_device(hostname="by-hand", location="Elsewhere")
        nms.state.add_device(hostname="found", location="Elsewhere")
        before = [dict(one) for one in nms.state.devices.rows()]
        post([make_device("found", status="offline")], change=True, link=True)
        assert [dict(one) for one in nms.state.devices.rows()] == before

    def test_a_link_that_clues_deny(self, nms: Simulator) -> None:
        keep()
        number = nms.state.add_device(hostname="printer-9", serial="PRN1")
        switch = make_device("sw1", librenms_id=number, serial="FOC1", status="offline")
        (row,) = post([switch], change=True)["results"]
        assert (row["outcome"], codes(row)) == ("left_out", ["identity_doubt"]) and not writes(nms)

    def test_a_device_that_several_objects_are_linked_to(self, nms: Simulator) -> None:
        keep()
        first = linked(nms, "sw1", status="offline")
        second = make_device("sw1-old", librenms_id=1)
        user = somebody("keeper", {SETTINGS: ["view", "change"], "dcim.device": ["view", "change"]})
        rows = post([first, second], user=user, change=True)["results"]
        assert [codes(row) for row in rows] == [["id_used_twice"]] * 2 and not writes(nms)
        assert "sw1-old" in rows[0]["issues"][0]["message"]

    def test_one_member_speaks_for_a_chassis(self, nms: Simulator) -> None:
        keep(state="netbox_wins")
        master = linked(nms, "stack", status="offline")
        member, bare = make_device("stack-2", librenms_id=1), make_device("stack-3")
        make_chassis("stack", member, master, bare, master=master)
        rows = {row["object"]["name"]: row for row in post([member, master, bare], dry_run=True)["results"]}
        assert rows["stack"]["action"] == "change"
        assert codes(rows["stack-2"]) == codes(rows["stack-3"]) == ["chassis_kept"]

    def test_who_may_not_change_the_device(self, nms: Simulator) -> None:
        keep()
        switch = linked(nms, "sw1", status="offline")
        user = somebody("reader", {SETTINGS: ["view", "change"], "dcim.device": ["view"]})
        (row,) = post([switch], user=user, change=True)["results"]
        assert codes(row) == ["no_permission"] and not writes(nms)


def test_a_location_that_means_the_site_stays(nms: Simulator) -> None:
    keep(location="netbox_wins")
    site = make_named(Site, "Amsterdam")
    LocationMapping.objects.create(librenms_location="AMS, hall 2", site=site)
    there = linked(nms, "sw1", site=site, columns={"location": "AMS, hall 2"})
    away = linked(nms, "sw2", site=site, columns={"location": "FRA"})
    rows = post([there, away], dry_run=True)["results"]
    assert [row["action"] for row in rows] == ["same", "change"]
    assert rows[1]["fields"][0]["netbox"] == "AMS, hall 2"


def test_many_are_changed_in_the_background(nms: Simulator) -> None:
    keep(notes="netbox_wins")
    devices = [linked(nms, f"sw{number}", description="d") for number in range(CHANGED_IN_REQUEST + 1)]
    answer = Caller(admin()).post(PATH, {"ids": [one.pk for one in devices], "change": True})
    assert (answer.status_code, answer.json()["code"]) == (400, "too_many") and not Run.objects.exists()


def test_the_number_of_queries_does_not_grow(nms: Simulator) -> None:
    keep(**EVERY)
    rule()
    numbers = []
    devices: list[Any] = []
    for number in (4, 30):
        for _one in range(number):
            name = f"sw{len(devices)}"
            device = linked(nms, name, status="offline", description=name, columns={"location": f"Place {name}"})
            devices.append(device)
        analyse()
        plan(devices, refresh=True)
        with counted() as queries:
            plan(devices, refresh=True)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1] <= 40, numbers
