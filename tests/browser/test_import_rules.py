"""What only a browser shows of import rules and of member names: a rule made with the form, an example that follows."""

import pytest
from dcim.models import DeviceRole, Site
from extras.models import Tag

from netbox_librenms_plugin.models import ImportRule, LibreNMSSettings
from simulator.server import Simulator
from tests.factories import admin
from tests.web import Visitor

pytestmark = pytest.mark.browser

RULES = "/plugins/librenms_plugin/import-rules/"


def make_rules() -> None:
    role = DeviceRole.objects.create(name="Access switch", slug="access-switch", color="4caf50")
    site = Site.objects.create(name="Amsterdam DC1", slug="ams1")
    tag = Tag.objects.create(name="From LibreNMS", slug="from-librenms", color="2196f3")
    rule = ImportRule.objects.create(
        name="Access switches", weight=100, librenms_os="ios*", librenms_hardware="C9300*", role=role, site=site
    )
    rule.import_tags.add(tag)
    ImportRule.objects.create(
        name="Guests", weight=200, librenms_type="server", name_pattern="vm-*", as_vm=True, server="default"
    )
    ImportRule.objects.create(name="Printers", weight=10, librenms_type="printer", ignore=True, enabled=False)


def test_a_rule_is_made_with_the_form_and_listed(simulator: Simulator, visitor: Visitor) -> None:
    make_rules()
    visitor.log_in(admin())
    visitor.open(f"{RULES}add/")
    page = visitor.page
    page.get_by_text("Fits devices with").wait_for()
    page.get_by_label("Name", exact=True).fill("Firewalls")
    page.get_by_label("OS", exact=True).fill("fortigate")
    visitor.screenshot("form")
    page.get_by_role("button", name="Create", exact=True).click()
    page.get_by_role("heading", name="Firewalls").wait_for()
    assert ImportRule.objects.get(name="Firewalls").librenms_os == "fortigate"
    for width in (1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        visitor.open(RULES)
        page.get_by_role("link", name="Access switches").wait_for()
        visitor.screenshot(f"list-{width}")
    page.get_by_role("link", name="Access switches").click()
    page.get_by_text("Gives them").wait_for()
    visitor.screenshot("one")
    page.evaluate("localStorage.setItem('netbox-color-mode', 'dark')")
    visitor.open(RULES)
    visitor.screenshot("list-dark")


def test_the_example_of_member_names_follows_what_is_typed(simulator: Simulator, visitor: Visitor) -> None:
    visitor.log_in(admin())
    visitor.open("/plugins/librenms_plugin/settings/")
    page = visitor.page
    field, example = page.get_by_label("VC member names"), page.locator("#member-names")
    assert example.inner_text() == "sw-stack-3 (master), sw-stack-3-2, sw-stack-3-3"
    visitor.screenshot("usual")
    field.press("End")
    field.press_sequentially(".lab")
    page.get_by_text("sw-stack-3-2.lab").wait_for()
    field.fill("{name}")
    example.get_by_text("so that every member has a name of its own").wait_for()
    visitor.screenshot("unusable")
    field.fill("{name}_{serial}")
    example.get_by_text("sw-stack-3_FOC2145X0AB").wait_for()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Settings saved.").wait_for()
    assert LibreNMSSettings.objects.get().member_name_pattern == "{name}_{serial}"
