"""A comparison of sites with locations as plain values: rows with outcomes, and what can be done about each."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from ..core.issues import Issue
from ..core.plan import Outcome, Ref
from .places import Coordinates


class Action(StrEnum):
    """What can be done about a row."""

    CREATE_SITE = "create_site"
    CREATE_LOCATION = "create_location"
    TAKE_COORDINATES = "take_coordinates"
    CREATE_IN_LIBRENMS = "create_in_librenms"
    PUSH_COORDINATES = "push_coordinates"
    PLACE_DEVICES = "place_devices"


class Direction(StrEnum):
    """Which side is written."""

    NETBOX = "netbox"
    LIBRENMS = "librenms"


# What is meant by a direction alone. To put a location into a site, and to move devices, has to be said.
MEANT: Mapping[Direction, tuple[Action, ...]] = {
    Direction.NETBOX: (Action.CREATE_SITE, Action.TAKE_COORDINATES),
    Direction.LIBRENMS: (Action.CREATE_IN_LIBRENMS, Action.PUSH_COORDINATES),
}
TO_LIBRENMS = frozenset({Action.CREATE_IN_LIBRENMS, Action.PUSH_COORDINATES, Action.PLACE_DEVICES})


def direction_of(action: Action) -> Direction:
    """Which side an action writes."""
    return Direction.LIBRENMS if action in TO_LIBRENMS else Direction.NETBOX


@dataclass(frozen=True, slots=True)
class Offer:
    """An action that fits a row. ``problem``: why it cannot be done all the same. ``unsure``: LibreNMS may refuse it,
    which cannot be known before."""

    action: Action
    problem: Issue | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A location of LibreNMS, by the name that it has there."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Stray:
    """A device that NetBox has at the row's site, and LibreNMS somewhere else."""

    librenms_id: int
    name: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRow:
    """A location of LibreNMS with the site it means, or a site that no location means.

    ``place``: LibreNMS's, None for a site alone. ``location``: NetBox's location inside of the site, where a mapping
    names one; it has no coordinates. ``distance`` in metres. ``strays``: devices that could be moved to the place.
    """

    key: str
    name: str
    outcome: Outcome
    place: Place | None = None
    site: Ref | None = None
    location: Ref | None = None
    netbox: Coordinates | None = None
    librenms: Coordinates | None = None
    distance: float | None = None
    devices_netbox: int = 0
    devices_librenms: int | None = None
    strays: tuple[Stray, ...] = ()
    matched_by: str = ""
    issues: tuple[Issue, ...] = ()
    offers: tuple[Offer, ...] = ()

    def offer(self, action: Action) -> Offer | None:
        """The offer of an action, None where it does not fit the row."""
        return next((one for one in self.offers if one.action is action), None)

    @property
    def possible(self) -> tuple[Action, ...]:
        """The actions that can be done."""
        return tuple(one.action for one in self.offers if one.problem is None)

    @property
    def fingerprint(self) -> str:
        """Short digest of all that decides what an action writes; another digest means that the row is stale."""
        sides = (self.place, self.site and self.site.id, self.location and self.location.id, self.netbox, self.librenms)
        offers = tuple((one.action.value, one.problem is None) for one in self.offers)
        return hashlib.sha256(repr((self.key, self.outcome, sides, offers, self.strays)).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class SitePlan:
    """All rows. Computing it writes nothing. ``unseen``: rows of LibreNMS's answers that could not be read, so that
    nobody knows what they are."""

    rows: tuple[SiteRow, ...]
    unseen: int = field(default=0)

    @cached_property
    def counts(self) -> dict[Outcome, int]:
        """Outcome → number of rows, all outcomes present."""
        counted = Counter(row.outcome for row in self.rows)
        return {outcome: counted[outcome] for outcome in Outcome}

    @cached_property
    def by_key(self) -> dict[str, SiteRow]:
        """Key → row."""
        return {row.key: row for row in self.rows}

    @property
    def attention(self) -> int:
        """How many rows are not the same on both sides."""
        return len(self.rows) - self.counts[Outcome.SAME]

    @property
    def strays(self) -> int:
        """How many rows have devices that LibreNMS has elsewhere."""
        return sum(bool(row.strays) for row in self.rows)
