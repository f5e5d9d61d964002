"""Measures the sync of many changes beside NetBox's own REST, which is given the same values."""

import sys
from collections.abc import Callable, Iterable, Sequence
from multiprocessing import get_context
from typing import Any

from tools.bench import Bench

# Interfaces in one call to NetBox's REST, and how many it is given at most: each takes it as long as the one before
AT_ONCE = 500
BY_REST = 1_000
WRONG_MTU = 1_234


def sync_changes(
    bench: Bench, changes: int, workers: Iterable[int], work_off: Callable[[Bench, str, int, int], None]
) -> None:
    """That many interfaces have another MTU than LibreNMS says: synced as a run by so many workers each time
    (``work_off``: a run by its primary key), then, some of them, set by NetBox's REST in as many processes."""
    from dcim.models import Interface

    chosen = dict(Interface.objects.exclude(mtu=None).order_by("device_id", "pk").values_list("pk", "mtu")[:changes])
    rows = Interface.objects.filter(pk__in=list(chosen))
    devices = list(rows.order_by().values_list("device_id", flat=True).distinct())
    some = dict(list(chosen.items())[:BY_REST])
    for number in workers:
        words = "one worker" if number == 1 else f"{number} workers"
        rows.update(mtu=WRONG_MTU)
        work_off(bench, f"sync: {len(chosen)} changes, {words}", _started(devices), number)
        _require(rows, chosen)
        rows.filter(pk__in=list(some)).update(mtu=WRONG_MTU)
        _by_rest(bench, f"NetBox's REST: {len(some)} of these changes, {number} at a time", some, number)
        _require(rows, chosen)


def _require(rows: Any, chosen: dict[int, int]) -> None:
    held = dict(rows.values_list("pk", "mtu"))
    wrong = sum(held[pk] != mtu for pk, mtu in chosen.items())
    if wrong:
        print(f"  {wrong} interfaces are not as they should be", file=sys.stderr)


def _started(devices: Sequence[int]) -> int:
    from netbox_librenms_plugin.fleet_sync.options import SyncOptions
    from netbox_librenms_plugin.fleet_sync.starting import start_sync
    from netbox_librenms_plugin.librenms_api import LibreNMSAPI
    from tests.factories import admin, request_of

    with request_of(admin()) as request:
        options = SyncOptions(resources=("interfaces",))
        return start_sync(LibreNMSAPI(), request=request, objects={"device": devices}, options=options).pk


def _by_rest(bench: Bench, work: str, chosen: dict[int, int], processes: int) -> None:
    from django.db import connections

    from tests.factories import admin, token_header

    header = token_header(admin())
    pairs = list(chosen.items())
    with bench.measure(work):
        connections.close_all()
        with get_context("fork").Pool(processes) as pool:
            pool.map(_patch, [(header, pairs[number::processes]) for number in range(processes)], chunksize=1)


def _patch(given: tuple[dict[str, str], Sequence[tuple[int, int]]]) -> None:
    from django.test import Client

    header, pairs = given
    client = Client(headers=header)
    for start in range(0, len(pairs), AT_ONCE):
        body = [{"id": pk, "mtu": mtu} for pk, mtu in pairs[start : start + AT_ONCE]]
        answer = client.patch("/api/dcim/interfaces/", body, content_type="application/json")
        assert answer.status_code == 200, (answer.status_code, answer.content[:300])
