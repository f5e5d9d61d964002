"""The location pattern in the settings: what is refused on saving, and the preview of what is typed."""

import re
from typing import Any

import pytest
from dcim.models import Location, Rack, Site
from django.test import Client
from tenancy.models import Tenant

from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import LibreNMSSettings, LocationMapping
from netbox_librenms_plugin.site_sync.previewing import MOST_ROWS
from simulator.server import Simulator
from tests.api.support import ROOT, Caller
from tests.factories import admin, client_of, somebody
from tests.orm.support import counted, writes_in
from tests.pages.support import HTMX, words

from .test_settings_page import MODEL, PAGE, UNCHANGED

pytestmark = pytest.mark.django_db

PREVIEW = f"{PAGE}location-pattern/"
PATTERN = r"(?P<site>\w+) / (?P<location>[^/]+?)(?: / (?P<rack>\w+))?(?: \[(?P<tenant>.+)\])?"
REFUSED = {
    r"(\w+)": "Name at least one group, as in (?P<site>…). The groups are: site, location, rack, tenant.",
    r"(?P<site>\w+)(?P<room>\w+)": "“room” means nothing here. The groups are: site, location, rack, tenant.",
    r"(?P<site>\w+": "This is no regular expression that can be used: missing ):",
    r"(?P<site>(?=a)\w+)": "Lookarounds and back-references are not possible.",
    "(?P<site>" + "a" * 500 + ")": "500 characters",
}


@pytest.fixture
def client(simulator: Simulator) -> Client:
    return client_of(admin())


def previewed(client: Client, pattern: str = PATTERN, **query: str) -> str:
    answer = client.get(PREVIEW, {"location_pattern": pattern, **query}, headers=HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(html: str) -> dict[str, list[str]]:
    """LibreNMS's location → its cells in words."""
    found = (re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", one, re.DOTALL) for one in html.split("<tr>")[2:])
    return {words(name): [words(cell) for cell in cells] for name, *cells in found}


def add(simulator: Simulator, *places: str) -> None:
    for place in places:
        simulator.state.add_device(hostname=f"sw-{len(simulator.state.devices)}", location=place)


@pytest.mark.parametrize("pattern", REFUSED)
def test_a_bad_pattern_is_refused_with_a_sentence(client: Client, pattern: str) -> None:
    page = client.post(PAGE, UNCHANGED | {"location_pattern": pattern}).content.decode()
    answer = Caller(admin()).patch(f"{ROOT}/settings/", {"location_pattern": pattern})
    assert REFUSED[pattern] in words(page)
    assert (answer.status_code, list(answer.json())) == (400, ["location_pattern"])
    assert REFUSED[pattern] in answer.json()["location_pattern"][0]
    assert REFUSED[pattern] in words(previewed(client, pattern))
    assert not LibreNMSSettings.objects.exists()


def test_a_good_one_is_kept_and_can_be_taken_back(client: Client) -> None:
    client.post(PAGE, UNCHANGED | {"location_pattern": PATTERN})
    assert LibreNMSSettings.objects.get().location_pattern == PATTERN
    caller = Caller(admin())
    assert caller.get(f"{ROOT}/settings/").json()["location_pattern"] == PATTERN
    assert caller.patch(f"{ROOT}/settings/", {"location_pattern": ""}).json()["location_pattern"] == ""


def test_the_preview_says_of_each_name_whether_netbox_has_it(client: Client, simulator: Simulator) -> None:
    site, other = (Site.objects.create(name=name, slug=slug) for name, slug in (("AMS1", "ams"), ("Londen", "lon3")))
    floor = Location.objects.create(site=site, name="Floor 2", slug="floor-2")
    Rack.objects.create(site=site, location=floor, name="R07")
    Location.objects.create(site=other, name="Hall", slug="hall")
    Tenant.objects.create(name="Acme", slug="acme")
    LocationMapping.objects.create(librenms_location="ams", site=site)
    full = "AMS1 / Floor 2 / R07 [acme]"
    add(simulator, full, full, "AMS / Attic", "lon3 / Hall", "PAR1 / Floor 2 / R07", "Somewhere <b>", "")
    with counted() as queries:
        html = previewed(client)
    assert not writes_in(queries) and not LibreNMSSettings.objects.exists()
    assert rows(html) == {
        full: ["2", "AMS1 in NetBox", "Floor 2 in NetBox", "R07 in NetBox", "acme → Acme in NetBox by the same slug"],
        "AMS / Attic": ["1", "AMS → AMS1 in NetBox by a mapping", "Attic not in NetBox", "—", "—"],
        "lon3 / Hall": ["1", "lon3 → Londen in NetBox by the same slug", "Hall in NetBox", "—", "—"],
        "PAR1 / Floor 2 / R07": ["1", "PAR1 not in NetBox", "Floor 2 not in NetBox", "R07 not in NetBox", "—"],
        "Somewhere <b> Does not match, so the whole text means a site.": [
            "1",
            "Somewhere <b> not in NetBox",
            *["—"] * 3,
        ],
    }
    assert "4 of 5 locations match." in words(html) and "<b>" not in html


def test_several_are_said_and_what_one_may_not_view_is_not_there(client: Client, simulator: Simulator) -> None:
    site = Site.objects.create(name="AMS1", slug="ams1")
    for number in range(2):
        hall = Location.objects.create(site=site, name=f"Hall {number}", slug=f"hall-{number}")
        Rack.objects.create(site=site, location=hall, name="R07")
    add(simulator, "AMS1/R07")
    pattern = "(?P<site>.+)/(?P<rack>.+)"
    assert rows(previewed(client, pattern))["AMS1/R07"] == ["1", "AMS1 in NetBox", "R07 several in NetBox"]
    reader = client_of(somebody("reader", {MODEL: ["view"]}))
    assert rows(previewed(reader, pattern))["AMS1/R07"] == ["1", "AMS1 not in NetBox", "R07 not in NetBox"]


def test_the_preview_costs_the_same_for_any_number_of_locations(client: Client, simulator: Simulator) -> None:
    costs = []
    for number in (5, MOST_ROWS + 20):
        for one in range(len(simulator.state.devices), number):
            site = Site.objects.create(name=f"S{one}", slug=f"s{one}")
            Location.objects.create(site=site, name="Hall", slug="hall")
            add(simulator, f"S{one} / Hall / R{one} [acme]")
        LibreNMSAPI().devices(refresh=True)
        previewed(client)  # the list of devices is in the cache now
        with counted() as queries:
            html = previewed(client)
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert len(rows(html)) == MOST_ROWS and f"The first {MOST_ROWS} are shown" in words(html)


def test_what_goes_wrong_is_said_in_place(client: Client, simulator: Simulator) -> None:
    simulator.state.add_device(hostname="sw")
    assert "lists no device with a location" in words(previewed(client))
    assert client.get(PREVIEW, {"location_pattern": PATTERN}).url == PAGE
    assert "elsewhere" in words(previewed(client, selected_server="elsewhere"))


def test_a_pattern_that_would_try_for_ever_answers(client: Client, simulator: Simulator) -> None:
    add(simulator, "a" * 200 + "!", "a" * 200)
    found: Any = rows(previewed(client, "(?P<site>(a+)+)$"))
    assert found["a" * 200] == ["1", f"{'a' * 200} not in NetBox"]
    assert any("Does not match" in name for name in found)
