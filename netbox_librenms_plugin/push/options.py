"""What is chosen for all objects that LibreNMS is told of."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class PushOptions:
    """``ping_only``: without SNMP, whatever the profiles say. ``forced``: without LibreNMS's own checks. ``add``: what
    LibreNMS does not have is added. ``link``: what it has already is linked. ``change``: what it has of linked devices
    is brought into step."""

    ping_only: bool = False
    forced: bool = False
    add: bool = True
    link: bool = False
    change: bool = False

    def as_json(self) -> dict[str, Any]:
        """To be kept with a run."""
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """As a run keeps them."""
        return cls(**{one.name: bool(kept.get(one.name, one.default)) for one in fields(cls)})
