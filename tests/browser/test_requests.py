"""What every page does with requests: a form sent too early, answers that fail, and the toasts that tell of it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from simulator.server import Simulator
from tests.factories import admin, make_device
from tests.librenms import add_switch
from tests.web import FAILED_REQUEST, Visitor, toast

pytestmark = pytest.mark.browser

LIST = "/plugins/librenms_plugin/librenms-import/"
SETTINGS = "/plugins/librenms_plugin/settings/"
# The button is pressed in the moment in which it is there, which is before HTMX has looked at its form.
PRESS_AT_ONCE = """() => {
    const tools = document.getElementById("librenms-tools");
    const observer = new MutationObserver(() => {
        observer.disconnect();
        tools.querySelector("#librenms-refresh").click();
    });
    observer.observe(tools, { childList: true });
    document.body.dispatchEvent(new CustomEvent("librenms:reload"));
}"""


@pytest.fixture
def device(netbox_address: str, simulator: Simulator) -> Any:
    number = add_switch(simulator.state, 9, hostname="core-01")
    simulator.state.add_device(hostname="new-1", hardware="C9300-48P")
    return make_device("core-01", librenms_id=number)


def fail_once(page: Page, pattern: str, status: int) -> None:
    """The next answer to such an address is an error; the ones after it are NetBox's."""
    page.route(re.compile(pattern), lambda route: route.fulfill(status=status, body="no"), times=1)


def refused(status: int) -> Callable[[Route], None]:
    """Answer what is sent with an error."""

    def answer(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=status, body="no")
        else:
            route.continue_()

    return answer


def test_a_form_is_kept_until_htmx_knows_it(visitor: Visitor, device: Any) -> None:
    visitor.log_in(admin())
    visitor.open(LIST)
    page = visitor.page
    expect(page.locator("#librenms-table")).to_be_visible()
    visitor.settle()
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.evaluate(PRESS_AT_ONCE)
    visitor.settle()
    assert len([one for one in sent if one.method == "POST"]) == 1
    assert not [one for one in sent if "csrfmiddlewaretoken" in one.url]
    assert "csrfmiddlewaretoken" not in page.url
    expect(page.locator("#librenms-table")).to_be_visible()


def test_a_list_that_did_not_come_is_tried_again(visitor: Visitor, device: Any) -> None:
    visitor.expect_errors(*FAILED_REQUEST)
    visitor.log_in(admin())
    page = visitor.page
    fail_once(page, r"librenms-import/list/", 500)
    visitor.open(LIST)
    panel = page.locator("#librenms-panel")
    expect(panel.locator(".librenms-problem")).to_contain_text("NetBox could not answer. Try again.")
    expect(panel.locator(".librenms-skeleton")).to_be_hidden()
    visitor.screenshot("problem", full=False)
    panel.get_by_role("button", name="Try again").click()
    expect(page.locator("#librenms-table")).to_be_visible()
    expect(panel.locator(".librenms-problem")).to_have_count(0)


def test_both_parts_of_the_sync_page_are_tried_again(visitor: Visitor, device: Any) -> None:
    visitor.expect_errors(*FAILED_REQUEST)
    visitor.log_in(admin())
    page = visitor.page
    ways = re.compile(r"librenms-sync/(header|overview|panel)")
    page.route(ways, lambda route: route.abort(), times=2)
    visitor.open(f"{device.get_absolute_url()}librenms-sync/")
    header = page.locator("#librenms-header")
    expect(header.locator(".librenms-problem")).to_contain_text("NetBox cannot be reached")
    expect(page.locator(".librenms-problem:visible")).to_have_count(1)
    header.get_by_role("button", name="Try again").click()
    expect(header.locator(".librenms-facts").first).to_be_visible()
    expect(page.locator("#librenms-line-interfaces")).to_be_visible()


def test_a_toast_says_what_kind_of_failure_it_was(visitor: Visitor, device: Any) -> None:
    visitor.expect_errors(*FAILED_REQUEST)
    visitor.log_in(admin())
    page = visitor.page
    visitor.open(f"{device.get_absolute_url()}librenms-sync/?tab=interfaces")
    expect(page.locator("#librenms-header .librenms-facts").first).to_be_visible()
    expect(page.locator("#librenms-form")).to_be_visible()
    visitor.settle()
    refresh = re.compile(r"librenms-sync/refresh")
    texts = {500: "so nothing was written", 403: "You may not do that", 404: "It is not there any more"}
    for status, text in texts.items():
        page.route(refresh, refused(status))
        page.locator("#librenms-header").get_by_role("button", name="Refresh").click()
        toast(page, text)
        page.locator("#django-messages .toast.show .btn-close").click()
        expect(page.locator("#django-messages .toast")).to_have_count(0)
        page.unroute(refresh)


def test_the_settings_page_says_that_a_test_failed(visitor: Visitor, device: Any) -> None:
    visitor.expect_errors(*FAILED_REQUEST)
    visitor.log_in(admin())
    visitor.open(SETTINGS)
    page = visitor.page
    fail_once(page, r"/test/|connection", 500)
    page.get_by_role("tab", name="Servers").click()
    page.get_by_role("button", name="Test connection").first.click()
    toast(page, "NetBox could not answer. Try again.")
    page.locator("#django-messages .toast .btn-close").click()
    expect(page.locator("#django-messages .toast")).to_have_count(0)
    page.get_by_role("button", name="Test connection").first.click()
    expect(page.locator("#connection-1")).to_contain_text("API works")
    visitor.settle()
    expect(page.locator("#django-messages .toast")).to_have_count(0)


def test_what_is_typed_while_the_panel_is_replaced_is_searched(visitor: Visitor, device: Any) -> None:
    visitor.log_in(admin())
    page = visitor.page
    visitor.open(f"{device.get_absolute_url()}librenms-sync/?tab=interfaces")
    expect(page.locator("#librenms-form")).to_be_visible()
    visitor.settle()
    search = page.locator("#librenms-search")
    # Typed when the answer is there already: the form that would have sent it is the one that goes
    page.evaluate("""() => document.addEventListener("htmx:beforeSwap", () => {
            const box = document.getElementById("librenms-search");
            box.value = "Gi1/0/7";
            box.dispatchEvent(new Event("input", { bubbles: true }));
        }, { once: true })""")
    search.fill("Gi1/0")
    expect(page.locator("#librenms-table tbody tr[id]:not([id$='-why'])")).to_have_count(1)
    expect(search).to_have_value("Gi1/0/7")
    expect(page).to_have_url(re.compile("q=Gi1%2F0%2F7"))
