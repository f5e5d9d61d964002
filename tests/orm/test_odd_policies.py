"""Policies and settings in the database that do not exist, written there past NetBox's validation."""

from typing import Any

import pytest
from dcim.models import Device, Interface
from django.test import Client

from netbox_librenms_plugin.models import FieldPolicy, LibreNMSSettings
from simulator.server import Simulator
from tests.factories import admin, client_of, make_device
from tests.imports.fleet import add
from tests.imports.support import import_all, outcomes
from tests.orm.support import apply_to, plan_of
from tests.pages.support import words

pytestmark = pytest.mark.django_db
SETTINGS = "/plugins/librenms_plugin/settings/"
MINE = "said by a person"


@pytest.fixture
def device(simulator: Simulator) -> Device:
    """A device with an interface that somebody described, and an odd policy for that."""
    number = simulator.state.add_device(hostname="switch")
    port = simulator.state.add_port(number, ifName="eth0", ifAlias="said by LibreNMS", ifMtu=9000)
    device = make_device("switch", librenms_id=number)
    interface = Interface(device=device, name="eth0", type="other", description=MINE, mtu=1500)
    interface.custom_field_data = {"librenms_id": {"default": port}}
    interface.save()
    FieldPolicy.objects.bulk_create([FieldPolicy(resource="interfaces", field="description", policy="keep!")])
    return device


def client() -> Client:
    return client_of(admin())


def test_it_is_only_reported(device: Device) -> None:
    (change,) = plan_of(device).changes
    assert {one.field: one.policy.value for one in change.differences}["description"] == "report_only"
    apply_to(device)
    interface = Interface.objects.get()
    assert (interface.description, interface.mtu) == (MINE, 9000)


def test_rest_compares_and_syncs(device: Device) -> None:
    address = f"/api/plugins/librenms_plugin/devices/{device.pk}"
    assert client().get(f"{address}/compare/", {"resource": "interfaces"}).status_code == 200
    answer = client().post(f"{address}/sync/", {"resources": ["interfaces"]}, content_type="application/json")
    assert answer.status_code == 200 and Interface.objects.get().description == MINE
    listed: Any = client().get("/api/plugins/librenms_plugin/field-policies/").json()
    assert listed["results"][0]["policy"]["value"] == "keep!"


@pytest.mark.parametrize("query", ["", "?server=default"])
def test_the_settings_say_so(device: Device, query: str) -> None:
    said = words(client().get(f"{SETTINGS}{query}").content.decode())
    assert "The stored policy for interfaces.description is “keep!”, which does not exist." in said


def test_saving_the_policies_mends_it(device: Device) -> None:
    data = {"server": "", "policy-interfaces.description": "report_only"}
    data |= {"initial-policy-interfaces.description": "report_only"}
    assert client().post(f"{SETTINGS}policies/", data).status_code == 302
    assert FieldPolicy.objects.get().policy == "report_only"
    assert "does not exist" not in words(client().get(SETTINGS).content.decode())


def test_the_list_of_policies_shows_it(device: Device) -> None:
    page = client().get("/plugins/librenms_plugin/field-policies/")
    assert page.status_code == 200 and "keep!" in page.content.decode()
    assert client().get(FieldPolicy.objects.get().get_absolute_url()).status_code == 200


@pytest.mark.parametrize("field", ["interface_name_field", "device_name_source"])
def test_a_setting_that_does_not_exist_is_as_usual(simulator: Simulator, field: str) -> None:
    number = add(simulator)
    LibreNMSSettings(**{field: "bogus{"}).save()
    run = import_all([number])
    assert outcomes(run) == {"sw": "created"}
    assert sorted(Interface.objects.values_list("name", flat=True)) == ["Gi1/0/1", "Po1"]
    assert client().get(SETTINGS).status_code == 200
