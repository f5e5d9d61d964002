"""How far a job is, and whether it is to end: in the cache, since a job's own row is written when it is over."""

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

LIFE = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """So many items of ``total`` are done."""

    done: int = 0
    total: int = 0


def report(job_id: Any, progress: Progress) -> None:
    """Say how far the job with this UUID is."""
    cache.set(_place("progress", job_id), (progress.done, progress.total), LIFE)


def progress_of(job_id: Any) -> Progress | None:
    """What was said last; None for a job that has said nothing."""
    kept = cache.get(_place("progress", job_id))
    return Progress(done=kept[0], total=kept[1]) if isinstance(kept, tuple) else None


def ask_to_end(job_id: Any) -> None:
    """The job ends before its next item; one that has not started ends when it does."""
    cache.set(_place("end", job_id), 1, LIFE)


def asked_to_end(job_id: Any) -> bool:
    """Whether somebody has asked the job to end."""
    return cache.get(_place("end", job_id)) is not None


def _place(what: str, job_id: Any) -> str:
    return f"netbox_librenms_plugin:job:{what}:{job_id}"
