"""Spelling, members and parts, by name."""

import pytest

from netbox_librenms_plugin.sync.core.names import (
    is_lag_name,
    is_vlan_name,
    last_of_path,
    parent_name,
    slot_of,
    spelling,
)
from netbox_librenms_plugin.texts import clean_text


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("Gi1/0/1", "GigabitEthernet1/0/1"),
        ("gi1/0/1", "gigabitethernet1/0/1"),
        ("GE1/0/1", "GigabitEthernet1/0/1"),
        ("Te1/1/4", "TenGigabitEthernet 1/1/4"),
        ("Te0/0/0/1", "TenGigE0/0/0/1"),
        ("Twe1/0/1", "TwentyFiveGigE1/0/1"),
        ("Tw1/0/1", "TwoGigabitEthernet1/0/1"),
        ("Hu1/0/49", "HundredGigE1/0/49"),
        ("Fif1/0/1", "FiftyGigE1/0/1"),
        ("Fi1/0/1", "FiveGigabitEthernet1/0/1"),
        ("Et1", "Ethernet1"),
        ("Eth1/1", "Ethernet1/1"),
        ("Po47", "Port-channel47"),
        ("po1", "port-channel 1"),
        ("Vl10", "Vlan10"),
        ("Gi1/0/1.100", "GigabitEthernet1/0/1.100"),
    ],
)
def test_two_spellings_of_one_name(short: str, long: str) -> None:
    assert spelling(short) == spelling(long)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gi1/0/1", "Gi1/0/10"),
        ("Gi1/0/1", "Te1/0/1"),
        ("Fi1/0/1", "Fif1/0/1"),
        ("Tw1/0/1", "Twe1/0/1"),
        ("et-0/0/1", "Ethernet0/0/1"),
        ("lo", "Loopback0"),
        ("Vlan10", "Vlan-interface10"),
        ("1/1/1", "1/1/10"),
    ],
)
def test_names_that_are_not_one(one: str, other: str) -> None:
    assert spelling(one) != spelling(other)


@pytest.mark.parametrize(
    ("name", "position"),
    [
        ("Gi2/0/5", 2),
        ("TenGigabitEthernet1/1/1", 1),
        ("ge-2/0/0", 2),
        ("1/1/24", 1),
        ("2:5", 2),
        ("Ethernet 2/7", 2),
        ("port2.0.3", 2),
        ("Gi2/0/5.100", 2),
        ("Gi9/0/1", 9),
        ("10GE2/0/1", 2),
        ("2.5GE1/0/1", 1),
        ("2/xg1", 2),
        ("Vlan1", None),
        ("Po2", None),
        ("mgmt0", None),
        ("StackPort2", None),
    ],
)
def test_the_number_a_name_begins_with(name: str, position: int | None) -> None:
    slot = slot_of(name)
    assert (slot and slot.number) == position


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("bridge1/ether2", "ether2"),
        ("bridge/bond1/sfp-sfpplus1", "sfp-sfpplus1"),
        ("Ethernet1/3", None),
        ("Gi1/0/1", None),
        ("ether2", None),
        ("bridge1/3", None),
    ],
)
def test_the_port_a_path_ends_with(name: str, last: str | None) -> None:
    assert last_of_path(name) == last


@pytest.mark.parametrize(
    ("name", "parent"),
    [
        ("Gi1/0/1.100", "Gi1/0/1"),
        ("Bundle-Ether1.57", "Bundle-Ether1"),
        ("ge-0/0/0.0", "ge-0/0/0"),
        ("Gi1/0/1", None),
        ("1.1", None),
        ("naf.root", None),
        (".5", None),
    ],
)
def test_the_parent_a_name_gives(name: str, parent: str | None) -> None:
    assert parent_name(name) == parent


def test_aggregates_and_vlans_by_name() -> None:
    assert all(map(is_lag_name, ("Po1", "Port-channel 12", "ae0", "bond0", "Bundle-Ether200", "lag53", "Trk1")))
    assert not any(map(is_lag_name, ("Po1.100", "Gi1/0/1", "aes1", "Vlan1", "StackPort1")))
    assert all(map(is_vlan_name, ("Vlan 100", "Vl10", "vlan.20", "4094", "Vlanif7", "irb.5")))
    assert not any(map(is_vlan_name, ("Gi1/0/1", "Teams", "ethernet1/1.7")))


def test_text_becomes_one_plain_line() -> None:
    assert clean_text(" Uplink rox\n2D 31\x00\u202e 00 ") == "Uplink rox 2D 31 00"
