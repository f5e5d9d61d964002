"""Ids that other tools or people have stored: a device is recognised by them alone, whether one is asked for or all."""

from typing import Any

import pytest
from dcim.models import Device

from netbox_librenms_plugin.engine import Options, scope_of
from netbox_librenms_plugin.engine.linking import LinkRefusedError, link
from netbox_librenms_plugin.import_utils.listed_devices import ListedDevices
from netbox_librenms_plugin.import_utils.listing import rows_of
from netbox_librenms_plugin.import_utils.rows import State
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.orm.frame.bindings import bound_elsewhere
from simulator.server import Simulator
from tests.factories import admin, make_device, request_of
from tests.imports.support import import_all, known_to_netbox, outcomes

pytestmark = pytest.mark.django_db

NUMBER = 61
READ = ["{}", " {}", "{}\n", "\t {} ", "00{}", " 0{} ", "0" * 25 + "{}"]
NOT_READ = ["{}.0", "-{}", "+{}", "{}x", "0x{}", "1 {}", "\N{NO-BREAK SPACE}{}", "{},", "\x0b{}"]


def stored(form: str, number: int, *, shape: str) -> Any:
    text = form.format(number)
    return {"bare": text, "server": {"default": text}, "id": {"default": {"id": text}}}[shape]


def holder(value: Any) -> Device:
    device = make_device("named by nobody")
    Device.objects.filter(pk=device.pk).update(custom_field_data={"librenms_id": value})
    device.refresh_from_db()
    return device


def states(simulator: Simulator, number: int, asked: int) -> tuple[State, State]:
    """The device's state asked for alone, and among all."""
    api = LibreNMSAPI()
    all_devices = api.devices().value
    assert len(all_devices) == number
    alone = tuple(one for one in all_devices if one.device_id == asked)
    (row,) = rows_of(alone, api, user=admin(), choices={}, among=ListedDevices(all_devices))
    rows = rows_of(tuple(all_devices), api, user=admin(), choices={})
    return row.state, next(one.state for one in rows if one.librenms_id == asked)


@pytest.mark.parametrize("shape", ["bare", "server", "id"])
def test_one_device_is_found_as_among_many(simulator: Simulator, shape: str) -> None:
    ids = [simulator.state.add_device(hostname=f"sw{n:02}.example.net") for n in range(NUMBER)]
    asked = ids[-1]
    device = holder(None)
    for form in (*READ, *NOT_READ):
        device.custom_field_data = {"librenms_id": stored(form, asked, shape=shape)}
        Device.objects.filter(pk=device.pk).update(custom_field_data=device.custom_field_data)
        found = form in READ
        assert [one is State.LINKED for one in states(simulator, NUMBER, asked)] == [found, found], form


def test_it_is_not_made_a_second_time(simulator: Simulator) -> None:
    asked = simulator.state.add_device(hostname="sw1", location="A", hardware="B", type="network")
    known_to_netbox()
    holder({"default": f"00{asked}"})
    assert outcomes(import_all()) == {"sw1": "exists"}
    assert Device.objects.count() == 1


def test_nobody_else_is_linked_to_it(simulator: Simulator) -> None:
    asked = simulator.state.add_device(hostname="sw1")
    first, second = holder({"default": {"id": f" 0{asked}"}}), make_device("another")
    with pytest.raises(LinkRefusedError, match=first.name or ""), request_of(admin()):
        link(second, asked, user=admin())


def test_the_interface_that_holds_a_port_is_named(simulator: Simulator) -> None:
    device = make_device("switch")
    interface = device.interfaces.create(name="eth0", type="virtual")
    interface.custom_field_data = {"librenms_id": {"default": " 0042"}}
    interface.save()
    scope = scope_of(LibreNMSAPI(), admin(), Options())
    assert bound_elsewhere([42, 7], scope, model=type(interface), owner_ids=[]) == {42: "eth0 (switch)"}
