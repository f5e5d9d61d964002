"""Which side wins, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

EMPTY: tuple[object, ...] = (None, "", ())


class Policy(StrEnum):
    """What happens to a field that differs."""

    LIBRENMS_WINS = "librenms_wins"
    FILL_IF_EMPTY = "fill_if_empty"
    REPORT_ONLY = "report_only"
    IGNORE = "ignore"

    def writes(self, *, found: object, wanted: object) -> bool:
        """Whether a value that differs is written: LibreNMS's emptiness only where LibreNMS wins."""
        if self is Policy.LIBRENMS_WINS:
            return True
        return self is Policy.FILL_IF_EMPTY and found in EMPTY and wanted not in EMPTY


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies that somebody set for one server: ``(resource, field)`` → policy. The rest has built-in defaults."""

    chosen: Mapping[tuple[str, str], Policy] = field(default_factory=dict)

    def of(self, resource: str, name: str, default: Policy) -> Policy:
        """The policy for one field."""
        return self.chosen.get((resource, name), default)
