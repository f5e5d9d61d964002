"""What RQ says of a job. Whether a job still runs is known here alone: NetBox's row of it can be years behind."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

import django_rq
from core.choices import JobStatusChoices
from core.models import Job
from django.utils import timezone
from netbox.constants import RQ_QUEUE_DEFAULT
from redis.exceptions import RedisError, ResponseError
from rq import Worker
from rq.command import send_stop_job_command
from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.job import Job as RQJob
from rq.job import JobStatus
from utilities.rqworker import get_queue_for_model, get_workers_for_queue

# A worker gives a sign every 30 seconds while it has a job
SILENCE = timedelta(seconds=90)
# A row is written before its job is in the queue
GRACE = timedelta(seconds=30)
# In this time a worker has taken a job that waits, or has registered anew, if there is one
AT_ONCE = timedelta(seconds=60)
# A worker has one job at a time; there are not many workers
MOST_STARTED = 20
MISSING = "missing"


class Life(StrEnum):
    """What RQ's status of a job comes down to."""

    WAITING = "waiting"
    RUNNING = "running"
    # Started, but its worker has given no sign for long
    SILENT = "silent"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    LOST = "lost"


# A job that needs nobody's help
WELL = (Life.WAITING, Life.RUNNING)
_LIVES = {
    JobStatus.CREATED: Life.WAITING,
    JobStatus.QUEUED: Life.WAITING,
    JobStatus.DEFERRED: Life.WAITING,
    JobStatus.SCHEDULED: Life.WAITING,
    JobStatus.STARTED: Life.RUNNING,
    JobStatus.FINISHED: Life.FINISHED,
    JobStatus.STOPPED: Life.STOPPED,
    JobStatus.CANCELED: Life.STOPPED,
    JobStatus.FAILED: Life.FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A job as RQ knows it: its status in RQ's words (or ``missing``), and what that means."""

    status: str
    life: Life


def queue_name_of(job: Job) -> str:
    """The queue of a job; NetBox 4.5 does not write it down."""
    return getattr(job, "queue_name", "") or RQ_QUEUE_DEFAULT


def fetch(job_id: Any, queue_name: str) -> RQJob | None:
    """RQ's own job, None where it has none of this id (any more)."""
    queue = django_rq.get_queue(queue_name)
    try:
        return RQJob.fetch(str(job_id), connection=queue.connection, serializer=queue.serializer)
    except NoSuchJobError:
        return None


def look(job: Job) -> Seen:
    """How a job stands in RQ."""
    seen = seen_by_id(job.job_id, queue_name_of(job))
    fresh = job.status == JobStatusChoices.STATUS_PENDING and timezone.now() - job.created < GRACE
    return Seen(status=JobStatus.QUEUED.value, life=Life.WAITING) if seen.life is Life.LOST and fresh else seen


def seen_by_id(job_id: Any, queue_name: str) -> Seen:
    """How the job with this UUID stands in RQ."""
    found = fetch(job_id, queue_name)
    status = found.get_status(refresh=False) if found is not None else None
    if found is None or status is None:
        return Seen(status=MISSING, life=Life.LOST)
    life = _LIVES.get(JobStatus(status), Life.LOST)
    if life is Life.RUNNING and not _gave_a_sign(found):
        life = Life.SILENT
    named = JobStatus.QUEUED if status == JobStatus.CREATED else status
    return Seen(status=JobStatus(named).value, life=life)


def is_running(job_id: uuid.UUID | str, queue_name: str) -> bool:
    """Whether a living worker is at this job right now."""
    return seen_by_id(job_id, queue_name).life is Life.RUNNING


def cancel_waiting(job: Job) -> None:
    """Take a job out of its queue. NetBox's own ``stop`` does nothing to a job that has not started."""
    found = fetch(job.job_id, queue_name_of(job))
    if found is not None:
        try:
            found.cancel()
        except InvalidJobOperation:
            return


def stop_running(job: Job) -> None:
    """Have the worker of a running job kill it: what it is at is rolled back. Nothing happens to one that ended."""
    queue = django_rq.get_queue(queue_name_of(job))
    try:
        send_stop_job_command(queue.connection, str(job.job_id), serializer=queue.serializer)
    except (InvalidJobOperation, NoSuchJobError):
        return


def workers_of(queue_name: str) -> int:
    """Number of workers that take jobs from a queue.

    Where none is registered for it, those count that live without being registered: a Redis that has lost its data
    hears of an idle worker again after some minutes.
    """
    return int(get_workers_for_queue(queue_name)) or int(_is_served(queue_name)) or _unregistered(queue_name)


def workers_for_runs() -> int:
    """Number of workers that take the plugin's jobs, which belong to no object."""
    return workers_of(get_queue_for_model(None))


def nobody_takes(job: Job) -> bool:
    """Whether a job that waits will go on waiting, as no worker takes jobs from its queue.

    A worker that is not registered may serve other queues. If this one is its own, it takes the job at once, or is
    registered again within half a minute because it is busy.
    """
    name = queue_name_of(job)
    if get_workers_for_queue(name) or _is_served(name):
        return False
    return timezone.now() - job.created > AT_ONCE or not _unregistered(name)


def _is_served(queue_name: str) -> bool:
    """Whether a living worker is at a job of this queue."""
    registry = django_rq.get_queue(queue_name).started_job_registry
    # Without the clean-up, which would end jobs: this only looks
    started = registry.get_job_ids(end=MOST_STARTED - 1, cleanup=False)
    return any(is_running(one, queue_name) for one in started)


def _unregistered(queue_name: str) -> int:
    """Number of workers that listen to Redis without being registered there, whatever their queues are.

    Each has one subscription for commands, which ends with its process. 0 where Redis does not tell of its clients.
    """
    connection = django_rq.get_queue(queue_name).connection
    with suppress(ResponseError):
        database = str(connection.get_connection_kwargs().get("db") or 0)
        listening = sum(one.get("db") == database for one in connection.client_list(_type="pubsub"))
        return max(0, listening - len(Worker.all(connection=connection)))
    return 0


def living(queue_name: str, *, clock: Callable[[], float], every: float) -> Callable[[uuid.UUID], bool]:
    """``is_running`` that asks for one job at most once in ``every`` seconds of the clock.

    While Redis is away the last answer holds; a job that was never asked about is taken to run.
    """
    known: dict[uuid.UUID, tuple[float, bool]] = {}

    def alive(job_id: uuid.UUID) -> bool:
        asked, answer = known.get(job_id, (float("-inf"), True))
        if clock() - asked >= every:
            with suppress(RedisError):
                answer = is_running(job_id, queue_name)
            known[job_id] = (clock(), answer)
        return answer

    return alive


def _gave_a_sign(found: RQJob) -> bool:
    last = found.last_heartbeat or found.started_at
    return last is not None and timezone.now() - last < SILENCE
