"""What the names in a location of LibreNMS's mean in NetBox: mappings first, then exact names, and nothing guessed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...place_names import NOTHING, PlaceNames
from .exact import Book, ExactMatch
from .plan import Ref

# (id of the site, name) → what is called so there
InSite = Mapping[tuple[int, str], Sequence[Ref]]


@dataclass(frozen=True, slots=True)
class Said:
    """A name, what it can mean, and the name of the place in which that was looked up."""

    name: str
    answer: ExactMatch
    place: str = ""

    @property
    def ref(self) -> Ref | None:
        """The one object that it means; None where it means none or several."""
        return self.answer.refs[0] if len(self.answer.refs) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceBook:
    """What can be meant inside of sites, and by tenants.

    ``names``: text of LibreNMS's → the names that the pattern of the settings reads out of it, for the texts that it
    matches. ``located``: id of a rack → id of its location, for racks that are in one.
    """

    names: Mapping[str, PlaceNames] = field(default_factory=dict)
    locations: InSite = field(default_factory=dict)
    racks: InSite = field(default_factory=dict)
    located: Mapping[int, int] = field(default_factory=dict)
    tenants: Book = Book()

    def of(self, text: str) -> PlaceNames:
        """The names in a text; none where the pattern does not match it."""
        return self.names.get(text, NOTHING)

    def site_text(self, text: str, sites: Book) -> str:
        """The text by which a site is looked up: the name in it, unless the whole is mapped or there is none."""
        name = self.of(text).site
        return name if name and not sites.maps(text) else text

    def locations_of(self, site: Ref, name: str) -> Sequence[Ref]:
        """The locations of exactly this name in a site."""
        return self.locations.get((site.id or 0, name), ())

    def location(self, text: str, site: Ref | None, sites: Book, mapped: Mapping[str, Ref]) -> Said | None:
        """The location that a text means in its site; None where it names none, or nobody knows the site.

        ``mapped``: folded text → the location that its mapping adds to the site. A mapping of the whole text without
        one leaves locations alone.
        """
        key = self.site_text(text, sites)
        if (ref := mapped.get(key.casefold())) is not None:
            return Said(key, ExactMatch((ref,), "mapping"))
        name = self.of(text).location
        if not name or site is None or sites.maps(text):
            return None
        return Said(name, _called(self.locations_of(site, name)), site.name)

    def rack(self, text: str, site: Ref | None, location: Said | None) -> Said | None:
        """The rack that a text means in its site, and in the location where one is said: what is in an unknown location
        is unknown. None where it names none, or nobody knows the site."""
        name = self.of(text).rack
        if not name or site is None:
            return None
        racks, place = self.racks.get((site.id or 0, name), ()), site.name
        if location is not None:
            within = location.ref
            place = within.name if within is not None else location.name or place
            racks = [one for one in racks if within is not None and self.located.get(one.id or 0) == within.id]
        return Said(name, _called(racks), place)

    def tenant(self, text: str) -> Said | None:
        """The tenant that a text means; None where it names none."""
        name = self.of(text).tenant
        return Said(name, self.tenants.find(name)) if name else None


def _called(refs: Sequence[Ref]) -> ExactMatch:
    return ExactMatch(tuple(refs), "name" if refs else "")
