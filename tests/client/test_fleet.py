"""The whole network at once: lists, the fall-back to one call per device, and lists too short to be true."""

from typing import Any

import pytest

from netbox_librenms_plugin.librenms import errors
from netbox_librenms_plugin.librenms.records import UNSET
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from simulator.data import Dataset
from simulator.server import Simulator
from tests.librenms import librenms_servers, server_entry, simulated_librenms

PER_DEVICE = r"/devices/\d+/ports"


def network(devices: int = 60, ports: int = 3) -> Dataset:
    """Switches with ports, the last one without any; one port of the first is deleted."""
    data = Dataset.empty()
    for number in range(1, devices + 1):
        device = data.add_device(hostname=f"sw{number}.example.net", location=f"Site {number % 3}")
        for port in range(0 if number == devices else ports):
            data.add_port(device, ifName=f"Gi0/{port}", deleted=int(number == 1 and port == 0))
    return data


def calls(simulator: Simulator, part: str) -> int:
    return sum(part in path for _method, path, _query in simulator.requests)


def test_every_list_is_one_call_and_then_none(company: Simulator) -> None:
    company.requests.clear()
    for _turn in range(2):
        assert len(LibreNMSAPI("default").devices().value) == len(company.state.devices)
        assert {one.location for one in LibreNMSAPI("default").locations().value} == {
            row["location"] for row in company.state.locations.values()
        }
        assert len(LibreNMSAPI("default").fleet_links().value) == len(company.state.links)
        assert len(LibreNMSAPI("default").fleet_vlans().value) == len(company.state.vlans)
        assert len(LibreNMSAPI("default").fleet_addresses().value) == len(company.state.ipv4) + len(company.state.ipv6)
    assert len(company.requests) == 6


def test_nothing_there_is_empty_lists() -> None:
    data = Dataset.empty()
    data.add_device(hostname="sw1")
    with simulated_librenms(data):
        for read in (
            LibreNMSAPI("default").locations,
            LibreNMSAPI("default").fleet_links,
            LibreNMSAPI("default").fleet_vlans,
            LibreNMSAPI("default").fleet_addresses,
        ):
            assert read().value == ()


def test_ports_of_all_devices_by_device() -> None:
    with simulated_librenms(network()) as simulator:
        fleet = LibreNMSAPI("default").fleet_ports()
        assert calls(simulator, "/ports") == 1
        assert len(fleet.ports_by_device) == 60
        assert (len(fleet.ports_by_device[1]), len(fleet.ports_by_device[2]), fleet.ports_by_device[60]) == (2, 3, ())
        assert {port.device_id for port in fleet.ports_by_device[2]} == {2}
        assert fleet.ports_by_device[2][0].vlans is UNSET
        assert (fleet.fallback, fleet.failed) == (False, {})
        assert LibreNMSAPI("default").fleet_ports() == fleet
        assert calls(simulator, "/ports") == 1


@pytest.mark.parametrize(
    ("kind", "options"),
    [("memory", {"limit": 20}), ("html", {"status": 502}), ("status", {"status": 500}), ("html", {"status": 504})],
)
def test_a_server_too_small_for_the_list_is_asked_device_by_device(kind: str, options: dict[str, Any]) -> None:
    with simulated_librenms(network()) as simulator:
        whole = LibreNMSAPI("default").fleet_ports()
        simulator.faults.add("/v0/ports$", kind, **options)
        fleet = LibreNMSAPI("default").fleet_ports(refresh=True)
        assert fleet.fallback is True and fleet.failed == {}
        assert {n: set(ports) for n, ports in fleet.ports_by_device.items()} == {
            n: set(ports) for n, ports in whole.ports_by_device.items()
        }
        assert sum("/devices/" in path for _method, path, _query in simulator.requests) == 60
        assert LibreNMSAPI("default").check().features["ports_at_once"] is False


def test_one_device_that_fails_is_named_and_the_others_go_on() -> None:
    with simulated_librenms(network()) as simulator:
        simulator.faults.add("/v0/ports$", "status", status=500)
        simulator.faults.add("/devices/7/ports", "status", status=500)
        fleet = LibreNMSAPI("default").fleet_ports()
        assert set(fleet.failed) == {7} and 7 not in fleet.ports_by_device
        assert "Simulated LibreNMS" in fleet.failed[7]
        assert len(fleet.ports_by_device) == 59


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        ("status", {"status": 401}, errors.AuthenticationError),
        ("status", {"status": 403}, errors.PermissionDenied),
        ("status", {"status": 503}, errors.Unavailable),
        ("drop", {}, errors.TransportError),
        ("html", {"status": 200}, errors.NotJSON),
    ],
)
def test_other_failures_do_not_make_thousands_of_calls(
    kind: str, options: dict[str, Any], expected: type[errors.LibreNMSError]
) -> None:
    with simulated_librenms(network()) as simulator:
        LibreNMSAPI("default").devices()
        simulator.faults.add("/ports$", kind, **options)
        with pytest.raises(expected):
            LibreNMSAPI("default").fleet_ports()
        assert calls(simulator, "/devices/") == 0


def test_a_server_that_dies_on_the_way_is_left_alone() -> None:
    with simulated_librenms(network()) as simulator:
        LibreNMSAPI("default").devices()
        simulator.faults.add("/v0/ports$", "status", status=500)
        simulator.faults.add(PER_DEVICE, "drop")
        with pytest.raises(errors.TransportError):
            LibreNMSAPI("default").fleet_ports()
        assert calls(simulator, "/devices/") <= 2 * 16


def test_few_devices_are_asked_one_by_one() -> None:
    with simulated_librenms(network()) as simulator:
        fleet = LibreNMSAPI("default").fleet_ports([1, 2, 60, 999])
        assert calls(simulator, "/v0/ports") == 0
        assert {n: len(ports) for n, ports in fleet.ports_by_device.items()} == {1: 2, 2: 3, 60: 0}
        assert set(fleet.failed) == {999}, "an unknown device must not look like one without ports"
        assert fleet.fallback is False


def test_many_devices_are_taken_from_the_list() -> None:
    with simulated_librenms(network()) as simulator:
        fleet = LibreNMSAPI("default").fleet_ports([*range(1, 56), 999])
        assert calls(simulator, "/devices/") == 0
        assert len(fleet.ports_by_device) == 55 and set(fleet.failed) == {999}
        simulator.requests.clear()
        assert set(LibreNMSAPI("default").fleet_ports([3, 4]).ports_by_device) == {3, 4}
        assert simulator.requests == []


def test_no_device_at_all_is_an_error_and_not_a_fact(simulator: Simulator) -> None:
    with pytest.raises(errors.SuspiciousAnswer) as caught:
        LibreNMSAPI("default").devices()
    assert caught.value.code == "no_devices"


def test_a_swallowed_query_error_is_an_error() -> None:
    with simulated_librenms(network(20)) as simulator:
        LibreNMSAPI("default").devices()
        simulator.faults.add("/devices$", "empty")
        with pytest.raises(errors.SuspiciousAnswer):
            LibreNMSAPI("default").devices(refresh=True)
        assert len(LibreNMSAPI("default").devices().value) == 20, "the good list was thrown away"


def test_a_list_of_less_than_half_is_doubted_until_a_person_accepts_it() -> None:
    with simulated_librenms(network(20)) as simulator:
        LibreNMSAPI("default").devices()
        for number in range(1, 12):
            del simulator.state.devices[number]
        for _turn in range(2):
            with pytest.raises(errors.SuspiciousAnswer) as caught:
                LibreNMSAPI("default").devices(refresh=True)
            assert caught.value.code == "suspicious"
            assert "9" in caught.value.message and "20" in caught.value.message
        LibreNMSAPI("default").accept_fewer()
        assert len(LibreNMSAPI("default").devices(refresh=True).value) == 9


def test_ports_links_and_the_like_are_doubted_too() -> None:
    with simulated_librenms(network(20)) as simulator:
        LibreNMSAPI("default").fleet_ports()
        simulator.faults.add("/v0/ports$", "empty")
        with pytest.raises(errors.SuspiciousAnswer):
            LibreNMSAPI("default").fleet_ports(refresh=True)


def test_small_lists_may_shrink() -> None:
    with simulated_librenms(network(6)) as simulator:
        LibreNMSAPI("default").devices()
        for number in range(1, 6):
            del simulator.state.devices[number]
        assert len(LibreNMSAPI("default").devices(refresh=True).value) == 1


def test_an_odd_device_is_counted() -> None:
    with simulated_librenms(network(20)) as simulator:
        simulator.faults.add("/devices$", "wrong_types", row=3)
        fetched = LibreNMSAPI("default").devices()
        assert (len(fetched.value), fetched.odd_rows) == (19, 1)


def test_a_token_with_few_rights() -> None:
    with Simulator(data=network()) as simulator:
        simulator.user_devices = {1, 2}
        with librenms_servers({"default": server_entry(simulator, token=simulator.tokens.user)}):
            assert {device.device_id for device in LibreNMSAPI("default").devices().value} == {1, 2}
            fleet = LibreNMSAPI("default").fleet_ports([1, 2, 3])
            assert set(fleet.ports_by_device) == {1, 2} and set(fleet.failed) == {3}
            with pytest.raises(errors.PermissionDenied) as caught:
                LibreNMSAPI("default").fleet_vlans()
            assert "VLAN" in caught.value.message
