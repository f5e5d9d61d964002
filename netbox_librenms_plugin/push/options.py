"""What is chosen for all objects that LibreNMS is told of."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from ..fleet_sync.guards import Guards


@dataclass(frozen=True, slots=True, kw_only=True)
class PushOptions:
    """``ping_only``: without SNMP, whatever the profiles say. ``forced``: without LibreNMS's own checks. ``add``: what
    LibreNMS does not have is added. ``link``: what it has already is linked. ``change``: what it has of linked devices
    is brought into step. ``guards``: nobody saw the plan, so everything is planned first, and LibreNMS is told nothing
    where that is too much."""

    ping_only: bool = False
    forced: bool = False
    add: bool = True
    link: bool = False
    change: bool = False
    guards: Guards | None = None

    def as_json(self) -> dict[str, Any]:
        """To be kept with a run."""
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """As a run keeps them."""
        defaults = {"ping_only": False, "forced": False, "add": True, "link": False, "change": False}
        chosen = {name: bool(kept.get(name, default)) for name, default in defaults.items()}
        return cls(**chosen, guards=Guards.of(kept["guards"]) if kept.get("guards") else None)
