"""How a job stands, for the page that polls it: RQ's truth beside NetBox's, in one answer. Nothing is written here."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from core.choices import JobStatusChoices
from core.models import Job
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from ..choices import RunOutcomeChoices, RunStateChoices
from ..models import Run
from ..words.sentences import kept_sentence
from .control import abandoned_words, work_left
from .kinds import RunKind, kind_of
from .progress import asked_to_end
from .queue import Life, Seen, look, nobody_takes

MOST_FAILURES = 10
# Seconds after which a pace means something
WARM_UP = 3.0


class Situation(StrEnum):
    """What RQ's and NetBox's states of a job mean together."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    ABANDONED = "abandoned"


GOING_ON = (Situation.QUEUED, Situation.RUNNING, Situation.CANCELLING)
# What a job's end means for its run, where NetBox does not know of it yet
_STATES = {
    Situation.QUEUED: RunStateChoices.PENDING,
    Situation.RUNNING: RunStateChoices.RUNNING,
    Situation.CANCELLING: RunStateChoices.RUNNING,
    Situation.COMPLETED: RunStateChoices.COMPLETED,
    Situation.CANCELLED: RunStateChoices.CANCELLED,
    Situation.FAILED: RunStateChoices.FAILED,
    Situation.ABANDONED: RunStateChoices.ABANDONED,
}
_LIVES = {
    Life.WAITING: Situation.QUEUED,
    Life.RUNNING: Situation.RUNNING,
    Life.STOPPED: Situation.CANCELLED,
    Life.FINISHED: Situation.FAILED,
    Life.FAILED: Situation.ABANDONED,
    Life.SILENT: Situation.ABANDONED,
    Life.LOST: Situation.ABANDONED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """What is done of a job's items; ``lately``: by this job, as a run can have had several. ``by_phase``: the last
    phase that items came through → how many."""

    done: int = 0
    total: int = 0
    counts: Mapping[str, int]
    by_phase: Mapping[str, int] = field(default_factory=dict)
    lately: int = 0


def status_document(job: Job) -> dict[str, Any]:
    """The answer as plain JSON values: some five queries, for any number of items."""
    seen = look(job)
    run = Run.objects.filter(pk=(job.data or {}).get("run")).first()
    situation = _situation(job, seen, cancelling=asked_to_end(job.job_id))
    kind = kind_of((job.data or {})["librenms"])
    work = _work_of_run(run, job, kind) if run else _Counted(counts={})
    no_worker = situation is Situation.QUEUED and nobody_takes(job)
    rate = _rate(job, work) if situation is Situation.RUNNING else None
    state = _state(job, run, situation)
    return {
        "job": job.pk,
        "job_id": str(job.job_id),
        "rq_status": seen.status,
        "status": job.status,
        "state": state,
        "text": _text(job, seen, situation, no_worker=no_worker, end=kind.end_words(work.counts, state)),
        "finished": situation not in GOING_ON,
        "cancelling": situation is Situation.CANCELLING,
        "can_cancel": situation in (Situation.QUEUED, Situation.RUNNING),
        "can_continue": _can_continue(run, job, state),
        "done": work.done,
        "total": work.total,
        "counts": dict(work.counts),
        **kind.figures(work.by_phase),
        "rate": round(rate, 1) if rate else None,
        "seconds_left": round(60 * (work.total - work.done) / rate) if rate else None,
        "failures": _failures(run, work) if run else [],
        "url": run.get_absolute_url() if run else None,
        "no_worker": no_worker,
    }


def state_by_queue(run: Run) -> str:
    """The state of a run by RQ's truth, which the database may not know of yet. While Redis is away, what the
    database says."""
    if run.ended_already or run.job is None:
        return str(run.state)
    with suppress(RedisError):
        return _state(run.job, run, _situation(run.job, look(run.job), cancelling=False))
    return str(run.state)


def _situation(job: Job, seen: Seen, *, cancelling: bool) -> Situation:
    """NetBox is right about jobs that ended by themselves, RQ about all others."""
    if job.status == JobStatusChoices.STATUS_COMPLETED:
        return Situation.COMPLETED
    if job.status not in JobStatusChoices.ENQUEUED_STATE_CHOICES:
        said = str((job.data or {}).get("state"))
        ends = {RunStateChoices.CANCELLED: Situation.CANCELLED, RunStateChoices.ABANDONED: Situation.ABANDONED}
        return ends.get(said, Situation.FAILED)
    situation = _LIVES[seen.life]
    return Situation.CANCELLING if cancelling and situation in GOING_ON else situation


def _state(job: Job, run: Run | None, situation: Situation) -> str:
    """The state of the run, as it will be written where the job has ended without a word."""
    if run is None or run.job_id != job.pk or (run.state in RunStateChoices.OPEN and situation not in GOING_ON):
        return _STATES[situation]
    return str(run.state)


def _text(job: Job, seen: Seen, situation: Situation, *, no_worker: bool, end: str) -> str:
    if situation is Situation.FAILED:
        reason = job.error or _("see NetBox's log of background jobs")
        return _("Failed: {reason}").format(reason=reason)
    if situation is Situation.ABANDONED:
        return str(job.error or abandoned_words(seen.life))
    if no_worker:
        return _("Job queued… No background worker is running: start one (netbox rqworker), or ask an administrator.")
    texts = {
        Situation.QUEUED: _("Job queued…"),
        Situation.RUNNING: _("Processing…"),
        Situation.CANCELLING: _("Cancelling…"),
        Situation.COMPLETED: end,
        Situation.CANCELLED: _("Cancelled."),
    }
    return texts[situation]


def _can_continue(run: Run | None, job: Job, state: str) -> bool:
    ended = run is not None and run.job_id == job.pk and state not in RunStateChoices.OPEN
    return run is not None and ended and work_left(run, state=state)


def _work_of_run(run: Run, job: Job, kind: RunKind) -> _Counted:
    lately = Q(ended__gte=job.started) if job.started else Q(pk=None)
    items = run.items.order_by().values_list("outcome", "phase")
    counts: Counter[str] = Counter(dict.fromkeys(kind.outcomes, 0))
    by_phase: Counter[str] = Counter()
    recent = 0
    for outcome, phase, number, ended in items.annotate(number=Count("pk"), lately=Count("pk", filter=lately)):
        counts[outcome] += number
        by_phase[phase] += number
        recent += ended
    total = sum(counts.values())
    done = total - counts[RunOutcomeChoices.PENDING]
    return _Counted(done=done, total=total, counts={**counts, **kind.tally(run)}, by_phase=by_phase, lately=recent)


def _rate(job: Job, work: _Counted) -> float | None:
    """Items per minute; None while there is none that means something."""
    seconds = (timezone.now() - job.started).total_seconds() if job.started else 0
    left = work.total - work.done
    return 60 * work.lately / seconds if seconds >= WARM_UP and work.lately and left else None


def _failures(run: Run, work: _Counted) -> list[dict[str, Any]]:
    """The last items that failed, the newest first."""
    if not work.counts.get(RunOutcomeChoices.FAILED):
        return []
    failed = run.items.filter(outcome=RunOutcomeChoices.FAILED).order_by("-ended", "-pk")[:MOST_FAILURES]
    return [
        {
            "librenms_id": item.librenms_id,
            "hostname": item.name,
            "message": " ".join(kept_sentence(one["code"], one["details"]) for one in item.issues),
        }
        for item in failed
    ]
