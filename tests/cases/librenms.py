"""What a case says of LibreNMS, put into the simulator.

``devices`` are rows of LibreNMS's device list with a ``key`` to name them by. Beside its columns a device may have

- ``ports``: rows with ``ifName``, a ``key`` if that is not to be the name, ``vlans`` (``{"vlan", "untagged"}``) and
  ``addresses`` (texts, or rows with an ``address``);
- ``vlans`` (``{"vlan", "name"}``), ``inventory`` (rows of ENTITY-MIB), ``parent`` (the key of a VM's host);
- ``stack``: pairs of port names, the upper one first.

``links`` have a ``local`` path; ``remote`` is the path of a port that LibreNMS knows, ``remote_device`` the key of a
device of which it knows no more, ``remote_port`` the neighbour's own text.
"""

from typing import Any

from simulator.data import Dataset
from tests.cases import Entry, without


class MonitoredNetwork:
    """The simulator's data, and the ids by which it knows what the case names.

    ``devices`` maps keys to device ids, ``ports`` maps paths to port ids.
    """

    def __init__(self, state: Dataset) -> None:
        self.state = state
        self.devices: dict[str, int] = {}
        self.ports: dict[str, int] = {}

    def fill(self, told: Entry) -> None:
        """Add all devices, then what refers to their ports."""
        for device in told["devices"]:
            self._add_device(device)
        for device in told["devices"]:
            for upper, lower in device.get("stack", ()):
                self.state.add_stack(self.ports[f"{device['key']}/{upper}"], self.ports[f"{device['key']}/{lower}"])
        for link in told.get("links", ()):
            self._add_link(link)

    def change_port(self, path: str, columns: Entry | None) -> None:
        """Give the port other columns, add one that is new, or remove it where ``columns`` is None."""
        if columns is None:
            self.state.remove_port(self.ports[path])
        elif path in self.ports:
            self.state.ports[self.ports[path]].update(columns)
        else:
            owner, key = path.split("/", 1)
            self._add_port(owner, {"key": key, **columns})

    def path_of(self, port_id: int | None) -> str | int | None:
        """The path of the port with this id, or the id itself where the case has no such port."""
        return next((path for path, known in self.ports.items() if known == port_id), port_id)

    def _add_device(self, device: Entry) -> None:
        columns = without(device, "key", "ports", "vlans", "inventory", "stack", "parent")
        if device.get("parent"):
            columns["parent_id"] = self.devices[device["parent"]]
        device_id = self.devices[device["key"]] = self.state.add_device(**columns)
        for port in device.get("ports", ()):
            self._add_port(device["key"], port)
        for vlan in device.get("vlans", ()):
            self.state.add_vlan(device_id, vlan["vlan"], vlan.get("name"))
        for part in device.get("inventory", ()):
            self.state.add_inventory(device_id, **part)

    def _add_port(self, owner: str, port: Entry) -> None:
        port_id = self.state.add_port(self.devices[owner], **without(port, "key", "vlans", "addresses"))
        self.ports[f"{owner}/{port.get('key', port['ifName'])}"] = port_id
        for vlan in port.get("vlans", ()):
            self.state.add_port_vlan(port_id, vlan["vlan"], untagged=vlan.get("untagged", False))
        for address in port.get("addresses", ()):
            self.state.add_address(port_id, **as_address(address))

    def _add_link(self, link: Entry) -> None:
        columns = without(link, "local", "remote", "remote_device", "remote_port")
        if link.get("remote_device") is not None:
            columns["remote_device_id"] = self.devices[link["remote_device"]]
        remote = self.ports[link["remote"]] if link.get("remote") else None
        link_id = self.state.add_link(self.ports[link["local"]], remote, **columns)
        if link.get("remote_port") is not None:
            self.state.links[link_id]["remote_port"] = link["remote_port"]


def as_address(told: str | Entry) -> dict[str, Any]:
    """The columns of an address that is told as its text or with more than that."""
    return {"address": told} if isinstance(told, str) else dict(told)
