"""The import list: all devices of a server with their states, and what of it somebody wants to see."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from ..engine import Options, scope_of
from ..librenms.records import Device
from ..librenms_api import LibreNMSAPI
from .listed_devices import ListedDevices
from .netbox import load_context
from .planning import plan_rows
from .rows import Choice, Row, State
from .stack_counts import known_stacks


@dataclass(frozen=True)
class Listing:
    """The rows of all devices, in LibreNMS's order. ``odd_rows`` devices of the answer could not be read."""

    rows: tuple[Row, ...]
    fetched_at: datetime
    odd_rows: int = 0

    @cached_property
    def by_id(self) -> Mapping[int, Row]:
        """LibreNMS id → row."""
        return {row.librenms_id: row for row in self.rows}

    def counts(self, rows: Iterable[Row] | None = None) -> dict[State, int]:
        """State → number of rows, all states present."""
        counted = Counter(row.state for row in (self.rows if rows is None else rows))
        return {state: counted[state] for state in State}


def listing(
    api: LibreNMSAPI, *, user: Any, choices: Mapping[int, Choice] | None = None, refresh: bool = False
) -> Listing:
    """All devices of the server beside NetBox: one call at most, and the same number of queries for any number of rows.

    Raises ``LibreNMSError``. Writes nothing.
    """
    fetched = api.devices(refresh=refresh)
    rows = rows_of(fetched.value, api, user=user, choices=choices or {})
    return Listing(rows=tuple(rows), fetched_at=fetched.fetched_at, odd_rows=fetched.odd_rows)


def rows_of(
    devices: tuple[Device, ...],
    api: LibreNMSAPI,
    *,
    user: Any,
    choices: Mapping[int, Choice],
    among: ListedDevices | None = None,
) -> list[Row]:
    """Rows of some devices; ``among`` are all of the server, where those are only some."""
    fleet = ListedDevices(devices) if among is None else among
    scope = scope_of(api, user, Options())
    wanted = {one.device_id for one in devices}
    parents = {one.parent_id for one in devices if isinstance(one.parent_id, int)}
    hosts = {pk: host for pk in parents if (host := fleet.by_id.get(pk)) is not None}
    wanted |= hosts.keys()
    context = load_context(
        devices,
        scope,
        choices={pk: choice for pk, choice in choices.items() if pk in wanted},
        stacks=known_stacks(api),
        hosts=hosts,
    )
    return plan_rows(devices, context, among=fleet)
