"""The import list: what is on it, what filters leave of it, and in which order."""

from typing import Any

import pytest
from dcim.models import Interface
from ipam.models import IPAddress

from simulator.data import Dataset
from simulator.server import Simulator
from tests.factories import admin, make_device, somebody
from tests.librenms import librenms_servers, server_entry, simulated_librenms
from tests.pages.imports.support import Importer, chips, known_places, rows

pytestmark = pytest.mark.django_db


def address_on(device: Any, address: str) -> IPAddress:
    """An address on an interface of the device."""
    port = Interface.objects.create(device=device, name="mgmt", type="other")
    return IPAddress.objects.create(address=address, assigned_object=port)


def a_switch(simulator: Simulator, hostname: str, **fields: Any) -> int:
    """A device that NetBox knows everything about."""
    known = {"hardware": "C9300-48P", "location": "Amsterdam", "type": "Access", "os": "ios"}
    return simulator.state.add_device(hostname=hostname, **(known | fields))


def test_the_page_is_there_at_once(simulator: Simulator) -> None:
    html = Importer(admin()).page(show="ready")
    assert simulator.requests == []
    assert 'hx-get="/plugins/librenms_plugin/librenms-import/list/?show=ready"' in html
    assert 'id="htmx-modal-content"' in html


def test_every_state_is_a_row_with_its_reason(simulator: Simulator) -> None:
    places = known_places()
    ready = a_switch(simulator, "sw-1")
    bare = a_switch(simulator, "sw-2", hardware="Unknown box", location="Nowhere", type="")
    exists = a_switch(simulator, "sw-3")
    make_device("sw-3", site=places["site"], serial="SIM00000003")
    linked = a_switch(simulator, "sw-4")
    held = make_device("sw-4", librenms_id=linked)
    conflict = a_switch(simulator, "sw-5")
    make_device("other", serial="SIM00000005")
    make_device("sw-5", site=places["site"])
    html = Importer(admin()).list()
    found = rows(html)
    assert "Ready" in found[ready] and "Access" in found[ready]
    assert "Needs setup" in found[bare] and "needs role, site, type" in found[bare]
    assert "Exists, not linked" in found[exists]
    assert "Linked" in found[linked]
    assert str(held.device_type.model) in found[linked] and str(held.role) in found[linked]
    assert found[ready].endswith("Import") and "Resolve…" in found[conflict] and found[bare].endswith("Set up…")
    assert f'name="only"\nvalue="{ready}"' in html and f'name="only"\nvalue="{conflict}"' not in html
    assert "Conflict" in found[conflict] and "other" in found[conflict]
    assert chips(html) == {
        "all": 5,
        "ready": 1,
        "needs_setup": 1,
        "exists": 1,
        "linked": 1,
        "conflict": 1,
        "ignored": 0,
    }


def test_nobody_without_the_right_sees_it(simulator: Simulator) -> None:
    importer = Importer(somebody("stranger", {}))
    assert importer.client.get(importer.address()).status_code == 403
    assert importer.client.get(importer.address("list")).status_code == 403


@pytest.fixture
def network(simulator: Simulator) -> Simulator:
    """Twelve switches at two places, one of them down and one of them disabled."""
    for number in range(1, 13):
        place = "Amsterdam" if number % 2 else "London"
        simulator.state.add_device(hostname=f"sw-{number}", location=place, status=number != 3, disabled=number == 4)
    simulator.state.add_group("Odd & few", {1, 3, 5})
    return simulator


def test_names_are_in_natural_order_and_pages_follow(network: Simulator) -> None:
    importer = Importer(admin())
    assert list(rows(importer.list(per_page=6))) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12][:6]
    assert list(rows(importer.list(per_page=6, page=2))) == [7, 8, 9, 10, 11, 12]
    assert list(rows(importer.list(per_page=6, page=99))) == [7, 8, 9, 10, 11, 12]
    assert list(rows(importer.list(sort="-device")))[:2] == [12, 11]
    assert list(rows(importer.list(sort="location")))[:6] == [1, 3, 5, 7, 9, 11]


@pytest.mark.parametrize("column", ["hardware", "os", "name", "device_type", "site", "role", "state", "rack", "tenant"])
def test_every_column_sorts(network: Simulator, column: str) -> None:
    assert len(rows(Importer(admin()).list(sort=column))) == 12


def test_an_endless_number_keeps_nobody_from_the_list(network: Simulator) -> None:
    network.state.devices[5]["hardware"] = "9" * 5000
    importer = Importer(admin())
    assert "9999 (1)" in importer.filters()
    assert list(rows(importer.list(sort="hardware")))[0] == 5
    answer = importer.client.get("/api/plugins/librenms_plugin/import/", {"sort": "hardware"})
    assert answer.status_code == 200, answer.content
    assert answer.json()["results"][0]["librenms_id"] == 5


def test_filters_narrow_the_numbers_too(network: Simulator) -> None:
    importer = Importer(admin())
    html = importer.list(location=["Amsterdam"], hostname="sw-1")
    assert set(rows(html)) == {1, 11} and chips(html)["all"] == 2
    assert set(rows(importer.list(location=["Amsterdam", "London"]))) == set(range(1, 13))
    assert set(rows(importer.list(status="down"))) == {3}
    assert set(rows(importer.list(disabled="yes"))) == {4}
    assert set(rows(importer.list(q="lond", show="needs_setup"))) == {2, 4, 6, 8, 10, 12}


def test_filters_that_are_on_can_be_taken_off(network: Simulator) -> None:
    html = Importer(admin()).list(location=["Amsterdam", "London"], hostname="sw-1")
    assert html.count("badge librenms-filter") == 3
    assert 'href="/plugins/librenms_plugin/librenms-import/?hostname=sw-1&amp;location=London"' in html


def test_a_device_group_is_a_filter(network: Simulator) -> None:
    importer = Importer(admin())
    assert set(rows(importer.list(group="Odd & few"))) == {1, 3, 5}
    assert "No device matches" in importer.list(group="No such group")
    assert "Odd &amp; few" in importer.filters()


def test_a_group_that_cannot_be_read_shows_no_other_devices(network: Simulator) -> None:
    network.faults.add("/devicegroups", "status", status=500)
    importer = Importer(admin())
    html = importer.list(group="Odd & few")
    assert rows(html) == {} and 'data-code="server_error"' in html and "librenms-filter" in html
    assert len(rows(importer.list())) == 12


def test_filters_are_offered_with_their_numbers(network: Simulator) -> None:
    html = Importer(admin()).filters(location="Amsterdam")
    assert "Amsterdam (6)" in html and "London (6)" in html
    assert '<option value="Amsterdam" selected >Amsterdam' in " ".join(html.split())


def test_without_groups_there_are_filters_all_the_same(network: Simulator) -> None:
    network.faults.add("/devicegroups", "status", status=500)
    html = Importer(admin()).filters()
    assert "The device groups are missing." in html and "London (6)" in html


def test_nonsense_in_the_address_is_as_if_it_were_not_there(network: Simulator) -> None:
    query = {"show": "x", "sort": "'; --", "page": "-3", "per_page": "x", "status": "sideways", "q": "\x00"}
    assert len(rows(Importer(admin()).list(**query))) == 12


def test_the_address_of_the_page_follows_the_filter(network: Simulator) -> None:
    importer = Importer(admin())
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/plugins/librenms_plugin/librenms-import/"}
    answer = importer.client.get(importer.address("list"), {"show": "ready", "q": "a b"}, headers=headers)
    assert answer["HX-Push-Url"] == "/plugins/librenms_plugin/librenms-import/?show=ready&q=a+b"
    assert "HX-Push-Url" not in importer.client.get(importer.address("list"), headers=headers)


def test_refresh_asks_librenms_again(network: Simulator) -> None:
    importer = Importer(admin())
    importer.list(show="needs_setup", q="sw-1")
    network.state.add_device(hostname="sw-111")
    assert 13 not in rows(importer.list(show="needs_setup", q="sw-1"))
    assert 13 in rows(importer.post("refresh"))


def test_devices_that_cannot_be_read_are_said(network: Simulator) -> None:
    network.state.devices[5]["hostname"] = ""
    html = Importer(admin()).list()
    assert "1 device of LibreNMS's answer could not be read and is left out." in html
    assert len(rows(html)) == 11


def test_a_list_that_is_suddenly_short_is_not_used(network: Simulator) -> None:
    importer = Importer(admin())
    importer.list()
    for number in range(2, 13):
        del network.state.devices[number]
    html = importer.post("refresh")
    assert 'data-code="suspicious"' in html and "/settings/servers/default/accept-fewer/" in html
    importer.client.post("/plugins/librenms_plugin/settings/servers/default/accept-fewer/")
    assert set(rows(importer.post("refresh"))) == {1}


def test_librenms_out_of_order_is_a_state(simulator: Simulator) -> None:
    simulator.faults.add("/devices", "status", status=500)
    html = Importer(admin()).list()
    assert 'data-code="server_error"' in html and "Try again" in html
    assert simulator.tokens.admin not in html


def test_without_a_server_it_says_so() -> None:
    with librenms_servers({}):
        html = Importer(admin()).page()
    assert "LibreNMS is not configured" in html


def test_another_server_is_a_list_of_its_own(simulator: Simulator) -> None:
    simulator.state.add_device(hostname="here")
    with simulated_librenms(Dataset.empty()) as other:
        other.state.add_device(hostname="there")
        with librenms_servers({"a": server_entry(simulator), "b": server_entry(other, display_name="Other")}):
            importer = Importer(admin())
            assert 'href="/plugins/librenms_plugin/librenms-import/?server=b"' in importer.page(q="x")
            assert "there" in rows(importer.list(server="b"))[1]
            importer.decide(1, name="renamed")
            assert "renamed" in rows(importer.list(server="b"))[1]
            assert "renamed" not in rows(importer.list(server="a"))[1]


def test_chosen_columns_are_shown(network: Simulator) -> None:
    user = admin()
    user.config.set("tables.ImportTable.columns", ["os", "platform"], commit=True)
    html = Importer(user).list()
    assert "librenms-sort-platform" in html and "librenms-sort-hardware" not in html


def test_every_field_that_is_shown_can_be_chosen_in_its_row(simulator: Simulator) -> None:
    site = known_places()["site"]
    a_switch(simulator, "sw-1")
    user = admin()
    user.config.set("tables.ImportTable.columns", ["platform", "rack", "cluster"], commit=True)
    html = Importer(user).list()
    assert 'data-url="/api/dcim/platforms/"' in html and 'data-url="/api/dcim/racks/"' in html
    assert f"&quot;queryParam&quot;: &quot;site_id&quot;, &quot;queryValue&quot;: [{site.pk}]" in html
    assert "/api/virtualization/clusters/" not in html, "a device is in no cluster by its import"


def test_a_token_is_nowhere(network: Simulator) -> None:
    importer = Importer(admin())
    for html in (importer.page(), importer.list(), importer.details(1), importer.filters()):
        assert network.tokens.admin not in html


def test_what_only_shares_an_address_can_be_a_device_of_its_own(simulator: Simulator) -> None:
    places = known_places()
    number = a_switch(simulator, "sw-1", serial="")
    held = make_device("old", site=places["site"])
    held.primary_ip4 = address_on(held, f"{simulator.state.devices[number]['ip']}/24")
    held.save()
    importer = Importer(admin())
    assert chips(importer.list())["exists"] == 1
    assert "Import it anyway" in importer.details(number)
    importer.decide(number, anyway="1")
    assert chips(importer.list())["ready"] == 1
