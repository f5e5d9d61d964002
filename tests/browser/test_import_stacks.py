"""Looking for stacks in a real browser, with a real worker: the modal to its end, then the list that knows them."""

from collections.abc import Iterator

import django_rq
import pytest
from playwright.sync_api import expect

from simulator.server import Simulator
from tests.factories import admin
from tests.web import Visitor
from tests.workers import Nursery

pytestmark = pytest.mark.browser


@pytest.fixture
def queue() -> Iterator[None]:
    """Jobs wait, since nobody takes them."""
    yield
    django_rq.get_connection("default").flushdb()


@pytest.fixture
def worker(netbox_address: str, company: Simulator, nursery: Nursery) -> Iterator[None]:
    """Somebody who takes jobs."""
    nursery.start()
    yield
    nursery.end()
    django_rq.get_connection("default").flushdb()


def test_stacks_are_found_and_shown(visitor: Visitor, company: Simulator, worker: None) -> None:
    visitor.log_in(admin())
    visitor.open("/plugins/librenms_plugin/librenms-import/")
    page = visitor.page
    button = page.locator("#librenms-stacks")
    expect(button).to_contain_text("Look for stacks (")
    visitor.screenshot("before", full=False)
    button.click()
    modal = page.locator("#htmx-modal-content")
    expect(modal).to_contain_text("Looking for stacks")
    visitor.screenshot("modal", full=False)
    expect(modal.locator("[data-import='text']")).to_have_text("Job completed!")
    expect(modal).to_contain_text("4 stacks")
    visitor.screenshot("done", full=False)
    modal.locator(".modal-footer [data-librenms-close]").click()
    expect(page.locator("#librenms-table")).to_contain_text("3 members")
    expect(page.locator("#librenms-stacks")).to_have_count(0)
    visitor.screenshot("after", full=False)


def test_who_comes_back_finds_the_search_and_cancels_it(visitor: Visitor, company: Simulator, queue: None) -> None:
    visitor.log_in(admin())
    visitor.open("/plugins/librenms_plugin/librenms-import/")
    page = visitor.page
    page.locator("#librenms-stacks").click()
    modal = page.locator("#htmx-modal-content")
    expect(modal.locator("[data-import='text']")).to_contain_text("Job queued…")
    page.reload()
    expect(page.locator("#librenms-table")).to_be_visible()
    visitor.screenshot("again", full=False)
    page.locator("#librenms-show-search").click()
    expect(modal.locator("[data-import='text']")).to_contain_text("Job queued…")
    expect(modal.locator("[data-import='numbers']")).to_have_text("0 of 8 devices")
    modal.locator("#librenms-cancel").click()
    expect(modal.locator("[data-import='text']")).to_have_text("Cancelled.")
    expect(page.locator("#librenms-search-running")).to_have_count(0)
