"""The network page in a real browser: what it says first, the comparison, a cause that is accepted."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from simulator.server import Simulator
from tests.deviations.support import compare_network
from tests.factories import admin, make_interface, make_object_of
from tests.librenms import add_switch
from tests.web import Visitor

pytestmark = pytest.mark.browser

NETWORK = "/plugins/librenms_plugin/network/"


@pytest.fixture
def network(netbox_address: str, simulator: Simulator) -> None:
    """Six switches whose ports have another MTU in NetBox, five whose system NetBox does not know, one unknown."""
    for number in range(1, 7):
        device_id = add_switch(simulator.state, 6, hostname=f"ams1-sw-{number:02}")
        device = make_object_of(simulator.state.devices[device_id])
        if number < 6:
            simulator.state.devices[device_id]["os"] = "strangeos"
        for port in [one for one in simulator.state.ports.values() if one["device_id"] == device_id][:3]:
            port["ifMtu"] = 9216
            make_interface(device, port["ifName"], type="1000base-t", mtu=1500)
    add_switch(simulator.state, 2, hostname="ams1-sw-99")


def test_a_cause_is_accepted(visitor: Visitor, network: None) -> None:
    visitor.log_in(admin())
    visitor.open(NETWORK)
    page = visitor.page
    expect(page.locator("#librenms")).to_contain_text("The network was not compared yet")
    visitor.screenshot("empty")
    page.get_by_role("link", name="Compare now…").first.click()
    expect(page.locator("form[method=post]").last).to_contain_text("6 objects are linked to this server")
    visitor.screenshot("compare")
    compare_network(complete=True)
    visitor.open(NETWORK)
    expect(page.locator("#librenms")).to_contain_text("MTU should be 9216")
    expect(page.locator("#librenms")).to_contain_text("NetBox has no platform called “strangeos”")
    visitor.screenshot("network")
    page.locator("tr", has_text="MTU should be 9216").get_by_role("link", name="Accept…").click()
    expect(page.locator("form[method=post]").last).to_contain_text("This is about 18 deviations.")
    page.locator("#id_until").fill((timezone.localdate() + timedelta(days=60)).isoformat())
    page.locator("#id_reason").fill("Jumbo frames come in June")
    visitor.screenshot("accept")
    page.locator("button[name=_apply]").click()
    expect(page.locator("body")).to_contain_text("18 deviations accepted.")
    visitor.screenshot("deviations")
    visitor.open(NETWORK)
    expect(page.locator("#librenms")).not_to_contain_text("MTU should be 9216")
    visitor.open("/plugins/librenms_plugin/deviations/?state=accepted")
    expect(page.locator("#object_list")).to_contain_text("Jumbo frames come in June")
    visitor.screenshot("accepted")
