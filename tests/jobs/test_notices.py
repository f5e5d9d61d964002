"""Notices of LibreNMS with a real queue and a real worker; and a secret that is left nowhere on the way."""

import zlib
from pathlib import Path

import django_rq
import pytest
from core.models import Job
from django.core.cache import cache
from django.test import Client

from netbox_librenms_plugin.deviations import notices
from netbox_librenms_plugin.models import ComparedObject, Deviation
from simulator.server import Simulator
from tests.factories import make_device, make_interface
from tests.librenms import add_switch, librenms_servers, server_entry
from tests.workers import Nursery, until

HOOK = "/api/plugins/librenms_plugin/hook/default/"
SECRET = "known-to-LibreNMS-alone"


def call(device_id: int, secret: str = SECRET) -> str:
    answer = Client(enforce_csrf_checks=True).generic(
        "POST", HOOK, f"device_id={device_id}", content_type="text/plain", headers={"X-LibreNMS-Secret": secret}
    )
    assert answer.status_code == (202 if secret == SECRET else 403)
    return f"{answer.content!r} {answer.headers}"


def in_redis() -> list[bytes]:
    """Everything that is kept in the queue's and in the cache's Redis, unpacked where it is packed."""
    found: list[bytes] = []
    for connection in (django_rq.get_connection("default"), cache.client.get_client()):
        for key in connection.scan_iter():
            found += [bytes(key), bytes(connection.dump(key) or b"")]
            if connection.type(key) == b"hash":
                for value in connection.hgetall(key).values():
                    found.append(_unpacked(value))
            elif connection.type(key) == b"string":
                found.append(_unpacked(connection.get(key)))
    return found


def _unpacked(value: bytes) -> bytes:
    try:
        return zlib.decompress(value)
    except zlib.error:
        return value


def test_a_worker_does_it_and_the_secret_is_left_nowhere(
    simulator: Simulator, workers: Nursery, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level("DEBUG")
    device_id = add_switch(simulator.state, 2, vlans=(), hostname="sw")
    device = make_device("sw", librenms_id=device_id)
    make_interface(device, "Gi1/0/1", mtu=9000)
    with librenms_servers({"default": server_entry(simulator, webhook_secret=SECRET)}):
        said = [call(device_id), call(device_id), call(device_id, "wrong")]
        on_the_way = in_redis()
        assert any(b"CompareNoticedJob" in one for one in on_the_way)
        workers.start()
        job = Job.objects.get(data__librenms=notices.NAME)
        until(lambda: Job.objects.get(pk=job.pk).completed, what="end of the job")
        afterwards = in_redis()
    assert Deviation.objects.filter(field="mtu", state="open").exists()
    row = Job.objects.filter(pk=job.pk).values().get()
    assert (row["user_id"], row["data"]["counts"]["objects"]) == (None, 1)
    texts = [*said, caplog.text, workers.log.read_text(), str(row), str(list(ComparedObject.objects.values()))]
    assert not [one for one in texts if SECRET in one]
    assert not [one for one in (*on_the_way, *afterwards) if SECRET.encode() in one]
