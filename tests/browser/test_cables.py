"""The cables of an access stack as they look: in the demo network, light and dark."""

from typing import Any

import pytest
from dcim.models import Device
from playwright.sync_api import expect

from simulator.company import Company, build
from tests.factories import admin
from tests.librenms import simulated_librenms
from tests.web import Visitor
from tools.demo_nodes import Nodes
from tools.demo_places import DemoPlaces

pytestmark = pytest.mark.browser


@pytest.fixture
def demo(netbox_address: str) -> Any:
    """NetBox as the demo fills it, beside the company's LibreNMS."""
    company: Company = build()
    Nodes(company, DemoPlaces(company)).write()
    with simulated_librenms(company.dataset):
        yield company


def test_the_cables_of_a_stack(visitor: Visitor, demo: Company) -> None:
    visitor.log_in(admin())
    page = visitor.page
    for scheme in ("light", "dark"):
        page.add_init_script(f"localStorage.setItem('netbox-color-mode', '{scheme}')")
        for name in ("ams1-acc-03", "ams1-core-01"):
            device = Device.objects.filter(name__startswith=name).order_by("name").first()
            assert device is not None
            for width in (1280, 1920):
                page.set_viewport_size({"width": width, "height": 900})
                visitor.open(f"{device.get_absolute_url()}librenms-sync/?tab=cables&show=all")
                expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
                expect(page.locator("#librenms-panel .librenms-table tbody tr").first).to_be_visible()
                visitor.screenshot(f"{name}-{width}-{scheme}")
        expect(page.locator("#librenms-panel")).to_contain_text("Remote port")
