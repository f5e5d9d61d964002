"""New devices whose name is that of a virtual chassis in NetBox already."""

from collections.abc import Mapping

import pytest
from dcim.models import Device, Site, VirtualChassis
from virtualization.models import VirtualMachine

from netbox_librenms_plugin.import_utils.listing import listing
from netbox_librenms_plugin.import_utils.rows import NO_CHOICE, Choice, Kind, Row, State
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.sync.core.issues import Code
from netbox_librenms_plugin.words.sentences import sentence
from simulator.server import Simulator
from tests.factories import admin, make_chassis, make_cluster, make_device, somebody
from tests.imports.fleet import add
from tests.imports.support import import_all, outcomes
from tests.imports.test_races import stack
from tests.jobs.support import RIGHTS
from tests.orm.support import counted
from tests.pages.imports.support import Importer

pytestmark = pytest.mark.django_db


def here() -> Site:
    """The site of the devices that ``fleet.add`` makes in LibreNMS."""
    return Site.objects.get(name="Here")


def a_chassis(name: str, *members: str, site: Site | None = None) -> VirtualChassis:
    """A virtual chassis that has no master yet."""
    return make_chassis(name, *[make_device(one, site=site or here()) for one in members])


def row_of(number: int, *, user: object = None, choice: Choice = NO_CHOICE) -> Row:
    """The row of a device in the list."""
    return listing(LibreNMSAPI(), user=user or admin(), choices={number: choice}).by_id[number]


def codes(row: Row) -> list[str]:
    return [one.code for one in row.issues]


def test_a_stack_whose_chassis_has_no_master_gets_no_second_one(simulator: Simulator) -> None:
    number = stack(simulator, "sw", ("Model X", "A1"), ("Model X", "A2"))
    a_chassis("SW", "sw-1", "sw-2")
    row = row_of(number)
    assert (row.state, codes(row)) == (State.CONFLICT, [Code.CHASSIS_AT_SITE])
    assert "SW (#" in sentence(row.issues[0]) and "Link" in sentence(row.issues[0])
    assert outcomes(import_all([number], choices={number: Choice(anyway=True)})) == {"sw": "failed"}
    assert VirtualChassis.objects.count() == 1 and Device.objects.count() == 2


def test_its_members_can_be_linked(simulator: Simulator) -> None:
    number = stack(simulator, "sw", ("Model X", "A1"), ("Model X", "A2"))
    chassis = a_chassis("sw", "sw-1", "sw-2")
    member = Device.objects.get(name="sw-1")
    assert f'value="device-{member.pk}"' in Importer(admin()).details(number)
    run = import_all([number], choices={number: Choice(link=(Kind.DEVICE, member.pk))})
    assert outcomes(run) == {"sw": "linked"}
    assert list(VirtualChassis.objects.all()) == [chassis]


def test_another_name_is_another_device(simulator: Simulator) -> None:
    number = add(simulator, "sw")
    a_chassis("sw", "sw-1")
    row = row_of(number, choice=Choice(name="sw-b"))
    assert (row.state, codes(row)) == (State.READY, [])


def test_a_chassis_at_another_site_is_another_one(simulator: Simulator) -> None:
    number = add(simulator, "sw")
    a_chassis("sw", "sw-1", site=Site.objects.create(name="There", slug="there"))
    assert row_of(number).state is State.READY


def test_a_part_of_a_name_is_another_name(simulator: Simulator) -> None:
    number = add(simulator, "sw")
    a_chassis("sw-stack", "sw-1")
    assert row_of(number).state is State.READY


def test_a_chassis_without_members_can_be_anywhere(simulator: Simulator) -> None:
    number = add(simulator, "sw")
    a_chassis("sw")
    row = row_of(number)
    assert (row.state, codes(row)) == (State.CONFLICT, [Code.CHASSIS_EMPTY])
    assert row_of(number, choice=Choice(anyway=True)).state is State.READY


def test_a_chassis_with_a_master_is_what_the_device_is(simulator: Simulator) -> None:
    number = add(simulator, "sw")
    chassis = a_chassis("sw", "sw-1", "sw-2")
    chassis.master = Device.objects.get(name="sw-1")
    chassis.save()
    row = row_of(number)
    assert row.state is State.EXISTS and row.holder is not None and row.holder.id == chassis.master.pk


def test_who_may_not_view_a_chassis_is_not_told_which(simulator: Simulator) -> None:
    number = add(simulator, "sw")
    chassis = a_chassis("SW", "sw-1")
    rights: Mapping[str, list[str]] = {name: ["view"] for name in RIGHTS if name != "dcim.virtualchassis"}
    row = row_of(number, user=somebody("reader", dict(rights)))
    assert (row.state, codes(row)) == (State.CONFLICT, [Code.CHASSIS_AT_SITE])
    assert row.issues[0].details["name"] == {"hidden": True} and str(chassis) not in sentence(row.issues[0])


def test_the_number_of_chassis_does_not_show_in_the_number_of_queries(simulator: Simulator) -> None:
    number, costs = add(simulator, "sw"), []
    reader = somebody("reader", RIGHTS)
    for one in range(3):
        row_of(number, user=reader)
        with counted() as queries:
            row_of(number, user=reader)
        costs.append(len(queries))
        a_chassis("sw", f"sw-{one}")
    assert costs[1] == costs[2], costs


def test_a_machine_of_a_cluster_is_told_by_its_cluster(simulator: Simulator) -> None:
    number = add(simulator, "sw")
    cluster = make_cluster("vmw")
    VirtualMachine.objects.create(name="sw", cluster=cluster)
    row = row_of(number)
    assert (row.state, codes(row)) == (State.CONFLICT, [Code.NAME_ELSEWHERE])
    said = sentence(row.issues[0])
    assert "vmw" in said and "another name" in said and "?" not in said
