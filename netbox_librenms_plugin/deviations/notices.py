"""Devices that LibreNMS gave notice of, waiting to be compared again: each at once, but not again before ``PAUSE`` is
over, and then once more if there was a notice meanwhile, so that the last state is always seen.

What waits is in the cache, one record for a server: a thousand notices in one minute are one job that compares a
thousand devices, some at a time, and not a thousand jobs.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Self

from core.choices import JobStatusChoices
from core.models import Job
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError

from ..runs.control import enqueue
from ..shared_cache import alone, keep, kept

RUNNER = "CompareNoticedJob"
# What the data of its jobs says; nobody steers them
NAME = "notices"
# Seconds from the beginning of a device's comparison to the next one of it
PAUSE = 30
# Devices that wait at most, and those that are compared together
MOST = 5_000
AT_ONCE = 20
# Seconds that a record is kept
LIFE = 24 * 3600
# Seconds after which a job that was put into the queue counts as lost, and another one is
LOST = 600
# What a Redis raises that does not answer: that of the queues, and that of the cache
AWAY = (RedisError, ConnectionInterrupted)

logger = logging.getLogger("netbox_librenms_plugin")


class NotKeptError(Exception):
    """A notice is lost, or nobody would hear of it: Redis does not answer."""


@dataclass(slots=True)
class Notices:
    """What is known of one server's notices, in seconds since the epoch. ``due``: device → when it may be compared;
    ``begun``: device → when that began the last time; ``heard``: when the last notice came."""

    due: dict[str, float] = field(default_factory=dict)
    begun: dict[str, float] = field(default_factory=dict)
    heard: float = 0.0

    @classmethod
    def of(cls, server: str) -> Self:
        """As they are kept now."""
        return cls(**(kept(_place(server)) or {}))

    def keep(self, server: str) -> None:
        """Keep them, without what is over."""
        over = time.time() - PAUSE
        self.begun = {one: at for one, at in self.begun.items() if at > over}
        keep(_place(server), asdict(self), LIFE)


def note(server: str, device_id: int) -> None:
    """A notice of a device: have it compared soon. Raises ``NotKeptError``."""
    try:
        _note(server, device_id)
    except AWAY as error:
        logger.warning("A notice of a device of server %s could not be kept: %s", server, type(error).__name__)
        raise NotKeptError from error


def _note(server: str, device_id: int) -> None:
    name, now = str(device_id), time.time()
    with alone(_place(server)):
        notices = Notices.of(server)
        notices.heard = now
        if name not in notices.due and len(notices.due) >= MOST:
            logger.warning("A notice of a device was passed over: %s wait on server %s", MOST, server)
            notices.keep(server)
            return
        due = notices.due.setdefault(name, max(now, notices.begun.get(name, 0.0) + PAUSE))
        notices.keep(server)
        _wake(server, due, now)


def begin(server: str, *, later: bool) -> None:
    """A job begins that takes what is due; ``later``: it is the one that was to come later."""
    with alone(_place(server)):
        if later:
            cache.delete(_later(server))
        cache.add(_now(server), 1, LOST)


def forget(server: str) -> None:
    """Nobody is to be compared any more: there is no such server."""
    with alone(_place(server)):
        cache.delete_many([_place(server), _now(server), _later(server)])


def take(server: str, *, more: bool) -> Sequence[int]:
    """The next devices, which are compared from now on. None: the job is to end, and another one comes when something
    is due; without ``more`` it is to end in any case."""
    now = time.time()
    with alone(_place(server)):
        notices = Notices.of(server)
        taken = sorted((at, name) for name, at in notices.due.items() if at <= now)[:AT_ONCE] if more else []
        for _at, name in taken:
            del notices.due[name]
            notices.begun[name] = now
        notices.keep(server)
        if taken:
            cache.touch(_now(server), LOST)
        else:
            _end(server, notices, now)
    return [int(name) for _at, name in taken]


def _end(server: str, notices: Notices, now: float) -> None:
    cache.delete(_now(server))
    if notices.due:
        _wake(server, min(notices.due.values()), now, at_front=False)


def _wake(server: str, due: float, now: float, *, at_front: bool = True) -> None:
    """Have a job come when something is due, unless one is to come then already."""
    later = due > now
    place, life = (_later(server), int(due - now) + LOST) if later else (_now(server), LOST)
    if not cache.add(place, 1, life):
        return
    at = datetime.fromtimestamp(due + 1, tz=UTC) if later else None
    data, since = {"librenms": NAME, "server": server}, timezone.now()
    try:
        known = {"user": None, "notifications": "never", "schedule_at": at}
        enqueue(RUNNER, data, at_front=at_front, **known, server=server, later=later)
    except Exception as error:
        if isinstance(error, AWAY):
            _close(data, since)
        cache.delete(place)
        raise


def _close(data: dict[str, str], since: datetime) -> None:
    """The row of a job is there before the queue is given the job: nobody will come to do it."""
    rows = Job.objects.filter(data=data, created__gte=since, status__in=JobStatusChoices.ENQUEUED_STATE_CHOICES)
    rows.update(status=JobStatusChoices.STATUS_FAILED, completed=timezone.now(), error=str(_("Redis did not answer.")))


def last_heard(server: str) -> datetime | None:
    """When the last notice came, as far as that is still known."""
    heard = Notices.of(server).heard
    return datetime.fromtimestamp(heard, tz=UTC) if heard else None


def waiting(server: str) -> int:
    """How many devices wait."""
    return len(Notices.of(server).due)


def _place(server: str) -> str:
    return f"netbox_librenms_plugin:notices:{server}"


def _now(server: str) -> str:
    return f"{_place(server)}:now"


def _later(server: str) -> str:
    return f"{_place(server)}:later"
