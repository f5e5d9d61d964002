"""How long one call to LibreNMS may take and how large its answer may be: little while somebody waits for a page.

A page holds one of the few web processes of NetBox for as long as it waits; a background job or a command holds nobody
up but itself. Jobs and commands say so (``in_background``); everything else counts as a page, so what forgets to say it
is too strict and never too lax.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Self

from .config import ServerConfig

__all__ = ("Limits", "in_background")

MEGABYTE = 1024 * 1024
# Seconds that a page waits for a call that somebody else is making; his answer mostly comes within a few.
PATIENCE_OF_A_PAGE = 10.0

_job_since: ContextVar[float | None] = ContextVar("librenms_job_since", default=None)


@contextmanager
def in_background() -> Iterator[None]:
    """Inside, and in functions decorated with ``@in_background()``, clients are made for work that nobody waits for."""
    token = _job_since.set(time.time())
    try:
        yield
    finally:
        _job_since.reset(token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one call may take: ``seconds`` from its start to its last byte, ``megabytes`` of answer, unpacked.

    ``patience``: seconds to wait while somebody else asks the same. ``job_since``: when the job began (``time.time``)
    that the call is for, None for a page.
    """

    seconds: float
    megabytes: int
    patience: float
    job_since: float | None = None

    @classmethod
    def of(cls, server: ServerConfig) -> Self:
        """The limits for calls to ``server`` from here. They are for a client to keep, its threads included."""
        since = _job_since.get()
        if since is not None:
            seconds, megabytes = server.job_timeout, server.job_max_mb
            return cls(seconds=seconds, megabytes=megabytes, patience=seconds, job_since=since)
        seconds, megabytes = server.page_timeout, server.page_max_mb
        return cls(seconds=seconds, megabytes=megabytes, patience=min(seconds, PATIENCE_OF_A_PAGE))

    def briefly(self, seconds: float) -> Self:
        """The same with so many seconds at most."""
        return replace(self, seconds=min(self.seconds, seconds), patience=min(self.patience, seconds))

    @property
    def background(self) -> bool:
        """Whether the call is for a job or a command."""
        return self.job_since is not None

    @property
    def bytes(self) -> int:
        return self.megabytes * MEGABYTE

    @property
    def time_option(self) -> str:
        """Name of the option in the configuration that allows more time."""
        return "job_timeout" if self.background else "page_timeout"

    @property
    def size_option(self) -> str:
        """Name of the option in the configuration that allows larger answers."""
        return "job_max_mb" if self.background else "page_max_mb"
