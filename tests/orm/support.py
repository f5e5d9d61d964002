"""What the tests of comparing and applying share: objects in NetBox, a request to write in, a count of queries."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dcim.models import Device, DeviceRole, DeviceType, Manufacturer, Site
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from users.models import ObjectPermission
from utilities.request import NetBoxFakeRequest, apply_request_processors
from virtualization.models import VirtualMachine

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.engine.record import Run
from netbox_librenms_plugin.sync.core.plan import Plan
from simulator.data import Dataset

WRITING = ("INSERT", "UPDATE", "DELETE")


def admin() -> Any:
    """A superuser."""
    return get_user_model().objects.get_or_create(username="root", defaults={"is_superuser": True})[0]


def somebody(name: str, permissions: Mapping[str, list[str]], constraints: Any = None) -> Any:
    """A user with object permissions: model label → actions."""
    from core.models import ObjectType

    user = get_user_model().objects.create(username=name)
    for label, actions in permissions.items():
        permission = ObjectPermission.objects.create(name=f"{name} {label}", actions=actions, constraints=constraints)
        permission.object_types.add(ObjectType.objects.get_by_natural_key(*label.split(".")))
        permission.users.add(user)
    return get_user_model().objects.get(pk=user.pk)


def make_device(name: str, *, librenms_id: int | None = None, site: Site | None = None, **fields: Any) -> Device:
    """A device with what it cannot exist without."""
    maker, _ = Manufacturer.objects.get_or_create(name="Maker", slug="maker")
    model, _ = DeviceType.objects.get_or_create(manufacturer=maker, model="Model", slug="model")
    role, _ = DeviceRole.objects.get_or_create(name="Role", slug="role")
    site = site or Site.objects.get_or_create(name="Site", slug="site")[0]
    device = Device(name=name, device_type=model, role=role, site=site, **fields)
    if librenms_id is not None:
        device.custom_field_data = {"librenms_id": {"default": librenms_id}}
    device.save()
    return device


def bare(row: Mapping[str, Any]) -> Any:
    """A device or guest of LibreNMS's as somebody entered it in NetBox: its name, its id and nothing else."""
    if row.get("parent_id") is not None:
        data = {"librenms_id": {"default": row["device_id"]}}
        site = Site.objects.get_or_create(name="Site", slug="site")[0]
        return VirtualMachine.objects.create(name=str(row["hostname"])[:64], site=site, custom_field_data=data)
    return make_device(str(row["hostname"])[:64], librenms_id=int(str(row["device_id"])))


@contextmanager
def request_of(user: Any) -> Iterator[NetBoxFakeRequest]:
    """A request in whose event tracking one can write."""
    request = NetBoxFakeRequest(
        {
            "id": uuid.uuid4(),
            "user": user,
            "method": "POST",
            "path": "/",
            "path_info": "/",
            "headers": {},
            **{name: {} for name in ("META", "COOKIES", "GET", "POST", "FILES")},
        }
    )
    with apply_request_processors(request):
        yield request


def plan_of(instance: Any, *, user: Any = None, **options: Any) -> Plan:
    """The interfaces' plan of one object."""
    (comparison,) = engine.compare(
        [instance], user=user or admin(), resources=["interfaces"], options=engine.Options(**options)
    )
    assert comparison.error is None, comparison.error
    return comparison.plans["interfaces"]


def apply_to(instance: Any, *, user: Any = None, options: engine.Options = engine.Options(), **selection: Any) -> Run:
    """Apply the interfaces of one object; ``selection`` as the engine's."""
    user = user or admin()
    with request_of(user) as request:
        return engine.apply(
            instance,
            user=user,
            request=request,
            selections={"interfaces": engine.Selection(**selection)},
            options=options,
        )


def analyse() -> None:
    """What PostgreSQL does by itself where transactions end: without it large new tables are taken for empty ones, and
    read row by row."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@contextmanager
def counted() -> Iterator[CaptureQueriesContext]:
    """Counts the queries inside."""
    with CaptureQueriesContext(connection) as queries:
        yield queries


def writes_in(queries: CaptureQueriesContext) -> list[str]:
    """The statements that write."""
    return [one["sql"] for one in queries.captured_queries if one["sql"].lstrip().upper().startswith(WRITING)]


def switch(state: Dataset, ports: int, *, vlans: tuple[int, ...] = (10, 20), hostname: str = "switch") -> int:
    """A switch in LibreNMS with access and trunk ports, an aggregate and a sub-interface; gives its id."""
    device_id = state.add_device(hostname=hostname)
    aggregate = state.add_port(device_id, ifName="Po1", ifType="ieee8023adLag", ifSpeed=20_000_000_000)
    for number in range(1, ports):
        port_id = state.add_port(
            device_id,
            ifName=f"Gi1/0/{number}",
            ifType="ethernetCsmacd",
            ifSpeed=1_000_000_000,
            ifMtu=1500,
            ifAlias=f"desk {number}",
            ifDuplex="fullDuplex",
            ifAdminStatus="up",
        )
        if vlans:
            state.add_port_vlan(port_id, vlans[0], untagged=True)
        for vid in vlans[1:] if number % 2 else ():
            state.add_port_vlan(port_id, vid)
        if number <= 2:
            state.add_stack(aggregate, port_id)
    return device_id
