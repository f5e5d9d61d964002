"""The shelf: what is kept, for how long, how often LibreNMS is asked, and what never gets there."""

import os
import signal
import threading
import time
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from netbox_librenms_plugin.librenms.cache import Fetched, Shelf
from netbox_librenms_plugin.librenms.config import ServerConfig
from netbox_librenms_plugin.librenms.errors import TransportError
from netbox_librenms_plugin.librenms.records import UNSET, Port, PortVlan
from netbox_librenms_plugin.librenms.turns import LOCK
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from simulator.server import Simulator
from tests.librenms import librenms_servers, server_entry, simulated_librenms

from .conftest import Server

KIND = tuple[Port, ...]


class Counter:
    """Reads something, and counts how often."""

    def __init__(self, *, seconds: float = 0, fails: bool = False) -> None:
        self.calls = 0
        self._seconds = seconds
        self._fails = fails

    def __call__(self) -> Fetched[tuple[Port, ...]]:
        self.calls += 1
        time.sleep(self._seconds)
        if self._fails:
            raise TransportError("Main site")
        return Fetched.now((Port(port_id=self.calls),), odd_rows=2)


@pytest.fixture
def shelf(server: Server) -> Shelf:
    return Shelf(server("http://nms.example.net"))


def test_values_come_back_as_they_were(shelf: Shelf) -> None:
    ports = (
        Port(port_id=1, if_name="", if_alias=None, vlans=(PortVlan(vlan=10, untagged=True),)),
        Port(port_id=2, vlans=()),
    )
    fetched = Fetched(ports, datetime.now(UTC) - timedelta(seconds=90), 3)
    shelf.put("ports", fetched, 60)
    found = shelf.get("ports", KIND)
    assert found == fetched
    assert found.value[0].if_alias is None and found.value[0].if_descr is UNSET and found.value[1].vlans == ()
    assert timedelta(seconds=90) <= found.age < timedelta(seconds=100)


def test_a_large_value_is_packed(shelf: Shelf) -> None:
    ports = tuple(Port(port_id=n + 1, if_name=f"GigabitEthernet1/0/{n}") for n in range(5000))
    shelf.put("ports", Fetched.now(ports), 60)
    [key] = stored_keys()
    assert len(cache.get(key)) < 60_000
    assert shelf.get("ports", KIND).value == ports


def stored_keys() -> list[str]:
    """The plugin's keys in the cache."""
    return cache.keys("netbox_librenms_plugin:*")


def test_a_second_read_is_from_the_cache_and_a_refresh_replaces_it(shelf: Shelf) -> None:
    read = Counter()
    first = shelf.fetch("ports", KIND, read)
    assert shelf.fetch("ports", KIND, read) == first
    assert read.calls == 1
    renewed = shelf.fetch("ports", KIND, read, refresh=True)
    assert renewed.value[0].port_id == 2 and renewed.fetched_at > first.fetched_at
    assert shelf.fetch("ports", KIND, read) == renewed


def test_zero_seconds_keep_nothing(server: Server) -> None:
    shelf = Shelf(server("http://nms.example.net", cache_timeout=0))
    read = Counter()
    shelf.fetch("ports", KIND, read)
    shelf.fetch("ports", KIND, read)
    assert read.calls == 2


def test_an_entry_lives_as_long_as_it_may(server: Server) -> None:
    shelf = Shelf(server("http://nms.example.net", cache_timeout=1))
    read = Counter()
    shelf.fetch("ports", KIND, read)
    time.sleep(1.1)
    shelf.fetch("ports", KIND, read)
    assert read.calls == 2


@pytest.mark.parametrize("refresh", [False, True])
def test_ten_clicks_make_one_call(shelf: Shelf, refresh: bool) -> None:
    read = Counter(seconds=3)
    answers: list[Fetched[tuple[Port, ...]]] = []
    threads = [
        threading.Thread(target=lambda: answers.append(shelf.fetch("ports", KIND, read, refresh=refresh)))
        for _click in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read.calls == 1
    assert len(answers) == 10 and len({answer.fetched_at for answer in answers}) == 1


def test_a_failure_is_not_kept_and_keeps_nobody_waiting(server: Server) -> None:
    shelf = Shelf(server("http://nms.example.net", failure_pause=0))
    with pytest.raises(TransportError):
        shelf.fetch("ports", KIND, Counter(fails=True))
    started = time.monotonic()
    assert shelf.fetch("ports", KIND, Counter()).value
    assert time.monotonic() - started < 20


def test_who_was_killed_while_fetching_keeps_nobody_waiting(shelf: Shelf) -> None:
    def dies() -> Fetched[tuple[Port, ...]]:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    child = os.fork()
    if child == 0:
        try:
            shelf.fetch("ports", KIND, dies)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    started = time.monotonic()
    assert shelf.fetch("ports", KIND, Counter()).value
    assert time.monotonic() - started < LOCK / 2


@pytest.mark.parametrize("rubbish", [b"", b"1", b"0\xff", b"1\xff", b"0" + b"\x93\x01\x02\x03", "text", 5])
def test_rubbish_in_the_cache_is_a_miss(shelf: Shelf, rubbish: object) -> None:
    shelf.put("ports", Fetched.now(()), 60)
    [key] = stored_keys()
    cache.set(key, rubbish)
    assert shelf.get("ports", KIND) is None


def test_servers_do_not_mix(server: Server) -> None:
    one, other = Shelf(server("http://one")), Shelf(server("http://other"))
    one.put("ports", Fetched.now((Port(port_id=1),)), 60)
    assert other.get("ports", KIND) is None
    assert Shelf(server("http://one", key="twin")).get("ports", KIND) is None


def everything_cached() -> bytes:
    """Keys and values of the whole cache, unpacked."""
    found = []
    for key in cache.keys("*"):
        value = cache.get(key)
        found += [key.encode(), _unpacked(value) if isinstance(value, bytes) else repr(value).encode()]
    return b"\n".join(found)


def _unpacked(value: bytes) -> bytes:
    return zlib.decompress(value[1:]) if value[:1] == b"1" else value


def test_no_secret_reaches_the_cache(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    secret = "ZUGEHEIM"
    with simulated_librenms("company") as simulator:
        for device in simulator.state.devices.values():
            device |= {"community": secret, "authname": secret, "authpass": secret, "cryptopass": secret}
        api = LibreNMSAPI("default")
        some = next(iter(simulator.state.devices))
        read = [api.device(some), api.snapshot(some), api.devices(), api.fleet_ports(), api.locations(), api.check()]
        cached = everything_cached()
        hostname = simulator.state.devices[some]["hostname"]
        assert hostname.encode() in cached, "the cache was not read rightly"
        for text in (cached.decode(errors="replace"), repr(read), repr(api.server), caplog.text):
            assert secret not in text and simulator.tokens.admin not in text


def test_each_server_has_its_own_cache_timeout(company: Simulator) -> None:
    entries = {"kept": server_entry(company), "fresh": server_entry(company, cache_timeout=0)}
    with librenms_servers(entries):
        for key, calls in (("kept", 1), ("fresh", 2)):
            company.requests.clear()
            LibreNMSAPI(key).locations()
            LibreNMSAPI(key).locations()
            assert len(company.requests) == calls


def test_a_server_is_told_by_its_configuration(server: Server) -> None:
    config: ServerConfig = server("http://nms.example.net")
    Shelf(config).put("ports", Fetched.now(()), 60)
    assert config.token not in "".join(stored_keys())
