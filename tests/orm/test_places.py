"""Fields that the pattern of the settings reads out of LibreNMS's location: compared and written."""

from typing import Any

import pytest
from dcim.models import Device, Location, Rack, Site
from tenancy.models import Tenant

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.models import FieldPolicy, LibreNMSSettings
from simulator.server import Simulator
from tests.factories import admin, make_device, make_named
from tests.orm.support import apply_to, counted, plan_of

pytestmark = pytest.mark.django_db

PLACES = ("site", "location", "rack", "tenant")


def place(number: int = 1) -> tuple[Any, Any, Any, Any]:
    """A site with a location, a rack in it, and a tenant: all of a text that the pattern reads."""
    site = make_named(Site, f"AMS{number}")
    floor = Location.objects.create(site=site, name="Floor 2", slug="floor-2")
    rack = Rack.objects.create(site=site, location=floor, name="R07")
    return site, floor, rack, make_named(Tenant, f"acme {number}")


def device_at(simulator: Simulator, number: int = 1) -> Device:
    text = f"AMS{number} / Floor 2 / R07 / acme-{number}"
    librenms_id = simulator.state.add_device(hostname=f"sw-{number}", location=text)
    return make_device(f"sw-{number}", librenms_id=librenms_id)


def outcomes(device: Device) -> dict[str, str]:
    plan = plan_of(device, "fields")
    return {name: plan.by_key[name].outcome.value for name in PLACES if name in plan.by_key}


def test_what_differs_is_written_where_a_policy_says_so(simulator: Simulator) -> None:
    pattern = "(?P<site>[^/]+) / (?P<location>[^/]+) / (?P<rack>[^/]+) / (?P<tenant>[^/]+)"
    settings = LibreNMSSettings.objects.create()
    site, floor, rack, tenant = place()
    device = device_at(simulator)
    # Without a pattern the whole text is no site, and says nothing else
    assert outcomes(device) == {"site": "same"}
    settings.location_pattern = pattern
    settings.save()
    assert outcomes(device) == dict.fromkeys(PLACES, "changed")
    apply_to(device, "fields")
    device.refresh_from_db()
    assert device.site != site and device.rack is None and device.tenant is None
    for name in ("site", "rack", "tenant"):
        FieldPolicy.objects.create(resource="fields", field=name, policy="librenms_wins")
    assert not apply_to(device, "fields").failures
    device.refresh_from_db()
    assert (device.site, device.location, device.rack, device.tenant) == (site, floor, rack, tenant)
    assert outcomes(device) == dict.fromkeys(PLACES, "same")


def test_the_queries_do_not_depend_on_how_many_there_are(simulator: Simulator) -> None:
    pattern = "(?P<site>[^/]+) / (?P<location>[^/]+) / (?P<rack>[^/]+) / (?P<tenant>[^/]+)"
    LibreNMSSettings.objects.create(location_pattern=pattern)
    devices, costs = [], []
    for number in range(12):
        place(number)
        devices.append(device_at(simulator, number))
    for some in (devices[:2], devices):
        engine.compare(some, user=admin(), resources=["fields"])
        with counted() as queries:
            found = engine.compare(some, user=admin(), resources=["fields"])
        costs.append(len(queries))
        assert all(one.plans["fields"].by_key["rack"].outcome.value == "changed" for one in found)
    assert costs[0] == costs[1]
