"""What is chosen for all objects that are added."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from ..fleet_sync.guards import Guards


@dataclass(frozen=True, slots=True, kw_only=True)
class PushOptions:
    """``ping_only``: without SNMP, whatever the profiles say. ``forced``: without LibreNMS's own checks. ``link``: what
    LibreNMS has already is linked. ``guards``: nobody saw the plan, so everything is planned first, and LibreNMS is
    told nothing where that is too much."""

    ping_only: bool = False
    forced: bool = False
    link: bool = False
    guards: Guards | None = None

    def as_json(self) -> dict[str, Any]:
        """To be kept with a run."""
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """As a run keeps them."""
        chosen = {name: bool(kept.get(name)) for name in ("ping_only", "forced", "link")}
        return cls(**chosen, guards=Guards.of(kept["guards"]) if kept.get("guards") else None)
