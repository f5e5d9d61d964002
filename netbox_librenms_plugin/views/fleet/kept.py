"""Objects that somebody chose for a sync, kept in the cache until it is started: the run is about those that he saw."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ...shared_cache import alone, keep, kept
from ..mixins import PREFIX, SEEN_LIFE

_NAME = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Objects of one kind. ``filters``: the query of NetBox's list that showed them, empty where they were ticked one
    by one or nothing was filtered; ``ticked`` says which. ``left_out``: state of the link → how many of the rows that
    were meant are not among them. ``counted``: the totals so far. ``run``: the run that was started of them."""

    kind: str
    ids: Sequence[int]
    ticked: bool = False
    filters: str = ""
    left_out: Mapping[str, int] = field(default_factory=dict)
    counted: Mapping[str, Any] = field(default_factory=dict)
    run: int | None = None


class Shelf:
    """What one user has chosen."""

    def __init__(self, user: Any) -> None:
        self._place = f"{PREFIX}:{user.pk}:fleet"

    def put(self, chosen: Chosen, name: str = "") -> str:
        """Keep it under a name, a new one unless told; gives that."""
        name = name or secrets.token_hex(16)
        keep(self._at(name), asdict(chosen), SEEN_LIFE)
        return name

    def get(self, name: str) -> Chosen | None:
        """What has this name; None when that is too long ago, or never was."""
        found = kept(self._at(name)) if _NAME.fullmatch(name) else None
        return Chosen(**found) if found else None

    def alone(self, name: str) -> Any:
        """Inside, nobody else starts or counts it."""
        return alone(self._at(name))

    def _at(self, name: str) -> str:
        return f"{self._place}:{name}"
