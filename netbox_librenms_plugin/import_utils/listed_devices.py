"""All devices of a LibreNMS server, and what several of them share. Made once, it serves any number of rows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from ..librenms.records import Device
from ..sync.core.normalise import text
from ..sync.core.serials import folded_serial
from .holders import plain_address


class ListedDevices:
    """``devices`` as LibreNMS lists them."""

    def __init__(self, devices: Iterable[Device]) -> None:
        self.devices = tuple(devices)

    @cached_property
    def by_id(self) -> Mapping[int, Device]:
        """LibreNMS id → device."""
        return {one.device_id: one for one in self.devices}

    @cached_property
    def same_serial(self) -> Mapping[str, tuple[Device, ...]]:
        """Folded serial number → the devices, where LibreNMS gives it to several."""
        owners: dict[str, list[Device]] = defaultdict(list)
        for device in self.devices:
            serial = folded_serial(device.serial)
            if serial:
                owners[serial].append(device)
        return {serial: tuple(some) for serial, some in owners.items() if len(some) > 1}

    @cached_property
    def shared_addresses(self) -> frozenset[str]:
        """The addresses that LibreNMS gives to several devices, contexts of one box say."""
        said = Counter(
            address
            for one in self.devices
            for address in {text(one.overwrite_ip), text(one.ip), text(one.hostname)} - {""}
        )
        return frozenset(plain for address, number in said.items() if number > 1 and (plain := plain_address(address)))
