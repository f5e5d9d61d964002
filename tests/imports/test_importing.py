"""Importing devices while the caller waits: what is made, what is not, and why."""

from typing import Any

import pytest
from core.models import ObjectChange, ObjectType
from dcim.models import Device, DeviceRole, Interface, Platform, Site, VirtualChassis
from django.core.cache import cache
from extras.models import CustomField, Tag
from ipam.models import VLAN
from tenancy.models import Tenant
from users.models import ObjectPermission
from virtualization.models import VirtualMachine

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.engine import scope_of
from netbox_librenms_plugin.import_utils.options import ImportOptions
from netbox_librenms_plugin.import_utils.rows import Choice, Kind, State
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import ImportIgnore, ImportRule, LocationMapping, SyncRun
from netbox_librenms_plugin.orm.frame.librenms_ids import AlreadyLinkedError, bind
from simulator.server import Simulator
from tests.factories import admin, make_cluster, make_device, request_of, somebody, told_of_new_devices
from tests.imports.support import import_all, known_to_netbox, listed, outcomes, reasons
from tests.librenms import add_switch
from tests.orm.support import counted, writes_in

pytestmark = pytest.mark.django_db

EVERYTHING = {
    "dcim.device": ["view", "add", "change"],
    **{
        f"dcim.{one}": ["view"]
        for one in ("site", "devicerole", "devicetype", "manufacturer", "platform", "location", "rack")
    },
    "dcim.interface": ["view", "add", "change"],
    "dcim.macaddress": ["view", "add", "change"],
    "dcim.cable": ["view", "add", "change"],
    "dcim.virtualchassis": ["view", "add", "change"],
    "ipam.vlan": ["view", "add", "change"],
    "ipam.ipaddress": ["view", "add", "change"],
}


def small(simulator: Simulator, **columns: Any) -> int:
    """One switch of four ports in LibreNMS, whose texts NetBox knows."""
    device_id = add_switch(simulator.state, 4)
    location = simulator.state.add_location("Lab", 1, 1)
    said = {"sysName": "sw", "hardware": "Model X", "os": "ios", "type": "network", "serial": "S1"}
    simulator.state.devices[device_id] |= {**said, "location_id": location, **columns}
    site, _made = Site.objects.get_or_create(name="Here", slug="here")
    LocationMapping.objects.get_or_create(librenms_location="Lab", site=site)
    known_to_netbox()
    cache.clear()
    return device_id


class TestOne:
    def test_a_device_whole(self, simulator: Simulator) -> None:
        number = small(simulator)
        run = import_all()
        (row,) = run.items.all()
        device = Device.objects.get()
        assert (row.outcome, row.object, row.counts["devices"]) == ("created", device, 1)
        assert row.counts["interfaces"] == device.interfaces.count() == 4
        assert (device.name, device.serial, device.site.name, device.role.name) == ("sw", "S1", "Here", "network")
        assert (device.device_type.model, device.platform) == ("Model X", Platform.objects.get(name="ios"))
        assert (device.status, device.custom_field_data["librenms_id"]) == ("active", {"default": number})

    def test_the_change_log_says_who_and_why(self, simulator: Simulator) -> None:
        small(simulator)
        run = import_all()
        changes = ObjectChange.objects.all()
        assert {one.user_name for one in changes} == {"root"}
        assert {one.request_id for one in changes} == {run.request_id}
        assert all("LibreNMS" in one.message for one in changes)
        created = changes.get(changed_object_type__model="device", action="create")
        assert created.postchange_data["custom_fields"]["librenms_id"]
        assert [one.run for one in SyncRun.objects.all()] == [run]

    def test_only_what_was_asked_for(self, simulator: Simulator) -> None:
        small(simulator)
        import_all(options=ImportOptions(interfaces=False, vlans=False, ip_addresses=False, cables=False))
        assert Device.objects.count() == 1
        assert not Interface.objects.exists() and not VLAN.objects.exists()

    def test_what_is_chosen_is_written(self, simulator: Simulator) -> None:
        number = small(simulator)
        role = DeviceRole.objects.create(name="Edge", slug="edge")
        tenant = Tenant.objects.create(name="T", slug="t")
        choice = Choice(ids={"role": role.pk, "tenant": tenant.pk}, name="renamed")
        import_all(choices={number: choice})
        device = Device.objects.get()
        assert (device.name, device.role, device.tenant) == ("renamed", role, tenant)

    def test_a_rule_decides_and_gives_tags(self, simulator: Simulator) -> None:
        small(simulator)
        cluster = make_cluster("C")
        tag = Tag.objects.create(name="LibreNMS", slug="librenms")
        rule = ImportRule.objects.create(name="guests", librenms_os="io*", as_vm=True, cluster=cluster)
        rule.import_tags.add(tag)
        assert [row.rule.name for row in listed().rows if row.rule] == ["guests"]
        import_all()
        machine = VirtualMachine.objects.get()
        assert (machine.cluster, list(machine.tags.all())) == (cluster, [tag])
        assert machine.interfaces.count() == 4

    def test_defaults_of_custom_fields_are_there(self, simulator: Simulator) -> None:
        small(simulator)
        field = CustomField.objects.create(name="owner", type="text", default="nobody")
        field.object_types.add(ObjectType.objects.get_by_natural_key("dcim", "device"))
        import_all()
        assert Device.objects.get().custom_field_data["owner"] == "nobody"

    def test_the_second_import_writes_nothing(self, simulator: Simulator) -> None:
        small(simulator)
        import_all()
        before = ObjectChange.objects.count()
        with counted() as queries:
            run = import_all()
        assert outcomes(run) == {"switch": "exists"}
        own = ("netbox_librenms_plugin_run",)
        assert not [sql for sql in writes_in(queries) if not any(one in sql for one in own)]
        assert ObjectChange.objects.count() == before


class TestNotImported:
    def test_what_is_missing_keeps_a_device_out(self, simulator: Simulator) -> None:
        small(simulator, type="oddity")
        DeviceRole.objects.all().delete()
        run = import_all()
        assert (run.state, reasons(run)) == ("failed", {"switch": ["role_unknown"]})
        assert not Device.objects.exists()

    def test_conflicts_and_ignored_devices(self, simulator: Simulator) -> None:
        number = small(simulator)
        held = make_device("sw", site=Site.objects.get(name="Here"), serial="OTHER")
        assert reasons(import_all()) == {"switch": ["serial_differs"]}
        held.delete()
        ImportIgnore.objects.create(server="default", librenms_id=number, hostname="switch")
        assert reasons(import_all()) == {"switch": ["ignored"]}
        assert not Device.objects.exists()

    def test_one_that_netbox_refuses_does_not_stop_the_others(self, simulator: Simulator) -> None:
        small(simulator)
        other = small(simulator, sysName="second", serial="S2")
        simulator.state.devices[other]["hostname"] = "second"
        constraint = {"name": "sw"}
        user = somebody("limited", {**EVERYTHING, "dcim.device": ["view"]})
        permission = ObjectPermission.objects.create(name="some", actions=["add", "change"], constraints=constraint)
        permission.object_types.add(ObjectType.objects.get_by_natural_key("dcim", "device"))
        permission.users.add(user)
        run = import_all(user=type(user).objects.get(pk=user.pk))
        assert outcomes(run) == {"switch": "created", "second": "failed"}
        assert reasons(run)["second"] == ["no_permission"]
        assert (run.state, Device.objects.get().name) == ("partial", "sw")

    def test_a_user_without_rights_writes_nothing(self, simulator: Simulator) -> None:
        small(simulator)
        user = somebody("reader", {label: ["view"] for label in EVERYTHING})
        run = import_all(user=user)
        assert reasons(run) == {"switch": ["no_permission"]}
        assert not Device.objects.exists() and not ObjectChange.objects.exists()

    def test_who_would_not_see_the_device_does_not_make_it(self, simulator: Simulator) -> None:
        small(simulator)
        user = somebody("blind", {label: rights for label, rights in EVERYTHING.items() if label != "dcim.device"})
        permission = ObjectPermission.objects.create(name="writes", actions=["add", "change"])
        permission.object_types.add(ObjectType.objects.get_by_natural_key("dcim", "device"))
        permission.users.add(user)
        assert reasons(import_all(user=type(user).objects.get(pk=user.pk))) == {"switch": ["no_permission"]}
        assert not Device.objects.exists()

    def test_a_user_with_exactly_these_rights_imports(self, simulator: Simulator) -> None:
        small(simulator)
        run = import_all(user=somebody("importer", EVERYTHING))
        assert (outcomes(run), reasons(run)) == ({"switch": "created"}, {})

    def test_librenms_failing_half_way_leaves_nothing(self, simulator: Simulator) -> None:
        number = small(simulator)
        told = told_of_new_devices()
        simulator.faults.add(f"/devices/{number}/vlans", "status", status=500)
        run = import_all()
        assert reasons(run) == {"switch": ["librenms_failed"]}
        assert not Device.objects.exists() and not Interface.objects.exists() and not ObjectChange.objects.exists()
        assert not told.notifications.exists()
        simulator.faults.clear()
        # LibreNMS is not asked again within seconds of a failure
        cache.clear()
        import_all()
        assert told.notifications.count() == 1

    def test_what_was_seen_otherwise_is_stale(self, simulator: Simulator) -> None:
        number = small(simulator)
        seen = {number: listed().by_id[number].fingerprint}
        role = DeviceRole.objects.create(name="New", slug="new")
        ImportRule.objects.create(name="late", librenms_os="ios", role=role)
        assert reasons(import_all([number], expected=seen)) == {"switch": ["stale"]}
        seen = {number: listed().by_id[number].fingerprint}
        assert outcomes(import_all([number], expected=seen)) == {"switch": "created"}

    def test_an_id_that_librenms_does_not_have(self, simulator: Simulator) -> None:
        small(simulator)
        assert reasons(import_all([4711])) == {"#4711": ["not_in_librenms"]}


class TestLinked:
    def test_an_existing_device_is_linked_and_left_as_it_is(self, simulator: Simulator) -> None:
        number = small(simulator)
        held = make_device("sw", site=Site.objects.get(name="Here"))
        assert listed().by_id[number].state is State.EXISTS
        run = import_all()
        held.refresh_from_db()
        assert (outcomes(run), held.custom_field_data["librenms_id"]) == ({"switch": "linked"}, {"default": number})
        assert not held.interfaces.exists() and held.serial == ""
        assert listed().by_id[number].state is State.LINKED

    def test_it_is_synced_where_that_is_asked_for(self, simulator: Simulator) -> None:
        small(simulator)
        held = make_device("sw", site=Site.objects.get(name="Here"))
        import_all(options=ImportOptions(existing=True))
        assert held.interfaces.count() == 4

    def test_a_chosen_link_can_take_the_serial_number(self, simulator: Simulator) -> None:
        number = small(simulator)
        held = make_device("sw", site=Site.objects.get(name="Here"), serial="OLD")
        import_all(choices={number: Choice(link=(Kind.DEVICE, held.pk), take_serial=True)})
        held.refresh_from_db()
        assert (held.serial, held.custom_field_data["librenms_id"]) == ("S1", {"default": number})
        (change,) = ObjectChange.objects.filter(changed_object_id=held.pk, action="update")
        assert (change.prechange_data["serial"], change.postchange_data["serial"]) == ("OLD", "S1")

    def test_who_may_not_change_it_cannot_link_it(self, simulator: Simulator) -> None:
        small(simulator)
        make_device("sw", site=Site.objects.get(name="Here"))
        user = somebody("reader", {label: ["view"] for label in EVERYTHING})
        assert reasons(import_all(user=user)) == {"switch": ["no_permission"]}


class TestStack:
    """A stack of the company (``ams1-acc-02``: two members), imported alone."""

    def stack(self, company: Simulator) -> int:
        known_to_netbox()
        cache.clear()
        return next(pk for pk, row in company.state.devices.items() if row["hostname"].startswith("ams1-acc-02"))

    def test_who_may_make_no_chassis_gets_the_device_and_the_reason(self, company: Simulator) -> None:
        number = self.stack(company)
        rights = {label: actions for label, actions in EVERYTHING.items() if label != "dcim.virtualchassis"}
        run = import_all([number], user=somebody("clerk", rights))
        device = Device.objects.get()
        assert (run.counts()["created"], device.virtual_chassis) == (1, None)
        assert "no_permission" in reasons(run)[run.items.get().name]

    def test_a_serial_number_that_netbox_has_is_not_made_twice(self, company: Simulator) -> None:
        number = self.stack(company)
        row = company.state.devices[number]
        serials = [
            one["entPhysicalSerialNum"] for one in company.state.inventory.values() if one["device_id"] == number
        ]
        company.state.devices[number] = {**row, "serial": None, "sysName": "other"}
        cache.clear()
        make_device("elsewhere", serial=next(one for one in serials if one == row["serial"]).lower())
        assert list(reasons(import_all([number])).values()) == [["member_elsewhere"]]
        assert Device.objects.count() == 1

    def test_what_netbox_has_gets_no_chassis_unless_it_is_to_be_synced(self, company: Simulator) -> None:
        number = self.stack(company)
        row = listed().by_id[number]
        held = make_device(row.name, site=Site.objects.get(pk=row.ref("site").id))  # type: ignore[union-attr]
        import_all([number])
        import_all([number])
        assert not VirtualChassis.objects.exists() and Device.objects.count() == 1
        import_all([number], options=ImportOptions(existing=True))
        held.refresh_from_db()
        assert held.virtual_chassis is not None and held.virtual_chassis.members.count() == 2


def test_the_short_way_finds_what_the_long_one_finds(simulator: Simulator) -> None:
    """For few devices NetBox is asked for what can match them, for many all its objects are read."""
    number = small(simulator, sysName="straße-sw1", serial=" s1 ")
    make_device("STRASSE-SW1", site=Site.objects.get(name="Here"))
    make_device("other", serial=" S1")
    few = listed().by_id[number]
    while len(simulator.state.devices) < 60:
        simulator.state.add_device(hostname=f"sw{len(simulator.state.devices)}")
    cache.clear()
    many = listed().by_id[number]
    assert (few.state, few.holder, few.fingerprint) == (many.state, many.holder, many.fingerprint)


def test_an_id_that_was_given_meanwhile_is_not_overwritten(simulator: Simulator) -> None:
    held = make_device("sw", librenms_id=99)
    with request_of(admin()):
        with pytest.raises(AlreadyLinkedError):
            bind(held, 5, scope_of(LibreNMSAPI(), admin(), engine.Options()), relink=False)
    held.refresh_from_db()
    assert held.custom_field_data["librenms_id"] == {"default": 99}


def test_queries_do_not_grow_with_the_list(simulator: Simulator) -> None:
    small(simulator)
    counts = []
    listed()
    for size in (60, 200):
        while len(simulator.state.devices) < size:
            number = simulator.state.add_device(hostname=f"sw{len(simulator.state.devices)}")
            simulator.state.devices[number] |= {"hardware": "Model X", "os": "ios", "type": "network"}
        for number in range(size // 2):
            Device.objects.filter(name=f"sw{number}").exists() or make_device(f"sw{number}", librenms_id=1000 + number)
        cache.clear()
        calls = len(simulator.requests)
        with counted() as queries:
            assert len(listed().rows) == size
        counts.append((len(queries), len(simulator.requests) - calls))
    assert counts[0] == counts[1], counts
    assert counts[0][0] <= 30 and counts[0][1] == 1
