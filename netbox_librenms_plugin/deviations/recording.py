"""Comparisons into the database: what is there already is brought in line, object by object, a batch at a time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from ..models import Cause, ComparedObject, Deviation
from ..sync.core.deviations import CauseKey, Identity, Observation
from .merging import Merged, Moment, merge
from .seen import Seen

# What a comparison can change of a row
COLUMNS = (
    "cause",
    "name",
    "netbox_id",
    "outcome",
    "reason",
    "details",
    "found",
    "wanted",
    "writes",
    "counted",
    "digest",
    "decided_by",
    "state",
    "last_seen",
    "counted_from",
    "times",
    "reopened",
    "resolved_at",
    "problem",
    "run",
)
COMPARED_COLUMNS = (
    "librenms_id",
    "name",
    "site_id",
    "role_id",
    "platform_id",
    "tenant_id",
    "checked_at",
    "checks",
    "counts",
    "open",
    "accepted",
    "extra",
    "problem",
)
ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One object as a comparison saw it; ``values`` are columns of its record. ``whole``: the object itself was
    compared, and not only its place in the network."""

    kind: str
    object_id: int
    seen: Seen
    values: Mapping[str, Any] = field(default_factory=dict)
    whole: bool = True

    @property
    def key(self) -> tuple[str, int]:
        """Which object of a server it is."""
        return self.kind, self.object_id


@dataclass(slots=True)
class Recorded:
    """What came of recording: objects, rows written, and what was opened and cleared. ``touched``: objects of which
    anything became known, by their record's id, with how many differences were opened and cleared."""

    objects: int = 0
    rows: int = 0
    opened: int = 0
    cleared: int = 0
    touched: dict[int, tuple[int, int]] = field(default_factory=dict)


def sight_of(instance: Any, librenms_id: int | None, seen: Seen) -> Sight:
    """An object of NetBox as it was seen."""
    return Sight(
        kind=instance._meta.model_name,
        object_id=instance.pk,
        seen=seen,
        values={
            "name": str(instance)[:200],
            "librenms_id": librenms_id,
            **{name: getattr(instance, name, None) for name in ("site_id", "role_id", "platform_id", "tenant_id")},
        },
    )


def record(server: str, sights: Sequence[Sight], moment: Moment) -> Recorded:
    """Store what was seen of some objects: ten queries or so for any number of them. Others who record the same objects
    wait. A sight twice changes nothing the second time but the number of comparisons."""
    try:
        return _recorded(server, sights, moment)
    except IntegrityError:
        # The end of another comparison has just dropped a cause that nothing had any more
        return _recorded(server, sights, moment)


def _recorded(server: str, sights: Sequence[Sight], moment: Moment) -> Recorded:
    with transaction.atomic():
        compared = _locked(server, sights)
        held = _held(compared.values())
        recorded, merges = Recorded(objects=len(sights)), []
        for sight in sights:
            one = compared[sight.key]
            merged = merge(one, held[one.pk], sight.seen, moment)
            _put(one, sight, moment)
            merges.append(merged)
            recorded.opened += merged.opened
            recorded.cleared += merged.cleared
            if merged.opened or merged.cleared:
                recorded.touched[one.pk] = (merged.opened, merged.cleared)
        recorded.rows = _store(server, merges)
        _overwrite(ComparedObject, compared.values(), COMPARED_COLUMNS)
    return recorded


def _overwrite(model: Any, rows: Iterable[Any], columns: Sequence[str]) -> None:
    """Store these columns of rows that are there, and locked: an insert that meets them is several times as fast as an
    update that tells them apart by cases."""
    model.objects.bulk_create(
        list(rows), batch_size=ROWS_AT_ONCE, update_conflicts=True, unique_fields=["id"], update_fields=columns
    )


def _put(compared: ComparedObject, sight: Sight, moment: Moment) -> None:
    for name, value in sight.values.items():
        setattr(compared, name, value)
    if sight.whole:
        compared.checked_at, compared.problem = moment.at, dict(sight.seen.problem)


def _locked(server: str, sights: Sequence[Sight]) -> dict[tuple[str, int], ComparedObject]:
    """The records of these objects, made where there are none, locked in one order for everybody."""
    ids: defaultdict[str, list[int]] = defaultdict(list)
    for one in sights:
        ids[one.kind].append(one.object_id)
    found: dict[tuple[str, int], ComparedObject] = {}
    for kind in sorted(ids):
        rows = ComparedObject.objects.filter(server=server, kind=kind, object_id__in=ids[kind])
        known = set(rows.values_list("object_id", flat=True))
        if missing := [one for one in sights if one.kind == kind and one.object_id not in known]:
            ComparedObject.objects.bulk_create(
                [
                    ComparedObject(server=server, kind=kind, object_id=one.object_id, name=one.values.get("name", ""))
                    for one in missing
                ],
                ignore_conflicts=True,
            )
        locked = rows.select_for_update().order_by("pk")
        found |= {(kind, one.object_id): one for one in locked}
    return found


def _held(compared: Iterable[ComparedObject]) -> defaultdict[int, dict[Identity, Deviation]]:
    held: defaultdict[int, dict[Identity, Deviation]] = defaultdict(dict)
    for row in Deviation.objects.filter(compared__in=[one.pk for one in compared]).order_by():
        held[row.compared_id][row.resource, row.key, row.field] = row
    return held


def _store(server: str, merges: Iterable[Merged]) -> int:
    merges = list(merges)
    causes = causes_of(server, [one for merged in merges for one in merged.causes.values()])
    new = [row for merged in merges for row in merged.new]
    changed = [row for merged in merges for row in merged.changed]
    dropped = [row.pk for merged in merges for row in merged.dropped]
    seen = {key: one for merged in merges for key, one in merged.causes.items()}
    for row in (*new, *changed):
        if (observation := seen.get(id(row))) is not None:
            row.cause_id = causes[observation.cause.digest]
    Deviation.objects.bulk_create(new, batch_size=ROWS_AT_ONCE)
    _overwrite(Deviation, changed, COLUMNS)
    if dropped:
        Deviation.objects.filter(pk__in=dropped).delete()
    return len(new) + len(changed) + len(dropped)


def causes_of(server: str, observations: Iterable[Observation]) -> dict[str, int]:
    """Digest → id of the cause, made where there is none: two queries, three where one is new."""
    wanted: dict[str, tuple[CauseKey, bool]] = {one.cause.digest: (one.cause, one.counted) for one in observations}
    if not wanted:
        return {}
    rows = Cause.objects.filter(server=server, digest__in=list(wanted))
    known = dict(rows.values_list("digest", "pk"))
    missing = [digest for digest in sorted(wanted) if digest not in known]
    if not missing:
        return known
    Cause.objects.bulk_create(
        [_cause(server, digest, *wanted[digest]) for digest in missing], ignore_conflicts=True, batch_size=ROWS_AT_ONCE
    )
    return dict(rows.values_list("digest", "pk"))


def _cause(server: str, digest: str, key: CauseKey, counted: bool) -> Cause:
    return Cause(
        server=server,
        digest=digest,
        resource=key.resource,
        field=key.field,
        outcome=key.outcome,
        reason=key.reason,
        value=key.value,
        details=dict(key.details),
        counted=counted,
    )
