"""Measures the long work: queries, HTTP calls, seconds and peak memory, beside the budgets.

Run by ``make bench`` on a database of its own. Counts are stable; times depend on the machine, for comparison only.
``make bench ARGS="--ports 310 --devices 5000"`` changes the sizes.
"""

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import django

# Parts of a page that HTMX fetches by itself once the page is there
_LOADED = re.compile(r'hx-get="([^"]+)"[^>]*hx-trigger="load[^"]*"|hx-trigger="load[^"]*"[^>]*hx-get="([^"]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What design allows; None means that nothing is said."""

    queries: int | None = None
    calls: int | None = None
    seconds: float | None = None
    processor: float | None = None
    kilobytes: int | None = None


@dataclass(slots=True, kw_only=True)
class Measurement:
    """One line of the table."""

    work: str
    queries: int = 0
    writes: int = 0
    calls: int = 0
    seconds: float = 0.0
    processor: float = 0.0
    megabytes: float = 0.0
    kilobytes: int = 0
    budget: Budget = field(default_factory=Budget)

    @property
    def missed(self) -> bool:
        """Whether a budget is exceeded."""
        limits = (
            (self.queries, self.budget.queries),
            (self.calls, self.budget.calls),
            (self.seconds, self.budget.seconds),
            (self.processor, self.budget.processor),
            (self.kilobytes, self.budget.kilobytes),
        )
        return any(limit is not None and value > limit for value, limit in limits)


class Bench:
    """Measures one piece of work after the other and keeps the lines."""

    def __init__(self, count_calls: Callable[[], int]) -> None:
        self.count_calls = count_calls
        self.lines: list[Measurement] = []

    @contextmanager
    def measure(self, work: str, budget: Budget = Budget()) -> Iterator[Measurement]:
        """Count and time what happens inside."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        line = Measurement(work=work, budget=budget)
        calls, resident = self.count_calls(), _forget_peak()
        with CaptureQueriesContext(connection) as queries:
            started, processor = time.perf_counter(), time.process_time()
            yield line
            line.seconds, line.processor = time.perf_counter() - started, time.process_time() - processor
        line.queries = len(queries)
        line.writes = sum(one["sql"].startswith(("INSERT", "UPDATE", "DELETE")) for one in queries.captured_queries)
        line.calls = self.count_calls() - calls
        line.megabytes = max(0.0, peak_of_process() - resident)
        self.lines.append(line)
        print(f"  {work}: {line.seconds:.2f} s", file=sys.stderr)


def _memory(name: str) -> float:
    found = re.search(rf"^{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def _forget_peak() -> float:
    """Start counting the peak anew; gives what is resident now, in MB."""
    Path("/proc/self/clear_refs").write_text("5")
    return _memory("VmRSS")


def peak_of_process() -> float:
    """The most that was resident since the peak was forgotten, in MB."""
    return _memory("VmHWM")


def one_device(ports: int) -> list[Measurement]:
    """The work on one device with so many ports."""
    from dcim.models import Device
    from django.contrib.auth import get_user_model
    from django.test import Client
    from ipam.models import VLAN

    from netbox_librenms_plugin import engine
    from tests.factories import make_device
    from tests.librenms import add_switch
    from tests.orm.support import apply_to

    with simulated_librenms_of_ports(ports) as (simulator, device_id):
        user = get_user_model().objects.create(username="bench", is_superuser=True)
        client = Client()
        client.force_login(user)
        for vid in (10, 20):
            VLAN.objects.create(vid=vid, name=f"v{vid}")
        warm = make_device("warm", librenms_id=add_switch(simulator.state, 3, hostname="warm"))
        _open_page(warm, client)
        apply_to(warm, user=user)
        device = Device.objects.get(pk=make_device("switch", librenms_id=device_id).pk)
        bench = Bench(lambda: len(simulator.requests))
        with bench.measure("compare, nothing cached", Budget(calls=3)):
            list(engine.compare([device], user=user, resources=["interfaces"]))
        with bench.measure("refresh one resource", Budget(calls=2)):
            options = engine.Options(refresh=True)
            list(engine.compare([device], user=user, resources=["interfaces"], options=options))
        with bench.measure("open the page (first visit)"):
            _open_page(device, client)
        with bench.measure("open the page (cached)", Budget(queries=60, calls=0, kilobytes=250)) as line:
            line.kilobytes = _open_page(device, client) // 1024
        _open_page(device, client, "overview")
        with bench.measure("open the overview (cached)", Budget(queries=60, calls=0, kilobytes=250)) as line:
            line.kilobytes = _open_page(device, client, "overview") // 1024
        with bench.measure(f"apply {ports} new interfaces", Budget(queries=300, calls=0, seconds=1.5 * ports / 310)):
            run = apply_to(device, user=user)
        assert len(run.written) == ports, run.failures[:3]
        with bench.measure("apply again, nothing differs", Budget(queries=40, calls=0)) as line:
            apply_to(device, user=user)
        assert line.writes == 0
        device.interfaces.update(description="", mtu=None)
        with bench.measure(f"change {ports} interfaces", Budget(queries=300, calls=0)):
            apply_to(device, user=user)
        with bench.measure("open the page (all agrees)", Budget(queries=60, calls=0, kilobytes=250)) as line:
            line.kilobytes = _open_page(device, client) // 1024
    return bench.lines


@contextmanager
def simulated_librenms_of_ports(ports: int) -> Iterator[tuple[Any, int]]:
    """A LibreNMS with one switch, in a thread of this process."""
    from simulator.data import Dataset
    from tests.librenms import add_switch, simulated_librenms

    dataset = Dataset.empty()
    device_id = add_switch(dataset, ports)
    with simulated_librenms(dataset) as simulator:
        yield simulator, device_id


def _open_page(device: Any, client: Any, tab: str = "interfaces") -> int:
    """Open the object's LibreNMS page; gives the bytes of HTML."""
    from django.urls import reverse

    return open_parts(client, reverse("dcim:device_librenms_sync", kwargs={"pk": device.pk}), {"tab": tab})


def open_parts(client: Any, address: str, query: Any = None) -> int:
    """Open a page with everything that loads by itself; gives the bytes of HTML."""
    page = client.get(address, query)
    assert page.status_code == 200, page.status_code
    size = len(page.content)
    for found in _LOADED.finditer(page.content.decode()):
        part = client.get(unescape(found[1] or found[2]), headers={"HX-Request": "true"})
        assert part.status_code == 200, (found[1] or found[2], part.status_code)
        size += len(part.content)
    return size


def fleet(devices: int) -> list[Measurement]:
    """Reading a whole network, from a simulator in a process of its own."""
    import requests

    from netbox_librenms_plugin import engine
    from netbox_librenms_plugin.librenms_api import LibreNMSAPI
    from tests.factories import admin, make_device
    from tests.librenms import librenms_servers

    with large_simulator() as (url, token):
        entry = {"display_name": "Large", "librenms_url": url, "api_token": token, "timeout": 120}
        with librenms_servers({"default": entry}):
            bench = Bench(lambda: len(requests.get(f"{url}/_simulator/requests", timeout=60).json()["requests"]))
            api = LibreNMSAPI()
            with bench.measure("read all devices", Budget(calls=1)):
                known = api.devices().value
            with bench.measure("read all ports", Budget(calls=2, seconds=60)):
                ports = api.fleet_ports()
            print(f"  {len(known)} devices, {sum(map(len, ports.ports_by_device.values()))} ports", file=sys.stderr)
            user = admin()
            objects = [make_device(one.hostname[:64], librenms_id=one.device_id) for one in known[:devices]]
            with bench.measure(f"compare {len(objects)} devices, nothing cached", Budget(calls=2 * len(objects))):
                found = sum(
                    len(one.plans["interfaces"].changes)
                    for one in engine.compare(objects, user=user, resources=["interfaces"])
                )
            print(f"  {found} ports compared", file=sys.stderr)
    return bench.lines


@contextmanager
def large_simulator(data: str = "large") -> Iterator[tuple[str, str]]:
    """The simulator with 5,000 devices, or with other data; its address and a token."""
    token = "0123456789abcdef0123456789abcdef"
    command = [sys.executable, "-m", "simulator", "--data", data, "--port", "0", "--token", token]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip(), token
    finally:
        process.terminate()
        process.wait(10)


def table(lines: Sequence[Measurement]) -> str:
    """The measurements as text; a line that misses its budget ends with a mark."""
    head = (
        f"{'work':<48} {'queries':>8} {'writes':>7} {'HTTP':>5} {'seconds':>8} {'of CPU':>7} {'peak MB':>8} {'kB':>6}"
    )
    rows = [
        f"{one.work:<48} {one.queries:>8} {one.writes:>7} {one.calls:>5} {one.seconds:>8.2f} {one.processor:>7.2f} "
        f"{one.megabytes:>8.0f} {one.kilobytes or '':>6}{'  OVER BUDGET' if one.missed else ''}"
        for one in lines
    ]
    return "\n".join((head, "-" * len(head), *rows))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status is 1 when a budget is missed."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--ports", type=int, default=310, help="ports of the one device; 0: none")
    parser.add_argument("--profile", action="store_true", help="print where the time of clicks goes, too")
    parser.add_argument("--devices", type=int, default=100, help="devices of the large network to compare; 0: none")
    parser.add_argument(
        "--import-lists",
        type=int,
        nargs="*",
        default=[100, 1000, 5000],
        help="sizes of the networks whose import list is measured",
    )
    parser.add_argument("--import-devices", type=int, default=50, help="devices to import from the largest; 0: none")
    parser.add_argument("--import-jobs", type=int, default=0, help="devices to import in the background; 0: none")
    parser.add_argument("--workers", type=int, default=2, help="background workers for that")
    parser.add_argument("--network", type=int, default=1000, help="devices of the network to compare whole; 0: none")
    parser.add_argument("--changes", type=int, default=1_000, help="changes to sync in that network; 0: none")
    parser.add_argument(
        "--compared", type=int, default=5_000, help="objects with ten deviations each, to measure their pages; 0: none"
    )
    options = parser.parse_args(arguments)
    django.setup()
    from tools.bench_deviations import deviation_pages
    from tools.bench_import import import_of
    from tools.bench_jobs import import_jobs
    from tools.bench_network import compare_network
    from tools.bench_pages import pages

    lines = one_device(options.ports) if options.ports else []
    if options.ports:
        lines += pages(options.ports, profile=options.profile)
    if options.devices:
        lines += fleet(options.devices)
    if options.import_lists:
        lines += import_of(options.import_lists, options.import_devices)
    if options.import_jobs:
        lines += import_jobs(options.import_jobs, options.workers)
    if options.network:
        lines += compare_network(options.network, sorted({1, options.workers}), options.changes)
    if options.compared:
        lines += deviation_pages(options.compared)
    print(table(lines))
    return int(any(one.missed for one in lines))


if __name__ == "__main__":
    sys.exit(main())
