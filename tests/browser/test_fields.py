"""The fields of a device in a real browser: a text that means nothing yet gets a meaning in a modal, and is synced."""

import re
from typing import Any

import pytest
from dcim.models import DeviceType, Manufacturer, Platform
from playwright.sync_api import expect

from netbox_librenms_plugin.models import DeviceTypeMapping
from simulator.server import Simulator
from tests.factories import admin, make_device
from tests.web import Visitor, toast

pytestmark = pytest.mark.browser


@pytest.fixture
def device(netbox_address: str, simulator: Simulator) -> Any:
    """A switch whose hardware and operating system NetBox does not know by these names."""
    number = simulator.state.add_device(hostname="core-01", hardware="WS-C2960X-24TS-L", os="ios")
    maker = Manufacturer.objects.create(name="Cisco", slug="cisco")
    DeviceType.objects.create(manufacturer=maker, model="Catalyst 2960-X", slug="c2960x")
    return make_device("core-01", librenms_id=number)


def test_a_mapping_and_a_platform_are_made_in_a_modal(visitor: Visitor, device: Any) -> None:
    visitor.log_in(admin())
    page = visitor.page
    visitor.open(f"{device.get_absolute_url()}librenms-sync/?tab=fields")
    row = page.locator("#librenms-fields-device_type")
    expect(row).to_contain_text("Blocked")
    visitor.screenshot("blocked", full=False)

    row.get_by_role("link", name=re.compile("mapping", re.IGNORECASE)).click()
    modal = page.locator("#htmx-modal")
    expect(modal).to_be_visible()
    expect(modal.locator("input[name='quickadd-librenms_hardware']")).to_have_value("WS-C2960X-24TS-L")
    modal.get_by_role("button", name="Cancel").click()
    expect(modal).to_be_hidden()
    row.get_by_role("link", name=re.compile("mapping", re.IGNORECASE)).click()
    box = modal.locator("select[name='quickadd-device_type'] + .ts-wrapper")
    box.click()
    box.locator("input").fill("2960")
    page.locator(".ts-dropdown .option", has_text="Catalyst 2960-X").click()
    visitor.screenshot("mapping", full=False)
    modal.locator("button[name='_quickadd']").click()
    expect(modal).to_be_hidden()
    expect(row).to_contain_text("Differs")
    assert DeviceTypeMapping.objects.get().device_type.model == "Catalyst 2960-X"

    platform = page.locator("#librenms-fields-platform")
    platform.locator("a[hx-get*='/platforms/add/']").click()
    expect(modal.locator("input[name='quickadd-name']")).to_have_value("ios")
    modal.locator("button[name='_quickadd']").click()
    expect(modal).to_be_hidden()
    expect(platform).to_contain_text("Differs")

    platform.get_by_role("button", name="Sync").click()
    toast(page, "1 field synced")
    visitor.screenshot("synced", full=False)
    device.refresh_from_db()
    assert device.platform == Platform.objects.get(name="ios")
