"""Filter, search, order and pages of a panel; they live in the page's address."""

from collections.abc import Iterator

import pytest
from dcim.models import Interface
from django.urls import reverse

from netbox_librenms_plugin.models import FieldPolicy
from simulator.server import Simulator
from tests.factories import admin, make_device
from tests.librenms import add_switch
from tests.pages.support import Reader, boxes, rows, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(simulator: Simulator) -> Iterator[Reader]:
    """A switch of twelve ports: three as they should be, one that differs, one that only NetBox has."""
    number = add_switch(simulator.state, 12, vlans=())
    device = make_device("switch", librenms_id=number)
    yield Reader(admin(), device)


def settle(reader: Reader) -> None:
    """NetBox gets three of the ports, spoils one of them, and has one of its own."""
    html = reader.panel()
    reader.sync(pk=boxes(html)[:4])
    Interface.objects.filter(name="Gi1/0/1").update(mtu=9000, description="mine")
    Interface.objects.create(device=reader.instance, name="Console", type="other")


def test_the_first_view_is_what_needs_attention(reader: Reader) -> None:
    settle(reader)
    found = rows(reader.panel())
    assert len(found) == 9
    assert not any(" Same " in words or "Only in NetBox" in words for words in found.values())


@pytest.mark.parametrize(
    ("show", "count"), [("all", 13), ("missing", 8), ("changed", 1), ("same", 3), ("extra", 1), ("nonsense", 9)]
)
def test_every_filter_shows_its_rows(reader: Reader, show: str, count: int) -> None:
    settle(reader)
    assert len(rows(reader.panel(show=show))) == count


def test_both_values_of_a_cell_that_differs_are_there(reader: Reader) -> None:
    settle(reader)
    html = reader.panel(show="changed")
    row = rows(html)["port-2"]
    assert "NetBox: 9000 LibreNMS: 1500" in row
    assert "NetBox: mine LibreNMS: desk 1" in row
    assert html.count("<del") == 2
    assert "1 Gbps" in row and "1000BASE-T (1GE)" in row


def test_a_difference_that_its_policy_does_not_write_is_not_struck_out(reader: Reader) -> None:
    FieldPolicy.objects.create(resource="interfaces", field="description", policy="report_only")
    settle(reader)
    html = reader.panel(show="changed")
    assert "mine LibreNMS: desk 1 report only" in rows(html)["port-2"]
    assert html.count("<del") == 1


def test_a_difference_in_a_hidden_column_is_told_below_the_name(reader: Reader) -> None:
    settle(reader)
    Interface.objects.filter(name="Gi1/0/1").update(enabled=False)
    assert "Enabled NetBox: No LibreNMS: Yes" in rows(reader.panel(show="changed"))["port-2"]


@pytest.mark.parametrize(
    ("text", "key"),
    [("gi1/0/7", "port-8"), ("DESK 7", "port-8"), ("02:00:00:01:00:08", "port-8"), ("0200.0001.0008", "port-8")],
)
def test_the_search_finds_names_descriptions_and_mac_addresses(reader: Reader, text: str, key: str) -> None:
    assert list(rows(reader.panel(q=text))) == [key]


def test_a_search_without_a_hit_says_so_and_shows_the_way_back(reader: Reader) -> None:
    html = reader.panel(q="no such thing")
    assert "No row matches" in html and "Show all" in html


def test_the_order_is_natural_and_turns_round(reader: Reader) -> None:
    up, down = (list(rows(reader.panel(sort=sort, show="all")).values()) for sort in ("name", "-name"))
    names = [row.split()[0] for row in up]
    assert names == ["Gi1/0/1", "Gi1/0/2", *(f"Gi1/0/{number}" for number in range(3, 12)), "Po1"]
    assert [row.split()[0] for row in down] == names[::-1]
    assert rows(reader.panel(sort="-speed", show="all"))["port-1"].startswith("Po1")


def test_pages_have_netbox_s_sizes(simulator: Simulator) -> None:
    number = add_switch(simulator.state, 130, vlans=(), hostname="large")
    reader = Reader(admin(), make_device("large", librenms_id=number))
    assert len(rows(reader.panel())) == 50
    assert len(rows(reader.panel(per_page="100"))) == 100
    last = reader.panel(page="99")
    assert len(rows(last)) == 30
    assert "101–130 of 130" in words(last)
    assert not set(rows(last)) & set(rows(reader.panel(page="2")))


def test_the_address_of_the_page_follows_the_filter(reader: Reader) -> None:
    page = reader.address()
    current = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}?tab=interfaces"}
    same = reader.client.get(reader.address("panel"), headers=current)
    assert "HX-Push-Url" not in same
    other = reader.client.get(reader.address("panel"), {"show": "missing", "q": "a&b"}, headers=current)
    assert other["HX-Push-Url"] == f"{page}?tab=interfaces&show=missing&q=a%26b"


def test_what_is_typed_into_the_search_is_one_step_back(reader: Reader) -> None:
    """Who types slowly searches several times, and goes back to what was there before the search."""
    page = f"{reader.address()}?tab=interfaces"

    def asked(before: str, **query: str) -> dict[str, str]:
        headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}{before}"}
        answer = reader.client.get(reader.address("panel"), query, headers=headers)
        return {name: answer[name] for name in ("HX-Push-Url", "HX-Replace-Url") if name in answer}

    assert asked("", q="a") == {"HX-Push-Url": f"{page}&q=a"}
    assert asked("&q=a&page=2", q="ab") == {"HX-Replace-Url": f"{page}&q=ab"}
    assert asked("&q=ab", q="ab", show="missing") == {"HX-Push-Url": f"{page}&show=missing&q=ab"}
    assert asked("&q=ab") == {"HX-Push-Url": page}
    assert asked("&q=ab", q="ab") == {}


def test_a_bookmark_opens_the_same_view(reader: Reader) -> None:
    html = reader.page(tab="interfaces", show="missing", sort="-name", page="2")
    assert f'{reader.address("panel")}?show=missing&amp;sort=-name&amp;page=2' in html


def test_looking_at_an_order_does_not_change_the_user_s_preferences(reader: Reader) -> None:
    user = admin()
    before = dict(user.config.data)
    reader.panel(sort="-name")
    user.config.refresh_from_db()
    assert user.config.data == before


def test_the_user_s_columns_are_shown(reader: Reader) -> None:
    user = admin()
    user.config.set("tables.InterfaceSyncTable.columns", ["duplex", "mtu"], commit=True)
    head = words(reader.panel().split("</thead>")[0].split("<thead>")[1])
    assert "Duplex MTU" in head and "Type" not in head


def test_names_come_from_the_column_the_user_chose(simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="box")
    simulator.state.add_port(number, ifName="Gi1/0/1", ifDescr="GigabitEthernet1/0/1")
    reader = Reader(admin(), make_device("box", librenms_id=number))
    assert rows(reader.panel())["port-1"].startswith("Gi1/0/1")
    reader.post("names", name_field="ifDescr")
    assert reader.last["HX-Trigger"] == "librenms:panel"
    assert rows(reader.panel())["port-1"].startswith("GigabitEthernet1/0/1")
    reader.sync(only="port-1")
    assert Interface.objects.get(device=reader.instance).name == "GigabitEthernet1/0/1"


def test_netbox_lists_the_choice_among_the_user_s_preferences(reader: Reader) -> None:
    assert "Interface names from LibreNMS" in reader.client.get(reverse("account:preferences")).content.decode()
