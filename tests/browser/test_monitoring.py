"""The card of LibreNMS in a real browser: while it loads, with its graphs, dark, and when LibreNMS is away."""

import re
from typing import Any

import pytest
from dcim.models import Device
from extras.dashboard.utils import get_default_dashboard
from playwright.sync_api import expect

from simulator.server import Simulator
from tests.factories import admin, make_device, make_interface, somebody
from tests.web import FAILED_REQUEST, Gate, Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def device(netbox_address: str, simulator: Simulator) -> Any:
    number = simulator.state.add_device(hostname="core-01")
    simulator.state.add_sensor(number, sensor_class="temperature")
    simulator.state.add_alert(number, name="Power supply failed", severity="critical")
    simulator.state.add_alert(number, name="Fan is slow", severity="warning")
    simulator.state.add_alert(number, name="BGP session down", severity="critical", state=2)
    simulator.state.add_port(number, ifName="Gi1/0/1", ifInOctets_rate=15_625_000, ifOutOctets_rate=1_250_000)
    down = simulator.state.add_device(hostname="core-02", status=0, status_reason="icmp")
    make_device("core-02", librenms_id=down)
    device = make_device("core-01", librenms_id=number)
    make_interface(device, "Gi1/0/1")
    return device


def picture_is_drawn(visitor: Visitor, name: str) -> None:
    """An image came, and is one."""
    image = visitor.page.locator(f"#librenms-graphs img[src*='{name}']")
    image.scroll_into_view_if_needed()
    visitor.page.wait_for_function("(one) => one.complete && one.naturalWidth > 0", arg=image.element_handle())


def test_a_device_and_its_interface(visitor: Visitor, device: Any, simulator: Simulator) -> None:
    page = visitor.page
    visitor.log_in(admin())
    gate = Gate(page, re.compile(r"librenms-monitoring"))
    visitor.open(device.get_absolute_url())
    card = page.locator(".librenms-monitoring")
    expect(card.locator(".placeholder").first).to_be_visible()
    card.scroll_into_view_if_needed()
    visitor.screenshot("loading", full=False)
    assert simulator.requests == [], "the page does not wait for LibreNMS"
    gate.let_through()
    expect(card).to_contain_text("Power supply failed")
    for name in ("device_bits/day", "device_processor/day", "device_temperature/day"):
        picture_is_drawn(visitor, name)
    visitor.settle()
    visitor.screenshot("shown")
    card.get_by_role("button", name="Week").click()
    expect(card.get_by_role("button", name="Week")).to_have_attribute("aria-pressed", "true")
    picture_is_drawn(visitor, "device_bits/week")
    page.evaluate("document.documentElement.setAttribute('data-bs-theme', 'dark')")
    visitor.settle()
    visitor.screenshot("dark")
    page.evaluate("document.documentElement.setAttribute('data-bs-theme', 'light')")
    visitor.open(device.interfaces.get().get_absolute_url())
    expect(card).to_contain_text("125 Mbps")
    picture_is_drawn(visitor, "port_bits/day")
    visitor.screenshot("interface")


def test_librenms_is_away(visitor: Visitor, device: Any, simulator: Simulator) -> None:
    visitor.expect_errors(*FAILED_REQUEST)
    page = visitor.page
    visitor.log_in(admin())
    simulator.state.without_rrd.add(1)
    visitor.open(device.get_absolute_url())
    card = page.locator(".librenms-monitoring")
    picture_is_drawn(visitor, "device_bits/day")
    visitor.screenshot("no-graphs")
    simulator.faults.add("/api/", "status", status=503, retry_after=60)
    visitor.open(Device.objects.get(name="core-02").get_absolute_url())
    expect(card).to_contain_text("is busy or under maintenance")
    expect(card.get_by_role("button", name="Try again")).to_be_visible()
    visitor.screenshot("away")


def test_the_dashboard_the_list_and_who_may_not(visitor: Visitor, device: Any) -> None:
    page, user = visitor.page, admin()
    user.config.set("tables.DeviceTable.columns", ["name", "librenms_state", "librenms_polled"], commit=True)
    visitor.log_in(user)
    widgets = [{"widget": "netbox_librenms_plugin.MonitoringWidget", "width": 4, "height": 4, "title": "Monitoring"}]
    dashboard = get_default_dashboard(config=widgets)
    dashboard.user = user
    dashboard.save()
    visitor.open("/")
    widget = page.locator(".librenms-widget")
    expect(widget).to_contain_text("core-02")
    visitor.screenshot("dashboard")
    widget.get_by_role("link", name="core-02").click()
    expect(page.locator(".librenms-monitoring")).to_contain_text("down (icmp)")
    visitor.screenshot("down")
    visitor.open("/dcim/devices/")
    expect(page.locator("tr", has_text="core-02")).to_contain_text("down")
    visitor.screenshot("list")
    visitor.log_in(somebody("reader", {"dcim.device": ["view"]}))
    visitor.open(device.get_absolute_url())
    expect(page.locator("h1", has_text="core-01").or_(page.locator(".page-title"))).to_be_visible()
    expect(page.locator(".librenms-monitoring")).to_have_count(0)
    visitor.screenshot("no-permission")
