"""Bodies to records: lax where servers differ, strict where meaning is at stake."""

import json
from typing import Any

import pytest

from netbox_librenms_plugin.librenms.decode import Rows, decode_rows
from netbox_librenms_plugin.librenms.errors import NotJSON, UnexpectedAnswer
from netbox_librenms_plugin.librenms.records import UNSET, Device, Port


def ports(*rows: Any, **envelope: Any) -> Rows[Port]:
    return decode(json.dumps({"status": "ok", "ports": rows, **envelope}).encode())


def decode(body: bytes) -> Rows[Port]:
    return decode_rows(body, "ports", Port, server="Main", what="the ports")


def test_absent_null_and_empty_are_three_things() -> None:
    [port] = ports({"port_id": 1, "ifAlias": "", "ifName": None}).rows
    assert (port.if_alias, port.if_name, port.if_descr) == ("", None, UNSET)


def test_numbers_and_switches_come_in_several_spellings() -> None:
    row = {"port_id": "7", "ifSpeed": "400000000000", "deleted": 0, "vlans": [{"vlan": "10", "untagged": 1}]}
    [port] = ports(row).rows
    assert (port.port_id, port.if_speed, port.deleted) == (7, 400_000_000_000, False)
    assert port.vlans[0].untagged is True and port.vlans[0].vlan == 10


@pytest.mark.parametrize("location", ["Amsterdam", {"id": 5, "location": "Amsterdam", "lat": 52.3}])
def test_a_location_is_text_or_object(location: Any) -> None:
    body = json.dumps({"devices": [{"device_id": 1, "hostname": "a", "location": location}]}).encode()
    assert decode_rows(body, "devices", Device, server="Main", what="").rows[0].location_name == "Amsterdam"


@pytest.mark.parametrize(
    "odd",
    [
        {"port_id": "x"},
        {"port_id": 0},
        {"port_id": None},
        {},
        {"port_id": 2, "ifName": ["Gi0/1"]},
        {"port_id": 2, "ifMtu": "not a number"},
        {"port_id": 2, "ifSpeed": 10**30},
        {"port_id": 2, "ifAlias": "x" * 70_000},
        "a text",
        None,
        [],
    ],
)
def test_one_odd_row_is_left_out_and_counted(odd: Any, caplog: pytest.LogCaptureFixture) -> None:
    found = ports({"port_id": 1, "ifAlias": "private"}, odd, {"port_id": 3})
    assert [port.port_id for port in found.rows] == [1, 3]
    assert found.odd == 1
    assert "1 of 3 rows" in caplog.text and "private" not in caplog.text


def test_when_no_row_can_be_read_the_shape_is_wrong() -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        ports({"id": 1}, {"id": 2})
    assert caught.value.code == "unexpected_answer"


@pytest.mark.parametrize("body", [b"", b"  \n", b"<html></html>", b'{"ports": [{"port_id": 1}', b"\xff\xfe", b"nul"])
def test_what_is_no_json(body: bytes) -> None:
    with pytest.raises(NotJSON):
        decode(body)


@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b'{"ports": {}}', b'{"ports": null}', b'"text"', b"null", b"[" * 100_000]
)
def test_json_of_another_shape(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        decode(body)


def test_an_empty_list_is_a_list() -> None:
    assert ports() == Rows((), 0)


def test_characters_that_no_database_takes_are_removed() -> None:
    text = "a\x00b\x1b[31m\x07\x7f\b\f c\r\n\td \\u0000 \\\\u0001 é ü 💩 \ud800 x \udc00"
    [port] = ports({"port_id": 1, "ifAlias": text}).rows
    assert port.if_alias == "ab[31m c\r\n\td \\u0000 \\\\u0001 é ü 💩 \ufffd x \ufffd"


def test_bad_utf8_in_one_row_costs_that_row() -> None:
    body = b'{"ports": [{"port_id": 1, "ifAlias": "\xff"}, {"port_id": 2}]}'
    found = decode(body)
    assert ([port.port_id for port in found.rows], found.odd) == ([2], 1)


def test_secrets_have_no_place_to_go() -> None:
    row = {"device_id": 1, "hostname": "a", "community": "S3CRET", "authpass": "S3CRET", "cryptopass": "S3CRET"}
    found = decode_rows(json.dumps({"devices": [row]}).encode(), "devices", Device, server="Main", what="")
    assert "S3CRET" not in repr(found)
