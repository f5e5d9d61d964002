"""Writes: what they answer, and what the state is afterwards."""

from __future__ import annotations

import pytest
from simulator_client import Client

from simulator.data import Dataset
from simulator.server import Simulator


def test_adds_finds_and_removes_a_device(simulator: Simulator, admin: Client) -> None:
    body = {"hostname": "new.example.net", "snmpver": "v2c", "community": "c", "location": "New place"}
    answer = admin.send("POST", "/devices", json=body)
    added = answer.json()["devices"][0]
    assert (answer.status_code, added["hostname"], added["community"]) == (200, "new.example.net", "c")
    assert simulator.state.devices[added["device_id"]]["location_id"] == simulator.state.location_id("New place")
    again = admin.send("POST", "/devices", json=body | {"hostname": "NEW.example.net"})
    assert (again.status_code, again.json()["message"]) == (500, "Device NEW.example.net already exists")
    removed = admin.send("DELETE", "/devices/new.example.net").json()
    assert removed["message"] == "Removed device new.example.net\n"
    assert admin.send("DELETE", "/devices/new.example.net").status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        ({}, 400, "No information"),
        ({"snmpver": "v2c"}, 400, "Missing the device hostname"),
        ({"hostname": "bad host!"}, 400, "Invalid hostname"),
        ({"hostname": "x", "force_add": True}, 400, "SNMP information is required"),
        ({"hostname": "x", "version": "v9"}, 500, "Unsupported SNMP Version"),
        ({"hostname": "x.invalid"}, 500, "Could not ping"),
        ({"hostname": "silent"}, 500, "Could not connect"),
        ({"hostname": "198.18.0.1"}, 500, "already have device sw-one"),
    ],
)
def test_refuses_devices(simulator: Simulator, admin: Client, body: dict[str, object], status: int, text: str) -> None:
    simulator.state.unreachable.add("silent")
    answer = admin.send("POST", "/devices", json=body)
    assert answer.status_code == status and text in answer.json()["message"]
    assert len(simulator.state.devices) == 3


def test_patch_truncates_ignores_and_converts_without_a_word(simulator: Simulator, admin: Client) -> None:
    def patch(field: object, data: object) -> None:
        assert admin.send("PATCH", "/devices/1", json={"field": field, "data": data}).status_code == 200

    row = simulator.state.devices[1]
    patch("sysName", "X" * 300)
    patch("nosuch", "y")
    patch("display", "z")
    patch("location", "ignored")
    assert (row["sysName"], row["display"], row["location_id"]) == ("x" * 128, "sw-one.example.net", 1)
    patch(["location", "override_sysLocation"], ["Room 101", 1])
    assert (simulator.state.locations[row["location_id"]]["location"], row["override_sysLocation"]) == ("Room 101", 1)
    patch(["notes", "purpose", "disabled"], ["note", "p2", 1])
    assert (row["notes"], row["purpose"], row["disabled"]) == ("note", "p2", 1)
    patch("notes", None)
    assert row["notes"] is None
    simulator.state.stubborn.add("sw-one.example.net")
    patch(["notes", "disabled"], ["other", 0])
    assert (row["notes"], row["disabled"]) == (None, 1)
    patch("location_id", "abc")
    assert row["location_id"] == 0
    assert admin.get("/devices/1").json()["devices"][0]["location"] is None


def test_rename_answers_blank_and_forgets_the_address(simulator: Simulator, admin: Client) -> None:
    answer = admin.send("PATCH", "/devices/1/rename/renamed.example.net")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert simulator.state.devices[1]["ip"] is None
    assert admin.send("PATCH", "/devices/1/rename/sw-two.example.net").status_code == 500
    assert admin.send("PATCH", "/devices/nope/rename/x").status_code == 404


def test_locations_and_maintenance(simulator: Simulator, admin: Client) -> None:
    def post(**body: object) -> int:
        return admin.send("POST", "/locations", json=body).status_code

    assert post(location="A", lat="1.5", lng="2") == 201
    assert post(location="B", lat=0, lng=2) == 400
    assert post(location="A", lat="1", lng="2") == 500
    assert admin.get("/location/A").json()["get_location"]["lat"] == 1.5
    assert admin.send("PATCH", "/locations/A", json={"lat": "9"}).status_code == 500
    assert admin.send("DELETE", "/locations/A").status_code == 201
    assert admin.send("DELETE", "/locations/A").status_code == 400
    assert admin.send("POST", "/devices/1/maintenance", json={"duration": "1:00"}).status_code == 201
    assert admin.get("/devices/1/maintenance").json()["is_under_maintenance"] is True
    assert simulator.state.maintenance == {1}
    later = {"duration": "0:30", "start": "2030-01-01 00:00:00"}
    assert admin.send("POST", "/devices/2/maintenance", json=later).status_code == 201
    assert simulator.state.maintenance == {1}
    assert [one["device_id"] for one in simulator.state.windows] == [1, 2]


def test_older_release_can_change_a_location(small: Dataset) -> None:
    with Simulator(small, "25") as simulator:
        client = Client(simulator, simulator.tokens.admin)
        assert client.send("PATCH", "/locations/1", json={"lat": "9.5", "lng": "8"}).status_code == 201
        assert client.get("/resources/locations").json()["locations"][0]["lat"] == "9.50000000"
