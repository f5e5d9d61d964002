"""The records against answers of a real LibreNMS: every row is read, and nothing that matters is lost."""

import gzip
import json
from typing import Any

import pytest

from netbox_librenms_plugin.librenms import endpoints
from netbox_librenms_plugin.librenms.decode import decode_rows
from netbox_librenms_plugin.librenms.records import UNSET, Part
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from tests.beside import DATASET, RECORDINGS, needs
from tests.librenms import simulated_librenms

needs_recordings = needs(RECORDINGS)
needs_dataset = needs(DATASET)

READ = {
    "system": endpoints.SYSTEM,
    "devices": endpoints.DEVICES,
    "device-by-id": endpoints.DEVICE,
    "old26.4-device-by-id": endpoints.DEVICE,
    "device-null-fields": endpoints.DEVICE,
    "device-overwrite-ip": endpoints.DEVICE,
    "devices-type-ipv4": endpoints.DEVICES_BY_ADDRESS,
    "devices-vm-parent": endpoints.DEVICES,
    "device-ports-columns": endpoints.DEVICE_PORTS,
    "bulk-device-ports-vlans": endpoints.DEVICE_PORTS,
    "device-port-stack": endpoints.PORT_STACK,
    "device-ip": endpoints.DEVICE_ADDRESSES,
    "ports-columns": endpoints.ALL_PORTS,
    "resources-ip-addresses-ipv4": endpoints.ADDRESSES,
    "resources-ip-addresses-ipv6": endpoints.ADDRESSES,
    "resources-links": endpoints.LINKS,
    "resources-vlans": endpoints.VLANS,
    "resources-locations": endpoints.LOCATIONS,
    "poller-group": endpoints.POLLER_GROUPS,
}


@needs_recordings
@pytest.mark.parametrize("name", READ)
def test_every_row_of_a_real_answer_is_read(name: str) -> None:
    recording = json.loads((RECORDINGS / f"{name}.json").read_text())
    endpoint: Any = READ[name]
    body = recording["body_json"]
    if body is None or not body[endpoint.key]:
        pytest.skip("the recording holds no rows")
    found = decode_rows(json.dumps(body).encode(), endpoint.key, endpoint.row, server="x", what="x")
    assert (len(found.rows), found.odd) == (len(body[endpoint.key]), 0)


def rows(name: str) -> Any:
    return json.loads(gzip.decompress((DATASET / f"{name}.json.gz").read_bytes()))


@needs_dataset
@pytest.mark.parametrize("version", ["26.7", "26.4", "25"])
def test_a_real_network_is_read_whole(version: str) -> None:
    devices, ports = rows("devices"), rows("ports")
    with simulated_librenms(str(DATASET), version=version):
        api = LibreNMSAPI("default")
        listed = api.devices()
        assert (len(listed.value), listed.odd_rows) == (len(devices), 0)
        fleet = api.fleet_ports()
        assert fleet.odd_rows == 0
        for row in devices:
            number = row["device_id"]
            device, snapshot = api.device(number).value, api.snapshot(number)
            assert (device.hostname, device.location_name) == (row["hostname"], row["location"])
            present = [port for port in ports.get(str(number), []) if not port["deleted"]]
            assert {port.port_id for port in snapshot.ports} == {port["port_id"] for port in present}
            assert {port.port_id for port in fleet.ports_by_device[number]} == {port["port_id"] for port in present}
            without_vlans = version != "26.7" and bool(snapshot.ports)
            assert (snapshot.odd_rows, snapshot.partial) == (0, (Part.PORT_VLANS,) if without_vlans else ())
            assert all((port.vlans is UNSET) == (version != "26.7") for port in snapshot.ports)
        assert len(api.fleet_links().value) == len(rows("links"))
        assert len(api.fleet_vlans().value) == len(rows("vlans"))
        assert len(api.fleet_addresses().value) == len(rows("ip_ipv4")) + len(rows("ip_ipv6"))
        assert len(api.locations().value) == len(rows("locations"))
