"""Savepoints around NetBox's own ``save()``, whose failure leaves no event behind.

NetBox queues events while it saves. A rollback undoes rows and change log, and would leave the events of objects that
do not exist.
"""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, transaction
from netbox.context import events_queue

# Times that something is begun because the database gave way to somebody else
TRIES = 3


@contextmanager
def savepoint(using: str) -> Iterator[None]:
    """A savepoint; when it does not hold, the queue of events is as it was before. What fails is passed on."""
    before = events_queue.get()
    events_queue.set(events_now())
    try:
        with transaction.atomic(using=using):
            yield
    except BaseException:
        events_queue.set(before)
        raise


def events_now() -> dict[Any, Any]:
    """A copy of the queue of events, which stays as it is."""
    return {key: _twin(event) for key, event in (events_queue.get() or {}).items()}


def retried[T](work: Callable[[], T]) -> T:
    """What ``work`` gives; it is begun anew where the database gave way to another transaction."""
    for _try in range(TRIES - 1):
        try:
            return work()
        except OperationalError as error:
            if not lost_to_another(error):
                raise
    return work()


def lost_to_another(error: Exception) -> bool:
    """Whether the database gave way to another transaction, so that the same may well succeed in a moment: a deadlock
    (SQLSTATE 40P01) or a serialization failure (40001)."""
    return isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", None) in ("40P01", "40001")


def _twin(event: Any) -> Any:
    """A copy whose snapshots can change without changing the first one's: NetBox renews them in place."""
    twin = copy.copy(event)
    twin["snapshots"] = dict(event["snapshots"])
    return twin
