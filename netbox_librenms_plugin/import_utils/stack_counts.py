"""How many members stacks have, as far as LibreNMS's inventory was asked: kept for a day, for every user alike."""

import time
from collections.abc import Mapping
from contextlib import suppress

from django.core.cache import cache
from redis.exceptions import RedisError

from ..librenms_api import LibreNMSAPI

LIFE = 24 * 3600
_WAIT = 2.0
_POLL = 0.02


def known_stacks(api: LibreNMSAPI) -> dict[int, int]:
    """LibreNMS id → number of members, 0 for a device that is no stack. Nothing is known while the cache is away."""
    with suppress(RedisError):
        return _kept(_place(api))
    return {}


def remember_stacks(api: LibreNMSAPI, counts: Mapping[int, int]) -> None:
    """Add what was found out; who adds at the same time waits, so that nothing is lost. A cache that is away for a
    moment keeps nothing."""
    with suppress(RedisError):
        _add(_place(api), counts)


def _kept(place: str) -> dict[int, int]:
    kept = cache.get(place)
    return kept if isinstance(kept, dict) else {}


def _add(place: str, counts: Mapping[int, int]) -> None:
    end = time.monotonic() + _WAIT
    while not (mine := cache.add(f"{place}:lock", 1, timeout=5)) and time.monotonic() < end:
        time.sleep(_POLL)
    try:
        cache.set(place, {**_kept(place), **counts}, LIFE)
    finally:
        if mine:
            cache.delete(f"{place}:lock")


def _place(api: LibreNMSAPI) -> str:
    return f"netbox_librenms_plugin:stacks:{api.server.fingerprint}"
