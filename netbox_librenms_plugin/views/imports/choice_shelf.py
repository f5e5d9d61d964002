"""What a person decided for rows of the import list: kept in the cache for a week, for each user and server."""

import json
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.cache import cache

from ...import_utils.rows import Choice
from ...librenms.identity import LARGEST_ID
from ...librenms_api import LibreNMSAPI
from ..mixins import PREFIX

LIFE = 7 * 86_400
# Seconds that a writer waits for another one. Each is done in a fraction of that.
WAIT = 5.0
LOCK = 10
POLL = 0.01
MOST_ROWS = 20_000

Edit = Callable[[Choice], Choice]


class ChoiceShelf:
    """The choices of one user for the devices of one server, all in one entry."""

    def __init__(self, user: Any, api: LibreNMSAPI) -> None:
        self._place = f"{PREFIX}:{user.pk}:import:{api.server.fingerprint}"

    def all(self) -> dict[int, Choice]:
        """LibreNMS id → what was decided."""
        return {int(pk): Choice.of(data) for pk, data in self._load().items()}

    def edit(self, ids: Iterable[int], change: Edit) -> dict[int, Choice]:
        """Change what was decided for these devices and give all choices. Who writes at the same time waits, so that
        quick clicks lose nothing; beyond 20,000 rows the oldest choices are forgotten."""
        with self._alone():
            held = self._load()
            for pk in ids:
                if not 0 < pk <= LARGEST_ID:
                    continue
                data = change(Choice.of(held.pop(str(pk), {}))).as_json()
                if data:
                    held[str(pk)] = data
            held = dict(list(held.items())[-MOST_ROWS:])
            cache.set(self._place, zlib.compress(json.dumps(held).encode(), 1), LIFE)
        return {int(pk): Choice.of(data) for pk, data in held.items()}

    def _load(self) -> dict[str, Mapping[str, Any]]:
        kept = cache.get(self._place)
        found: dict[str, Mapping[str, Any]] = json.loads(zlib.decompress(kept)) if isinstance(kept, bytes) else {}
        return found

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = f"{self._place}:lock"
        end = time.monotonic() + WAIT
        while not (mine := cache.add(lock, 1, timeout=LOCK)) and time.monotonic() < end:
            time.sleep(POLL)
        try:
            yield
        finally:
            if mine:
                cache.delete(lock)
