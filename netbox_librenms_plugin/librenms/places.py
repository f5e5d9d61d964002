"""The few calls to a server that may be under way at a time, in all processes of NetBox together.

The places are entries of the cache, which all processes share; each is free again after the longest that its call can
take, or as soon as its process is known to be gone. While somebody waits for a page, work in the background takes none.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache

from .errors import Crowded
from .limits import Limits
from .turns import is_dead, owner_name, release

__all__ = ("Places",)

logger = logging.getLogger("netbox_librenms_plugin.librenms")

POLL = 0.02
# Seconds beyond a call's own limit after which its place is free, whatever became of it
GRACE = 5
# Seconds that work in the background stands back after a page was seen waiting, which says so with each look
COURTESY = 1


class Places:
    """``number`` places at one server. ``prefix`` of keys in the cache; ``server``: its name for people."""

    def __init__(self, prefix: str, server: str, number: int) -> None:
        self._places = [f"{prefix}place:{one}" for one in range(number)]
        self._waiting = f"{prefix}waiting"
        self._server = server

    @contextmanager
    def take(self, limits: Limits, end: float) -> Iterator[None]:
        """Inside, the caller has a place. Raises Crowded when none is free at ``end`` (of ``time.monotonic``)."""
        owner = owner_name()
        place = self._wait(owner, limits, end)
        try:
            yield
        finally:
            if place is not None:
                _given_back(place, owner)

    def _wait(self, owner: str, limits: Limits, end: float) -> str | None:
        """The place that was taken; None where the cache cannot be asked, which must not keep anybody from LibreNMS."""
        while True:
            try:
                place = self._look(owner, limits)
            except Exception as error:  # whatever the cache's client raises
                logger.debug("Places at a server could not be taken: %s", type(error).__name__)
                return None
            if place is not None:
                return place
            if time.monotonic() >= end:
                raise Crowded(self._server)
            time.sleep(POLL)

    def _look(self, owner: str, limits: Limits) -> str | None:
        seen = cache.get_many([*self._places, self._waiting])
        if limits.background and self._waiting in seen:
            return None
        for place in self._places:
            if place in seen and is_dead(seen[place]):
                release(place, seen[place])
            elif place in seen:
                continue
            if cache.add(place, owner, int(limits.seconds) + GRACE):
                return place
        if not limits.background:
            cache.set(self._waiting, True, COURTESY)
        return None


def _given_back(place: str, owner: str) -> None:
    try:
        release(place, owner)
    except Exception as error:  # it is free after a while
        logger.debug("A place at a server could not be given back: %s", type(error).__name__)
