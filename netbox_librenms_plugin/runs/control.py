"""Jobs as people steer them: put into the queue, cancelled, and told the truth about when something went wrong.

A job is known as the plugin's by what ``Job.data`` says, since its name is in somebody's language:
``{"librenms": KIND, "run", "server", "parent"}``, and at the end ``state`` and ``counts``.
"""

import logging
from typing import Any

from core.choices import JobStatusChoices
from core.models import Job
from django.conf import settings
from django.db import connections, transaction
from django.utils.datastructures import MultiValueDict
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from rq import Callback
from utilities.request import copy_safe_request

from ..branching import headers_of
from ..choices import RunStateChoices
from ..models import Run
from .ends import finish
from .kinds import HELPER, RunKind, kind_of, steered
from .progress import ask_to_end, asked_to_end
from .queue import WELL, Life, cancel_waiting, look, stop_running

# Twenty thousand devices take one worker some hours
TIMEOUT = 12 * 3600
JOBS = "netbox_librenms_plugin.jobs"
# Cookies that would let whoever reads the queue be somebody else
SECRET_COOKIES = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME")

logger = logging.getLogger("netbox_librenms_plugin")


def enqueue_run(run: Run, request: Any) -> Job:
    """Put a run into the queue, a new one or what is left of an old one, as the request's user.

    Where a job is at it already, that one is the answer.
    """
    with transaction.atomic():
        locked = Run.objects.select_for_update(of=("self",)).select_related("job").get(pk=run.pk)
        job = locked.job
        if job is None or not (_is_open(job) and locked.state in RunStateChoices.OPEN):
            copied = detached(request)
            copied.id = locked.request_id
            data = {"librenms": run.kind, "run": run.pk, "server": run.server}
            kind = kind_of(run.kind)
            options = {"request": copied, "run_pk": run.pk, "notifications": kind.notifications}
            job = enqueue(kind.runner, data, user=request.user, **options)
            locked.job, locked.state, locked.started, locked.ended = job, RunStateChoices.PENDING, None, None
            locked.save()
    run.refresh_from_db()
    return job


def enqueue(runner: str, data: dict[str, Any], *, at_front: bool = True, **options: Any) -> Job:
    """A job of the class with this name. Jobs are a face like pages are, so they are named here and not imported.

    It goes to the front of the queue, unless told: a run leaves NetBox thousands of small jobs (search, config
    contexts), and somebody waits for this one.
    """
    with transaction.atomic():
        job: Job = import_string(f"{JOBS}.{runner}").enqueue(
            job_timeout=TIMEOUT, at_front=at_front, on_stopped=Callback(mark_stopped), **options
        )
        # The queue gets the job with its data, since it is given it when the transaction ends
        job.data = data
        job.save(update_fields=["data"])
    return job


def detached(request: Any) -> Any:
    """What a job needs of a request: the user, the id, the branch; neither the session nor what was posted."""
    copied = copy_safe_request(request, include_files=False)
    secret = {getattr(settings, name) for name in SECRET_COOKIES}
    copied.COOKIES = {name: value for name, value in request.COOKIES.items() if name not in secret}
    copied.POST = MultiValueDict()
    copied.headers = headers_of(copied)
    return copied


def steered_job(user: Any, pk: int) -> Job | None:
    """The plugin's job with this primary key, for its owner, for whose run it is, and for superusers."""
    job = Job.objects.filter(pk=pk, data__librenms__in=steered()).first()
    if job is None or user.is_superuser or (job.user_id is not None and job.user_id == user.pk):
        return job
    return job if Run.objects.filter(pk=job.data.get("run"), user=user.pk).exists() else None


def open_jobs(user: Any, kind: RunKind) -> list[Job]:
    """The user's jobs of a kind that have not ended as far as NetBox knows, newest first."""
    if not user.is_authenticated:
        return []
    states = JobStatusChoices.ENQUEUED_STATE_CHOICES
    return list(Job.objects.filter(user=user.pk, status__in=states, data__librenms=kind.name))


def cancel(job: Job, user: Any, *, force: bool = False) -> None:
    """End a job: one that waits at once, one that runs before its next item, or with ``force`` in the midst of it."""
    if not _is_open(job):
        sync_state(job)
        return
    logger.info("Job %s is cancelled by %s", job.pk, user)
    for one in (job, *helpers_of(job)):
        ask_to_end(one.job_id)
        _cancel(one, force=force)


def _cancel(job: Job, *, force: bool) -> None:
    life = look(job).life
    if life is Life.WAITING:
        cancel_waiting(job)
        close(job, error=cancelled_words(), state=RunStateChoices.CANCELLED)
    elif life is not Life.RUNNING:
        sync_state(job)
    elif force:
        stop_running(job)


def sync_state(job: Job) -> None:
    """Bring NetBox's rows of a job and its helpers, and its run, in line with RQ. A job that is well is left
    alone."""
    job.refresh_from_db()
    _sync(job)
    sync_helpers(job)


def sync_helpers(job: Job) -> None:
    """Close the helpers of a run that are gone without a word, whether it has ended itself or not."""
    for helper in helpers_of(job):
        _sync(helper)


def _sync(job: Job) -> None:
    if not _is_open(job):
        _close_run(job, _state_of_ended(job))
        return
    life = look(job).life
    if life in WELL:
        return
    if life is Life.STOPPED:
        close(job, error=cancelled_words(), state=RunStateChoices.CANCELLED)
    else:
        close(job, error=abandoned_words(life), state=RunStateChoices.ABANDONED)


def mark_stopped(rq_job: Any, connection: Any, *args: Any, **kwargs: Any) -> None:
    """RQ calls this in the worker when it has stopped a job by force; the job itself can write nothing any more."""
    try:
        job = Job.objects.filter(job_id=rq_job.id).first()
        if job is not None:
            close(job, error=cancelled_words(), state=RunStateChoices.CANCELLED)
    finally:
        # The next job is a fork of this process and must not share its connections
        connections.close_all()


def close(job: Job, *, error: str, state: str) -> None:
    """Write that a job ended like this, unless it says itself how it ended."""
    with transaction.atomic():
        row = Job.objects.select_for_update(of=("self",)).filter(pk=job.pk).first()
        if row is not None and _is_open(row):
            row.data = {**(row.data or {}), "state": state}
            row.terminate(status=JobStatusChoices.STATUS_FAILED, error=error)
    if row is not None:
        job.refresh_from_db()
        _close_run(job, state)


def helpers_of(job: Job) -> list[Job]:
    """The jobs that work for a run and have not ended as far as NetBox knows."""
    if (job.data or {}).get("run") is None or (job.data or {}).get("librenms") == HELPER:
        return []
    states = JobStatusChoices.ENQUEUED_STATE_CHOICES
    return list(Job.objects.filter(created__gte=job.created, status__in=states, data__parent=str(job.job_id)))


def cancelled_words() -> str:
    """How a job ended that somebody cancelled."""
    return _("Cancelled by user")


def abandoned_words(life: Life | None = None) -> str:
    """How a job ended that did not end by itself."""
    if life is Life.LOST:
        return _("Abandoned: the queue does not know this job any more. What is done stays; continue to do the rest.")
    return _("Abandoned: its worker ended before the job did. What is done stays; continue to do the rest.")


def _close_run(job: Job, state: str | None) -> None:
    """A run belongs to the job that was last at it."""
    run = Run.objects.filter(job=job.pk, state__in=RunStateChoices.OPEN).first()
    if run is not None:
        finish(run, state=state)


def _state_of_ended(job: Job) -> str | None:
    if job.status == JobStatusChoices.STATUS_COMPLETED:
        return None
    said = (job.data or {}).get("state")
    if said in RunStateChoices.values() and said not in RunStateChoices.OPEN:
        return str(said)
    return RunStateChoices.CANCELLED if asked_to_end(job.job_id) else RunStateChoices.ABANDONED


def _is_open(job: Job) -> bool:
    return job.status in JobStatusChoices.ENQUEUED_STATE_CHOICES


def work_left(run: Run, *, state: str = "") -> bool:
    """Whether a run that has ended in this state left something undone."""
    return kind_of(run.kind).work_left(run, state or str(run.state))
