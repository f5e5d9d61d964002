"""The details of one device: what it matches, how that is mended, and the members of a stack."""

import re
from typing import Any

import pytest
from dcim.models import DeviceRole, DeviceType, Manufacturer, Platform

from netbox_librenms_plugin.import_utils.stack_counts import known_stacks
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import DeviceTypeMapping
from simulator.server import Simulator
from tests.factories import admin, make_device, somebody
from tests.orm.support import counted, writes_in
from tests.pages.imports.support import Importer, known_places, rows
from tests.pages.support import words

pytestmark = pytest.mark.django_db
SETTINGS = "netbox_librenms_plugin.librenmssettings"


def a_conflict(simulator: Simulator) -> int:
    """A device whose name leads to one object, and its serial number to another."""
    places = known_places()
    number = simulator.state.add_device(hostname="fw-1", hardware="PA-3220", location="Amsterdam", type="Access")
    make_device("fw-1", site=places["site"])
    make_device("fw-other", serial=simulator.state.devices[number]["serial"])
    return number


def test_what_each_clue_leads_to(simulator: Simulator) -> None:
    html = Importer(admin()).details(a_conflict(simulator))
    checks = re.search(r'<table class="table table-sm librenms-import-checks">(.*?)</table>', html, re.DOTALL)
    assert checks is not None
    found = words(checks[1])
    assert "LibreNMS ID #1 nothing" in found
    assert "Name fw-1 fw-1 at Amsterdam" in found
    assert "Serial number SIM00000001 fw-other at Site" in found


def test_both_candidates_can_be_linked(simulator: Simulator) -> None:
    importer = Importer(admin())
    number = a_conflict(simulator)
    importer.list()
    html = importer.details(number)
    values = re.findall(r'name="link" value="(device-\d+(?:\+serial)?)"', html)
    assert len(values) == 3
    assert "Exists, not linked" in rows(importer.decide(number, link=values[-1]))[number]
    assert "You said which object it is." in importer.details(number)


@pytest.mark.parametrize(("said", "offered"), [("NEW", True), ("N/A", False)])
def test_a_serial_number_is_offered_where_there_is_one(simulator: Simulator, said: str, offered: bool) -> None:
    number = simulator.state.add_device(hostname="fw-1", serial=said)
    make_device("fw-1", serial="REAL")
    html = Importer(admin()).details(number)
    assert ("+serial" in html) is offered


def test_who_is_hidden_is_not_named(simulator: Simulator) -> None:
    number = a_conflict(simulator)
    reader = somebody("reader", {SETTINGS: ["view"]})
    html = Importer(reader).details(number)
    assert "fw-other" not in html and "an object that you may not view" in html
    assert 'name="link"' not in html


def test_a_device_of_its_own(simulator: Simulator) -> None:
    places = known_places()
    number = simulator.state.add_device(hostname="sw-1", hardware="C9300-48P", location="Amsterdam", type="Access")
    make_device("stock-7", serial=simulator.state.devices[number]["serial"], site=places["site"])
    importer = Importer(admin())
    assert "Exists, not linked" in rows(importer.list())[number]
    simulator.state.add_device(hostname="sw-2", location="Nowhere", hardware="C9300-48P", type="Access")
    make_device("sw-2")
    importer.post("refresh")
    importer.list()
    assert 'name="anyway"' in importer.details(2)
    assert "Conflict" not in rows(importer.decide(2, anyway="1"))[2]


def test_what_is_missing_can_be_added(simulator: Simulator) -> None:
    number = a_conflict(simulator)
    html = Importer(admin()).details(number)
    assert "/device-type-mappings/add/?librenms_hardware=PA-3220&amp;_quickadd=True" in html
    assert "/dcim/device-types/add/?model=PA-3220" in html
    reader = somebody("reader", {SETTINGS: ["view"]})
    assert "_quickadd" not in Importer(reader).details(number)
    maker = Manufacturer.objects.create(name="Palo Alto", slug="pa")
    model = DeviceType.objects.create(manufacturer=maker, model="Other", slug="other")
    DeviceTypeMapping.objects.create(librenms_hardware="PA-3220", device_type=model)
    html = Importer(admin()).details(number)
    assert "Other mapping" in words(html) and "/device-type-mappings/add/" not in html


def test_how_a_value_was_found(simulator: Simulator) -> None:
    known_places()
    Platform.objects.create(name="ios", slug="ios")
    number = simulator.state.add_device(hostname="sw-1", hardware="C9300-48P", location="Amsterdam", os="ios", type="")
    importer = Importer(admin())
    importer.list()
    importer.choose(f"{number}:role:{DeviceRole.objects.get(name='Access').pk}")
    html = words(importer.details(number))
    assert "same model" in html and "same name" in html and "your choice" in html


def test_a_virtual_machine_has_a_cluster_and_no_rack(simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="vm-1")
    importer = Importer(admin())
    importer.list()
    importer.decide(number, **{"as": "vm"})
    html = importer.details(number)
    assert 'name="cluster"' in html and 'name="rack"' not in html and 'name="device_type"' not in html


def test_who_is_not_there_is_not_found(simulator: Simulator) -> None:
    simulator.state.add_device(hostname="sw-1")
    importer = Importer(admin())
    for part in ("details", "stack"):
        answer = importer.client.get(importer.address(part, librenms_id=2**70))
        assert answer.status_code == 404


def test_looking_writes_nothing(simulator: Simulator) -> None:
    importer, number = Importer(admin()), a_conflict(simulator)
    importer.list()
    with counted() as queries:
        importer.details(number)
        importer.stack(number)
    assert writes_in(queries) == []


def a_stack(simulator: Simulator) -> int:
    number = simulator.state.add_device(
        hostname="stack-1", hardware="C9300 stack", os="iosxe", type="network", serial="A1", location="Amsterdam"
    )
    add: Any = simulator.state.add_inventory
    root = dict(entPhysicalIndex=1, entPhysicalClass="stack", entPhysicalName="c93xx Stack", entPhysicalContainedIn=0)
    add(number, **root)
    for position, serial in ((1, "A1"), (2, "A2")):
        add(
            number,
            entPhysicalIndex=1000 * position,
            entPhysicalClass="chassis",
            entPhysicalName=f"Switch {position}",
            entPhysicalModelName="C9300-48P",
            entPhysicalSerialNum=serial,
            entPhysicalContainedIn=1,
            entPhysicalParentRelPos=position,
        )
    return number


def test_the_members_of_a_stack_are_asked_for_by_themselves(simulator: Simulator) -> None:
    known_places()
    importer, number = Importer(admin()), a_stack(simulator)
    assert "may be a stack" in importer.list()
    simulator.requests.clear()
    assert f"/librenms-import/{number}/stack/" in importer.details(number)
    assert simulator.requests == []
    found = words(importer.stack(number))
    assert "1 stack-1 master A1 C9300-48P" in found
    assert "2 stack-1-2 A2 C9300-48P Cisco C9300-48P" in found
    assert known_stacks(LibreNMSAPI()) == {number: 2}
    assert "2 members" in rows(importer.list())[number]


def test_an_inventory_that_does_not_come_is_said(simulator: Simulator) -> None:
    importer, number = Importer(admin()), a_stack(simulator)
    importer.list()
    simulator.faults.add("/inventory/", "status", status=500)
    html = importer.stack(number)
    assert "Try again" in html and "failed while it read" in html
    assert known_stacks(LibreNMSAPI()) == {}


@pytest.mark.parametrize("listed", [False, True])
def test_an_object_of_a_device_that_is_gone_can_be_linked_again(simulator: Simulator, listed: bool) -> None:
    places = known_places()
    number = simulator.state.add_device(hostname="fw-1", hardware="PA-3220", location="Amsterdam", type="Access")
    old = simulator.state.add_device(hostname="old") if listed else 4711
    device = make_device("fw-1", site=places["site"], librenms_id=old)
    importer = Importer(admin())
    importer.list()
    html = importer.details(number)
    assert (f'name="link" value="device-{device.pk}"' in html) is not listed
    assert ("which LibreNMS no longer lists" in html) is not listed
    if not listed:
        assert "Exists, not linked" in rows(importer.decide(number, link=f"device-{device.pk}"))[number]


def test_who_has_a_serial_number_that_librenms_gives_twice_is_offered(simulator: Simulator) -> None:
    known_places()
    number = simulator.state.add_device(hostname="lo0", serial="SAME")
    simulator.state.add_device(hostname="mgmt", serial="SAME")
    device = make_device("core1", serial="SAME")
    html = Importer(admin()).details(number)
    assert "has the same serial number" in html
    assert f'name="link" value="device-{device.pk}"' in html
