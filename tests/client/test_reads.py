"""Reading one device: what is asked, what is checked, and what older servers do not have."""

import json
from typing import Any

import pytest
from django.core.cache import cache

from netbox_librenms_plugin.librenms import errors
from netbox_librenms_plugin.librenms.records import UNSET, Part
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from simulator.data import Dataset
from simulator.server import Simulator
from tests.librenms import librenms_servers, server_entry, simulated_librenms

from .raw import raw_server, reply


def small() -> tuple[Dataset, int]:
    """One switch with a LAG of two ports, VLANs on a trunk, and a deleted port."""
    data = Dataset.empty()
    data.add_device(hostname="other.example.net")
    switch = data.add_device(hostname="sw1.example.net", location="Amsterdam", sysName="sw1")
    lag = data.add_port(switch, ifName="Po1", ifType="ieee8023adLag", ifSpeed=20_000_000_000)
    for name in ("Gi0/1", "Gi0/2"):
        data.add_stack(lag, data.add_port(switch, ifName=name))
    data.add_port_vlan(lag, 10, untagged=True)
    data.add_port_vlan(lag, 20)
    data.add_port(switch, ifName="gone", deleted=1)
    return data, switch


@pytest.mark.parametrize("version", ["26.7", "26.4", "25"])
def test_a_device_is_the_same_in_every_version(version: str) -> None:
    data, switch = small()
    with simulated_librenms(data, version=version) as simulator:
        fetched = LibreNMSAPI("default").device(switch)
        device = fetched.value
        assert (device.device_id, device.hostname, device.sys_name) == (switch, "sw1.example.net", "sw1")
        assert (device.location_name, device.status, device.disabled) == ("Amsterdam", True, False)
        assert LibreNMSAPI("default").device(switch) == fetched
        assert len(simulator.requests) == 1


def test_a_guest_of_a_known_hypervisor_is_read_all_the_same() -> None:
    data, switch = small()
    guest = data.add_device(hostname="vm1", parent_id=switch)
    with simulated_librenms(data):
        assert LibreNMSAPI("default").device(guest).value.hostname == "vm1"


def test_an_unknown_device(simulator: Simulator) -> None:
    with pytest.raises(errors.DeviceNotFound) as caught:
        LibreNMSAPI("default").device(999)
    assert "999" in caught.value.message and "Simulated LibreNMS" in caught.value.message


def test_a_device_out_of_reach_is_told_from_an_unknown_one() -> None:
    data, switch = small()
    with Simulator(data=data) as simulator:
        simulator.user_devices = {1}
        with librenms_servers({"default": server_entry(simulator, token=simulator.tokens.user)}):
            assert LibreNMSAPI("default").device(1).value.device_id == 1
            with pytest.raises(errors.PermissionDenied):
                LibreNMSAPI("default").device(switch)


@pytest.mark.parametrize("version", ["26.7", "26.4", "25"])
def test_a_snapshot_takes_two_calls(version: str) -> None:
    data, switch = small()
    with simulated_librenms(data, version=version) as simulator:
        snapshot = LibreNMSAPI("default").snapshot(switch)
        assert len(simulator.requests) == 2
        assert [port.if_name for port in snapshot.ports] == ["Po1", "Gi0/1", "Gi0/2"]
        assert {port.device_id for port in snapshot.ports} == {switch}
        lag = snapshot.ports[0]
        assert {(entry.high_port_id, entry.low_port_id) for entry in snapshot.stack} == {
            (lag.port_id, port.port_id) for port in snapshot.ports[1:]
        }
        assert (lag.if_type, lag.if_speed) == ("ieee8023adLag", 20_000_000_000)
        missing = () if version == "26.7" else (Part.PORT_VLANS,)
        assert (snapshot.partial, snapshot.odd_rows, snapshot.device_id) == (missing, 0, switch)
        if version == "26.7":
            assert [(one.vlan, one.untagged) for one in lag.vlans] == [(10, True), (20, False)]
        else:
            assert lag.vlans is UNSET
        assert LibreNMSAPI("default").snapshot(switch) == snapshot
        assert len(simulator.requests) == 2
        assert LibreNMSAPI("default").snapshot(switch, refresh=True).fetched_at > snapshot.fetched_at


def test_a_device_without_ports_is_empty_and_an_unknown_one_is_not() -> None:
    data, _switch = small()
    with simulated_librenms(data):
        assert LibreNMSAPI("default").snapshot(1).ports == ()
        with pytest.raises(errors.DeviceNotFound):
            LibreNMSAPI("default").snapshot(999)


@pytest.mark.parametrize(("kind", "options"), [("status", {"status": 404}), ("status", {"status": 403}), ("html", {})])
def test_without_its_port_stack_a_snapshot_is_partial_and_kept_shortly(kind: str, options: dict[str, Any]) -> None:
    data, switch = small()
    with simulated_librenms(data) as simulator:
        simulator.faults.add("port_stack", kind, **options)
        snapshot = LibreNMSAPI("default").snapshot(switch)
        assert (len(snapshot.ports), snapshot.stack, snapshot.partial) == (3, (), ("port_stack",))
        [life] = [seconds for key, seconds in lives().items() if "snapshot" in key]
        assert 0 < life <= 60


def lives() -> dict[str, int]:
    """Seconds that each of the plugin's cache entries has left."""
    return {key: cache.ttl(key) for key in cache.keys("netbox_librenms_plugin:*")}


def devices(*ids: int) -> bytes:
    return json.dumps({"status": "ok", "devices": [{"device_id": n, "hostname": f"sw{n}"} for n in ids]}).encode()


def test_another_device_than_the_one_asked_for_is_refused() -> None:
    with (
        raw_server(reply(devices(8))) as raw,
        librenms_servers({"default": {"librenms_url": raw.url, "api_token": "x"}}),
    ):
        with pytest.raises(errors.WrongDevice) as caught:
            LibreNMSAPI("default").device(7)
        assert "7" in caught.value.message


def test_a_server_that_ignores_the_filter_does_no_harm() -> None:
    everything = reply(devices(5, 6, 7, 8))
    with raw_server(everything) as raw, librenms_servers({"default": {"librenms_url": raw.url, "api_token": "x"}}):
        assert LibreNMSAPI("default").device(7).value.hostname == "sw7"


@pytest.mark.parametrize("rows", [[{"port_id": 1, "device_id": 8}], [{"port_id": 1, "device_id": 7}, {"port_id": 2}]])
def test_ports_of_another_device_are_refused(rows: list[dict[str, int]]) -> None:
    body = json.dumps({"status": "ok", "ports": rows}).encode()
    with raw_server(reply(body)) as raw, librenms_servers({"default": {"librenms_url": raw.url, "api_token": "x"}}):
        with pytest.raises(errors.WrongDevice):
            LibreNMSAPI("default").snapshot(7)


def test_columns_that_an_older_server_lacks_are_left_out_from_then_on() -> None:
    data, switch = small()
    with simulated_librenms(data) as simulator:
        simulator.faults.add("ifTrunk", "status", status=400, message="Invalid columns: ifTrunk")
        snapshot = LibreNMSAPI("default").snapshot(switch)
        assert [port.if_trunk for port in snapshot.ports] == [UNSET] * 3
        assert snapshot.partial == ("ifTrunk",)
        assert len(simulator.requests) == 3
        simulator.requests.clear()
        LibreNMSAPI("default").snapshot(switch, refresh=True)
        assert len(simulator.requests) == 2, "the server was asked again for a column it does not have"


@pytest.mark.parametrize("column", ["port_id", "device_id", "nonsense"])
def test_a_server_that_refuses_what_must_be_there(column: str) -> None:
    data, switch = small()
    with simulated_librenms(data) as simulator:
        simulator.faults.add("/ports", "status", status=400, message=f"Invalid columns: {column}")
        with pytest.raises(errors.InvalidColumns):
            LibreNMSAPI("default").snapshot(switch)


def test_one_odd_port_does_not_cost_the_others() -> None:
    data, switch = small()
    with simulated_librenms(data) as simulator:
        simulator.faults.add("/ports$", "wrong_types", row=1)
        snapshot = LibreNMSAPI("default").snapshot(switch)
        assert (len(snapshot.ports), snapshot.odd_rows) == (2, 1)


def test_hostile_text_is_text() -> None:
    data, switch = small()
    with simulated_librenms(data) as simulator:
        simulator.faults.add("/ports$", "hostile")
        snapshot = LibreNMSAPI("default").snapshot(switch)
        texts = [text for port in snapshot.ports for text in (port.if_name, port.if_alias, port.if_descr)]
        assert texts and all(isinstance(text, str) and "\x00" not in text for text in texts)
        "".join(texts).encode()


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        ("status", {"status": 500}, errors.ServerError),
        ("status", {"status": 401}, errors.AuthenticationError),
        ("status", {"status": 403}, errors.PermissionDenied),
        ("html", {"status": 502}, errors.ServerError),
        ("html", {"status": 504}, errors.ServerError),
        ("html", {"status": 200}, errors.NotJSON),
        ("truncated", {}, errors.LibreNMSError),
        ("drop", {}, errors.TransportError),
        ("redirect", {}, errors.Redirected),
        ("delay", {"seconds": 10}, errors.TimedOut),
    ],
)
def test_faults_of_a_single_device(kind: str, options: dict[str, Any], expected: type[errors.LibreNMSError]) -> None:
    data, switch = small()
    with simulated_librenms(data, timeout=2, failure_pause=0) as simulator:
        simulator.faults.add("/api/v0/", kind, **options)
        for call in (
            lambda: LibreNMSAPI("default").device(switch),
            LibreNMSAPI("default").devices,
            LibreNMSAPI("default").locations,
        ):
            with pytest.raises(expected) as caught:
                call()
            assert "Simulated LibreNMS" in caught.value.message
            assert simulator.tokens.admin not in repr(caught.value) + caught.value.message
        simulator.faults.clear()
        assert LibreNMSAPI("default").device(switch).value.hostname == "sw1.example.net", "a failure was kept"


def test_a_device_whose_row_cannot_be_read() -> None:
    data, switch = small()
    with simulated_librenms(data) as simulator:
        simulator.faults.add("/devices", "wrong_types")
        with pytest.raises(errors.UnexpectedAnswer):
            LibreNMSAPI("default").device(switch)


def test_links_into_librenms() -> None:
    with simulated_librenms(Dataset.empty()) as simulator:
        assert LibreNMSAPI("default").device_url(5) == f"{simulator.url}/device/5/"
        assert LibreNMSAPI("default").device_url(5, 7) == f"{simulator.url}/device/device=5/tab=port/port=7/"


def test_an_inventory_is_the_devices_own_and_none_is_empty() -> None:
    data, switch = small()
    data.add_inventory(switch, entPhysicalClass="chassis", entPhysicalSerialNum="A1", entPhysicalName="Switch 1")
    with simulated_librenms(data):
        (part,) = LibreNMSAPI("default").inventory(switch).value
        assert (part.class_, part.serial, part.name) == ("chassis", "A1", "Switch 1")
        assert LibreNMSAPI("default").inventory(switch + 100).value == ()


def test_an_inventory_of_another_device_is_refused() -> None:
    body = json.dumps({"status": "ok", "inventory": [{"device_id": 8, "entPhysicalIndex": 1}]}).encode()
    with raw_server(reply(body)) as raw, librenms_servers({"default": {"librenms_url": raw.url, "api_token": "x"}}):
        with pytest.raises(errors.WrongDevice):
            LibreNMSAPI("default").inventory(7)


def test_a_device_is_worth_having_without_its_inventory() -> None:
    data, switch = small()
    with simulated_librenms(data) as simulator:
        simulator.faults.add("/inventory", "status", status=500)
        details = LibreNMSAPI("default").device_details(switch, with_inventory=True)
        assert (details.device.hostname, details.inventory) == ("sw1.example.net", ())
        assert details.partial == ("inventory",)
        assert LibreNMSAPI("default").device_details(switch, with_inventory=False).partial == ()
