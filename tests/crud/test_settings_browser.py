"""What only a browser shows of the settings page: the connection test arrives in place, a click saves a policy."""

import pytest
from dcim.models import Site

from netbox_librenms_plugin.models import FieldPolicy
from simulator.server import Simulator
from tests.factories import admin, make_named
from tests.librenms import librenms_servers, server_entry
from tests.web import Visitor

pytestmark = pytest.mark.browser


def test_servers_are_tested_and_policies_saved_with_a_click(simulator: Simulator, visitor: Visitor) -> None:
    gone = {"display_name": "Lab", "librenms_url": "http://127.0.0.1:9"}
    secret = {"webhook_secret": "known-to-LibreNMS-alone"}
    servers = {
        "main": server_entry(simulator, display_name="Production", **secret),
        "lab": server_entry(simulator, **gone),
    }
    simulator.state.add_device(hostname="sw", location="AMS1 / Floor 2")
    make_named(Site, "AMS1")
    with librenms_servers(servers):
        visitor.log_in(admin())
        visitor.open("/plugins/librenms_plugin/settings/")
        page = visitor.page
        visitor.screenshot("general")
        page.get_by_label("Location pattern").fill("(?P<site>.+) / (?P<location>.+)")
        page.get_by_role("button", name="Preview").click()
        page.get_by_text("1 of 1 location matches.").wait_for()
        page.get_by_text("not in NetBox").scroll_into_view_if_needed()
        visitor.screenshot("location-pattern")
        page.get_by_role("tab", name="Servers").click()
        for button in page.get_by_role("button", name="Test connection").all():
            button.click()
        page.get_by_text("API works").wait_for()
        page.get_by_text("Not reachable").wait_for()
        visitor.screenshot("tested")
        page.get_by_text("Alerts of LibreNMS").first.click()
        page.get_by_role("button", name="Check that calls arrive").first.click()
        page.get_by_text("A secret is configured.").wait_for()
        page.get_by_text("A call of LibreNMS would have no effect now.").wait_for()
        visitor.screenshot("alerts")
        page.get_by_role("tab", name="Field policies").click()
        page.get_by_label("Interfaces, MTU: Report only").check()
        visitor.screenshot("policies")
        page.get_by_role("button", name="Save field policies").click()
        page.get_by_text("Field policies saved.").wait_for()
        assert page.get_by_label("Interfaces, MTU: Report only").is_checked()
        page.evaluate("localStorage.setItem('netbox-color-mode', 'dark')")
        page.get_by_role("link", name="Lab", exact=True).click()
        page.get_by_text("As for every server").first.wait_for()
        visitor.screenshot("one-server-dark")
    row = FieldPolicy.objects.get()
    assert (row.server, row.field, row.policy) == ("", "mtu", "report_only")
