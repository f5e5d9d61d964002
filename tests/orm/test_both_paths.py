"""The batch leaves what NetBox's own ``save()`` leaves: rows, change log, events, counters, search entries."""

from collections.abc import Mapping
from typing import Any

import pytest
from core.models import ObjectChange, ObjectType
from dcim.models import Device, Interface, MACAddress
from django.db import transaction
from django.db.models import Q
from django.forms.models import model_to_dict
from extras.models import CachedValue, Notification, Subscription
from ipam.models import VLAN
from netbox.context import events_queue

from netbox_librenms_plugin import engine
from simulator.server import Simulator
from tests.factories import admin, make_device, request_of
from tests.librenms import add_switch

UNLIKE = {
    "id",
    "device",
    "created",
    "last_updated",
    "primary_mac_address",
    "lag",
    "custom_fields",
    "assigned_object_id",
}
# Two devices' interfaces are unlike in these only by the keys of what they refer to: there or not is the same
KEYS = ("primary_mac_address", "lag", "assigned_object_id")


def told(queue: Mapping[str, Any]) -> list[str]:
    """What events would tell: of which kind of object what, and whether there is a before and an after."""
    return sorted(
        f"{event['object_type']} {event['event_type']} {event['snapshots']['prechange'] is not None}"
        f" {(event['snapshots']['postchange'] or {}).get('primary_mac_address') is not None}"
        for event in queue.values()
    )


def by_batch(device: Device) -> list[str]:
    """Let the plugin write; gives the events queued."""
    with request_of(admin()) as request:
        selections = {"interfaces": engine.Selection()}
        run = engine.apply(device, user=admin(), request=request, selections=selections)
        assert not run.failures
        return told(events_queue.get())


def by_save(source: Device, target: Device, message: str) -> list[str]:
    """Write the same interfaces as NetBox's forms would, one by one."""
    copies: dict[int, Interface] = {}
    with request_of(admin()):
        with transaction.atomic():
            for held in source.interfaces.order_by("-type", "pk"):
                copy = Interface(device=target, lag=copies.get(held.lag_id or 0))
                for name in ("name", "type", "speed", "duplex", "mtu", "enabled", "description", "mode"):
                    setattr(copy, name, getattr(held, name))
                copy.untagged_vlan = held.untagged_vlan
                copy._changelog_message = message
                copy.custom_field_data = held.custom_field_data
                copy.full_clean()
                copy.save()
                copy.tagged_vlans.set(held.tagged_vlans.all())
                mac = MACAddress(mac_address=held.primary_mac_address.mac_address, assigned_object=copy)
                mac._changelog_message = message
                mac.full_clean()
                mac.save()
                copy.snapshot()
                copy.primary_mac_address = mac
                copy.full_clean()
                copy.save()
                copies[held.pk] = copy
        return told(events_queue.get())


def rows(device: Device) -> list[dict[str, object]]:
    """Every column of the device's interfaces."""
    every = []
    for held in Interface.objects.filter(device=device).order_by("name"):
        columns = {field.attname: getattr(held, field.attname) for field in held._meta.concrete_fields}
        for name in ("id", "device_id", "created", "last_updated", "primary_mac_address_id", "lag_id"):
            columns.pop(name)
        every.append(columns | {"tagged": sorted(model_to_dict(held)["tagged_vlans"], key=lambda vlan: vlan.pk)})
    return every


def last_entries(device: Device) -> list[dict[str, object]]:
    """What the change log says of each interface in the end."""
    entries = []
    for held in Interface.objects.filter(device=device).order_by("name"):
        log = ObjectChange.objects.filter(changed_object_type__model="interface", changed_object_id=held.pk)
        last = log.order_by("-time", "-pk").first()
        assert last is not None
        assert log.filter(action="create", prechange_data__isnull=True).count() == 1
        data = {key: value for key, value in last.postchange_data.items() if key not in UNLIKE}
        entries.append({"data": data, "user": last.user_name, "message": last.message, "repr": last.object_repr})
    return entries


def history(device: Device) -> list[list[dict[str, object]]]:
    """For each interface, by name, what the change log says of it and of its MAC address, in the order in which it
    happened."""
    every = []
    for held in Interface.objects.filter(device=device).order_by("name"):
        log = ObjectChange.objects.filter(
            Q(changed_object_type__model="interface", changed_object_id=held.pk)
            | Q(changed_object_type__model="macaddress", changed_object_id=held.primary_mac_address_id)
        )
        every.append([entry_of(one) for one in log.order_by("time", "pk")])
    return every


def entry_of(entry: ObjectChange) -> dict[str, object]:
    """An entry of the change log without what two objects cannot have in common."""
    said = {"kind": entry.changed_object_type.model, "action": entry.action, "message": entry.message}
    for when in ("prechange_data", "postchange_data"):
        data = getattr(entry, when)
        said[when] = data and {
            key: value is not None if key in KEYS else value
            for key, value in data.items()
            if key in KEYS or key not in UNLIKE
        }
    return said | {"user": entry.user_name, "repr": entry.object_repr}


@pytest.mark.usefixtures("real_commits")
def test_rows_log_events_counters_and_search_are_alike(simulator: Simulator) -> None:
    for vid in (10, 20):
        VLAN.objects.create(vid=vid, name=f"v{vid}")
    batch = make_device("switch", librenms_id=add_switch(simulator.state, 5))
    saved = make_device("saved")
    batch_events = by_batch(batch)
    message = ObjectChange.objects.filter(changed_object_type__model="interface")[0].message
    saved_events = by_save(batch, saved, message)
    assert rows(batch) == rows(saved)
    assert last_entries(batch) == last_entries(saved)
    assert history(batch) == history(saved)
    assert [(one["kind"], one["action"]) for one in history(batch)[0]] == [
        ("interface", "create"),
        ("macaddress", "create"),
        ("interface", "update"),
    ]
    assert set(batch_events) == set(saved_events) and len(batch_events) == len(saved_events) == 10
    batch.refresh_from_db()
    saved.refresh_from_db()
    assert batch.interface_count == saved.interface_count == 5
    indexed = CachedValue.objects.filter(object_type__model="interface")
    found = [
        sorted(indexed.filter(object_id__in=ids, field="name").values_list("value", flat=True))
        for ids in (batch.interfaces.values("pk"), saved.interfaces.values("pk"))
    ]
    assert found[0] == found[1]
    assert len(found[0]) == 5


@pytest.mark.django_db
def test_subscribers_are_notified_of_what_was_changed(simulator: Simulator) -> None:
    """As ``save()`` does: of changes, not of what is new, and once however often it happens."""
    device = make_device("switch", librenms_id=add_switch(simulator.state, 3))
    by_batch(device)
    watched = device.interfaces.order_by("pk")[1]
    kind = ObjectType.objects.get_for_model(Interface)
    Subscription.objects.create(user=admin(), object_type=kind, object_id=watched.pk)
    assert not Notification.objects.exists()
    for _again in range(2):
        device.interfaces.update(description="by hand", mtu=1234)
        by_batch(device)
        told = Notification.objects.get()
        assert (told.user, told.object, told.event_type) == (admin(), watched, "object_updated")
