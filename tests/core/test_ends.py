"""Links whose two ends disagree, as LibreNMS sees both."""

from typing import Any

import pytest

from netbox_librenms_plugin.librenms.records import Link, Port
from netbox_librenms_plugin.sync.cables.ends import disagreements, known_ends


def port(pk: int, **columns: Any) -> Port:
    return Port(port_id=pk, device_id=pk, if_name=f"p{pk}", **{"if_oper_status": "up", **columns})


def link(one: int, other: int) -> Link:
    return Link(id=10 * one + other, local_device_id=one, local_port_id=one, remote_port_id=other)


def said(one: Port, other: Port, *links: Link) -> list[tuple[str, Any, Any]]:
    ports = {one.port_id: one, other.port_id: other}
    ends = known_ends(links or (link(1, 2),), ports)
    return [(found.field, found.here, found.there) for pair in ends for found in disagreements(pair)]


@pytest.mark.parametrize(
    ("column", "here", "there", "wanted"),
    [
        ("if_mtu", 1500, 9216, [("mtu", 1500, 9216)]),
        ("if_mtu", 1500, 1500, []),
        ("if_mtu", 1500, 0, []),
        ("if_mtu", 1500, None, []),
        # The header of a frame, counted or not
        ("if_mtu", 1500, 1514, []),
        ("if_mtu", 9000, 9018, []),
        ("if_speed", 10**9, 10**10, [("speed", 10**6, 10**7)]),
        ("if_speed", 10**9, 0, []),
        ("if_duplex", "fullDuplex", "halfDuplex", [("duplex", "full", "half")]),
        ("if_duplex", "fullDuplex", "unknown", []),
        ("if_vlan", "10", "20", [("vlan", 10, 20)]),
        ("if_vlan", "10", "", []),
        ("if_vlan", "10", "x²", []),
    ],
)
def test_what_both_ends_say(column: str, here: Any, there: Any, wanted: list[Any]) -> None:
    assert said(port(1, **{column: here}), port(2, **{column: there})) == wanted


def test_the_vlan_of_a_trunk_is_not_compared() -> None:
    assert said(port(1, if_vlan="10", if_trunk="dot1Q"), port(2, if_vlan="20")) == []


def test_both_ends_report_one_link() -> None:
    assert len(said(port(1, if_mtu=1500), port(2, if_mtu=9216), link(1, 2), link(2, 1))) == 1


def test_a_port_that_hears_several_is_no_end_of_a_cable() -> None:
    ports = {pk: port(pk, if_mtu=1500 * pk) for pk in (1, 2, 3)}
    assert known_ends((link(1, 3), link(2, 3)), ports) == []


@pytest.mark.parametrize("columns", [{"if_oper_status": "down"}, {"deleted": True}])
def test_a_port_that_is_down_says_nothing(columns: dict[str, Any]) -> None:
    assert said(port(1, if_mtu=1500), port(2, if_mtu=9216, **columns)) == []


def test_ports_that_librenms_does_not_list_are_left_out() -> None:
    assert known_ends((link(1, 9), Link(id=1, local_device_id=1)), {1: port(1)}) == []
