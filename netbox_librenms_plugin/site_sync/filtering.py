"""Which rows are looked at, and in which order."""

from collections.abc import Callable, Iterable
from typing import Any

from ..sync.core.plan import Outcome
from ..sync.sites.rows import SitePlan, SiteRow

ATTENTION, EVERYTHING, STRAYS = "attention", "all", "devices"
# What there is to look at: everything that is not the same, all, one outcome, and where devices are elsewhere
SHOWS = (ATTENTION, EVERYTHING, *(one.value for one in Outcome), STRAYS)
_ORDER = {outcome: number for number, outcome in enumerate(Outcome)}


def _by_distance(row: SiteRow) -> float:
    return -1.0 if row.distance is None else row.distance


SORTS: dict[str, Callable[[SiteRow], Any]] = {
    "place": lambda row: row.name.casefold(),
    "site": lambda row: (row.site is None, row.site.name.casefold() if row.site is not None else ""),
    "outcome": lambda row: _ORDER[row.outcome],
    "distance": _by_distance,
    "devices": lambda row: row.devices_netbox + (row.devices_librenms or 0),
}


def matching(plan: SitePlan, *, show: str = EVERYTHING, q: str = "", sort: str = "") -> list[SiteRow]:
    """The rows that filter and search let through; ``sort`` names one of ``SORTS``, with ``-`` the other way round."""
    rows = [row for row in plan.rows if _shows(row, show) and _says(row, q.casefold())]
    key = SORTS.get(sort.removeprefix("-"))
    return rows if key is None else sorted(rows, key=key, reverse=sort.startswith("-"))


def numbers(plan: SitePlan) -> dict[str, int]:
    """What there is to look at → number of rows."""
    counts = {outcome.value: number for outcome, number in plan.counts.items()}
    return {ATTENTION: plan.attention, EVERYTHING: len(plan.rows), **counts, STRAYS: plan.strays}


def _shows(row: SiteRow, show: str) -> bool:
    if show in (EVERYTHING, ""):
        return True
    if show == ATTENTION:
        return row.outcome is not Outcome.SAME
    return bool(row.strays) if show == STRAYS else row.outcome.value == show


def _says(row: SiteRow, q: str) -> bool:
    return not q or any(q in text.casefold() for text in _texts(row))


def _texts(row: SiteRow) -> Iterable[str]:
    yield row.name
    yield from (ref.name for ref in (row.site, row.location) if ref is not None)
