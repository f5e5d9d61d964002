"""No community and no password is anywhere but in the call to LibreNMS: looked for everywhere after whole runs."""

import logging
import pickle
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from core.models import Job, ObjectChange
from dcim.models import DeviceRole
from django.core import serializers
from django_rq import get_connection
from redis import ConnectionPool, Redis

from netbox_librenms_plugin.models import PushRule, Run, RunItem
from netbox_librenms_plugin.runs.worker import run_now
from simulator.server import Simulator
from tests.api.support import ROOT, Caller
from tests.factories import admin, client_of, make_device, make_named, request_of
from tests.imports.fleet import a_worker

from . import support
from .support import AUTHPASS, COMMUNITY, CRYPTOPASS, SECRETS, rule

pytestmark = pytest.mark.django_db

PAGES = "/plugins/librenms_plugin"
HTMX = {"HX-Request": "true"}


def held_by_redis() -> Iterator[bytes]:
    """Everything in the cache and in the queues, unpacked where it is packed."""
    queue = get_connection("default")
    pool = queue.connection_pool
    for database in queue.info("keyspace"):
        where = {**pool.connection_kwargs, "db": int(database.removeprefix("db"))}
        connection = Redis(connection_pool=ConnectionPool(connection_class=pool.connection_class, **where))
        for key in connection.scan_iter():
            kind = connection.type(key)
            values = {
                b"string": lambda key=key: [connection.get(key)],
                b"hash": lambda key=key: connection.hvals(key),
                b"list": lambda key=key: connection.lrange(key, 0, -1),
            }.get(kind, list)()
            for value in (key, *values):
                yield from unpacked(value)


def unpacked(value: bytes) -> Iterator[bytes]:
    """It as it is, and what Django, this plugin and RQ have packed into it."""
    yield value
    inner: Any = value
    with suppress(Exception):
        inner = pickle.loads(value)
        yield repr(inner).encode()
    for part in (inner, inner[1:]) if isinstance(inner, bytes) else ():
        with suppress(zlib.error):
            yield zlib.decompress(part)


def found_in(text: str | bytes) -> list[str]:
    """The secrets that stand in it."""
    data = text.encode() if isinstance(text, str) else text
    return [one for one in SECRETS if one.encode() in data]


def field_of(html: str, pattern: str) -> str:
    found = re.search(pattern, html)
    assert found, html
    return found[1].replace("&amp;", "&")


def test_they_are_nowhere(
    simulator: Simulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    caplog.set_level(logging.DEBUG)
    user = admin()
    client, caller = client_of(user), Caller(user)
    core = make_named(DeviceRole, "Core")
    rule("core", "core", weight=1, address="name", role=core)
    campus = rule("campus", "campus", weight=2, address="name")
    for name, role in (("core1", core), ("talkative", core)):
        make_device(name, role=role)
    make_device("sw1")
    chatty = make_device("chatty")
    simulator.state.talkative |= {"talkative", "chatty"}
    said: list[str | bytes] = []
    with support.profiles(simulator, tmp_path, monkeypatch):
        # By the page, with a job
        page = client.get(f"{PAGES}/devices/push/").content.decode()
        rows = client.get(field_of(page, r'hx-get="([^"]*/push/rows/[^"]*)"'), headers=HTMX).content.decode()
        body = {
            "selection": field_of(page, r'name="selection" value="(\w+)"'),
            "seen": field_of(rows, r'name="seen" value="(\w+)"'),
            "how": "background",
            "add": "on",
        }
        with a_worker():
            with django_capture_on_commit_callbacks(execute=True):
                client.post(f"{PAGES}/devices/push/start/", body)
            in_queue = list(held_by_redis())
        said += in_queue
        with request_of(user) as request:
            run_now(Run.objects.get(), request)
        # By REST, at once
        again = caller.post(f"{ROOT}/push/", {"ids": [chatty.pk]})
        dry = caller.post(f"{ROOT}/push/", {"filter": {"status": ["active"]}, "dry_run": True})
        said += [page, rows, again.content, dry.content]
        for run in Run.objects.all():
            addresses = (f"{ROOT}/runs/{run.pk}/", f"{ROOT}/runs/{run.pk}/items/")
            said += [client.get(run.get_absolute_url()).content, *(caller.get(one).content for one in addresses)]
        said += [client.get(f"{PAGES}/{one}/").content for one in ("push-rules", "settings", "runs")]
        said += [client.get(campus.get_absolute_url()).content, caller.get(f"{ROOT}/push-rules/").content]
        said += [client.get(f"/dcim/devices/{one}/librenms-sync/header/").content for one in _linked()]
        for model in (Run, RunItem, PushRule, ObjectChange, Job):
            said.append(serializers.serialize("json", model.objects.all()))
        said += [*held_by_redis(), caplog.text]
    told = {row["hostname"]: row for row in simulator.state.devices.rows()}
    assert (told["sw1"]["community"], told["core1"]["authpass"]) == (COMMUNITY, AUTHPASS), "LibreNMS knows them"
    assert told["core1"]["cryptopass"] == CRYPTOPASS
    assert any("•••" in one for one in said if isinstance(one, str)), "and repeated them"
    assert any(b"PushJob" in one for one in in_queue), "the queue was looked into"
    assert [found_in(one) for one in said if found_in(one)] == []


def _linked() -> list[int]:
    return list(RunItem.objects.filter(outcome="created").values_list("object_id", flat=True))
