"""The batch leaves what NetBox's own ``save()`` leaves: rows, change log, events, counters, search entries."""

import pytest
from core.models import ObjectChange
from dcim.models import Device, Interface, MACAddress
from django.db import transaction
from django.forms.models import model_to_dict
from extras.models import CachedValue
from ipam.models import VLAN
from netbox.context import events_queue

from netbox_librenms_plugin import engine
from simulator.server import Simulator

from .support import admin, make_device, request_of, switch

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


def by_batch(device: Device) -> list[str]:
    """Let the plugin write; gives the events queued."""
    with request_of(admin()) as request:
        selections = {"interfaces": engine.Selection()}
        run = engine.apply(device, user=admin(), request=request, selections=selections)
        assert not run.failures
        return sorted(f"{event['object_type']} {event['event_type']}" for event in events_queue.get().values())


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
                mac = MACAddress(mac_address=held.primary_mac_address.mac_address)
                mac._changelog_message = message
                mac.full_clean()
                mac.save()
                copy.primary_mac_address = mac
                copy.full_clean()
                copy.save()
                copy.tagged_vlans.set(held.tagged_vlans.all())
                copies[held.pk] = copy
        return sorted(f"{event['object_type']} {event['event_type']}" for event in events_queue.get().values())


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


@pytest.mark.usefixtures("real_commits")
def test_rows_log_events_counters_and_search_are_alike(simulator: Simulator) -> None:
    for vid in (10, 20):
        VLAN.objects.create(vid=vid, name=f"v{vid}")
    batch = make_device("switch", librenms_id=switch(simulator.state, 5))
    saved = make_device("saved")
    batch_events = by_batch(batch)
    message = ObjectChange.objects.filter(changed_object_type__model="interface")[0].message
    saved_events = by_save(batch, saved, message)
    assert rows(batch) == rows(saved)
    assert last_entries(batch) == last_entries(saved)
    assert set(batch_events) == set(saved_events)
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
