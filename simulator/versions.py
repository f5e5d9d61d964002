"""What the LibreNMS releases that can be simulated do differently."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class SingleLocation(Enum):
    """The forms that a single device's location takes."""

    OBJECT = "object"
    ABSENT = "absent"
    STRING = "string"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One release: its name, what `/system` says, and its differences.

    `role_needed`: a user without a role is refused (newer), or gets empty lists (older). `odd_status_fails`: a port
    in a state that the release does not know makes every list with that column fail.
    """

    name: str
    local_ver: str
    db_schema: str
    port_vlans: bool
    single_location: SingleLocation
    vm_detail_fails: bool
    role_needed: bool
    vlans_global_only: bool
    locations_global_only: bool
    location_patch_fails: bool
    odd_status_fails: bool


VERSIONS = {
    "26.7": Version(
        name="26.7",
        local_ver="26.7.0",
        db_schema="2026_07_30_162514_add_device_refresh_config_permission (397)",
        port_vlans=True,
        single_location=SingleLocation.OBJECT,
        vm_detail_fails=True,
        role_needed=True,
        vlans_global_only=True,
        locations_global_only=False,
        location_patch_fails=True,
        odd_status_fails=False,
    ),
    "26.4": Version(
        name="26.4",
        local_ver="26.4.1",
        db_schema="2026_04_20_120000_simulated (380)",
        port_vlans=False,
        single_location=SingleLocation.ABSENT,
        vm_detail_fails=False,
        role_needed=False,
        vlans_global_only=False,
        locations_global_only=True,
        location_patch_fails=True,
        odd_status_fails=True,
    ),
    "25": Version(
        name="25",
        local_ver="25.12.0",
        db_schema="2025_11_30_120000_simulated (350)",
        port_vlans=False,
        single_location=SingleLocation.STRING,
        vm_detail_fails=False,
        role_needed=False,
        vlans_global_only=False,
        locations_global_only=True,
        location_patch_fails=False,
        odd_status_fails=False,
    ),
}


def version_of(name: str) -> Version:
    """The release of this name; a ValueError names the known ones."""
    try:
        return VERSIONS[name]
    except KeyError:
        raise ValueError(f"Unknown version {name!r}: choose one of {', '.join(VERSIONS)}") from None
