"""What an import of a device is asked for, and what became of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from ..resources import RESOURCES
from ..sync.core.issues import Issue

# What is imported beside the device, in the engine's order
RESOURCES_OF_IMPORT = ("vlans", "interfaces", "ip_addresses")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What is imported beside the devices. ``existing``: devices that NetBox has already are synced too."""

    chassis: bool = True
    interfaces: bool = True
    vlans: bool = True
    ip_addresses: bool = True
    cables: bool = True
    existing: bool = False

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """From its JSON form; what is left out is as usual."""
        return cls(**{one.name: data[one.name] for one in fields(cls) if isinstance(data.get(one.name), bool)})

    def as_json(self) -> dict[str, bool]:
        """The form that ``of`` reads."""
        return asdict(self)

    def resources(self, *, virtual: bool) -> list[str]:
        """What is compared and written right after a device was made; cables need both ends, so they come later."""
        return [name for name in RESOURCES_OF_IMPORT if getattr(self, name) and RESOURCES[name].serves(virtual=virtual)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """Something that was not written: the reason, the resource (empty: the device itself) and the row's name."""

    issue: Issue
    resource: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of one device. ``outcome`` is one of ``ImportOutcomeChoices``; ``counts``: what was written → how
    many (``devices``, ``chassis`` and the resources)."""

    librenms_id: int
    hostname: str
    outcome: str
    object: Any = None
    complaints: tuple[Complaint, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
