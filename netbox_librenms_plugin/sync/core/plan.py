"""What a comparison finds: changes with outcomes, as plain values that can be kept, shown, sent and applied."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from ...librenms.records import UNSET, Part
from .issues import Code, Issue
from .policy import Policy


class Outcome(StrEnum):
    """What is to be said about one object."""

    MISSING = "missing"
    CHANGED = "changed"
    CONFLICT = "conflict"
    BLOCKED = "blocked"
    EXTRA = "extra"
    SAME = "same"


class Standing(StrEnum):
    """How a row stands before a person: its outcome, with what is blocked told apart by whose turn it is.

    ``WAITING``: until another row of the same object is written; it can be written together with it. ``IDLE``: for good
    reason, so that there is nothing to do for anybody.
    """

    MISSING = Outcome.MISSING
    CHANGED = Outcome.CHANGED
    WAITING = "waiting"
    CONFLICT = Outcome.CONFLICT
    BLOCKED = Outcome.BLOCKED
    IDLE = "idle"
    EXTRA = Outcome.EXTRA
    SAME = Outcome.SAME


class Tone(StrEnum):
    """Whose turn it is: a sync will write it, a person decides, or nobody has anything to do."""

    WRITE = "write"
    DECIDE = "decide"
    QUIET = "quiet"


TONES: dict[Standing, Tone] = {
    Standing.MISSING: Tone.WRITE,
    Standing.CHANGED: Tone.WRITE,
    Standing.WAITING: Tone.WRITE,
    Standing.CONFLICT: Tone.DECIDE,
    Standing.BLOCKED: Tone.DECIDE,
    Standing.IDLE: Tone.QUIET,
    Standing.EXTRA: Tone.QUIET,
    Standing.SAME: Tone.QUIET,
}
SYNCABLE = frozenset({Outcome.MISSING, Outcome.CHANGED})
_WAITED_FOR = frozenset({Code.INTERFACE_ABSENT})
_NOBODYS_TASK = frozenset({Code.NEIGHBOUR_UNRECORDED, Code.WIRELESS})


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to a NetBox object, or (``id`` None) to the row ``key`` of the same plan that will create it."""

    id: int | None
    name: str
    key: str = ""

    @property
    def identity(self) -> int | str:
        """What is compared: the NetBox id, else the row that makes it."""
        return self.key if self.id is None else self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What NetBox holds: one object. ``owner`` is the device or VM it hangs on. ``facts`` are not compared; each
    resource has a type for its own, and reads them by that (``sync/<resource>/facts.py``)."""

    id: int
    name: str
    owner: Ref
    values: Mapping[str, Any]
    librenms_id: int | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What LibreNMS says, expressed as NetBox would hold it. A field that is absent or ``UNSET`` was not said."""

    key: str
    name: str
    owner: Ref
    librenms_id: int
    values: Mapping[str, Any]
    outcome: Outcome | None = None
    issues: tuple[Issue, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field that differs: both values, the policy that decided, and whether the wanted value is written."""

    field: str
    found: Any
    wanted: Any
    policy: Policy
    writes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One object: identity, outcome, differences, issues.

    ``found`` holds what NetBox has in every compared field and ``wanted`` every value LibreNMS gave. What is written is
    ``writes``: for a missing object all wanted values, else those of the differences that a policy lets through.
    """

    key: str
    name: str
    outcome: Outcome
    owner: Ref
    netbox_id: int | None = None
    librenms_id: int | None = None
    found: Mapping[str, Any] = field(default_factory=dict)
    wanted: Mapping[str, Any] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    issues: tuple[Issue, ...] = ()
    matched_by: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def syncable(self) -> bool:
        """Whether applying this row would write something."""
        return self.outcome in SYNCABLE and (self.outcome is Outcome.MISSING or bool(self.writes))

    @property
    def standing(self) -> Standing:
        """Whose turn it is. One reason that is nobody's task settles it; to wait, every reason must be waited for."""
        if self.outcome is not Outcome.BLOCKED:
            return Standing(self.outcome)
        codes = {one.code for one in self.issues}
        if codes & _NOBODYS_TASK:
            return Standing.IDLE
        return Standing.WAITING if codes and codes <= _WAITED_FOR else Standing.BLOCKED

    @property
    def needs_attention(self) -> bool:
        """Whether there is anything to write or to decide."""
        return TONES[self.standing] is not Tone.QUIET

    @property
    def writes(self) -> dict[str, Any]:
        """Field → value that applying writes. The value shown is the value written."""
        if self.outcome is Outcome.MISSING:
            return {name: value for name, value in self.wanted.items() if value is not UNSET}
        return {one.field: one.wanted for one in self.differences if one.writes}

    @property
    def fingerprint(self) -> str:
        """Short digest of everything that decides what is written; another digest means the row is stale."""
        parts = (
            self.key,
            self.outcome,
            self.netbox_id,
            self.owner.id,
            *((d.field, d.found, d.wanted) for d in self.differences),
        )
        wanted = sorted(self.writes.items()) if self.outcome is Outcome.MISSING else ()
        return hashlib.sha256(repr((parts, wanted)).encode()).hexdigest()[:16]

    def without(self, fields: Iterable[str]) -> "Change":
        """This change with some fields left out of what is written."""
        left_out = frozenset(fields)
        if not left_out:
            return self
        kept = tuple(replace(d, writes=d.writes and d.field not in left_out) for d in self.differences)
        wanted = {name: value for name, value in self.wanted.items() if name not in left_out}
        return replace(self, differences=kept, wanted=wanted)


type Row = Found | Wanted | Change


class Missing(StrEnum):
    """What is missing. The values of ``Part`` among them."""

    PORT_STACK = Part.PORT_STACK
    PORT_VLANS = Part.PORT_VLANS
    INVENTORY = Part.INVENTORY
    COLUMNS = "columns"
    ROWS = "rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """``names``: the columns that are missing, by their names on the wire; ``count``: the rows that are."""

    missing: Missing
    names: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True)
class Plan:
    """The changes of one resource of one object. Computing it writes nothing. ``gaps``: what was not looked at."""

    resource: str
    changes: tuple[Change, ...]
    gaps: tuple[Gap, ...] = ()

    @cached_property
    def counts(self) -> dict[Outcome, int]:
        """Outcome → number of rows, all outcomes present."""
        counted = Counter(change.outcome for change in self.changes)
        return {outcome: counted[outcome] for outcome in Outcome}

    @cached_property
    def by_key(self) -> dict[str, Change]:
        """Key → change."""
        return {change.key: change for change in self.changes}

    @property
    def attention(self) -> int:
        """How many rows there are to write or to decide."""
        return sum(number for standing, number in self.standings.items() if TONES[standing] is not Tone.QUIET)

    @cached_property
    def standings(self) -> dict[Standing, int]:
        """Standing → number of rows, all standings present."""
        counted = Counter(change.standing for change in self.changes)
        return {standing: counted[standing] for standing in Standing}

    @property
    def syncable(self) -> tuple[Change, ...]:
        """The rows that applying would write."""
        return tuple(change for change in self.changes if change.syncable)

    @cached_property
    def fingerprints(self) -> dict[str, str]:
        """Key → fingerprint of the rows that can be written."""
        return {change.key: change.fingerprint for change in self.syncable}
