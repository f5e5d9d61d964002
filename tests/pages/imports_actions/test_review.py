"""The review: what was chosen, what becomes of it, in numbers and one by one. Looking at it writes nothing."""

import re

import pytest
from dcim.models import Device, Site
from django.core.cache import cache

from netbox_librenms_plugin.import_utils.rows import Choice
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import ImportIgnore, Run
from netbox_librenms_plugin.views.imports.choice_shelf import ChoiceShelf
from netbox_librenms_plugin.views.mixins import PREFIX
from simulator.server import Simulator
from tests.factories import admin, make_device, make_interface, somebody
from tests.imports.support import known_to_netbox
from tests.librenms import add_switches
from tests.orm.support import counted, writes_in
from tests.pages.imports_actions.support import Importer, body
from tests.pages.support import HTMX, words

pytestmark = pytest.mark.django_db

PLUGIN = "netbox_librenms_plugin"
VIEW = {f"{PLUGIN}.librenmssettings": ["view"]}
CHANGE = {f"{PLUGIN}.librenmssettings": ["view", "change"]}
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def person(simulator: Simulator) -> Importer:
    """A superuser."""
    return Importer(admin())


def test_the_totals_say_what_is_made(person: Importer, simulator: Simulator) -> None:
    ids = add_switches(simulator.state, 3)
    simulator.state.add_vlan(ids[0], 10, "office")
    simulator.state.add_vlan(ids[1], 10, "office")
    known_to_netbox()
    person.choose(ids)
    said = body(person.review())
    assert "3 devices will be created." in said
    assert "Import 3 devices" in said
    assert "Left out" not in said
    totals = words(person.totals())
    assert "6 interfaces and 1 VLAN will be created with the new devices." in totals, "a VLAN is one for all of a site"
    assert "2 ports" in body(person.review()), "counted once, the list says it too"


def test_the_button_of_a_row_is_about_that_row_alone(person: Importer, simulator: Simulator) -> None:
    ids = add_switches(simulator.state, 3)
    known_to_netbox()
    person.choose(ids[:2], only=ids[2], all="1")
    said = body(person.review())
    hostname = simulator.state.devices[ids[2]]["hostname"]
    assert "1 device will be created." in said and "Import 1 device" in said and hostname in said


def test_cables_are_counted_once_and_only_to_what_is_there(person: Importer, simulator: Simulator) -> None:
    state = simulator.state
    ids = add_switches(state, 3)
    ports = [min(pk for pk, port in state.ports.items() if port["device_id"] == one) for one in ids]
    state.add_link(ports[0], ports[1])
    state.add_link(ports[1], ports[0])
    state.add_link(ports[0], ports[2])
    known_to_netbox()
    person.choose(ids[:2])
    assert "4 interfaces and up to 1 cable will be created" in words(person.totals())
    person.choose(ids)
    assert "6 interfaces and up to 2 cables will be created" in words(person.totals())


def test_looking_writes_nothing(person: Importer, simulator: Simulator) -> None:
    ids = add_switches(simulator.state, 2)
    known_to_netbox()
    person.choose(ids)
    with counted() as queries:
        person.review()
        person.totals()
    assert writes_in(queries) == []
    assert not Device.objects.exists() and not Run.objects.exists()


def test_the_unusual_comes_first_with_its_reason(person: Importer, simulator: Simulator) -> None:
    state = simulator.state
    ids = add_switches(state, 2)
    known_to_netbox()
    cache.clear()
    ids += add_switches(state, 1, first=10, hardware="Unknown box")
    make_device("switch-0020", site=Site.objects.get(name="Site A"))
    ids += add_switches(state, 1, first=20, serial="")
    ids += add_switches(state, 1, first=30, parent_id=ids[0])
    ignored = add_switches(state, 1, first=40)
    ImportIgnore.objects.create(server="default", librenms_id=ignored[0])
    person.choose([*ids, *ignored])
    html = person.review()
    said = body(html)
    names = re.findall(r'librenms-title">(switch-\d+)\.example', html)
    assert [int(name[-4:]) for name in names] == [10, 40, 20, 30, 1, 2]
    assert "no device type with the part number or model “Unknown box”" in said
    assert "It is ignored." in said
    assert "found by its name" in said
    assert "New VM" in said
    assert "2 devices are left out." in said and "1 device will be linked." in said
    assert "Import 3 devices and link 1" in said
    only = words(person.table(show="link"))
    assert "switch-0020" in only and "switch-0001" not in only
    found = words(person.table(q="0002"))
    assert "switch-0002" in found and "switch-0001" not in found


def test_what_was_decided_goes_along(person: Importer, simulator: Simulator) -> None:
    ids = add_switches(simulator.state, 1)
    known_to_netbox()
    shelf = ChoiceShelf(admin(), LibreNMSAPI())
    shelf.edit(ids, lambda choice: Choice(name="renamed"))
    person.choose(ids)
    shelf.edit(ids, lambda choice: Choice())
    assert "renamed" in body(person.review())
    person.start()
    assert Device.objects.get().name == "renamed"


def test_all_that_the_filter_lets_through(person: Importer, simulator: Simulator) -> None:
    add_switches(simulator.state, 12)
    known_to_netbox()
    person.choose(query="q=switch-001", all="1")
    assert "Import 3 devices" in body(person.review())
    answer = person.choose(query="q=nothing", all="1")
    assert answer.status_code == 302 and "/review/" not in answer["Location"]


def test_a_stranger_s_basket_is_not_there(person: Importer, simulator: Simulator) -> None:
    ids = add_switches(simulator.state, 1)
    known_to_netbox()
    person.choose(ids)
    other = Importer(somebody("other", CHANGE))
    other.review_url = person.review_url
    assert "has expired" in body(other.review())
    other.start()
    assert not Run.objects.exists()
    assert "has expired" in words(other.totals())


@pytest.mark.parametrize("name", ["", "0" * 32, "../x", HOSTILE])
def test_a_basket_that_is_gone_is_said_kindly(person: Importer, simulator: Simulator, name: str) -> None:
    person.review_url = "/plugins/librenms_plugin/librenms-import/review/"
    html = person.review(basket=name)
    assert "has expired" in body(html)
    assert HOSTILE not in html


def test_who_may_only_look_cannot_start(simulator: Simulator) -> None:
    ids = add_switches(simulator.state, 1)
    known_to_netbox()
    person = Importer(somebody("looker", VIEW))
    person.choose(ids)
    html = person.review()
    assert "You may look at this, but not import" in body(html)
    assert "librenms-start" not in re.findall(r'<button[^>]*id="([^"]+)"', html)
    assert person.start().status_code == 403
    assert not Run.objects.exists()


def test_what_one_may_not_add_is_said_before(simulator: Simulator) -> None:
    ids = add_switches(simulator.state, 1)
    known_to_netbox()
    labels = ("dcim.site", "dcim.devicetype", "dcim.devicerole", "dcim.platform", "dcim.location")
    allowed = CHANGE | dict.fromkeys(labels, ["view"])
    person = Importer(somebody("planner", allowed))
    person.choose(ids)
    said = body(person.review())
    assert "since you may not add devices" in said
    assert "left out: virtual chassis, interfaces, VLANs, IP addresses, cables" in said


def test_librenms_failing_is_said(person: Importer, simulator: Simulator) -> None:
    ids = add_switches(simulator.state, 2)
    known_to_netbox()
    person.choose(ids)
    forget_answers()
    simulator.stop()
    html = person.review()
    assert "Try again" in body(html)
    assert "librenms-problem" in html


def forget_answers() -> None:
    """Forget what LibreNMS said, and nothing that belongs to a person."""
    for key in cache.keys("*"):
        if not key.startswith(PREFIX):
            cache.delete(key)


def test_names_of_librenms_are_only_text(person: Importer, simulator: Simulator) -> None:
    ids = add_switches(simulator.state, 1, hardware=HOSTILE, os=HOSTILE, type=HOSTILE)
    known_to_netbox()
    cache.clear()
    ids += add_switches(simulator.state, 1, first=5, sysName=HOSTILE, serial=HOSTILE)
    person.choose(ids)
    html = person.review()
    assert HOSTILE not in html
    assert "&lt;script&gt;" in html


def test_the_number_of_devices_does_not_show_in_the_number_of_queries(simulator: Simulator) -> None:
    costs = {}
    add_switches(simulator.state, 120)
    known_to_netbox()
    person = Importer(admin())
    person.choose(query="q=switch-000", all="1")
    person.review()
    for query in ("q=switch-000", ""):
        person.choose(query=query, all="1")
        with counted() as queries:
            html = person.review()
        costs[query] = len(queries)
        assert len(html.encode()) < 250_000
    assert len(set(costs.values())) == 1, costs


def test_what_librenms_does_not_say_is_unknown(person: Importer, simulator: Simulator) -> None:
    ids = add_switches(simulator.state, 2)
    known_to_netbox()
    person.choose(ids)
    simulator.faults.add("/resources/vlans", "status", status=500)
    html = person.totals()
    assert "How many VLANs come with them is unknown: " in words(html)
    assert "4 interfaces will be created" in words(html)


def test_what_netbox_has_is_counted_apart(person: Importer, simulator: Simulator) -> None:
    ids = add_switches(simulator.state, 2)
    known_to_netbox()
    make_device("switch-0001", site=Site.objects.get(name="Site A"))
    person.choose(ids)
    said = words(person.totals())
    assert "2 interfaces will be created with the new devices." in said
    assert "On devices that NetBox has, 2 interfaces will be created." in said
    device = Device.objects.get()
    make_interface(device, "eth1", mtu=9000)
    said = words(person.totals())
    assert "On devices that NetBox has, 1 interface will be created and 1 interface changed." in said
    assert "The VLANs of ports were not looked at." in said


def test_one_goes_back_to_the_list_as_it_was(person: Importer, simulator: Simulator) -> None:
    ids = add_switches(simulator.state, 1)
    known_to_netbox()
    person.choose(ids, state="q=switch&show=ready")
    assert "/librenms-import/?show=ready&amp;q=switch" in person.review()


def test_the_second_page_says_what_was_counted(person: Importer, simulator: Simulator) -> None:
    ids = add_switches(simulator.state, 40)
    known_to_netbox()
    person.choose(ids)
    html = person.totals(per_page=25, page=2)
    assert html.count('hx-swap-oob="innerHTML"') == 15
    found = words(person.table(per_page=25, page=2))
    assert "switch-0040" in found and "switch-0001" not in found and "2 ports" in found
    assert "page=2" in person.review(per_page=25, page=2)


def test_totals_cost_the_same_for_any_number(simulator: Simulator) -> None:
    add_switches(simulator.state, 120)
    known_to_netbox()
    person = Importer(admin())
    LibreNMSAPI().fleet_ports()
    costs = []
    for query in ("q=switch-000", ""):
        person.choose(query=query, all="1")
        person.totals()
        before = len(simulator.requests)
        with counted() as queries:
            person.totals()
        costs.append((len(queries), len(simulator.requests) - before))
    assert costs[0] == costs[1] and costs[0][1] == 0, costs


def test_a_table_without_its_basket_asks_for_the_whole_page(person: Importer, simulator: Simulator) -> None:
    ids = add_switches(simulator.state, 2)
    person.choose(ids)
    cache.clear()
    response = person.client.get(person.review_url, headers=HTMX)
    assert response["HX-Refresh"] == "true" and response.content == b""
    assert "This selection has expired" in body(person.review())
