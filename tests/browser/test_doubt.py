"""Clues that contradict, in a real browser: who the object is, which interface a port is, on which member it is."""

from typing import Any

import pytest
from dcim.models import Interface, MACAddress, VirtualChassis
from playwright.sync_api import expect

from simulator.server import Simulator
from tests.factories import admin, make_device
from tests.web import Visitor, toast

pytestmark = pytest.mark.browser


@pytest.fixture
def stranger(netbox_address: str, simulator: Simulator) -> Any:
    """A core switch whose stored id is a printer's."""
    number = simulator.state.add_device(hostname="printer-9.example.net", sysName="printer-9", serial="PRN1")
    for name in ("eth0", "wlan0"):
        simulator.state.add_port(number, ifName=name)
    return make_device("core-1", serial="JN1", librenms_id=number)


def test_a_doubt_is_said_on_every_part_and_settled_by_one_click(visitor: Visitor, stranger: Any) -> None:
    visitor.log_in(admin())
    page = visitor.page
    banner = page.locator(".librenms-doubt")
    for tab in ("", "?tab=fields", "?tab=interfaces"):
        visitor.open(f"{stranger.get_absolute_url()}librenms-sync/{tab}")
        expect(banner).to_contain_text("Make sure that it is the same device")
        visitor.screenshot(f"doubt-{tab.removeprefix('?tab=') or 'overview'}", full=False)
    expect(page.locator("#librenms-interfaces-port-1")).to_contain_text("Blocked")
    banner.get_by_role("button", name="It is the same device").click()
    toast(page, "core-1 is confirmed to be this LibreNMS device")
    expect(banner).to_have_count(0)
    expect(page.locator("#librenms-interfaces-port-1")).to_contain_text("Missing")
    visitor.screenshot("settled", full=False)


def test_a_port_that_may_be_an_interface_is_asked_about_in_its_row(
    visitor: Visitor, simulator: Simulator, netbox_address: str
) -> None:
    number = simulator.state.add_device(hostname="esx1")
    simulator.state.add_port(number, ifName="ens1f0", ifType="ethernetCsmacd", ifPhysAddress="02005e100101")
    device = make_device("esx1", librenms_id=number)
    nic = Interface.objects.create(device=device, name="NIC1", type="1000base-t")
    nic.primary_mac_address = MACAddress.objects.create(mac_address="02:00:5E:10:01:01", assigned_object=nic)
    nic.save()
    visitor.log_in(admin())
    page = visitor.page
    visitor.open(f"{device.get_absolute_url()}librenms-sync/?tab=interfaces")
    row = page.locator("#librenms-interfaces-port-1")
    expect(row).to_contain_text("Conflict")
    visitor.screenshot("asked", full=False)
    row.locator("button[data-librenms-choice='interface']").click()
    row.locator("select[data-librenms-choice='interface']").select_option(label="NIC1")
    expect(row).to_contain_text("Differs")
    visitor.screenshot("chosen", full=False)
    row.get_by_role("button", name="Sync").click()
    toast(page, "1 interface synced")
    nic.refresh_from_db()
    assert nic.name == "ens1f0" and device.interfaces.count() == 1


def test_a_port_of_nobody_is_given_to_a_member_in_its_row(
    visitor: Visitor, simulator: Simulator, netbox_address: str
) -> None:
    number = simulator.state.add_device(hostname="srx")
    for name in ("ge-0/0/3", "ge-5/0/3"):
        simulator.state.add_port(number, ifName=name, ifType="ethernetCsmacd")
    chassis = VirtualChassis.objects.create(name="srx")
    members = [
        make_device(f"srx-n{one}", virtual_chassis=chassis, vc_position=one + 1, librenms_id=None if one else number)
        for one in (0, 1)
    ]
    visitor.log_in(admin())
    page = visitor.page
    visitor.open(f"{members[0].get_absolute_url()}librenms-sync/?tab=interfaces")
    row = page.locator("#librenms-interfaces-port-2")
    expect(row).to_contain_text("Conflict")
    visitor.screenshot("asked", full=False)
    row.locator("button[data-librenms-choice='member']").click()
    row.locator("select[data-librenms-choice='member']").select_option(label="srx-n1")
    expect(row).to_contain_text("Missing")
    row.get_by_role("button", name="Sync").click()
    toast(page, "1 interface synced")
    assert Interface.objects.get().device == members[1]
