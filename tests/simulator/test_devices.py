"""How a device is found, filtered, ordered and shown."""

from __future__ import annotations

import pytest
from simulator_client import Client

from simulator.data import Dataset
from simulator.server import Simulator


def hostnames(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"/devices{query}").json()
    assert answer["count"] == len(answer["devices"])
    return [row["hostname"] for row in answer["devices"]]


def test_lists_by_hostname_with_the_whole_server(admin: Client) -> None:
    assert hostnames(admin) == ["12345", "sw-one.example.net", "sw-two.example.net"]
    assert hostnames(admin, "?limit=1&offset=1") == hostnames(admin)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?type=hostname&query=SW-", 2),
        ("?type=hostname&query=sw%25net", 2),
        ("?type=hostname&query=sw_one", 1),
        ("?type=os&query=IOS", 2),
        ("?type=os&query=io", 0),
        ("?type=os", 0),
        ("?type=location&query=stra%C3%9Fe", 1),
        ("?type=location_id&query=1", 1),
        ("?type=down", 1),
        ("?type=up", 2),
        ("?type=ipv4&query=192.0.2.2", 1),
        ("?type=ipv6&query=2001:db8::1", 1),
        ("?type=nonsense&query=x", 3),
        ("?order=nosuchcolumn", 0),
        ("?order=hostname;drop", 3),
    ],
)
def test_filters_as_the_real_server_does(admin: Client, query: str, found: int) -> None:
    assert len(hostnames(admin, query)) == found


def test_orders_by_a_column(admin: Client) -> None:
    assert hostnames(admin, "?order=device_id+desc") == ["12345", "sw-two.example.net", "sw-one.example.net"]


def test_finds_by_id_and_by_hostname_whatever_its_case(admin: Client) -> None:
    for name in ("1", "SW-ONE.example.net", "sw-one.example.net%20"):
        assert admin.get(f"/devices/{name}").json()["devices"][0]["device_id"] == 1
    # All digits mean an id, even where a hostname is like that.
    assert admin.get("/devices/12345").status_code == 404
    assert admin.get("/devices/a%2Fb").json() == {"message": "Server Error"}


def test_list_and_single_answer_differ(admin: Client) -> None:
    listed = admin.get("/devices?type=device_id&query=1").json()["devices"][0]
    single = admin.get("/devices/1").json()["devices"][0]
    assert (listed["status"], single["status"]) == (1, True)
    assert (listed["icon"], single["icon"]) == ("cisco.svg", "images/os/cisco.svg")
    assert listed["location"] == single["location"]["location"] == "Here / there"
    assert single["last_polled"].endswith("Z") and not listed["last_polled"].endswith("Z")
    assert "dependency_parent_id" in listed and "dependency_parent_id" not in single
    assert listed["community"] == single["community"] != ""


@pytest.mark.parametrize(("version", "location"), [("26.7", dict), ("26.4", None), ("25", str)])
def test_single_location_by_release(small: Dataset, version: str, location: type | None) -> None:
    with Simulator(small, version) as simulator:
        row = Client(simulator, simulator.tokens.admin).get("/devices/1").json()["devices"][0]
    assert ("location" in row) is (location is not None)
    assert location is None or isinstance(row["location"], location)


def test_a_known_guest_has_no_single_answer_on_the_newest_release(small: Dataset) -> None:
    guest = small.add_device(hostname="vm.example.net", parent_id=1)
    for version, status in (("26.7", 500), ("25", 200)):
        with Simulator(small, version) as simulator:
            client = Client(simulator, simulator.tokens.admin)
            assert client.get(f"/devices/{guest}").status_code == status
            assert [row.get("parent_id") for row in client.get("/devices").json()["devices"]].count(1) == 1


def test_unknown_names_answer_with_the_whole_server(admin: Client) -> None:
    assert admin.get("/devices/nope/links").json()["count"] == 2
    assert admin.get("/devices/999/links").status_code == 404
    assert admin.get("/resources/vlans?hostname=nope").json()["count"] == 2
    assert admin.get("/resources/vlans?hostname=1").json()["count"] == 1


def test_empty_lists_are_404_where_the_real_server_says_so(admin: Client) -> None:
    for path in ("/devices/3/ports", "/devices/3/ip", "/devices/3/links", "/devices/3/groups", "/devicegroups/Nobody"):
        answer = admin.get(path)
        assert (answer.status_code, answer.json()["status"]) == (404, "error"), path
    for path in ("/devices/3/vlans", "/inventory/3/all", "/devices/nope/port_stack", "/devices/nope/transceivers"):
        assert admin.get(path).status_code == 200, path


def test_inventory_shows_the_top_only_unless_all_is_asked(admin: Client) -> None:
    assert admin.get("/inventory/1").json()["count"] == 1
    assert admin.get("/inventory/1?entPhysicalContainedIn=1").json()["count"] == 1
    assert admin.get("/inventory/1/all").json()["count"] == 2
    assert admin.get("/inventory/nope").status_code == 400


def test_edits_of_the_state_show_in_the_next_answer(simulator: Simulator, admin: Client) -> None:
    simulator.state.devices[1]["sysName"] = "changed"
    simulator.state.locations[1]["location"] = "Elsewhere"
    row = admin.get("/devices?type=device_id&query=1").json()["devices"][0]
    assert (row["sysName"], row["location"]) == ("changed", "Elsewhere")
    simulator.state.remove_device(1)
    assert admin.get("/devices/1").status_code == 404
    assert admin.get("/resources/links").json()["count"] == 1
