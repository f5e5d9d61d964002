"""Where the data comes from: a generator by name, or a folder of a real server's answers."""

from __future__ import annotations

import gzip
import ipaddress
import json
from pathlib import Path
from typing import Any

from simulator.data import Dataset
from simulator.defaults import DEVICE, SECRET_AUTHPASS, SECRET_COMMUNITY, SECRET_CRYPTOPASS
from simulator.tables import Row, Table


def dataset_of(data: str | Path | Dataset) -> Dataset:
    """The dataset behind a name ("company", "large", "large:1000"), a folder, or itself; ValueError without one."""
    if isinstance(data, Dataset):
        return data
    if data == "company":
        from simulator.company import build

        return build().dataset
    name, _, devices = str(data).partition(":")
    if name == "large" and (devices.isdigit() or data == "large"):
        from simulator.large import PORTS_EACH, build_large

        return build_large(int(devices), int(devices) * PORTS_EACH) if devices else build_large()
    folder = Path(data)
    if not (folder / "devices.json.gz").is_file():
        raise ValueError(f"No data in {folder}: give company, large, large:1000, or a folder with devices.json.gz")
    return from_folder(folder)


def from_folder(folder: Path) -> Dataset:
    """Read a folder of gzip JSON: bulk lists, and `ports`, `port_stack`, `inventory`, `transceivers` by device id.

    SNMP secrets, which such a folder does not hold, are made up, so that the answers have them as real ones do.
    """
    dataset = Dataset.empty()
    for device in _read(folder, "devices"):
        dataset.devices.put(_stored_device(device))
    for port in _flattened(_read(folder, "ports")):
        for row in port.pop("vlans", ()):
            dataset.port_vlans.put(row)
        dataset.ports.put(port)
    for name in ("port_stack", "inventory", "transceivers"):
        _fill(getattr(dataset, name), _flattened(_read(folder, name)))
    tables = {"links": dataset.links, "vlans": dataset.vlans, "locations": dataset.locations}
    for name, table in (tables | {"ip_ipv4": dataset.ipv4, "ip_ipv6": dataset.ipv6}).items():
        _fill(table, _read(folder, name))
    _add_networks(dataset)
    return dataset


def _read(folder: Path, name: str) -> Any:
    path = folder / f"{name}.json.gz"
    if not path.is_file():
        return []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return json.load(file)


def _flattened(by_device: Any) -> list[Row]:
    return [row for rows in by_device.values() for row in rows] if isinstance(by_device, dict) else list(by_device)


def _fill(table: Table, rows: list[Row]) -> None:
    for row in rows:
        table.put(row)


def _stored_device(device: Row) -> Row:
    row = DEVICE | {name: value for name, value in device.items() if name not in ("location", "lat", "lng")}
    if row["snmpver"] == "v3":
        row |= {"authpass": SECRET_AUTHPASS, "cryptopass": SECRET_CRYPTOPASS}
    else:
        row["community"] = row["community"] or SECRET_COMMUNITY
    return row


def _add_networks(dataset: Dataset) -> None:
    for row in dataset.ipv4.rows():
        network = ipaddress.ip_network(f"{row['ipv4_address']}/{row['ipv4_prefixlen']}", strict=False)
        dataset.networks.put(
            {"ipv4_network_id": row["ipv4_network_id"], "ipv4_network": str(network), "context_name": ""}
        )
