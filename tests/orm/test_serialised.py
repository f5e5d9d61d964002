"""What the change log keeps of an object: the same as NetBox's own serialiser gives, for every kind that is written."""

from collections.abc import Callable
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

import pytest
from dcim.models import Cable, Device, Interface, MACAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext
from extras.models import Tag
from ipam.models import VLAN, IPAddress
from utilities.serialization import serialize_object
from virtualization.models import VMInterface

from netbox_librenms_plugin.orm.frame.audit import preset_relations
from netbox_librenms_plugin.orm.frame.serialised import serialised, serialised_quickly, snapshot
from tests.factories import make_cable, make_device, make_interface, make_vm

pytestmark = pytest.mark.django_db

ODD = {"text": 'a "quoted" line\nand ünïcode', "number": 1.5, "list": [1, None, {"a": []}], "empty": {}, "day": None}


def switch() -> Device:
    device = make_device("switch", latitude=Decimal("52.5200"), comments="two\nlines", custom_field_data=ODD)
    device.tags.set([Tag.objects.create(name=name, slug=name) for name in ("b", "a")])
    return device


def port() -> Interface:
    held = make_interface(switch(), "Gi0/1", mode="tagged", mtu=9000, speed=10_000_000, enabled=False, wwn=None)
    held.untagged_vlan = vlan()
    held.save()
    held.tagged_vlans.set([VLAN.objects.create(vid=vid, name=f"v{vid}") for vid in (30, 20)])
    return held


def vlan() -> VLAN:
    return VLAN.objects.create(vid=10, name="ten", custom_field_data={"librenms_id": {"default": 5}})


def mac() -> MACAddress:
    return MACAddress.objects.create(mac_address="00:11:22:33:44:55", assigned_object=make_interface(switch(), "x"))


def address() -> IPAddress:
    return IPAddress.objects.create(address="2001:db8::1/64", assigned_object=make_interface(switch(), "x"))


def guest_port() -> VMInterface:
    return VMInterface.objects.create(virtual_machine=make_vm("guest"), name="eth0")


def cable() -> Cable:
    return make_cable(
        make_interface(switch(), "x"), make_interface(make_device("core"), "y"), length=2, length_unit="m"
    )


@pytest.mark.parametrize("make", [switch, port, vlan, mac, address, guest_port])
@pytest.mark.parametrize("exclude", [[], ["last_updated", "unknown"]])
def test_it_is_what_netbox_writes(make: Callable[[], Any], exclude: list[str]) -> None:
    """As it was just made, where values are of any kind, and as it was read."""
    made = make()
    for held in (made, type(made).objects.prefetch_related(*relations(made)).get(pk=made.pk)):
        wanted = serialize_object(held, exclude=exclude)
        assert serialised(held, exclude) == wanted
        assert {name: type(value) for name, value in serialised(held, exclude).items()} == {
            name: type(value) for name, value in wanted.items()
        }


def relations(instance: Any) -> list[str]:
    return ["tags", *(one.name for one in instance._meta.many_to_many if one.name != "tags")]


def test_values_that_json_does_not_know() -> None:
    """In a custom field's data, and as code may set them."""
    made = make_interface(make_device("switch"), "Gi0/1")
    made.custom_field_data = {"day": date(2026, 1, 2), "time": datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=timezone.utc)}
    made.mtu, made.description = Decimal("1500"), 5  # type: ignore[assignment]
    preset_relations([made])
    assert serialised(made) == serialize_object(made)


def test_nothing_is_asked_where_the_relations_are_at_hand() -> None:
    held = Interface.objects.select_related("device").prefetch_related(*relations(port())).get()
    snapshot(held)  # NetBox's own settings are read once
    with CaptureQueriesContext(connection) as queries:
        with serialised_quickly(held):
            entry = held.to_objectchange("update")
        snapshot(held)
    assert [one["sql"] for one in queries if "content_type" not in one["sql"]] == []
    assert entry.postchange_data == held._prechange_snapshot == serialize_object(held, exclude=["last_updated"])
    assert len(entry.postchange_data["tagged_vlans"]) == 2
    assert "serialize_object" not in vars(held)


def test_a_model_keeps_its_own_serialiser() -> None:
    made = cable()
    snapshot(made)
    assert made._prechange_snapshot == made.serialize_object(exclude=["last_updated"])
    assert len(made._prechange_snapshot["a_terminations"]) == 1
