"""One at a time asks a server for the same, and nobody for a moment after a failure."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.utils import translation

from netbox_librenms_plugin.librenms import errors, turns
from netbox_librenms_plugin.librenms.cache import Fetched, Shelf
from netbox_librenms_plugin.librenms.config import ServerConfig
from netbox_librenms_plugin.librenms.limits import in_background
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from simulator.data import Dataset
from tests.librenms import simulated_librenms
from tests.workers import until

from .conftest import Server

URL = "http://nms.example.net"


def nobody() -> Fetched[int]:
    raise AssertionError("LibreNMS was asked once more")


@contextmanager
def asked_in_another_process(config: ServerConfig) -> Iterator[Callable[[], None]]:
    """Another process asks for "devices" and gets 7, when it is told to go on."""
    begun, go_on = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        try:

            def read() -> Fetched[int]:
                os.write(begun[1], b"x")
                os.read(go_on[0], 1)
                return Fetched.now(7)

            with in_background():
                Shelf(config).fetch("devices", int, read)
        finally:
            os._exit(0)
    assert os.read(begun[0], 1) == b"x"

    def finish() -> None:
        os.write(go_on[1], b"x")
        os.waitpid(child, 0)

    yield finish


def test_who_would_wait_for_long_is_told_so_and_others_are_not_asked(server: Server) -> None:
    config = server(URL, page_timeout=0.3)
    with asked_in_another_process(config) as finish:
        for refresh in (False, True):
            with pytest.raises(errors.Busy) as caught:
                Shelf(config).fetch("devices", int, nobody, refresh=refresh)
        assert Shelf(config).fetch("links", int, lambda: Fetched.now(1)).value == 1, "another list is another turn"
        assert Shelf(server("http://other", page_timeout=0.3)).fetch("devices", int, lambda: Fetched.now(2)).value == 2
        finish()
    assert caught.value.code == "busy"
    assert caught.value.message == (
        "NetBox is already waiting for this answer from LibreNMS server Main site: try again in a moment."
    )
    assert Shelf(config).fetch("devices", int, nobody).value == 7


def test_who_waits_takes_the_answer_of_the_other(server: Server) -> None:
    config = server(URL)
    answers: list[int] = []
    with asked_in_another_process(config) as finish:
        waiter = threading.Thread(target=lambda: answers.append(Shelf(config).fetch("devices", int, nobody).value))
        waiter.start()
        finish()
        waiter.join()
    assert answers == [7]


def test_what_is_held_longer_than_the_lock_lives_stays_held(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LOCK", 1)
    monkeypatch.setattr(turns, "RENEWAL", 0.1)
    config = server(URL, page_timeout=2.5)
    with asked_in_another_process(config) as finish:
        with pytest.raises(errors.Busy):
            Shelf(config).fetch("devices", int, nobody)
        finish()


def test_a_connection_test_at_a_time() -> None:
    with simulated_librenms(Dataset.empty(), page_timeout=0.3) as running:
        api = LibreNMSAPI("default")
        with Shelf(api.server).alone("check"):
            report = api.check()
        assert (report.reachable, report.api_ok) == (None, False)
        assert "already waiting" in report.problems[0] and not running.requests
        assert api.check().api_ok


class Flaky:
    """Fails as long as it is told to, and counts."""

    def __init__(self, error: errors.LibreNMSError) -> None:
        self.error: errors.LibreNMSError | None = error
        self.calls = 0

    def __call__(self) -> Fetched[int]:
        self.calls += 1
        if self.error is not None:
            raise self.error
        return Fetched.now(self.calls)


COSTLY = [
    errors.TransportError("Main site"),
    errors.Unfinished("Main site", seconds="60", option="page_timeout"),
    errors.ServerError("Main site", what="its version", status=500),
    errors.Unavailable("Main site", what="its version", status=503),
    errors.AnswerTooLarge("Main site", megabytes=128, option="page_max_mb"),
    errors.NotJSON("Main site"),
]


@pytest.mark.parametrize("error", COSTLY, ids=lambda error: type(error).__name__)
def test_after_a_failure_others_are_told_the_same_and_then_may_try(server: Server, error: errors.LibreNMSError) -> None:
    config = server(URL, failure_pause=1)
    read = Flaky(error)
    with pytest.raises(type(error)):
        Shelf(config).fetch("devices", int, read)
    for refresh in (False, True):
        with pytest.raises(type(error)) as caught:
            Shelf(config).fetch("devices", int, read, refresh=refresh)
        assert caught.value.message == error.message
    assert read.calls == 1
    assert Shelf(config).fetch("links", int, lambda: Fetched.now(5)).value == 5, "another list has not failed"
    read.error = None
    assert until(lambda: answer_of(config, read), what="answers", seconds=20) == 2


def answer_of(config: ServerConfig, read: Flaky) -> int | None:
    try:
        return Shelf(config).fetch("devices", int, read, refresh=True).value
    except errors.LibreNMSError:
        return None


def test_who_waited_for_the_one_that_failed_is_told_the_same(server: Server) -> None:
    config = server(URL)
    begun, go_on = threading.Event(), threading.Event()
    told: list[str] = []

    def fails() -> Fetched[int]:
        begun.set()
        go_on.wait(20)
        raise errors.TransportError("Main site")

    def ask(read: Callable[[], Fetched[int]]) -> None:
        try:
            Shelf(config).fetch("devices", int, read)
        except errors.LibreNMSError as error:
            told.append(error.code)

    first = threading.Thread(target=ask, args=(fails,))
    first.start()
    begun.wait(20)
    second = threading.Thread(target=ask, args=(nobody,))
    second.start()
    go_on.set()
    first.join()
    second.join()
    assert told == ["unreachable", "unreachable"]


@pytest.mark.parametrize("error", [errors.DeviceNotFound("Main site", device_id=5), errors.AuthenticationError("x")])
def test_what_a_person_may_have_mended_is_asked_at_once(server: Server, error: errors.LibreNMSError) -> None:
    config = server(URL)
    read = Flaky(error)
    with pytest.raises(type(error)):
        Shelf(config).fetch("devices", int, read)
    read.error = None
    assert Shelf(config).fetch("devices", int, read).value == 2


def test_a_cached_answer_is_given_during_a_pause(server: Server) -> None:
    config = server(URL)
    read = Flaky(errors.TransportError("Main site"))
    Shelf(config).fetch("devices", int, lambda: Fetched.now(1))
    with pytest.raises(errors.TransportError):
        Shelf(config).fetch("devices", int, read, refresh=True)
    assert Shelf(config).fetch("devices", int, read).value == 1


def test_everybody_is_told_in_his_own_language(server: Server) -> None:
    config = server(URL)
    read = Flaky(errors.NotFound("Main site"))
    read.error = errors.ServerError("Main site", what=translation.gettext_lazy("Devices"), status=500)
    with pytest.raises(errors.ServerError):
        Shelf(config).fetch("devices", int, read)
    with translation.override("de"), pytest.raises(errors.ServerError) as caught:
        Shelf(config).fetch("devices", int, nobody)
    with translation.override("de"):
        assert str(translation.gettext("Devices")) in caught.value.message


def test_a_job_that_begins_during_a_pause_waits_and_asks(server: Server) -> None:
    config = server(URL, failure_pause=2)
    read = Flaky(errors.TransportError("Main site"))
    with in_background(), pytest.raises(errors.TransportError):
        Shelf(config).fetch("devices", int, read)
    read.error = None
    with in_background():
        assert Shelf(config).fetch("devices", int, read).value == 2


def test_a_job_is_not_told_what_a_page_had_too_little_time_for(server: Server) -> None:
    config = server(URL, failure_pause=2)
    read = Flaky(errors.Unfinished("Main site", seconds="60", option="page_timeout"))
    with in_background():
        shelf = Shelf(config)
    with pytest.raises(errors.Unfinished):
        Shelf(config).fetch("devices", int, read)
    read.error = None
    assert shelf.fetch("devices", int, read).value == 2


def test_a_job_is_told_at_once_what_it_met_itself(server: Server) -> None:
    config = server(URL, failure_pause=300)
    read = Flaky(errors.TransportError("Main site"))
    with in_background():
        for _object in range(2):
            with pytest.raises(errors.TransportError):
                Shelf(config).fetch("devices", int, read)
    assert read.calls == 1


def test_a_server_that_is_down_is_asked_once_for_a_page_full_of_questions() -> None:
    with simulated_librenms(Dataset.empty()) as simulator:
        simulator.faults.add("/devices", "status", status=500)
        for _click in range(12):
            with pytest.raises(errors.ServerError):
                LibreNMSAPI("default").devices(refresh=True)
        assert len(simulator.requests) == 1


def test_a_dozen_clicks_on_a_server_that_drips_are_one_request() -> None:
    with simulated_librenms(Dataset.empty(), page_timeout=1) as simulator:
        simulator.faults.add("/devices", "drip", seconds=0.05, drops=600)

        def click(_number: int) -> str:
            with pytest.raises(errors.LibreNMSError) as caught:
                LibreNMSAPI("default").devices(refresh=True)
            return caught.value.code

        with ThreadPoolExecutor(12) as pool:
            codes = list(pool.map(click, range(12)))
        assert len(simulator.requests) == 1
        assert set(codes) <= {"timeout", "busy"} and "timeout" in codes
