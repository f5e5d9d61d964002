"""The circuit of one server: who fails several times in a row is left alone for a while.

It is for what is shown beside NetBox's own pages, which many people open at once: not one of them has to wait for a
server that is known to be away. All processes share it through the cache.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.cache import cache

from .config import ServerConfig
from .errors import Busy, LibreNMSError, Resting, ServerError, TransportError

__all__ = ("FAILURES", "REST", "Circuit", "Failures", "failed", "is_away", "is_open")

logger = logging.getLogger("netbox_librenms_plugin.librenms")

FAILURES = 3
# Seconds
REST = 30
# After so long, failures are not in a row any more
LIFE = 600
# What a proxy says when LibreNMS is not behind it; 500 is about one thing that was asked for
AWAY = (429, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Failures:
    """How often a server failed in a row, the last time ``at`` (seconds since 1970)."""

    number: int
    at: float


def failed(before: Failures | None, now: float) -> Failures:
    """What is known after one more failure."""
    return Failures(number=before.number + 1 if before is not None else 1, at=now)


def is_open(failures: Failures | None, now: float) -> bool:
    """Whether the server is left alone. After that one failure is enough to leave it alone once more."""
    return failures is not None and failures.number >= FAILURES and 0 <= now - failures.at < REST


def is_away(error: LibreNMSError) -> bool:
    """Whether an error says that the server cannot be had, rather than that it lacks what was asked for."""
    return isinstance(error, TransportError) or (isinstance(error, ServerError) and error.status in AWAY)


class Circuit:
    """The circuit of ``server``."""

    def __init__(self, server: ServerConfig) -> None:
        self._server = server
        self._key = f"netbox_librenms_plugin:{server.fingerprint}:failures"

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Inside, a call is made and told about. Raises Resting while the circuit is open."""
        before = self._recall()
        if is_open(before, time.time()):
            raise Resting(self._server.display_name, seconds=REST)
        try:
            yield
        except Busy:
            # The server was not asked
            raise
        except LibreNMSError as error:
            self._remember(failed(before, time.time()) if is_away(error) else None, before)
            raise
        self._remember(None, before)

    def _recall(self) -> Failures | None:
        try:
            kept = cache.get(self._key)
        except Exception as error:  # whatever the cache's client raises
            logger.debug("The circuit of a server could not be read: %s", type(error).__name__)
            return None
        return Failures(*kept) if isinstance(kept, tuple) and len(kept) == 2 else None

    def _remember(self, now: Failures | None, before: Failures | None) -> None:
        try:
            if now is not None:
                cache.set(self._key, (now.number, now.at), LIFE)
            elif before is not None:
                cache.delete(self._key)
        except Exception as error:
            logger.debug("The circuit of a server could not be kept: %s", type(error).__name__)
