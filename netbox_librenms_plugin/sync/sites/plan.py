"""The rules: which site a location means, whether both lie at the same place, and what can be done where they do not.

A mapping decides before everything else, then the exact name and the exact slug. Where these two name different sites,
nothing is guessed. Where the pattern of the settings reads a site's name out of the location, that is looked up in
place of the whole, which only a mapping can mean then.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from ...librenms.records import Device, Location, LocationUpdates
from ...place_names import NOTHING, PlaceNames
from ..core.issues import Code, Issue, issue
from ..core.normalise import text
from ..core.place_books import PlaceBook
from ..core.plan import Outcome, Ref
from .places import Coordinates, coordinates, distance
from .rows import Action, Offer, Place, SitePlan, SiteRow, Stray
from .slugs import slug_of

RESOURCE = "sites"
# Of NetBox's column
LONGEST_NAME = 100
LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSite:
    """A site that the user may view, with the number of its devices that he may view."""

    ref: Ref
    slug: str
    place: Coordinates | None = None
    devices: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedPlace:
    """What a person said that a location means; ``site`` is None where the user may not view it."""

    site: Ref | None
    location: Ref | None = None


@dataclass(frozen=True, slots=True)
class LinkedDevice:
    """A device of NetBox's and its site, by their ids."""

    id: int
    site: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReading:
    """What NetBox holds. ``mapped``: folded text of LibreNMS → what it was mapped to. ``linked``: LibreNMS id → the
    device that is linked to it. ``places``: the names in locations, by the pattern of the settings, and the locations
    inside of sites that they can mean."""

    sites: Sequence[HeldSite]
    mapped: Mapping[str, MappedPlace] = field(default_factory=dict)
    linked: Mapping[int, LinkedDevice] = field(default_factory=dict)
    places: PlaceBook = PlaceBook()

    def without(self, devices: Collection[int]) -> Self:
        """The same without these links (LibreNMS ids)."""
        return replace(self, linked={number: one for number, one in self.linked.items() if number not in devices})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What LibreNMS said: its locations, its devices (None where it did not say), and whether it can change a
    location."""

    locations: Sequence[Location]
    devices: Sequence[Device] | None = ()
    updates: LocationUpdates = LocationUpdates()
    unseen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meaning:
    """Which site a location means, or the reason why that is not known. ``inside``: it is a place in the site, where
    that has no coordinates: ``location``, or a rack."""

    site: HeldSite | None = None
    location: Ref | None = None
    inside: bool = False
    via: str = ""
    outcome: Outcome | None = None
    problem: Issue | None = None
    candidates: tuple[HeldSite, ...] = ()


def plan_sites(answers: Answers, reading: SiteReading, *, tolerance: float) -> SitePlan:
    """All rows in the order of their names. Coordinates up to ``tolerance`` metres apart are the same."""
    return _Planner(answers, reading, tolerance).plan()


class _Planner:
    """One comparison, with what is looked up again and again."""

    def __init__(self, answers: Answers, reading: SiteReading, tolerance: float) -> None:
        self.answers, self.reading, self.tolerance = answers, reading, tolerance
        self.by_name = {one.ref.name: one for one in reading.sites}
        self.by_slug = {one.slug: one for one in reading.sites}
        self.by_id = {one.ref.id: one for one in reading.sites}
        self.places = [one for one in answers.locations if text(one.location)]
        self.folded = {text(one.location).casefold(): one for one in self.places}
        self.meanings = {one.id: self._meaning(text(one.location)) for one in self.places}
        self.plain: dict[int | None, list[Location]] = defaultdict(list)
        for one in self.places:
            meaning = self.meanings[one.id]
            if meaning.site is not None and not meaning.inside:
                self.plain[meaning.site.ref.id].append(one)
        self.devices = answers.devices or ()
        self.at = self._devices_at()

    def plan(self) -> SitePlan:
        """Locations, then the sites that none of them means, together in the order of their names."""
        rows = [*(self._of_place(one) for one in self.places), *self._alone()]
        rows.sort(key=lambda row: (row.name.casefold(), row.key))
        return SitePlan(tuple(rows), self.answers.unseen)

    def _meaning(self, name: str) -> _Meaning:
        """By a mapping of the whole, else by the names in it, else by the whole."""
        read = self.reading.places.of(name)
        if name.casefold() in self.reading.mapped or read is NOTHING:
            return self._meant(name)
        meaning = self._meant(read.site or name)
        if meaning.site is None and meaning.problem is None and read.site:
            return replace(meaning, problem=issue(Code.SITE_MISSING, text=read.site[:LONGEST_SHOWN]))
        return self._within(meaning, read)

    def _within(self, meaning: _Meaning, read: PlaceNames) -> _Meaning:
        """With the location of the site that is named."""
        site = meaning.site
        if site is None or meaning.inside or not (read.location or read.rack):
            return meaning
        meaning = replace(meaning, inside=True)
        if not read.location:
            return meaning
        said, refs = read.location[:LONGEST_SHOWN], self.reading.places.locations_of(site.ref, read.location)
        if len(refs) == 1:
            return replace(meaning, location=refs[0])
        if not refs:
            absent = issue(Code.LOCATION_MISSING, text=said, place=site.ref.name)
            return replace(meaning, outcome=Outcome.BLOCKED, problem=absent)
        several = issue(
            Code.SEVERAL_MEANT, text=said, candidates=tuple({"id": one.id, "name": one.name} for one in refs)
        )
        return replace(meaning, outcome=Outcome.CONFLICT, problem=several)

    def _meant(self, name: str) -> _Meaning:
        mapped = self.reading.mapped.get(name.casefold())
        if mapped is not None:
            site = self.by_id.get(mapped.site.id) if mapped.site is not None else None
            if site is None:
                hidden = issue(Code.TARGET_HIDDEN, text=name[:LONGEST_SHOWN])
                return _Meaning(outcome=Outcome.BLOCKED, problem=hidden, via="mapping")
            inside = mapped.location is not None
            return _Meaning(site=site, location=mapped.location, inside=inside, via="mapping")
        named, slugged = self.by_name.get(name), self.by_slug.get(name)
        if named is not None and slugged is not None and named is not slugged:
            candidates = tuple({"id": one.ref.id, "name": one.ref.name} for one in (named, slugged))
            several = issue(Code.NAME_AND_SLUG, text=name[:LONGEST_SHOWN], candidates=candidates)
            return _Meaning(outcome=Outcome.CONFLICT, problem=several, candidates=(named, slugged))
        if named is not None:
            return _Meaning(site=named, via="name")
        return _Meaning(site=slugged, via="slug" if slugged is not None else "")

    def _devices_at(self) -> dict[int, list[Device]]:
        """Location id → its devices."""
        known = {one.id for one in self.places}
        found: dict[int, list[Device]] = defaultdict(list)
        for device in self.devices:
            place = self._place_of(device)
            if place in known:
                found[place].append(device)
        return found

    def _place_of(self, device: Device) -> int:
        if isinstance(device.location_id, int):
            return device.location_id
        named = self.folded.get(text(device.location_name).casefold())
        return named.id if named is not None else 0

    # Rows of LibreNMS's locations

    def _of_place(self, location: Location) -> SiteRow:
        meaning = self.meanings[location.id]
        row = SiteRow(
            key=f"location:{location.id}",
            name=text(location.location),
            outcome=meaning.outcome or Outcome.MISSING,
            place=Place(location.id, location.location),
            librenms=coordinates(location.lat, location.lng),
            devices_librenms=None if self.answers.devices is None else len(self.at[location.id]),
            matched_by=meaning.via,
            issues=(meaning.problem,) if meaning.problem is not None else (),
        )
        if meaning.site is not None:
            return self._matched(row, location, meaning.site, meaning)
        if meaning.outcome is not None:
            return row
        missing = self._missing(row)
        return missing if meaning.problem is None else _without_site(missing, meaning.problem)

    def _missing(self, row: SiteRow) -> SiteRow:
        """NetBox has no such site: it, or a location in another one, can be made."""
        assert row.place is not None
        if len(row.name) > LONGEST_NAME:
            problem = issue(Code.PLACE_NAME_TOO_LONG, length=len(row.name), limit=LONGEST_NAME)
            offers = tuple(Offer(one, problem) for one in (Action.CREATE_SITE, Action.CREATE_LOCATION))
            return replace(row, outcome=Outcome.BLOCKED, issues=(problem,), offers=offers)
        holder = self.by_slug.get(slug_of(row.name, row.place.id))
        if holder is None:
            return replace(row, offers=(Offer(Action.CREATE_SITE), Offer(Action.CREATE_LOCATION)))
        taken = issue(Code.SLUG_TAKEN, name=holder.ref.name, id=holder.ref.id, slug=holder.slug)
        offers = (Offer(Action.CREATE_SITE, taken), Offer(Action.CREATE_LOCATION))
        return replace(row, outcome=Outcome.CONFLICT, issues=(taken,), offers=offers)

    def _matched(self, row: SiteRow, location: Location, site: HeldSite, meaning: _Meaning) -> SiteRow:
        row = replace(row, site=site.ref, location=meaning.location, devices_netbox=site.devices)
        if meaning.inside:
            return replace(row, outcome=meaning.outcome or Outcome.SAME)
        row = replace(row, netbox=site.place)
        alone = len(self.plain[site.ref.id]) == 1
        if alone and (strays := self._strays(site)):
            row = replace(row, strays=strays, offers=(Offer(Action.PLACE_DEVICES),))
        return self._compared(row, self._others(site, location))

    def _others(self, site: HeldSite, location: Location) -> tuple[str, ...]:
        return tuple(text(one.location) for one in self.plain[site.ref.id] if one.id != location.id)

    def _compared(self, row: SiteRow, others: tuple[str, ...]) -> SiteRow:
        both = row.netbox is not None and row.librenms is not None
        apart = distance(row.netbox, row.librenms) if row.netbox and row.librenms else None
        row = replace(row, distance=apart)
        if (both and apart is not None and apart <= self.tolerance) or (row.netbox is None and row.librenms is None):
            return replace(row, outcome=Outcome.SAME)
        if others:
            several = issue(Code.SEVERAL_PLACES, names=tuple(one[:LONGEST_SHOWN] for one in others))
            return replace(row, outcome=Outcome.CONFLICT, issues=(several,))
        offers = tuple(self._of_coordinates(row))
        blocked = [one.problem for one in offers if one.problem is not None]
        free = len(offers) > len(blocked)
        return replace(
            row,
            outcome=Outcome.CHANGED if free else Outcome.BLOCKED,
            issues=() if free else tuple(blocked),
            offers=(*offers, *row.offers),
        )

    def _of_coordinates(self, row: SiteRow) -> Iterator[Offer]:
        if row.librenms is not None:
            yield Offer(Action.TAKE_COORDINATES)
        if row.netbox is not None:
            updates = self.answers.updates
            yield Offer(Action.PUSH_COORDINATES, no_updates(updates), unsure=not updates.worked)

    def _strays(self, site: HeldSite) -> tuple[Stray, ...]:
        """Devices that NetBox has at a site, at a location that does not mean it. Those that LibreNMS does not list
        are nowhere."""
        found = []
        for device in self.devices:
            linked = self.reading.linked.get(device.device_id)
            if linked is None or linked.site != site.ref.id:
                continue
            meaning = self.meanings.get(self._place_of(device))
            if meaning is None or meaning.site is not site:
                place = text(device.location_name)[:LONGEST_SHOWN]
                found.append(Stray(device.device_id, device.hostname, place))
        return tuple(found)

    # Rows of sites that no location means

    def _alone(self) -> Iterator[SiteRow]:
        meant = {one.site.ref.id for one in self.meanings.values() if one.site is not None}
        meant |= {one.ref.id for meaning in self.meanings.values() for one in meaning.candidates}
        for site in self.reading.sites:
            if site.ref.id not in meant:
                problem = self._not_addable(site)
                yield SiteRow(
                    key=f"site:{site.ref.id}",
                    name=site.ref.name,
                    outcome=Outcome.EXTRA if problem is None else Outcome.BLOCKED,
                    site=site.ref,
                    netbox=site.place,
                    devices_netbox=site.devices,
                    issues=() if problem is None else (problem,),
                    offers=(Offer(Action.CREATE_IN_LIBRENMS, problem),),
                )

    def _not_addable(self, site: HeldSite) -> Issue | None:
        """Why LibreNMS cannot be given a location for a site."""
        if namesake := self.folded.get(site.ref.name.casefold()):
            return issue(Code.PLACE_NAME_TAKEN, name=text(namesake.location)[:LONGEST_SHOWN])
        if site.place is None:
            return issue(Code.NO_COORDINATES)
        return issue(Code.ZERO_COORDINATE) if site.place.has_zero else None


def _without_site(row: SiteRow, problem: Issue) -> SiteRow:
    """A row whose text names a site that is not there: a site that is called as the whole text would be another one."""
    offers = tuple(one for one in row.offers if one.action is not Action.CREATE_SITE)
    return replace(row, outcome=Outcome.MISSING, issues=(problem,), offers=offers)


def no_updates(updates: LocationUpdates) -> Issue | None:
    """Why this LibreNMS cannot change a location, as far as that is known."""
    if updates.known_to_fail:
        return issue(Code.LOCATION_UPDATES_FAIL, version=updates.version)
    return issue(Code.LOCATION_UPDATES_REFUSED) if updates.refused else None


def meant_actions(row: SiteRow, actions: Iterable[Action]) -> list[Action]:
    """Those of the actions that fit a row, whether they can be done or not."""
    return [action for action in actions if row.offer(action) is not None]
