"""Fields of devices and VMs against LibreNMS: compare, apply, and who may."""

from typing import Any

import pytest
from core.models import ObjectChange
from dcim.models import Device, Location, Manufacturer, Platform, Site
from ipam.models import IPAddress

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.engine.record import AppliedPlans
from netbox_librenms_plugin.models import (
    DeviceTypeMapping,
    FieldPolicy,
    LibreNMSSettings,
    LocationMapping,
    PlatformMapping,
)
from netbox_librenms_plugin.sync.core.plan import Outcome, Plan
from simulator.data import Dataset
from simulator.server import Simulator
from tests.factories import (
    admin,
    make_chassis,
    make_cluster,
    make_device,
    make_device_type,
    make_named,
    make_vm,
    somebody,
)
from tests.librenms import add_chassis_units
from tests.orm.support import apply_to, plan_of

from .support import counted, writes_in

pytestmark = pytest.mark.django_db


def codes(plan: Plan) -> dict[str, list[str]]:
    return {change.key: [one.code.value for one in change.issues] for change in plan.changes if change.issues}


def failures(run: AppliedPlans) -> dict[str, str]:
    return {one.key: one.issue.code.value for one in run.failures if one.issue}


def written(run: AppliedPlans) -> list[str]:
    return [one.key for one in run.written]


def monitored(state: Dataset, hostname: str = "switch.example.net", **columns: Any) -> int:
    """A device in LibreNMS about which everything is known."""
    known = {"sysName": hostname, "serial": "FOC1", "hardware": "C9300-48P", "os": "iosxe", "location": "HQ"}
    return state.add_device(hostname=hostname, **(known | columns))


@pytest.fixture
def catalogue(simulator: Simulator) -> dict[str, Any]:
    return {
        "type": make_device_type("Catalyst 9300", part_number="C9300-48P"),
        "platform": make_named(Platform, "iosxe"),
    }


def make_stack(librenms_id: int, *serials: str, first: int = 1) -> list[Device]:
    ids = (librenms_id, *[None] * len(serials))
    members = [
        make_device(f"stack-{number}", librenms_id=ids[number - 1], serial=serial)
        for number, serial in enumerate(serials, 1)
    ]
    make_chassis("stack", *members, first=first, master=members[0])
    return members


def test_a_bare_device_gets_its_fields_in_one_save(simulator: Simulator, catalogue: dict[str, Any]) -> None:
    device = make_device("switch", librenms_id=monitored(simulator.state))
    plan = plan_of(device, "fields")
    assert {change.key: change.outcome.value for change in plan.changes} == {
        "name": "same",
        "serial": "changed",
        "device_type": "changed",
        "platform": "changed",
        "site": "same",
    }
    run = apply_to(device, "fields")
    assert (written(run), run.failures) == (["serial", "device_type", "platform"], [])
    device.refresh_from_db()
    assert (device.serial, device.device_type, device.platform) == ("FOC1", catalogue["type"], catalogue["platform"])
    change = ObjectChange.objects.get(changed_object_type__model="device")
    assert (change.action, change.user) == ("update", admin())
    assert (change.prechange_data["serial"], change.postchange_data["serial"]) == ("", "FOC1")
    assert change.message.startswith("Synced from LibreNMS")
    assert plan_of(device, "fields").attention == 0
    with counted() as queries:
        assert apply_to(device, "fields").pk is None
    assert writes_in(queries) == []


def test_a_person_picks_fields_as_rows(simulator: Simulator, catalogue: dict[str, Any]) -> None:
    device = make_device("switch", librenms_id=monitored(simulator.state))
    assert written(apply_to(device, "fields", keys=["serial"])) == ["serial"]
    device.refresh_from_db()
    assert (device.serial, device.platform) == ("FOC1", None)
    assert failures(apply_to(device, "fields", keys=["serial", "colour"])) == {
        "serial": "not_syncable",
        "colour": "unknown_key",
    }


def test_names_follow_the_settings_and_a_persons_own_choice(simulator: Simulator) -> None:
    device = make_device("old", librenms_id=monitored(simulator.state, sysName="sys.example.net"), serial="FOC1")
    own = {"*": {"name_source": "hostname", "strip_domain": False}}
    assert plan_of(device, "fields").by_key["name"].writes == {"name": "sys"}
    assert plan_of(device, "fields", chosen=own).by_key["name"].writes == {"name": "switch.example.net"}
    LibreNMSSettings(device_name_source="hostname", strip_domain=True).save()
    assert plan_of(device, "fields").by_key["name"].writes == {"name": "switch"}
    apply_to(device, "fields", keys=["name"])
    device.refresh_from_db()
    assert device.name == "switch"


def test_a_name_that_another_device_of_the_site_has_is_a_conflict(simulator: Simulator) -> None:
    device = make_device("old", librenms_id=monitored(simulator.state), serial="FOC1")
    elsewhere = Site.objects.create(name="Elsewhere", slug="elsewhere")
    make_device("switch", site=elsewhere)
    assert plan_of(device, "fields").by_key["name"].outcome is Outcome.CHANGED
    other = make_device("SWITCH")
    change = plan_of(device, "fields").by_key["name"]
    assert (change.outcome, change.issues[0].details["holder"]) == (Outcome.CONFLICT, f"#{other.pk}")
    blind = somebody("ann", {"dcim.device": ["view"]}, constraints={"pk": device.pk})
    assert f"#{other.pk}" not in str(plan_of(device, "fields", user=blind).by_key["name"].issues)


def test_device_types_of_several_manufacturers_are_a_conflict_and_can_be_chosen(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=monitored(simulator.state))
    types = [make_device_type("C9300-48P", maker=maker) for maker in ("Cisco", "Clone")]
    assert codes(plan_of(device, "fields"))["device_type"] == ["several_meant"]
    assert "device_type" not in written(apply_to(device, "fields"))
    run = apply_to(device, "fields", chosen={"device_type": {"device_type": types[1].pk}}, keys=["device_type"])
    assert written(run) == ["device_type"]
    device.refresh_from_db()
    assert device.device_type == types[1]
    assert plan_of(device, "fields").by_key["device_type"].outcome is Outcome.SAME


def test_mappings_come_first_whatever_their_case(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=monitored(simulator.state, hardware="Weird Name (rev 2)"))
    assert codes(plan_of(device, "fields")) == {
        "device_type": ["device_type_missing"],
        "platform": ["platform_missing"],
        "site": ["site_missing"],
    }
    mapped, ios = make_device_type("C9300"), make_named(Platform, "Cisco IOS XE")
    hq = Site.objects.create(name="Headquarters", slug="headquarters")
    floor = Location.objects.create(name="Floor 1", slug="floor-1", site=hq)
    DeviceTypeMapping.objects.create(librenms_hardware="WEIRD name (rev 2)", device_type=mapped)
    PlatformMapping.objects.create(librenms_os="IOSXE", platform=ios)
    LocationMapping.objects.create(librenms_location="hq", site=hq, location=floor)
    FieldPolicy.objects.create(resource="fields", field="site", policy="librenms_wins")
    assert not apply_to(device, "fields").failures
    device.refresh_from_db()
    assert (device.device_type, device.platform, device.site, device.location) == (mapped, ios, hq, floor)
    assert plan_of(device, "fields").attention == 0


def test_the_site_is_only_reported_by_default(simulator: Simulator) -> None:
    Site.objects.create(name="HQ", slug="hq")
    device = make_device("switch", librenms_id=monitored(simulator.state))
    change = plan_of(device, "fields").by_key["site"]
    assert (change.outcome, change.syncable) == (Outcome.CHANGED, False)
    assert "site" not in written(apply_to(device, "fields"))


def test_a_field_that_netbox_refuses_does_not_stop_the_others(simulator: Simulator, settings: Any) -> None:
    settings.CUSTOM_VALIDATORS = {"dcim.device": [{"platform": {"prohibited": True}}]}
    make_named(Platform, "iosxe")
    device = make_device("switch", librenms_id=monitored(simulator.state))
    run = apply_to(device, "fields")
    assert (written(run), failures(run)) == (["serial"], {"platform": "refused"})
    reason = next(one.issue.details["reason"] for one in run.failures if one.issue)
    assert "platform: " in reason
    device.refresh_from_db()
    assert (device.serial, device.platform) == ("FOC1", None)


def test_a_platform_of_another_manufacturer_is_told_before_anything_is_written(simulator: Simulator) -> None:
    other = Manufacturer.objects.create(name="Other", slug="other")
    make_named(Platform, "iosxe", manufacturer=other)
    device = make_device("switch", librenms_id=monitored(simulator.state))
    assert codes(plan_of(device, "fields"))["platform"] == ["platform_of_other"]
    run = apply_to(device, "fields")
    assert (written(run), failures(run)) == (["serial"], {})


def test_what_changed_meanwhile_is_stale(simulator: Simulator, catalogue: dict[str, Any]) -> None:
    device = make_device("switch", librenms_id=monitored(simulator.state))
    seen = dict(plan_of(device, "fields").fingerprints)
    Device.objects.filter(pk=device.pk).update(serial="BY HAND")
    run = apply_to(device, "fields", keys=["serial", "platform"], expected=seen)
    assert (written(run), failures(run)) == (["platform"], {"serial": "stale"})
    device.refresh_from_db()
    assert device.serial == "BY HAND"


def test_a_target_that_is_deleted_before_writing_is_no_exception(
    simulator: Simulator, catalogue: dict[str, Any]
) -> None:
    device = make_device("switch", librenms_id=monitored(simulator.state))
    seen = dict(plan_of(device, "fields").fingerprints)
    catalogue["platform"].delete()
    assert failures(apply_to(device, "fields", keys=["platform"], expected=seen)) == {"platform": "stale"}


def test_permissions_and_constraints(simulator: Simulator, catalogue: dict[str, Any]) -> None:
    device = make_device("switch", librenms_id=monitored(simulator.state))
    seeing = {"dcim.device": ["view"], "dcim.devicetype": ["view"], "dcim.platform": ["view"]}
    viewer = somebody("ann", seeing)
    assert set(failures(apply_to(device, "fields", user=viewer)).values()) == {"no_permission"}
    outside = somebody("bob", {"dcim.device": ["change"]}, constraints={"name": "other"})
    assert failures(apply_to(device, "fields", user=_also(outside, viewer), keys=["serial"])) == {
        "serial": "no_permission"
    }
    leaving = somebody("cid", {"dcim.device": ["change"]}, constraints={"serial": ""})
    assert failures(apply_to(device, "fields", user=_also(leaving, viewer), keys=["serial"])) == {
        "serial": "no_permission"
    }
    device.refresh_from_db()
    assert device.serial == ""
    fitting = somebody("dan", {"dcim.device": ["change"]}, constraints={"name": "switch"})
    assert written(apply_to(device, "fields", user=_also(fitting, viewer), keys=["serial"])) == ["serial"]


def _also(user: Any, other: Any) -> Any:
    """A user with the other one's permissions too, read anew."""
    for permission in other.object_permissions.all():
        permission.users.add(user)
    return type(user).objects.get(pk=user.pk)


def test_what_a_user_may_not_see_is_neither_proposed_nor_named(simulator: Simulator, catalogue: dict[str, Any]) -> None:
    device = make_device("switch", librenms_id=monitored(simulator.state, os="secretos"))
    PlatformMapping.objects.create(librenms_os="secretos", platform=make_named(Platform, "Secret"))
    viewer = somebody("ann", {"dcim.device": ["view"]})
    plan = plan_of(device, "fields", user=viewer)
    assert codes(plan)["device_type"] == ["device_type_missing"]
    assert codes(plan)["platform"] == ["target_hidden"]
    assert "Secret" not in repr(plan.changes) and "Catalyst" not in repr(plan.changes)


def test_a_stranger_asks_for_confirmation(simulator: Simulator, catalogue: dict[str, Any]) -> None:
    device = make_device("somebody-else", librenms_id=monitored(simulator.state))
    plan = plan_of(device, "fields")
    assert plan.syncable == () and codes(plan)["serial"] == ["identity_doubt"]
    assert failures(apply_to(device, "fields", keys=["serial"])) == {"serial": "not_syncable"}
    confirmed = {"*": {"confirmed": True}}
    assert "serial" in written(apply_to(device, "fields", keys=["serial"], chosen=confirmed))
    assert plan_of(device, "fields").by_key["name"].syncable


def test_an_address_or_dns_name_is_identity_enough(simulator: Simulator) -> None:
    for number, fields in enumerate(({"address": "192.0.2.9/24"}, {"address": "192.0.2.8/24", "dns_name": "sw.a"})):
        device = make_device(f"other-{number}")
        device.custom_field_data = {
            "librenms_id": {"default": simulator.state.add_device(hostname="sw.a", ip="192.0.2.9", serial="1")}
        }
        interface = device.interfaces.create(name="lo", type="virtual")
        device.primary_ip4 = IPAddress.objects.create(assigned_object=interface, **fields)
        device.save()
        assert plan_of(device, "fields").by_key["serial"].syncable, fields


def test_a_virtual_machine(simulator: Simulator, catalogue: dict[str, Any]) -> None:
    machine = make_vm("old", librenms_id=monitored(simulator.state, "guest.example.net"), cluster=make_cluster())
    confirmed = {"*": {"confirmed": True}}
    assert list(plan_of(machine, "fields").by_key) == ["name", "platform"]
    assert written(apply_to(machine, "fields", chosen=confirmed)) == ["name", "platform"]
    machine.refresh_from_db()
    assert (machine.name, machine.platform) == ("guest", catalogue["platform"])
    assert ObjectChange.objects.get(changed_object_type__model="virtualmachine").prechange_data["name"] == "old"
    assert plan_of(machine, "fields").attention == 0


def test_each_member_gets_its_serial_from_the_inventory(simulator: Simulator) -> None:
    device_id = monitored(simulator.state, "stack-1", serial="SUPERVISOR")
    add_chassis_units(simulator.state, device_id, "FOC1", "FOC2", "FOC3")
    members = make_stack(device_id, "", "FOC2", "OLD")
    for seen_from in members:
        plan = plan_of(seen_from, "fields")
        keys = [f"serial-{one.pk}" for one in members]
        assert [plan.by_key[key].outcome.value for key in keys] == ["changed", "same", "changed"]
        assert [plan.by_key[key].owner.id for key in keys] == [one.pk for one in members]
        assert plan.by_key["name"].owner.id == members[0].pk
    only = f"serial-{members[2].pk}"
    assert written(apply_to(members[1], "fields", keys=[only])) == [only]
    assert written(apply_to(members[1], "fields")) == [f"serial-{members[0].pk}"]
    assert list(Device.objects.order_by("pk").values_list("serial", flat=True)) == ["FOC1", "FOC2", "FOC3"]
    assert list(Device.objects.order_by("pk").values_list("name", flat=True)) == ["stack-1", "stack-2", "stack-3"]
    assert ObjectChange.objects.filter(changed_object_type__model="device").count() == 2


def test_a_member_that_the_user_may_not_see_is_left_out(simulator: Simulator) -> None:
    device_id = monitored(simulator.state, "stack-1")
    add_chassis_units(simulator.state, device_id, "FOC1", "FOC2")
    members = make_stack(device_id, "", "", first=0)
    user = somebody("ann", {"dcim.device": ["view", "change"]}, constraints={"pk": members[1].pk})
    assert list(plan_of(members[1], "fields", user=user).by_key) == [f"serial-{members[1].pk}"]
    assert failures(apply_to(members[1], "fields", user=user, keys=[f"serial-{members[0].pk}"])) == {
        f"serial-{members[0].pk}": "unknown_key"
    }
    assert written(apply_to(members[1], "fields", user=user)) == [f"serial-{members[1].pk}"]
    members[1].refresh_from_db()
    assert members[1].serial == "FOC2"


def test_without_an_inventory_the_rest_is_compared_all_the_same(simulator: Simulator) -> None:
    device_id = monitored(simulator.state, "stack-1")
    members = make_stack(device_id, "", "")
    simulator.faults.add("/inventory", "status", status=500)
    (compared,) = engine.compare([members[0]], user=admin(), resources=["fields"])
    assert compared.snapshots["fields"].partial == ("inventory",)
    assert compared.plans["fields"].by_key[f"serial-{members[0].pk}"].writes == {"member_serial": "FOC1"}


def test_librenms_is_asked_once_or_twice(simulator: Simulator) -> None:
    alone = make_device("switch", librenms_id=monitored(simulator.state))
    stack = make_stack(monitored(simulator.state, "stack-1"), "", "")
    calls = []
    for device in (alone, stack[0]):
        before = len(simulator.requests)
        options = engine.Options(refresh=True)
        list(engine.compare([device], user=admin(), resources=["fields"], options=options))
        calls.append(len(simulator.requests) - before)
    assert calls == [1, 2]


def test_the_number_of_devices_and_members_does_not_show(simulator: Simulator, catalogue: dict[str, Any]) -> None:
    Site.objects.create(name="HQ", slug="hq")
    floor = Location.objects.create(name="F", slug="f", site=Site.objects.get(slug="hq"))
    LocationMapping.objects.create(librenms_location="HQ", site=floor.site, location=floor)
    devices = [
        make_device(f"old-{number}", librenms_id=monitored(simulator.state, f"s{number}.example.net"))
        for number in range(200)
    ]
    stack_id = monitored(simulator.state, "stack-1")
    add_chassis_units(simulator.state, stack_id, *(f"FOC{number}" for number in range(9)))
    counts = []
    everything = list(engine.compare(devices, user=admin(), resources=["fields"]))
    assert len(everything) == 200
    for some in (devices[:10], devices[:100]):
        with counted() as queries:
            assert len(list(engine.compare(some, user=admin(), resources=["fields"]))) == len(some)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 25, counts
    stack = make_stack(stack_id, *([""] * 9))
    with counted() as queries:
        assert len(plan_of(stack[0], "fields").by_key) == 14
    print("compare", counts, "stack of 9", len(queries))
    assert len(queries) <= 25
    with counted() as queries:
        assert not apply_to(devices[0], "fields", chosen={"*": {"confirmed": True}}).failures
    print("apply four fields", len(queries))
    assert len(queries) <= 70
