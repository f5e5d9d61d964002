"""The overview in a real browser: the look at all resources, one question, one click; and a choice made on a row."""

import re
from typing import Any

import pytest
from dcim.models import Interface
from ipam.models import VLAN, VRF, IPAddress, VLANGroup
from playwright.sync_api import Page, expect

from simulator.server import Simulator
from tests.factories import admin, make_device
from tests.librenms import add_switch
from tests.web import Visitor, toast

pytestmark = pytest.mark.browser

TAB = "librenms-sync/"


@pytest.fixture
def device(netbox_address: str, simulator: Simulator) -> Any:
    """A switch of nine ports and three VLANs; NetBox has one port, spoilt, and two groups for the VLANs."""
    number = add_switch(simulator.state, 9, hostname="core-01")
    for vid, name in ((10, "office"), (20, "phones"), (30, "guests")):
        simulator.state.add_vlan(number, vid, name)
    for name in ("Campus", "Laboratory"):
        VLANGroup.objects.create(name=name, slug=name.lower())
    device = make_device("core-01", librenms_id=number)
    Interface.objects.create(device=device, name="Gi1/0/1", type="1000base-t", mtu=9000, description="old label")
    Interface.objects.create(device=device, name="spare-1", type="other")
    return device


def open_tab(visitor: Visitor, device: Any, query: str = "") -> Page:
    visitor.open(f"{device.get_absolute_url()}{TAB}{query}")
    expect(visitor.page.locator("#librenms-header .librenms-facts").first).to_be_visible()
    return visitor.page


def test_everything_is_synced_after_one_question(visitor: Visitor, device: Any) -> None:
    visitor.log_in(admin())
    page = open_tab(visitor, device)
    line = page.locator("#librenms-line-interfaces")
    expect(line).to_contain_text("Missing 8")
    expect(page.locator("#librenms-count-interfaces")).to_have_text("9")
    expect(page.locator(".librenms-history")).to_contain_text("Nothing was synced yet")
    page.locator("#librenms-sync-everything").click()
    modal = page.locator("#htmx-modal")
    expect(modal).to_contain_text("8 will be created")
    expect(modal).to_contain_text("3 will stay as they are")
    visitor.screenshot("question", full=False)
    page.keyboard.press("Escape")
    expect(modal).to_be_hidden()
    page.locator("#librenms-sync-everything").click()
    page.locator("#librenms-everything-now").click()
    expect(modal).to_be_hidden()
    expect(line).to_contain_text("Same 9")
    expect(page.locator("#librenms-count-interfaces .mdi-check")).to_be_visible()
    toast(page, "9 interfaces")
    expect(page.locator(".librenms-run")).to_have_count(1)
    visitor.screenshot("synced", full=False)
    assert Interface.objects.filter(device=device).count() == 10


def test_a_group_is_chosen_on_the_row_and_for_all(visitor: Visitor, device: Any) -> None:
    visitor.log_in(admin())
    page = open_tab(visitor, device, "?tab=vlans")
    button = page.locator("#librenms-vlans-vlan-10 button[data-librenms-choice]")
    expect(page.locator("#librenms-table select")).to_have_count(0)
    expect(page.locator("#librenms-vlans-vlan-10")).to_contain_text("Blocked")
    visitor.screenshot("1-undecided", full=False)
    button.click()
    page.locator("#librenms-vlans-vlan-10 select").select_option(label="Laboratory")
    expect(button).to_have_text("Laboratory")
    expect(page.locator("#librenms-vlans-vlan-10")).to_contain_text("Missing")
    expect(page).to_have_url(re.compile(r"choose=group%3A\d+%3Avlan-10$"))
    page.locator("#librenms-vlans-vlan-10 button[name=only]").click()
    expect(page.locator("#librenms-vlans-vlan-10")).to_contain_text("Synced")
    page.locator(".librenms-for-all select").select_option(label="Campus")
    expect(page.locator("#librenms-vlans-vlan-20")).to_contain_text("Missing")
    visitor.screenshot("2-for-all", full=False)
    page.locator("#librenms-page").check()
    page.locator("#librenms-sync").click()
    expect(page.locator("#librenms-vlans-vlan-30")).to_contain_text("Synced")
    groups = dict(VLAN.objects.values_list("vid", "group__name"))
    assert groups == {10: "Laboratory", 20: "Campus", 30: "Campus"}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_an_id_for_a_server_that_is_gone_is_removed(visitor: Visitor, device: Any, mode: str) -> None:
    device.custom_field_data = {"librenms_id": {"default": 1, "old": 7}}
    device.save()
    visitor.page.add_init_script(f"localStorage.setItem('netbox-color-mode', '{mode}')")
    visitor.log_in(admin())
    page = open_tab(visitor, device)
    entry = page.locator("#librenms-server-old")
    expect(entry).to_contain_text("not configured any more")
    visitor.screenshot("card", full=False)
    page.once("dialog", lambda dialog: dialog.accept())
    entry.get_by_role("button").click()
    expect(page.locator(".librenms-servers")).to_have_count(0)
    visitor.settle()
    toast(page, "is removed")
    page.locator("#django-messages .toast").get_by_role("button").click()
    expect(page.locator("#django-messages .toast")).to_have_count(0)


def test_a_vrf_is_looked_up_and_chosen_on_the_row(visitor: Visitor, netbox_address: str, simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="edge")
    port = simulator.state.add_port(number, ifName="eth0")
    simulator.state.add_address(port, "192.0.2.1/24")
    device = make_device("edge", librenms_id=number)
    Interface.objects.create(device=device, name="eth0", type="other")
    VRF.objects.create(name="customers")
    visitor.log_in(admin())
    page = open_tab(visitor, device, "?tab=ip_addresses")
    row = page.locator("#librenms-table tbody tr", has_text="192.0.2.1").first
    button = row.locator("button[data-librenms-choice]")
    visitor.screenshot("text", full=False)
    button.click()
    expect(page.locator(".ts-dropdown .option", has_text="customers").first).to_be_visible()
    visitor.screenshot("open", full=False)
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    page.locator(".ts-dropdown .option", has_text="customers").first.click()
    expect(page).to_have_url(re.compile(r"choose=vrf%3A\d+%3A"))
    expect(button).to_have_text("customers")
    expect(button).to_be_focused()
    button.click()
    page.locator(".ts-dropdown .option", has_text="Global").first.click()
    expect(page).to_have_url(re.compile(r"choose=vrf%3A0%3A"))
    button.click()
    page.locator("#librenms-search").click()
    expect(row.locator(".ts-wrapper")).to_have_count(0)
    button.click()
    page.locator(".ts-dropdown .option", has_text="customers").first.click()
    expect(page).to_have_url(re.compile(r"choose=vrf%3A[1-9]\d*%3A"))
    visitor.screenshot("chosen", full=False)
    row.locator("button[name=only]").click()
    expect(row).to_contain_text("Synced")
    assert IPAddress.objects.get().vrf.name == "customers"


@pytest.mark.parametrize(("width", "mode"), [(1280, "light"), (1280, "dark"), (1920, "light"), (1920, "dark")])
def test_it_fits_the_screen(visitor: Visitor, device: Any, width: int, mode: str) -> None:
    visitor.page.set_viewport_size({"width": width, "height": 1000})
    visitor.page.add_init_script(f"localStorage.setItem('netbox-color-mode', '{mode}')")
    visitor.log_in(admin())
    page = open_tab(visitor, device)
    expect(page.locator("#librenms-line-interfaces")).to_be_visible()
    expect(page.locator(".librenms-history")).to_contain_text("Nothing was synced yet")
    visitor.screenshot("overview", full=False)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
