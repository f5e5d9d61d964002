"""IP addresses through the REST API: rows, and what can be decided about them."""

import pytest
from dcim.models import Device, Interface
from ipam.models import VRF, IPAddress

from simulator.server import Simulator
from tests.factories import admin, make_device

from .support import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def device(simulator: Simulator) -> Device:
    """A router with one address, which LibreNMS polls."""
    device_id = simulator.state.add_device(hostname="router", ip="10.0.0.1")
    simulator.state.add_address(simulator.state.add_port(device_id, ifName="eth0"), "10.0.0.1/24")
    router = make_device("router", librenms_id=device_id)
    Interface.objects.create(device=router, name="eth0", type="other")
    return router


def test_rows_tell_what_would_be_written(device: Device) -> None:
    (plan,) = Caller(admin()).compare(device, resource="ip_addresses").json()["plans"]
    address, primary = plan["changes"]
    assert {one["field"]: one["librenms"] for one in address["fields"]} == {
        "address": "10.0.0.1/24",
        "vrf": None,
        "interface": {"id": Interface.objects.get().pk, "name": "eth0"},
    }
    assert (primary["key"], primary["fields"][0]["policy"]) == ("primary-ipv4", "fill_if_empty")


def test_a_vrf_and_the_primary_ip_can_be_decided(device: Device) -> None:
    vrf = VRF.objects.create(name="customers")
    choices = {"ip_addresses": {"*": {"vrf": vrf.pk, "primary": "never"}}}
    answer = Caller(admin()).sync(device, resources=["ip_addresses"], choices=choices)
    assert (answer.status_code, answer.json()["results"][0]["applied"]) == (200, {"missing": 1})
    device.refresh_from_db()
    assert (IPAddress.objects.get().vrf, device.primary_ip4) == (vrf, None)


@pytest.mark.parametrize("choice", [{"vrf": "x"}, {"vrf": -1}, {"primary": "perhaps"}])
def test_what_is_no_decision_is_refused(device: Device, choice: dict[str, object]) -> None:
    answer = Caller(admin()).sync(device, resources=["ip_addresses"], choices={"ip_addresses": {"*": choice}})
    assert answer.status_code == 400
    assert not IPAddress.objects.exists()


def test_a_vrf_that_does_not_exist_is_said_and_nothing_is_written(device: Device) -> None:
    choices = {"ip_addresses": {"*": {"vrf": 10**15}}}
    (answer,) = Caller(admin()).sync(device, resources=["ip_addresses"], choices=choices).json()["results"]
    assert (answer["applied"], IPAddress.objects.count()) == ({}, 0)
