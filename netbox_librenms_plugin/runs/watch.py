"""When a job must end: asked before every item. Redis is looked at once a second, the user's rights each time."""

import os
import time
import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.contrib.auth import get_user_model
from redis.exceptions import RedisError

from ..lost_connections import lasting
from .progress import asked_to_end
from .queue import Life, seen_by_id

LOOK_EVERY = 1.0


class Reason(StrEnum):
    """Why a job ends before its work is done."""

    CANCELLED = "cancelled"
    # RQ counts the job as failed, has forgotten it, or its worker is gone
    ABANDONED = "abandoned"
    NOT_ALLOWED = "not_allowed"


_ENDS = {
    Life.STOPPED: Reason.CANCELLED,
    Life.FAILED: Reason.ABANDONED,
    Life.LOST: Reason.ABANDONED,
    Life.FINISHED: Reason.ABANDONED,
}


@dataclass(slots=True, kw_only=True)
class Watch:
    """Looks after one job: ``job_id`` is the one that people steer, also for those that only help it.

    ``request.user`` is read anew each time, with what he may do then; without all ``permissions`` the job ends.
    """

    job_id: uuid.UUID
    queue_name: str
    request: Any
    permissions: tuple[str, ...]
    reason: Reason | None = None
    _looked: float = field(init=False, default=float("-inf"))
    _worker: int = field(init=False, default_factory=os.getppid)

    def stop(self) -> bool:
        """Whether the job must end; ``reason`` says why."""
        if self.reason is None and time.monotonic() - self._looked >= LOOK_EVERY:
            self._looked = time.monotonic()
            self.reason = self._ended()
        self.reason = self.reason or self._user()
        return self.reason is not None

    def _ended(self) -> Reason | None:
        if os.getppid() != self._worker:
            return Reason.ABANDONED
        try:
            if asked_to_end(self.job_id):
                return Reason.CANCELLED
            return _ENDS.get(seen_by_id(self.job_id, self.queue_name).life)
        except RedisError:
            # A Redis that is away for a moment ends nothing
            return None

    @lasting
    def _user(self) -> Reason | None:
        user = get_user_model().objects.filter(pk=self.request.user.pk, is_active=True).first()
        if user is None or not user.has_perms(self.permissions):
            return Reason.NOT_ALLOWED
        self.request.user = user
        return None
