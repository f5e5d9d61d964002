"""From NetBox's list of devices to a comparison, to the question before a sync, and to its results."""

import re
from typing import Any

import pytest
from dcim.models import Device, Interface, Site
from django.test import Client
from django.urls import reverse
from extras.models import SavedFilter

from netbox_librenms_plugin.models import Run
from simulator.server import Simulator
from tests.factories import admin, client_of, grant, make_device, make_named, somebody
from tests.fleet_sync.support import switches
from tests.orm.support import analyse, counted
from tests.pages.support import words

pytestmark = pytest.mark.django_db

APP = "plugins:netbox_librenms_plugin"
DEVICES = "/dcim/devices/"
SETTINGS = "netbox_librenms_plugin.librenmssettings"
HTMX = {"HX-Request": "true"}


def address(page: str) -> str:
    return reverse(f"{APP}:fleet_{page}", kwargs={"kind": "device"})


@pytest.fixture
def client() -> Client:
    return client_of(admin())


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return words(answer.content.decode())


def part(client: Client, html: str, name: str) -> str:
    """What the page asks for afterwards."""
    found = re.search(rf'hx-get="([^"]*/{name}/[^"]*)"', html)
    assert found, html
    return client.get(found[1].replace("&amp;", "&"), headers=HTMX).content.decode()


class TestButtons:
    def test_the_lists_of_devices_and_virtual_machines_have_them(self, client: Client) -> None:
        for path in (DEVICES, "/virtualization/virtual-machines/"):
            html = client.get(path).content.decode()
            assert "Compare with LibreNMS" in html and "Sync with LibreNMS…" in html
        assert "Compare with LibreNMS" not in client.get("/dcim/sites/").content.decode()

    def test_who_may_only_look_can_only_compare(self) -> None:
        reader = client_of(somebody("reader", {SETTINGS: ["view"], "dcim.device": ["view"]}))
        html = reader.get(DEVICES).content.decode()
        assert "Compare with LibreNMS" in html and "Sync with LibreNMS" not in html
        stranger = client_of(somebody("stranger", {"dcim.device": ["view"]}))
        assert "librenms-list-menu" not in stranger.get(DEVICES).content.decode()

    def test_they_take_the_filter_that_is_shown(self, client: Client) -> None:
        html = client.get(DEVICES, {"site": "ams1"}).content.decode()
        assert 'name="filter" value="site=ams1"' in html
        answer = client.post(address("compare"), {"filter": "site=ams1&q=&sort=name&per_page=50"})
        assert answer.url == f"{address('compare')}?site=ams1"

    def test_what_is_ticked_goes_before_the_filter(self, simulator: Simulator, client: Client) -> None:
        first, second = switches(simulator, 2)
        answer = client.post(address("compare"), {"filter": "site=ams1", "pk": [second.pk]})
        said = text(client.get(answer.url))
        assert "1 device as ticked" in said
        rows = part(client, client.get(answer.url).content.decode(), "rows")
        assert "switch-002" in rows and "switch-001" not in rows
        everything = client.post(address("compare"), {"filter": "", "pk": [second.pk], "_all": "on"})
        assert everything.url == address("compare")


class TestFilters:
    def test_one_that_netbox_does_not_have_is_an_error_and_never_everything(
        self, simulator: Simulator, client: Client
    ) -> None:
        switches(simulator, 1)
        for page in ("compare", "sync"):
            for query, said in (
                ({"colour": "red"}, "NetBox has no filter “colour” for devices, so nothing was chosen."),
                ({"site": "nowhere"}, "The filter “site” cannot be followed"),
                ({"filter_id": "4711"}, "There is no saved filter “4711” that you may use"),
            ):
                answer = client.get(address(page), query)
                assert answer.status_code == 400 and said in words(answer.content.decode())
                assert "switch-001" not in answer.content.decode()
        assert not Run.objects.exists()

    def test_they_are_those_of_netbox(self, simulator: Simulator, client: Client) -> None:
        _here, there = switches(simulator, 2)
        Device.objects.filter(pk=there.pk).update(site=make_named(Site, "Elsewhere"))
        assert "1 device that this filter shows: site: elsewhere" in text(
            client.get(address("compare"), {"site": "elsewhere"})
        )
        assert "2 devices – all that you may view" in text(client.get(address("compare")))
        saved = SavedFilter.objects.create(
            name="mine", slug="mine", user=admin(), shared=True, parameters={"site": ["elsewhere"]}
        )
        assert "1 device" in text(client.get(address("compare"), {"filter_id": saved.pk}))

    def test_an_empty_result_says_so(self, client: Client) -> None:
        assert "No object that you may view fits the filter." in text(client.get(address("sync"), {"name": "nobody"}))


class TestComparison:
    def test_the_table_has_the_numbers_of_each_object(self, simulator: Simulator, client: Client) -> None:
        (device,) = switches(simulator, 1, ports=4)
        Interface.objects.create(device=device, name="Gi1/0/1", type="other")
        make_device("patch-panel")
        rows = part(client, client.get(address("compare")).content.decode(), "rows")
        table = words(rows)
        assert re.search(r"switch-001 3 2 0 \d+ 0 0 \d+ Fields \d+ Interfaces 4 ", table), table
        assert "patch-panel left out LibreNMS does not list this device (any more)." in table
        assert f'href="/dcim/devices/{device.pk}/librenms-sync/"' in rows

    def test_it_turns_round(self, simulator: Simulator, client: Client) -> None:
        switches(simulator, 2)
        rows = client.get(address("compare_rows"), {"sort": "-name"}, headers=HTMX).content.decode()
        assert rows.index("switch-002") < rows.index("switch-001")

    def test_a_librenms_that_fails_is_a_sentence(self, simulator: Simulator, client: Client) -> None:
        switches(simulator, 2)
        simulator.faults.add(".*", "status", status=500)
        rows = words(client.get(address("compare_rows"), headers=HTMX).content.decode())
        assert "not compared" in rows and "Simulated LibreNMS" in rows

    def test_the_number_of_queries_does_not_grow(self, simulator: Simulator, client: Client) -> None:
        numbers = []
        for number, first in ((22, 1), (26, 23)):
            switches(simulator, number, first=first)
            analyse()
            client.get(address("compare_rows"), headers=HTMX)
            with counted() as queries:
                client.get(address("compare_rows"), headers=HTMX)
            numbers.append(len(queries))
        assert numbers[1] == numbers[0] <= 60, numbers

    def test_nothing_is_seen_that_may_not_be_viewed(self, simulator: Simulator) -> None:
        switches(simulator, 2)
        user = somebody("reader", {SETTINGS: ["view"]})
        grant(user, "dcim.device", "view", constraints={"name": "switch-001"})
        client = client_of(type(user).objects.get(pk=user.pk))
        rows = client.get(address("compare_rows"), headers=HTMX).content.decode()
        assert "switch-001" in rows and "switch-002" not in rows


class TestQuestion:
    def test_it_has_the_totals_by_resource_and_who_is_left_out(self, simulator: Simulator, client: Client) -> None:
        switches(simulator, 2)
        make_device("patch-panel")
        page = client.get(address("sync")).content.decode()
        assert "Sync 3 objects" in words(page)
        totals = words(part(client, page, "totals"))
        assert re.search(r"Interfaces 6 0 0 0 0 0", totals), totals
        assert "1 object is left out. patch-panel LibreNMS does not list this device (any more)." in totals
        assert not Interface.objects.exists()

    def test_more_than_can_be_waited_for_are_not_compared_here(self, simulator: Simulator, client: Client) -> None:
        model = make_device("switch-000")
        Device.objects.bulk_create(
            Device(name=f"switch-{n:03}", site=model.site, role=model.role, device_type=model.device_type)
            for n in range(1, 501)
        )
        page = client.get(address("sync")).content.decode()
        assert "501 objects are more than can be compared while you wait (at most 500)." in words(
            part(client, page, "totals")
        )

    def test_totals_are_counted_piece_by_piece(self, simulator: Simulator, client: Client) -> None:
        switches(simulator, 102, ports=1)
        html = part(client, client.get(address("sync")).content.decode(), "totals")
        assert "100 of 102 objects are compared…" in words(html) and "Interfaces 100 0" in words(html)
        html = part(client, html, "totals")
        assert "Interfaces 102 0" in words(html) and "hx-get" not in html

    def test_a_librenms_that_fails_is_a_sentence(self, simulator: Simulator, client: Client) -> None:
        switches(simulator, 1)
        page = client.get(address("sync")).content.decode()
        simulator.faults.add(".*", "drop")
        totals = words(part(client, page, "totals"))
        assert "1 object could not be compared." in totals and "Simulated LibreNMS" in totals


def started(client: Client, **form: Any) -> Any:
    """The button of the question about all devices is pressed."""
    page = client.get(address("sync")).content.decode()
    name = re.search(r'name="selection" value="(\w+)"', page)
    assert name
    usual = {"resource": ["interfaces"], "outcome": ["missing", "changed"], "how": "wait"}
    return client.post(address("start"), {"selection": name[1], **usual, **form})


class TestStart:
    def test_a_few_are_synced_while_the_person_waits(self, simulator: Simulator, client: Client) -> None:
        switches(simulator, 2)
        make_device("patch-panel")
        answer = started(client)
        run = Run.objects.get()
        assert answer.url == run.get_absolute_url()
        said = text(client.get(answer.url))
        assert f"Sync #{run.pk}" in said and "Written: 6 interfaces" in said
        assert "switch-001 Synced 3 interfaces" in said
        assert "patch-panel Left out" in said and "LibreNMS does not list this device (any more)." in said
        left = text(client.get(answer.url, {"show": "left_out"}))
        assert "patch-panel Left out" in left and "switch-001" not in left

    def test_it_is_about_the_objects_that_were_shown(self, simulator: Simulator, client: Client) -> None:
        (first,) = switches(simulator, 1)
        page = client.get(address("sync")).content.decode()
        name = re.search(r'name="selection" value="(\w+)"', page)
        assert name
        (late,) = switches(simulator, 1, first=2)
        form = {"selection": name[1], "resource": ["interfaces"], "outcome": ["missing"], "how": "wait"}
        once = client.post(address("start"), form)
        assert first.interfaces.exists() and not late.interfaces.exists()
        again = client.post(address("start"), form)
        assert again.url == once.url and Run.objects.count() == 1, "the second click is shown the first one's run"

    def test_nothing_chosen_starts_nothing(self, simulator: Simulator, client: Client) -> None:
        switches(simulator, 1)
        for form in ({"resource": []}, {"outcome": ["extra"]}):
            answer = started(client, **form)
            assert "Nothing was chosen to be written" in client.get(answer.url).content.decode()
        assert not Run.objects.exists()

    def test_a_selection_that_is_gone_starts_nothing(self, client: Client) -> None:
        answer = client.post(address("start"), {"selection": "0" * 32})
        assert "This selection has expired" in client.get(answer.url).content.decode()

    def test_the_results_name_nothing_that_may_not_be_viewed(self, simulator: Simulator, client: Client) -> None:
        switches(simulator, 1)
        url = started(client).url
        user = somebody("colleague", {SETTINGS: ["view"], "netbox_librenms_plugin.run": ["view"]})
        said = text(client_of(user).get(url))
        assert "switch-001" not in said and "not to be seen" in said
        assert client_of(somebody("other", {SETTINGS: ["view"]})).get(url).status_code == 404
