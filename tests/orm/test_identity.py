"""Whether an object is the LibreNMS device that it is linked to: while clues deny it, nothing of it is written."""

import re
from typing import Any

import pytest
from dcim.models import Cable, Device, Interface
from ipam.models import VLAN, IPAddress

from netbox_librenms_plugin import engine
from netbox_librenms_plugin.engine.record import AppliedPlans
from netbox_librenms_plugin.models import IdentityConfirmation
from netbox_librenms_plugin.resources import RESOURCES
from netbox_librenms_plugin.sync.core.plan import Outcome
from simulator.server import Simulator
from tests.factories import admin, make_chassis, make_device, request_of

from .support import counted, writes_in

pytestmark = pytest.mark.django_db
CONFIRMED = engine.Options(choices={"fields": {"*": {"confirmed": True}}})


def stranger(simulator: Simulator, name: str = "core-1", **columns: Any) -> Device:
    """A device of NetBox whose stored id is a printer's: LibreNMS was set up anew."""
    said = {"hostname": "printer-9.example.net", "sysName": "printer-9", "serial": "PRN1", "ip": "192.0.2.99"}
    device_id = simulator.state.add_device(**{**said, **columns})
    port = simulator.state.add_port(device_id, ifName="eth0")
    simulator.state.add_address(port, "192.0.2.99/24")
    simulator.state.add_vlan(device_id, 700, "printers")
    return make_device(name, serial="JN1", librenms_id=device_id)


def applied(device: Device, options: engine.Options = engine.Options(), user: Any = None) -> AppliedPlans:
    selections = {name: engine.Selection() for name in RESOURCES}
    with request_of(user or admin()) as request:
        return engine.apply(device, user=user or admin(), request=request, selections=selections, options=options)


def rows(device: Device) -> list[tuple[str, str, list[str]]]:
    """(resource, outcome, reasons) of all rows that are not the same."""
    (compared,) = engine.compare([device], user=admin())
    return [
        (name, change.outcome.value, [one.code.value for one in change.issues])
        for name, plan in compared.plans.items()
        for change in plan.changes
        if change.outcome is not Outcome.SAME
    ]


def test_nothing_of_a_stranger_is_written_whatever_the_resource(simulator: Simulator) -> None:
    device = stranger(simulator)
    found = rows(device)
    assert {name for name, _outcome, _reasons in found} == {"fields", "vlans", "interfaces", "ip_addresses"}
    assert all(outcome == "blocked" for _name, outcome, _reasons in found)
    assert all("identity_doubt" in reasons for name, _outcome, reasons in found if name in ("vlans", "interfaces"))
    assert applied(device).written == []
    assert (Interface.objects.count(), VLAN.objects.count(), IPAddress.objects.count()) == (0, 0, 0)
    assert not IdentityConfirmation.objects.exists()


def test_what_a_person_confirms_stays_confirmed_until_a_clue_changes(simulator: Simulator) -> None:
    device = stranger(simulator)
    selection = {"interfaces": engine.Selection()}
    with request_of(admin()) as request:
        run = engine.apply(device, user=admin(), request=request, selections=selection, options=CONFIRMED)
    assert [one.name for one in run.written] == ["eth0"]
    kept = IdentityConfirmation.objects.get()
    assert (kept.object, kept.user, kept.server) == (device, admin(), "default")
    assert not [reasons for _name, _outcome, reasons in rows(device) if "identity_doubt" in reasons]
    simulator.state.devices[kept.librenms_id]["serial"] = "PRN2"
    (compared,) = engine.compare([device], user=admin(), options=engine.Options(refresh=True))
    assert compared.identity is not None and compared.identity.open_doubt is not None
    simulator.state.devices[kept.librenms_id]["serial"] = "PRN1"
    (compared,) = engine.compare([device], user=admin(), options=engine.Options(refresh=True))
    assert compared.identity is not None and compared.identity.open_doubt is None


def test_looking_with_a_confirmation_keeps_nothing(simulator: Simulator) -> None:
    device = stranger(simulator)
    user = admin()
    with counted() as queries:
        (compared,) = engine.compare([device], user=user, options=CONFIRMED)
    assert compared.plans["interfaces"].syncable
    assert writes_in(queries) == []
    assert not IdentityConfirmation.objects.exists()


def test_nothing_of_a_stranger_is_removed(simulator: Simulator) -> None:
    device = stranger(simulator)
    held = Interface.objects.create(device=device, name="xe-0/0/0", type="other")
    (compared,) = engine.compare([device], user=admin(), resources=["interfaces"])
    key = f"netbox-{held.pk}"
    assert compared.plans["interfaces"].by_key[key].outcome is Outcome.EXTRA
    with request_of(admin()) as request:
        run = engine.remove(
            device, user=admin(), request=request, selections={"interfaces": engine.Selection(keys=[key])}
        )
    assert [one.issue.code.value for one in run.failures if one.issue] == ["identity_doubt"]
    assert Interface.objects.filter(pk=held.pk).exists()


def test_a_serial_number_that_another_device_has_stops_everything_and_names_it(simulator: Simulator) -> None:
    device = stranger(simulator, sysName="core-1", hostname="core-1")
    other = make_device("core-1b", serial=" prn1 ")
    reasons = {code for _name, _outcome, codes in rows(device) for code in codes}
    assert "identity_of_other" in reasons
    (compared,) = engine.compare([device], user=admin(), resources=["fields"])
    assert compared.identity is not None and compared.identity.doubt is not None
    assert compared.identity.doubt.details["holders"] == (other.name,)
    run = applied(device, CONFIRMED)
    device.refresh_from_db()
    assert (device.serial, {one.key for one in run.written} & {"serial"}) == ("JN1", set())
    other.delete()
    assert {one.key for one in applied(device).written} == {"serial"}


def test_the_inventory_of_a_stack_can_bear_out_who_it_is(simulator: Simulator) -> None:
    device = stranger(simulator, serial="")
    make_chassis("something", device, make_device("core-2", serial="JN2"))
    assert "identity_doubt" in {code for _name, _outcome, codes in rows(device) for code in codes}
    (number,) = simulator.state.devices
    simulator.state.add_inventory(number, entPhysicalIndex=1, entPhysicalClass="chassis", entPhysicalSerialNum="jn2")
    (compared,) = engine.compare([device], user=admin(), options=engine.Options(refresh=True))
    assert compared.identity is not None and compared.identity.agrees == ("serial",)


def test_many_objects_are_judged_with_one_list_and_a_fixed_number_of_queries(simulator: Simulator) -> None:
    names = [f"p{number}" for number in range(12)]
    devices = [stranger(simulator, f"nb-{name}", hostname=name, sysName=name, serial=name) for name in names]
    user = admin()

    def asked(some: list[Device]) -> int:
        with counted() as queries:
            found = list(engine.compare(some, user=user, resources=["vlans"]))
        assert all(one.identity is not None and one.identity.open_doubt is not None for one in found)
        return len(queries)

    asked(devices)
    assert asked(devices[:2]) == asked(devices)
    singly = [path for _method, path, _query in simulator.requests if re.search(r"/devices/\d+$", path)]
    assert singly == []


def test_no_cable_is_made_for_a_stranger(simulator: Simulator) -> None:
    device = stranger(simulator)
    far = make_device("far", librenms_id=simulator.state.add_device(hostname="far"))
    Interface.objects.create(device=far, name="1", type="1000base-t")
    Interface.objects.create(device=device, name="eth0", type="1000base-t")
    (port,) = simulator.state.ports
    simulator.state.add_link(port, remote_hostname="far", remote_port_name="1")
    applied(device)
    assert not Cable.objects.exists()
    applied(device, CONFIRMED)
    assert Cable.objects.count() == 1
