"""Measures what a click costs: a sub-tab, a chip, a page of rows, the import's list; everything cached, one visitor."""

import cProfile
import pstats
import statistics
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from tools.bench import Bench, Budget, Measurement, simulated_librenms_of_ports

# Requests of each kind; what is told is their median
TIMES = 9
# Seconds of a processor, since those do not grow with what else the machine does
CLICK = Budget(queries=60, calls=0, processor=0.4, kilobytes=250)
PER_PAGE = 50


def pages(ports: int, *, profile: bool = False) -> list[Measurement]:
    """The clicks on the page of a device with so many ports, every second one of which NetBox has as it is."""
    from django.db import transaction
    from django.test import Client

    from tests.factories import admin

    with simulated_librenms_of_ports(ports) as (simulator, device_id), transaction.atomic():
        user = admin()
        client = Client()
        client.force_login(user)
        user.config.set("pagination.per_page", PER_PAGE, commit=True)
        device = _fill(simulator.state, device_id, user)
        bench = Bench(lambda: len(simulator.requests))
        for work, address in _clicks(device):
            _measure(bench, client, work, address, profile=profile)
        transaction.set_rollback(True)
    return bench.lines


def _fill(state: Any, device_id: int, user: Any) -> Any:
    """NetBox's half of the network, synced; addresses and neighbours on LibreNMS's ports."""
    from ipam.models import VLAN

    from tests.factories import make_device
    from tests.orm.support import apply_to

    core = state.add_device(hostname="core")
    far = make_device("core", librenms_id=core)
    own = state.ports.having("device_id", device_id)
    for number, port in enumerate(own):
        state.add_address(port["port_id"], f"10.{number // 250}.{number % 250}.1/24")
        remote = state.add_port(core, ifName=f"Te1/1/{number}", ifType="ethernetCsmacd", ifSpeed=10_000_000_000)
        state.add_link(port["port_id"], remote)
    for vid in (10, 20):
        VLAN.objects.get_or_create(vid=vid, name=f"v{vid}")
    state.devices[device_id]["hostname"] = "clicked"
    device = make_device("clicked", librenms_id=device_id)
    apply_to(far, user=user)
    apply_to(device, "interfaces", "ip_addresses", user=user)
    device.interfaces.filter(name__endswith="1").update(description="old", mtu=9000)
    device.interfaces.filter(name__endswith="2").delete()
    return device


def _clicks(device: Any) -> Iterator[tuple[str, str]]:
    from django.urls import reverse

    def panel(resource: str, **query: Any) -> str:
        address = reverse("dcim:device_librenms_sync_panel", kwargs={"pk": device.pk, "resource": resource})
        return f"{address}?{urlencode({'per_page': PER_PAGE, **query})}"

    yield "click: NetBox's own page of the device", device.get_absolute_url()
    yield "click: the tab itself", reverse("dcim:device_librenms_sync", kwargs={"pk": device.pk})
    for resource in ("fields", "interfaces", "vlans", "ip_addresses", "cables"):
        yield f"click: sub-tab {resource}", panel(resource, show="all")
    yield "click: a chip", panel("interfaces", show="same")
    yield "click: the second page", panel("interfaces", show="all", page=2)
    yield "click: the overview", reverse("dcim:device_librenms_sync_overview", kwargs={"pk": device.pk})
    yield "click: the header", reverse("dcim:device_librenms_sync_header", kwargs={"pk": device.pk})
    yield "click: the import's list", reverse("plugins:netbox_librenms_plugin:librenms_import") + "?show=all"


def _measure(bench: Bench, client: Any, work: str, address: str, *, profile: bool) -> None:
    def ask() -> int:
        answer = client.get(address, headers={"HX-Request": "true"})
        assert answer.status_code == 200, (address, answer.status_code)
        return len(answer.content)

    size = 0
    for _first in range(2):  # templates and answers come into the caches
        size = ask()
    with bench.measure(work, CLICK) as line:
        ask()
    line.kilobytes = size // 1024
    walls, processors = [], []
    for _again in range(TIMES):
        wall, processor = time.perf_counter(), time.process_time()
        ask()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    line.seconds, line.processor = statistics.median(walls), statistics.median(processors)
    if profile:
        _profile(ask, work)


def _profile(ask: Any, work: str) -> None:
    profiler = cProfile.Profile()
    profiler.enable()
    for _again in range(3):
        ask()
    profiler.disable()
    print(f"\n{work}", file=sys.stderr)
    told = pstats.Stats(profiler, stream=sys.stderr)
    for order in ("cumulative", "tottime"):
        told.sort_stats(order).print_stats(60)
