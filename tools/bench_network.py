"""Measures the comparison of a whole network by LibreNMS's lists, with one worker and with several."""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import batched
from typing import Any

from tools.bench import Bench, Budget, Measurement, large_simulator, peak_of_process
from tools.bench_sync import sync_changes
from tools.bench_worker import fresh_processes

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


def compare_network(devices: int, workers: Iterable[int], changes: int = 0) -> list[Measurement]:
    """So many devices with 29 ports each, all of them in NetBox; all resources, by so many workers each time. Then so
    many changes are synced."""
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
            workers = list(workers)
            with fresh_processes(1) as pool:
                pool.map(abs, [0])
            for number in workers:
                _compare(bench, ids, number)
            agree(api)
            store_deviations(bench, ids, workers)
            if changes:
                sync_changes(bench, changes, workers, work_off)
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


def agree(api: Any) -> None:
    """NetBox gets what LibreNMS says of devices, VLANs, interfaces and addresses, in bulk as a script might write it;
    cables it does not get, so these differ."""
    from dcim.models import Device, Interface
    from ipam.models import VLAN, IPAddress

    from netbox_librenms_plugin import engine
    from netbox_librenms_plugin.librenms.sources import Bulk
    from tests.factories import admin
    from tests.imports.support import refer_to

    refer_to(api.devices().value)
    models = {"fields": Device, "vlans": VLAN, "interfaces": Interface, "ip_addresses": IPAddress}
    # The primary address can be written when it is there
    for resources in (["fields", "vlans", "interfaces"], ["ip_addresses"], ["ip_addresses"]):
        source = Bulk(api)
        for some in batched(list(Device.objects.order_by("pk")), BATCH):
            changes: dict[str, list[Any]] = {name: [] for name in resources}
            for compared in engine.compare(some, user=admin(), source=source, resources=resources):
                for name, plan in compared.plans.items():
                    changes[name] += [(compared.object, one) for one in plan.syncable]
            for name, found in changes.items():
                primary = [(owner, one) for owner, one in found if "primary_ip" in one.writes]
                _write(models[name], [(owner, one) for owner, one in found if "primary_ip" not in one.writes])
                for owner, one in primary:
                    if one.writes["primary_ip"].id:
                        owner.primary_ip4_id = one.writes["primary_ip"].id
                Device.objects.bulk_update([owner for owner, _one in primary], ["primary_ip4"], batch_size=500)


def _write(model: Any, changes: Sequence[tuple[Any, Any]]) -> None:
    """What plans would write, past NetBox's checks: what is new, and what is changed."""
    from dcim.models import MACAddress
    from django.contrib.contenttypes.models import ContentType
    from ipam.models import VLAN

    held = model.objects.in_bulk([one.netbox_id for _owner, one in changes if one.netbox_id])
    new, touched, macs = [], set(), []
    # A VLAN is one for all devices of a site
    shared = set(VLAN.objects.values_list("site_id", "vid"))
    for owner, change in changes:
        instance = held.get(change.netbox_id) or model(**_place_of(model, owner))
        mac = change.writes.get("mac_address")
        for name, value in change.writes.items():
            field = f"{name}_id" if hasattr(model, f"{name}_id") else name
            if name == "interface":
                instance.assigned_object_type = ContentType.objects.get(app_label="dcim", model="interface")
                instance.assigned_object_id = value.id
            elif name == "librenms_id":
                instance.custom_field_data = {"librenms_id": {"default": value}}
            elif name not in ("mac_address", "tagged_vlans") and not isinstance(value, tuple):
                setattr(instance, field, getattr(value, "id", value))
                touched.add(name)
        if instance.pk is None and not (model is VLAN and (instance.site_id, instance.vid) in shared):
            shared.add((instance.site_id, instance.vid) if model is VLAN else None)
            new.append(instance)
        if mac and instance.pk is not None:
            macs.append((instance, mac))
    model.objects.bulk_create(new, batch_size=BATCH)
    _overwrite(model, held.values(), [one.name for one in model._meta.concrete_fields if one.name in touched])
    kind = ContentType.objects.get_for_model(model)
    made = MACAddress.objects.bulk_create(
        [MACAddress(mac_address=mac, assigned_object_type=kind, assigned_object_id=one.pk) for one, mac in macs],
        batch_size=BATCH,
    )
    for (one, _mac), address in zip(macs, made, strict=True):
        one.primary_mac_address = address
    _overwrite(model, [one for one, _mac in macs], ["primary_mac_address"])


def _overwrite(model: Any, instances: Iterable[Any], columns: Sequence[str]) -> None:
    """Store these columns: the rows are there, and an insert that collides is ten times as fast as a bulk update."""
    if columns:
        found = list(instances)
        options = {"update_conflicts": True, "unique_fields": ["id"], "update_fields": columns}
        model.objects.bulk_create(found, batch_size=BATCH, **options)


def _place_of(model: Any, owner: Any) -> dict[str, Any]:
    names = {one.name for one in model._meta.concrete_fields}
    if "device" in names:
        return {"device": owner}
    return {"site": owner.site} if "site" in names else {}


def _compare(bench: Bench, ids: Sequence[int], workers: int) -> None:
    shares = [ids[number::workers] for number in range(workers)]
    words = "one worker" if workers == 1 else f"{workers} workers"
    with bench.measure(f"network: compare {len(ids)} devices, {words}", Budget(calls=10)) as line:
        with fresh_processes(workers) as pool:
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


def store_deviations(bench: Bench, ids: Sequence[int], workers: Iterable[int]) -> None:
    """Everything compared and stored: the first time by each number of workers, then again with nothing changed."""
    from netbox_librenms_plugin.models import ComparedObject

    for number in workers:
        ComparedObject.objects.all().delete()
        words = "one worker" if number == 1 else f"{number} workers"
        _run(bench, f"deviations: {len(ids)} devices, first run, {words}", number)
        _run(bench, f"deviations: {len(ids)} devices, nothing changed, {words}", number)


def _run(bench: Bench, work: str, workers: int) -> None:
    from netbox_librenms_plugin.deviations.starting import start_comparison
    from netbox_librenms_plugin.librenms_api import LibreNMSAPI
    from netbox_librenms_plugin.models import Deviation
    from tests.factories import admin, request_of

    with request_of(admin()) as request:
        run = start_comparison(LibreNMSAPI(), request=request)
    work_off(bench, work, run.pk, workers, Budget(calls=10, seconds=60 if workers > 1 else None))
    print(f"  {Deviation.objects.count()} deviations", file=sys.stderr)


def work_off(bench: Bench, work: str, pk: int, workers: int, budget: Budget = Budget()) -> None:
    """Measure a run from its first item to its end, by so many workers."""
    from netbox_librenms_plugin.models import Run
    from netbox_librenms_plugin.runs.ends import finish

    with bench.measure(work, budget) as line:
        with fresh_processes(workers) as pool:
            done = pool.map(_at_run, [pk] * workers, chunksize=1)
        run = Run.objects.get(pk=pk)
        finish(run)
    line.queries = sum(one.queries for one in done)
    line.megabytes = sum(one.megabytes for one in done)
    counts = sum((Counter(one.counts) for one in run.items.all()), Counter[str]())
    run.refresh_from_db()
    print(f"  {run.state}, {dict(counts)}", file=sys.stderr)
    for one in done:
        print(f"  {one.queries} queries, {one.seconds:.1f} s, {one.found['cpu']} s of processor", file=sys.stderr)


def _at_run(pk: int) -> Share:
    """One worker of a run."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from netbox_librenms_plugin.librenms.limits import in_background
    from netbox_librenms_plugin.models import Run
    from netbox_librenms_plugin.runs.garbage import old_objects_left_alone
    from netbox_librenms_plugin.runs.worker import Worker
    from tests.factories import admin, request_of

    started, processor = time.perf_counter(), time.process_time()
    # As jobs do
    with in_background(), old_objects_left_alone(), ExitStack() as stack:
        request = stack.enter_context(request_of(admin()))
        captured = stack.enter_context(CaptureQueriesContext(connection))
        Worker(run=Run.objects.get(pk=pk), request=request).work()
    used = Counter({"cpu": round(time.process_time() - processor)})
    return Share(0, used, len(captured), time.perf_counter() - started, peak_of_process())
