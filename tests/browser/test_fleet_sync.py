"""From NetBox's list of devices to a sync of some of them, in a real browser."""

import pytest
from dcim.models import Interface
from playwright.sync_api import expect

from netbox_librenms_plugin.models import Run
from simulator.server import Simulator
from tests.factories import admin, make_device
from tests.fleet_sync.support import switches
from tests.web import Visitor

pytestmark = pytest.mark.browser


def themed(visitor: Visitor, name: str) -> None:
    """Pictures in both themes."""
    for scheme in ("light", "dark"):
        for part in ("documentElement", "body"):
            visitor.page.evaluate(f"scheme => document.{part}.setAttribute('data-bs-theme', scheme)", scheme)
        visitor.screenshot(f"{name}-{scheme}", full=False)


def test_two_that_are_ticked_are_compared_and_synced(visitor: Visitor, simulator: Simulator) -> None:
    switches(simulator, 3, ports=4)
    panel = make_device("patch-panel")
    visitor.log_in(admin())
    visitor.open("/dcim/devices/")
    page = visitor.page
    menu = page.locator("#librenms-list-menu")
    menu.click()
    expect(page.locator("[data-librenms-which]")).to_have_text("All devices that the filter shows")
    themed(visitor, "list")
    page.keyboard.press("Escape")
    for name in ("patch-panel", "switch-002"):
        page.locator("#object_list tbody tr", has_text=name).locator("input[name=pk]").check()
    menu.click()
    expect(page.locator("[data-librenms-which]")).to_have_text("The 2 that are ticked")
    page.locator("#librenms-list-compare").click()
    table = page.locator("#librenms-table")
    expect(table.locator("tbody tr")).to_have_count(2)
    expect(page.locator(f"#librenms-object-{panel.pk}")).to_contain_text("left out")
    themed(visitor, "compare")
    page.locator("#librenms-fleet-sync").click()
    expect(page.locator("#librenms-figures")).to_contain_text("Interfaces")
    expect(page.locator("#librenms-totals")).to_contain_text("1 object is left out.")
    themed(visitor, "question")
    page.locator("#librenms-start").click()
    expect(page.locator("#librenms-table")).to_contain_text("Synced")
    expect(page.locator("h2.page-title, h1.page-title")).to_contain_text(f"Sync #{Run.objects.get().pk}")
    themed(visitor, "result")
    assert set(Interface.objects.values_list("device__name", flat=True)) == {"switch-002"}


def test_the_search_that_was_typed_into_the_list_goes_with_it(visitor: Visitor, simulator: Simulator) -> None:
    switches(simulator, 3)
    visitor.log_in(admin())
    visitor.open("/dcim/devices/")
    page = visitor.page
    page.locator("#quicksearch").press_sequentially("switch-003")
    expect(page.locator("#object_list tbody tr")).to_have_count(1)
    page.locator("#librenms-list-menu").click()
    page.locator("#librenms-list-compare").click()
    expect(page.locator("#librenms-table tbody tr")).to_have_count(1)
    expect(page.locator("#librenms-table")).to_contain_text("switch-003")
    expect(page.locator(".librenms-header")).to_contain_text("q: switch-003")
