"""The wire: what is sent, what is tried again, and one error of the tree for everything that can go wrong."""

import gzip
import json
import logging
import socket
import ssl
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from django.core.cache import cache

from netbox_librenms_plugin.librenms import errors
from netbox_librenms_plugin.librenms.limits import Limits
from netbox_librenms_plugin.librenms.session import CALLS_AT_ONCE, Wire, wire_for

from .conftest import TOKEN, Server
from .raw import Answer, in_turn, raw_server, reply

OK = reply(b'{"status": "ok"}')


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("", None),
        ("nonsense" * 40, None),
        ("Mon, 04 May 2026 12:00:00 -0000", None),
        ("Mon, 04 May 2026 12:00:00 GMT", datetime(2026, 5, 4, 12, tzinfo=UTC)),
    ],
)
def test_the_servers_own_time_comes_with_an_answer(server: Server, date: str, said: datetime | None) -> None:
    def dated(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response_only(200)
        handler.send_header("Content-Length", "2")
        if date:
            handler.send_header("Date", date)
        handler.end_headers()
        handler.wfile.write(b"{}")

    with raw_server(dated) as raw:
        answer = Wire(server(raw.url)).ask("/system")
    assert (bytes(answer.body), answer.said_at) == (b"{}", said)


def test_the_token_travels_in_its_own_header_only(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with raw_server(OK) as raw:
        Wire(server(raw.url)).get("/system", params={"columns": "a,b"})
        [headers] = raw.seen
    assert headers["X-Auth-Token"] == TOKEN
    assert "Authorization" not in headers and "Cookie" not in headers


def test_cookies_are_not_kept(server: Server) -> None:
    with raw_server(reply(b"{}", Set_Cookie="session=1; path=/")) as raw:
        wire = Wire(server(raw.url))
        wire.get("/system")
        wire.get("/system")
        assert all("Cookie" not in headers for headers in raw.seen)


def test_compressed_answers_are_read(server: Server) -> None:
    with raw_server(reply(gzip.compress(b'{"a": 1}'), Content_Encoding="gzip")) as raw:
        assert bytes(Wire(server(raw.url)).get("/system")) == b'{"a": 1}'


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_is_asked_again(server: Server, status: int) -> None:
    with raw_server(in_turn(reply(b"", status=status), reply(b"", status=status), OK)) as raw:
        Wire(server(raw.url)).get("/devices")
        assert len(raw.seen) == 3


@pytest.mark.parametrize(("status", "tries"), [(500, 1), (404, 1), (401, 1), (502, 3), (429, 3)])
def test_tries_are_few(server: Server, status: int, tries: int) -> None:
    with raw_server(reply(b"{}", status=status)) as raw:
        with pytest.raises(errors.LibreNMSError):
            Wire(server(raw.url)).get("/devices")
        assert len(raw.seen) == tries


def test_the_list_of_all_ports_is_not_asked_again(server: Server) -> None:
    with raw_server(reply(b"<html>", status=502)) as raw:
        with pytest.raises(errors.ServerError):
            Wire(server(raw.url)).get("/ports", params={"columns": "port_id"})
        assert len(raw.seen) == 1


def test_the_server_says_how_long_to_wait(server: Server) -> None:
    started = time.monotonic()
    with raw_server(in_turn(reply(b"", status=503, Retry_After="1"), OK)) as raw:
        Wire(server(raw.url)).get("/devices")
    assert 1 <= time.monotonic() - started < 20


@pytest.mark.parametrize("pause", ["3600", "Fri, 31 Dec 2099 23:59:59 GMT"])
def test_nobody_waits_for_long(server: Server, pause: str) -> None:
    started = time.monotonic()
    with raw_server(reply(b"", status=503, Retry_After=pause)) as raw:
        with pytest.raises(errors.Unavailable):
            Wire(server(raw.url)).get("/devices")
        assert len(raw.seen) == 1
    assert time.monotonic() - started < 20


def test_a_senseless_pause_is_ignored(server: Server) -> None:
    with raw_server(in_turn(reply(b"", status=503, Retry_After="soon"), OK)) as raw:
        Wire(server(raw.url)).get("/devices")
        assert len(raw.seen) == 2


def test_a_connection_that_the_server_closed_is_opened_again(server: Server) -> None:
    def drop(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True

    with raw_server(in_turn(OK, drop, OK)) as raw:
        wire = Wire(server(raw.url))
        wire.get("/devices")
        wire.get("/devices")


def said(message: object) -> bytes:
    return json.dumps({"status": "error", "message": message}).encode()


def drop(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


def sleep(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(10)
    handler.close_connection = True


def cut(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b'{"status": "ok", ')
    handler.close_connection = True


def stall(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b'{"status": "ok", ')
    handler.wfile.flush()
    time.sleep(10)


def test_nobody_waits_twice_for_a_timeout(server: Server) -> None:
    with raw_server(sleep) as raw:
        with pytest.raises(errors.TimedOut):
            Wire(server(raw.url)).get("/devices")
        assert len(raw.seen) == 1


FAILURES: list[tuple[Answer, type[errors.LibreNMSError], str]] = [
    (drop, errors.TransportError, "unreachable"),
    (sleep, errors.TimedOut, "timeout"),
    (stall, errors.TimedOut, "timeout"),
    (cut, errors.Interrupted, "interrupted"),
    (reply(b"no gzip", Content_Encoding="gzip"), errors.Interrupted, "interrupted"),
    (reply(b"", status=302, Location="/login"), errors.Redirected, "redirect"),
    (reply(b"", status=301, Location="https://elsewhere.example.net/"), errors.Redirected, "redirect"),
    (reply(said("Unauthenticated."), status=401), errors.AuthenticationError, "authentication"),
    (reply(b"<html>", status=401), errors.AuthenticationError, "authentication"),
    (reply(said("This action is unauthorized."), status=403), errors.PermissionDenied, "permission"),
    (reply(b"<html>", status=403), errors.NotJSON, "not_json"),
    (reply(said("Device 5 does not exist"), status=404), errors.NotFound, "not_found"),
    (reply(said("This API route doesn't exist."), status=404), errors.RouteMissing, "route_missing"),
    (reply(b"<html>Not Found</html>", status=404), errors.NotJSON, "not_json"),
    (reply(said("Invalid columns: ifTrunk, ifFoo"), status=400), errors.InvalidColumns, "invalid_columns"),
    (reply(said("Invalid columns: <script>"), status=400), errors.RequestRefused, "refused"),
    (reply(said({"name": ["taken"]}), status=422), errors.RequestRefused, "refused"),
    (reply(b"[" * 5000, status=400), errors.NotJSON, "not_json"),
    (reply(said("Server Error"), status=500), errors.ServerError, "server_error"),
    (reply(b"<html>", status=502), errors.ServerError, "server_error"),
    (reply(said("SQLSTATE[HY000]"), status=503), errors.Unavailable, "unavailable"),
    (reply(said("slow down"), status=429), errors.Unavailable, "unavailable"),
    (reply(b"", status=204), errors.LibreNMSError, "not_json"),
]


@pytest.mark.parametrize(
    ("answer", "kind", "code"), FAILURES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_each_failure_is_one_sentence_that_names_the_server(
    server: Server, answer: Answer, kind: type[errors.LibreNMSError], code: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with raw_server(answer) as raw:
        with pytest.raises(kind) as caught:
            Wire(server(raw.url)).get("/devices", params={"query": "private"}, what="the list of devices")
    error = caught.value
    assert error.code == code
    assert "Main site" in error.message and error.message.endswith(".") and "%" not in error.message
    for text in (error.message, repr(error), str(error)):
        assert TOKEN not in text and "private" not in text and "SQLSTATE" not in text and "<" not in text
    assert TOKEN not in caplog.text
    # Nothing of the request may hang on the exception, since error pages print what hangs there.
    assert error.__cause__ is None and error.__context__ is None


def test_the_columns_that_are_missing_are_named(server: Server) -> None:
    with raw_server(reply(said("Invalid columns: ifTrunk, ifFoo"), status=400)) as raw:
        with pytest.raises(errors.InvalidColumns) as caught:
            Wire(server(raw.url)).get("/devices")
    assert caught.value.columns == ("ifTrunk", "ifFoo")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://no-such-host.invalid", "http://[::1]:1"])
def test_nobody_there(server: Server, url: str) -> None:
    with pytest.raises(errors.TransportError):
        Wire(server(url)).get("/devices")


def test_a_certificate_that_is_not_trusted(server: Server, certificate: Path) -> None:
    with raw_server(OK) as raw:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        raw.socket = context.wrap_socket(raw.socket, server_side=True)
        url = raw.url.replace("http://", "https://")
        with pytest.raises(errors.CertificateRefused):
            Wire(server(url)).get("/system")
        assert Wire(server(url, verify_ssl=str(certificate))).get("/system")
        assert Wire(server(url, verify_ssl=False)).get("/system")


def test_a_ca_file_that_is_not_there(server: Server, tmp_path: Path) -> None:
    wire = Wire(server("https://127.0.0.1:1", verify_ssl=str(tmp_path / "none.pem")))
    with pytest.raises(errors.ConfigurationError, match="verify_ssl"):
        wire.get("/system")


def test_one_session_per_configuration(server: Server) -> None:
    first = wire_for(server("http://127.0.0.1:1"))
    assert wire_for(server("http://127.0.0.1:1")) is first
    assert wire_for(server("http://127.0.0.1:1", token="f" * 32)) is not first


def test_the_log_has_path_and_status_and_no_query(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "netbox_librenms_plugin")
    with raw_server(OK) as raw:
        Wire(server(raw.url)).get("/devices", params={"query": "private"})
    [record] = [one for one in caplog.records if one.name == "netbox_librenms_plugin.librenms"]
    assert "GET /devices of server main: ok in" in record.getMessage()
    assert "private" not in record.getMessage() and TOKEN not in record.getMessage()


@pytest.mark.parametrize("processes", [1, 3])
def test_four_calls_are_under_way_at_most_whoever_asks(server: Server, processes: int) -> None:
    """Each process has a wire of its own."""
    together, guard = threading.Barrier(CALLS_AT_ONCE), threading.Lock()
    under_way: list[int] = [0]

    def answer(handler: BaseHTTPRequestHandler) -> None:
        with guard:
            under_way.append(under_way[-1] + 1)
        # Each waits for as many others as may be let through, so fewer would never be answered
        together.wait(60)
        with guard:
            under_way.append(under_way[-1] - 1)
        OK(handler)

    with raw_server(answer) as raw:
        wires = [Wire(server(raw.url, timeout=(60.0, 60.0))) for _number in range(processes)]
        with ThreadPoolExecutor(3 * CALLS_AT_ONCE) as pool:
            answers = list(pool.map(lambda number: wires[number % processes].get("/system"), range(3 * CALLS_AT_ONCE)))
    assert len(answers) == 3 * CALLS_AT_ONCE and max(under_way) == CALLS_AT_ONCE


def test_who_waits_for_a_page_comes_before_work_in_the_background(server: Server) -> None:
    arrived, go_on, order = threading.Semaphore(0), threading.Semaphore(0), list[str]()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        order.append(handler.path.rpartition("/")[2])
        arrived.release()
        go_on.acquire(timeout=60)
        OK(handler)

    background = Limits(seconds=60, megabytes=1, patience=60, job_since=time.time())
    page = Limits(seconds=60, megabytes=1, patience=60)
    with raw_server(answer) as raw, ThreadPoolExecutor(CALLS_AT_ONCE + 2) as pool:
        entry = server(raw.url, timeout=(60.0, 60.0))
        calls = [pool.submit(Wire(entry).get, "/job", limits=background) for _number in range(CALLS_AT_ONCE)]
        assert all(arrived.acquire(timeout=60) for _number in range(CALLS_AT_ONCE))
        calls.append(pool.submit(Wire(entry).get, "/page", limits=page))
        place = f"netbox_librenms_plugin:{entry.fingerprint}:waiting"
        while cache.get(place) is None:
            time.sleep(0.01)
        calls.append(pool.submit(Wire(entry).get, "/later", limits=background))
        for _number in range(2):
            go_on.release()
            assert arrived.acquire(timeout=60)
        go_on.release(len(calls))
        assert all(one.result() for one in calls)
    assert order[CALLS_AT_ONCE:] == ["page", "later"]


def test_a_place_of_a_process_that_is_gone_is_free(server: Server) -> None:
    with raw_server(OK) as raw:
        entry = server(raw.url)
        gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
        for number in range(CALLS_AT_ONCE):
            owner = f"{socket.gethostname()}:{gone.stdout.strip()}:x"
            cache.set(f"netbox_librenms_plugin:{entry.fingerprint}:place:{number}", owner, 600)
        assert Wire(entry).get("/system", limits=Limits(seconds=60, megabytes=1, patience=0.01))


def test_who_would_wait_for_long_to_be_let_through_is_told_so(server: Server) -> None:
    arrived, go_on = threading.Semaphore(0), threading.Event()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        arrived.release()
        go_on.wait(60)
        OK(handler)

    with raw_server(answer) as raw:
        wire = Wire(server(raw.url, timeout=(60.0, 60.0)))
        with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
            others = [pool.submit(wire.get, "/system") for _number in range(CALLS_AT_ONCE)]
            assert all(arrived.acquire(timeout=60) for _number in range(CALLS_AT_ONCE))
            with pytest.raises(errors.Crowded) as refused:
                wire.get("/system", limits=Limits(seconds=60, megabytes=1, patience=0.01))
            go_on.set()
            assert all(one.result() for one in others)
        assert refused.value.code == "busy" and "Main site" in refused.value.message
        assert len(raw.seen) == CALLS_AT_ONCE
        assert wire.get("/system")
