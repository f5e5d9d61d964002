"""What a sync wrote is resolved at once, and what NetBox refused is known as that; the next comparison looks again."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from ..branching import active_branch
from ..choices import DeviationStateChoices
from ..engine.record import AppliedPlans
from ..models import ComparedObject, Deviation
from ..orm.frame.results import RowResult
from ..sync.core.deviations import as_json
from ..sync.core.issues import Code
from .counting import count_objects

STATE = DeviationStateChoices
# Reasons that say nothing about the difference itself
PASSING = frozenset({Code.STALE, Code.UNKNOWN_KEY, Code.NOT_SYNCABLE, Code.BUSY})


def note_applied(runs: Sequence[AppliedPlans], **_kwargs: Any) -> None:
    """Bring the deviations of these objects in line with what was written: two queries, some more where there are any.

    Deviations are those of main: what is written to a branch is not there yet.
    """
    if active_branch():
        return
    by_object = {(one.server, one.instance._meta.model_name, one.instance.pk): one for one in runs}
    compared = {
        one.pk: by_object[key]
        for one in ComparedObject.objects.filter(object_id__in=[one.instance.pk for one in runs])
        if (key := (one.server, one.kind, one.object_id)) in by_object
    }
    if not compared:
        return
    results = {pk: _by_row(one) for pk, one in compared.items()}
    changed = []
    for row in (
        Deviation.objects.filter(compared__in=list(compared)).exclude(state=STATE.RESOLVED).select_related("compared")
    ):
        result = results[row.compared_id].get((row.resource, row.key))
        if result is not None and _noted(row, result):
            changed.append(row)
    if changed:
        columns = ("state", "resolved_at", "problem", "times", "last_seen")
        Deviation.objects.bulk_update(changed, columns, batch_size=1_000)
        count_objects({one.compared_id for one in changed})


def _by_row(applied: AppliedPlans) -> Mapping[tuple[str, str], RowResult]:
    return {(name, one.key): one for name, some in applied.results.items() for one in some}


def _noted(row: Deviation, result: RowResult) -> bool:
    if result.issue is None:
        if not row.writes or (row.field and row.field not in result.fields):
            return False
        row.times, row.last_seen = row.times_seen, row.seen_at
        row.state, row.resolved_at, row.problem = STATE.RESOLVED, timezone.now(), {}
        return True
    if not row.writes or result.issue.code in PASSING:
        return False
    details = {name: as_json(value) for name, value in result.issue.details.items()}
    row.state, row.problem = STATE.FAILED, {"code": result.issue.code.value, "details": details}
    return True
