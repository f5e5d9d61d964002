"""The addresses of one device: how many calls they take, and that they name ports."""

import pytest

from netbox_librenms_plugin.librenms import errors
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from simulator.server import Simulator


def paths(simulator: Simulator) -> list[str]:
    """What was asked since the last look."""
    asked = [one.path.removeprefix("/api/v0") for one in simulator.requests]
    simulator.requests.clear()
    return asked


def test_one_call_for_all_ports_and_none_while_it_is_cached(simulator: Simulator) -> None:
    device_id = simulator.state.add_device(hostname="router", ip="10.0.0.1")
    for number in range(50):
        port_id = simulator.state.add_port(device_id, ifName=f"eth{number}")
        simulator.state.add_address(port_id, f"10.0.{number}.1/24")
        simulator.state.add_address(port_id, f"2001:db8:{number}::1/64")
    api = LibreNMSAPI("default")
    found = api.device_addresses(device_id)
    assert (len(found.addresses), len(found.ports), found.management, found.complete) == (100, 50, "10.0.0.1", True)
    assert [path for path in paths(simulator) if path.endswith("/ip")] == [f"/devices/{device_id}/ip"]
    assert api.device_addresses(device_id) == found
    assert paths(simulator) == []
    api.device_addresses(device_id, refresh=True)
    assert len(paths(simulator)) == 2


def test_an_address_of_a_port_that_is_not_known_yet_brings_the_ports_anew(simulator: Simulator) -> None:
    device_id = simulator.state.add_device(hostname="router")
    simulator.state.add_port(device_id, ifName="eth0")
    api = LibreNMSAPI("default")
    assert api.device_addresses(device_id).addresses == ()
    simulator.state.add_address(simulator.state.add_port(device_id, ifName="eth1"), "10.0.0.1/24")
    found = api.device_addresses(device_id, refresh=True)
    assert {row.port_id for row in found.addresses} <= {port.port_id for port in found.ports}


def test_a_device_without_addresses_and_one_that_does_not_exist(simulator: Simulator) -> None:
    device_id = simulator.state.add_device(hostname="bridge")
    found = LibreNMSAPI("default").device_addresses(device_id)
    assert (found.addresses, found.complete) == ((), False)
    with pytest.raises(errors.DeviceNotFound):
        LibreNMSAPI("default").device_addresses(999)
