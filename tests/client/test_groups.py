"""Device groups: their names, and which devices are in one."""

import pytest

from netbox_librenms_plugin.librenms import errors
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from simulator.server import Simulator


def paths(simulator: Simulator) -> list[str]:
    return [path for _method, path, _query in simulator.requests]


def test_no_groups_are_no_error(simulator: Simulator) -> None:
    assert LibreNMSAPI("default").device_groups().value == ()


def test_names_and_members(simulator: Simulator) -> None:
    one, two, _three = (simulator.state.add_device(hostname=f"sw{number}") for number in (1, 2, 3))
    simulator.state.add_group("Core & Edge", {one, two})
    simulator.state.add_group("Ämter #1?", {two})
    assert set(LibreNMSAPI("default").device_groups().value) == {"Core & Edge", "Ämter #1?"}
    assert LibreNMSAPI("default").device_group_members("Core & Edge").value == {one, two}
    assert LibreNMSAPI("default").device_group_members("Ämter #1?").value == {two}


def test_a_group_that_is_empty_or_gone_has_no_members(simulator: Simulator) -> None:
    simulator.state.add_group("Empty")
    assert LibreNMSAPI("default").device_group_members("Empty").value == frozenset()
    assert LibreNMSAPI("default").device_group_members("Gone").value == frozenset()


@pytest.mark.parametrize("name", ["a/b", "..", ".", " ", "42"])
def test_names_that_lead_elsewhere_are_not_asked_for(simulator: Simulator, name: str) -> None:
    device = simulator.state.add_device(hostname="sw1")
    simulator.state.add_group(name, {device})
    assert LibreNMSAPI("default").device_groups().value == ()
    simulator.requests.clear()
    assert LibreNMSAPI("default").device_group_members(name).value == frozenset()
    assert simulator.requests == []


def test_both_are_asked_for_once(simulator: Simulator) -> None:
    device = simulator.state.add_device(hostname="sw1")
    simulator.state.add_group("Core", {device})
    simulator.requests.clear()
    for _turn in range(2):
        LibreNMSAPI("default").device_groups()
        LibreNMSAPI("default").device_group_members("Core")
    assert len(paths(simulator)) == 2
    simulator.state.add_group("Edge", {device})
    assert set(LibreNMSAPI("default").device_groups(refresh=True).value) == {"Core", "Edge"}


def test_a_failing_server_is_an_error(simulator: Simulator) -> None:
    simulator.faults.add("/devicegroups", "status", status=500)
    with pytest.raises(errors.ServerError):
        LibreNMSAPI("default").device_groups()
    with pytest.raises(errors.ServerError):
        LibreNMSAPI("default").device_group_members("Core")
