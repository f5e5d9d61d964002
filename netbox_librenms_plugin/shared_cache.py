"""What several requests keep together in Django's cache: packed content, and a lock for who changes it."""

import json
import secrets
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache import cache

# Seconds that a writer waits for another one, each of which is done in a fraction of that; who still has the lock then
# was killed with it
WAIT = 5.0
LOCK = 10
POLL = 0.01


def keep(place: str, content: Any, life: int) -> None:
    """Keep what JSON can say for so many seconds. Thousands of rows are much the same, so they are packed."""
    cache.set(place, zlib.compress(json.dumps(content).encode(), 1), life)


def kept(place: str) -> Any:
    """What is kept there; None when that is too long ago, or was never so."""
    packed = cache.get(place)
    return json.loads(zlib.decompress(packed)) if isinstance(packed, bytes) else None


@contextmanager
def alone(place: str) -> Iterator[None]:
    """Who changes the same at the same time waits, so that nothing is lost."""
    lock, owner = f"{place}:lock", secrets.token_hex(8)
    end = time.monotonic() + WAIT
    while not (mine := cache.add(lock, owner, LOCK)) and time.monotonic() < end:
        time.sleep(POLL)
    try:
        yield
    finally:
        # After a very long time it may be somebody else's already
        if mine and cache.get(lock) == owner:
            cache.delete(lock)
