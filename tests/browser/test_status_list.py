"""A status list in a real browser: looked at, filtered, and what was found is linked."""

from typing import Any

import pytest
from dcim.models import Device
from playwright.sync_api import expect

from simulator.server import Simulator
from tests.factories import admin, make_device
from tests.pages.status_lists.support import one_of_each
from tests.web import Visitor, toast

pytestmark = pytest.mark.browser

LIST = "/plugins/librenms_plugin/device-status/"


def themed(visitor: Visitor, name: str) -> None:
    """Pictures in both themes."""
    for scheme in ("dark", "light"):
        for part in ("documentElement", "body"):
            visitor.page.evaluate(f"scheme => document.{part}.setAttribute('data-bs-theme', scheme)", scheme)
        visitor.screenshot(f"{name}-{scheme}", full=False)


def fits(page: Any) -> bool:
    """Whether nothing scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_what_was_found_is_linked_from_the_list(visitor: Visitor, simulator: Simulator) -> None:
    devices = one_of_each(simulator)
    for n in range(1, 9):
        known = {"sysName": f"acc-{n:02}", "status": 1, "uptime": n * 90_000, "os": "iosxe", "version": "17.9.4a"}
        simulator.state.add_device(hostname=f"acc-{n:02}.ams1.corp.example", **known)
        make_device(f"acc-{n:02}")
    page = visitor.page
    page.set_viewport_size({"width": 1280, "height": 800})
    visitor.log_in(admin())
    visitor.open(LIST)
    table = page.locator("#librenms-table")
    expect(page.locator("#librenms-chip-found .librenms-chip-count")).to_have_text("9")
    expect(page.locator(f"#librenms-object-{devices['doubtful'].pk}-why")).to_contain_text("Make sure that it is")
    assert fits(page)
    themed(visitor, "list")
    page.set_viewport_size({"width": 768, "height": 900})
    assert fits(page)
    themed(visitor, "narrow")
    page.set_viewport_size({"width": 1280, "height": 800})

    page.locator("#librenms-search").press_sequentially("acc-0")
    expect(table.locator("tbody tr")).to_have_count(8)
    page.locator("#librenms-sort-librenms_uptime").click()
    expect(page).to_have_url(f"{visitor.address}{LIST}?q=acc-0&sort=librenms_uptime")
    page.locator("#librenms-sort-librenms_uptime").click()
    expect(table.locator("tbody tr").first).to_contain_text("acc-08")
    page.locator("#librenms-filters-tab").click()
    expect(page.locator("#librenms-filters input[name=q]")).to_be_visible()
    themed(visitor, "filters")
    page.locator("#librenms-list-tab").click()

    page.locator("#librenms-search").fill("")
    expect(page.locator("#librenms-chip-all .librenms-chip-count")).to_have_text("13")
    visitor.settle()
    page.locator("#librenms-page").check()
    page.locator("#librenms-link-found").click()
    expect(page.locator("#librenms-question")).to_contain_text("9 devices will be linked")
    page.locator("summary", has_text="What is left out").click()
    themed(visitor, "question")
    page.locator("#librenms-link").click()
    toast(page, "9 devices linked.")
    expect(page.locator("#librenms-chip-linked .librenms-chip-count")).to_have_text("10")
    themed(visitor, "linked")
    assert Device.objects.get(name="acc-03").custom_field_data["librenms_id"]

    visitor.settle()
    simulator.faults.add("/devices", "status", status=500)
    page.locator("#librenms-refresh").click()
    expect(page.locator("#librenms-panel .librenms-problem")).to_contain_text("Try again")
    expect(table.locator("tbody tr")).to_have_count(13)
    themed(visitor, "without-librenms")
    visitor.settle()
    simulator.faults.clear()
    page.locator("#librenms-panel .librenms-problem button").click()
    expect(page.locator("#librenms-chip-linked")).to_be_visible()
