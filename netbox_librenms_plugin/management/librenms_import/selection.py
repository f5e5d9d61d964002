"""Which devices of LibreNMS a command is about, and which of them it would import."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from ...import_utils.asked import Asked, AskedError
from ...import_utils.listing import Listing, listing
from ...import_utils.rows import Choice, Kind, Row, State
from ...librenms_api import LibreNMSAPI
from ..callers import usage_error


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants imported: devices by their LibreNMS ids, else those that the filters let through.

    Of filtered devices the ready ones; with ``link`` also those that NetBox has without their id, with ``existing``
    also those that are linked. ``defaults``: field → id of the object that devices get which lack one.
    """

    ids: tuple[int, ...] = ()
    asked: Asked = field(default_factory=Asked)
    link: bool = False
    existing: bool = False
    defaults: Mapping[str, int] = field(default_factory=dict)

    @property
    def states(self) -> frozenset[State]:
        """The states of filtered devices that are imported."""
        more = {State.EXISTS: self.link, State.LINKED: self.existing}
        return frozenset({State.READY, *(state for state, on in more.items() if on)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """``rows``: the devices that were meant, as they are with ``choices``. ``wanted``: LibreNMS ids of those to import,
    in order; an id that was named and that LibreNMS does not know is among them, so that it is reported."""

    found: Listing
    rows: Sequence[Row]
    choices: Mapping[int, Choice]
    wanted: Sequence[int]

    @property
    def skipped(self) -> list[Row]:
        """The devices that were meant and are left as they are."""
        wanted = frozenset(self.wanted)
        return [row for row in self.rows if row.librenms_id not in wanted]

    @property
    def counts(self) -> Mapping[State, int]:
        """State → number of devices that were meant."""
        return Counter(row.state for row in self.rows)


def asked_of(pairs: Iterable[str]) -> Asked:
    """Filters as they are given to the command, such as ``os=ios``."""
    said: dict[str, list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise usage_error(_("“{pair}” is no filter. Write it as name=value.").format(pair=pair))
        said.setdefault(name.strip(), []).append(value)
    try:
        return Asked.of(said)
    except AskedError as error:
        raise usage_error(error.message) from error


def select(wish: Wish, api: LibreNMSAPI, *, user: Any, refresh: bool = False) -> Selected:
    """What the wish comes down to. Raises ``LibreNMSError``. Writes nothing."""
    found = listing(api, user=user, refresh=refresh)
    meant = wish.ids or tuple(row.librenms_id for row in _filtered(wish, found, api, refresh=refresh))
    choices = _choices((found.by_id[pk] for pk in meant if pk in found.by_id), wish.defaults)
    if choices:
        found = listing(api, user=user, choices=choices)
    rows = [found.by_id[pk] for pk in meant if pk in found.by_id]
    wanted = wish.ids or [row.librenms_id for row in rows if row.state in wish.states]
    return Selected(found=found, rows=rows, choices=choices, wanted=wanted)


def _filtered(wish: Wish, found: Listing, api: LibreNMSAPI, *, refresh: bool) -> list[Row]:
    """In the state that was asked for before anything was decided, as people see it in the list."""
    try:
        _matching, rows = wish.asked.find(found, api, refresh=refresh)
    except AskedError as error:
        raise usage_error(error.message) from error
    return rows


def _choices(rows: Iterable[Row], defaults: Mapping[str, int]) -> dict[int, Choice]:
    found = {}
    for row in rows:
        ids = {name: pk for name, pk in defaults.items() if _lacks(row, name)}
        if ids:
            found[row.librenms_id] = Choice(ids=ids)
    return found


def _lacks(row: Row, name: str) -> bool:
    """A virtual machine needs a place only: a cluster is as good as a site, and the role may be open."""
    if row.state is not State.NEEDS_SETUP or row.ref(name) is not None:
        return False
    return row.kind is Kind.DEVICE or (name == "site" and row.ref("cluster") is None)
