"""A Redis that is away for a moment: what is only remembered there is not known, and nothing fails for it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy

import pytest
from django.conf import settings
from django.test import override_settings
from netbox.constants import RQ_QUEUE_DEFAULT

from netbox_librenms_plugin.import_utils.stack_counts import known_stacks, remember_stacks
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.runs.queue import living
from simulator.server import Simulator

pytestmark = pytest.mark.django_db
# The port of "discard": nobody listens there
NOBODY = {"HOST": "127.0.0.1", "PORT": 9}


@contextmanager
def redis_away() -> Iterator[None]:
    """Neither the cache nor the queues can be reached."""
    caches = deepcopy(settings.CACHES)
    caches["default"]["LOCATION"] = "redis://127.0.0.1:9/0"
    queues = {name: {**NOBODY, "DB": 0} for name in settings.RQ_QUEUES}
    with override_settings(CACHES=caches, RQ_QUEUES=queues):
        yield


def test_what_is_known_of_stacks_is_forgotten_for_the_moment_only(simulator: Simulator) -> None:
    api = LibreNMSAPI()
    remember_stacks(api, {5: 3})
    with redis_away():
        assert known_stacks(api) == {}
        remember_stacks(api, {6: 2})
    assert known_stacks(api) == {5: 3}


def test_a_job_is_as_alive_as_it_was() -> None:
    now = [0.0]
    alive = living(RQ_QUEUE_DEFAULT, clock=lambda: now[0], every=1.0)
    known, unknown = uuid.uuid4(), uuid.uuid4()
    assert not alive(known)
    now[0] = 10.0
    with redis_away():
        assert not alive(known)
        assert alive(unknown)
    now[0] = 20.0
    assert not alive(unknown)
