"""Comparing many objects by an index: each table is read once, and what comes of it is the same as without."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from dcim.models import Device, Interface
from django.db.models import QuerySet
from virtualization.models import VirtualMachine, VMInterface

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.orm.frame.bindings import bound_elsewhere
from netbox_librenms_plugin.orm.frame.scope import Scope
from netbox_librenms_plugin.orm.frame.subjects import load_subjects
from netbox_librenms_plugin.resources import RESOURCES
from netbox_librenms_plugin.sync.core.plan import Outcome, Plan
from simulator.server import Simulator
from tests.factories import admin, make_device, make_object_of, request_of, somebody
from tests.librenms import add_switch

from .support import counted

pytestmark = pytest.mark.django_db

READABLE = ("ipam.vlan", "ipam.ipaddress", "ipam.vrf", "dcim.cable", "dcim.site", "virtualization.virtualmachine")


def written(objects: Sequence[Any]) -> None:
    """Everything of these objects is in NetBox."""
    for one in objects:
        names = [each.name for each in RESOURCES.values() if each.serves(virtual=isinstance(one, VirtualMachine))]
        with request_of(admin()) as request:
            engine.apply(one, user=admin(), request=request, selections={name: engine.Selection() for name in names})


def held_elsewhere(port_ids: Sequence[int]) -> None:
    """Interfaces of others that carry ids of these ports, in every form that an id is stored in."""
    holder = make_device("holder 2")
    forms: list[Any] = [{"default": port_ids[0]}, {"default": {"id": str(port_ids[1])}}, f" 0{port_ids[2]}", None]
    for number, form in enumerate(forms):
        Interface.objects.create(
            device=holder, name=f"held {number}", type="virtual", custom_field_data={"librenms_id": form}
        )
    guest = VirtualMachine.objects.create(name="holder 3", site=holder.site)
    VMInterface.objects.create(
        virtual_machine=guest, name="held 3", custom_field_data={"librenms_id": {"default": port_ids[3]}}
    )


def plans(compared: Sequence[engine.Comparison], scope: Scope) -> dict[tuple[str, tuple[str, int]], Plan]:
    """(resource, subject) → plan, of what LibreNMS said of the objects."""
    units = {(one.object._meta.model_name, one.object.pk): one.units for one in compared}
    snapshots = {(one.object._meta.model_name, one.object.pk): one.snapshots for one in compared}
    loaded = load_subjects([one.object for one in compared], scope.user)
    subjects = [replace(one, units=units[one.key]) for one in loaded]
    policies = engine.policies_of(scope.server)
    found: dict[tuple[str, tuple[str, int]], Plan] = {}
    for name, resource in RESOURCES.items():
        said = {one.key: snapshots[one.key][name] for one in subjects if name in snapshots[one.key]}
        for key, reading in resource.read(subjects, said, scope).items():
            found[name, key] = resource.plan(said[key], reading, policies)
    return found


def scope_of(user: Any) -> Scope:
    """One call of a user, for everybody with None."""
    return engine.scope_of(LibreNMSAPI(None), user, engine.Options())


@pytest.fixture
def compared(company: Simulator) -> list[engine.Comparison]:
    """What LibreNMS says of the whole company, some of which is in NetBox."""
    rows = list(company.state.devices.values())
    objects = [make_object_of(row) for row in rows]
    written(objects[::4])
    ports = [pk for pk, row in company.state.ports.items() if row["device_id"] == rows[1]["device_id"]]
    held_elsewhere(ports)
    return list(engine.compare(objects, user=admin()))


def seen_partly(model: Any, user: Any) -> bool:
    """Whether the user may view some of the model's objects and not others."""
    visible: QuerySet[Any] = model.objects.restrict(user, "view")
    return 0 < visible.count() < model.objects.count()


def test_plans_are_the_same_with_and_without_an_index(compared: list[engine.Comparison]) -> None:
    reader = somebody("reader", {label: ["view"] for label in READABLE})
    limited = somebody(
        "limited", {"dcim.device": ["view"], "dcim.interface": ["view"]}, constraints={"name__regex": "[13579]"}
    )
    for permission in limited.object_permissions.all():
        permission.users.add(reader)
    assert seen_partly(Device, reader)
    assert seen_partly(Interface, reader)
    counts = []
    for user in (admin(), reader, None):
        scope = scope_of(user)
        without = plans(compared, scope)
        assert plans(compared, scope.for_many()) == without
        counts.append(sum(len(one.changes) for one in without.values()))
    assert counts[1] < counts[0]
    assert {name for name, _key in plans(compared, scope_of(admin()))} == set(RESOURCES)


def test_one_index_serves_batch_after_batch(compared: list[engine.Comparison]) -> None:
    scope = scope_of(admin())
    many = scope.for_many()
    for first in range(0, len(compared), 7):
        some = compared[first : first + 7]
        assert plans(some, many) == plans(some, scope)


def test_everybody_sees_what_a_superuser_sees(compared: list[engine.Comparison]) -> None:
    everybody = plans(compared, scope_of(None).for_many())
    assert everybody == plans(compared, scope_of(admin()))
    assert any(change.outcome is Outcome.SAME for plan in everybody.values() for change in plan.changes)


def test_holders_that_one_may_not_see_are_found_and_not_named(simulator: Simulator) -> None:
    held_elsewhere([5, 6, 7, 8])
    reader = somebody("reader", {"dcim.interface": ["view"]}, constraints={"name": "held 1"})
    for user in (admin(), reader, None):
        scope = scope_of(user)
        without, by_index = (
            bound_elsewhere([4, 5, 6, 7, 8], one, model=Interface, owner_ids=[]) for one in (scope, scope.for_many())
        )
        assert by_index == without
        assert set(by_index) == {5, 6, 7, 8}
    assert bound_elsewhere([5, 6], scope_of(reader).for_many(), model=Interface, owner_ids=[]) == {
        5: "an interface you may not see",
        6: "held 1 (holder 2)",
    }


def test_what_is_written_is_read_as_it_is_now(simulator: Simulator) -> None:
    many = scope_of(admin()).for_many()
    assert bound_elsewhere([5], many, model=Interface, owner_ids=[]) == {}
    held_elsewhere([5, 6, 7, 8])
    assert bound_elsewhere([5], many, model=Interface, owner_ids=[]) == {}
    assert set(bound_elsewhere([5], many.for_writing(), model=Interface, owner_ids=[])) == {5}


@pytest.mark.parametrize("held", [{"librenms_id": {"default": 9}}, {"librenms_id": None}, {}])
def test_who_holds_another_id_by_now_is_no_holder(simulator: Simulator, held: dict[str, Any]) -> None:
    held_elsewhere([5, 6, 7, 8])
    many = scope_of(admin()).for_many()
    assert set(bound_elsewhere([5, 6], many, model=Interface, owner_ids=[])) == {5, 6}
    Interface.objects.filter(name="held 0").update(custom_field_data=held)
    assert set(bound_elsewhere([5, 6], many, model=Interface, owner_ids=[])) == {6}


def of_interfaces(statements: Sequence[str]) -> list[str]:
    """The conditions of the statements that read interfaces of devices."""
    return [one.partition(" WHERE ")[2] for one in statements if ' FROM "dcim_interface"' in one]


def looks_at_all(condition: str) -> bool:
    """Whether every interface of NetBox has to be looked at."""
    return "BTRIM" in condition or not re.search(r" IN \(| = ANY\(", condition)


def test_batches_do_not_read_the_interfaces_of_all_of_netbox(simulator: Simulator) -> None:
    state = simulator.state
    devices = [
        make_device(f"s{number}", librenms_id=add_switch(state, 2, vlans=(), hostname=f"s{number}"))
        for number in range(2 * engine.OBJECTS_AT_ONCE + 10)
    ]
    names = ["interfaces", "ip_addresses", "cables"]
    reads = {}
    for many in (devices[:5], devices):
        with counted() as queries:
            assert len(list(engine.compare(many, user=admin(), resources=names))) == len(many)
        reads[len(many)] = [one["sql"] for one in queries.captured_queries]
    assert len([one for one in of_interfaces(reads[5]) if looks_at_all(one)]) >= 1
    assert len([one for one in of_interfaces(reads[len(devices)]) if looks_at_all(one)]) == 1
    batches = [one for one in reads[len(devices)] if '"dcim_interface"."mtu"' in one]
    assert len(batches) == 3
