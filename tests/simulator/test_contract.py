"""The simulator against a real server: every recorded request is repeated, status and shape of the answer compared.

Values are not compared, except in the error messages of the real server where they hold no name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from recorded_network import recorded_network

from simulator.server import Simulator
from tests.beside import DATASET, RECORDINGS, may_be_skipped

if may_be_skipped(RECORDINGS) or may_be_skipped(DATASET):
    pytest.skip("The recordings of a real server are not beside the project", allow_module_level=True)

# Recordings that are not repeated, and why.
LEFT_OUT: dict[str, str] = {
    "vrf": "The simulated devices have no VRFs.",
}

# These change state and build on each other, so they are repeated in this order on one server.
SEQUENCE = """
add-force-no-snmp add-empty add-no-body add-not-json add-form-encoded add-missing-hostname add-invalid-hostname
add-badversion add-unresolvable add-noresponse-snmp add-reader-forbidden add-ip-already-known add-ip-already-known-2
add-snmp-ok add-duplicate-hostname add-snmp-ok-same-sysname add-force-ok add-force-duplicate add-force-duplicate-case
add-ping-only add-exists-after
patch-404 patch-empty patch-notjson patch-bad-field-hostname patch-mismatch patch-missing-data patch-multi patch-null
patch-purpose patch-overwrite-ip patch-sysname patch-toolong patch-unfillable-display patch-unknown-field-silently-ok
patch-location patch-location-single-field patch-bad-type patch-after put-not-patch
rename rename-404 rename-after rename-to-existing rename-after-dup rename-with-rrd rename-back
delete-404 delete-ok delete-again delete-by-id delete-localhost delete-127.0.0.7
location-post location-post-badcoords location-post-dup location-post-missing location-post-notjson
location-post-numbers location-post-zero-coords location-get-after location-patch location-patch-404
location-patch-id location-delete location-delete-404
parents-add-bad parents-add-self parents-add parents-del parents-del-all
devicegroup-post-bad devicegroup-post devicegroup-post-dup devicegroup-add-devices devicegroup-remove-devices
devicegroup-patch devicegroup-delete devicegroup-delete-404
port-description-patch port-description-after port-description-clear port-description-after-clear
port-description-patch-404
maintenance-post-empty maintenance-post maintenance-after eventlog-post eventlog-post-404 discover discover-404
alerts-ack alerts-unmute
""".split()

# The category of _field_types.json that a key of an answer belongs to.
CATEGORIES = {
    "ports": "ports",
    "links": "links",
    "link": "links",
    "vlans": "vlans",
    "addresses": "ip",
    "ip_addresses": "ip",
    "locations": "locations",
    "ports_fdb": "fdb",
    "inventory": "inventory",
    "mappings": "port_stack",
    "transceivers": "transceivers",
}
# Recordings that show more forms of a row than the one at hand, whose list is cut short.
RICHER = {
    "addresses": "resources-ip-addresses",
    "ip_addresses": "resources-ip-addresses",
    "port": "port-by-id",
}
# A device that was never polled is last in the poller log, beyond the rows that were kept.
NULLABLE = {"last_polled", "last_polled_timetaken"}
OPTIONAL = {"parent_id"}
NUMBERS = {"int", "float"}

Recording = dict[str, Any]


def _recordings() -> dict[str, Recording]:
    files = sorted(path for path in RECORDINGS.glob("*.json") if not path.name.startswith("_"))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in files}


ALL = _recordings()
FIELD_TYPES = json.loads((RECORDINGS / "_field_types.json").read_text(encoding="utf-8"))
SINGLE = [name for name in ALL if name not in SEQUENCE and name not in LEFT_OUT]


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Simulator]]:
    """One server for each kind of server that was recorded."""
    network = recorded_network(DATASET)
    running = {
        "real": Simulator(network.copy()),
        "26.4.1": Simulator(network.copy(), "26.4"),
        "bulk": Simulator(network.copy()),
        "bulk, PHP memory_limit 128M": Simulator(network.copy()),
        "sequence": Simulator(network.copy()),
        "database down": Simulator(network.copy()),
    }
    for simulator in running.values():
        simulator.start()
        simulator.user_devices = {1, 40, 83}
    running["bulk"].user_devices = set()
    _break(running)
    yield running
    for simulator in running.values():
        simulator.stop()


def _break(running: dict[str, Simulator]) -> None:
    short = running["bulk, PHP memory_limit 128M"].faults
    short.add(r"/ports\?columns", "html", status=502)
    short.add("/ports$", "memory", limit=100)
    running["database down"].faults.add("", "status", status=503, message="Error connecting to database: SQLSTATE")


def _send(simulator: Simulator, request: Recording) -> requests.Response:
    headers = dict(line.split(": ", 1) for line in request["extra_headers"])
    body = request["body"]
    if request["token"] is not None:
        headers["X-Auth-Token"] = getattr(simulator.tokens, request["token"], "no-such-token")
    if body is not None:
        headers.setdefault("Content-Type", "application/json")
    path = request["path"].replace("ADMIN-TOKEN", simulator.tokens.admin)
    headers = {name: value.replace("ADMIN-TOKEN", simulator.tokens.admin) for name, value in headers.items()}
    prepared = requests.Request(request["method"], simulator.url, headers=headers, data=body).prepare()
    prepared.url = simulator.url + path  # As recorded: nothing in the path is encoded anew.
    with requests.Session() as session:
        return session.send(prepared, allow_redirects=False, timeout=20)


@pytest.mark.parametrize("name", SINGLE)
def test_answers_like_the_real_server(name: str, servers: dict[str, Simulator]) -> None:
    recording = ALL[name]
    server = "database down" if name.startswith("db-down") else recording["request"]["server"]
    _compare(name, recording, _send(servers[server], recording["request"]))


def test_writes_answer_like_the_real_server(servers: dict[str, Simulator]) -> None:
    simulator = servers["sequence"]
    for name in SEQUENCE:
        _compare(name, ALL[name], _send(simulator, ALL[name]["request"]))


def test_most_recordings_are_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    repeated = len(SINGLE) + len(SEQUENCE)
    with capsys.disabled():
        print(f"\n{repeated} of {len(ALL)} recordings repeated, {len(LEFT_OUT)} left out", end=" ")
        for name, reason in LEFT_OUT.items():
            print(f"\n  {name}: {reason}", end="")
    assert set(LEFT_OUT) | set(SEQUENCE) <= set(ALL)
    assert repeated + len(LEFT_OUT) == len(ALL)
    assert len(LEFT_OUT) <= len(ALL) // 50


def _compare(name: str, recording: Recording, response: requests.Response) -> None:
    assert response.status_code == recording["status"], f"{name}: {response.text[:300]}"
    expected_type = recording["headers"].get("Content-Type", "").partition(";")[0]
    assert response.headers.get("Content-Type", "").partition(";")[0] == expected_type, name
    if "body_json" not in recording:
        assert bool(response.content) == bool(recording["body_bytes"]), name
        return
    expected, found = recording["body_json"], response.json()
    if name in ("root", "old26.4-root"):
        assert set(found) == set(expected), name
        return
    assert list(_sorted(found)) == list(_sorted(expected)), name
    for key, value in expected.items():
        _compare_value(f"{name}.{key}", key, value, found[key], recording)


def _sorted(payload: Any) -> list[str]:
    return sorted(payload)


def _compare_value(place: str, key: str, expected: Any, found: Any, recording: Recording) -> None:
    assert _type(found) == _type(expected), f"{place}: {found!r:.200}"
    if isinstance(expected, dict):
        _compare_rows(place, [expected], [found], {})
    elif isinstance(expected, list):
        assert bool(found) == bool(expected), place
        if expected and isinstance(expected[0], dict):
            _compare_rows(place, expected + _more_rows(key, expected), found, _known_types(key, expected))
    elif key == "message" and recording["status"] >= 400:
        assert _nameless(found) == _nameless(expected), place


def _more_rows(key: str, expected: list[Recording]) -> list[Recording]:
    """Further rows of the same kind from another recording; `with=` may have added a field to the ones at hand."""
    if key not in RICHER:
        return []
    rows = next(value for value in ALL[RICHER[key]]["body_json"].values() if isinstance(value, list))
    added = {field: value for field, value in expected[0].items() if field in ("vlans", "device", "statistics")}
    return [row | added for row in rows]


def _known_types(key: str, expected: list[Recording]) -> Recording:
    if key == "devices":
        single = "dependency_parent_id" not in expected[0]
        return dict(FIELD_TYPES["device_single" if single else "devices"])
    return dict(FIELD_TYPES.get(CATEGORIES.get(key, ""), {}))


def _compare_rows(place: str, expected: list[Recording], found: list[Recording], known: Recording) -> None:
    shapes = {frozenset(set(row) - OPTIONAL) for row in expected}
    allowed: dict[str, set[str]] = {field: set(types) for field, types in known.items()}
    for row in expected:
        for field, value in row.items():
            allowed.setdefault(field, set()).add(_type(value))
    for row in found:
        assert frozenset(set(row) - OPTIONAL) in shapes, f"{place}: {sorted(row)} is no recorded shape"
        for field, value in row.items():
            types = allowed.get(field, set())
            types = types | NUMBERS if types & NUMBERS else types
            types = types | {"null"} if field in NULLABLE else types
            assert _type(value) in types, f"{place}.{field}: {value!r:.80} is none of {types}"


def _type(value: Any) -> str:
    return {type(None): "null", list: "list", dict: "dict", bool: "bool", str: "str", int: "int", float: "float"}[
        type(value)
    ]


def _nameless(message: Any) -> Any:
    """A message without the parts that name something of this server (ids, hosts, versions, paths)."""
    return re.sub(r"SQLSTATE.*|'[^']*'|\d+", "#", message) if isinstance(message, str) else message
