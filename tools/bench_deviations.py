"""Measures the pages over the deviations of a large network, from rows that are made for it.

The budget is the time in the database: what a page takes besides does not grow with the network.
"""

import random
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import batched
from typing import Any

from tools.bench import Bench, Budget, Measurement

SERVER = "default"
EACH = 10
BATCH = 5_000
# One cause for so many deviations
SHARE = 200
FIELDS = ("mtu", "speed", "description", "type")
# ``seconds`` are those in the database
PAGE = Budget(queries=60, calls=0, seconds=0.5)


def deviation_pages(objects: int) -> list[Measurement]:
    """So many objects with ten open deviations each: the pages of who sees everything, and of who sees one site."""
    from tests.factories import admin, client_of
    from tests.librenms import librenms_servers

    bench = Bench(lambda: 0)
    with librenms_servers({SERVER: {"librenms_url": "http://127.0.0.1:9", "api_token": "none"}}):
        started = time.perf_counter()
        _fill(objects)
        seconds = time.perf_counter() - started
        print(f"  {objects} objects, {objects * EACH} deviations after {seconds:.0f} s", file=sys.stderr)
        for who, user in (("everything", admin()), ("a tenth", _somebody())):
            client = client_of(user)
            for work, address in _addresses():
                _measure(bench, client, f"{work}, who sees {who}", address)
    return bench.lines


def _somebody() -> Any:
    """Who may see the devices with a name like one in ten has."""
    from django.contrib.auth import get_user_model

    from tests.factories import grant

    user = get_user_model().objects.create(username="constrained")
    grant(user, "netbox_librenms_plugin.librenmssettings", "view")
    grant(user, "dcim.device", "view", constraints={"name__endswith": "7"})
    return get_user_model().objects.get(pk=user.pk)


def _fill(objects: int) -> None:
    from dcim.models import Device
    from django.db import connection

    from netbox_librenms_plugin.deviations.counting import count_causes, keep_totals
    from netbox_librenms_plugin.deviations.overview import today
    from netbox_librenms_plugin.models import Cause, ComparedObject, Deviation
    from tests.factories import make_device

    chance = random.Random(7)
    pattern = make_device("pattern")
    shared = {"device_type": pattern.device_type, "role": pattern.role, "site": pattern.site}
    devices = [
        one
        for some in batched(range(objects), BATCH)
        for one in Device.objects.bulk_create(Device(name=f"device-{number:06}", **shared) for number in some)
    ]
    about = {"server": SERVER, "resource": "interfaces", "outcome": "changed"}
    causes = Cause.objects.bulk_create(
        Cause(digest=f"{number:032x}", field=chance.choice(FIELDS), value=number, **about)
        for number in range(max(1, objects * EACH // SHARE))
    )
    compared = list(_compared(devices, ComparedObject))
    _create(Deviation, _deviations(compared, causes, chance, Deviation))
    count_causes(SERVER)
    keep_totals(SERVER, today())
    with connection.cursor() as cursor:
        for model in (Device, Cause, ComparedObject, Deviation):
            cursor.execute(f'VACUUM ANALYZE "{model._meta.db_table}"')


def _compared(devices: Iterable[Any], model: Any) -> Iterator[Any]:
    from django.utils import timezone

    rows = (
        model(
            server=SERVER,
            kind="device",
            object_id=one.pk,
            name=one.name,
            site_id=one.site_id,
            role_id=one.role_id,
            checked_at=timezone.now(),
            counts={"interfaces": EACH},
            open=EACH,
        )
        for one in devices
    )
    for some in batched(rows, BATCH):
        yield from model.objects.bulk_create(some)


def _deviations(compared: Iterable[Any], causes: Any, chance: random.Random, model: Any) -> Iterator[Any]:
    from django.utils import timezone

    now = timezone.now()
    for one in compared:
        for number in range(EACH):
            cause = chance.choice(causes)
            yield model(
                compared=one,
                cause=cause,
                resource=cause.resource,
                key=f"port-{number}",
                name=f"Gi1/0/{number}",
                field=cause.field,
                outcome=cause.outcome,
                wanted=cause.value,
                writes=True,
                first_seen=now,
            )


def _create(model: Any, rows: Iterable[Any]) -> None:
    for some in batched(rows, BATCH):
        model.objects.bulk_create(some)


def _addresses() -> Iterator[tuple[str, str]]:
    from django.urls import reverse

    app = "plugins:netbox_librenms_plugin"
    yield "network page", reverse(f"{app}:network")
    yield "causes", reverse(f"{app}:cause_list")
    yield "objects", reverse(f"{app}:comparedobject_list")
    yield "deviations", reverse(f"{app}:deviation_list")
    yield "deviations of a field", f"{reverse(f'{app}:deviation_list')}?resource=interfaces&field=mtu"


def _measure(bench: Bench, client: Any, work: str, address: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def ask() -> int:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return len(answer.content)

    ask()
    with bench.measure(work, PAGE) as line, CaptureQueriesContext(connection) as captured:
        line.kilobytes = ask() // 1024
    line.seconds = sum(float(one["time"]) for one in captured.captured_queries)
