"""Sites against LibreNMS's locations: what means what, how far apart, and what can be done."""

from typing import Any

import pytest

from netbox_librenms_plugin.librenms.records import Device, Location, LocationUpdates
from netbox_librenms_plugin.sync.core.issues import Code
from netbox_librenms_plugin.sync.core.plan import Outcome, Ref
from netbox_librenms_plugin.sync.sites.places import Coordinates, coordinates, distance
from netbox_librenms_plugin.sync.sites.plan import (
    Answers,
    HeldSite,
    LinkedDevice,
    MappedPlace,
    SiteReading,
    plan_sites,
)
from netbox_librenms_plugin.sync.sites.rows import Action, SitePlan
from netbox_librenms_plugin.sync.sites.slugs import slug_of

AMSTERDAM, NEARBY, FAR = (52.3563, 4.951), (52.3564, 4.951), (52.4, 4.951)
CAN = LocationUpdates(version="25.12.0", worked=True)


def site(pk: int, name: str, slug: str = "", at: tuple[float, float] | None = None) -> HeldSite:
    place = Coordinates(*at) if at else None
    return HeldSite(ref=Ref(pk, name), slug=slug or slug_of(name, pk), place=place, devices=2)


def location(pk: int, name: str, at: tuple[float, float] | None = None) -> Location:
    lat, lng = at or (None, None)
    return Location(id=pk, location=name, lat=lat, lng=lng)


def plan(sites: Any = (), locations: Any = (), *, updates: LocationUpdates = CAN, **more: Any) -> SitePlan:
    devices = more.pop("devices", ())
    answers = Answers(locations=locations, devices=devices, updates=updates)
    return plan_sites(answers, SiteReading(sites=sites, **more), tolerance=50)


def found(made: SitePlan) -> dict[str, tuple[str, tuple[str, ...], list[str]]]:
    """Key → outcome, what can be done, and why something cannot."""
    return {
        row.key: (row.outcome.value, tuple(one.value for one in row.possible), [one.code.value for one in row.issues])
        for row in made.rows
    }


def test_metres_along_the_great_circle() -> None:
    amsterdam, london = Coordinates(52.3676, 4.9041), Coordinates(51.5074, -0.1278)
    assert distance(amsterdam, london) == pytest.approx(357_900, abs=600)
    assert distance(Coordinates(0, 179.999), Coordinates(0, -179.999)) == pytest.approx(222.4, abs=0.1)
    assert distance(Coordinates(90, 0), Coordinates(-90, 77)) == pytest.approx(20_015_114, abs=100)
    assert distance(Coordinates(1, 2), Coordinates(1, 2)) == 0


def test_what_lies_nowhere_has_no_coordinates() -> None:
    nowhere = ((None, 4.0), (4.0, None), (0.0, 0.0), (91.0, 4.0), (4.0, -181.0), (float("nan"), 4.0), ("4", "5"))
    assert [coordinates(*one) for one in nowhere] == [None] * len(nowhere)
    assert coordinates(0, 12.3456789) == Coordinates(0, 12.345679)


def test_a_mapping_comes_first_then_the_name_then_the_slug() -> None:
    sites = [site(1, "Amsterdam", "ams1"), site(2, "London", "lon3"), site(3, "Paris", "par1")]
    locations = [location(11, "Somewhere"), location(12, "London"), location(13, "par1"), location(14, "amsterdam")]
    made = plan(sites, locations, mapped={"somewhere": MappedPlace(site=Ref(1, "Amsterdam"))})
    matched = {row.key: (row.site.id if row.site else None, row.matched_by) for row in made.rows}
    assert matched == {
        "location:11": (1, "mapping"),
        "location:12": (2, "name"),
        "location:13": (3, "slug"),
        "location:14": (None, ""),
    }


def test_name_and_slug_of_two_sites_are_a_conflict_that_names_both() -> None:
    made = plan([site(1, "ams1", "first"), site(2, "Second", "ams1")], [location(11, "ams1")])
    (row,) = made.rows
    assert (row.outcome, row.possible, row.issues[0].code) == (Outcome.CONFLICT, (), Code.NAME_AND_SLUG)
    assert [one["name"] for one in row.issues[0].details["candidates"]] == ["ams1", "Second"]


def test_coordinates_are_the_same_up_to_the_tolerance() -> None:
    names = {"near": NEARBY, "far": FAR}
    for name, at in names.items():
        made = plan([site(1, "Amsterdam", at=AMSTERDAM)], [location(11, "Amsterdam", at)])
        assert made.rows[0].distance == pytest.approx(11 if name == "near" else 4_859, abs=1)
        assert made.rows[0].outcome is (Outcome.SAME if name == "near" else Outcome.CHANGED)
    one_sided = plan([site(1, "Amsterdam")], [location(11, "Amsterdam", FAR)])
    assert found(one_sided) == {"location:11": ("changed", ("take_coordinates",), [])}
    neither = plan([site(1, "Amsterdam")], [location(11, "Amsterdam")])
    assert found(neither) == {"location:11": ("same", (), [])}


@pytest.mark.parametrize(
    ("updates", "outcome", "possible", "codes"),
    [
        (CAN, "changed", ("push_coordinates",), []),
        (LocationUpdates(version="26.4.1"), "changed", ("push_coordinates",), []),
        (LocationUpdates(version="26.7.0", known_to_fail=True), "blocked", (), ["location_updates_fail"]),
        (LocationUpdates(version="26.4.1", refused=True), "blocked", (), ["location_updates_refused"]),
    ],
)
def test_what_librenms_cannot_change_is_blocked_before_anybody_tries(
    updates: LocationUpdates, outcome: str, possible: tuple[str, ...], codes: list[str]
) -> None:
    made = plan([site(1, "Amsterdam", at=AMSTERDAM)], [location(11, "Amsterdam")], updates=updates)
    assert found(made) == {"location:11": (outcome, possible, codes)}
    offer = made.rows[0].offer(Action.PUSH_COORDINATES)
    assert offer is not None and offer.unsure is (updates is not CAN)


def test_sites_that_librenms_lacks() -> None:
    sites = [
        site(1, "Addable", at=AMSTERDAM),
        site(2, "Bare"),
        site(3, "Equator", at=(0, 12.5)),
        site(4, "LONDON", at=FAR),
    ]
    made = found(plan(sites, [location(11, "London", FAR)]))
    assert made["site:1"] == ("extra", ("create_in_librenms",), [])
    assert made["site:2"] == ("blocked", (), ["no_coordinates"])
    assert made["site:3"] == ("blocked", (), ["zero_coordinate"])
    assert made["site:4"] == ("blocked", (), ["place_name_taken"])
    assert made["location:11"] == ("conflict", ("create_location",), ["slug_taken"])


def test_locations_that_netbox_lacks() -> None:
    hidden = {"secret": MappedPlace(site=None)}
    made = found(plan([], [location(11, "New"), location(12, "x" * 101), location(13, "Secret")], mapped=hidden))
    assert made["location:11"] == ("missing", ("create_site", "create_location"), [])
    assert made["location:12"] == ("blocked", (), ["place_name_too_long"])
    assert made["location:13"] == ("blocked", (), ["target_hidden"])
    assert plan([], [location(14, "<private>"), location(15, "  ")]).rows == ()


def test_several_locations_of_one_site_do_not_say_whose_coordinates_count() -> None:
    amsterdam = Ref(1, "Amsterdam")
    mapped = {"hall 2": MappedPlace(site=amsterdam), "rack room": MappedPlace(site=amsterdam, location=Ref(5, "R"))}
    locations = [location(11, "Amsterdam", NEARBY), location(12, "Hall 2", FAR), location(13, "Rack room", FAR)]
    made = found(plan([site(1, "Amsterdam", at=AMSTERDAM)], locations, mapped=mapped))
    assert made["location:11"] == ("same", (), [])
    assert made["location:12"] == ("conflict", (), ["several_places"])
    assert made["location:13"] == ("same", (), [])


def test_devices_that_librenms_has_elsewhere() -> None:
    devices = [
        Device(device_id=1, hostname="here", location_id=11),
        Device(device_id=2, hostname="there", location="Attic", location_id=12),
        Device(device_id=3, hostname="nowhere", location=None, location_id=None),
        Device(device_id=4, hostname="unlinked", location_id=12),
    ]
    linked = {number: LinkedDevice(number, 1) for number in (1, 2, 3)}
    locations = [location(11, "Amsterdam"), location(12, "Attic")]
    made = plan([site(1, "Amsterdam")], locations, devices=devices, linked=linked)
    row = made.by_key["location:11"]
    assert [(one.name, one.place) for one in row.strays] == [("there", "Attic"), ("nowhere", "")]
    assert row.possible == (Action.PLACE_DEVICES,) and row.outcome is Outcome.SAME
    assert (row.devices_netbox, row.devices_librenms) == (2, 1)
    assert made.by_key["location:12"].devices_librenms == 2


def test_slugs_are_those_that_netbox_proposes() -> None:
    assert slug_of("Amsterdam AMS1, Science Park 120", 5) == "amsterdam-ams1-science-park-120"
    assert slug_of("Zürich – Süd", 5) == "zurich-sud"
    assert slug_of("上海", 7) == "librenms-7"


def test_a_row_that_changed_has_another_fingerprint() -> None:
    prints = {
        plan([site(1, "Amsterdam", at=at)], [location(11, "Amsterdam", FAR)], updates=updates).rows[0].fingerprint
        for at in (AMSTERDAM, NEARBY, None)
        for updates in (CAN, LocationUpdates(refused=True))
    }
    # Without coordinates in NetBox there is nothing to write to LibreNMS
    assert len(prints) == 5
