"""What LibreNMS watches of a device, as fields that NetBox documents: the version of its system, and its state."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ...librenms.records import UNSET, Device, UnsetType
from ..core.device_state import device_state
from ..core.normalise import text


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedFields:
    """Which of them are compared. ``version_in``: where NetBox keeps the version (as in the settings), empty where it
    does not; ``statuses``: state → NetBox's status, without those that leave it alone; ``possible``: the statuses that
    the object can have."""

    version_in: str = ""
    statuses: Mapping[str, str] = field(default_factory=dict)
    possible: Collection[str] = ()


def wanted_version(device: Device) -> str | UnsetType:
    """The version of the operating system, unless LibreNMS does not say."""
    return text(device.version) or UNSET


def wanted_status(device: Device, held: str, watched: WatchedFields) -> str | UnsetType:
    """NetBox's status by the map; unset where the map says nothing, or something that the object cannot be.

    A status that the map never gives was set by a person, who meant something else by it, such as "planned".
    """
    status = watched.statuses.get(device_state(device) or "", "")
    return status if status in watched.possible and held in watched.statuses.values() else UNSET
