"""Whatever LibreNMS's templates make of an alert: which device it is about."""

import json

import pytest

from netbox_librenms_plugin.api.hook_bodies import device_in

PART = '--b\r\nContent-Disposition: form-data; name="device_id"\r\n\r\n5\r\n--b--\r\n'
BROKEN = '{"title": "Port "uplink" down", "device_id": "5", "msg": "line\nnext"}'


@pytest.mark.parametrize(
    "body",
    [
        "device_id=5",
        "device_id: 5",
        "state=1\ndevice_id = 5\nhostname=core",
        "state=1&device_id=5&hostname=core",
        '{"device_id": 5}',
        '  {"device_id": " 5 ", "state": 1}\n',
        BROKEN,
        '{"device_id": 5, "title": "unfinished',
        "{'device_id': '5'}",
        PART,
        "device_id=0005",
    ],
)
def test_the_device_is_found(body: str) -> None:
    assert device_in(body.encode()) == 5


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"device_id",
        b"device_id=",
        b"device_id=core-01",
        b"device_id=-5",
        b"device_id=5.5",
        b"device_id=0",
        b"my_device_id=5",
        b"device_id=99999999999999999999",
        b"device_id=9999999999999999999",
        b'{"device_id": 9223372036854775808}',
        b'{"device_id": true}',
        b'{"device_id": null}',
        b'{"device_id": [5]}',
        b'{"device_id": 5.0}',
        b'{"hostname": "device_id=5"}',
        b'{"device_id": "5 or more"}',
        b"[5]",
        b"\xff\xfe\x00",
        b"5",
        "device_id=\u0665".encode(),
    ],
)
def test_what_names_no_device_names_none(body: bytes) -> None:
    assert device_in(body) is None


@pytest.mark.parametrize(
    "body",
    [
        b"{" * 60_000,
        b'{"a":' * 10_000,
        b'{"device_id": ' + b"9" * 60_000 + b"}",
        b"[" * 60_000,
        b"device_id" * 7_000,
        b"device_id" + b" " * 60_000 + b"5",
        b'name="device_id"' * 4_000,
        b"device_id=" + b"9" * 60_000,
        b"\x00" * 60_000,
        json.dumps({"x" * 60_000: 1}).encode(),
    ],
)
def test_hostile_bodies_are_no_trouble(body: bytes) -> None:
    assert device_in(body) is None
