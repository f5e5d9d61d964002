"""How much LibreNMS knows of devices that are to be imported: the most that the import can make of it.

Read from LibreNMS's lists for the whole server, so that the number of calls does not depend on the number of devices
(up to some fifty devices, the client asks each for its ports instead of the list of all).
"""

from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..librenms.records import Port
from ..librenms_api import LibreNMSAPI


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What is asked about: ``sites``: LibreNMS id of each device → id of the site where it is or will be. ``virtual``
    are those that are or become virtual machines, ``partners`` devices beside these that a cable can lead to."""

    api: LibreNMSAPI
    sites: Mapping[int, int | None]
    virtual: frozenset[int] = frozenset()
    partners: frozenset[int] = frozenset()

    @cached_property
    def ports(self) -> Mapping[int, Sequence[Port]]:
        """Device → its ports that are not deleted, of the devices whose ports LibreNMS gives. Raises
        ``LibreNMSError``."""
        found = self.api.fleet_ports(self.sites).ports_by_device
        return {pk: [one for one in some if one.deleted is not True] for pk, some in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """``things``: (what makes one of them the same on several devices, device). ``devices``: those that LibreNMS speaks
    of, where it may leave some out."""

    things: Sequence[tuple[Hashable, int]]
    devices: Collection[int] = ()

    @property
    def by_device(self) -> dict[int, int]:
        """Device → number, without devices that nothing is known about."""
        return dict.fromkeys(self.devices, 0) | Counter(device for _thing, device in self.things)
