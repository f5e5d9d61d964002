"""What became of a device that was imported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..sync.core.issues import Issue
from ..sync.core.plan import Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """Something that was not written: the reason, the resource (empty: the device itself) and the row's name."""

    issue: Issue
    resource: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of one device. ``outcome`` is one of ``RunOutcomeChoices``; ``counts``: what was written → how
    many (``devices``, ``chassis`` and the resources). ``gaps``: resource → what was not looked at."""

    librenms_id: int
    hostname: str
    outcome: str
    object: Any = None
    complaints: tuple[Complaint, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    gaps: Mapping[str, Sequence[Gap]] = field(default_factory=dict)
