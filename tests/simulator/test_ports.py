"""Ports: columns, VLANs, names with slashes, searches."""

from __future__ import annotations

import pytest
from simulator_client import Client

from simulator.data import Dataset
from simulator.server import Simulator


def test_default_columns_are_few(admin: Client) -> None:
    assert set(admin.get("/ports").json()["ports"][0]) == {"port_id", "ifName"}
    assert set(admin.get("/devices/1/ports").json()["ports"][0]) == {"ifName"}
    assert "count" not in admin.get("/ports").json()


@pytest.mark.parametrize(
    ("columns", "status", "message"),
    [
        ("port_id,nosuch", 400, "Invalid columns: nosuch"),
        ("IFNAME", 400, "Invalid columns: IFNAME"),
        ("*", 400, "Invalid columns: *"),
        ("port_id,%20ifName", 500, "Database inconsistent"),
    ],
)
def test_columns_are_checked(admin: Client, columns: str, status: int, message: str) -> None:
    for path in ("/ports", "/devices/1/ports"):
        answer = admin.get(f"{path}?columns={columns}")
        assert (answer.status_code, answer.json()["message"]) == (status, message)
    assert admin.get("/ports?columns[]=ifName").json() == {"message": "Server Error"}


def test_asked_columns_come_in_that_order_with_defaults_filled_in(admin: Client) -> None:
    row = admin.get("/ports?columns=device_id,ifName,ifDescr,ifMtu,ifVlan,poll_period").json()["ports"][0]
    assert row == {
        "device_id": 1,
        "ifName": "Gi1/0/1",
        "ifDescr": "Gi1/0/1",
        "ifMtu": 1500,
        "ifVlan": None,
        "poll_period": 300,
    }
    assert list(row)[:2] == ["device_id", "ifName"]


def test_vlans_of_ports_only_where_the_release_has_them(small: Dataset) -> None:
    for version, present in (("26.7", True), ("26.4", False), ("25", False)):
        with Simulator(small, version) as simulator:
            client = Client(simulator, simulator.tokens.admin)
            row = client.get("/devices/1/ports?columns=port_id,ifName&with=vlans").json()["ports"][0]
        assert ("vlans" in row) is present
        assert not present or [(vlan["vlan"], vlan["untagged"]) for vlan in row["vlans"]] == [(10, 1)]


def test_one_odd_state_breaks_whole_lists_on_one_release(small: Dataset) -> None:
    small.ports[3]["ifOperStatus"] = "odd"
    for version, status in (("26.7", 200), ("26.4", 500)):
        with Simulator(small, version) as simulator:
            client = Client(simulator, simulator.tokens.admin)
            assert client.get("/ports?columns=port_id,ifOperStatus").status_code == status
            assert client.get("/devices/2/ports?columns=port_id,ifOperStatus").status_code == status
            assert client.get("/devices/1/ports?columns=port_id,ifOperStatus").status_code == 200
            assert client.get("/ports?columns=port_id,ifAdminStatus").status_code == 200


def test_deleted_ports_are_only_found_by_id(simulator: Simulator, admin: Client) -> None:
    simulator.state.ports[1]["deleted"] = 1
    assert [row["port_id"] for row in admin.get("/ports").json()["ports"]] == [2, 3]
    assert [row["ifName"] for row in admin.get("/devices/1/ports").json()["ports"]] == ["Po1"]
    assert admin.get("/ports/1").json()["port"][0]["deleted"] == 1
    assert admin.get("/ports/abc").json()["port"] == []


def test_slashes_in_names_need_encoding(admin: Client) -> None:
    assert admin.get("/devices/1/ports/Gi1%2F0%2F1").json()["port"]["port_id"] == 1
    assert admin.get("/devices/1/ports/Gi1/0/1").status_code == 500
    assert admin.get("/devices/1/ports/nope").json()["count"] == 6
    assert admin.get("/devices/1/ports/Gi1%2F0%2F1/port_bits").headers["Content-Type"] == "image/svg+xml"
    assert admin.get("/devices/1/ports/Gi1/0/1/port_bits").status_code == 500


def test_search(admin: Client) -> None:
    assert [row["port_id"] for row in admin.get("/ports/search/TO%20two").json()["ports"]] == [1]
    assert [row["port_id"] for row in admin.get("/ports/search/ifName/1/0/1").json()["ports"]] == [1]
    assert admin.get("/ports/search/ifAlias/zzz").json()["message"] == "No ports found"
    assert admin.get("/ports/search/bogus/x").status_code == 400


def test_json_is_laid_out_as_php_does_it(admin: Client) -> None:
    assert admin.get("/devices/1/ports").text == (
        '{\n    "status": "ok",\n    "ports": [\n        {\n            "ifName": "Gi1\\/0\\/1"\n        },\n'
        '        {\n            "ifName": "Po1"\n        }\n    ]\n}'
    )
    assert '"location": "Stra\\u00dfe 1"' in admin.get("/resources/locations").text
    assert '"alerts": [],\n    "count": 0\n' in admin.get("/alerts").text
    assert admin.get("/ports").headers["Transfer-Encoding"] == "chunked"


def test_many_rows_stay_valid_json(small: Dataset) -> None:
    for number in range(2500):
        small.add_port(2, ifName=f"x}},\n {number}", ifAlias='"},{"')
    with Simulator(small) as simulator:
        answer = Client(simulator, simulator.tokens.admin).get("/ports?columns=port_id,ifName,ifAlias").json()
    assert len({row["port_id"] for row in answer["ports"]}) == len(small.ports)
    assert answer["ports"][-1]["ifName"] == "x},\n 2499"
