"""What one call may take: time as a whole, bytes of answer, and the memory of what was refused."""

import gc
import gzip
import json
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from netbox_librenms_plugin.librenms import errors
from netbox_librenms_plugin.librenms.config import ServerConfig
from netbox_librenms_plugin.librenms.endpoints import DEVICES, Reader
from netbox_librenms_plugin.librenms.limits import Limits, in_background
from netbox_librenms_plugin.librenms.session import Wire
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from simulator.data import Dataset
from tests.librenms import simulated_librenms

from .conftest import TOKEN, Server
from .raw import Answer, RawServer, in_turn, raw_server, reply

MEGABYTE = 1024 * 1024
OK = reply(b'{"status": "ok"}')
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"


class Drip:
    """Answers a byte at a time for half a minute. ``hung_up`` says that the client had enough before the end."""

    def __init__(self, head: bytes, drop: bytes, *, pause: float = 0.02) -> None:
        self.hung_up = threading.Event()
        self._head, self._drop, self._pause = head, drop, pause

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        end = time.monotonic() + 30
        try:
            handler.wfile.write(self._head)
            while time.monotonic() < end:
                handler.wfile.write(self._drop)
                time.sleep(self._pause)
        except OSError:
            self.hung_up.set()


DRIPS = {
    "body": (LENGTH, b" "),
    "chunks": (CHUNKED, b"1\r\n \r\n"),
    "length of a chunk": (CHUNKED, b"0"),
    "trailer": (CHUNKED + b"0\r\n", b"x"),
    "header line": (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
    "status line": (b"HTTP/1.1 200 ", b"O"),
    "answers that are none yet": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body of an error": (b"HTTP/1.1 500 Error\r\nContent-Length: 1000000\r\n\r\n", b" "),
    "body of a refusal that is tried again": (b"HTTP/1.1 503 Busy\r\nContent-Length: 1000000\r\n\r\n", b" "),
}


def with_tls(raw: RawServer, certificate: Path) -> str:
    """Let the server speak TLS; its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    raw.socket = context.wrap_socket(raw.socket, server_side=True)
    return raw.url.replace("http://", "https://")


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("part", DRIPS)
def test_a_call_ends_although_the_answer_drips_on(server: Server, certificate: Path, part: str, tls: bool) -> None:
    drip = Drip(*DRIPS[part])
    with raw_server(drip) as raw:
        url = with_tls(raw, certificate) if tls else raw.url
        wire = Wire(server(url, verify_ssl=str(certificate), timeout=(1.0, 30.0), page_timeout=0.5))
        with pytest.raises(errors.Unfinished) as caught:
            wire.get("/devices")
        assert drip.hung_up.wait(20), "the connection was left open"
    assert caught.value.code == "timeout"
    assert caught.value.message == (
        "LibreNMS server Main site did not finish its answer within 0.5 seconds: try again, or raise page_timeout in "
        "the configuration."
    )
    assert TOKEN not in repr(caught.value) and caught.value.__context__ is None


@contextmanager
def listening(said: bytes) -> Iterator[int]:
    """The port of something that takes a connection, says this, and nothing more however long one waits."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            with suppress(OSError):
                while True:
                    taken.append(listener.accept()[0])
                    taken[-1].sendall(said)

        taken: list[socket.socket] = []
        threading.Thread(target=answer, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    for one in taken:
        one.close()


def test_a_connection_that_is_refused_is_not_called_slow(server: Server) -> None:
    with pytest.raises(errors.TransportError) as caught:
        Wire(server("http://127.0.0.1:1", timeout=(30.0, 30.0), page_timeout=0.5)).get("/devices")
    assert caught.value.code == "unreachable"


@pytest.mark.parametrize("said", [b"", b"\x16\x03\x03\x40\x00\x02"], ids=["nothing", "the beginning of a handshake"])
def test_a_handshake_that_does_not_come_to_an_end(server: Server, said: bytes) -> None:
    with listening(said) as port:
        with pytest.raises(errors.Unfinished):
            Wire(server(f"https://127.0.0.1:{port}", timeout=(30.0, 30.0), page_timeout=0.5)).get("/devices")


def test_a_connection_that_is_not_taken(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        with ExitStack() as queue:
            for _place in range(4):
                waiting = queue.enter_context(socket.socket())
                waiting.setblocking(False)
                waiting.connect_ex(("127.0.0.1", port))
            with pytest.raises(errors.Unfinished, match="page_timeout"):
                Wire(server(f"http://127.0.0.1:{port}", timeout=(30.0, 30.0), page_timeout=0.5)).get("/devices")


def test_a_proxy_that_drips(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    drip = Drip(*DRIPS["header line"])
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with raw_server(drip) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        with pytest.raises(errors.Unfinished):
            Wire(server("http://nms.example.net", timeout=(1.0, 30.0), page_timeout=0.5)).get("/devices")
        assert drip.hung_up.wait(20)


def test_a_server_that_always_has_a_byte_ready_ends_in_time_too(server: Server) -> None:
    drip = Drip(CHUNKED, b"1\r\n \r\n" * 50, pause=0)
    with raw_server(drip) as raw:
        with pytest.raises(errors.Unfinished):
            Wire(server(raw.url, timeout=(1.0, 30.0), page_timeout=0.5)).get("/devices")
        assert drip.hung_up.wait(20)


def test_silence_ends_in_time_although_its_own_timeout_is_longer(server: Server) -> None:
    drip = Drip(b"", b"", pause=0.1)
    with raw_server(drip) as raw:
        with pytest.raises(errors.Unfinished):
            Wire(server(raw.url, timeout=(1.0, 30.0), page_timeout=0.5)).get("/devices")


def test_the_pauses_between_tries_are_part_of_the_time(server: Server) -> None:
    with raw_server(reply(b"", status=503, Retry_After="2")) as raw:
        with pytest.raises(errors.Unavailable):
            Wire(server(raw.url, page_timeout=1.0)).get("/devices")
        assert len(raw.seen) == 1, "there was no time left to wait for a second try"


def test_a_connection_goes_on_after_calls_that_were_in_time(server: Server) -> None:
    with raw_server(in_turn(OK, OK)) as raw:
        wire = Wire(server(raw.url, page_timeout=20.0))
        assert wire.get("/devices") == wire.get("/devices") == b'{"status": "ok"}'


@pytest.mark.parametrize("part", ["body", "chunks", "header"])
def test_a_list_that_drips_is_an_error_for_who_asked(part: str) -> None:
    with simulated_librenms(Dataset.empty(), page_timeout=0.5) as simulator:
        simulator.faults.add("/devices", "drip", part=part, seconds=0.05, drops=600)
        with pytest.raises(errors.Unfinished, match="page_timeout"):
            LibreNMSAPI("default").devices()


def test_jobs_may_take_longer_and_are_told_their_own_option(server: Server) -> None:
    with raw_server(Drip(LENGTH, b" ")) as raw:
        config = server(raw.url, timeout=(1.0, 30.0), page_timeout=30.0, job_timeout=0.5)
        with in_background(), pytest.raises(errors.Unfinished, match="0.5 seconds: .* job_timeout"):
            Wire(config).get("/devices")


def test_the_threads_of_a_job_have_its_limits(server: Server) -> None:
    with raw_server(reply(b" " * 2 * MEGABYTE + b'{"devices": []}')) as raw:
        config = server(raw.url, page_max_mb=1, job_max_mb=3)
        with in_background():
            reader = Reader(config)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(reader.rows, DEVICES).result().rows == ()
        with pytest.raises(errors.AnswerTooLarge):
            Reader(config).rows(DEVICES)


def test_a_page_gets_less_than_a_job(server: Server) -> None:
    config: ServerConfig = server("http://nms.example.net")
    page = Limits.of(config)
    with in_background():
        job = Limits.of(config)
    assert (page.seconds, page.bytes, page.background) == (60, 128 * MEGABYTE, False)
    assert (job.seconds, job.bytes, job.background) == (600, 512 * MEGABYTE, True)


def test_an_answer_has_a_largest_size(server: Server) -> None:
    with raw_server(reply(b" " * (MEGABYTE + 1))) as raw:
        with pytest.raises(errors.AnswerTooLarge) as caught:
            Wire(server(raw.url, page_max_mb=1)).get("/devices")
    assert caught.value.message == (
        "The answer of LibreNMS server Main site is larger than 1 MB: ask for fewer devices at a time, or raise "
        "page_max_mb in the configuration."
    )
    with raw_server(reply(b" " * MEGABYTE)) as raw:
        assert len(Wire(server(raw.url, page_max_mb=1)).get("/devices")) == MEGABYTE


def test_a_packed_answer_counts_unpacked(server: Server) -> None:
    with raw_server(reply(gzip.compress(b" " * (MEGABYTE + 1)), Content_Encoding="gzip")) as raw:
        with pytest.raises(errors.AnswerTooLarge):
            Wire(server(raw.url, page_max_mb=1)).get("/devices")


class Flood:
    """Sends fifty megabytes as fast as they are taken. ``hung_up`` says that the client did not take them all."""

    def __init__(self, head: bytes, drop: bytes) -> None:
        self.hung_up = threading.Event()
        self._head, self._drops = head, drop * (MEGABYTE // len(drop))

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        try:
            handler.wfile.write(self._head)
            for _piece in range(50):
                handler.wfile.write(self._drops)
        except OSError:
            self.hung_up.set()


@pytest.mark.parametrize("part", ["length of a chunk", "trailer", "answers that are none yet"])
def test_what_is_no_body_counts_too(server: Server, part: str) -> None:
    flood = Flood(*DRIPS[part])
    with raw_server(flood) as raw:
        with pytest.raises((errors.AnswerTooLarge, errors.Interrupted)):
            Wire(server(raw.url, page_max_mb=1)).get("/devices")
        assert flood.hung_up.wait(20), "all of it was taken"


def test_the_body_of_a_redirect_is_not_read(server: Server) -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 1000000\r\n\r\n"
    drip = Drip(head, b" ")
    with raw_server(drip) as raw:
        with pytest.raises(errors.Redirected):
            Wire(server(raw.url, page_timeout=20.0)).get("/devices")
        assert drip.hung_up.wait(20)


def test_an_error_with_a_long_page_is_still_that_error(server: Server) -> None:
    with raw_server(reply(b"<html>" + b"x" * 200_000, status=500)) as raw:
        with pytest.raises(errors.ServerError):
            Wire(server(raw.url)).get("/devices")


LARGE = 6 * MEGABYTE


def broken_off(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 90000000\r\n\r\n" + b" " * LARGE)
    handler.close_connection = True


REFUSED: dict[str, tuple[Answer, dict[str, Any], type[errors.LibreNMSError]]] = {
    "too large": (reply(b" " * LARGE), {"page_max_mb": 5}, errors.AnswerTooLarge),
    "too large unpacked": (
        reply(gzip.compress(b" " * LARGE), Content_Encoding="gzip"),
        {"page_max_mb": 5},
        errors.AnswerTooLarge,
    ),
    "too slow": (
        Drip(LENGTH.replace(b"1000000", b"9000000") + b" " * LARGE, b" "),
        {"page_timeout": 2.0},
        errors.Unfinished,
    ),
    "broken off": (broken_off, {}, errors.Interrupted),
    "no JSON": (reply(b"x" * LARGE), {}, errors.NotJSON),
    "another shape": (reply(json.dumps({"rows": " " * LARGE}).encode()), {}, errors.UnexpectedAnswer),
    "odd rows": (reply(json.dumps({"devices": [" " * LARGE]}).encode()), {}, errors.UnexpectedAnswer),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_answer_is_let_go_of(server: Server, name: str) -> None:
    answer, options, kind = REFUSED[name]
    with raw_server(answer) as raw:
        reader = Reader(server(raw.url, timeout=(1.0, 30.0), **options))
        error, held = memory_after(lambda: reader.rows(DEVICES))
    assert isinstance(error, kind)
    assert held < MEGABYTE, f"{held} bytes are still there"


def memory_after(call: Callable[[], object]) -> tuple[errors.LibreNMSError, int]:
    """The error that a call ends with, and the bytes that are held while somebody keeps it, without the collector."""
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        error = failure_of(call)
        return error, tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
        gc.enable()


def failure_of(call: Callable[[], object]) -> errors.LibreNMSError:
    try:
        call()
    except errors.LibreNMSError as error:
        return error
    raise AssertionError("nothing failed")
