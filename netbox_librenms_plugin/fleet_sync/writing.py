"""Some objects synced together: what became of each, with those who were quicker waited for."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from ..choices import RunOutcomeChoices
from ..engine import Applied, NotIdentifiedError, Options, Selection, apply_together
from ..librenms.errors import DeviceNotFound, LibreNMSError
from ..librenms.sources import Source
from ..models import SyncRun
from ..runs.phases import MOST_ISSUES, Result
from ..sync.core.deviations import as_json
from ..sync.core.gaps import KeptGap, kept_gap
from ..sync.core.issues import Code, Issue, issue

# Seconds to wait for those who are writing the same thing, again and again
WAIT_FOR_OTHERS = (0.1, 0.4, 1.0, 2.0, 4.0)
# The same where the others write for several objects before they let go
WAIT_FOR_MANY = (*WAIT_FOR_OTHERS, 8.0, 15.0)
# The name under which an item counts the rows that somebody has to decide about
LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What became of one object: resource → rows written, rows that are left for somebody to decide, what was refused
    and what was not looked at, as items of runs keep them; or why nothing was done: it was in ``doubt`` who it is, or
    an ``error``."""

    counts: Mapping[str, int] = field(default_factory=dict)
    left: int = 0
    issues: Sequence[Mapping[str, Any]] = ()
    gaps: Sequence[Mapping[str, Any]] = ()
    doubt: Issue | None = None
    error: Exception | None = None

    @property
    def written(self) -> int:
        """How many rows are in NetBox now as planned."""
        return sum(self.counts.values())


def sync_together(
    objects: Sequence[Any],
    selections: Mapping[str, Selection],
    *,
    request: Any,
    source: Source,
    run: int,
    pauses: Iterable[float] = WAIT_FOR_OTHERS,
) -> list[Synced]:
    """Write what is selected of some objects, in one transaction and in their order.

    Where somebody else is quicker, the other end of a cable say, it is looked at again until he is done: then it is
    there. ``run``: id of the run that it is a part of. ``pauses``: seconds to wait, each before another look.
    """

    def applied(some: Sequence[Any]) -> list[Synced]:
        done = apply_together(
            some, user=request.user, request=request, selections=selections, source=source, options=Options(run=run)
        )
        return [_synced(one) for one in done]

    synced = applied(objects)
    # What is not as it was shown will not become so again
    waits = all(one.expected is None for one in selections.values())
    for pause in pauses if waits else ():
        again = [number for number, one in enumerate(synced) if _is_stale(one)]
        if not again:
            break
        time.sleep(pause)
        for number, more in zip(again, applied([objects[number] for number in again]), strict=True):
            counts = Counter(synced[number].counts) + Counter(more.counts)
            synced[number] = replace(more, counts=dict(counts))
    return synced


def _is_stale(synced: Synced) -> bool:
    return any(one["code"] == Code.STALE for one in synced.issues)


def _synced(applied: Applied) -> Synced:
    run = applied.run
    if run is None:
        return Synced(error=applied.error)
    written = {name: sum(one.ok for one in some) for name, some in run.results.items()}
    refused = [
        issue_json(one.issue, resource=name, name=one.name)
        for name, some in run.results.items()
        for one in some
        if one.issue is not None
    ]
    return Synced(
        counts={name: number for name, number in written.items() if number},
        left=sum(run.left.values()),
        issues=refused[:MOST_ISSUES],
        gaps=gaps_json({name: [kept_gap(one) for one in gaps] for name, gaps in run.gaps.items()}),
        doubt=run.doubt,
    )


def issue_json(reason: Issue, *, resource: str = "", name: str = "") -> dict[str, Any]:
    """The form in which items keep a reason."""
    details = {key: as_json(value) for key, value in reason.details.items()}
    return {"code": reason.code.value, "details": details, "resource": resource, "name": name}


def gaps_json(gaps: Mapping[str, Sequence[KeptGap]]) -> list[dict[str, Any]]:
    """The form in which items keep what was not looked at."""
    return [{"resource": name, **one} for name, some in gaps.items() for one in some]


def left_out_reason(error: Exception, name: str) -> Issue | None:
    """Why an object is none of LibreNMS's, or can be several of its devices; None for any other error."""
    if isinstance(error, DeviceNotFound):
        return issue(Code.NOT_IN_LIBRENMS)
    if not isinstance(error, NotIdentifiedError):
        return None
    candidates = getattr(error.identification, "candidates", ())
    if not candidates:
        return issue(Code.NOT_IN_LIBRENMS)
    found = tuple({"id": one.librenms_id, "name": one.name} for one in candidates)
    return issue(Code.SEVERAL_DEVICES, name=name, candidates=found)


def failure_reason(error: Exception) -> Issue | None:
    """Why nothing could be done for an object; None for an error that nobody foresaw."""
    if isinstance(error, LibreNMSError):
        return issue(Code.LIBRENMS_FAILED, reason=error.message)
    return issue(Code.OBJECT_GONE) if isinstance(error, ObjectDoesNotExist) else None


def result_of(synced: Synced, name: str, earlier: Mapping[str, int]) -> Result:
    """What is written down of an object. ``earlier``: what a try before wrote of it whose end could not be written
    down."""
    if synced.error is not None:
        return _result_of_error(synced.error, name)
    counts = dict(Counter(synced.counts) + Counter(earlier))
    if synced.doubt is not None and not counts:
        return Result(outcome=RunOutcomeChoices.LEFT_OUT, issues=[issue_json(synced.doubt)], gaps=synced.gaps)
    outcome = RunOutcomeChoices.SYNCED if counts else RunOutcomeChoices.AGREES
    if synced.issues and not counts:
        outcome = RunOutcomeChoices.FAILED
    if synced.left:
        counts[LEFT] = synced.left
    return Result(outcome=outcome, counts=counts, issues=synced.issues, gaps=synced.gaps)


def _result_of_error(error: Exception, name: str) -> Result:
    if (reason := left_out_reason(error, name)) is not None:
        return Result(outcome=RunOutcomeChoices.LEFT_OUT, issues=[issue_json(reason)])
    if (reason := failure_reason(error)) is None:
        raise error
    return Result(outcome=RunOutcomeChoices.FAILED, issues=[issue_json(reason)])


def written_before(run: int, items: Sequence[Any]) -> dict[tuple[int, int], dict[str, int]]:
    """(id of the object type, id) → resource → rows that a try before has written of what these items are about, in the
    same run: its worker was killed, or the connection broke off, before the item was written down. One query."""
    ids = {one.object_id for one in items}
    found: dict[tuple[int, int], Counter[str]] = {}
    for kept in SyncRun.objects.filter(run=run, object_id__in=ids).only("object_type", "object_id", "results"):
        counts = found.setdefault((kept.object_type_id, kept.object_id), Counter())
        for one in kept.results:
            counts[one["resource"]] += sum(one["applied"].values())
    return {key: dict(+counts) for key, counts in found.items()}
