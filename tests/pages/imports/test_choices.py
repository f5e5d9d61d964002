"""What a person decides in the list: it is his own, it is kept, and the rows follow."""

import re
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from dcim.models import Device, DeviceRole, Site

from netbox_librenms_plugin.import_utils.rows import NO_CHOICE, Choice, Kind
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.views.imports.choice_shelf import MOST_ROWS, ChoiceShelf
from netbox_librenms_plugin.views.imports.edits import edited
from simulator.server import Simulator
from tests.factories import admin, make_device, somebody
from tests.orm.support import counted, writes_in
from tests.pages.imports.support import Importer, access_role, chips, known_places, rows
from tests.pages.support import inputs, words

pytestmark = pytest.mark.django_db
SETTINGS = "netbox_librenms_plugin.librenmssettings"


@pytest.fixture
def switches(simulator: Simulator) -> Simulator:
    """Three switches of which only the role is not known."""
    known_places()
    for number in (1, 2, 3):
        simulator.state.add_device(hostname=f"sw-{number}", hardware="C9300-48P", location="Amsterdam", type="network")
    return simulator


def shelf(user: Any = None) -> ChoiceShelf:
    return ChoiceShelf(user or admin(), LibreNMSAPI())


def test_the_row_comes_back_ready_and_the_numbers_follow(switches: Simulator) -> None:
    importer = Importer(admin())
    assert chips(importer.list())["needs_setup"] == 3
    with counted() as queries:
        html = importer.choose(f"2:role:{access_role()}")
    assert set(rows(html)) == {2} and "Ready" in rows(html)[2]
    assert re.search(r'<tr\s+id="librenms-import-2"[^>]* hx-swap-oob="true"', html)
    assert (chips(html)["ready"], chips(html)["needs_setup"]) == (1, 2)
    assert writes_in(queries) == []
    assert "Ready" in rows(importer.list())[2]


def test_taking_a_choice_back_gives_what_was_found(switches: Simulator) -> None:
    importer = Importer(admin())
    importer.list()
    importer.choose(f"2:role:{access_role()}")
    assert "needs role" in rows(importer.choose("2:role:"))[2]
    assert shelf().all() == {}


def test_rows_that_a_choice_touches_come_along(switches: Simulator) -> None:
    importer = Importer(admin())
    importer.list()
    html = importer.decide(1, name="sw-2")
    found = rows(html)
    assert set(found) == {1, 2}
    assert "Conflict" in found[1] and "Conflict" in found[2]


def test_many_decisions_in_one_request(switches: Simulator) -> None:
    importer = Importer(admin())
    importer.list()
    html = importer.choose(
        f"1:role:{access_role()}", f"2:role:{access_role()}", "3:name:core:1", "x:role:1", "3:nonsense:1", "3"
    )
    assert set(rows(html)) == {1, 2, 3}
    assert shelf().all()[3] == Choice(name="core:1")
    assert set(shelf().all()) == {1, 2, 3}


def test_an_object_that_may_not_be_viewed_is_not_named(switches: Simulator) -> None:
    other = DeviceRole.objects.create(name="Top secret", slug="top-secret")
    user = somebody("reader", {SETTINGS: ["view"], "dcim.site": ["view"], "dcim.devicetype": ["view"]})
    importer = Importer(user)
    importer.list()
    html = importer.choose(f"1:role:{other.pk}")
    assert "Top secret" not in html and "Needs setup" in rows(html)[1]


def test_choices_are_those_of_one_user(switches: Simulator) -> None:
    importer = Importer(admin())
    importer.list()
    importer.choose(f"2:role:{access_role()}")
    other = Importer(somebody("other", {SETTINGS: ["view"], "dcim.devicerole": ["view"]}))
    assert "Needs setup" in rows(other.list())[2]


def test_choosing_is_no_get(switches: Simulator) -> None:
    importer = Importer(admin())
    for part in ("choose", "choose_many", "set", "ignore", "refresh"):
        assert importer.client.get(importer.address(part)).status_code == 405
    assert shelf().all() == {}


def test_the_same_for_selected_rows(switches: Simulator) -> None:
    importer = Importer(admin())
    importer.list()
    html = importer.post("choose_many", pk=["1", "3", "99", "x"], role=access_role(), site="")
    assert [pk for pk, row in rows(html).items() if "Ready" in row] == [1, 3]
    assert set(shelf().all()) == {1, 3}


def test_the_same_for_all_that_match(switches: Simulator) -> None:
    importer = Importer(admin())
    importer.list(hostname="sw-", per_page=1)
    html = importer.post("choose_many", all="1", role=access_role())
    assert {pk: one.ids for pk, one in shelf().all().items()} == dict.fromkeys((1, 2, 3), {"role": access_role()})
    assert 'name="all" id="librenms-all" value="1"' in html


def test_what_became_ready_stays_in_sight_and_can_be_reviewed(switches: Simulator) -> None:
    importer = Importer(admin())
    importer.list(show="needs_setup")
    html = importer.post("choose_many", pk=["1", "3"], role=access_role())
    assert list(rows(html)) == [1, 2, 3] and "Ready" in rows(html)[1] and "Needs setup" in rows(html)[2]
    banner = html.split("librenms-became")[1].split("</form>")[0]
    assert "2 devices are ready now." in words(banner) and "Review 2" in words(banner)
    assert [value for name, _kind, value in inputs(banner) if name == "pk"] == ["1", "3"]
    assert list(rows(importer.list(show="needs_setup"))) == [2]
    assert "librenms-became" not in importer.post("choose_many", pk=["1", "3"], role=access_role())


def test_all_that_match_are_not_all_any_more_where_some_became_ready(switches: Simulator) -> None:
    importer = Importer(admin())
    importer.list(show="needs_setup")
    html = importer.post("choose_many", all="1", role=access_role())
    assert 'name="all" id="librenms-all" value=""' in html and "Review 3" in words(html)
    assert list(rows(html)) == [1, 2, 3]


def test_all_that_match_are_those_that_were_shown(switches: Simulator) -> None:
    importer = Importer(admin())
    importer.list()
    switches.state.add_device(hostname="sw-new")
    importer.client.post(importer.address("refresh"))
    html = importer.post("choose_many", all="1", role=access_role())
    assert "The list has changed meanwhile" in html
    assert shelf().all() == {}


def test_kinds_and_forgetting(switches: Simulator) -> None:
    importer = Importer(admin())
    importer.list()
    assert "VM" in rows(importer.post("choose_many", pk=["1"], **{"as": "vm"}))[1]
    assert shelf().all() == {1: Choice(kind=Kind.VM)}
    importer.post("choose_many", pk=["1"], forget="1")
    assert shelf().all() == {}


def test_a_modal_with_empty_boxes(switches: Simulator) -> None:
    importer = Importer(admin())
    importer.list()
    html = importer.post("set", pk=["1", "2"])
    assert html.count('name="pk"') == 2 and "Set for 2 devices" in html
    assert 'name="rack"' in html
    assert "Set for all 3 that match" in importer.post("set", pk=["1"], all="1")


def test_linking_and_taking_it_back(switches: Simulator) -> None:
    device = make_device("another", site=Site.objects.get(name="Amsterdam"))
    importer = Importer(admin())
    importer.list()
    html = importer.decide(1, link=f"device-{device.pk}+serial")
    assert "Exists, not linked" in rows(html)[1]
    assert shelf().all()[1] == Choice(link=(Kind.DEVICE, device.pk), take_serial=True)
    assert Device.objects.get().custom_field_data.get("librenms_id") is None
    assert "Needs setup" in rows(importer.decide(1, undo="1"))[1]


def test_fields_of_the_details_that_are_as_they_were_decide_nothing(switches: Simulator) -> None:
    importer = Importer(admin())
    importer.list()
    was = {"was-role": "", "was-site": "1", "was-name": "", "was-as": "device"}
    importer.decide(1, role=access_role(), site="1", name="", **was, **{"as": "device"})
    assert shelf().all() == {1: Choice(ids={"role": access_role()})}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"role": "5"}, Choice(ids={"role": 5, "site": 1, "rack": 2})),
        ({"site": "1"}, Choice(ids={"site": 1, "rack": 2})),
        ({"site": "9"}, Choice(ids={"site": 9})),
        ({"site": ""}, Choice()),
        ({"site": "9", "rack": "3"}, Choice(ids={"site": 9, "rack": 3})),
        ({"rack": "null"}, Choice(ids={"site": 1})),
        ({"rack": str(2**63)}, Choice(ids={"site": 1})),
        ({"name": "  x\x00y "}, Choice(ids={"site": 1, "rack": 2}, name="xy")),
        ({"name": "n" * 300}, Choice(ids={"site": 1, "rack": 2}, name="n" * 255)),
        ({"anyway": "1"}, Choice(ids={"site": 1, "rack": 2}, anyway=True)),
        ({"link": "router-5"}, Choice(ids={"site": 1, "rack": 2})),
        ({"link": "vm-5"}, Choice(ids={"site": 1, "rack": 2}, link=(Kind.VM, 5))),
        ({"forget": "1"}, NO_CHOICE),
    ],
)
def test_edits(values: dict[str, str], expected: Choice) -> None:
    assert edited(Choice(ids={"site": 1, "rack": 2}), values) == expected


def test_clicks_at_the_same_time_lose_nothing(switches: Simulator) -> None:
    user, api = SimpleNamespace(pk=1), LibreNMSAPI()

    def click(number: int) -> None:
        ChoiceShelf(user, api).edit([number], lambda choice: edited(choice, {"name": f"n{number}"}))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(click, range(1, 41)))
    assert set(ChoiceShelf(user, api).all()) == set(range(1, 41))


def test_the_shelf_is_bounded(switches: Simulator) -> None:
    one = ChoiceShelf(SimpleNamespace(pk=1), LibreNMSAPI())
    kept = one.edit(range(1, MOST_ROWS + 101), lambda choice: Choice(name="x"))
    assert len(kept) == MOST_ROWS and min(kept) == 101
    assert one.edit([0, -1, 2**63], lambda choice: Choice(name="x")) == kept
