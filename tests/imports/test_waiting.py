"""Two workers at the two ends of one link: whoever comes second waits, and then it is there."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from dcim.models import Cable, Interface
from django.db import connections, transaction

from netbox_librenms_plugin.import_utils.imported import Complaint
from netbox_librenms_plugin.import_utils.syncing import sync_together
from netbox_librenms_plugin.librenms.sources import PerDevice
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from simulator.server import Simulator
from tests.factories import admin, make_cable, request_of
from tests.orm.test_cables import Pair

pytestmark = pytest.mark.usefixtures("real_commits")


@contextmanager
def somebody_at(interface: Interface, *, other: Interface | None, seconds: float) -> Iterator[None]:
    """Another transaction has the interface for some time, and at its end a cable from it to the other one."""
    has_it = threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                mine = Interface.objects.select_for_update(of=("self",)).get(pk=interface.pk)
                has_it.set()
                time.sleep(seconds)
                if other is not None:
                    make_cable(mine, other)
        finally:
            connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    assert has_it.wait(10)
    yield
    thread.join(20)


def cabled(pair: Pair) -> tuple[dict[str, int], list[Complaint]]:
    user = admin()
    with request_of(user) as request:
        source = PerDevice(LibreNMSAPI())
        (synced,) = sync_together([pair.switch], ["cables"], user=user, request=request, source=source)
    return dict(synced.counts), list(synced.complaints)


def test_the_cable_of_somebody_slow_is_no_complaint(simulator: Simulator) -> None:
    pair = Pair(simulator.state)
    with somebody_at(pair.remote[0], other=pair.local[0], seconds=1.2):
        assert cabled(pair) == ({"cables": 0}, [])
    assert Cable.objects.count() == 1


def test_what_somebody_slow_leaves_is_made(simulator: Simulator) -> None:
    pair = Pair(simulator.state)
    with somebody_at(pair.remote[0], other=None, seconds=1.2):
        assert cabled(pair) == ({"cables": 1}, [])
    assert Cable.objects.count() == 1
