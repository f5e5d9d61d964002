"""Tokens, roles, what a scoped user sees, and what lies outside the API."""

from __future__ import annotations

import pytest
import requests
from simulator_client import Client

from simulator.data import Dataset
from simulator.server import Simulator


@pytest.mark.parametrize("token", [None, "", "no-such-token", "4d5e6f708192a3b44d5e6f708192a3b4"])
def test_refuses_unknown_and_disabled_tokens(simulator: Simulator, token: str | None) -> None:
    for path in ("/devices", "/nosuch"):
        answer = Client(simulator, token).get(path)
        assert (answer.status_code, answer.json()) == (401, {"message": "Unauthenticated."})


def test_takes_a_token_from_every_place(simulator: Simulator) -> None:
    token = simulator.tokens.admin
    url = f"{simulator.url}/api/v0/system"
    assert requests.get(url, headers={"X-Auth-Token": token.upper()}, timeout=5).ok
    assert requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=5).ok
    assert requests.get(url, auth=("anybody", token), timeout=5).ok
    assert requests.get(f"{url}?api_token={token}", timeout=5).ok
    assert requests.get(url, headers={"Authorization": f"Token {token}"}, timeout=5).status_code == 401
    assert all(token not in seen.query for seen in simulator.requests)


def test_reader_sees_all_and_writes_nothing(simulator: Simulator) -> None:
    reader = Client(simulator, simulator.tokens.reader)
    assert reader.get("/devices").json()["count"] == 3
    answer = reader.send("PATCH", "/devices/1", json={"field": "notes", "data": "x"})
    assert (answer.status_code, answer.json()) == (403, {"message": "This action is unauthorized."})


def test_user_sees_own_devices_with_the_leaks_of_the_real_server(simulator: Simulator) -> None:
    simulator.user_devices = {1}
    user = Client(simulator, simulator.tokens.user)
    assert [row["device_id"] for row in user.get("/devices").json()["devices"]] == [1]
    assert {row["device_id"] for row in user.get("/ports?columns=device_id").json()["ports"]} == {1}
    assert user.get("/resources/links").json()["count"] == 1
    assert user.get("/resources/ip/addresses").json()["count"] == 3
    assert user.get("/resources/vlans").status_code == 403
    for path in ("/devices/2", "/devices/2/ip", "/devices/2/vlans", "/inventory/2/all", "/devices/2/port_stack"):
        assert user.get(path).json()["message"] == "Insufficient permissions to access this device", path
    assert user.get("/devices/2/ports").json()["message"] == "No ports found"
    assert user.get("/devices/2/transceivers").json()["transceivers"] == []
    assert user.get("/ports/1").status_code == user.get("/location/1").status_code == 500


def test_without_a_role_by_release(small: Dataset) -> None:
    with Simulator(small) as simulator:
        nobody = Client(simulator, simulator.tokens.norole)
        assert nobody.get("/system").ok and nobody.get("/ping").json() == {"message": "pong"}
        assert nobody.get("/devices").json() == {"message": "This action is unauthorized."}
    with Simulator(small, "26.4") as simulator:
        nobody = Client(simulator, simulator.tokens.norole)
        assert nobody.get("/devices").json() == {"status": "ok", "devices": [], "count": 0}
        assert nobody.get("/devices/1/ports").json()["message"] == "No ports found"
        assert Client(simulator, simulator.tokens.user).get("/resources/vlans").json()["count"] == 2


def test_unknown_routes_and_methods_are_404(admin: Client) -> None:
    for method, path in (("GET", "/nosuch"), ("DELETE", "/system"), ("PUT", "/devices/1"), ("GET", "/locations")):
        answer = admin.send(method, path)
        assert (answer.status_code, answer.json()["message"]) == (404, "This API route doesn't exist."), path


def test_outside_the_api_is_a_login_page(simulator: Simulator) -> None:
    for path in ("/api", "/api/v2/devices", "/", "/device/1"):
        answer = requests.get(simulator.url + path, allow_redirects=False, timeout=5)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/login"), path
    assert requests.get(f"{simulator.url}/api/v1/devices", timeout=5).status_code == 404
    assert "<html" in requests.get(f"{simulator.url}/login", timeout=5).text


def test_versions_and_route_map(small: Dataset) -> None:
    maps = {}
    for version, local in (("26.7", "26.7.0"), ("26.4", "26.4.1"), ("25", "25.12.0")):
        with Simulator(small, version) as simulator:
            client = Client(simulator, simulator.tokens.reader)
            assert client.get("/system").json()["system"][0]["local_ver"] == local
            maps[version] = client.get("").json()
            assert maps[version]["list_devices"] == f"{simulator.url}/api/v0/devices"
    assert {len(found) for found in maps.values()} == {139}
    assert set(maps["26.7"]) != set(maps["26.4"]) == set(maps["25"])
    with pytest.raises(ValueError, match="choose one of 26.7, 26.4, 25"):
        Simulator(small, "24")
