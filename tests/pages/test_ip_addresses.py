"""The tab of the IP addresses: what stands in its rows, and what can be decided there."""

from collections.abc import Iterator
from typing import Any

import pytest
from dcim.models import Device, Interface
from ipam.models import VRF, IPAddress, Prefix

from simulator.server import Simulator
from tests.factories import admin, make_device
from tests.orm.support import counted
from tests.pages.support import Reader, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def device(simulator: Simulator) -> Iterator[Device]:
    """A router with two addresses: one that is free in NetBox under another mask, one in use elsewhere."""
    device_id = simulator.state.add_device(hostname="router", ip="10.0.0.1")
    router = make_device("router", librenms_id=device_id)
    for number in range(2):
        port_id = simulator.state.add_port(device_id, ifName=f"eth{number}")
        simulator.state.add_address(port_id, f"10.0.0.{number + 1}/24")
        Interface.objects.create(device=router, name=f"eth{number}", type="other")
    IPAddress.objects.create(address="10.0.0.1/25")
    other = Interface.objects.create(device=make_device("other"), name="<b>Gi0/1</b>", type="other")
    IPAddress.objects.create(address="10.0.0.2/24", assigned_object=other)
    yield router


def panel(device: Device, **query: Any) -> str:
    return Reader(admin(), device, "ip_addresses").panel(**{"show": "all", **query})


def test_rows_show_both_values_the_vrf_with_its_reason_and_why_not(device: Device) -> None:
    html = panel(device)
    text = words(html)
    assert "NetBox: 10.0.0.1/25 LibreNMS: 10.0.0.1/24" in text
    assert "no VRF is known" in text
    assert "10.0.0.2/24 is assigned to <b>Gi0/1</b> (other)." in text
    assert "<b>Gi0/1" not in html
    assert "Primary IPv4" in text


def test_the_reason_changes_with_the_rule(device: Device) -> None:
    Prefix.objects.create(prefix="10.0.0.0/24", vrf=VRF.objects.create(name="customers"))
    text = words(panel(device))
    assert "customers" in text
    assert "the only VRF with its prefix" in text


def test_a_vrf_can_be_chosen_for_a_row(device: Device) -> None:
    vrf = VRF.objects.create(name="customers")
    html = panel(device)
    assert 'data-librenms-choice="vrf"' in html
    key = html.partition('data-librenms-choice="vrf" data-librenms-row="ip-')[2].partition('"')[0]
    text = words(panel(device, choose=f"vrf:{vrf.pk}:ip-{key}"))
    assert "customers" in text
    assert "your choice" in text


def test_a_search_finds_addresses_by_their_port(device: Device) -> None:
    text = words(panel(device, q="eth1"))
    assert "10.0.0.2/24" in text
    assert "10.0.0.1/24" not in text


def test_a_whole_panel_takes_few_queries(device: Device) -> None:
    panel(device)
    with counted() as queries:
        panel(device)
    assert len(queries) <= 60
