"""What stays of a plan that nobody has accepted yet: one observation for each difference, and which are one thing."""

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .gaps import unsaid_fields
from .issues import Code, Issue
from .plan import Change, Missing, Outcome, Plan, Ref, Standing

type Identity = tuple[str, str, str]

# Text that is longer says nothing more to anybody who reads a list
LONGEST_TEXT = 500
MOST_VALUES = 100
# The details that rows have in common if their reason is one and the same: what is missing, or whose fault it is. A
# reason that is not here is one thing by its code alone.
SHARED_DETAILS: Mapping[Code, tuple[str, ...]] = {
    Code.DEVICE_TYPE_MISSING: ("text",),
    Code.DUPLICATE_VID: ("vid",),
    Code.LOCATION_MISSING: ("text", "place"),
    Code.MEMBER_TYPE_MISSING: ("text",),
    Code.NEIGHBOUR_IS_ANOTHER: ("name",),
    Code.PLATFORM_MISSING: ("text",),
    Code.RACK_MISSING: ("text", "place"),
    Code.REMOTE_DEVICE_MISSING: ("name",),
    Code.REMOTE_PORT_MISSING: ("device",),
    Code.SEVERAL_DEVICES: ("name",),
    Code.SEVERAL_MEANT: ("text",),
    Code.SITE_MISSING: ("text",),
    Code.TARGET_HIDDEN: ("text",),
    Code.TENANT_MISSING: ("text",),
    Code.VLAN_AMBIGUOUS: ("vid",),
    Code.VLAN_MISSING: ("vids",),
    Code.VLAN_NAME_TAKEN: ("name", "group"),
    Code.VRF_AMBIGUOUS: ("name",),
    Code.VRF_MISSING: ("name",),
}
_UNREAD = frozenset({Missing.ROWS, Missing.INVENTORY})


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseKey:
    """What makes deviations one and the same thing. ``value``: the wanted value, or what is missing, as plain JSON;
    None where each object has its own. ``details`` are those of the reason that all have in common."""

    resource: str
    field: str
    outcome: str
    reason: str = ""
    value: Any = None
    details: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The same for the same cause, whenever it is seen."""
        return digest_of(
            self.resource, self.field, self.outcome, self.reason, _folded(self.value), _folded(self.details)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One difference that was seen. ``field`` is empty for a row as a whole: one that is missing, only in NetBox,
    ambiguous or blocked. ``found`` and ``wanted`` are plain JSON; ``writes``: a sync would write it; ``counted``:
    somebody has something to do."""

    resource: str
    key: str
    name: str
    outcome: str
    cause: CauseKey
    field: str = ""
    netbox_id: int | None = None
    found: Any = None
    wanted: Any = None
    reason: str = ""
    details: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    writes: bool = False
    counted: bool = True

    @property
    def identity(self) -> Identity:
        """Which difference of its object it is."""
        return self.resource, self.key, self.field

    @property
    def decided_by(self) -> str:
        """What a decision is about: another digest is another difference."""
        return digest_of(self.outcome, self.reason, self.wanted, self.details)

    @property
    def digest(self) -> str:
        """Stands for everything that is kept of it."""
        return digest_of(
            *(self.outcome, self.reason, self.found, self.wanted, self.details, self.name, self.netbox_id),
            *(self.writes, self.counted, self.cause.digest),
        )


def observed(plan: Plan, *, own: Iterable[str] = (), alike: Iterable[str] = ()) -> list[Observation]:
    """The differences of a plan, each once; none of what was not looked at. ``own``: fields of which each object has a
    value of its own; ``alike``: fields by whose values rows that NetBox lacks are the same thing everywhere."""
    unsaid, mine, common = unsaid_fields(plan.gaps), frozenset(own), tuple(alike)
    found: dict[Identity, Observation] = {}
    for change in plan.changes:
        for one in _of(plan.resource, change, mine, common):
            if one.field not in unsaid:
                found.setdefault(one.identity, one)
    return list(found.values())


def _of(resource: str, change: Change, own: frozenset[str], alike: tuple[str, ...]) -> Iterator[Observation]:
    standing = change.standing
    if standing in (Standing.SAME, Standing.IDLE):
        return
    if change.outcome is Outcome.CHANGED:
        for difference in change.differences:
            reason = _reason_about(change.issues, difference.field)
            wanted = as_json(difference.wanted)
            yield _observation(
                resource,
                change,
                field=difference.field,
                found=as_json(difference.found),
                wanted=wanted,
                reason=reason,
                writes=difference.writes,
                value=None if difference.field in own else _common(wanted),
            )
        return
    is_missing = change.outcome is Outcome.MISSING
    wanted = {name: as_json(value) for name, value in change.writes.items()} if is_missing else None
    value = {name: _common(wanted[name]) for name in alike if name in wanted} if wanted else None
    yield _observation(
        resource,
        change,
        wanted=wanted,
        reason=None if is_missing or change.outcome is Outcome.EXTRA else next(iter(change.issues), None),
        writes=change.syncable,
        value=value or None,
    )


def _observation(
    resource: str,
    change: Change,
    *,
    wanted: Any,
    value: Any,
    writes: bool,
    reason: Issue | None,
    field: str = "",
    found: Any = None,
) -> Observation:
    code = reason.code if reason is not None else None
    details = {name: as_json(one) for name, one in reason.details.items()} if reason is not None else {}
    shared = {name: details[name] for name in SHARED_DETAILS.get(code, ()) if name in details} if code else {}
    about = field or (reason.field if reason is not None else "")
    outcome = change.outcome.value
    return Observation(
        resource=resource,
        key=change.key,
        name=change.name[:LONGEST_TEXT],
        field=field,
        outcome=outcome,
        netbox_id=change.netbox_id,
        found=found,
        wanted=wanted,
        reason=code.value if code else "",
        details=details,
        writes=writes,
        counted=change.needs_attention,
        cause=CauseKey(
            resource=resource,
            field=about,
            outcome=outcome,
            reason=code.value if code else "",
            value=value,
            details=shared,
        ),
    )


def answered(plan: Plan, key: str, field: str) -> bool:
    """Whether the plan says for certain that a difference which it does not show is gone: that part was fully read."""
    if not plan.gaps:
        return True
    change = plan.by_key.get(key)
    if change is None:
        return not _UNREAD & {one.missing for one in plan.gaps}
    return not field or (field not in unsaid_fields(plan.gaps) and field in change.wanted)


def as_json(value: Any) -> Any:
    """A value of a plan as plain JSON, bounded; a reference as its id and name."""
    if isinstance(value, Ref):
        # What will only be made has no id yet
        return {"id": value.id if value.id is not None and value.id > 0 else None, "name": value.name[:LONGEST_TEXT]}
    if isinstance(value, str):
        return value[:LONGEST_TEXT]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return {str(name): as_json(one) for name, one in list(value.items())[:MOST_VALUES]}
    if isinstance(value, (frozenset, set)):
        return sorted((as_json(one) for one in value), key=str)[:MOST_VALUES]
    if isinstance(value, Iterable):
        return [as_json(one) for one in list(value)[:MOST_VALUES]]
    return str(value)[:LONGEST_TEXT]


def digest_of(*parts: Any) -> str:
    """A short digest of plain JSON values."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:32]


def _reason_about(issues: Iterable[Issue], name: str) -> Issue | None:
    return next((one for one in issues if one.field == name), None)


def _common(value: Any) -> Any:
    """What values of several objects have in common: a reference is one thing by its name."""
    if isinstance(value, Mapping):
        return value.get("name")
    if isinstance(value, list):
        return [_common(one) for one in value]
    return value


def _folded(value: Any) -> Any:
    if isinstance(value, str):
        return " ".join(value.split()).casefold()
    if isinstance(value, Mapping):
        return {name: _folded(one) for name, one in sorted(value.items())}
    if isinstance(value, (list, tuple)):
        return sorted((_folded(one) for one in value), key=str)
    return value
