"""Syncing from the page: what is written, and what comes back for the rows that stand there."""

import re
from collections.abc import Iterator

import pytest
from core.models import ObjectChange
from dcim.models import Device, Interface
from django.core.cache import cache
from virtualization.models import VirtualMachine

from simulator.server import Simulator
from tests.factories import admin, make_chassis, make_cluster, make_device, somebody
from tests.librenms import add_switch
from tests.pages.support import Reader, boxes, choice, rows, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(simulator: Simulator) -> Iterator[Reader]:
    """A switch of nine ports that NetBox has none of."""
    number = add_switch(simulator.state, 9, vlans=())
    yield Reader(admin(), make_device("switch", librenms_id=number))


def names(device: Device) -> list[str]:
    return list(Interface.objects.filter(device=device).order_by("pk").values_list("name", flat=True))


def test_one_row_by_its_own_button(reader: Reader) -> None:
    reader.panel()
    answer = reader.sync(only="port-5", pk=["port-6"])
    assert names(reader.instance) == ["Gi1/0/4"]
    assert "1 interface synced." in words(answer)
    assert "Synced" in rows(answer)["port-5"]


def test_rows_come_back_out_of_band_each_in_a_template(reader: Reader) -> None:
    reader.panel()
    answer = reader.sync(pk=["port-4", "port-5"])
    returned = re.findall(r'<template><tr id="librenms-interfaces-([\w-]+)"[^>]* hx-swap-oob="true">', answer)
    assert returned == ["port-4", "port-5"]
    assert len(re.findall(r"<tr\b", answer)) == len(re.findall(r"<tr\b[^>]* hx-swap-oob", answer)) == 4


def test_rows_that_changed_along_with_them_come_back_too(reader: Reader) -> None:
    """The aggregate has an id now, so what its members' rows say has changed."""
    reader.panel()
    answer = reader.sync(only="port-1")
    assert set(rows(answer)) == {"port-1", "port-2", "port-3"}
    assert "Synced" in rows(answer)["port-1"] and "Missing" in rows(answer)["port-2"]
    reader.answer = reader.last
    assert "Synced" in rows(reader.sync(only="port-2", shown="port-2"))["port-2"]


def test_a_returned_row_has_the_columns_of_the_table_it_goes_into(reader: Reader) -> None:
    """Nothing has an aggregate to show once all is synced, yet the column stands on the page."""
    columns = reader.panel().split("</thead>")[0].count("<th ")
    answer = reader.sync(all="1")
    assert {row.split("</tr>")[0].count("<td") for row in answer.split("<template>")[1:]} == {columns}


def test_the_numbers_follow(reader: Reader) -> None:
    reader.panel()
    answer = words(reader.sync(pk=["port-4", "port-5"]))
    assert "Needs attention 7" in answer and "All 9" in answer and "Same 2" in answer


def test_all_that_can_be_synced_is_more_than_the_page(simulator: Simulator) -> None:
    number = add_switch(simulator.state, 80, vlans=(), hostname="large")
    reader = Reader(admin(), make_device("large", librenms_id=number))
    html = reader.panel()
    assert len(boxes(html)) == 50 and "Select all 80 that can be synced" in words(html)
    answer = reader.sync(all="1", pk=boxes(html))
    assert len(names(reader.instance)) == 80
    assert "80 interfaces synced." in words(answer)
    assert len(rows(answer)) == 50


def test_all_means_all_that_the_filter_showed(reader: Reader) -> None:
    reader.panel(q="desk 5")
    reader.sync(all="1")
    assert names(reader.instance) == ["Gi1/0/5"]


def test_fields_that_were_left_out_are_not_written(reader: Reader) -> None:
    html = reader.panel()
    assert {"description", "mtu", "vlans"} <= set(boxes(html, "exclude"))
    reader.sync(only="port-5", exclude=["description", "mtu"])
    interface = Interface.objects.get(device=reader.instance)
    assert (interface.description, interface.mtu, interface.speed) == ("", None, 1_000_000)


def test_the_change_log_names_the_user(reader: Reader) -> None:
    reader.panel()
    reader.sync(only="port-5")
    changes = ObjectChange.objects.filter(changed_object_type__model="interface").order_by("time", "pk")
    assert [one.action for one in changes] == ["create", "update"]
    for change in changes:
        assert change.user == admin() and "Simulated LibreNMS" in change.message


def test_a_row_that_changed_since_it_was_shown_is_not_written_but_shown_anew(reader: Reader) -> None:
    reader.panel()
    reader.sync(only="port-5")
    Interface.objects.update(description="first")
    reader.panel()
    Interface.objects.update(description="second")
    answer = reader.sync(only="port-5")
    assert Interface.objects.get().description == "second"
    assert "has changed since it was shown" in rows(answer)["port-5"]
    assert "NetBox: second LibreNMS: desk 4" in rows(answer)["port-5"]
    assert "0 interfaces synced, 1 not" in words(answer)


def test_a_row_shown_anew_can_be_synced_with_the_answer_s_own_digest(reader: Reader) -> None:
    reader.panel()
    reader.sync(only="port-5")
    Interface.objects.update(description="first")
    reader.panel()
    Interface.objects.update(description="second")
    reader.sync(only="port-5")
    reader.answer = reader.last
    reader.sync(only="port-5", shown="port-5")
    assert Interface.objects.get().description == "desk 4"


def test_rows_that_did_not_come_back_stay_as_they_were_seen(reader: Reader) -> None:
    """An answer for one row must not make the person responsible for changes in another that he was not shown."""
    reader.panel()
    reader.sync(pk=["port-4", "port-5"])
    Interface.objects.update(description="before")
    reader.panel()
    Interface.objects.filter(name="Gi1/0/3").update(description="meanwhile")
    reader.sync(only="port-5", shown="port-5")
    reader.answer = reader.last
    reader.sync(only="port-4", shown="port-4,port-5")
    assert Interface.objects.get(name="Gi1/0/3").description == "meanwhile"
    assert Interface.objects.get(name="Gi1/0/4").description == "desk 4"


@pytest.mark.parametrize("digest", ["", "0" * 32, "../../etc/passwd", "x" * 5000])
def test_a_page_that_nobody_remembers_writes_nothing(reader: Reader, digest: str) -> None:
    reader.panel()
    answer = reader.sync(all="1", seen=digest)
    assert names(reader.instance) == []
    assert "This page was out of date, so nothing was written" in words(answer)
    assert reader.last["HX-Retarget"] == "#librenms-panel" and len(rows(answer)) == 9


def test_a_page_that_is_too_old_writes_nothing(reader: Reader) -> None:
    reader.panel()
    fresh = cache.keys("*:seen:*")
    cache.delete_many(fresh)
    assert "out of date" in words(reader.sync(all="1"))
    assert fresh and names(reader.instance) == []


def test_what_one_user_saw_is_no_permission_for_another(reader: Reader) -> None:
    reader.panel()
    other = Reader(somebody("other", {"dcim.device": ["view"], "dcim.interface": ["view", "add"], **PLUGIN}), DEVICE())
    other.answer = reader.answer
    assert "out of date" in words(other.sync(all="1"))


PLUGIN = {"netbox_librenms_plugin.librenmssettings": ["view", "change"]}


def DEVICE() -> Device:  # noqa: N802 - reads as a noun where it is used
    return Device.objects.get(name="switch")


def test_rows_that_netbox_refuses_come_back_with_the_reason(reader: Reader) -> None:
    user = somebody("half", {"dcim.device": ["view"], "dcim.interface": ["view", "add"], **PLUGIN})
    half = Reader(user, reader.instance)
    half.panel()
    answer = half.sync(pk=["port-4", "port-5"])
    assert "2 not" in words(answer) and "Ask for the permission" in rows(answer)["port-4"]
    assert names(reader.instance) == []


def test_who_may_not_change_sees_everything_and_no_button(reader: Reader) -> None:
    permissions = {"dcim.device": ["view"], "dcim.interface": ["view", "add", "change", "delete"]}
    only_view = {"netbox_librenms_plugin.librenmssettings": ["view"]}
    watcher = Reader(somebody("watcher", permissions | only_view), reader.instance)
    html = watcher.panel()
    assert len(rows(html)) == 9
    assert not boxes(html) and "Sync selected" not in html and 'name="only"' not in html
    response = watcher.client.post(watcher.address("apply"), {"all": "1"}, headers={"HX-Request": "true"})
    assert response.status_code == 403


def stack(simulator: Simulator) -> tuple[Reader, Device, Device]:
    number = simulator.state.add_device(hostname="stack")
    simulator.state.add_port(number, ifName="Gi1/0/1")
    simulator.state.add_port(number, ifName="Gi2/0/1")
    simulator.state.add_port(number, ifName="mgmt0")
    first, second = make_device("stack-1", librenms_id=number), make_device("stack-2")
    make_chassis("stack", first, second, master=first)
    return Reader(admin(), first), first, second


def test_a_row_can_be_given_to_another_member(simulator: Simulator) -> None:
    reader, first, second = stack(simulator)
    html = reader.panel()
    assert choice(html, "port-3").options[str(second.pk)] == "stack-2"
    chosen = reader.panel(choose=f"member:{second.pk}:port-3")
    assert (choice(chosen, "port-3").value, choice(chosen, "port-3").shown) == (str(second.pk), "stack-2")
    reader.sync(only="port-3")
    assert (names(first), names(second)) == ([], ["mgmt0"])


def test_without_a_choice_the_name_gives_the_member(simulator: Simulator) -> None:
    reader, first, second = stack(simulator)
    reader.panel()
    reader.sync(all="1")
    assert (sorted(names(first)), names(second)) == (["Gi1/0/1", "mgmt0"], ["Gi2/0/1"])


def test_virtual_machines_have_the_same_page(simulator: Simulator) -> None:
    number = simulator.state.add_device(hostname="guest")
    simulator.state.add_port(number, ifName="eth0", ifAlias="front")
    cluster = make_cluster("c")
    guest = VirtualMachine.objects.create(name="guest", cluster=cluster)
    guest.custom_field_data = {"librenms_id": {"default": number}}
    guest.save()
    reader = Reader(admin(), guest)
    assert "LibreNMS" in reader.page()
    html = reader.panel()
    assert "front" in rows(html)["port-1"]
    assert "MTU" in words(html) and "Type" not in words(html) and "Speed" not in words(html.split("</thead>")[0])
    assert "1 interface synced." in words(reader.sync(all="1"))
    assert guest.interfaces.get().name == "eth0"
    assert "NetBox and LibreNMS agree" in reader.panel()
