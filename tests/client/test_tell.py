"""What is told to LibreNMS: what comes of it, and what its reasons may hold."""

import json

import pytest

from netbox_librenms_plugin.librenms.errors import WriteDenied, WriteFailed
from netbox_librenms_plugin.librenms.session import Wire

from .conftest import Server
from .raw import raw_server, reply


def refused(server: Server, status: int, body: bytes, *hush: str) -> WriteFailed:
    with raw_server(reply(body, status=status)) as raw:
        with pytest.raises(WriteFailed) as caught:
            Wire(server(raw.url)).tell("POST", "/devices", {"hostname": "x"}, what="add a device", hush=hush)
    return caught.value


def said(message: object) -> bytes:
    return json.dumps({"status": "error", "message": message}).encode()


def test_the_reason_is_one_bounded_line_without_what_is_hushed(server: Server) -> None:
    reason = "snmpget -c 'public' public-private\n\x1b[31m\u202e" + "x" * 900
    error = refused(server, 500, said(reason), "public", "public-private")
    assert error.said.startswith("snmpget -c '•••' ••• [31m xxx") and len(error.said) == 300
    assert "public" not in error.message + repr(error) + error.said


@pytest.mark.parametrize("body", [b"", b"<html>", said({"name": ["taken"]}), said(None), b"[1]"])
def test_without_a_reason_there_is_none(server: Server, body: bytes) -> None:
    assert refused(server, 422, body).said == ""


def test_who_may_not_is_told_to_become_somebody_else(server: Server) -> None:
    error = refused(server, 403, b'{"message": "This action is unauthorized."}')
    assert isinstance(error, WriteDenied) and "give its user the role admin" in error.message
