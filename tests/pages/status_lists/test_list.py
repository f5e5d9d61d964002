"""NetBox's devices and virtual machines beside LibreNMS's list."""

import csv
import io

import pytest
from dcim.models import Site

from netbox_librenms_plugin.models import ComparedObject
from simulator.server import Simulator
from tests.factories import admin, grant, make_device, make_named, make_vm, somebody
from tests.orm.support import analyse, counted, writes_in
from tests.pages.support import words

from .support import HTMX, Looker, chips, one_of_each, reasons, rows

pytestmark = pytest.mark.django_db

SETTINGS = "netbox_librenms_plugin.librenmssettings"
MOST_QUERIES, MOST_BYTES = 60, 250_000


class TestStates:
    def test_each_object_has_its_own(self, simulator: Simulator) -> None:
        devices = one_of_each(simulator)
        html = Looker(admin()).list()
        found = rows(html)
        for state, device in devices.items():
            assert state.capitalize() in found[device.pk], (state, found[device.pk])
        assert "Up" in found[devices["linked"].pk] and "42 days iosxe 17.9.4" in found[devices["linked"].pk]
        assert "Down" in found[devices["found"].pk]
        assert "Ignored" in found[devices["doubtful"].pk]
        assert len(simulator.requests) == 1

    def test_what_is_in_doubt_says_why_and_leads_to_its_tab(self, simulator: Simulator) -> None:
        devices = one_of_each(simulator)
        html = Looker(admin()).list()
        said = reasons(html)
        assert set(said) == {devices["ambiguous"].pk, devices["doubtful"].pk}
        assert "It could be several devices in LibreNMS: twin-a (#3), twin-b (#4)." in said[devices["ambiguous"].pk]
        assert "None of name, DNS name, primary IP address and serial number agrees" in said[devices["doubtful"].pk]
        for name in ("ambiguous", "doubtful"):
            assert f'href="/dcim/devices/{devices[name].pk}/librenms-sync/"' in html

    def test_chips_count_all_that_the_filter_lets_through(self, simulator: Simulator) -> None:
        one_of_each(simulator)
        looker = Looker(admin())
        html = looker.list()
        links = {"all": 5, **dict.fromkeys(("linked", "found", "unknown", "ambiguous", "doubtful"), 1)}
        assert chips(html) == {**links, "up": 1, "down": 1, "disabled": 0, "ignored": 1}
        html = looker.list(show="found", monitoring="down")
        assert len(rows(html)) == 1 and chips(html)["all"] == 1 and chips(html)["down"] == 1

    def test_two_that_could_be_one_device_and_one_that_another_holds(self, simulator: Simulator) -> None:
        number = simulator.state.add_device(hostname="sw")
        first, second = make_device("sw"), make_device("sw", site=make_named(Site, "Elsewhere"))
        assert all("could just as well be sw in NetBox" in one for one in reasons(Looker(admin()).list()).values())
        first.custom_field_data["librenms_id"] = {"default": number}
        first.save()
        found = rows(Looker(admin()).list())
        assert "Linked" in found[first.pk] and "Doubtful" in found[second.pk]

    def test_virtual_machines_have_theirs(self, simulator: Simulator) -> None:
        number = simulator.state.add_device(hostname="guest", status=1)
        machine, other = make_vm("guest", librenms_id=number), make_vm("other")
        html = Looker(admin(), "virtualmachine").list()
        assert "Linked" in rows(html)[machine.pk] and "Unknown" in rows(html)[other.pk]


class TestFiltersAndOrder:
    def test_filters_are_netboxs_and_stay_in_the_address(self, simulator: Simulator) -> None:
        elsewhere = make_named(Site, "Elsewhere")
        here, there = make_device("here"), make_device("there", site=elsewhere)
        simulator.state.add_device(hostname="there")
        looker = Looker(admin())
        html = looker.list(site_id=elsewhere.pk)
        assert list(rows(html)) == [there.pk] and chips(html)["all"] == 1
        assert "Site: Elsewhere" in words(html)
        assert list(rows(looker.list(q="her"))) == [here.pk, there.pk]
        answer = looker.client.get(
            looker.address("rows"), {"site": "elsewhere", "show": "found"}, headers={**HTMX, "HX-Current-URL": "/"}
        )
        assert answer["HX-Push-Url"] == f"{looker.address()}?site=elsewhere&show=found"
        assert "site=elsewhere&amp;show=found" in looker.page(site="elsewhere", show="found")
        form = looker.client.get(looker.address("filters"), {"q": "there", "show": "found"}, headers=HTMX).content
        assert b'name="show" value="found"' in form and b'value="there"' in form

    def test_one_that_netbox_does_not_have_is_a_sentence(self, simulator: Simulator) -> None:
        make_device("sw")
        html = words(Looker(admin()).list(colour="red"))
        assert "NetBox has no filter “colour” for devices" in html and "sw" not in html.split()

    def test_the_server_sorts_by_columns_of_both(self, simulator: Simulator) -> None:
        for name, seconds in (("a", 50), ("b", 90_000), ("c", 4_000)):
            simulator.state.add_device(hostname=name, status=1, uptime=seconds)
            make_device(name)
        looker = Looker(admin())

        def names(sort: str) -> list[str]:
            return [one.split()[0] for one in rows(looker.list(sort=sort)).values()]

        assert names("-librenms_uptime") == ["b", "c", "a"]
        assert names("-name") == ["c", "b", "a"]
        assert names("nonsense") == ["a", "b", "c"]

    def test_open_deviations_are_shown_and_sorted_by(self, simulator: Simulator) -> None:
        few, many, unknown = (make_device(name) for name in ("few", "many", "unknown"))
        simulator.state.add_device(hostname="few")
        for device, number in ((few, 2), (many, 77)):
            compared = ComparedObject.objects.create(
                server="default", kind="device", object_id=device.pk, name=device.name, open=number
            )
            ComparedObject.objects.filter(pk=compared.pk).update(checked_at=device.created)
        found = rows(Looker(admin()).list(sort="-librenms_differences"))
        assert list(found) == [many.pk, few.pk, unknown.pk] and found[many.pk].endswith("77")

    def test_it_is_exported_as_it_is_shown(self, simulator: Simulator) -> None:
        one_of_each(simulator)
        answer = Looker(admin()).client.get(Looker(admin()).address(), {"export": "table", "show": "linked"})
        (row,) = csv.DictReader(io.StringIO(answer.content.decode()))
        assert (row["Name"], row["LibreNMS"], row["Monitoring"]) == ("linked", "linked", "up")


class TestTrouble:
    def test_without_librenms_netboxs_rows_are_there_and_no_state(self, simulator: Simulator) -> None:
        devices = one_of_each(simulator)
        simulator.faults.add("/devices", "status", status=500)
        looker = Looker(admin())
        assert "Looking NetBox's objects up in LibreNMS" in words(looker.page())
        html = looker.list(show="linked")
        assert set(rows(html)) == {device.pk for device in devices.values()}
        assert chips(html) == {} and "Linked" not in words(html)
        assert "LibreNMS failed" in words(html) and "Try again" in words(html)

    def test_without_a_configuration_too(self, simulator: Simulator) -> None:
        make_device("sw")
        html = Looker(admin()).list(server="nowhere")
        assert "LibreNMS is not configured" in words(html) and "sw" in words(html).split()
        assert Looker(admin()).page(server="nowhere")

    def test_hostile_texts_are_text(self, simulator: Simulator) -> None:
        number = simulator.state.add_device(hostname="sw", os="<script>alert(1)</script>", version='"><img>', status=1)
        make_device("sw", librenms_id=number)
        html = Looker(admin()).list()
        assert "<script>alert" not in html and "<img>" not in html

    def test_nothing_is_seen_that_may_not_be_viewed(self, simulator: Simulator) -> None:
        devices = one_of_each(simulator)
        user = somebody("reader", {SETTINGS: ["view"]})
        grant(user, "dcim.device", "view", constraints={"name": "found"})
        html = Looker(type(user).objects.get(pk=user.pk)).list()
        assert list(rows(html)) == [devices["found"].pk] and chips(html)["all"] == 1
        assert "Link what was found" not in html


def test_the_number_of_rows_shows_in_no_number_of_queries(simulator: Simulator) -> None:
    looker, costs = Looker(admin()), {}
    for number in (20, 200):
        for n in range(len(simulator.state.devices), number):
            name = f"switch-{n:03}"
            librenms_id = simulator.state.add_device(hostname=f"{name}.corp.example", sysName=name, status=1)
            make_device(name, librenms_id=librenms_id if n % 2 else None)
        analyse()
        looker.client.post(looker.address("refresh"))
        simulator.requests.clear()
        looker.page(), looker.list(per_page=50)
        with counted() as queries:
            sizes = len(looker.page().encode()) + len(looker.list(per_page=50).encode())
        assert simulator.requests == [] and not writes_in(queries)
        costs[number] = (len(queries), sizes)
    assert costs[20][0] == costs[200][0] <= MOST_QUERIES, costs
    assert costs[200][1] <= MOST_BYTES, costs
    print(costs)
