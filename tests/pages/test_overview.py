"""The overview: all resources in one look, and syncing all of them after one question."""

from collections.abc import Iterator
from typing import Any

import pytest
from dcim.models import Cable, Device, Interface
from django.core.cache import cache
from ipam.models import VLAN, IPAddress

from netbox_librenms_plugin.models import SyncRun
from simulator.server import Simulator
from tests.factories import admin, make_device, somebody
from tests.librenms import add_switch
from tests.orm.support import counted, writes_in
from tests.pages.support import Reader, words

pytestmark = pytest.mark.django_db

MOST_QUERIES = 60


@pytest.fixture
def reader(simulator: Simulator) -> Iterator[Reader]:
    """A switch with nine ports and two VLANs that NetBox has nothing of."""
    yield a_switch(simulator, 9)


def a_switch(simulator: Simulator, ports: int) -> Reader:
    number = add_switch(simulator.state, ports, hostname=f"switch-{ports}")
    for vid in (10, 20):
        simulator.state.add_vlan(number, vid, f"net-{vid}")
    return Reader(admin(), make_device(f"switch-{ports}", librenms_id=number))


def line(html: str, resource: str) -> str:
    return words(html.split(f'id="librenms-line-{resource}"')[1].split("</tr>")[0].partition(">")[2])


def test_the_page_opens_on_it(reader: Reader, simulator: Simulator) -> None:
    html = reader.page()
    assert simulator.requests == []
    loaded = f'hx-get="{reader.address("overview")}" hx-trigger="load'
    assert loaded in html
    assert loaded not in reader.page(tab="interfaces")


def test_a_line_for_each_resource_leads_to_its_rows(reader: Reader) -> None:
    html = reader.overview()
    assert line(html, "interfaces").startswith("Interfaces Missing 9 just now")
    assert line(html, "vlans").startswith("VLANs Missing 2 just now")
    assert f'{reader.address()}?tab=vlans&amp;show=missing"' in html


def test_the_sub_tabs_keep_the_numbers(reader: Reader) -> None:
    def numbers(html: str) -> dict[str, str]:
        parts = html.split('id="librenms-count-')[1:]
        return {one.partition('"')[0]: words(one.partition(">")[2].split("</a>")[0]) for one in parts}

    assert set(numbers(reader.page()).values()) == {""} and "Counting…" in reader.page()
    reader.overview()
    known = numbers(reader.page(tab="vlans"))
    assert (known["vlans"], known["interfaces"]) == ("2", "9")


def test_what_librenms_does_not_give_keeps_nobody_from_the_rest(reader: Reader, simulator: Simulator) -> None:
    simulator.faults.add("/vlans", "status", status=500)
    html = reader.overview()
    assert "Missing 9" in line(html, "interfaces")
    assert "Simulated LibreNMS" in line(html, "vlans") and "Missing" not in line(html, "vlans")
    question = words(reader.ask_everything())
    assert "VLANs Left alone: " in question and "9 will be created" in question
    reader.sync_everything()
    assert Interface.objects.count() == 9 and not VLAN.objects.exists()


def test_everything_is_asked_once_then_written_in_one_run(reader: Reader) -> None:
    reader.overview()
    question = reader.ask_everything()
    assert not Interface.objects.exists()
    assert "VLANs 2 will be created" in words(question) and "Interfaces 9 will be created" in words(question)
    answer = reader.sync_everything()
    assert Interface.objects.count() == 9 and VLAN.objects.count() == 2
    assert "2 VLANs, " in words(answer) and "9 interfaces" in words(answer)
    assert [one["resource"] for one in SyncRun.objects.get().results if one["applied"]][-2:] == [
        "vlans",
        "interfaces",
    ]
    assert reader.last["HX-Trigger-After-Swap"] == "librenms:close-modal"
    assert line(answer, "interfaces").startswith("Interfaces Same 9")


def test_what_waits_for_interfaces_of_the_same_run_is_told_and_written_with_them(
    reader: Reader, simulator: Simulator
) -> None:
    first, second, *_rest = (pk for pk, port in simulator.state.ports.items() if port["ifName"].startswith("Gi"))
    for number, port in enumerate((first, second), 1):
        simulator.state.add_address(port, f"10.0.0.{number}/24")
    far = make_device("far", librenms_id=simulator.state.add_device(hostname="far"))
    Interface.objects.create(device=far, name="eth0", type="1000base-t")
    simulator.state.add_link(first, remote_hostname="far", remote_port_name="eth0")
    reader.overview()
    question = words(reader.ask_everything())
    assert "IP addresses 2 will be created" in question and "Cables 1 will be created" in question
    answer = words(reader.sync_everything())
    assert "9 interfaces, 2 IP addresses, 1 cable synced" in answer
    assert (IPAddress.objects.count(), Cable.objects.count()) == (2, 1)
    assert "Nothing to sync" in words(reader.ask_everything())


def test_what_has_nothing_to_do_is_named_in_one_line(reader: Reader) -> None:
    reader.overview()
    assert "Nothing to do: IP addresses, Cables." in words(reader.ask_everything())


def test_what_stays_and_why_is_told_before(reader: Reader) -> None:
    for name in ("Gi1/0/1", "gi1/0/1"):
        Interface.objects.create(device=reader.instance, name=name, type="other")
    reader.overview()
    question = words(reader.ask_everything())
    stays = line(reader.overview(), "interfaces")
    assert ("1 will stay as it is" in question) == ("Conflict 1" in stays or "Blocked 1" in stays)


def test_what_changed_meanwhile_is_not_written_and_named(reader: Reader) -> None:
    reader.overview()
    reader.ask_everything()
    reader.sync_everything()
    Interface.objects.update(description="first")
    reader.overview()
    reader.ask_everything()
    Interface.objects.filter(name="Gi1/0/1").update(description="second")
    answer = words(reader.sync_everything())
    assert Interface.objects.get(name="Gi1/0/1").description == "second"
    assert Interface.objects.get(name="Gi1/0/2").description == "desk 2"
    assert "Not written Gi1/0/1 This has changed since it was shown" in answer


def test_a_question_that_nobody_remembers_writes_nothing(reader: Reader) -> None:
    reader.overview()
    reader.ask_everything()
    cache.delete_many(cache.keys("*:seen:*"))
    assert "out of date, so nothing was written" in words(reader.sync_everything())
    assert not Interface.objects.exists()


def test_only_what_one_may_write_is_offered_and_written(reader: Reader) -> None:
    permissions = {
        "dcim.device": ["view"],
        "dcim.interface": ["view", "add", "change"],
        "dcim.macaddress": ["view", "add"],
        "ipam.vlan": ["view"],
        "netbox_librenms_plugin.librenmssettings": ["view", "change"],
    }
    other = Reader(somebody("network", permissions), Device.objects.get())
    other.overview()
    assert "VLANs Left alone: you may not change these in NetBox." in words(other.ask_everything())
    answer = other.sync_everything(**{"seen-vlans": "0" * 32})
    assert "9 interfaces synced" in words(answer)
    assert Interface.objects.exists() and not VLAN.objects.exists()


def test_who_only_looks_is_offered_nothing_to_write(reader: Reader) -> None:
    looking = {"dcim.device": ["view"], "netbox_librenms_plugin.librenmssettings": ["view"]}
    assert "differences…" not in words(Reader(somebody("looking", looking), Device.objects.get()).overview())
    assert "Sync all 12 differences" in words(reader.overview())


def test_the_number_of_rows_does_not_show_in_the_number_of_queries(simulator: Simulator) -> None:
    costs: dict[int, Any] = {}
    for ports in (10, 150):
        reader = a_switch(simulator, ports)
        reader.overview()
        with counted() as overview:
            reader.overview()
        with counted() as question:
            reader.ask_everything()
        assert writes_in(overview) == writes_in(question) == []
        costs[ports] = (len(overview), len(question))
    assert costs[10] == costs[150] and max(costs[10]) <= MOST_QUERIES, costs
    print(costs)


def test_refresh_asks_for_all_resources(reader: Reader, simulator: Simulator) -> None:
    reader.overview()
    number = reader.instance.custom_field_data["librenms_id"]["default"]
    simulator.state.add_vlan(number, 30, "net-30")
    simulator.state.add_port(number, ifName="Gi1/0/99")
    reader.query = {"tab": "overview"}
    reader.post("refresh")
    html = reader.overview()
    assert "Missing 3" in line(html, "vlans") and "Missing 10" in line(html, "interfaces")
