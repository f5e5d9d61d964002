"""What is told to LibreNMS: its locations, new devices, where a device is and what else it has of it, maintenance.

LibreNMS can answer a change with a success and not make it, and the other way round: whoever tells it something reads
it back. Nothing is ever deleted there.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from .connection import since
from .endpoints import Reader
from .errors import LibreNMSError, WriteFailed
from .limits import Limits
from .maintenance import Window, begin_maintenance, is_under_maintenance
from .new_devices import NewDevice, add_device
from .profiles import Profile
from .records import LocationUpdates

__all__ = ("Writer", "is_refusal", "updates_of")

# PATCH /locations answers every change with 500 since the change of 2026-08-09 to LibreNMS (pull request 20226)
UPDATES_FAIL_SINCE = (26, 7)


class Writer:
    """Changes to one server, each sent once. Every method raises LibreNMSError."""

    def __init__(self, reader: Reader, limits: Limits) -> None:
        self._reader = reader
        self._limits = limits

    def add_location(self, name: str, latitude: float, longitude: float) -> None:
        """``POST /locations``: it refuses a coordinate of 0, and a name that it has."""
        body = {"location": name, "lat": latitude, "lng": longitude, "fixed_coordinates": True}
        self._reader.wire.tell("POST", "/locations", body, what=_("add a location"), limits=self._limits)

    def change_location(self, location_id: int, latitude: float, longitude: float) -> None:
        """``PATCH /locations/:id``: new coordinates."""
        body = {"lat": latitude, "lng": longitude}
        path = f"/locations/{int(location_id)}"
        self._reader.wire.tell("PATCH", path, body, what=_("change a location"), limits=self._limits)

    def add_device(self, device: NewDevice, profile: Profile | None) -> None:
        """``POST /devices``; see ``new_devices``."""
        add_device(self._reader.wire, device, profile, self._limits)

    def begin_maintenance(self, device_id: int, window: Window) -> None:
        """``POST /devices/:id/maintenance``; see ``maintenance``."""
        begin_maintenance(self._reader.wire, device_id, window, self._limits)

    def is_under_maintenance(self, device_id: int) -> bool:
        """``GET /devices/:id/maintenance``, by which that is read back."""
        return is_under_maintenance(self._reader.wire, device_id, self._limits)

    def place_device(self, device_id: int, location: str) -> None:
        """``PATCH /devices/:id``: the device is at this location, whatever it says itself. With a single field instead
        of a list LibreNMS answers well and changes nothing."""
        body = {"field": ["location", "override_sysLocation"], "data": [location, 1]}
        path = f"/devices/{int(device_id)}"
        self._reader.wire.tell("PATCH", path, body, what=_("change the location of a device"), limits=self._limits)

    def change_device(self, device_id: int, values: Mapping[str, Any]) -> None:
        """``PATCH /devices/:id``: column → value, always as lists. LibreNMS answers well to columns that it does not
        change, and cuts off what is too long."""
        body = {"field": list(values), "data": list(values.values())}
        path = f"/devices/{int(device_id)}"
        self._reader.wire.tell("PATCH", path, body, what=_("change a device"), limits=self._limits)

    def set_parents(self, device_id: int, parents: Iterable[int]) -> None:
        """``POST /devices/:id/parents``: it depends on these devices, and on no others."""
        body = {"parent_ids": ",".join(str(int(one)) for one in parents)}
        path = f"/devices/{int(device_id)}/parents"
        self._reader.wire.tell("POST", path, body, what=_("set the parents of a device"), limits=self._limits)


def updates_of(version: str, tried: bool | None) -> LocationUpdates:
    """What is known of a server by its version, and by what came of the last try with it (None: there was none)."""
    fails = since(version, UPDATES_FAIL_SINCE) is True
    return LocationUpdates(
        version=version,
        known_to_fail=fails,
        refused=not fails and tried is False,
        worked=not fails and tried is True,
    )


def is_refusal(error: LibreNMSError) -> bool:
    """Whether an error says that the server cannot do it at all, and not only this time."""
    return isinstance(error, WriteFailed) and error.status >= 500
