"""The made-up company: it is the same every time, holds together, and shows what a plugin has to cope with."""

from __future__ import annotations

import pytest

from simulator.company import Company, Kind, build


@pytest.fixture(scope="module")
def company() -> Company:
    return build()


def test_is_the_same_every_time(company: Company) -> None:
    again = build()
    assert again.nodes == company.nodes and again.dataset == company.dataset


def test_description_and_data_agree(company: Company) -> None:
    devices = company.dataset.devices
    assert 38 <= len(company.nodes) == len(devices) <= 48
    for node in company.nodes:
        device = devices[node.librenms_id]
        assert (device["hostname"], device["ip"], device["serial"]) == (node.hostname, node.address, node.serial)
        assert company.ports[node.name, node.model.management] in company.dataset.ports
        addresses = [row["ipv4_address"] for row in company.dataset.ipv4.rows()]
        assert node.address in addresses
    assert company.node("ams1-acc-01").kind is Kind.STACK
    assert {node.host for node in company.nodes if node.kind is Kind.VM} <= {node.name for node in company.nodes}


def test_names_ids_serials_and_macs_are_unique(company: Company) -> None:
    serials = [member.serial for node in company.nodes for member in node.members or (node,) if member.serial]
    macs = [port["ifPhysAddress"] for port in company.dataset.ports.rows() if port["ifPhysAddress"]]
    addresses = [row["ipv4_address"] for row in company.dataset.ipv4.rows()]
    for values in (serials, macs, addresses, [node.name for node in company.nodes]):
        assert len(set(values)) == len(values)
    assert all(len(mac) == 12 and int(mac, 16) for mac in macs)


def test_stacks_have_members_in_port_names_and_inventory(company: Company) -> None:
    for node in company.nodes:
        if node.kind is not Kind.STACK:
            continue
        parts = company.dataset.inventory.having("device_id", node.librenms_id)
        chassis = [row["entPhysicalSerialNum"] for row in parts if row["entPhysicalClass"] == "chassis"]
        assert chassis == [member.serial for member in node.members] and len(chassis) >= 2
        assert {"stack", "powerSupply"} <= {row["entPhysicalClass"] for row in parts}
    names = {name for node, name in company.ports if node == "ams1-acc-01"}
    assert {"Gi1/0/1", "Gi2/0/1", "Gi3/0/1", "Te2/1/1", "Po1", "Vl10"} <= names
    assert ("hel1-acc-01", "ge-1/0/0") in company.ports


def test_links_are_heard_at_both_ends(company: Company) -> None:
    heard = {(row["local_port_id"], row["remote_port_id"]) for row in company.dataset.links.rows()}
    for cable in company.cables:
        ends = company.ports[cable.a_node, cable.a_port], company.ports[cable.b_node, cable.b_port]
        assert ends in heard and ends[::-1] in heard
    assert any(row["remote_device_id"] == 0 for row in company.dataset.links.rows())


def test_aggregations_lie_on_their_ports(company: Company) -> None:
    stack = {(row["high_port_id"], row["low_port_id"]) for row in company.dataset.port_stack.rows()}
    for lag in company.lags:
        high = company.ports[lag.node, lag.name]
        assert company.dataset.ports[high]["ifType"] == "ieee8023adLag"
        assert {(high, company.ports[lag.node, member]) for member in lag.ports} <= stack
    assert (company.ports["ams1-fw-01", "x1.900"], company.ports["ams1-fw-01", "x1"]) in stack


def test_access_and_trunk_ports(company: Company) -> None:
    trunk = company.ports["ams1-acc-01", "Po1"]
    vlans = {row["vlan"]: row["untagged"] for row in company.dataset.port_vlans.having("port_id", trunk)}
    assert company.dataset.ports[trunk]["ifTrunk"] == "dot1Q"
    assert vlans == {1: 1, 10: 0, 110: 0, 120: 0, 130: 0, 900: 0}
    access = [port for port in company.dataset.ports.rows() if port["ifVlan"] == "110" and not port["ifTrunk"]]
    assert access
    known = {(row["device_id"], row["vlan_vlan"]) for row in company.dataset.vlans.rows()}
    assert {(row["device_id"], row["vlan"]) for row in company.dataset.port_vlans.rows()} <= known


def test_shows_what_goes_wrong_in_a_real_network(company: Company) -> None:
    devices = company.dataset.devices.rows()
    assert sum(not row["status"] for row in devices) == 1
    assert sum(row["disabled"] for row in devices) == 1
    assert any(row.get("parent_id") for row in devices)
    assert any(row["snmpver"] == "v3" and row["authpass"] for row in devices)
    assert any(row["hostname"] == row["ip"] for row in devices)
    assert company.dataset.alerts and company.dataset.outages and company.dataset.transceivers
