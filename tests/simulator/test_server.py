"""Starting and stopping, in a thread and as a process; big data; folders."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from simulator_client import Client

from simulator.data import Dataset
from simulator.large import build_large
from simulator.server import Simulator
from tests.beside import DATASET, needs

ROOT = Path(__file__).resolve().parents[2]


def test_stops_and_lets_the_port_go(small: Dataset) -> None:
    with Simulator(small) as simulator:
        url, port = simulator.url, simulator.port
        assert requests.get(f"{url}/login", timeout=5).ok
    assert simulator.url == url
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/login", timeout=5)
    with Simulator(small, port=port) as again:
        assert again.url == url
    simulator.stop()


def test_remembers_requests_and_forgets_them(simulator: Simulator, admin: Client) -> None:
    admin.get("/devices?type=up")
    admin.send("PATCH", "/devices/1", json={"field": "notes", "data": "x"})
    assert simulator.requests == [
        ("GET", "/api/v0/devices", "type=up"),
        ("PATCH", "/api/v0/devices/1", ""),
    ]
    simulator.requests.clear()
    assert simulator.requests == []


def test_copies_are_independent(small: Dataset) -> None:
    other = small.copy()
    other.devices[1]["sysName"] = "other"
    other.remove_device(2)
    assert small.devices[1]["sysName"] == "sw-one.example.net"
    assert len(small.links) == 2 and len(other.links) == 1


def test_helpers_refuse_columns_that_do_not_exist(small: Dataset) -> None:
    with pytest.raises(TypeError, match="ifHighSpeed"):
        small.add_port(1, ifName="x", ifHighSpeed=10)
    with pytest.raises(TypeError, match="No such column: nosuch"):
        small.add_device(hostname="x", nosuch=1)


def test_large_network_answers_with_all_of_it() -> None:
    dataset = build_large(devices=500, ports=15_000)
    assert (len(dataset.devices), len(dataset.ports)) == (500, 15_000)
    with Simulator(dataset) as simulator:
        client = Client(simulator, simulator.tokens.admin)
        ports = client.get("/ports?columns=port_id,device_id,ifName,ifAlias,ifSpeed,ifMtu").json()["ports"]
        links = client.get("/resources/links").json()["links"]
    assert len({row["port_id"] for row in ports}) == 15_000
    assert ports[0]["ifAlias"] == "uplink" and ports[1]["ifMtu"] == 1500
    assert len(links) == 900 and all(row["remote_device_id"] for row in links)


@needs(DATASET)
def test_reads_a_folder_with_made_up_secrets() -> None:
    with Simulator(str(DATASET)) as simulator:
        rows = Client(simulator, simulator.tokens.reader).get("/devices").json()["devices"]
    assert len(rows) == 71
    assert all(row["community"] or row["authpass"] for row in rows)


def test_unknown_data_is_told() -> None:
    with pytest.raises(ValueError, match="give company, large, large:1000, or a folder"):
        Simulator("/nowhere")


def test_runs_as_a_process(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    command = [sys.executable, "-m", "simulator", "--data", "company", "--version", "26.4"]
    command += ["--port-file", str(port_file), "--token", "one", "reader:two"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url.startswith("http://127.0.0.1:")
            headers = {"X-Auth-Token": "one"}
            assert requests.get(f"{url}/api/v0/devices", headers=headers, timeout=10).json()["count"] > 30
            reader = {"X-Auth-Token": "two"}
            assert requests.delete(f"{url}/api/v0/devices/1", headers=reader, timeout=10).status_code == 403
            assert _written(port_file) == url.rpartition(":")[2]
        finally:
            process.terminate()


def _written(path: Path) -> str:
    deadline = time.monotonic() + 5
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    return path.read_text(encoding="ascii").strip()
