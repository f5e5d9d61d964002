"""What a sync that nobody watches may do at most."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """``fewer_percent``: LibreNMS's lists may be that much shorter than the last time. ``most_changes``: rows that the
    whole run may write, ``most_each``: those of one object."""

    fewer_percent: int
    most_changes: int
    most_each: int

    def as_json(self) -> dict[str, Any]:
        """To be kept with a run."""
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """As a run keeps them."""
        return cls(**kept)
