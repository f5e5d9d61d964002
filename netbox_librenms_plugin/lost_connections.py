"""Connections to the database that break off in the midst of work.

What such work says of itself does not count: where the database does not answer, Django takes a constraint for violated
(a name for taken, say), and a transaction in which every failure was caught ends without a word and without a trace.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.utils.translation import gettext as _
from netbox.context import events_queue

from .orm.frame.savepoints import events_now

# For programs: NetBox's own database is the trouble
DATABASE = "database_unavailable"

# Seconds before each new beginning; a database that is restarted needs some
PAUSES = (0.0, 1.0, 5.0)


class ConnectionLostError(Exception):
    """The connection broke off. Of each transaction all was stored or nothing; which of the two is not known."""

    @property
    def message(self) -> str:
        """A sentence for people."""
        return _("NetBox's connection to its database broke off. Look again, then repeat what was not done.")


@contextmanager
def watched() -> Iterator[None]:
    """Raises ``ConnectionLostError`` where a connection broke off inside, whatever else was raised, also if nothing
    was. Events of what was written are dropped then: it may not be there. The next query makes a new connection."""
    held = [(one, _session(one)) for one in {connections[DEFAULT_DB_ALIAS], *connections.all(initialized_only=True)}]
    events = events_now()
    failure: Exception | None = None
    try:
        yield
    except Exception as error:
        if not _broke_off(held, error):
            raise
        failure = error
    if failure is not None or _broke_off(held, None):
        events_queue.set(events)
        if not _in_transaction():
            connections.close_all()
        raise ConnectionLostError from failure


def again_where_lost[T](work: Callable[[], T]) -> T:
    """What ``work`` gives; begun anew, on a new connection, where it raises ``ConnectionLostError``. That is passed on
    when the database does not come back within some seconds, and inside of a transaction."""
    for pause in PAUSES:
        try:
            return work()
        except ConnectionLostError:
            if _in_transaction():
                raise
            time.sleep(pause)
    return work()


def lasting[**P, T](work: Callable[P, T]) -> Callable[P, T]:
    """A function that is called again where the connection broke off in it, so it must do no harm if it is called
    twice. Not for use inside of a transaction."""

    @wraps(work)
    def called(*args: P.args, **kwargs: P.kwargs) -> T:
        def once() -> T:
            with watched():
                return work(*args, **kwargs)

        return again_where_lost(once)

    return called


def _session(connection: Any) -> Any:
    """What a connection is at this moment; it is made here, so that its end can be seen."""
    try:
        connection.ensure_connection()
    except (OperationalError, InterfaceError) as error:
        raise ConnectionLostError from error
    return connection.connection


def _in_transaction() -> bool:
    return any(one.in_atomic_block for one in connections.all(initialized_only=True))


def _broke_off(held: list[tuple[Any, Any]], error: Exception | None) -> bool:
    if any(one.connection is not session or session.closed for one, session in held):
        return True
    # One that was made only now, of another database
    gone = any(one.connection is None for one in connections.all(initialized_only=True))
    return gone and isinstance(error, (OperationalError, InterfaceError))
