"""How many members stacks have, as far as LibreNMS's inventory was asked: kept for a day, for every user alike."""

from collections.abc import Mapping
from contextlib import suppress

from django.core.cache import cache
from redis.exceptions import RedisError

from ..librenms_api import LibreNMSAPI
from ..shared_cache import alone

LIFE = 24 * 3600


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
    with alone(place):
        cache.set(place, {**_kept(place), **counts}, LIFE)


def _place(api: LibreNMSAPI) -> str:
    return f"netbox_librenms_plugin:stacks:{api.server.fingerprint}"
