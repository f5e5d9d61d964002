"""The import list in a real browser: choosing in rows, in the details and for many, with what LibreNMS may say."""

import re
from typing import Any

import pytest
from dcim.models import DeviceRole
from playwright.sync_api import Locator, expect

from netbox_librenms_plugin.models import ImportIgnore, LocationMapping
from simulator.server import Simulator
from tests.factories import admin, make_device
from tests.pages.imports.support import known_places
from tests.web import Visitor

pytestmark = pytest.mark.browser
# Without the lines that say why
ROWS = "#librenms-table tbody tr:not([id$='-why'])"
PAGE = "/plugins/librenms_plugin/librenms-import/"
HOSTILE = '"><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>{{7*7}}\'--'


@pytest.fixture
def network(netbox_address: str, simulator: Simulator) -> Simulator:
    """A row of each state, and some more."""
    places = known_places()
    DeviceRole.objects.create(name="Core", slug="core")
    known = {"hardware": "C9300-48P", "location": "Amsterdam", "type": "network", "os": "iosxe"}
    add = simulator.state.add_device
    add(hostname="acc-001.ams1.corp.example", sysName="acc-001", **known)
    add(hostname="acc-002.ams1.corp.example", **known | {"type": "Access"})
    add(hostname="srv-17.ams1.corp.example", hardware="Unknown box with a long name", location="Nowhere", status=0)
    add(hostname="old-1", **known | {"disabled": 1})
    add(hostname="sw-stack-3", **known)
    make_device("sw-stack-3", site=places["site"])
    linked = add(hostname="linked-1", **known)
    make_device("linked-1", librenms_id=linked)
    number = add(hostname="fw-1", **known | {"hardware": "PA-3220"})
    make_device("fw-other", serial=simulator.state.devices[number]["serial"])
    make_device("fw-1", site=places["site"])
    for one in range(60):
        add(hostname=f"acc-1{one:02}.ams1.corp.example", **known)
    return simulator


def choose(scope: Locator, option: str) -> None:
    """Pick an entry of one of NetBox's boxes that look up what they offer."""
    scope.locator(".ts-control").click()
    scope.page.locator(".ts-dropdown:visible .option", has_text=option).first.click()


def box(visitor: Visitor, row: int, name: str) -> Locator:
    return visitor.page.locator(f"#librenms-import-{row} td:has(select[data-choose='{name}'])")


def state(visitor: Visitor, row: int) -> Locator:
    return visitor.page.locator(f"#librenms-import-{row} [class*='librenms-is-']").last


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_in_every_window(visitor: Visitor, network: Simulator, theme: str) -> None:
    visitor.log_in(admin())
    page = visitor.page
    page.add_init_script(f"localStorage.setItem('netbox-color-mode', '{theme}')")
    for width in (1280, 1920, 768):
        page.set_viewport_size({"width": width, "height": 900})
        visitor.open(PAGE)
        expect(page.locator("#librenms-table")).to_be_visible()
        expect(page.locator(".ts-wrapper").first).to_be_visible()
        visitor.screenshot(f"{width}", full=False)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_role_is_chosen_in_the_row(visitor: Visitor, network: Simulator) -> None:
    visitor.log_in(admin())
    visitor.open(PAGE)
    page = visitor.page
    expect(state(visitor, 1)).to_have_text("Needs setup")
    choose(box(visitor, 1, "role"), "Core")
    expect(state(visitor, 1)).to_have_text("Ready")
    expect(page.locator("#librenms-chip-ready")).to_contain_text("2")
    expect(box(visitor, 1, "role").locator(".ts-control .item")).to_have_text("Core")
    # The box is NetBox's again after the swap, and can be used again
    with page.expect_response(re.compile("/choose/")):
        choose(box(visitor, 1, "role"), "Access")
    expect(box(visitor, 1, "role").locator(".ts-control .item")).to_have_text("Access")
    page.reload()
    expect(box(visitor, 1, "role").locator(".ts-control .item")).to_have_text("Access")


def test_the_keyboard_goes_on_where_it_was(visitor: Visitor, network: Simulator) -> None:
    visitor.log_in(admin())
    visitor.open(PAGE)
    control = box(visitor, 1, "role").locator(".ts-control input")
    control.focus()
    expect(visitor.page.locator(".ts-dropdown:visible .option", has_text="Core")).to_be_visible()
    control.press("ArrowDown")
    with visitor.page.expect_response(re.compile("/device-roles/")):  # the new row's box asks for its options
        control.press("Enter")
    expect(state(visitor, 1)).to_have_text("Ready")
    expect(box(visitor, 1, "role").locator("input")).to_be_focused()
    expect(box(visitor, 1, "role").locator(".ts-wrapper")).not_to_have_class(re.compile("loading"))
    expect(visitor.page.locator(".ts-dropdown:visible")).to_have_count(0)
    visitor.page.keyboard.press("ArrowDown")
    expect(visitor.page.locator(".ts-dropdown:visible .option", has_text="Core")).to_be_visible()


def test_the_search_is_in_the_address_and_back_leads_back(visitor: Visitor, network: Simulator) -> None:
    visitor.log_in(admin())
    visitor.open(PAGE)
    page = visitor.page
    expect(page.locator("#librenms-table")).to_be_visible()
    visitor.settle()
    page.locator("#librenms-search").fill("srv-17")
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?q=srv-17$"))
    expect(page.locator("#librenms-search")).to_be_focused()
    page.locator("#librenms-chip-ready").click()
    expect(page.locator("[data-state='no-match']")).to_be_visible()
    page.go_back()
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.locator("#librenms-search")).to_have_value("srv-17")


def test_filters_lead_to_an_address(visitor: Visitor, network: Simulator) -> None:
    visitor.log_in(admin())
    visitor.open(PAGE)
    page = visitor.page
    page.get_by_role("tab", name="Filters").click()
    pane = page.locator("#librenms-filters")
    expect(pane.locator("input[name='hostname']")).to_be_visible()
    choose(pane.locator("div:has(> select[name='location'])"), "Nowhere (1)")
    page.keyboard.press("Escape")
    visitor.screenshot("filters", full=False)
    pane.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile(r"\?hostname=&sys_name=&location=Nowhere|\?.*location=Nowhere"))
    expect(page.locator(ROWS)).to_have_count(1)
    page.locator(".librenms-filter").click()
    expect(page.locator(ROWS)).to_have_count(50)


def test_a_conflict_is_resolved_in_the_details(visitor: Visitor, network: Simulator) -> None:
    visitor.log_in(admin())
    visitor.open(PAGE)
    page, modal = visitor.page, visitor.page.locator("#htmx-modal")
    page.locator("#librenms-chip-conflict").click()
    page.locator("#librenms-details-7").click()
    expect(modal.get_by_role("button", name="Link fw-1")).to_be_visible()
    visitor.screenshot("conflict", full=False)
    modal.get_by_role("button", name="Link fw-other").click()
    expect(modal).to_be_hidden()
    expect(state(visitor, 7)).to_have_text("Exists, not linked")
    expect(page.locator("#librenms-chip-conflict")).to_contain_text("0")
    page.locator("#librenms-details-7").click()
    modal.get_by_role("button", name="Undo").click()
    expect(state(visitor, 7)).to_have_text("Conflict")


def test_what_is_missing_is_added_in_the_details(visitor: Visitor, network: Simulator) -> None:
    visitor.log_in(admin())
    visitor.open(f"{PAGE}?q=srv-17")
    page, modal = visitor.page, visitor.page.locator("#htmx-modal")
    page.locator("#librenms-details-3").click()
    expect(modal.locator("#librenms-import-stack")).to_contain_text("no stack")
    visitor.screenshot("details", full=False)
    modal.get_by_role("link", name="Location mapping").click()
    expect(modal.locator("input[name='quickadd-librenms_location']")).to_have_value("Nowhere")
    choose(modal.locator("div:has(> select[name='quickadd-site'])"), "Amsterdam")
    modal.locator("button[name='_quickadd']").click()
    expect(modal).to_be_hidden()
    expect(page.locator("#librenms-import-3")).to_contain_text("needs role, type")
    assert LocationMapping.objects.get().librenms_location == "Nowhere"

    page.locator("#librenms-details-3").click()
    choose(modal.locator("td:has(select[name='role'])"), "Core")
    choose(modal.locator("td:has(select[name='device_type'])"), "C9300-48P")
    modal.locator("input[name='name']").fill("server-17")
    modal.get_by_role("button", name="Apply").click()
    expect(modal).to_be_hidden()
    expect(state(visitor, 3)).to_have_text("Ready")
    expect(page.locator("#librenms-import-3")).to_contain_text("server-17")


def test_many_are_set_and_ignored_with_their_selection(visitor: Visitor, network: Simulator) -> None:
    visitor.log_in(admin())
    visitor.open(f"{PAGE}?q=acc-1")
    page, modal = visitor.page, visitor.page.locator("#htmx-modal")
    expect(page.locator("#librenms-set")).to_be_disabled()
    page.locator("#librenms-page").check()
    expect(page.locator("[data-librenms-count='pk']").first).to_have_text("(50)")
    page.locator("#librenms-everything").click()
    expect(page.locator("[data-librenms-count='pk']").first).to_have_text("(60)")
    page.locator("#librenms-set").click()
    expect(modal.get_by_role("heading")).to_have_text("Set for all 60 that match")
    visitor.screenshot("set", full=False)
    choose(modal.locator("div:has(> select[name='role'])"), "Core")
    modal.get_by_role("button", name="Set", exact=True).click()
    expect(modal).to_be_hidden()
    expect(page.locator("#librenms-chip-ready")).to_contain_text("60")
    expect(page.locator("[data-librenms-count='pk']").first).to_have_text("(60)")
    visitor.screenshot("set-done", full=False)

    page.locator("#librenms-import-8 [data-ignore]").click()
    expect(page.locator("#librenms-import-8")).to_have_count(0)
    expect(page.locator("#django-messages")).to_contain_text("1 device is ignored.")
    assert ImportIgnore.objects.get().hostname == "acc-100.ams1.corp.example"
    page.locator("#librenms-chip-ignored").click()
    page.locator("#librenms-import-8 [data-ignore]").click()
    expect(page.locator("#django-messages")).to_contain_text("1 device is not ignored any more.")
    assert not ImportIgnore.objects.exists()


def test_what_librenms_says_is_text(visitor: Visitor, netbox_address: str, simulator: Simulator) -> None:
    known_places()
    columns = ("hostname", "sysName", "hardware", "os", "type", "serial", "status_reason", "display", "version")
    fields: Any = {name: f"{HOSTILE}{name}"[: 250 if name != "serial" else 120] for name in columns}
    simulator.state.add_device(**fields, location=f"{HOSTILE}location", status=0)
    simulator.state.add_group(f"{HOSTILE}group".replace("/", ""), {1})
    visitor.log_in(admin())
    page = visitor.page
    visitor.open(PAGE)
    expect(page.locator("#librenms-import-1")).to_contain_text("onerror=")
    page.locator("#librenms-details-1").click()
    expect(page.locator("#htmx-modal")).to_contain_text("onerror=")
    expect(page.locator("#htmx-modal")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#htmx-modal")).to_be_hidden()
    page.get_by_role("tab", name="Filters").click()
    expect(page.locator("#librenms-filters select[name='location']")).to_be_attached()
    page.locator("#librenms-filters div:has(> select[name='location']) .ts-control").click()
    expect(page.locator(".ts-dropdown:visible .option")).to_contain_text("onerror=")
    visitor.screenshot("hostile", full=False)
    visitor.open(f"{PAGE}?location={HOSTILE}location&hostname={HOSTILE}")
    expect(page.locator(".librenms-filter").first).to_contain_text("onerror=")
    assert page.evaluate("window.hacked") is None
    assert "49" not in page.locator("#librenms-panel").inner_text()
