"""Importing devices to where the names in their location say, by the pattern of the settings."""

import pytest
from dcim.models import Device, Location, Rack, Site
from tenancy.models import Tenant

from netbox_librenms_plugin.models import LibreNMSSettings
from simulator.server import Simulator
from tests.api.support import ROOT, Caller
from tests.factories import admin
from tests.imports.fleet import add

pytestmark = pytest.mark.django_db

ADDRESS = f"{ROOT}/import/"


def at(simulator: Simulator, name: str, place: str) -> int:
    return add(simulator, name, location_id=simulator.state.add_location(place))


def test_site_location_rack_and_tenant_of_new_devices(simulator: Simulator) -> None:
    LibreNMSSettings(location_pattern=r"(?P<site>\w+) / (?P<location>[^/]+) / (?P<rack>\w+) \[(?P<tenant>\w+)\]").save()
    site = Site.objects.create(name="AMS1", slug="ams1")
    floor = Location.objects.create(site=site, name="Floor 2", slug="floor-2")
    rack = Rack.objects.create(site=site, location=floor, name="R07")
    tenant = Tenant.objects.create(name="Acme", slug="acme")
    there = at(simulator, "there", "AMS1 / Floor 2 / R07 [acme]")
    partly = at(simulator, "partly", "AMS1 / Attic / R07 [nobody]")
    chosen = at(simulator, "chosen", "AMS1 / Attic / R07 [nobody]")
    at(simulator, "nowhere", "PAR1 / Floor 2 / R07 [acme]")
    caller = Caller(admin())

    rows = {row["hostname"]: row for row in caller.get(ADDRESS).json()["results"]}
    named = {name: rows["there"]["matches"][name]["name"] for name in ("site", "location", "rack", "tenant")}
    assert named == {"site": "AMS1", "location": "Floor 2", "rack": "R07", "tenant": "Acme"}
    assert [one["message"] for one in rows["partly"]["notes"]] == [
        "NetBox has no location called “Attic” in AMS1.",
        "NetBox has no rack called “R07” in Attic.",
        "NetBox has no tenant called “nobody”.",
    ]
    assert (rows["partly"]["state"], rows["nowhere"]["state"]) == ("ready", "needs_setup")
    assert [one["message"] for one in rows["nowhere"]["issues"]] == [
        "NetBox has no site called “PAR1”. Add a location mapping."
    ]

    devices = [{"librenms_id": there}, {"librenms_id": partly}, {"librenms_id": chosen, "rack": rack.pk}]
    foreseen = caller.post(ADDRESS, {"devices": devices, "dry_run": True}).json()["results"]
    assert [one["outcome"] for one in foreseen] == ["created"] * 3 and not Device.objects.exists()
    caller.post(ADDRESS, {"devices": devices})
    made = {one.name: (one.site, one.location, one.rack, one.tenant) for one in Device.objects.all()}
    assert made == {
        "there": (site, floor, rack, tenant),
        "partly": (site, None, None, None),
        "chosen": (site, floor, rack, None),  # the rack's own location
    }
