"""The page of sites and locations: what it shows and costs, what it asks, and what is written in either direction."""

from typing import Any

import pytest
from core.models import ObjectChange
from dcim.models import Location, Site
from django.urls import reverse

from netbox_librenms_plugin.engine.undo import plan_undo
from netbox_librenms_plugin.models import LibreNMSSettings, LocationMapping, Run
from simulator.server import Simulator
from tests.factories import admin, client_of, grant, make_device, somebody
from tests.librenms import simulated_librenms
from tests.orm.support import counted, writes_in
from tests.pages.support import HTMX, inputs, words

pytestmark = pytest.mark.django_db

APP = "plugins:netbox_librenms_plugin"
MOST_QUERIES, MOST_BYTES = 60, 250_000


class Planner:
    """Somebody in front of the page, without a browser."""

    def __init__(self, user: Any, **query: Any) -> None:
        self.client, self.query, self.list = client_of(user), query, ""

    def look(self, **query: Any) -> str:
        """The list; buttons that are pressed afterwards are those of this list."""
        self.query = query
        answer = self.client.get(reverse(f"{APP}:site_location_sync_list"), query, headers=HTMX)
        assert answer.status_code == 200
        self.list = answer.content.decode()
        return words(self.list)

    def page(self) -> str:
        """The frame around it."""
        return str(self.client.get(reverse(f"{APP}:site_location_sync")).content.decode())

    def ask(self, **form: Any) -> str:
        """Press a button of the list: the question."""
        hidden = {name: value for name, kind, value in inputs(self.list) if kind == "hidden" and name == "state"}
        self.question = self._post("confirm", {**hidden, **form})
        return words(self.question)

    def answer(self, **form: Any) -> str:
        """Say yes to it."""
        hidden = {name: value for name, kind, value in inputs(self.question) if kind == "hidden"}
        shown = {name: value for name, _kind, value in inputs(self.list) if name == "shown"}
        return self._post("apply", {**hidden, **shown, **form})

    def do(self, **form: Any) -> str:
        """Press and say yes."""
        self.ask(**form)
        return words(self.answer())

    def _post(self, part: str, form: Any) -> str:
        answer = self.client.post(reverse(f"{APP}:site_location_sync_{part}"), form, headers=HTMX)
        assert answer.status_code == 200, answer.content[:500]
        self.headers = answer.headers
        return str(answer.content.decode())


def make_site(name: str, lat: float | None = None, lng: float | None = None) -> Site:
    return Site.objects.create(name=name, slug=name.lower().replace(" ", "-"), latitude=lat, longitude=lng)


def told(simulator: Simulator) -> list[str]:
    return [f"{one.method} {one.path}" for one in simulator.requests if one.method != "GET"]


def outcomes() -> dict[str, str]:
    return dict(Run.objects.get().items.values_list("name", "outcome"))


def test_a_visit_costs_three_calls_and_a_fixed_number_of_queries(simulator: Simulator) -> None:
    visitor, costs = Planner(admin()), []
    for number in (8, 160):
        for one in range(Site.objects.count(), number):
            make_site(f"Amsterdam {one:03}", 52.5, 4.5)
            if one % 2:
                place = simulator.state.add_location(f"Amsterdam {one:03}", 52.6, 4.5)
                number_there = simulator.state.add_device(hostname=f"sw-{one}")
                simulator.state.devices[number_there]["location_id"] = place
                make_device(f"sw-{one}", librenms_id=number_there, site=Site.objects.last())
        visitor.client.post(reverse(f"{APP}:site_location_sync_refresh"), headers=HTMX)
        visitor.page()
        visitor.look(per_page=50)
        with counted() as queries:
            page = visitor.page()
            visitor.look(per_page=50)
        costs.append(len(queries))
        assert writes_in(queries) == []
    assert costs[0] == costs[1] <= MOST_QUERIES, costs
    assert len(page.encode()) + len(visitor.list.encode()) <= MOST_BYTES
    asked = [one.path for one in simulator.requests]
    assert sorted(asked[:3]) == ["/api/v0/devices", "/api/v0/resources/locations", "/api/v0/system"]
    assert len(asked) == 6
    print(costs, len(page.encode()), len(visitor.list.encode()))


def test_sites_are_made_and_coordinates_taken_in_one_go(simulator: Simulator) -> None:
    known = make_site("London", 51.0, -0.2)
    london = simulator.state.add_location("London", 51.529, -0.262)
    paris = simulator.state.add_location("Paris", 48.85, 2.35)
    visitor = Planner(admin())
    shown = visitor.look()
    assert "Missing in NetBox 1" in shown and "Coordinates differ 1" in shown
    assert "51, -0.2" in shown and "51.529, -0.262" in shown and "59 km" in shown
    asked = visitor.ask(direction="netbox", pk=[f"location:{london}", f"location:{paris}"])
    assert "1 site will be created in NetBox" in asked and "1 site in NetBox gets LibreNMS's coordinates" in asked
    answer = words(visitor.answer())
    assert "1 site created, coordinates of 1 site taken." in answer
    assert visitor.headers["HX-Trigger-After-Swap"] == "librenms:close-modal"
    known.refresh_from_db()
    made = Site.objects.get(name="Paris")
    assert (float(known.latitude), float(made.longitude), made.slug) == (51.529, 2.35, "paris")
    run = Run.objects.get()
    assert (run.kind, run.state, outcomes()) == ("sites", "completed", {"London": "done", "Paris": "done"})
    changes = {one.object_repr: one for one in ObjectChange.objects.filter(request_id=run.request_id)}
    assert changes["London"].prechange_data["latitude"] == "51.000000"
    assert changes["London"].postchange_data["latitude"] == "51.529000"
    assert (changes["Paris"].action, changes["Paris"].message) == ("create", "Sync of sites with LibreNMS")
    assert "NetBox and LibreNMS agree" in visitor.look()
    assert told(simulator) == []
    assert len(plan_undo(run, user=admin()).ready) == 2


def test_a_location_inside_of_a_site_comes_with_its_mapping(simulator: Simulator) -> None:
    site = make_site("Amsterdam")
    key = f"location:{simulator.state.add_location('Hall 2', 52.1, 4.9)}"
    visitor = Planner(admin())
    visitor.look()
    visitor.ask(act=f"create_location|{key}")
    assert "Choose the site" in words(visitor.answer())
    visitor.answer(site=site.pk)
    assert Location.objects.get(site=site).name == "Hall 2"
    assert LocationMapping.objects.get().location.name == "Hall 2"
    shown = visitor.look(show="all")
    assert "Amsterdam › Hall 2" in shown and "Same 1" in shown


def test_what_this_librenms_cannot_is_said_before_the_click(simulator: Simulator) -> None:
    make_site("London", 51.0, -0.2), make_site("Equator", 0, 9.5), make_site("Bare")
    place = simulator.state.add_location("London")
    shown = Planner(admin()).look()
    assert "Blocked 3" in shown and "LibreNMS 26.7.0 answers every change of a location with an error" in shown
    assert "takes a coordinate of 0 for a missing one" in shown
    assert "this site has none. Enter them. Edit the site" in shown
    visitor = Planner(admin())
    visitor.look()
    assert 'name="pk"' not in visitor.list
    asked = visitor.ask(act=f"push_coordinates|location:{place}")
    assert "Nothing can be done" in asked and "1 × LibreNMS 26.7.0" in asked
    assert told(simulator) == [] and not Run.objects.exists()


def test_a_refusal_is_remembered_and_nobody_is_asked_again() -> None:
    with simulated_librenms(version="26.4") as simulator:
        places = [one for one in simulator.state.locations.rows() if one["lat"] is not None][:2]
        for one in places:
            make_site(one["location"], 10.5, 10.5)
        visitor = Planner(admin())
        visitor.look()
        asked = visitor.ask(direction="librenms", pk=[f"location:{one['id']}" for one in places])
        assert "2 locations in LibreNMS get NetBox's coordinates" in asked and "may refuse" in asked
        answer = words(visitor.answer())
        assert "Nothing was written. Not done:" in answer and "answered with an error (status 500)" in answer
        assert len(told(simulator)) == 1
        assert "This LibreNMS answered with an error when it was to change a location" in visitor.look()
        assert set(outcomes().values()) == {"failed"}


def test_coordinates_are_written_to_a_librenms_that_can_and_read_back() -> None:
    with simulated_librenms(version="25") as simulator:
        place = next(one for one in simulator.state.locations.rows() if one["lat"] is not None)
        make_site(place["location"], 10.5, 10.25)
        key = f"location:{place['id']}"
        simulator.faults.add("/api/v0/locations", "status", status=201, method="PATCH", times=1)
        visitor = Planner(admin())
        visitor.look()
        assert "LibreNMS said that it did, but when it was read back nothing had changed" in visitor.do(
            act=f"push_coordinates|{key}"
        )
        visitor.look()
        assert "Coordinates of 1 location changed in LibreNMS." in visitor.do(act=f"push_coordinates|{key}")
        assert (place["lat"], place["lng"]) == ("10.50000000", "10.25000000")
        assert "may refuse" not in visitor.ask(act=f"push_coordinates|{key}")


def test_a_location_is_made_in_librenms_and_its_row_changes_in_place(simulator: Simulator) -> None:
    make_site("Zürich", 47.4, 8.5)
    visitor = Planner(admin())
    visitor.look()
    visitor.ask(act=f"create_in_librenms|site:{Site.objects.get().pk}")
    answer = visitor.answer()
    (made,) = simulator.state.locations.rows()
    assert (made["location"], made["lat"]) == ("Zürich", "47.40000000")
    assert 'id="librenms-sites-0"' in answer and f'value="location:{made["id"]}|' in answer
    assert "1 location added in LibreNMS." in words(answer)
    undone = plan_undo(Run.objects.get(), user=admin())
    assert undone.problem is not None and undone.problem.code == "nothing_written"
    assert "NetBox and LibreNMS agree" in visitor.look()


def test_devices_are_moved_to_where_netbox_has_them(simulator: Simulator) -> None:
    site = make_site("London")
    place = simulator.state.add_location("London")
    for number in range(3):
        device_id = simulator.state.add_device(hostname=f"sw-{number}", location="Attic")
        make_device(f"sw-{number}", librenms_id=device_id, site=site)
    visitor = Planner(admin())
    shown = visitor.look(show="devices")
    assert "3 / 0" in shown and "3 elsewhere" in shown
    simulator.faults.add("/api/v0/devices/2$", "status", status=200, method="PATCH")
    answer = visitor.do(act=f"place_devices|location:{place}")
    assert "2 devices moved in LibreNMS. Not done: London: LibreNMS did not move sw-1." in answer
    moved = [one["location_id"] == place for one in simulator.state.devices.rows()]
    assert moved == [True, False, True]
    assert Run.objects.get().state == "partial"


def test_a_link_that_other_clues_deny_moves_nothing(simulator: Simulator) -> None:
    """LibreNMS was set up anew, and its old ids are other devices' now."""
    site, other = make_site("London"), make_site("Paris")
    place = simulator.state.add_location("London")
    ids = [simulator.state.add_device(hostname=f"sw-{number}", location="Attic") for number in range(3)]
    make_device("sw-0", librenms_id=ids[0], site=site)
    make_device("somebody-else", librenms_id=ids[1], site=site)
    make_device("sw-2", librenms_id=ids[2], site=site)
    make_device("sw-2", librenms_id=ids[2], site=other)
    visitor = Planner(admin())
    assert "1 elsewhere" in visitor.look(show="devices")
    assert "1 device will be moved in LibreNMS" in visitor.ask(act=f"place_devices|location:{place}")
    visitor.answer()
    assert told(simulator) == [f"PATCH /api/v0/devices/{ids[0]}"]


def test_what_changed_since_the_question_is_left_alone(simulator: Simulator) -> None:
    site = make_site("London", 51.0, -0.2)
    place = simulator.state.add_location("London", 51.529, -0.262)
    visitor = Planner(admin())
    visitor.look()
    visitor.ask(act=f"take_coordinates|location:{place}")
    Site.objects.filter(pk=site.pk).update(latitude=10)
    assert "changed since it was shown" in words(visitor.answer())
    site.refresh_from_db()
    assert site.latitude == 10


def test_permissions_hold_for_each_site(simulator: Simulator) -> None:
    for name in ("Mine", "Theirs", "Hidden"):
        make_site(name, 51.0, -0.2)
        simulator.state.add_location(name, 52.0, -0.2)
    planner = somebody("planner", {"netbox_librenms_plugin.librenmssettings": ["view", "change"]})
    grant(planner, "dcim.site", "view", constraints={"name__in": ["Mine", "Theirs"]})
    grant(planner, "dcim.location", "view")
    visitor = Planner(type(planner).objects.get(pk=planner.pk))
    assert "Take into NetBox" not in visitor.look()
    grant(planner, "dcim.site", "change", constraints={"name": "Mine"})
    visitor = Planner(type(planner).objects.get(pk=planner.pk))
    shown = visitor.look()
    # What one may not see is as if NetBox lacked it
    assert "Coordinates differ 2" in shown and "Missing in NetBox 1" in shown
    keys = [f"location:{one['id']}" for one in simulator.state.locations.rows()]
    answer = visitor.do(direction="netbox", pk=keys)
    assert "Coordinates of 1 site taken" in answer and "Theirs: You may not change sites here" in answer
    assert sorted(Site.objects.filter(latitude=52).values_list("name", flat=True)) == ["Mine"]


def test_the_tolerance_is_a_setting(simulator: Simulator) -> None:
    make_site("London", 51.0, -0.2)
    simulator.state.add_location("London", 51.005, -0.2)
    visitor = Planner(admin())
    assert "Coordinates differ 1" in visitor.look() and "556 m" in visitor.look()
    LibreNMSSettings.objects.create(location_tolerance=1000)
    assert "NetBox and LibreNMS agree" in visitor.look()


def test_states_without_rows(simulator: Simulator) -> None:
    visitor = Planner(admin())
    simulator.state.add_device(hostname="sw-1")
    assert "No sites and no locations yet" in visitor.look()
    simulator.faults.add("/resources/locations", "status", status=500)
    visitor.client.post(reverse(f"{APP}:site_location_sync_refresh"), headers=HTMX)
    make_site("London")
    answer = visitor.client.post(reverse(f"{APP}:site_location_sync_refresh"), headers=HTMX).content.decode()
    assert "LibreNMS failed" in answer and "Try again" in answer
