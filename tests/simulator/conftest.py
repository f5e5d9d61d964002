"""What the tests of the simulator share: a small network, a running server, a client with a token."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from simulator_client import Client  # noqa: E402

from simulator.data import Dataset  # noqa: E402
from simulator.server import Simulator  # noqa: E402


@pytest.fixture
def small() -> Dataset:
    """Two switches that see each other, and a third device with nothing on it."""
    dataset = Dataset.empty()
    one = dataset.add_device(hostname="sw-one.example.net", location="Here / there")
    two = dataset.add_device(hostname="sw-two.example.net", location="Straße 1", os="junos", hardware="EX3400")
    dataset.add_device(hostname="12345", status=0)
    uplink = dataset.add_port(one, ifName="Gi1/0/1", ifAlias="to two")
    lag = dataset.add_port(one, ifName="Po1", ifType="ieee8023adLag")
    other = dataset.add_port(two, ifName="ge-0/0/1")
    dataset.add_stack(lag, uplink)
    dataset.add_vlan(one, 10, "users")
    dataset.add_vlan(two, 20, "servers")
    dataset.add_port_vlan(uplink, 10, untagged=True)
    dataset.add_link(uplink, other, both=True)
    dataset.add_address(uplink, "192.0.2.1/24")
    dataset.add_address(uplink, "2001:db8::1/64")
    dataset.add_address(other, "192.0.2.2/24")
    dataset.add_inventory(one, entPhysicalClass="chassis", entPhysicalSerialNum="ABC")
    dataset.add_inventory(one, entPhysicalClass="fan", entPhysicalContainedIn=1)
    dataset.add_transceiver(uplink, model="SFP-10G-SR")
    dataset.add_group("Both", {one, two})
    dataset.add_group("Nobody")
    return dataset


@pytest.fixture
def simulator(small: Dataset) -> Iterator[Simulator]:
    """A running server of the newest release over the small network."""
    with Simulator(small) as running:
        yield running


@pytest.fixture
def admin(simulator: Simulator) -> Client:
    """A client that may do everything."""
    return Client(simulator, simulator.tokens.admin)
