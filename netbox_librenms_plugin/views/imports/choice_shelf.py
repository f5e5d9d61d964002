"""What a person decided for rows of the import list: kept in the cache for a week, for each user and server."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...import_utils.rows import Choice
from ...librenms.identity import LARGEST_ID
from ...librenms_api import LibreNMSAPI
from ...shared_cache import alone, keep, kept
from ..mixins import PREFIX

LIFE = 7 * 86_400
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
        with alone(self._place):
            held = self._load()
            for pk in ids:
                if not 0 < pk <= LARGEST_ID:
                    continue
                data = change(Choice.of(held.pop(str(pk), {}))).as_json()
                if data:
                    held[str(pk)] = data
            held = dict(list(held.items())[-MOST_ROWS:])
            keep(self._place, held, LIFE)
        return {int(pk): Choice.of(data) for pk, data in held.items()}

    def _load(self) -> dict[str, Mapping[str, Any]]:
        found: dict[str, Mapping[str, Any]] = kept(self._place) or {}
        return found
