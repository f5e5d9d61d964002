"""The rows of the status lists: whether LibreNMS has an object, whether NetBox knows it, and how LibreNMS finds it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ...librenms.records import Device
from ..core.device_identity import KnownIdentity
from ..core.device_state import DeviceState, device_state
from ..core.issues import Issue

# (model name, primary key) of an object in NetBox
Key = tuple[str, int]


class LinkState(StrEnum):
    """Whether an object is linked to a device of LibreNMS, or could be."""

    LINKED = "linked"
    FOUND = "found"
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The device that an object was found to be; ``linked`` where its own ID, or one of its chassis, says so.
    ``candidates`` are the several that it could be, as (LibreNMS id, name)."""

    librenms_id: int | None = None
    linked: bool = False
    candidates: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedObject:
    """An object of NetBox; ``members`` are those of its virtual chassis, itself among them."""

    key: Key
    known: KnownIdentity
    members: frozenset[Key]
    virtual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """Where one object stands. ``device`` is the one that it is linked to, or was found to be, as LibreNMS lists it;
    ``reason`` says why it is in doubt, or what keeps it from being linked."""

    key: Key
    link: LinkState
    librenms_id: int | None = None
    device: Device | None = None
    candidates: tuple[tuple[int, str], ...] = ()
    reason: Issue | None = None

    @property
    def pk(self) -> int:
        """The object's id in NetBox."""
        return self.key[1]

    @property
    def monitoring(self) -> DeviceState | None:
        """How LibreNMS finds its device; None where there is none, or LibreNMS does not say."""
        return None if self.device is None else device_state(self.device)


def others(keys: Iterable[Key], one: ListedObject) -> list[Key]:
    """Those of the keys that are another object: neither this one nor another member of its chassis."""
    return [key for key in keys if key not in one.members]
