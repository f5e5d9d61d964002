"""Who a device of LibreNMS is, where the clues are misleading: nothing is written to somebody else's device."""

from typing import Any

import pytest
from dcim.models import Device, Interface, Manufacturer, Platform, Site, VirtualChassis

from netbox_librenms_plugin.engine import compare, confirm_identity
from netbox_librenms_plugin.import_utils.options import ImportOptions
from netbox_librenms_plugin.import_utils.rows import Choice, Kind, State
from netbox_librenms_plugin.models import ImportIgnore
from simulator.server import Simulator
from tests.factories import admin, make_device
from tests.imports.support import foreseen, import_all, known_to_netbox, listed, outcomes, reasons
from tests.imports.test_importing import small

pytestmark = pytest.mark.django_db

EXISTING = ImportOptions(existing=True)


def placed(name: str, **fields: Any) -> Device:
    """A device of NetBox where the switch is."""
    return make_device(name, site=Site.objects.get(name="Here"), **fields)


def confirm_as_seen(device: Device) -> None:
    """Somebody looks at the device, and says that it is the one of LibreNMS."""
    (seen,) = compare([device], user=admin())
    assert seen.identity is not None and confirm_identity(device, seen.identity.digest, user=admin())


def test_a_unit_that_left_its_stack_is_not_written_into_it(simulator: Simulator) -> None:
    other = simulator.state.add_device(hostname="sw-stack", sysName="sw-stack", serial="M1", location="Here")
    number = small(simulator, sysName="acc-99", serial="M2")
    chassis = VirtualChassis.objects.create(name="sw-stack")
    master = placed("sw-stack", serial="M1", librenms_id=other, virtual_chassis=chassis, vc_position=1)
    chassis.master = master
    chassis.save()
    member = placed("sw-stack-2", serial="M2", virtual_chassis=chassis, vc_position=2)
    assert listed().by_id[number].state is State.CONFLICT
    run = import_all([number], options=EXISTING)
    assert reasons(run)[run.items.get().name] == ["linked_to_other"]
    member.refresh_from_db()
    assert not member.custom_field_data.get("librenms_id")
    assert not Interface.objects.filter(device__in=(master, member)).exists()


def test_a_link_that_nothing_speaks_for_is_not_synced(simulator: Simulator) -> None:
    number = small(simulator)
    device = make_device("quite-another", serial="OTHER", librenms_id=number)
    row = listed().by_id[number]
    assert (row.state, [one.code.value for one in row.notes]) == (State.LINKED, ["link_doubted"])
    said = foreseen(options=EXISTING)
    run = import_all([number], options=EXISTING)
    assert (set(outcomes(run).values()), list(reasons(run).values())) == ({"exists"}, [["link_doubted"]])
    assert said == (outcomes(run), reasons(run))
    assert not Interface.objects.filter(device=device).exists()
    device.serial = "s1"
    device.save()
    run = import_all([number], options=EXISTING)
    assert reasons(run) == {} and Interface.objects.filter(device=device).count() == 4


def test_a_link_that_was_confirmed_is_doubted_again_once_the_clues_are_others(simulator: Simulator) -> None:
    number = small(simulator)
    device = make_device("quite-another", serial="OTHER", librenms_id=number)
    confirm_as_seen(device)
    assert [one.code for one in listed().by_id[number].notes] == []
    device.serial = "ANOTHER"
    device.save()
    said = foreseen(options=EXISTING)
    run = import_all([number], options=EXISTING)
    assert said == (outcomes(run), reasons(run)) == ({"switch": "exists"}, {"switch": ["link_doubted"]})
    assert not Interface.objects.filter(device=device).exists()
    confirm_as_seen(device)
    said = foreseen(options=EXISTING)
    assert said == ({"switch": "exists"}, {})
    assert reasons(import_all([number], options=EXISTING)) == {}
    assert Interface.objects.filter(device=device).count() == 4


def test_a_device_that_was_added_anew_is_linked_again_by_choice(simulator: Simulator) -> None:
    number = small(simulator)
    device = placed("sw", serial="S1", librenms_id=4711)
    run = import_all([number])
    assert list(reasons(run).values()) == [["linked_to_gone"]]
    run = import_all([number], choices={number: Choice(link=(Kind.DEVICE, device.pk))})
    assert set(outcomes(run).values()) == {"linked"}
    device.refresh_from_db()
    assert device.custom_field_data["librenms_id"] == {"default": number}
    listed_one = simulator.state.add_device(hostname="other")
    device.custom_field_data["librenms_id"] = {"default": listed_one}
    device.save()
    run = import_all([number], choices={number: Choice(link=(Kind.DEVICE, device.pk))})
    assert set(outcomes(run).values()) == {"failed"}
    device.refresh_from_db()
    assert device.custom_field_data["librenms_id"] == {"default": listed_one}


def test_contexts_of_one_box_are_imported_one_after_the_other(simulator: Simulator) -> None:
    ids = []
    for name in ("fw-a", "fw-b"):
        said = {"sysName": name, "hardware": "FW", "os": "fortigate", "type": "firewall", "ip": "192.0.2.9"}
        number = simulator.state.add_device(hostname=f"{name}.example.net", location="DC", **said)
        port = simulator.state.add_port(number, ifName="mgmt", ifType="ethernetCsmacd")
        simulator.state.add_address(port, "192.0.2.9/24")
        ids.append(number)
    known_to_netbox()
    run = import_all(ids)
    assert set(outcomes(run).values()) == {"created"}
    assert Device.objects.count() == 2


def test_who_hides_one_of_two_that_are_one_box_can_import_the_other(simulator: Simulator) -> None:
    number = small(simulator, serial="SAME")
    twin = simulator.state.add_device(hostname="twin", serial="SAME")
    assert listed().by_id[number].state is State.CONFLICT
    ImportIgnore.objects.create(server="default", librenms_id=twin, hostname="twin")
    run = import_all([number])
    assert set(outcomes(run).values()) == {"created"}


def test_a_platform_for_devices_of_another_manufacturer_is_left_out(simulator: Simulator) -> None:
    number = small(simulator)
    Platform.objects.filter(name="ios").update(manufacturer=Manufacturer.objects.create(name="Other", slug="other"))
    assert [one.code.value for one in listed().by_id[number].notes] == ["platform_of_other"]
    said = foreseen()
    run = import_all([number])
    assert (set(outcomes(run).values()), list(reasons(run).values())) == ({"created"}, [["platform_of_other"]])
    assert said == (outcomes(run), reasons(run))
    assert Device.objects.get().platform is None
    assert reasons(import_all([number])) == {}
