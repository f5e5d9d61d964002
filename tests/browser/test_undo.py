"""A sync is undone in a real browser: from its page to the plan, to the page of the undo, and back."""

import pytest
from dcim.models import Interface
from playwright.sync_api import expect

from netbox_librenms_plugin.models import Run
from simulator.server import Simulator
from tests.browser.test_fleet_sync import themed
from tests.factories import admin, make_interface, request_of, somebody
from tests.fleet_sync.support import switches, sync
from tests.web import Visitor

pytestmark = pytest.mark.browser


def test_a_sync_is_undone_and_what_somebody_changed_stays(visitor: Visitor, simulator: Simulator) -> None:
    devices = switches(simulator, 2, ports=4)
    make_interface(devices[0], "Gi1/0/1", description="by hand")
    run = sync(devices)
    port = Interface.objects.get(device=devices[1], name="Gi1/0/2")
    with request_of(somebody("ann", {})):
        port.snapshot()
        port.description = "mine"
        port.save()
    visitor.log_in(admin())
    visitor.open("/plugins/librenms_plugin/runs/")
    page = visitor.page
    expect(page.locator("#object_list tbody tr")).to_have_count(1)
    themed(visitor, "runs")
    page.get_by_role("link", name=f"Sync #{run.pk}").click()
    expect(page.locator("#librenms-undo")).to_be_visible()
    themed(visitor, "run")
    page.locator("#librenms-undo").click()
    expect(page.locator("#librenms-totals")).to_contain_text("4 objects will stay as they are.")
    expect(page.locator("#librenms-undo-rows")).to_contain_text("Changed since by ann")
    themed(visitor, "undo-plan")
    page.locator("#librenms-undo-now").click()
    by = Run.objects.get(kind="undo")
    expect(page.locator("h2.page-title, h1.page-title")).to_contain_text(f"Undo #{by.pk}")
    expect(page.locator(".librenms-header")).to_contain_text(f"Undoes Sync #{run.pk}")
    expect(page.locator("#librenms-table")).to_contain_text("Changed since by ann")
    themed(visitor, "undone")
    left = set(Interface.objects.values_list("name", "description"))
    assert {("Gi1/0/1", "by hand"), ("Gi1/0/2", "mine")} <= left and len(left) < 8


def test_the_pages_of_a_long_plan_are_turned(visitor: Visitor, simulator: Simulator) -> None:
    run = sync(switches(simulator, 2, ports=12))
    visitor.log_in(admin())
    visitor.open(f"/plugins/librenms_plugin/runs/{run.pk}/undo/?per_page=25")
    page = visitor.page
    expect(page.locator("#librenms-undo-rows tbody tr")).to_have_count(25)
    page.locator("#librenms-page-2").click()
    expect(page.locator("#librenms-undo-rows tbody tr")).to_have_count(23)
    assert "page=2" in page.url
    expect(page.locator("#librenms-undo-now")).to_have_text("Undo 48 changes")
