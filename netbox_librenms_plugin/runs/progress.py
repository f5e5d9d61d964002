"""Whether a job is to end: in the cache, since a job's own row is written when it is over."""

from typing import Any

from django.core.cache import cache

LIFE = 24 * 3600


def ask_to_end(job_id: Any) -> None:
    """The job ends before its next item; one that has not started ends when it does."""
    cache.set(_place("end", job_id), 1, LIFE)


def asked_to_end(job_id: Any) -> bool:
    """Whether somebody has asked the job to end."""
    return cache.get(_place("end", job_id)) is not None


def _place(what: str, job_id: Any) -> str:
    return f"netbox_librenms_plugin:job:{what}:{job_id}"
