"""From a device's tab to its maintenance in LibreNMS, in a real browser."""

import pytest
from playwright.sync_api import expect

from simulator.server import Simulator
from tests.browser.test_fleet_sync import themed
from tests.factories import admin
from tests.maintenance.support import linked
from tests.web import Visitor

pytestmark = pytest.mark.browser


def test_a_window_is_asked_for_from_the_tab(visitor: Visitor, simulator: Simulator) -> None:
    (device,) = linked(simulator, "core-01")
    visitor.log_in(admin())
    visitor.open(f"/dcim/devices/{device.pk}/librenms-sync/")
    page = visitor.page
    visitor.choose_in_header("Maintenance…")
    expect(page.locator("#librenms-maintenance-counts")).to_contain_text("1 known to LibreNMS for certain")
    expect(page.locator("#librenms-clock")).to_contain_text("It begins now")
    page.locator("#id_minutes").select_option("120")
    page.locator("#id_note").fill("New line cards")
    themed(visitor, "question")
    page.locator("#librenms-start").click()
    expect(page.locator("#librenms-table")).to_contain_text("Done")
    themed(visitor, "begun")
    assert [one["duration"] for one in simulator.state.windows] == ["2:00"]
