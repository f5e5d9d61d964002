"""``librenms_sites``: sites and locations from a shell."""

import json

import pytest
from dcim.models import Site

from netbox_librenms_plugin.models import Run
from simulator.server import Simulator
from tests.factories import admin

from .support import refused, typed

pytestmark = pytest.mark.django_db


def test_it_compares_foresees_and_writes(simulator: Simulator) -> None:
    admin()
    simulator.state.add_location("Paris", 48.85, 2.35)
    Site.objects.create(name="Rome", slug="rome")
    status, said = typed("librenms_sites")
    assert status == 3 and said.splitlines()[0].split() == ["missing", "Paris"]
    assert said.splitlines()[1].startswith("blocked  Rome   LibreNMS adds no location without coordinates")
    status, said = typed("librenms_sites", "--to", "netbox", "--dry-run")
    assert status == 3 and said.split() == ["pending", "create_site", "Paris"]
    assert not Run.objects.exists()
    status, said = typed("librenms_sites", "--to", "netbox", "--format", "json")
    assert status == 0 and [one["outcome"] for one in json.loads(said)["results"]] == ["done"]
    assert Site.objects.filter(name="Paris").exists()
    assert typed("librenms_sites", "--to", "netbox", "--name", "Paris") == (0, "There is nothing to write.\n")
    assert "no site or location called “Oslo”" in refused("librenms_sites", "--name", "Oslo")
