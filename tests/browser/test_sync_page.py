"""The main path in a real browser: open the tab, see what differs, sync one, sync all, see that nothing is left."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from dcim.models import Interface
from playwright.sync_api import Page, expect

from simulator.server import Simulator
from tests.factories import admin, make_chassis, make_device
from tests.librenms import add_switch
from tests.web import Gate, Visitor, toast, wait_for

pytestmark = pytest.mark.browser

TAB = "librenms-sync/"


def open_tab(visitor: Visitor, device: Any, query: str = "?tab=interfaces") -> Page:
    """The device's tab, with both of its parts loaded."""
    visitor.open(f"{device.get_absolute_url()}{TAB}{query}")
    expect(visitor.page.locator("#librenms-header .librenms-facts").first).to_be_visible()
    expect(visitor.page.locator("#librenms-panel .librenms-toolbar")).to_be_visible()
    return visitor.page


def row(page: Page, key: str) -> Any:
    return page.locator(f"#librenms-interfaces-{key}")


@pytest.fixture
def device(netbox_address: str, simulator: Simulator) -> Any:
    """A switch of 61 ports: NetBox has two of them, one spoilt, and one of its own."""
    number = add_switch(simulator.state, 61, vlans=())
    device = make_device("switch", librenms_id=number)
    Interface.objects.create(device=device, name="Gi1/0/1", type="1000base-t", mtu=9000, description="old label")
    Interface.objects.create(device=device, name="Gi1/0/2", type="1000base-t")
    Interface.objects.create(device=device, name="spare-1", type="other")
    return device


def test_the_main_path(visitor: Visitor, device: Any) -> None:
    visitor.log_in(admin())
    page = open_tab(visitor, device)
    expect(page.locator("#librenms-count-interfaces")).to_have_text("61")
    expect(row(page, "port-2")).to_contain_text("old label")
    expect(page.locator("#librenms-sync")).to_be_disabled()
    visitor.screenshot("1-differences", full=False)

    row(page, "port-10").locator("button[name=only]").click()
    expect(row(page, "port-10")).to_contain_text("Synced")
    toast(page, "1 interface synced.")
    expect(page.locator("#librenms-chip-attention")).to_contain_text("60")
    expect(page.locator("#librenms-count-interfaces")).to_have_text("60")
    assert page.evaluate("document.activeElement.closest('tr')?.id") == "librenms-interfaces-port-10"

    page.locator("#librenms-page").check()
    expect(page.locator("#librenms-sync")).to_contain_text("(49)")
    page.locator("#librenms-everything").click()
    expect(page.locator("#librenms-sync")).to_contain_text("(60)")
    visitor.screenshot("2-all-selected", full=False)
    page.locator("#librenms-sync").click()
    toast(page, "60 interfaces synced.")
    expect(page.locator("#librenms-panel tr.librenms-synced")).to_have_count(50)
    expect(page.locator("#librenms-count-interfaces .mdi-check")).to_be_visible()
    visitor.screenshot("3-synced", full=False)
    assert Interface.objects.filter(device=device).count() == 62

    page.reload()
    expect(page.locator("[data-state=agree]")).to_contain_text("NetBox and LibreNMS agree")
    visitor.screenshot("4-agree", full=False)


def test_rows_stay_in_their_table_when_they_are_swapped(visitor: Visitor, device: Any) -> None:
    """A tr in an answer is easily lost by the parser, or put outside of its table."""
    visitor.log_in(admin())
    page = open_tab(visitor, device)
    columns = page.locator("#librenms-table thead th").count()
    order = page.eval_on_selector_all("#librenms-table tbody tr", "rows => rows.map(row => row.id)")
    for key in ("port-10", "port-12"):
        row(page, key).locator("[name=pk]").check()
    page.locator("#librenms-sync").click()
    expect(page.locator("tr.librenms-synced")).to_have_count(2)
    assert page.eval_on_selector_all("#librenms-table tbody tr", "rows => rows.map(row => row.id)") == order
    assert row(page, "port-10").locator("td").count() == columns
    expect(page.locator("#librenms-sync")).to_be_disabled()


def test_filters_live_in_the_address(visitor: Visitor, device: Any) -> None:
    visitor.log_in(admin())
    page = open_tab(visitor, device)
    page.locator("#librenms-chip-changed").click()
    expect(page).to_have_url(re.compile(r"\?tab=interfaces&show=changed$"))
    search = page.locator("#librenms-search")
    for typed in ("gi1", "/0/", "1"):
        search.press_sequentially(typed)
        expect(page).to_have_url(re.compile(rf"show=changed&q={quote(search.input_value(), safe='')}$"))
    expect(page.locator("#librenms-table tbody tr:visible")).to_have_count(1)
    assert page.evaluate("document.activeElement.id") == "librenms-search"
    page.go_back()
    expect(page.locator("#librenms-table tbody tr:visible")).to_have_count(2)
    expect(page.locator("#django-messages")).to_have_count(1)
    page.locator("#librenms-sort-name").click()
    expect(page).to_have_url(re.compile(r"show=changed&sort=name$"))
    page.locator("#librenms-chip-attention").click()
    page.locator("#librenms-page-2").click()
    expect(page.locator(".librenms-pages")).to_contain_text("51–61 of 61")
    page.reload()
    expect(page.locator(".librenms-pages")).to_contain_text("51–61 of 61")


def test_deleting_asks_first(visitor: Visitor, device: Any) -> None:
    visitor.log_in(admin())
    page = open_tab(visitor, device, "?tab=interfaces&show=extra")
    page.locator("[name=remove]").check()
    page.locator("#librenms-remove").click()
    expect(page.locator("#htmx-modal")).to_be_visible()
    expect(page.locator("#htmx-modal")).to_contain_text("spare-1")
    visitor.screenshot("question", full=False)
    page.keyboard.press("Escape")
    expect(page.locator("#htmx-modal")).to_be_hidden()
    assert page.evaluate("document.activeElement.id") == "librenms-remove"
    page.locator("#librenms-remove").click()
    page.locator("#htmx-modal").get_by_role("button", name="Delete from NetBox").click()
    expect(page.locator("#htmx-modal")).to_be_hidden()
    toast(page, "1 interface deleted.")
    expect(page.locator("#librenms-table tbody tr:visible")).to_have_count(0)
    assert not Interface.objects.filter(name="spare-1").exists()


def test_a_row_is_given_to_another_member(visitor: Visitor, netbox_address: str, simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="stack")
    simulator.state.add_port(number, ifName="mgmt0")
    first, second = make_device("stack-1", librenms_id=number), make_device("stack-2")
    make_chassis("stack", first, second)
    visitor.log_in(admin())
    page = open_tab(visitor, first)
    row(page, "port-1").locator("[name=pk]").check()
    row(page, "port-1").locator("button[data-librenms-choice='member']").click()
    row(page, "port-1").locator("select").select_option(label="stack-2")
    expect(page).to_have_url(re.compile(rf"choose=member%3A{second.pk}%3Aport-1$"))
    expect(row(page, "port-1").locator("[name=pk]")).to_be_checked()
    page.locator("#librenms-sync").click()
    toast(page, "1 interface synced.")
    assert list(second.interfaces.values_list("name", flat=True)) == ["mgmt0"]


def test_an_unknown_object_is_linked_by_hand(visitor: Visitor, netbox_address: str, simulator: Simulator) -> None:
    add_switch(simulator.state, 5, vlans=(), hostname="elsewhere")
    device = make_device("unknown")
    visitor.log_in(admin())
    visitor.open(f"{device.get_absolute_url()}{TAB}?tab=interfaces")
    page = visitor.page
    expect(page.locator("[data-state=not-found]")).to_contain_text("unknown")
    visitor.screenshot("not-found", full=False)
    page.locator("#librenms-id").fill("1")
    page.keyboard.press("Enter")
    question = page.get_by_role("dialog", name="Are these the same device?")
    expect(question).to_contain_text("unknown would be linked to elsewhere (ID 1) in LibreNMS.")
    visitor.screenshot("question", full=False)
    question.get_by_role("button", name="Link anyway").click()
    expect(question).to_be_hidden()
    expect(page.locator(".librenms-facts").first).to_contain_text("elsewhere")
    expect(page.locator("#librenms-table")).to_be_visible()
    expect(page.locator("#librenms-count-interfaces")).to_have_text("5")


def test_a_server_that_is_down_can_be_tried_again(visitor: Visitor, device: Any, simulator: Simulator) -> None:
    simulator.faults.add("/api/", "status", status=401)
    visitor.log_in(admin())
    visitor.open(f"{device.get_absolute_url()}{TAB}?tab=interfaces")
    page = visitor.page
    expect(page.locator(".librenms-problem:visible")).to_have_count(1)
    expect(page.locator(".librenms-problem:visible")).to_contain_text("refuses the API token")
    visitor.screenshot("refused", full=False)
    simulator.faults.clear()
    page.get_by_role("button", name="Try again").first.click()
    expect(page.locator("#librenms-table")).to_be_visible()


def test_a_skeleton_shows_while_librenms_is_asked(visitor: Visitor, device: Any, simulator: Simulator) -> None:
    gate = Gate(visitor.page, re.compile(rf"{TAB}(header|interfaces)/"))
    visitor.log_in(admin())
    visitor.open(f"{device.get_absolute_url()}{TAB}?tab=interfaces")
    expect(visitor.page.get_by_text("Comparing NetBox with LibreNMS…").first).to_be_visible()
    visitor.screenshot("loading", full=False)
    wait_for(visitor.page, lambda: len(gate.waiting) == 2)
    gate.let_through()
    expect(visitor.page.locator("#librenms-table")).to_be_visible()


def test_names_and_columns_are_the_user_s_own(visitor: Visitor, device: Any) -> None:
    visitor.log_in(admin())
    page = open_tab(visitor, device)
    page.locator("#librenms-names-ifDescr").click()
    expect(page.locator("#librenms-names-ifDescr")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Choose columns").click()
    modal = page.locator("#InterfaceSyncTable_config")
    expect(modal).to_be_visible()
    modal.locator("#id_available_columns").select_option("duplex")
    modal.locator("#add_columns").click()
    modal.locator("#apply_tableconfig").click()
    expect(page.locator("#librenms-table thead")).to_contain_text("Duplex")


@pytest.mark.parametrize(("width", "mode"), [(1280, "dark"), (1920, "dark"), (1920, "light"), (768, "light")])
def test_it_fits_the_screen(visitor: Visitor, device: Any, width: int, mode: str) -> None:
    visitor.page.set_viewport_size({"width": width, "height": 1080})
    visitor.page.add_init_script(f"localStorage.setItem('netbox-color-mode', '{mode}')")
    visitor.log_in(admin())
    page = open_tab(visitor, device)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", mode)
    visitor.screenshot("whole", full=False)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_rows_keep_their_height_and_columns_take_what_they_need(visitor: Visitor, device: Any) -> None:
    visitor.log_in(admin())
    page = open_tab(visitor, device)
    page.get_by_role("button", name="Choose columns").focus()
    width = "column => document.getElementById(`librenms-sort-${column}`).closest('th').offsetWidth"
    assert page.evaluate(width, "description") > 2 * page.evaluate(width, "lag"), "hardly any row has a LAG"
    high = "id => [id, `${id}-why`].reduce((sum, one) => sum + (document.getElementById(one)?.offsetHeight || 0), 0)"
    for key in ("port-1", "port-2"):
        before = page.evaluate(high, f"librenms-interfaces-{key}")
        following = row(page, "port-4").bounding_box()
        row(page, key).locator("button[name=only]").click()
        expect(row(page, key)).to_contain_text("Synced")
        visitor.settle()
        assert page.evaluate(high, f"librenms-interfaces-{key}") == before
        assert row(page, "port-4").bounding_box() == following


def test_everything_can_be_done_with_the_keyboard(visitor: Visitor, device: Any) -> None:
    visitor.log_in(admin())
    page = open_tab(visitor, device)
    row(page, "port-10").locator("[name=pk]").focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert Interface.objects.filter(device=device).count() == 3, "Enter on a box must not sync anything"
    page.keyboard.press("Space")
    page.locator("#librenms-sync").focus()
    page.keyboard.press("Enter")
    expect(row(page, "port-10")).to_contain_text("Synced")
