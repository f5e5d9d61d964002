"""Who an object of NetBox is in LibreNMS: the order of the clues, exactness, ambiguity, chassis, many at once."""

import json
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from dcim.models import Device, Interface, VirtualChassis
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from ipam.models import IPAddress
from netbox.config import get_config
from utilities.testing import create_test_device, create_test_virtualmachine

from netbox_librenms_plugin.librenms import errors
from netbox_librenms_plugin.librenms.identify import Via
from netbox_librenms_plugin.librenms.lookup import How
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from simulator.server import Simulator
from tests.factories import make_chassis
from tests.librenms import librenms_servers, server_entry

from .raw import Answer, raw_server, reply

pytestmark = pytest.mark.django_db


def device(name: str, *, address: str = "", dns_name: str = "", field: Any = None, **fields: Any) -> Device:
    """A NetBox device; ``address`` becomes its primary IP."""
    made = create_test_device(name, **fields)
    if field is not None:
        made.custom_field_data["librenms_id"] = field
    if address:
        give_address(made, Interface.objects.create(device=made, name="mgmt", type="virtual"), address, dns_name)
    made.save()
    return Device.objects.get(pk=made.pk)


def give_address(obj: Any, interface: Any, address: str, dns_name: str = "") -> None:
    ip = IPAddress.objects.create(address=address, dns_name=dns_name, assigned_object=interface)
    setattr(obj, f"primary_ip{ip.family}", ip)
    obj.save()


def filler(simulator: Simulator) -> None:
    """Devices that must never be taken for the one that is looked for."""
    for hostname in ("sw10.example.net", "sw1.example.net.old", "10.0.0.10", "xsw1", "sw1x"):
        simulator.state.add_device(hostname=hostname, ip="192.0.2.99")


@pytest.mark.parametrize("value", [{"default": 42}, {"default": "42"}, {"default": {"id": 42}}, 42, "42"])
def test_the_custom_field_comes_first_and_costs_nothing(simulator: Simulator, value: Any) -> None:
    obj = device("sw1", field=value)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = LibreNMSAPI("default").identify(obj)
    assert (found.librenms_id, found.how, found.via) == (42, How.CUSTOM_FIELD, None)
    assert LibreNMSAPI("default").get_librenms_id(obj) == 42
    assert simulator.requests == [] and len(queries) == 0


def test_the_field_of_another_server_says_nothing(simulator: Simulator) -> None:
    assert LibreNMSAPI("default").get_librenms_id(device("sw1", field={"other": 42})) is None


def test_by_an_address_on_one_of_its_ports(simulator: Simulator) -> None:
    filler(simulator)
    known = simulator.state.add_device(hostname="a.example.net", ip="192.0.2.1")
    simulator.state.add_address(simulator.state.add_port(known, ifName="lo0"), "10.0.0.1/32")
    found = LibreNMSAPI("default").identify(device("sw1", address="10.0.0.1/24"))
    assert (found.librenms_id, found.how) == (known, How.PRIMARY_IP)
    assert [one.name for one in found.candidates] == ["a.example.net"]


def test_by_an_ipv6_address(simulator: Simulator) -> None:
    known = simulator.state.add_device(hostname="a.example.net", ip="192.0.2.1")
    simulator.state.add_address(simulator.state.add_port(known, ifName="lo0"), "2001:db8::1/64")
    assert LibreNMSAPI("default").identify(device("sw1", address="2001:db8::1/128")).librenms_id == known


def test_by_an_address_that_is_the_hostname(simulator: Simulator) -> None:
    filler(simulator)
    known = simulator.state.add_device(hostname="10.0.0.1", ip="192.0.2.1")
    found = LibreNMSAPI("default").identify(device("sw1", address="10.0.0.1/24"))
    assert (found.librenms_id, found.how) == (known, How.PRIMARY_IP)


def test_by_the_dns_name_of_the_address(simulator: Simulator) -> None:
    filler(simulator)
    known = simulator.state.add_device(hostname="SW1.example.net", ip="192.0.2.1")
    found = LibreNMSAPI("default").identify(device("other", address="10.0.0.1/24", dns_name="sw1.example.net"))
    assert (found.librenms_id, found.how) == (known, How.DNS_NAME)


def test_by_name_and_by_sysname(simulator: Simulator) -> None:
    filler(simulator)
    by_name = simulator.state.add_device(hostname="sw1.example.net", ip="192.0.2.1", sysName="x")
    by_sysname = simulator.state.add_device(hostname="10.1.1.1", sysName="sw2")
    assert LibreNMSAPI("default").identify(device("sw1.example.net")).how == How.NAME
    assert LibreNMSAPI("default").identify(device("sw1.example.net-2")).librenms_id is None
    found = LibreNMSAPI("default").identify(device("SW2"))
    assert (found.librenms_id, found.how) == (by_sysname, How.SYSNAME)
    assert LibreNMSAPI("default").get_librenms_id(Device.objects.get(name="sw1.example.net")) == by_name


def test_a_guest_of_a_known_hypervisor_is_found_by_name(simulator: Simulator) -> None:
    host = simulator.state.add_device(hostname="host")
    guest = simulator.state.add_device(hostname="web_1", parent_id=host)
    simulator.state.add_device(hostname="webx1")
    found = LibreNMSAPI("default").identify(create_test_virtualmachine("web_1"))
    assert (found.librenms_id, found.how) == (guest, How.NAME)


def test_the_earlier_clue_decides(simulator: Simulator) -> None:
    by_address = simulator.state.add_device(hostname="a")
    simulator.state.add_address(simulator.state.add_port(by_address, ifName="lo0"), "10.0.0.1/32")
    simulator.state.add_device(hostname="dns.example.net")
    simulator.state.add_device(hostname="sw1")
    obj = device("sw1", address="10.0.0.1/32", dns_name="dns.example.net")
    assert LibreNMSAPI("default").identify(obj).librenms_id == by_address


@pytest.mark.parametrize("many", [False, True])
def test_several_devices_are_never_chosen_from(simulator: Simulator, many: bool) -> None:
    for number in (1, 2):
        simulator.state.add_device(hostname=f"10.0.0.{number}", sysName="switch")
    obj = device("switch")
    found = LibreNMSAPI("default").identify_many([obj])[obj.pk] if many else LibreNMSAPI("default").identify(obj)
    assert (found.librenms_id, found.how) == (None, How.AMBIGUOUS)
    assert [one.name for one in found.candidates] == ["10.0.0.1", "10.0.0.2"]
    assert LibreNMSAPI("default").get_librenms_id(obj) is None and LibreNMSAPI("default").resolve_many([obj]) == {}


def test_an_address_on_two_devices_is_ambiguous_though_the_name_fits_one(simulator: Simulator) -> None:
    for name in ("sw1", "sw2"):
        known = simulator.state.add_device(hostname=name)
        simulator.state.add_address(simulator.state.add_port(known, ifName="lo0"), "192.168.0.1/24")
    assert LibreNMSAPI("default").identify(device("sw1", address="192.168.0.1/24")).how == How.AMBIGUOUS


def test_an_address_twice_on_one_device_is_that_device(simulator: Simulator) -> None:
    known = simulator.state.add_device(hostname="a")
    for name in ("Vl1", "Vl2"):
        simulator.state.add_address(simulator.state.add_port(known, ifName=name), "192.168.0.1/24")
    assert LibreNMSAPI("default").identify(device("sw1", address="192.168.0.1/24")).librenms_id == known


@pytest.mark.parametrize(
    "name", ["", "1", "12345", "..", "a/b", "sw1 (old)", "%", "sw_", "sw%", "ß" * 60, "-x", "x" * 64]
)
def test_odd_names_find_nothing_and_break_nothing(simulator: Simulator, name: str) -> None:
    filler(simulator)
    simulator.state.add_device(hostname="swx")
    found = LibreNMSAPI("default").identify(device(name or None))
    assert (found.librenms_id, found.how) == (None, How.NONE)
    assert all("/devices" in path for _method, path, _query in simulator.requests)


def test_an_unknown_object_takes_four_calls_and_then_none(simulator: Simulator) -> None:
    filler(simulator)
    obj = device("sw1", address="10.0.0.1/24", dns_name="sw1.example.net")
    assert LibreNMSAPI("default").identify(obj).how == How.NONE
    assert len(simulator.requests) == 4
    assert LibreNMSAPI("default").get_librenms_id(obj) is None
    assert len(simulator.requests) == 4


@pytest.mark.parametrize(("name", "low", "high"), [("sw1", 200, 300), ("nobody", 1, 60)])
def test_a_miss_is_kept_for_a_shorter_time(simulator: Simulator, name: str, low: int, high: int) -> None:
    simulator.state.add_device(hostname="sw1")
    LibreNMSAPI("default").identify(device(name))
    [life] = [cache.ttl(key) for key in cache.keys("netbox_librenms_plugin:*:found:*")]
    assert low <= life <= high


def test_digits_are_never_asked_for_as_a_hostname(simulator: Simulator) -> None:
    """LibreNMS would take them for an id."""
    simulator.state.add_device(hostname="sw1")
    LibreNMSAPI("default").identify(device("1"))
    assert [path for _method, path, _query in simulator.requests] == ["/api/v0/devices"]


def test_a_hit_is_cached_with_how_it_was_found_and_a_refresh_looks_again(simulator: Simulator) -> None:
    known = simulator.state.add_device(hostname="sw1")
    obj = device("sw1")
    first = LibreNMSAPI("default").identify(obj)
    simulator.requests.clear()
    assert LibreNMSAPI("default").identify(obj) == first and first.how == How.NAME
    assert simulator.requests == []
    del simulator.state.devices[known]
    assert LibreNMSAPI("default").identify(obj, refresh=True).librenms_id is None
    assert LibreNMSAPI("default").identify(obj).librenms_id is None


def test_a_renamed_object_is_looked_up_anew(simulator: Simulator) -> None:
    simulator.state.add_device(hostname="sw1")
    obj = device("sw1")
    assert LibreNMSAPI("default").get_librenms_id(obj)
    obj.name = "sw2"
    obj.save()
    assert LibreNMSAPI("default").get_librenms_id(obj) is None


@pytest.mark.parametrize("kind", ["drop", "html"])
def test_a_failure_is_raised_and_not_remembered_as_a_miss(simulator: Simulator, kind: str) -> None:
    known = simulator.state.add_device(hostname="sw1", sysName="sw1")
    obj = device("sw1", address="10.0.0.1/24")
    with librenms_servers({"default": server_entry(simulator, failure_pause=0)}):
        simulator.faults.add("/devices", kind)
        with pytest.raises(errors.LibreNMSError):
            LibreNMSAPI("default").get_librenms_id(obj)
        with pytest.raises(errors.LibreNMSError):
            LibreNMSAPI("default").resolve_many([obj])
        simulator.faults.clear()
        assert LibreNMSAPI("default").get_librenms_id(obj) == known


def test_reading_writes_nothing(simulator: Simulator) -> None:
    simulator.state.add_device(hostname="sw1")
    obj = device("sw1")
    before = Device.objects.filter(pk=obj.pk).values().get()
    LibreNMSAPI("default").get_librenms_id(obj)
    LibreNMSAPI("default").resolve_many([obj])
    assert Device.objects.filter(pk=obj.pk).values().get() == before


def test_an_interface_is_known_by_its_field_only(simulator: Simulator) -> None:
    interface = Interface.objects.create(device=device("sw1"), name="Gi0/1", type="virtual")
    assert LibreNMSAPI("default").get_librenms_id(interface) is None
    interface.custom_field_data["librenms_id"] = {"default": 9}
    assert LibreNMSAPI("default").get_librenms_id(interface) == 9
    assert simulator.requests == []


def by_path(**answers: dict[str, Any]) -> Answer:
    """Answers by the last part of the path, for example ``devices`` or ``ip``; 404 for any other."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        name = handler.path.partition("?")[0].rsplit("/", 1)[-1]
        found = answers.get(name)
        body = json.dumps(found or {"status": "error", "message": "Device does not exist"}).encode()
        reply(body, status=200 if found else 404)(handler)

    return answer


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, None),
        ({"ip": "10.0.0.1"}, 5),
        ({"overwrite_ip": "10.0.0.1"}, 5),
        ({"port_id": 1, "ip": "192.0.2.1"}, None),
        ({"port_id": 2, "ip": "192.0.2.1"}, 5),
    ],
)
def test_a_row_is_checked_to_be_what_was_asked_for(row: dict[str, Any], expected: int | None) -> None:
    """A server may ignore the filter and answer with all it has, here a single unrelated device."""
    address = "10.0.0.1" if row.get("port_id") == 2 else "192.0.2.1"
    answer = by_path(
        devices={"status": "ok", "devices": [{"device_id": 5, "hostname": "unrelated", "sysName": "unrelated", **row}]},
        ip={"status": "ok", "addresses": [{"port_id": 1, "ipv4_address": address, "ipv4_prefixlen": 24}]},
    )
    with raw_server(answer) as raw, librenms_servers({"default": {"librenms_url": raw.url, "api_token": "x"}}):
        assert LibreNMSAPI("default").identify(device("sw1", address="10.0.0.1/24")).librenms_id == expected


def test_two_servers_have_two_answers(simulator: Simulator) -> None:
    known = simulator.state.add_device(hostname="sw1")
    obj = device("sw1", field={"b": 7})
    with librenms_servers({"a": server_entry(simulator), "b": server_entry(simulator)}):
        assert LibreNMSAPI("a").get_librenms_id(obj) == known
        assert LibreNMSAPI("b").get_librenms_id(obj) == 7
        assert LibreNMSAPI("a").get_librenms_id(device("bare", field=5)) == 5
        assert LibreNMSAPI("b").get_librenms_id(Device.objects.get(name="bare")) is None


def chassis(*members: Device, master: Device | None = None) -> list[Device]:
    """A virtual chassis of these devices, in positions from 1."""
    make_chassis("stack", *members, master=master)
    return [Device.objects.get(pk=member.pk) for member in members]


def test_a_stack_is_known_by_its_mapped_member(simulator: Simulator) -> None:
    one, two = chassis(device("sw1"), device("sw2", field={"default": 42}))
    found = LibreNMSAPI("default").identify(one)
    assert (found.librenms_id, found.how, found.via) == (42, How.CUSTOM_FIELD, Via(two.pk, "sw2"))
    assert LibreNMSAPI("default").identify(two).via is None
    assert LibreNMSAPI("default").identify_many([one, two])[one.pk] == found


def test_a_stack_is_known_by_its_master_with_a_primary_ip(simulator: Simulator) -> None:
    for name in ("sw1", "sw2", "sw3"):
        simulator.state.add_device(hostname=name)
    members = [device("sw1"), device("sw2", address="10.0.0.2/24"), device("sw3", address="10.0.0.3/24")]
    one, two, three = chassis(*members, master=members[2])
    found = LibreNMSAPI("default").identify(one)
    assert (found.librenms_id, found.via) == (3, Via(three.pk, "sw3"))
    assert LibreNMSAPI("default").identify(two).librenms_id == 3
    assert LibreNMSAPI("default").identify(three).via is None


def test_a_stack_is_known_by_any_member_with_a_primary_ip_else_by_the_lowest_position(simulator: Simulator) -> None:
    for name in ("sw1", "sw2"):
        simulator.state.add_device(hostname=name)
    members = [device("sw1"), device("sw2", address="10.0.0.2/24")]
    one, two = chassis(*members, master=members[0])
    assert LibreNMSAPI("default").identify(one).librenms_id == 2
    two.primary_ip4 = None
    two.save()
    assert LibreNMSAPI("default").identify(two).librenms_id == 1
    assert LibreNMSAPI("default").identify(two).via == Via(one.pk, "sw1")


def test_members_mapped_to_different_devices_are_ambiguous_for_the_rest(simulator: Simulator) -> None:
    one, two, three = chassis(device("sw1"), device("sw2", field={"default": 2}), device("sw3", field={"default": 3}))
    assert LibreNMSAPI("default").identify(one).how == How.AMBIGUOUS
    assert LibreNMSAPI("default").identify(two).librenms_id == 2
    VirtualChassis.objects.update(master=three)
    assert LibreNMSAPI("default").identify(Device.objects.get(pk=one.pk)).librenms_id == 3


def test_many_are_matched_by_every_clue(simulator: Simulator) -> None:
    state = simulator.state
    ids = {
        "by-ip": state.add_device(hostname="a.example.net", ip="10.0.0.1"),
        "by-overwrite": state.add_device(hostname="b.example.net", overwrite_ip="10.0.0.2"),
        "by-dns": state.add_device(hostname="c.example.net"),
        "by-hostname": state.add_device(hostname="BY-hostname"),
        "by-sysname": state.add_device(hostname="10.9.9.9", sysName="by-sysname"),
        "by-field": 4711,
    }
    objs = [
        device("by-ip", address="10.0.0.1/24"),
        device("by-overwrite", address="10.0.0.2/24"),
        device("by-dns", address="10.0.0.3/24", dns_name="c.example.net"),
        device("by-hostname"),
        device("by-sysname"),
        device("by-field", field={"default": 4711}),
        device("nobody", address="10.0.0.7/24"),
    ]
    found = LibreNMSAPI("default").resolve_many(objs)
    assert {obj.name: found.get(obj.pk) for obj in objs} == {**ids, "nobody": None}
    assert len(simulator.requests) == 1


@pytest.mark.parametrize("count", [10, 60])
def test_many_take_one_query_and_one_call(simulator: Simulator, count: int) -> None:
    first = device("sw0", address="10.0.0.1/24")
    chassis(first, device("sw0-2"))
    for number in range(1, count):
        simulator.state.add_device(hostname=f"sw{number}")
        create_test_device(f"sw{number}")
    objs = list(Device.objects.all())
    get_config().PREFER_IPV4  # NetBox reads its own configuration once per request
    with CaptureQueriesContext(connection) as queries:
        found = LibreNMSAPI("default").resolve_many(objs)
    assert len(found) == count - 1
    assert len(queries) == 1 and len(simulator.requests) == 1


def test_many_with_fields_only_take_nothing(simulator: Simulator) -> None:
    objs = [device(f"sw{number}", field={"default": number + 1}) for number in range(3)]
    with CaptureQueriesContext(connection) as queries:
        assert LibreNMSAPI("default").resolve_many(objs) == {obj.pk: number + 1 for number, obj in enumerate(objs)}
    assert len(queries) == 0 and simulator.requests == []


def test_many_use_what_was_found_one_by_one(simulator: Simulator) -> None:
    known = simulator.state.add_device(hostname="a.example.net", ip="192.0.2.1")
    simulator.state.add_address(simulator.state.add_port(known, ifName="lo0"), "10.0.0.1/32")
    obj = device("sw1", address="10.0.0.1/24")
    assert LibreNMSAPI("default").resolve_many([obj]) == {}, "the list of devices does not have the addresses of ports"
    assert LibreNMSAPI("default").get_librenms_id(obj) == known
    assert LibreNMSAPI("default").resolve_many([obj]) == {obj.pk: known}


def test_virtual_machines_are_matched_too(simulator: Simulator) -> None:
    known = simulator.state.add_device(hostname="vm1")
    machine = create_test_virtualmachine("vm1")
    assert LibreNMSAPI("default").get_librenms_id(machine) == known
    assert LibreNMSAPI("default").resolve_many([machine]) == {machine.pk: known}
