"""Linking by hand: an id that LibreNMS confirms goes into the custom field, with the change log."""

import pytest
from core.models import ObjectChange
from dcim.models import Device
from ipam.models import IPAddress

from simulator.server import Simulator
from tests.factories import admin, grant, make_chassis, make_device, make_interface, somebody
from tests.pages.support import Reader, stored_id, words

pytestmark = pytest.mark.django_db


def test_an_entered_id_is_stored_once_librenms_confirms_it(simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="elsewhere.example.net")
    device = make_device("box")
    reader = Reader(admin(), device)
    question = reader.link(number)
    assert stored_id(device) is None and reader.last["HX-Retarget"] == "#htmx-modal-content"
    assert f"box would be linked to elsewhere.example.net (ID {number}) in LibreNMS." in words(question)
    answer = reader.link_anyway(question)
    assert stored_id(device) == {"default": number}
    assert f"box is linked to LibreNMS device {number} (elsewhere.example.net)." in words(answer)
    assert reader.last["HX-Trigger"] == "librenms:reload"
    change = ObjectChange.objects.get()
    assert change.user == admin() and not change.prechange_data["custom_fields"].get("librenms_id")
    assert change.postchange_data["custom_fields"]["librenms_id"] == {"default": number}


@pytest.mark.parametrize("entered", ["999", "0", "-1", "1.5", "abc", "", "9" * 30, "१२"])
def test_anything_that_is_no_device_there_is_refused_in_words(simulator: Simulator, entered: str) -> None:
    simulator.state.add_device(hostname="one")
    device = make_device("box")
    answer = words(Reader(admin(), device).link(entered))
    assert stored_id(device) is None
    assert "has no device with ID 999" in answer if entered == "999" else "whole number" in answer


def test_what_differs_is_said_before_both_are_linked(simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="ams1-core-01", ip="192.0.2.1", serial="FOC1")
    device = make_device("ams1-ups-01", serial="UPS9")
    address = IPAddress.objects.create(address="192.0.2.77/24", assigned_object=make_interface(device, "eth0"))
    Device.objects.filter(pk=device.pk).update(primary_ip4=address)
    reader = Reader(admin(), device)
    question = reader.link(number)
    assert "Name, address and serial number all differ." in words(question) and stored_id(device) is None
    simulator.state.devices[number]["serial"] = "FOC2"
    again = reader.link_anyway(question)
    assert "Are these the same device?" in words(again) and stored_id(device) is None
    reader.link_anyway(again)
    assert stored_id(device) == {"default": number}
    assert "Make sure that it is the same device" not in words(Reader(admin(), device, "fields").panel())


def test_a_link_is_removed_where_it_is_kept(simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="stack-1")
    first, second = make_device("stack-1", librenms_id=number), make_device("stack-2")
    make_chassis("stack", first, second)
    reader = Reader(admin(), second)
    assert "Remove the link" in words(reader.header())
    reader.post("unlink", server="default")
    assert not stored_id(first)
    assert "Found by its name" in words(reader.header()) and "Remove the link" not in words(reader.header())


def test_who_may_not_change_the_member_that_has_the_link_is_told_so(simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="stack-1")
    first, second = make_device("stack-1", librenms_id=number), make_device("stack-2")
    make_chassis("stack", first, second)
    user = somebody("narrow", {"dcim.device": ["view"], "netbox_librenms_plugin.librenmssettings": ["view", "change"]})
    grant(user, "dcim.device", "change", constraints={"name": "stack-2"})
    answer = words(Reader(user, second).post("unlink", server="default"))
    assert "is removed" not in answer and "Ask for the permission" in answer
    assert stored_id(first) == {"default": number}


def test_another_device_is_entered_in_a_form_of_its_own(simulator: Simulator) -> None:
    device = make_device("box", librenms_id=simulator.state.add_device(hostname="box"))
    reader = Reader(admin(), device)
    assert "Link another device…" in words(reader.header())
    assert "Which LibreNMS device is box?" in words(reader.part("relink"))


def test_a_match_that_was_found_can_be_kept(simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="box")
    device = make_device("box")
    reader = Reader(admin(), device)
    assert "Found by its name" in words(reader.header()) and "Remember this match" in words(reader.header())
    reader.link(number)
    assert "Linked as ID" in words(reader.header()) and "Remember this match" not in words(reader.header())


def test_a_match_through_another_member_is_kept_at_that_member(simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="stack-1")
    first, second = make_device("stack-1"), make_device("stack-2")
    make_chassis("stack", first, second)
    reader = Reader(admin(), second)
    assert "through stack-1" in words(reader.header())
    reader.link(number)
    assert (stored_id(first), stored_id(second)) == ({"default": number}, None)


def test_other_servers_entries_stay(simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="box")
    device = make_device("box")
    device.custom_field_data = {"librenms_id": {"other": 5}}
    device.save()
    Reader(admin(), device).link(number)
    assert stored_id(device) == {"other": 5, "default": number}


@pytest.mark.parametrize("form", [lambda n: {"default": n}, lambda n: {"default": {"id": n}}, lambda n: n, str])
def test_one_librenms_device_is_not_linked_twice(simulator: Simulator, form: object) -> None:
    number = simulator.state.add_device(hostname="one")
    holder = make_device("holder")
    holder.custom_field_data = {"librenms_id": form(number)}  # type: ignore[operator]
    holder.save()
    device = make_device("box")
    assert "is already linked to holder" in words(Reader(admin(), device).link(number))
    assert stored_id(device) is None


def test_who_may_not_change_the_object_is_offered_nothing_and_refused(simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="box")
    device = make_device("box")
    permissions = {"dcim.device": ["view"], "netbox_librenms_plugin.librenmssettings": ["view", "change"]}
    reader = Reader(somebody("other", permissions), device)
    assert "Remember this match" not in words(reader.header())
    assert "Ask for the permission" in words(reader.link(number))
    assert stored_id(device) is None


def test_an_object_that_netbox_would_not_accept_stays_as_it_is(simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="box")
    device = make_device("box")
    Device.objects.filter(pk=device.pk).update(face="front")
    answer = words(Reader(admin(), device).link(number))
    assert "NetBox refused it" in answer and stored_id(device) is None
