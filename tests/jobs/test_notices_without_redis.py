"""Notices of LibreNMS while Redis is away: each is kept, or LibreNMS is told in one line that it is not."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from core.models import Job
from django.conf import settings
from django.test import Client, override_settings

from netbox_librenms_plugin.deviations import notices
from simulator.server import Simulator
from tests.librenms import librenms_servers, server_entry

HOOK = "/api/plugins/librenms_plugin/hook/default/"
SECRET = "known-to-LibreNMS-alone"
NOT_KEPT = {"detail": "The notice could not be kept: Redis does not answer. Send it again.", "code": "unavailable"}


@pytest.fixture(autouse=True)
def nms(simulator: Simulator, queue: None) -> Iterator[None]:
    """A server that may call."""
    with librenms_servers({"default": server_entry(simulator, webhook_secret=SECRET)}):
        yield


@contextmanager
def queues_away() -> Iterator[None]:
    """The Redis of the queues cannot be reached, that of the cache can."""
    nobody = {name: {"HOST": "127.0.0.1", "PORT": 9, "DB": 0} for name in settings.RQ_QUEUES}
    with override_settings(RQ_QUEUES=nobody):
        yield


def call(body: str = "device_id=5", secret: str = SECRET) -> tuple[int, dict[str, str]]:
    client = Client(raise_request_exception=False)
    answer = client.generic("POST", HOOK, body, content_type="text/plain", headers={"X-LibreNMS-Secret": secret})
    return answer.status_code, answer.json()


def test_without_queues_it_is_told_so() -> None:
    with queues_away():
        assert call() == (503, NOT_KEPT)
    (job,) = Job.objects.all()
    assert (job.status, job.error, job.completed is not None) == ("failed", "Redis did not answer.", True)


def test_it_is_not_lost_when_another_one_comes() -> None:
    with queues_away():
        call("device_id=5")
    assert call("device_id=6") == (202, {"detail": "Accepted."})
    assert sorted(notices.Notices.of("default").due) == ["5", "6"]
    assert Job.objects.filter(status="pending").count() == 1


def test_who_does_not_know_the_secret_learns_nothing_of_it() -> None:
    with queues_away():
        assert call(secret="wrong-but-long-enough") == (403, {"detail": "Forbidden.", "code": "forbidden"})


def test_what_names_no_device_needs_no_redis() -> None:
    with queues_away():
        assert call("hostname=core") == (202, {"detail": "Accepted."})
