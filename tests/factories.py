"""Makes what NetBox holds as tests need it: users and what they may do, devices, chassis, cables, runs, requests."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from core.models import ObjectType
from dcim.models import Cable, Device, DeviceRole, DeviceType, Interface, Manufacturer, Site, VirtualChassis
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils.text import slugify
from extras.models import EventRule, NotificationGroup
from users.models import ObjectPermission, Token
from utilities.request import NetBoxFakeRequest, apply_request_processors
from virtualization.models import Cluster, ClusterType, VirtualMachine

from netbox_librenms_plugin.models import Run, RunItem, SyncRun

# Users, and how they come in


def admin() -> Any:
    """A superuser."""
    return get_user_model().objects.get_or_create(username="root", defaults={"is_superuser": True})[0]


def somebody(name: str, permissions: Mapping[str, Iterable[str]], constraints: Any = None) -> Any:
    """A user with object permissions: model label → actions."""
    user = get_user_model().objects.create(username=name)
    for label, actions in permissions.items():
        grant(user, label, *actions, constraints=constraints)
    # What a user may do is remembered with the object
    return get_user_model().objects.get(pk=user.pk)


def grant(user: Any, label: str, *actions: str, constraints: Any = None) -> ObjectPermission:
    """Let a user do this to the objects of a model."""
    permission = ObjectPermission.objects.create(
        name=f"{user.username} {label}", actions=list(actions), constraints=constraints
    )
    permission.object_types.add(ObjectType.objects.get_by_natural_key(*label.split(".")))
    permission.users.add(user)
    return permission


def told_of_new_devices(name: str = "watcher") -> Any:
    """A user whom an event rule tells of every new device."""
    user = somebody(name, {"dcim.device": ["view"]})
    tell_of_new_devices(user)
    return user


def tell_of_new_devices(user: Any) -> None:
    """An event rule that tells a user of every new device."""
    group = NotificationGroup.objects.create(name=f"group of {user.username}")
    group.users.add(user)
    rule = EventRule.objects.create(
        name=f"new devices for {user.username}",
        event_types=["object_created"],
        action_type="notification",
        action_object_type=ObjectType.objects.get_for_model(NotificationGroup),
        action_object_id=group.pk,
    )
    rule.object_types.add(ObjectType.objects.get_for_model(Device))


def client_of(user: Any) -> Client:
    """A user who is logged in, in front of the pages."""
    client = Client()
    client.force_login(user)
    return client


def token_header(user: Any, *, writes: bool = True) -> dict[str, str]:
    """The header of a call to REST, with a token that may write or only read."""
    token = Token.objects.create(user=user, write_enabled=writes)
    return {"Authorization": f"Bearer nbt_{token.key}.{token.token}"}


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


# Devices and what they need


def make_named(model: Any, name: str, **fields: Any) -> Any:
    """An object that needs no more than a name and a slug, made where it does not exist."""
    name = name[:100]
    return model.objects.get_or_create(name=name, defaults={"slug": slugify(name) or "x", **fields})[0]


def make_device_type(model: str, *, maker: str = "Cisco", **fields: Any) -> DeviceType:
    """A device type, made where the manufacturer has none of this model."""
    manufacturer = make_named(Manufacturer, maker)
    defaults = {"slug": slugify(model) or "x", **fields}
    return DeviceType.objects.get_or_create(manufacturer=manufacturer, model=model, defaults=defaults)[0]


def make_device(name: str, *, librenms_id: int | None = None, site: Site | None = None, **fields: Any) -> Device:
    """A device with what it cannot exist without."""
    needed = {
        "device_type": make_device_type("Model", maker="Maker"),
        "role": make_named(DeviceRole, "Role"),
        "site": site or make_named(Site, "Site"),
    }
    device = Device(name=name, **(needed | fields))
    device.custom_field_data = {"librenms_id": None if librenms_id is None else {"default": librenms_id}}
    if {"device_type", "rack", "virtual_chassis"} & fields.keys():
        device.save()
    else:
        # Saved one by one, a device looks for each kind of component that its type, which is made here, does not have
        Device.objects.bulk_create([device])
    return device


def make_cluster(name: str = "Cluster") -> Cluster:
    """A cluster, made where it does not exist."""
    return Cluster.objects.get_or_create(name=name, type=make_named(ClusterType, "Type"))[0]


def make_vm(name: str, *, librenms_id: int | None = None, **fields: Any) -> VirtualMachine:
    """A virtual machine, at no place unless told."""
    data = {} if librenms_id is None else {"librenms_id": {"default": librenms_id}}
    return VirtualMachine.objects.create(name=name, custom_field_data=data, **fields)


def make_object_of(row: Mapping[str, Any]) -> Device | VirtualMachine:
    """A device or guest of LibreNMS's as somebody entered it in NetBox: its name, its id and nothing else."""
    name, librenms_id = str(row["hostname"])[:64], int(row["device_id"])
    if row.get("parent_id") is not None:
        return make_vm(name, librenms_id=librenms_id, site=make_named(Site, "Site"))
    return make_device(name, librenms_id=librenms_id)


def make_chassis(name: str, *members: Device, first: int = 1, master: Device | None = None) -> VirtualChassis:
    """A virtual chassis of these devices, which take the positions from ``first`` on."""
    chassis = VirtualChassis.objects.create(name=name)
    for position, member in enumerate(members, first):
        member.virtual_chassis, member.vc_position = chassis, position
        member.save()
    if master is not None:
        # Saving the members has counted them
        chassis.refresh_from_db()
        chassis.master = master
        chassis.save()
    return chassis


def make_interface(device: Device, name: str, **fields: Any) -> Interface:
    """An interface of a device."""
    return Interface.objects.create(device=device, name=name, **{"type": "1000base-t", **fields})


def make_cable(one: Any, other: Any, **fields: Any) -> Cable:
    """A cable between two terminations."""
    cable = Cable(a_terminations=[one], b_terminations=[other], **fields)
    cable.save()
    return cable


# What is kept of work


def make_import_run(user: Any = None, *, outcomes: Iterable[str] = (), issues: Any = (), **fields: Any) -> Run:
    """An import with a device for each of these outcomes, ``issues`` being why some failed; without a user, somebody's
    who is gone."""
    name = user.username if user else "gone"
    known = {"kind": "import", "user_name": name, "request_id": uuid.uuid4(), "server": "default"}
    run = Run.objects.create(**{"user": user, **known, **fields})
    for number, outcome in enumerate(outcomes, 1):
        add_run_row(run, number, outcome, issues=list(issues) if outcome == "failed" else [])
    return run


def add_run_row(run: Run, librenms_id: int, outcome: str = "created", **fields: Any) -> RunItem:
    """A device of an import."""
    known = {"key": str(librenms_id), "name": f"switch-{librenms_id}", "outcome": outcome}
    return RunItem.objects.create(run=run, librenms_id=librenms_id, **{**known, **fields})


def make_sync_run(instance: Any, **fields: Any) -> SyncRun:
    """A sync of one object that is over."""
    known = {"server": "default", "librenms_id": 1, "state": "completed", "user_name": "somebody"}
    run = SyncRun(object=instance, object_repr=str(instance), request_id=uuid.uuid4(), **{**known, **fields})
    run.save()
    return run
