"""Deleting what only NetBox has: asked first, with everything that goes along."""

from collections.abc import Iterator

import pytest
from dcim.models import Interface
from ipam.models import IPAddress

from simulator.server import Simulator
from tests.factories import admin, make_device, somebody
from tests.librenms import add_switch
from tests.pages.support import Reader, boxes, rows, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(simulator: Simulator) -> Iterator[Reader]:
    """A switch in which NetBox has two interfaces that LibreNMS does not see; one has an address."""
    number = add_switch(simulator.state, 3, vlans=())
    device = make_device("switch", librenms_id=number)
    for name in ("old-1", "old-2"):
        Interface.objects.create(device=device, name=name, type="other")
    IPAddress.objects.create(address="192.0.2.1/24", assigned_object=Interface.objects.get(name="old-1"))
    yield Reader(admin(), device)


def key(name: str) -> str:
    return f"netbox-{Interface.objects.get(name=name).pk}"


def test_the_question_names_what_goes_and_what_hangs_on_it(reader: Reader) -> None:
    reader.panel(show="extra")
    question = words(reader.ask_to_remove(key("old-1")))
    assert "Delete 1 from NetBox?" in question and "old-1" in question and "1 IP address" in question
    assert "Nothing else will be deleted." in words(reader.ask_to_remove(key("old-2")))
    assert Interface.objects.count() == 2


def test_the_question_leaves_out_what_librenms_sees(reader: Reader) -> None:
    reader.panel(show="all")
    question = words(reader.ask_to_remove("port-1", "nonsense"))
    assert "Nothing to delete" in question and "2 that you chose" in question


def test_deleted_rows_go_and_the_numbers_follow(reader: Reader) -> None:
    reader.panel(show="extra")
    gone = key("old-1")
    answer = reader.remove(gone)
    assert list(Interface.objects.values_list("name", flat=True)) == ["old-2"]
    assert f'<tr id="librenms-interfaces-{gone}" hx-swap-oob="delete">' in answer
    assert "1 interface deleted." in words(answer) and "Only in NetBox 1" in words(answer)
    assert reader.last["HX-Trigger-After-Swap"] == "librenms:close-modal"


def test_what_librenms_sees_meanwhile_is_not_deleted(reader: Reader, simulator: Simulator) -> None:
    reader.panel(show="extra")
    wanted = key("old-1")
    simulator.state.add_port(1, ifName="old-1")
    reader.post("panel_refresh")
    reader.remove(wanted)
    assert Interface.objects.filter(name="old-1").exists()


def test_an_answer_with_gaps_proves_no_absence(reader: Reader, simulator: Simulator) -> None:
    reader.panel(show="extra")
    wanted = key("old-1")
    simulator.faults.add(r"/ports", "wrong_types", row=0)
    again = words(reader.post("panel_refresh"))
    assert "Only in NetBox 0" in again and "could not be read and was not looked at" in again
    answer = reader.remove(wanted)
    assert Interface.objects.count() == 2 and "had gaps" in words(answer)


def test_without_the_permission_there_is_no_button_and_no_deletion(reader: Reader) -> None:
    permissions = {
        "dcim.device": ["view"],
        "dcim.interface": ["view", "add", "change"],
        "netbox_librenms_plugin.librenmssettings": ["view", "change"],
    }
    other = Reader(somebody("other", permissions), reader.instance)
    html = other.panel(show="extra")
    assert len(rows(html)) == 2 and not boxes(html, "remove") and "Delete from NetBox" not in html
    answer = other.remove(key("old-1"))
    assert Interface.objects.count() == 2 and "Ask for the permission" in words(answer)


def test_a_page_that_nobody_remembers_deletes_nothing(reader: Reader) -> None:
    reader.panel(show="extra")
    reader.answer = None
    answer = reader.post("remove", remove=[key("old-1")], seen="0" * 32)
    assert Interface.objects.count() == 2 and "out of date" in words(answer)
