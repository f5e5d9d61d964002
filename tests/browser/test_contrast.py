"""Muted text can be read on every background that it gets: under the mouse, in an open box, in both themes."""

from typing import Any

import pytest
from dcim.models import DeviceType, Interface, Manufacturer
from playwright.sync_api import expect

from simulator.server import Simulator
from tests.factories import admin, make_device
from tests.librenms import add_switch
from tests.web import Visitor

pytestmark = pytest.mark.browser

THEMES = pytest.mark.parametrize("theme", ["light", "dark"])


@pytest.fixture
def device(netbox_address: str, simulator: Simulator) -> Any:
    """A switch of hardware that NetBox does not know, and with an interface that differs."""
    number = add_switch(simulator.state, 3, vlans=())
    simulator.state.devices[number]["hardware"] = "WS-C2960X-24TS-L"
    maker = Manufacturer.objects.create(name="Cisco", slug="cisco")
    DeviceType.objects.create(manufacturer=maker, model="Catalyst 2960-X", slug="c2960x")
    device = make_device("switch", librenms_id=number)
    Interface.objects.create(device=device, name="Gi1/0/1", type="1000base-t", mtu=9000, description="old label")
    Interface.objects.create(device=device, name="spare-1", type="other")
    return device


def log_in(visitor: Visitor, theme: str) -> Any:
    visitor.page.add_init_script(f"localStorage.setItem('netbox-color-mode', '{theme}')")
    user = admin()
    # What differs in a column that is not shown is said below the name, with a muted label
    user.config.set("tables.InterfaceSyncTable.columns", ["type"], commit=True)
    visitor.log_in(user)
    return visitor.page


@THEMES
def test_rows_under_the_mouse(visitor: Visitor, device: Any, theme: str) -> None:
    page = log_in(visitor, theme)
    for tab in ("interfaces", "fields"):
        visitor.open(f"{device.get_absolute_url()}librenms-sync/?tab={tab}&show=all")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
        rows = page.locator("#librenms-table tbody tr:not([hidden])")
        expect(rows.first).to_be_visible()
        assert tab != "interfaces" or rows.locator(".librenms-elsewhere .text-secondary").count()
        for number in range(rows.count()):
            rows.nth(number).hover()
            assert not visitor.barriers(), rows.nth(number).inner_text()


@THEMES
def test_what_is_marked_in_an_open_box(visitor: Visitor, device: Any, theme: str) -> None:
    page = log_in(visitor, theme)
    visitor.open(f"{device.get_absolute_url()}librenms-sync/?tab=fields")
    page.locator("#librenms-fields-device_type").get_by_role("link", name="mapping").click()
    box = page.locator("#htmx-modal select[name='quickadd-device_type'] + .ts-wrapper")
    box.click()
    with page.expect_response(lambda answer: "q=2960" in answer.url):
        box.locator("input").fill("2960")
    expect(page.locator("#htmx-modal .ts-wrapper.loading")).to_have_count(0)
    option = page.locator(".ts-dropdown .option.active", has_text="Catalyst 2960-X")
    expect(option.locator(".text-secondary")).to_have_text("Cisco")
    visitor.screenshot(f"open-{theme}", full=False)
