"""The import list in a browser on a bad day: slow or failing answers lose nothing, and nothing says what is not so."""

import re

import pytest
from dcim.models import DeviceRole
from playwright.sync_api import Page, expect

from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import ImportIgnore
from netbox_librenms_plugin.views.imports.choice_shelf import ChoiceShelf
from simulator.server import Simulator
from tests.browser.test_import_list import PAGE, box, choose, state
from tests.factories import admin
from tests.pages.imports.support import known_places
from tests.web import FAILED_REQUEST, ROWS_GONE, Gate, Visitor, wait_for

pytestmark = pytest.mark.browser
CHOOSE = "**/librenms-import/choose/"


@pytest.fixture
def page(visitor: Visitor, simulator: Simulator) -> Page:
    """Sixty switches of which only the role is not known, in front of somebody."""
    known_places()
    DeviceRole.objects.create(name="Core", slug="core")
    for number in range(1, 61):
        simulator.state.add_device(
            hostname=f"acc-{number}.corp.example", hardware="C9300-48P", location="Amsterdam", type="network"
        )
    visitor.log_in(admin())
    visitor.open(f"{PAGE}?sort=device")
    expect(visitor.page.locator("#librenms-table")).to_be_visible()
    visitor.settle()
    return visitor.page


def role_of(librenms_id: int) -> str:
    choice = ChoiceShelf(admin_again(), LibreNMSAPI()).all().get(librenms_id)
    return str(DeviceRole.objects.get(pk=choice.ids["role"]).name) if choice else ""


def admin_again() -> object:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.get(username="root")


def test_a_choice_that_is_not_kept_is_taken_back(visitor: Visitor, page: Page) -> None:
    visitor.expect_errors(*FAILED_REQUEST)
    page.route(CHOOSE, lambda route: route.fulfill(status=500, body="no"), times=1)
    choose(box(visitor, 1, "role"), "Core")
    expect(page.locator("#django-messages")).to_contain_text("NetBox could not answer")
    expect(box(visitor, 1, "role").locator(".ts-control .item")).to_have_count(0)
    expect(state(visitor, 1)).to_have_text("Needs setup")
    choose(box(visitor, 1, "role"), "Core")
    expect(state(visitor, 1)).to_have_text("Ready")


def test_the_review_takes_along_what_is_on_its_way(visitor: Visitor, page: Page) -> None:
    gate = Gate(page, CHOOSE)
    page.locator("input[name='pk'][value='1']").check()
    page.locator("input[name='pk'][value='2']").check()
    choose(box(visitor, 1, "role"), "Core")
    choose(box(visitor, 2, "role"), "Access")
    wait_for(page, lambda: len(gate.waiting) == 1)
    page.get_by_role("button", name="Review and import").click()
    expect(page.locator("#librenms-start")).to_contain_text("Import 2 devices")
    assert (role_of(1), role_of(2)) == ("Core", "Access")


def test_a_choice_is_not_lost_with_the_page(visitor: Visitor, page: Page) -> None:
    gate = Gate(page, CHOOSE)
    choose(box(visitor, 1, "role"), "Core")
    wait_for(page, lambda: len(gate.waiting) == 1)
    choose(box(visitor, 2, "role"), "Access")
    visitor.open("/plugins/librenms_plugin/settings/")
    gate.let_through()
    wait_for(page, lambda: (role_of(1), role_of(2)) == ("Core", "Access"))


def test_another_list_loses_no_choice(visitor: Visitor, page: Page) -> None:
    visitor.expect_errors(ROWS_GONE)
    gate = Gate(page, CHOOSE)
    choose(box(visitor, 1, "role"), "Core")
    wait_for(page, lambda: len(gate.waiting) == 1)
    choose(box(visitor, 2, "role"), "Access")
    page.locator("#librenms-sort-device").click()
    expect(page.locator("#librenms-table tbody tr").first).to_contain_text("acc-60")
    gate.let_through()
    wait_for(page, lambda: role_of(2) == "Access")
    assert role_of(1) == "Core"
    expect(page.locator("#librenms-chip-ready")).to_contain_text("2")


def test_the_table_goes_on_while_a_choice_is_sent(visitor: Visitor, page: Page) -> None:
    gate = Gate(page, CHOOSE)
    choose(box(visitor, 1, "role"), "Core")
    wait_for(page, lambda: len(gate.waiting) == 1)
    expect(page.locator("#librenms-panel")).not_to_have_class(re.compile("htmx-request"))
    page.locator("input[name='pk'][value='2']").click()
    expect(page.locator("input[name='pk'][value='2']")).to_be_checked()
    gate.let_through()
    expect(state(visitor, 1)).to_have_text("Ready")


def test_chips_take_the_search_along(visitor: Visitor, page: Page) -> None:
    gate = Gate(page, re.compile(r"/librenms-import/list/\?.*q=acc-60"))
    gate.open = False
    page.locator("#librenms-search").fill("acc-60")
    page.locator("#librenms-chip-needs_setup").click()
    wait_for(page, lambda: bool(gate.waiting))
    gate.let_through()
    expect(page.locator("#librenms-table tbody tr:visible")).to_have_count(1)
    expect(page.locator("#librenms-chip-needs_setup")).to_have_class(re.compile("active"))


def test_a_click_counts_more_than_the_search_before_it(visitor: Visitor, page: Page) -> None:
    search = Gate(page, re.compile(r"/librenms-import/list/\?(?!.*show=).*q=acc-60"))
    chip = Gate(page, re.compile(r"/librenms-import/list/\?.*show=needs_setup"))
    page.locator("#librenms-search").fill("acc-60")
    wait_for(page, lambda: bool(search.waiting))
    page.locator("#librenms-chip-needs_setup").click()
    wait_for(page, lambda: bool(chip.waiting))
    chip.let_through()
    expect(page.locator("#librenms-chip-needs_setup")).to_have_class(re.compile("active"))
    search.let_through()
    visitor.settle()
    expect(page.locator("#librenms-table tbody tr:visible")).to_have_count(1)
    expect(page.locator("#librenms-chip-needs_setup")).to_have_class(re.compile("active"))


@pytest.mark.parametrize("fails", [False, True])
def test_what_is_typed_after_a_click_is_searched_when_that_is_answered(
    visitor: Visitor, page: Page, fails: bool
) -> None:
    visitor.expect_errors(*FAILED_REQUEST)
    chip = Gate(page, re.compile(r"/librenms-import/list/\?.*show=needs_setup(?!.*q=a)"))
    page.locator("#librenms-chip-needs_setup").click()
    wait_for(page, lambda: bool(chip.waiting))
    page.locator("#librenms-search").fill("acc-60")
    page.locator("#librenms-search").press("Enter")
    page.wait_for_timeout(500)
    expect(page.locator("#librenms-table tbody tr:visible")).to_have_count(50)
    if fails:
        chip.waiting.pop().fulfill(status=502, body="no")
    else:
        chip.let_through()
    expect(page.locator("#librenms-table tbody tr:visible")).to_have_count(1)
    if not fails:
        expect(page.locator("#librenms-chip-needs_setup")).to_have_class(re.compile("active"))


def test_of_two_clicks_the_later_counts(visitor: Visitor, page: Page) -> None:
    first = Gate(page, re.compile(r"/librenms-import/list/\?.*show=needs_setup"))
    page.locator("#librenms-chip-needs_setup").click()
    wait_for(page, lambda: bool(first.waiting))
    page.locator("#librenms-chip-all").click()
    first.let_through()
    visitor.settle()
    expect(page.locator("#librenms-chip-all")).to_have_class(re.compile("active"))


def test_all_that_match_stay_selected(visitor: Visitor, page: Page) -> None:
    page.locator("#librenms-page").check()
    page.locator("#librenms-everything").click()
    counter = page.locator("[data-librenms-count='pk']").first
    expect(counter).to_have_text("(60)")
    choose(box(visitor, 1, "role"), "Core")
    expect(state(visitor, 1)).to_have_text("Ready")
    expect(counter).to_have_text("(60)")
    page.locator("#librenms-sort-device").click()
    expect(page.locator("#librenms-table tbody tr").first).to_contain_text("acc-60")
    expect(counter).to_have_text("(60)")
    page.locator("#librenms-set").click()
    modal = page.locator("#htmx-modal")
    choose(modal.locator("div:has(> select[name='role'])"), "Core")
    modal.get_by_role("button", name="Set", exact=True).click()
    expect(page.locator("#librenms-chip-ready")).to_contain_text("60")
    page.locator("#librenms-chip-ready").click()
    expect(page.locator("#librenms-all")).to_have_value("")


def test_it_is_asked_before_many_are_touched(visitor: Visitor, page: Page) -> None:
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.locator("input[name='pk'][value='1']").check()
    page.locator("input[name='pk'][value='2']").check()
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Ignore", exact=True).click()
    wait_for(page, lambda: bool(asked))
    assert asked == ["Ignore 2 devices?"] and not ImportIgnore.objects.exists()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Ignore", exact=True).click()
    expect(page.locator("#django-messages")).to_contain_text("2 devices are ignored.")
    assert ImportIgnore.objects.count() == 2


def test_filters_come_by_key_and_stay(visitor: Visitor, page: Page) -> None:
    page.locator("#librenms-list-tab").focus()
    page.keyboard.press("ArrowRight")
    name = page.locator("#librenms-filters input[name='hostname']")
    expect(name).to_be_visible()
    visitor.settle()
    name.fill("acc-1")
    page.locator("#librenms-list-tab").click()
    page.locator("#librenms-filters-tab").click()
    expect(name).to_be_visible()
    visitor.settle()
    expect(name).to_have_value("acc-1")


def test_filters_are_asked_for_again(visitor: Visitor, page: Page, simulator: Simulator) -> None:
    simulator.faults.add(".*", "status", status=503)
    from django.core.cache import cache

    cache.clear()
    page.locator("#librenms-filters-tab").click()
    again = page.locator("#librenms-filters").get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    simulator.faults.clear()
    # LibreNMS is not asked again within seconds of a failure
    cache.clear()
    again.click()
    expect(page.locator("#librenms-filters input[name='hostname']")).to_be_visible()
