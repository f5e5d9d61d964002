"""Measures the import: the list for networks of several sizes, and importing devices one after the other."""

import sys
from collections.abc import Iterable, Sequence
from itertools import batched
from typing import Any

from tools.bench import Bench, Budget, Measurement, large_simulator, open_parts

LIST = "/plugins/librenms_plugin/librenms-import/"


def import_of(sizes: Iterable[int], imported: int) -> list[Measurement]:
    """The list of so many devices each, half of them in NetBox; then an import of ``imported`` devices."""
    lines: list[Measurement] = []
    for size in sizes:
        lines += _of_size(size, imported if size == max(sizes) else 0)
    return lines


def _of_size(size: int, imported: int) -> list[Measurement]:
    import requests
    from django.core.cache import cache
    from django.db import transaction

    from netbox_librenms_plugin.import_utils.listing import listing
    from netbox_librenms_plugin.librenms_api import LibreNMSAPI
    from tests.librenms import librenms_servers

    with large_simulator(f"large:{size}") as (url, token), transaction.atomic():
        entry = {"display_name": "Large", "librenms_url": url, "api_token": token, "timeout": 120}
        with librenms_servers({"default": entry}):
            bench = Bench(lambda: len(requests.get(f"{url}/_simulator/requests", timeout=60).json()["requests"]))
            client, user = _client()
            api = LibreNMSAPI()
            devices = api.devices().value
            _fill_netbox(devices)
            cache.clear()
            with bench.measure(f"import: states of {size} devices", Budget(calls=1, queries=60)):
                found = listing(api, user=user)
            print(f"  {found.counts()}", file=sys.stderr)
            open_parts(client, LIST)  # the first page of a process also loads the code of all pages
            cache.clear()
            budget = Budget(queries=60, calls=3, kilobytes=250)
            with bench.measure(f"import: page of {size} devices, nothing cached", budget) as line:
                line.kilobytes = open_parts(client, LIST) // 1024
            with bench.measure(f"import: page of {size} devices (cached)", Budget(queries=60, calls=0)) as line:
                line.kilobytes = open_parts(client, LIST) // 1024
            if imported:
                _import(bench, api, user, imported)
        transaction.set_rollback(True)
    return bench.lines


def _client() -> tuple[Any, Any]:
    from django.contrib.auth import get_user_model
    from django.test import Client

    user, _made = get_user_model().objects.get_or_create(username="bench", defaults={"is_superuser": True})
    client = Client()
    client.force_login(user)
    return client, user


def _fill_netbox(devices: Sequence[Any]) -> None:
    """What the devices refer to, and every second device itself."""
    from dcim.models import Device, Site

    from tests.factories import make_device
    from tests.imports.support import refer_to

    refer_to(devices)
    sites = {site.name: site for site in Site.objects.all()}
    first = make_device("pattern")
    for some in batched(devices[::2], 500):
        Device.objects.bulk_create(
            Device(
                name=one.sys_name,
                device_type=first.device_type,
                role=first.role,
                site=sites[one.location],
                custom_field_data={"librenms_id": {"default": one.device_id}} if one.device_id % 4 == 1 else {},
            )
            for one in some
        )


def _import(bench: Bench, api: Any, user: Any, number: int) -> None:
    from netbox_librenms_plugin.import_utils.listing import listing
    from netbox_librenms_plugin.import_utils.options import ImportOptions
    from netbox_librenms_plugin.import_utils.rows import State
    from netbox_librenms_plugin.import_utils.starts import start
    from netbox_librenms_plugin.runs.worker import run_now
    from tests.factories import request_of

    rows = [row for row in listing(api, user=user).rows if row.state is State.READY]
    wanted = [row.librenms_id for row in rows[:number]]
    with request_of(user) as request:
        with bench.measure(f"import: plan {len(wanted)} devices", Budget(calls=0)):
            run = start(api, user=user, request=request, choices={}, options=ImportOptions(), wanted=wanted)
        with bench.measure(f"import: {len(wanted)} devices with everything"):
            run_now(run, request)
    interfaces = sum(row.counts.get("interfaces", 0) for row in run.items.all())
    print(f"  {run.state}, {run.counts()}, {interfaces} interfaces", file=sys.stderr)
