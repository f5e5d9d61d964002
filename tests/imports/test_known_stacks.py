"""Stacks of which NetBox has a part already, and people who may import them at one site only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from dcim.models import Device, Site, VirtualChassis
from django.core.cache import cache
from django.db import connection
from django.db.models.signals import post_save

from netbox_librenms_plugin.import_utils.options import ImportOptions
from netbox_librenms_plugin.models import Run
from simulator.server import Simulator
from tests.factories import make_device, somebody
from tests.imports.fleet import add
from tests.imports.support import foreseen, import_all, known_to_netbox, outcomes, reasons
from tests.imports.test_races import stack
from tests.jobs.support import RIGHTS

pytestmark = pytest.mark.django_db

COMPLETE = ImportOptions(existing=True)
UNITS = (("Model X", "A1"), ("Model Y", "A2"))


def junos(simulator: Simulator, name: str, *serials: str, first: int = 0) -> int:
    """A stack of FPCs; the first answers for it."""
    number = add(simulator, name, os="junos", hardware="EX4300", serial=serials[0])
    for position, serial in enumerate(serials, start=first):
        simulator.state.add_inventory(
            number,
            entPhysicalClass="chassis",
            entPhysicalName=f"FPC {position}",
            entPhysicalModelName="EX4300",
            entPhysicalSerialNum=serial,
        )
    known_to_netbox()
    cache.clear()
    return number


def chassis_of(name: str, *members: tuple[str, str], first: int = 1, linked: int | None = None) -> VirtualChassis:
    """A chassis of these (name, serial number)s; the first is its master, and linked."""
    chassis = VirtualChassis.objects.create(name=name)
    for position, (member, serial) in enumerate(members, start=first):
        where: dict[str, Any] = {"site": Site.objects.get(name="Here"), "virtual_chassis": chassis}
        number = linked if position == first else None
        make_device(member, serial=serial, vc_position=position, librenms_id=number, **where)
    chassis.refresh_from_db()
    chassis.master = chassis.members.get(name=members[0][0])
    chassis.save()
    return chassis


def crew() -> dict[str | None, str]:
    """Name → serial number of all devices."""
    return dict(Device.objects.values_list("name", "serial"))


def words(run: Run) -> str:
    return str(list(run.items.values_list("issues", flat=True)))


@pytest.mark.parametrize(("held", "said"), [(1, 0), (0, 1)])
def test_members_counted_from_another_start_are_the_same_members(simulator: Simulator, held: int, said: int) -> None:
    number = junos(simulator, "ex", "A0", "A1", first=said)
    chassis_of("vc", ("ex", ""), ("ex-second", ""), first=held, linked=number)
    run = import_all([number], options=COMPLETE)
    assert crew() == {"ex": "", "ex-second": ""}
    assert reasons(run) == {}


def test_what_can_be_a_member_already_is_not_made_and_told(simulator: Simulator) -> None:
    """Members 1 and 2 without serial numbers, units 0, 1 and 2: nobody knows which are which."""
    number = junos(simulator, "ex", "A0", "A1", "A2")
    chassis_of("vc", ("ex", ""), ("ex-second", ""), linked=number)
    run = import_all([number], options=COMPLETE)
    assert crew() == {"ex": "", "ex-second": ""}
    assert reasons(run) == {"ex": ["member_unsure"]} and "ex-second" in words(run)


@pytest.mark.parametrize("hidden", [False, True])
def test_a_unit_of_a_known_chassis_gets_no_second_one(simulator: Simulator, hidden: bool) -> None:
    number = stack(simulator, "newname", *UNITS)
    simulator.state.devices[number]["serial"] = None
    cache.clear()
    chassis_of("oldname", ("oldname", "SECRET"), ("oldname-2", "a2"))
    user = somebody("reader", {**RIGHTS})
    if hidden:
        scoped = {"site__name": "nowhere"}
        user = somebody("blind", {**RIGHTS, "dcim.device": ["add", "change"]})
        seeing = somebody("seeing", {"dcim.device": ["view"]}, scoped)
        seeing.object_permissions.get().users.add(user)
        user = type(user).objects.get(pk=user.pk)
    run = import_all([number], user=user)
    assert (outcomes(run), reasons(run)) == ({"newname": "failed"}, {"newname": ["member_elsewhere"]})
    assert ("oldname-2" in words(run)) is not hidden
    assert crew() == {"oldname": "SECRET", "oldname-2": "a2"}
    assert VirtualChassis.objects.count() == 1


# Who may do it at one site


def at_one_site(path: str, site: str) -> Any:
    """Somebody whose right to virtual chassis ends at a site."""
    user = somebody("local", {label: actions for label, actions in RIGHTS.items() if label != "dcim.virtualchassis"})
    scoped = somebody("scoped", {"dcim.virtualchassis": ["view", "add", "change"]}, {path: site})
    scoped.object_permissions.get().users.add(user)
    return type(user).objects.get(pk=user.pk)


PATHS = pytest.mark.parametrize("path", ["master__site__name", "members__site__name"])


@PATHS
def test_a_stack_at_ones_own_site(simulator: Simulator, path: str) -> None:
    number = stack(simulator, "sw", *UNITS)
    run = import_all([number], user=at_one_site(path, "Here"))
    assert (outcomes(run), reasons(run)) == ({"sw": "created"}, {})
    chassis = VirtualChassis.objects.get()
    assert (chassis.master, chassis.member_count) == (Device.objects.get(name="sw"), 2)


@PATHS
def test_a_device_that_netbox_has_gets_its_chassis_at_ones_own_site(simulator: Simulator, path: str) -> None:
    number = stack(simulator, "sw", *UNITS)
    make_device("sw", site=Site.objects.get(name="Here"), serial="A1")
    run = import_all([number], user=at_one_site(path, "Here"), options=COMPLETE)
    assert (outcomes(run), reasons(run)) == ({"sw": "linked"}, {})
    assert VirtualChassis.objects.get().member_count == 2


@PATHS
def test_a_stack_at_another_site_leaves_no_chassis(simulator: Simulator, path: str) -> None:
    number = stack(simulator, "sw", *UNITS)
    run = import_all([number], user=at_one_site(path, "There"))
    assert reasons(run) == {"sw": ["no_permission"]}
    assert not VirtualChassis.objects.exists()
    device = Device.objects.get()
    assert (device.name, device.virtual_chassis, device.vc_position) == ("sw", None, None)


def test_without_rights_at_the_site_nothing_is_there(simulator: Simulator) -> None:
    number = stack(simulator, "sw", *UNITS)
    rights = {
        label: actions for label, actions in RIGHTS.items() if label not in ("dcim.device", "dcim.virtualchassis")
    }
    user = somebody("stranger", rights)
    for label, path in (("dcim.device", "site__name"), ("dcim.virtualchassis", "master__site__name")):
        one = somebody(f"of {label}", {label: ["view", "add", "change"]}, {path: "There"})
        one.object_permissions.get().users.add(user)
    run = import_all([number], user=type(user).objects.get(pk=user.pk))
    assert (outcomes(run), reasons(run)) == ({"sw": "failed"}, {"sw": ["no_permission"]})
    assert not Device.objects.exists() and not VirtualChassis.objects.exists()


# Somebody else in the way


@contextmanager
def deadlocks(model: type, times: int) -> Iterator[list[int]]:
    """The database gives way to somebody else so many times while it saves one of these."""
    seen: list[int] = []

    def give_way(**_kwargs: Any) -> None:
        seen.append(len(seen))
        if len(seen) <= times:
            with connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$")

    post_save.connect(give_way, sender=model, weak=False)
    try:
        yield seen
    finally:
        post_save.disconnect(give_way, sender=model)


def test_a_chassis_that_gave_way_is_tried_again(simulator: Simulator) -> None:
    number = stack(simulator, "sw", *UNITS)
    with deadlocks(VirtualChassis, 1) as saved:
        run = import_all([number])
    assert len(saved) > 1
    assert (outcomes(run), reasons(run)) == ({"sw": "created"}, {})
    assert VirtualChassis.objects.get().member_count == 2


def test_a_dry_run_says_of_members_what_the_import_says(simulator: Simulator) -> None:
    junos(simulator, "newname", "A1", "A2")
    linked = junos(simulator, "ex", "B1", "B2")
    chassis_of("ex", ("ex", "B1"), ("ex-second", ""), first=0, linked=linked)
    make_device("spare", serial="a2", site=Site.objects.get(name="Here"))
    before = Device.objects.count()
    said = foreseen(options=COMPLETE)
    assert Device.objects.count() == before
    run = import_all(options=COMPLETE)
    assert said == (outcomes(run), reasons(run))
    assert said[0]["newname"] == "failed" and said[1]["newname"] == ["member_elsewhere"]


def test_a_dry_run_without_stacks_asks_for_no_inventory(simulator: Simulator) -> None:
    junos(simulator, "newname", "A1", "A2")
    cache.clear()
    asked = len(simulator.requests)
    assert foreseen(options=ImportOptions(chassis=False)) == ({"newname": "created"}, {})
    assert not [path for _method, path, _query in simulator.requests[asked:] if "/inventory/" in path]
