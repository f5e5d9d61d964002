"""The data of the recorded server, as far as it is at hand, filled up where a recording needs more."""

from __future__ import annotations

from pathlib import Path

from simulator.data import Dataset
from simulator.defaults import DEVICE, SECRET_COMMUNITY
from simulator.load import from_folder

NEVER_POLLED = {name: value for name, value in DEVICE.items() if name not in ("device_id", "hostname", "ip", "display")}


def recorded_network(folder: Path) -> Dataset:
    """The dataset with what the recorded requests name and the dataset leaves out."""
    dataset = from_folder(folder)
    _add_devices(dataset)
    _add_ports(dataset)
    _add_places_and_groups(dataset)
    _add_events(dataset)
    return dataset


def _add_devices(dataset: Dataset) -> None:
    for device_id, hostname in ((2, "core-02.fra2"), (8, "core-08.hel1"), (16, "core-16.lon1"), (50, "acc-11.fra2")):
        dataset.add_device(device_id=device_id, hostname=f"{hostname}.example.net", sysName=hostname)
    dataset.add_device(device_id=40, hostname="acc-01.hel1.example.net", sysName="switch")
    dataset.add_device(device_id=60, hostname="acc-21.nyc1.example.net", features="IP Base")
    dataset.add_device(device_id=18, hostname="core-18.fra2.example.net", status=0)
    never = NEVER_POLLED | {"community": SECRET_COMMUNITY, "sysName": None, "serial": None}
    dataset.add_device(device_id=134, hostname="192.0.2.15", **(never | {"os": "ping"}))
    dataset.add_device(device_id=136, hostname="sw1", **never)
    guest = never | {"os": "linux", "sysName": "web_server-01", "parent_id": 117}
    dataset.add_device(device_id=140, hostname="web_server-01.example.net", **guest)
    dataset.add_device(device_id=132, hostname="pwr-07.fra2.example.net", ignore=1)
    dataset.unreachable |= {"127.0.0.99", "127.0.0.7"}
    dataset.without_rrd.add(2)
    dataset.devices[29]["ip"] = "127.0.0.1"


def _add_ports(dataset: Dataset) -> None:
    dataset.add_port(2, ifName="Gi0/1", port_id=300)
    for at, device_id in enumerate((7, 8, 40, 60), 1):
        port = dataset.add_port(device_id, ifName="Gi0/1", port_id=90_000 + at, ifAlias="uplink")
        dataset.add_stack(port, port)
        dataset.add_neighbour(port, "002f5c03448b", f"10.0.0.{at}")
        dataset.add_link(port, 1)
        dataset.add_vlan(device_id, 1, "default")
        dataset.add_transceiver(port, entity_physical_index=1000)
    dataset.add_port(1, ifName="Te9/9", port_id=211, deleted=1)
    known = {"mac_address": "2c3124fce4d4", "ipv4_address": "10.89.240.1", "context_name": ""}
    dataset.arp.put({"id": None, "port_id": 1, "device_id": 1} | known)
    dataset.add_inventory(16, entPhysicalClass="chassis")


def _add_places_and_groups(dataset: Dataset) -> None:
    places = {2: "Frankfurt FR2, Hanauer Landstraße 302", 4: "Bit Barn 4", 12: "Helsinki HEL1"}
    for location_id, name in places.items():
        known = {"lat": "50.1", "lng": "8.7"} if location_id == 2 else {"lat": None, "lng": None}
        dataset.locations.put(dataset.locations[1] | {"id": location_id, "location": name} | known)
    dataset.add_group("Core", {1, 2, 3}, desc="core switches")
    dataset.add_group("Other", {5})
    dataset.add_group("Empty", desc="none")
    dataset.add_group("Name with spaces & / slash", {1}, desc="x")
    dataset.add_poller_group("dmz", "DMZ pollers")
    dataset.add_poller_group("remote sites", "Remote")


def _add_events(dataset: Dataset) -> None:
    dataset.add_alert(17)
    dataset.add_alert(18, note="looking")
    dataset.add_outage(1, 1_795_000_000, 1_795_000_600)
    dataset.add_bgp(5, "10.44.32.13")
    dataset.add_sensor(1, sensor_descr="Switch 1 Slot 1 Linecard", sensor_type="iosxe", group="PoE")
    dataset.events.put(
        {
            "hostname": "core-01.ams1.example.net",
            "sysName": "core-01",
            "host": 1,
            "event_id": None,
            "device_id": 1,
            "datetime": "2026-11-23 01:50:15",
            "message": "Device core-01.ams1.example.net has been created",
            "type": "system",
            "reference": None,
            "username": "",
            "severity": 3,
        }
    )
