"""Who may ask a server for what: one at a time, whatever process he is in, and nobody for a moment after a failure.

A server that is slow or broken is not asked by everybody at once: that would hold up every web process of NetBox, and
burden the server further. Both kinds of entries are in the cache, which all processes share.
"""

import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache

from .errors import Busy, LibreNMSError, ServerError, TransportError, UnexpectedAnswer
from .limits import Limits

__all__ = ("LOCK", "Pauses", "Turns", "is_dead", "owner_name", "release")

logger = logging.getLogger("netbox_librenms_plugin.librenms")

# Seconds after which the turn of a worker that was killed on another machine is free; a living one renews it in time.
LOCK = 20
RENEWAL = 5.0
POLL = 0.05
# What costs the server or NetBox dear. Other errors are cheap, and about what a person may have mended already.
COSTLY = (TransportError, ServerError, UnexpectedAnswer)
_HERE = socket.gethostname()


class Turns:
    """The turns at one server. ``prefix`` of keys in the cache; ``server``: its name for people."""

    def __init__(self, prefix: str, server: str) -> None:
        self._prefix = f"{prefix}lock:"
        self._server = server

    @contextmanager
    def take(self, name: str, end: float) -> Iterator[bool]:
        """True: it is the caller's turn at ``name`` until he leaves. False: it was another's, which is over now.

        Raises Busy when the other one is not done at ``end`` (of ``time.monotonic``).
        """
        key, owner = self._prefix + name, owner_name()
        if not cache.add(key, owner, LOCK):
            self._wait(key, end)
            yield False
            return
        try:
            with _renewed(key, owner):
                yield True
        finally:
            release(key, owner)

    def _wait(self, key: str, end: float) -> None:
        while (owner := cache.get(key)) is not None:
            if is_dead(owner):
                release(key, owner)
            elif time.monotonic() >= end:
                raise Busy(self._server)
            else:
                time.sleep(POLL)


def owner_name() -> str:
    """What somebody writes into an entry that is his: where his process can be found, and something of his own."""
    return f"{_HERE}:{os.getpid()}:{uuid.uuid4().hex}"


def release(key: str, owner: str) -> None:
    """Take an entry away, if it is still this owner's."""
    if cache.get(key) == owner:
        cache.delete(key)


@contextmanager
def _renewed(key: str, owner: str) -> Iterator[None]:
    """Keep a turn while its owner waits for LibreNMS, which can be longer than ``LOCK``."""
    done = threading.Event()
    thread = threading.Thread(target=_renew, args=(key, owner, done), name="librenms-turn", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()


def _renew(key: str, owner: str, done: threading.Event) -> None:
    while not done.wait(RENEWAL):
        try:
            if cache.get(key) == owner:
                cache.touch(key, LOCK)
        except Exception as exc:  # whatever the cache's client raises: the owner will meet it himself
            logger.debug("A turn could not be renewed: %s", type(exc).__name__)


def is_dead(owner: str) -> bool:
    """Whether the process that has an entry is known to be gone: it can be asked for on its own machine only."""
    host, _, pid = str(owner).rpartition(":")[0].rpartition(":")
    if host != _HERE or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False


class Pauses:
    """The moments after costly failures in which the same is not asked again; ``seconds`` long, 0 for none."""

    def __init__(self, prefix: str, seconds: int, limits: Limits) -> None:
        self._prefix = f"{prefix}pause:"
        self._seconds = seconds
        self._limits = limits

    def begin(self, name: str, error: LibreNMSError) -> None:
        """Whoever asks for ``name`` within the next seconds is told ``error``."""
        if self._seconds and isinstance(error, COSTLY):
            cache.set(self._prefix + name, (error, time.time(), self._limits.background), self._seconds)

    def check(self, name: str) -> None:
        """Raises the error that somebody met a moment ago.

        A job is told what was met since it began by jobs. Else it waits until it may ask: it was started in the hope
        that the failure has passed, and has more time than the page had that failed.
        """
        kept = cache.get(self._prefix + name)
        if kept is None:
            return
        error, failed_at, by_job = kept
        if self._limits.job_since is None or (by_job and failed_at >= self._limits.job_since):
            raise error
        time.sleep(min(max(0.0, failed_at + self._seconds - time.time()), self._seconds))
