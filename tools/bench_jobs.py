"""An import in the background with several workers: how long it takes, and whether it is right.

The workers are forks of this process, so they know the same LibreNMS. Everything is committed: the database is scratch.
"""

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.bench import Bench, Measurement, large_simulator

# Devices of a second import, which is cancelled after so many seconds
CANCELLED, AFTER = 200, 4.0
LONGEST = 3600
# Seconds that workers get to start
READY = 60


def import_jobs(devices: int, workers: int) -> list[Measurement]:
    """Import ``devices`` devices with everything they have, then cancel another import half-way."""
    import requests

    from netbox_librenms_plugin.librenms_api import LibreNMSAPI
    from tests.factories import admin
    from tests.imports.support import refer_to
    from tests.librenms import librenms_servers

    with large_simulator(f"large:{devices + CANCELLED}") as (url, token):
        entry = {"display_name": "Large", "librenms_url": url, "api_token": token, "timeout": 120}
        with librenms_servers({"default": {**entry, "cache_timeout": 3600}}):
            bench = Bench(lambda: len(requests.get(f"{url}/_simulator/requests", timeout=60).json()["requests"]))
            api = LibreNMSAPI()
            known = api.devices().value
            refer_to(known)
            user = admin()
            with forked_workers(workers) as processes:
                ids = [one.device_id for one in known]
                before = _processor(processes)
                with bench.measure(f"import: {devices} devices, {workers} workers"):
                    run = _started(api, user, ids[:devices])
                    _wait(run)
                taken = _processor(processes) - before
                print(f"  workers' processor {taken:.1f} s, {taken / devices:.3f} s a device", file=sys.stderr)
                _report(run)
                _report_phases(run)
                with bench.measure("import: cancelled half-way"):
                    run = _started(api, user, ids[devices:])
                    time.sleep(AFTER)
                    _cancel(run, user)
                    _wait(run)
                _report(run)
                again = _started(api, user, ids[:devices])
                with bench.measure(f"import: the same {devices} devices again"):
                    _wait(again)
                _report(again)
            _check(api)
    return bench.lines


@contextmanager
def forked_workers(number: int) -> Iterator[list[int]]:
    """RQ workers of NetBox's queues, until the end; gives their process ids."""
    from django.core.management import call_command
    from django.db import connections

    from netbox_librenms_plugin.runs.queue import workers_for_runs

    connections.close_all()
    children = []
    for _number in range(number):
        child = os.fork()
        if child == 0:
            os.setsid()
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            try:
                call_command("rqworker", "high", "default", "low", skip_checks=True)
            finally:
                os._exit(0)
        children.append(child)
    try:
        end = time.monotonic() + READY
        while workers_for_runs() < number and time.monotonic() < end:
            time.sleep(0.1)
        assert workers_for_runs() == number, "the workers did not start"
        yield children
    finally:
        for child in children:
            os.killpg(child, signal.SIGTERM)
            os.waitpid(child, 0)


def _processor(processes: Sequence[int]) -> float:
    """Processor seconds that these workers have taken so far, with the process that each forks for every job; waits
    until what is queued is done, NetBox's search index for instance."""
    from django_rq import get_queue
    from rq import Worker
    from rq.worker import WorkerStatus

    queues = [get_queue(name) for name in ("high", "default", "low")]
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        # Not by their children: one of them has the queue's scheduler as a child, which stays
        states = {one.get_state() for one in Worker.all(queue=queues[0])}
        if states <= {WorkerStatus.IDLE} and not any(one.count for one in queues):
            break
        time.sleep(0.1)
    columns = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in processes]
    # utime, stime, and the two of the children that ended
    return sum(int(ticks) for some in columns for ticks in some[11:15]) / os.sysconf("SC_CLK_TCK")


def _started(api: Any, user: Any, ids: Sequence[int]) -> Any:
    from netbox_librenms_plugin.import_utils.options import ImportOptions
    from netbox_librenms_plugin.import_utils.starts import start
    from netbox_librenms_plugin.runs.control import enqueue_run
    from tests.factories import request_of

    with request_of(user) as request:
        run = start(api, user=user, request=request, choices={}, options=ImportOptions(), wanted=ids)
        enqueue_run(run, request)
    return run


def _wait(run: Any) -> None:
    end = time.monotonic() + LONGEST
    while not run.ended_already and time.monotonic() < end:
        time.sleep(0.5)
        run.refresh_from_db()
    assert run.ended_already, "the import did not end"


def _cancel(run: Any, user: Any) -> None:
    from netbox_librenms_plugin.runs.control import cancel

    run.refresh_from_db()
    cancel(run.job, user)


def _report(run: Any) -> None:
    counts = {outcome: number for outcome, number in run.counts().items() if number}
    workers = Counter(str(one)[:8] for one in run.items.values_list("done_by__devices", flat=True) if one)
    reasons = Counter(one["code"] for row in run.items.exclude(issues=[]) for one in row.issues)
    began = run.started or run.ended
    waited, took = (began - run.created).total_seconds(), (run.ended - began).total_seconds()
    print(f"  began after {waited:.1f} s, took {took:.1f} s", file=sys.stderr)
    print(f"  {run.state}, {counts}, by worker {dict(workers)}, not written {dict(reasons)}", file=sys.stderr)


def _report_phases(run: Any) -> None:
    """When the last interface was there, and how long the cables took after that."""
    from dcim.models import Interface
    from django.db.models import Max

    made = Interface.objects.aggregate(end=Max("created"))["end"]
    devices, cables = (made - run.started).total_seconds(), (run.ended - made).total_seconds()
    print(f"  devices with all but cables {devices:.1f} s, then cables {cables:.1f} s", file=sys.stderr)


def _check(api: Any) -> None:
    """No duplicates, and every device that is there is whole."""
    from dcim.models import Cable, Device, Interface
    from django.db.models import Count
    from ipam.models import VLAN, IPAddress

    for model, columns in ((Device, ("name", "site")), (VLAN, ("vid", "site", "group")), (IPAddress, ("address",))):
        twice = model.objects.values(*columns).annotate(number=Count("pk")).filter(number__gt=1)
        print(f"  {model._meta.verbose_name_plural}: {model.objects.count()}, twice: {len(twice)}", file=sys.stderr)
        assert not twice, list(twice[:3])
    ports = {number: len(some) for number, some in api.fleet_ports().ports_by_device.items()}
    held = {
        row["custom_field_data"]["librenms_id"]["default"]: row["number"]
        for row in Device.objects.annotate(number=Count("interfaces")).values("custom_field_data", "number")
    }
    torn = [number for number, count in held.items() if count != ports[number]]
    print(
        f"  {Interface.objects.count()} interfaces, {Cable.objects.count()} cables, devices not whole: {len(torn)}",
        file=sys.stderr,
    )
    assert not torn, torn[:5]
