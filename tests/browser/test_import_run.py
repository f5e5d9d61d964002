"""An import in a real browser: review, start, progress with a real worker, cancel, results."""

import re
from collections.abc import Iterator

import django_rq
import pytest
from dcim.models import Device, Interface
from django.core.cache import cache
from playwright.sync_api import expect

from netbox_librenms_plugin.models import Run
from simulator.server import Simulator
from tests.factories import admin, make_device, somebody
from tests.imports.support import known_to_netbox
from tests.librenms import add_switches
from tests.pages.imports_actions.support import Importer
from tests.web import Visitor
from tests.workers import Nursery

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"
PLUGIN = "netbox_librenms_plugin"
IMPORTER = {
    f"{PLUGIN}.librenmssettings": ["view", "change"],
    **dict.fromkeys(("dcim.site", "dcim.devicetype", "dcim.devicerole", "dcim.platform"), ["view"]),
    **dict.fromkeys(("dcim.device", "dcim.interface", "dcim.macaddress"), ["view", "add", "change"]),
}


@pytest.fixture
def worker(netbox_address: str, simulator: Simulator, nursery: Nursery) -> Iterator[None]:
    """Somebody who takes jobs."""
    nursery.start()
    yield
    nursery.end()
    # Who is killed does not sign off, and the next test must not count on him
    django_rq.get_connection("default").flushdb()


def themed(visitor: Visitor, name: str) -> None:
    """Pictures in both themes and two widths."""
    for scheme in ("light", "dark"):
        for part in ("documentElement", "body"):
            visitor.page.evaluate(f"scheme => document.{part}.setAttribute('data-bs-theme', scheme)", scheme)
        for width in (768, 1280):
            visitor.page.set_viewport_size({"width": width, "height": 800})
            visitor.page.wait_for_timeout(150)
            visitor.screenshot(f"{name}-{scheme}-{width}", full=False)


def test_review_and_wait(visitor: Visitor, simulator: Simulator) -> None:
    state = simulator.state
    ids = add_switches(state, 4)
    ids += add_switches(state, 1, first=30, os="ios")
    ids += add_switches(state, 1, first=50, parent_id=ids[0])
    ids += add_switches(state, 1, first=60, serial="")
    known_to_netbox()
    cache.clear()
    ids += add_switches(state, 2, first=40, hardware="Unknown box", serial="")
    ids += add_switches(state, 1, first=70, hardware=HOSTILE, sysName=HOSTILE)
    site = make_device("other").site
    site.name = "Site B"
    site.save()
    make_device("switch-0060", site=type(site).objects.get(name="Site A"))
    visitor.log_in(admin())
    person = Importer(admin())
    person.choose(ids)
    visitor.open(person.review_url)
    page = visitor.page
    expect(page.locator("#librenms-totals")).to_contain_text("interfaces")
    expect(page.locator("#librenms-start")).to_contain_text("Import 6 devices and link 1")
    expect(page.locator("#librenms-table tbody tr").first).to_contain_text("Left out")
    expect(page.get_by_text(HOSTILE).first).to_be_visible()
    themed(visitor, "review")
    page.locator(".librenms-chip-link").click()
    expect(page.locator("#librenms-table tbody")).to_contain_text("found by its name")
    expect(page).to_have_url(re.compile("show=link"))
    visitor.settle()
    page.locator("#librenms-search").fill("nobody")
    expect(page.locator("#librenms-panel")).to_contain_text("No row matches")
    page.locator("#librenms-start").click()
    expect(page.locator("#librenms-run-head")).to_contain_text("7 devices from Simulated LibreNMS")
    themed(visitor, "result")
    page.go_back()
    expect(page.locator("#librenms")).to_contain_text("started already")
    assert Device.objects.filter(name="switch-0001").exists()


def test_in_the_background_to_the_end(visitor: Visitor, simulator: Simulator, worker: None) -> None:
    add_switches(simulator.state, 12)
    known_to_netbox()
    visitor.log_in(somebody("importer", IMPORTER))
    visitor.open("/plugins/librenms_plugin/librenms-import/")
    page = visitor.page
    page.locator("#librenms-page").check()
    page.get_by_role("button", name="Review and import").click()
    expect(page.locator("#librenms-start")).to_contain_text("Import 12 devices")
    expect(page.locator("#librenms-no-worker")).to_have_count(0)
    page.get_by_label("in the background").check()
    page.locator("#librenms-start").click()
    modal = page.locator("#htmx-modal")
    expect(modal.locator(".modal-title")).to_have_text("Importing 12 devices")
    expect(modal.locator("[data-import='text']")).to_have_text("Job completed!")
    expect(modal).to_contain_text("12 of 12 devices")
    visitor.screenshot("ended", full=False)
    page.locator("#htmx-modal .modal-footer [data-librenms-close]").click()
    expect(page.locator("#librenms-run-head")).to_contain_text("Completed")
    expect(page.locator("#librenms-table tbody tr")).to_have_count(12)
    expect(page.locator("#librenms-table tbody tr").first).to_contain_text("Created")
    assert Device.objects.count() == 12
    page.reload()
    expect(page.locator("#librenms-run-head")).to_contain_text("Completed")
    expect(page.locator("#htmx-modal")).to_be_hidden()
    page.get_by_role("link", name="Import list").click()
    expect(page.locator("#librenms-chip-linked")).to_contain_text("12")


def test_a_running_import_is_cancelled_and_continued(visitor: Visitor, simulator: Simulator, worker: None) -> None:
    ids = add_switches(simulator.state, 60)
    known_to_netbox()
    # The first of them are there at once; then there is time to cancel
    simulator.faults.add(rf"/devices/({'|'.join(map(str, ids[30:]))})/ports", "delay", seconds=5)
    visitor.log_in(admin())
    person = Importer(admin())
    person.choose(ids)
    visitor.open(person.review_url)
    page = visitor.page
    page.locator("#librenms-start").click()
    modal = page.locator("#htmx-modal")
    expect(modal.locator("[data-import-count='created']")).to_be_visible()
    visitor.screenshot("running", full=False)
    page.locator("#librenms-cancel").click()
    expect(modal.locator("[data-import='text']")).to_contain_text("Cancel")
    expect(page.locator("#librenms-run-head")).to_contain_text("Cancelled")
    visitor.screenshot("cancelled", full=False)
    made = Device.objects.count()
    assert 0 < made < 60
    assert all(Interface.objects.filter(device=device).count() == 2 for device in Device.objects.all())
    simulator.faults.clear()
    page.keyboard.press("Escape")
    page.locator("#librenms-continue").click()
    expect(page.locator("#librenms-run-head")).to_contain_text("Completed")
    assert Device.objects.count() == 60
    assert Run.objects.get().items.filter(outcome="created").count() == 60


def test_an_import_that_nobody_takes_is_cancelled(visitor: Visitor, simulator: Simulator) -> None:
    ids = add_switches(simulator.state, 3)
    known_to_netbox()
    user = somebody("importer", IMPORTER)
    visitor.log_in(user)
    person = Importer(user)
    person.choose(ids)
    visitor.open(person.review_url)
    page = visitor.page
    expect(page.locator("#librenms-no-worker")).to_be_visible()
    page.get_by_label("in the background").check()
    page.locator("#librenms-start").click()
    modal = page.locator("#htmx-modal")
    expect(modal.locator("[data-import='text']")).to_contain_text("Job queued…")
    expect(modal.locator("[data-import='text']")).to_contain_text("No background worker is running")
    page.locator("#librenms-cancel").click()
    expect(modal.locator("[data-import='text']")).to_have_text("Cancelled.")
    expect(page.locator("#librenms-run-head")).to_contain_text("Cancelled")
    page.locator("#htmx-modal .modal-footer [data-librenms-close]").click()
    expect(page.locator("#librenms-continue")).to_contain_text("Continue with 3 devices")
    visitor.open("/plugins/librenms_plugin/import-runs/")
    expect(page.locator("#librenms-table tbody tr")).to_contain_text("3 not done")
    visitor.screenshot("runs", full=False)
    assert not Device.objects.exists()
