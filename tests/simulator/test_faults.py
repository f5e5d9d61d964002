"""Faults: each kind does what it says, as often as asked, and over HTTP too."""

from __future__ import annotations

import json
import time

import pytest
import requests
from simulator_client import Client

from simulator.faults import HOSTILE
from simulator.server import Simulator


def test_delay_status_html_and_redirect(simulator: Simulator, admin: Client) -> None:
    simulator.faults.add("/ping$", "delay", seconds=0.2)
    simulator.faults.add("/system$", "status", status=503, message="Sorry")
    simulator.faults.add("/devices$", "html", status=504)
    simulator.faults.add("/ports$", "redirect")
    started = time.monotonic()
    assert admin.get("/ping").ok and time.monotonic() - started >= 0.2
    assert (admin.get("/system").status_code, admin.get("/system").json()["message"]) == (503, "Sorry")
    page = admin.get("/devices")
    assert (page.status_code, page.headers["Content-Type"]) == (504, "text/html; charset=utf-8")
    assert "504 Gateway Time-out" in page.text
    assert admin.get("/ports").headers["Location"] == "/login"


def test_truncated_and_dropped(simulator: Simulator, admin: Client) -> None:
    simulator.faults.add("/devices$", "truncated", times=1)
    broken = admin.get("/devices")
    assert broken.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(broken.text)
    assert admin.get("/devices").json()["count"] == 3
    simulator.faults.add("/devices$", "drop", times=1)
    with pytest.raises(requests.ConnectionError):
        admin.get("/devices")
    assert admin.get("/devices").ok


@pytest.mark.parametrize("part", ["body", "chunks"])
def test_a_body_that_drips(simulator: Simulator, admin: Client, part: str) -> None:
    simulator.faults.add("/devices$", "drip", part=part, seconds=0.01, drops=20, times=1)
    answer = admin.get("/devices", stream=True)
    assert answer.raw.read(5) == b" " * 5
    with pytest.raises(requests.RequestException):
        assert answer.content
    assert admin.get("/devices").json()["count"] == 3


def test_a_header_that_drips(simulator: Simulator, admin: Client) -> None:
    simulator.faults.add("/devices$", "drip", part="header", seconds=0.01, drops=20)
    assert admin.get("/devices").headers["X-Slow"] == "x" * 20


def test_cut_off_and_told_to_wait(simulator: Simulator, admin: Client) -> None:
    simulator.faults.add("/devices$", "truncated", abort=True, keep=0.9)
    with pytest.raises(requests.RequestException):
        admin.get("/devices")
    simulator.faults.add("/ping$", "status", status=429, retry_after=7)
    assert (admin.get("/ping").status_code, admin.get("/ping").headers["Retry-After"]) == (429, "7")


def test_wrong_types_in_one_row_only(simulator: Simulator, admin: Client) -> None:
    simulator.faults.add("/devices$", "wrong_types", row=1)
    rows = admin.get("/devices").json()["devices"]
    assert [isinstance(row["device_id"], int) for row in rows] == [True, False, True]
    assert isinstance(rows[1]["hostname"], list)
    simulator.faults.clear()
    simulator.faults.add("/ports", "wrong_types", fields=["ifName"])
    row = admin.get("/ports").json()["ports"][0]
    assert isinstance(row["port_id"], int) and isinstance(row["ifName"], list)


def test_hostile_text_everywhere_and_still_valid_json(simulator: Simulator, admin: Client) -> None:
    simulator.faults.add("/ports", "hostile", fields=["ifName", "ifAlias"])
    rows = admin.get("/ports?columns=port_id,ifName,ifAlias,ifType").json()["ports"]
    assert {row["ifName"] for row in rows} <= set(HOSTILE) and len({row["ifName"] for row in rows}) == 3
    assert rows[0]["ifType"] == "ethernetCsmacd"
    simulator.faults.add("/devices/1$", "hostile")
    assert admin.get("/devices/1").json()["devices"][0]["location"]["location"] in HOSTILE


def test_empty_and_memory(simulator: Simulator, admin: Client) -> None:
    simulator.faults.add("/devices$", "empty")
    assert admin.get("/devices").json() == {"status": "ok", "devices": [], "count": 0}
    simulator.faults.add("/ports", "memory", limit=2)
    assert admin.get("/ports").json() == {"message": "Server Error"}
    assert admin.get("/devices/1/ports").ok


def test_times_method_and_query(simulator: Simulator, admin: Client) -> None:
    simulator.faults.add(r"/ports\?.*ifAlias", "status", times=2, method="GET")
    codes = [admin.get("/ports?columns=port_id,ifAlias").status_code for _ in range(3)]
    assert codes == [500, 500, 200]
    assert admin.get("/ports").ok


def test_mistakes_are_told() -> None:
    faults = Simulator(data="company").faults
    for path, kind, options in (
        ("x", "nosuch", {}),
        ("(", "drop", {}),
        ("x", "drop", {"status": 1}),
        ("x", "drip", {"part": "x"}),
    ):
        with pytest.raises(ValueError):
            faults.add(path, kind, **options)
    assert not faults.active


def test_switchboard_over_http(simulator: Simulator, admin: Client) -> None:
    board = f"{simulator.url}/_simulator"
    added = requests.post(f"{board}/faults", json={"path": "/ping", "kind": "status", "status": 418}, timeout=5)
    assert added.json()["faults"][0]["kind"] == "status"
    assert admin.get("/ping").status_code == 418
    assert requests.post(f"{board}/faults", json={"path": "x", "kind": "nosuch"}, timeout=5).status_code == 400
    assert requests.delete(f"{board}/faults", timeout=5).json()["faults"] == []
    assert admin.get("/ping").ok
    seen = requests.get(f"{board}/requests", timeout=5).json()["requests"]
    assert [row["path"] for row in seen] == ["/api/v0/ping", "/api/v0/ping"]
    assert requests.delete(f"{board}/requests", timeout=5).json()["count"] == 0
    assert requests.get(f"{board}/nosuch", timeout=5).status_code == 404
