"""Sites and locations in a real browser: the list, the question, rows that change in place, in both themes."""

import pytest
from dcim.models import Location, Site
from playwright.sync_api import expect

from netbox_librenms_plugin.models import LocationMapping
from simulator.server import Simulator
from tests.factories import admin, make_device
from tests.web import Visitor, toast

pytestmark = pytest.mark.browser

PAGE = "/plugins/librenms_plugin/site-location-sync/"


@pytest.fixture
def places(netbox_address: str, simulator: Simulator) -> None:
    """One row of each kind."""
    for name, slug, lat, lng in (
        ("Amsterdam AMS1", "ams1", 52.3563, 4.951),
        ("London LD3", "ld3", 51.51, -0.262),
        ("San Jose SV4", "sv4", 37.24, -121.78),
        ("Sydney SY2", "sy2", -33.9206, 151.188),
        ("Zürich ZH5", "zh5", 47.41, 8.55),
        ("Old depot", "old-depot", None, None),
        ("fra2", "frankfurt-2", None, None),
        ("Frankfurt", "fra2", None, None),
    ):
        Site.objects.create(name=name, slug=slug, latitude=lat, longitude=lng)
    state = simulator.state
    state.add_location("Amsterdam AMS1", 52.3564, 4.951)
    state.add_location("London LD3", 51.529, -0.262)
    state.add_location("sv4")
    state.add_location("fra2", 50.1, 8.6)
    state.add_location("Paris PA6, Avenue Victor Hugo 114, Aubervilliers", 48.9, 2.38)
    state.add_location("Sydney hall 2", -33.92, 151.18)
    sydney = Site.objects.get(slug="sy2")
    hall = Location.objects.create(site=sydney, name="Hall 2", slug="hall-2")
    LocationMapping.objects.create(librenms_location="Sydney hall 2", site=sydney, location=hall)
    for number in range(3):
        device_id = state.add_device(hostname=f"ld3-sw-{number}", location="sv4" if number else "London LD3")
        make_device(f"ld3-sw-{number}", librenms_id=device_id, site=Site.objects.get(slug="ld3"))


def test_both_directions(visitor: Visitor, places: None, simulator: Simulator) -> None:
    page = visitor.page
    page.set_viewport_size({"width": 1280, "height": 900})
    visitor.log_in(admin())
    visitor.open(PAGE)
    expect(page.locator("#librenms-table")).to_contain_text("Paris PA6")
    visitor.screenshot("1280")
    page.locator("tr", has_text="London LD3").first.get_by_role("button", name="Take into NetBox").click()
    expect(page.locator("#htmx-modal-content")).to_contain_text("51.51, -0.262 → 51.529, -0.262")
    visitor.screenshot("question", full=False)
    page.get_by_role("button", name="Write to NetBox", exact=True).click()
    toast(page, "coordinates of 1 site taken.")
    row = page.locator("tr", has_text="London LD3").first
    expect(row).to_contain_text("Synced")
    expect(page.locator("#htmx-modal")).to_be_hidden()
    expect(page.locator("#librenms-chip-same")).to_contain_text("3")
    row.get_by_role("button", name="Move devices in LibreNMS").click()
    expect(page.locator("#htmx-modal-content")).to_contain_text("2 devices will be moved in LibreNMS")
    page.get_by_role("button", name="Write to LibreNMS", exact=True).click()
    toast(page, "2 devices moved in LibreNMS.")
    zurich = page.locator("tr", has_text="Zürich ZH5").first
    zurich.get_by_role("checkbox").check()
    page.get_by_role("button", name="To LibreNMS").click()
    expect(page.locator("#htmx-modal-content")).to_contain_text("1 location will be created in LibreNMS")
    page.get_by_role("button", name="Write to LibreNMS", exact=True).click()
    toast(page, "1 location added in LibreNMS.")
    expect(zurich).to_contain_text("Synced")
    assert simulator.state.locations.having("location", "Zürich ZH5")
    paris = page.locator("tr", has_text="Paris PA6").first
    paris.get_by_role("button", name="More for").click()
    paris.get_by_role("button", name="Create location in a site").click()
    expect(page.locator("#htmx-modal-content .ts-wrapper")).to_be_visible()
    visitor.screenshot("into-a-site", full=False)
    page.keyboard.press("Escape")
    visitor.screenshot("synced")
    page.get_by_label("Search").last.fill("no such place")
    expect(page.locator("[data-state=no-match]")).to_be_visible()
    page.evaluate("localStorage.setItem('netbox-color-mode', 'dark')")
    visitor.open(f"{PAGE}?show=all")
    expect(page.locator("#librenms-table")).to_contain_text("Sydney hall 2")
    visitor.screenshot("1280-dark")
    page.set_viewport_size({"width": 768, "height": 1000})
    visitor.screenshot("768")
    assert page.evaluate("document.documentElement.scrollWidth") <= 768
