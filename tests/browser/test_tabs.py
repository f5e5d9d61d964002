"""The sub-tabs of an object's page in a real browser: swapped in place, with their numbers."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from simulator.server import Simulator
from tests.factories import admin, make_device
from tests.librenms import add_switch
from tests.web import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def device(netbox_address: str, simulator: Simulator) -> Any:
    number = add_switch(simulator.state, 8)
    for vid in (10, 20):
        simulator.state.add_vlan(number, vid, f"net-{vid}")
    return make_device("switch", librenms_id=number)


def test_a_tab_comes_in_place_and_back_leads_back(visitor: Visitor, device: Any) -> None:
    visitor.log_in(admin())
    visitor.open(f"{device.get_absolute_url()}librenms-sync/?tab=interfaces")
    page = visitor.page
    expect(page.locator("#librenms-count-vlans")).to_have_text("2")
    page.evaluate("document.getElementById('librenms-header').dataset.stays = 'yes'")
    visitor.settle()
    page.locator("#librenms-search").fill("Gi1/0/2")
    expect(page).to_have_url(re.compile(r"q=Gi1"))
    page.locator("#librenms-tab-vlans").click()
    expect(page.locator("#librenms-search")).to_have_value("")
    expect(page.locator("#librenms-tab-vlans")).to_have_attribute("aria-current", "page")
    expect(page.locator("#librenms-table")).to_have_attribute("aria-label", "VLANs")
    expect(page).to_have_url(re.compile(r"\?tab=vlans$"))
    expect(page.locator("#librenms-header")).to_have_attribute("data-stays", "yes")
    visitor.settle()
    visitor.screenshot("vlans", full=False)
    page.locator("#librenms-tab-overview").click()
    expect(page.locator("#librenms-line-interfaces")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/librenms-sync/$"))
    page.go_back()
    expect(page.locator("#librenms-table")).to_have_attribute("aria-label", "VLANs")


def test_columns_are_chosen_of_the_tab_that_was_turned_to(visitor: Visitor, device: Any) -> None:
    visitor.log_in(admin())
    visitor.open(f"{device.get_absolute_url()}librenms-sync/?tab=interfaces")
    page = visitor.page
    expect(page.locator("#librenms-form")).to_be_visible()
    visitor.settle()
    page.locator("#librenms-tab-vlans").click()
    expect(page.locator("#librenms-table")).to_have_attribute("aria-label", "VLANs")
    visitor.settle()
    page.get_by_role("button", name="Choose columns").click()
    expect(page.locator("#VlanSyncTable_config")).to_be_visible()
