"""The basket: the devices that somebody chose for an import, as he saw them, kept in the cache until it is started."""

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from ...import_utils.rows import Choice
from ...shared_cache import keep, kept
from ..mixins import PREFIX, SEEN_LIFE

# Seconds that the second of two clicks waits for the first one's run
WAIT = 10.0
POLL = 0.05
STARTING = "starting"

_NAME = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """Chosen devices of one server. ``expected``: LibreNMS id → fingerprint of the row that was seen. ``back``: the
    query of the list in which they were chosen."""

    server: str
    expected: Mapping[int, str]
    choices: Mapping[int, Choice]
    back: str = ""


class BasketShelf:
    """The baskets of one user. A basket is started once: whoever comes second is told the run of the first."""

    def __init__(self, user: Any) -> None:
        self._place = f"{PREFIX}:{user.pk}:basket"

    def put(self, basket: Basket) -> str:
        """Keep it; gives its name."""
        name = secrets.token_hex(16)
        content = {
            "server": basket.server,
            "back": basket.back,
            "expected": {str(pk): seen for pk, seen in basket.expected.items()},
            "choices": {str(pk): one.as_json() for pk, one in basket.choices.items()},
        }
        keep(f"{self._place}:{name}", content, SEEN_LIFE)
        return name

    def get(self, name: str) -> Basket | None:
        """The basket of this name; None when that is too long ago, or was never so."""
        content = kept(f"{self._place}:{name}") if _NAME.fullmatch(name) else None
        if content is None:
            return None
        return Basket(
            server=content["server"],
            back=content["back"],
            expected={int(pk): seen for pk, seen in content["expected"].items()},
            choices={int(pk): Choice.of(data) for pk, data in content["choices"].items()},
        )

    def take(self, name: str) -> bool:
        """Whether the caller is the one who may start it."""
        return bool(cache.add(f"{self._place}:{name}:run", STARTING, SEEN_LIFE))

    def give_back(self, name: str) -> None:
        """It could not be started, so it may be tried again."""
        cache.delete(f"{self._place}:{name}:run")

    def started(self, name: str, run: int) -> None:
        """Remember the run, and take the basket away."""
        cache.set(f"{self._place}:{name}:run", run, SEEN_LIFE)
        cache.delete(f"{self._place}:{name}")

    def run_of(self, name: str, *, wait: bool = False) -> int | None:
        """The run that it was started as. ``wait``: for somebody who is starting it right now."""
        if not _NAME.fullmatch(name):
            return None
        end = time.monotonic() + WAIT
        while True:
            run = cache.get(f"{self._place}:{name}:run")
            if isinstance(run, int):
                return run
            if run is None or not wait or time.monotonic() > end:
                return None
            time.sleep(POLL)
