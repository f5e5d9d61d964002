"""The tab "Fields": what it shows, offers and writes."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from dcim.models import Platform
from django.urls import reverse

from netbox_librenms_plugin.tables.fields import FieldSyncTable
from simulator.server import Simulator
from tests.factories import admin, make_cluster, make_device, make_device_type, make_named, make_vm, somebody
from tests.librenms import add_chassis_units
from tests.orm.test_fields import make_stack, monitored
from tests.pages.support import choice, words

from .support import Reader

pytestmark = pytest.mark.django_db

PLUGIN = "netbox_librenms_plugin"


def panel(instance: Any, *, user: Any = None, **query: Any) -> str:
    return Reader(user or admin(), instance, "fields").panel(**query)


def wanted_in(html: str) -> set[str]:
    """The values that would be written."""
    return {words(one).replace("LibreNMS:", "").strip() for one in re.findall(r"<ins>(.*?)</ins>", html, re.DOTALL)}


def test_each_field_is_a_row_with_both_values_and_librenmss_text(simulator: Simulator) -> None:
    make_device_type("Catalyst 9300", part_number="C9300-48P")
    device = make_device("switch", librenms_id=monitored(simulator.state))
    shown = words(panel(device, show="all"))
    for text in ("Serial number", "FOC1", "Device type", "Cisco Catalyst 9300", "C9300-48P", "Platform", "iosxe"):
        assert text in shown, text
    assert "NetBox has no platform called “iosxe”" in shown
    assert 'value="serial"' in panel(device)


def test_of_a_virtual_machine_there_is_less(simulator: Simulator) -> None:
    shown = words(
        panel(make_vm("guest", librenms_id=monitored(simulator.state, "guest"), cluster=make_cluster()), show="all")
    )
    assert "Platform" in shown and "Serial number" not in shown


def test_a_mapping_is_offered_to_who_may_add_it(simulator: Simulator) -> None:
    device = make_device("switch", librenms_id=monitored(simulator.state, hardware="<b>odd & ends</b> x"))
    html = panel(device)
    addresses = [urlsplit(one.replace("&amp;", "&")) for one in re.findall(r'href="([^"]*mappings/add/[^"]*)"', html)]
    wanted = reverse(f"plugins:{PLUGIN}:devicetypemapping_add")
    (found,) = [one for one in addresses if one.path == wanted]
    assert parse_qs(found.query) == {
        "librenms_hardware": ["<b>odd & ends</b> x"],
        "return_url": [f"/dcim/devices/{device.pk}/librenms-sync/?tab=fields"],
    }
    assert "<b>odd" not in html
    reader = somebody("ann", {"dcim.device": ["view", "change"], f"{PLUGIN}.librenmssettings": ["view", "change"]})
    assert "mappings/add/" not in panel(device, user=reader)


def test_what_can_mean_several_gets_a_box(simulator: Simulator) -> None:
    types = [make_device_type("C9300-48P", maker=maker) for maker in ("Cisco", "Clone")]
    device = make_device("switch", librenms_id=monitored(simulator.state))
    html = panel(device)
    assert {str(one.pk) for one in types} < choice(html, "device_type").options.keys()
    chosen = panel(device, choose=f"device_type:{types[1].pk}:device_type")
    assert 'name="pk" value="device_type"' in chosen and wanted_in(chosen) >= {"Clone C9300-48P"}


def test_a_members_chassis_can_be_chosen(simulator: Simulator) -> None:
    device_id = monitored(simulator.state, "stack-1")
    add_chassis_units(simulator.state, device_id, "FOC1", "FOC2")
    stack = make_stack(device_id, "", "")
    html = panel(stack[0])
    assert html.count('data-librenms-choice="part"') == 2
    other = panel(stack[0], choose=f"part:2000:serial-{stack[0].pk}")
    assert (wanted_in(html), wanted_in(other)) == ({"FOC1", "FOC2"}, {"FOC2", "FOC1"})
    assert other.index("FOC2</ins>") < other.index("FOC1</ins>")


def test_a_stranger_is_told_so_and_can_be_confirmed(simulator: Simulator) -> None:
    device = make_device("somebody-else", librenms_id=monitored(simulator.state))
    html = panel(device)
    assert "Make sure that it is the same device" in words(html)
    assert 'name="pk" value="serial"' not in html and "It is the same device" in words(html)
    reader = Reader(admin(), device, "fields")
    reader.panel()
    reader.confirm()
    html = reader.panel()
    assert 'name="pk" value="serial"' in html and "It is the same device" not in words(html)


def test_names_can_be_taken_otherwise(simulator: Simulator) -> None:
    device = make_device("old", librenms_id=monitored(simulator.state, sysName="sys.example.net"), serial="FOC1")
    assert "sys" in wanted_in(panel(device))
    chosen = panel(device, choose=["name_source:hostname:*", "strip_domain:no:*"])
    assert "switch.example.net" in wanted_in(chosen)


def test_every_row_can_be_sorted_and_found(simulator: Simulator) -> None:
    make_named(Platform, "iosxe")
    device = make_device("switch", librenms_id=monitored(simulator.state))
    for column in FieldSyncTable.base_columns:
        panel(device, show="all", sort=column)
    rows = re.findall(r'<tr[^>]*id="librenms-fields-([a-z_]+)"', panel(device, show="all", q="IOSxe"))
    assert rows == ["platform"]
