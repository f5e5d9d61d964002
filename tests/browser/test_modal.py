"""The plugin's windows: who works with the keyboard stays in them, and they show what was asked for last."""

import re
import time
from typing import Any

import pytest
from dcim.models import DeviceRole
from playwright.sync_api import Page, Route, expect

from simulator.server import Simulator
from tests.factories import admin
from tests.pages.imports.support import known_places
from tests.web import Gate, Visitor, wait_for

pytestmark = pytest.mark.browser

LIST = "/plugins/librenms_plugin/librenms-import/"
LONG = "a-very-long-name-of-a-switch-" * 7 + ".corp.example"
INSIDE = "document.activeElement.closest('#htmx-modal') !== null"


@pytest.fixture
def network(netbox_address: str, simulator: Simulator) -> Simulator:
    known_places()
    DeviceRole.objects.create(name="Core", slug="core")
    simulator.state.add_device(hostname="one.example", hardware="Unknown box", location="Nowhere")
    simulator.state.add_device(hostname=LONG, hardware="C9300-48P", location="Amsterdam")
    return simulator


@pytest.fixture
def page(visitor: Visitor, network: Simulator) -> Page:
    """The import list, loaded."""
    visitor.log_in(admin())
    visitor.open(LIST)
    expect(visitor.page.locator("#librenms-table")).to_be_visible()
    visitor.settle()
    return visitor.page


def details(page: Page, number: int = 1) -> Any:
    page.locator(f"#librenms-details-{number}").click()
    modal = page.locator("#htmx-modal")
    expect(modal).to_be_visible()
    return modal


def test_the_keyboard_stays_in_the_window(visitor: Visitor, page: Page) -> None:
    details(page)
    visitor.settle()
    for key in ["Tab"] * 30 + ["Shift+Tab"] * 40:
        page.keyboard.press(key)
        assert page.evaluate(INSIDE)


def test_new_content_takes_the_focus(visitor: Visitor, page: Page) -> None:
    modal = details(page)
    visitor.settle()
    modal.locator(".librenms-import-mends a").first.click()
    expect(modal).to_contain_text("Quick Add")
    expect(modal.locator("#htmx-modal-title")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(INSIDE)


def test_a_window_that_was_closed_stays_closed(visitor: Visitor, page: Page) -> None:
    modal = details(page)
    visitor.settle()
    held: list[Route] = []
    page.route(re.compile("quickadd"), lambda route: held.append(route))
    modal.locator(".librenms-import-mends a").first.click()
    page.keyboard.press("Escape")
    expect(modal).to_be_hidden()
    with page.expect_response(re.compile("quickadd")):
        wait_for(page, lambda: bool(held))
        held[0].continue_()
    visitor.settle()
    time.sleep(0.3)
    expect(modal).to_be_hidden()


def test_a_window_that_is_closed_while_a_part_of_it_loads_leaves_no_error(visitor: Visitor, page: Page) -> None:
    gate = Gate(page, re.compile(r"librenms-import/\d+/stack"))
    modal = details(page, 2)
    wait_for(page, lambda: bool(gate.waiting))
    page.keyboard.press("Escape")
    expect(modal).to_be_hidden()
    with page.expect_response(re.compile(r"librenms-import/\d+/stack")):
        gate.let_through()
    visitor.settle()
    details(page, 1)
    assert not visitor.errors


def test_the_window_shows_what_was_asked_for_last(visitor: Visitor, page: Page) -> None:
    held: list[Route] = []
    page.route(re.compile(r"librenms-import/1/details"), lambda route: held.append(route))
    page.locator("#librenms-details-1").click()
    # The mouse finds nothing while the list waits, but the keyboard does
    page.locator("#librenms-details-2").press("Enter")
    modal = page.locator("#htmx-modal")
    expect(modal.locator("#htmx-modal-title")).to_contain_text(LONG[:60])
    with page.expect_response(re.compile(r"librenms-import/1/details")):
        wait_for(page, lambda: bool(held))
        held[0].continue_()
    visitor.settle()
    time.sleep(0.3)
    expect(modal.locator("#htmx-modal-title")).to_contain_text(LONG[:60])


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (1440, "dark"), (768, "light")])
def test_the_button_of_the_details_is_in_sight(visitor: Visitor, page: Page, width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": 720})
    page.add_init_script(f"localStorage.setItem('netbox-color-mode', '{theme}')")
    visitor.open(LIST)
    modal = details(page)
    visitor.settle()
    expect(modal.locator(".modal-footer button[type='submit']")).to_be_in_viewport(ratio=1)
    visitor.screenshot(f"details-{width}-{theme}", full=False)
    size = "selector => parseFloat(getComputedStyle(document.querySelector(selector)).fontSize)"
    title, head, text = (
        page.evaluate(size, f".librenms-import-details {part}")
        for part in (".modal-title", ".librenms-import-head", "td")
    )
    assert title > head > text
    style = "id => { const s = getComputedStyle(document.getElementById(id), '::placeholder'); return s.fontStyle; }"
    assert page.evaluate(style, "librenms-set-name") == "italic"


def test_marking_text_does_not_close_it(visitor: Visitor, page: Page) -> None:
    modal = details(page)
    visitor.settle()
    box = modal.locator("#librenms-set-name").bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(5, box["y"] + 10, steps=4)
    page.mouse.up()
    expect(modal).to_be_visible()
    page.mouse.click(5, 400)
    expect(modal).to_be_hidden()


def test_what_is_applied_is_sent_once(visitor: Visitor, page: Page) -> None:
    modal = details(page, 2)
    visitor.settle()
    held: list[Route] = []
    page.route(re.compile("choose"), lambda route: held.append(route))
    apply = modal.locator(".modal-footer button[type='submit']")
    apply.click()
    expect(apply).to_be_disabled()
    expect(apply.locator(".librenms-busy")).to_be_visible()
    assert modal.locator("button[type='submit']:not([disabled])").count() == 0
    wait_for(page, lambda: bool(held))
    held[0].continue_()
    expect(modal).to_be_hidden()
    assert len(held) == 1


def test_a_long_name_fits(visitor: Visitor, page: Page) -> None:
    page.set_viewport_size({"width": 768, "height": 900})
    modal = details(page, 2)
    visitor.screenshot("768", full=False)
    title = modal.locator("#htmx-modal-title").bounding_box()
    header = modal.locator(".modal-header").bounding_box()
    assert title and header
    assert title["y"] >= header["y"] + 8
    assert title["y"] + title["height"] <= header["y"] + header["height"] - 8
    assert title["x"] + title["width"] <= header["x"] + header["width"]
