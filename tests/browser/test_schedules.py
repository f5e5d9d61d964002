"""A schedule in a real browser: from its creation over its run in shadow to armed."""

import pytest
from dcim.models import Interface
from playwright.sync_api import expect

from netbox_librenms_plugin.models import Schedule
from simulator.server import Simulator
from tests.factories import admin
from tests.fleet_sync.support import switches
from tests.schedules.support import fresh, run_of, work_off
from tests.web import Visitor

pytestmark = pytest.mark.browser


def themed(visitor: Visitor, name: str) -> None:
    """Pictures in both themes."""
    for scheme in ("light", "dark"):
        for part in ("documentElement", "body"):
            visitor.page.evaluate(f"scheme => document.{part}.setAttribute('data-bs-theme', scheme)", scheme)
        visitor.screenshot(f"schedule-{name}-{scheme}", full=True)


def test_one_is_made_watched_and_armed(visitor: Visitor, simulator: Simulator) -> None:
    switches(simulator, 3, ports=4)
    visitor.log_in(admin())
    visitor.open("/plugins/librenms_plugin/schedules/add/")
    page = visitor.page
    page.locator("#id_name").fill("Nightly")
    page.locator("#id_at").fill("02:00")
    page.locator("#id_shadow_runs").fill("1")
    for name, value in (("devices", "all"), ("action", "sync")):
        page.evaluate(f"document.querySelector('#id_{name}').value = '{value}'")
    themed(visitor, "form")
    page.locator("button[name=_create]").click()
    expect(page.locator("#librenms-state")).to_contain_text("1 more run in shadow is needed")
    expect(page.locator("#librenms-next")).to_contain_text("02:00")
    page.locator("#librenms-preview-button").click()
    expect(page.locator("#librenms-preview-words")).to_have_text("3 objects match now.")
    themed(visitor, "preview")
    page.locator("#librenms-run-now").click()
    expect(page.get_by_text("It was started.")).to_be_visible()
    schedule = Schedule.objects.get()
    assert schedule.last_run is not None
    work_off(schedule.last_run)
    page.locator("#librenms-arm").click()
    expect(page.get_by_role("table", name="Objects")).to_contain_text("switch-001")
    themed(visitor, "arm")
    page.locator("#librenms-arm-now").click()
    expect(page.locator("#librenms-state")).to_contain_text("Armed")
    assert fresh(schedule).armed
    run_of(schedule)
    assert Interface.objects.count() == 12
    visitor.open(schedule.get_absolute_url())
    expect(page.get_by_role("table", name="Last runs")).to_contain_text("12 interfaces")
    themed(visitor, "armed")
    visitor.open("/plugins/librenms_plugin/schedules/")
    expect(page.locator("table")).to_contain_text("every day at 02:00")
    themed(visitor, "list")
