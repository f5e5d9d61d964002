"""Measures the comparison of a whole network by LibreNMS's lists, with one worker and with several."""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import batched
from multiprocessing import get_context
from typing import Any

from tools.bench import Bench, Budget, Measurement, large_simulator, peak_of_process

# Rows that are made at once
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Share:
    """What one worker did: ``found`` counts rows by outcome; ``seconds`` of wall clock, ``megabytes`` at its peak."""

    objects: int
    found: Counter[str]
    queries: int
    seconds: float
    megabytes: float


def compare_network(devices: int, workers: Iterable[int]) -> list[Measurement]:
    """So many devices with 29 ports each, all of them in NetBox; all resources, by so many workers each time."""
    import requests

    from netbox_librenms_plugin.librenms_api import LibreNMSAPI
    from tests.librenms import librenms_servers

    with large_simulator(f"large:{devices}") as (url, token):
        entry = {"display_name": "Large", "librenms_url": url, "api_token": token, "timeout": 120, "job_max_mb": 1024}
        with librenms_servers({"default": entry}):
            bench = Bench(lambda: len(requests.get(f"{url}/_simulator/requests", timeout=60).json()["requests"]))
            api = LibreNMSAPI()
            started = time.perf_counter()
            ids = _fill_netbox(api)
            print(f"  NetBox holds {len(ids)} devices after {time.perf_counter() - started:.0f} s", file=sys.stderr)
            with bench.measure("network: read LibreNMS's lists", Budget(calls=10)):
                for read in (api.devices, api.fleet_ports, api.fleet_addresses, api.fleet_links, api.fleet_vlans):
                    read(refresh=True)
            for number in workers:
                _compare(bench, ids, number)
    return bench.lines


def _fill_netbox(api: Any) -> list[int]:
    """Every device of LibreNMS's with its interfaces, as somebody may have entered them; their ids."""
    from dcim.models import Device, Interface

    from tests.factories import make_device

    ports = api.fleet_ports().ports_by_device
    pattern = make_device("pattern")
    shared = {"device_type": pattern.device_type, "role": pattern.role, "site": pattern.site}
    pattern.delete()
    ids: dict[int, int] = {}
    for some in batched(api.devices().value, BATCH):
        made = Device.objects.bulk_create(
            Device(name=one.hostname[:64], custom_field_data={"librenms_id": {"default": one.device_id}}, **shared)
            for one in some
        )
        ids |= {one.device_id: device.pk for one, device in zip(some, made, strict=True)}
    wanted = (
        Interface(
            device_id=ids[device_id],
            name=str(port.if_name)[:64],
            type="1000base-t",
            custom_field_data={"librenms_id": {"default": port.port_id}},
        )
        for device_id, several in ports.items()
        if device_id in ids
        for port in {port.if_name: port for port in several}.values()
    )
    for interfaces in batched(wanted, BATCH):
        Interface.objects.bulk_create(interfaces)
    return list(ids.values())


def _compare(bench: Bench, ids: Sequence[int], workers: int) -> None:
    from django.db import connections

    shares = [ids[number::workers] for number in range(workers)]
    words = "one worker" if workers == 1 else f"{workers} workers"
    with bench.measure(f"network: compare {len(ids)} devices, {words}", Budget(calls=10)) as line:
        # A worker is a process of its own, which begins as this one is: it must not find open connections
        connections.close_all()
        with get_context("fork").Pool(workers) as pool:
            done = pool.map(_share, shares, chunksize=1)
    line.queries = sum(one.queries for one in done)
    line.megabytes = sum(one.megabytes for one in done)
    found = sum((one.found for one in done), Counter[str]())
    for one in done:
        print(f"  {one.objects} objects, {one.queries} queries, {one.seconds:.1f} s", file=sys.stderr)
    print(f"  {dict(found)}", file=sys.stderr)


def _share(ids: Sequence[int]) -> Share:
    from dcim.models import Device
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from netbox_librenms_plugin import engine
    from netbox_librenms_plugin.librenms.limits import in_background
    from netbox_librenms_plugin.librenms.sources import Bulk
    from netbox_librenms_plugin.librenms_api import LibreNMSAPI
    from tests.factories import admin

    found: Counter[str] = Counter()
    queries = 0
    started = time.perf_counter()
    with in_background():
        source = Bulk(LibreNMSAPI())
        user = admin()
        # Captured in pieces, since the text of every query is kept
        for some in batched(ids, 500):
            with CaptureQueriesContext(connection) as captured:
                objects = list(Device.objects.filter(pk__in=some).order_by("pk"))
                for one in engine.compare(objects, user=user, source=source):
                    found["errors"] += len(one.errors) + (one.error is not None)
                    for plan in one.plans.values():
                        found.update({outcome.value: number for outcome, number in plan.counts.items()})
            queries += len(captured)
    seconds = time.perf_counter() - started
    print(f"  worker {os.getpid()}: {seconds:.1f} s", file=sys.stderr)
    return Share(len(ids), found, queries, seconds, peak_of_process())
