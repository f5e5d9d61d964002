"""What is stored of differences, where people meet it: on the tab, in NetBox's list, on the dashboard."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from extras.dashboard.utils import get_default_dashboard
from playwright.sync_api import expect

from netbox_librenms_plugin.deviations.deciding import accept
from netbox_librenms_plugin.models import DailyTotal, Deviation
from simulator.server import Simulator
from tests.deviations.support import compare_network
from tests.factories import admin, make_device, make_interface, make_object_of
from tests.librenms import add_switch
from tests.web import Visitor

pytestmark = pytest.mark.browser

THEMES = pytest.mark.parametrize("theme", ["light", "dark"])


@pytest.fixture
def device(netbox_address: str, simulator: Simulator) -> Any:
    """Compared, some days ago for the first time, and something of it accepted."""
    for name in ("core-01", "core-02"):
        number = add_switch(simulator.state, 5, vlans=(), hostname=name)
        device = make_object_of(simulator.state.devices[number])
        make_interface(device, "Gi1/0/1", mtu=9000)
        make_interface(device, "Gi1/0/2", mtu=9000)
    make_device("not-compared")
    compare_network()
    Deviation.objects.update(first_seen=datetime(2026, 3, 12, 10, 0, tzinfo=UTC))
    until = timezone.localdate() + timedelta(days=60)
    accept(Deviation.objects.filter(name="Gi1/0/2"), admin(), until=until, reason="migration")
    accept(Deviation.objects.filter(name="Gi1/0/1", field="mtu"), admin(), until=until, reason="jumbo frames are meant")
    today = timezone.localdate()
    for days, number in enumerate((30, 22, 25, 12), start=1):
        for resource in ("interfaces", "fields"):
            day = today - timedelta(days=5 - days)
            DailyTotal.objects.create(server="default", day=day, resource=resource, open=number)
    return device


def log_in(visitor: Visitor, theme: str) -> Any:
    visitor.page.add_init_script(f"localStorage.setItem('netbox-color-mode', '{theme}')")
    user = admin()
    user.config.set("tables.DeviceTable.columns", ["name", "site", "librenms_differences"], commit=True)
    visitor.log_in(user)
    return visitor.page


@THEMES
def test_the_tab(visitor: Visitor, device: Any, theme: str) -> None:
    page = log_in(visitor, theme)
    visitor.open(f"{device.get_absolute_url()}librenms-sync/?tab=interfaces")
    rows = page.locator("#librenms-table tbody tr:not([hidden])")
    expect(rows.filter(has_text="Gi1/0/2")).to_contain_text("by root: migration")
    expect(rows.filter(has_text="Gi1/0/1")).to_contain_text("MTU: accepted until")
    expect(page.locator("#librenms-deviations")).to_contain_text("deviations")
    rows.first.hover()
    assert not visitor.barriers()
    visitor.screenshot(f"tab-{theme}")
    page.locator("#librenms-deviations").click()
    expect(page.locator("#object_list")).to_contain_text("migration")


@THEMES
def test_netboxs_list(visitor: Visitor, device: Any, theme: str) -> None:
    page = log_in(visitor, theme)
    visitor.open("/dcim/devices/?sort=-librenms_differences")
    expect(page.locator("th", has_text="LibreNMS differences")).to_be_visible()
    visitor.screenshot(f"list-{theme}")
    page.locator("tr", has_text="core-01").locator("a[href*='object_id']").click()
    expect(page.locator("#object_list")).to_contain_text("core-01")


@THEMES
def test_the_dashboard(visitor: Visitor, device: Any, theme: str) -> None:
    page = log_in(visitor, theme)
    widgets = [{"widget": "netbox_librenms_plugin.DifferencesWidget", "width": 4, "height": 4, "title": "Differences"}]
    dashboard = get_default_dashboard(config=widgets)
    dashboard.user = admin()
    dashboard.save()
    visitor.open("/")
    expect(page.locator(".grid-stack-item", has_text="all compared")).to_be_visible()
    assert page.locator(".grid-stack-item svg").count() == 2
    assert not visitor.barriers()
    visitor.screenshot(f"dashboard-{theme}")
    page.locator(".librenms-widget p a").click()
    expect(page.locator("#librenms")).to_contain_text("Objects, worst first")
