"""Devices that are ticked in NetBox's list are added to LibreNMS, in a real browser."""

from pathlib import Path

import pytest
from dcim.models import Device
from playwright.sync_api import expect

from netbox_librenms_plugin.models import LibreNMSSettings
from simulator.server import Simulator
from tests.browser.test_fleet_sync import themed
from tests.factories import admin, make_device
from tests.push import support
from tests.push.support import reachable, rule
from tests.web import Visitor

pytestmark = pytest.mark.browser


def test_a_few_are_added_with_a_profile(
    visitor: Visitor, simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule("Core switches", "core", weight=10, site=reachable("core-01", "192.0.2.1").site, give_location=True)
    reachable("core-02", "192.0.2.2")
    make_device("patch-panel")
    simulator.state.add_device(hostname="known-switch")
    make_device("known-switch")
    simulator.state.unreachable.add("192.0.2.2")
    with support.profiles(simulator, tmp_path, monkeypatch):
        visitor.log_in(admin())
        visitor.open("/dcim/devices/")
        page = visitor.page
        for name in ("core-01", "core-02", "patch-panel", "known-switch"):
            page.locator("#object_list tbody tr", has_text=name).locator("input[name=pk]").check()
        page.locator("#librenms-list-menu").click()
        themed(visitor, "list")
        page.locator("#librenms-list-push").click()
        expect(page.locator("#librenms-push-counts")).to_contain_text("2 to add")
        table = page.locator("#librenms-table")
        expect(table.locator("tbody tr")).to_have_count(4)
        expect(table).to_contain_text("LibreNMS has it already, as known-switch")
        themed(visitor, "plan")
        page.locator("#librenms-ping").check()
        expect(table).to_contain_text("ping only")
        page.locator("#librenms-ping").uncheck()
        expect(table).not_to_contain_text("ping only")
        page.locator("#librenms-start").click()
        expect(page.locator("#librenms-table")).to_contain_text("Created")
        expect(page.locator("#librenms-table")).to_contain_text("Could not connect to 192.0.2.2")
        themed(visitor, "result")
    assert {one["hostname"] for one in simulator.state.devices.rows()} == {"known-switch", "192.0.2.1"}


def test_linked_devices_are_brought_into_step(visitor: Visitor, simulator: Simulator) -> None:
    kept = {"state": "netbox_wins", "location": "netbox_wins", "notes": "fill_if_empty", "display": "report_only"}
    LibreNMSSettings.objects.create(kept_fields=kept, monitoring_map={"offline": "disabled", "active": "monitored"})
    for number, notes in ((1, None), (2, "Spare parts are in room 7")):
        known = {"hostname": f"192.0.2.{number}", "sysName": f"core-0{number}", "location": "Hall 2", "notes": notes}
        device_id = simulator.state.add_device(**known)
        make_device(f"core-0{number}", librenms_id=device_id, status="offline", description="Leased until 2031")
    visitor.log_in(admin())
    device = Device.objects.get(name="core-01")
    visitor.open(f"/dcim/devices/{device.pk}/librenms-sync/")
    page = visitor.page
    page.locator("#librenms-match").click()
    expect(page.locator("#librenms-keep")).to_be_visible()
    visitor.open("/dcim/devices/")
    page.locator("#librenms-list-menu").click()
    page.locator("#librenms-list-push").click()
    expect(page.locator("#librenms-push-counts")).to_contain_text("2 to change")
    themed(visitor, "plan")
    page.locator("#librenms-start").click()
    expect(page.locator("#librenms-table")).to_contain_text("Hall 2 → Site")
    themed(visitor, "result")
    assert [one["disabled"] for one in simulator.state.devices.rows()] == [1, 1]
    assert simulator.state.devices[2]["notes"] == "Spare parts are in room 7"
