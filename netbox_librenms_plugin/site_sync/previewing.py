"""What a location pattern reads out of the locations of a server's devices, and what of that NetBox has."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from ..librenms_api import LibreNMSAPI
from ..location_pattern import names_read
from ..orm.fields.books import Books, load_books
from ..place_names import GROUPS
from ..sync.core.normalise import text
from ..sync.core.place_books import Said
from ..sync.core.plan import Ref

MOST_ROWS = 100


class Standing(StrEnum):
    """Whether NetBox has what a name says. ``hidden``: it is mapped to something that the user may not view."""

    FOUND = "found"
    MISSING = "missing"
    SEVERAL = "several"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Finding:
    """A name, and what it is in NetBox. ``via``: as of ``ExactMatch``."""

    name: str
    standing: Standing
    ref: Ref | None = None
    via: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """One location of LibreNMS's, with the number of its devices. ``matches``: the pattern does. ``findings``: group →
    what is found, for what the text says."""

    text: str
    devices: int
    matches: bool
    findings: Mapping[str, Finding] = field(default_factory=dict)

    @property
    def clear(self) -> bool:
        """Whether all of it is in NetBox."""
        return self.matches and all(one.standing is Standing.FOUND for one in self.findings.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationPreview:
    """The first rows, those that need attention before the others. ``number``: of all locations; ``matching``: of those
    that the pattern matches; ``groups``: what the rows say anything of, in order."""

    rows: tuple[PreviewRow, ...]
    number: int
    matching: int
    groups: tuple[str, ...]
    server: str
    fetched_at: datetime


def preview(api: LibreNMSAPI, pattern: str, *, user: Any) -> LocationPreview:
    """What a pattern would do, from LibreNMS's list of devices (a call at most) and what the user may view, in a fixed
    number of queries. Writes nothing. Raises ``LibreNMSError``."""
    fetched = api.devices()
    devices = Counter(place for one in fetched.value if (place := text(one.location_name)))
    names = names_read(pattern, devices)
    books = load_books({"device_type": (), "platform": (), "site": set(devices)}, user, names=names)
    rows = [_row(place, number, books) for place, number in devices.items()]
    rows.sort(key=lambda row: (row.clear, -row.devices, row.text))
    said = {"site", *(group for row in rows for group in row.findings)}
    return LocationPreview(
        rows=tuple(rows[:MOST_ROWS]),
        number=len(rows),
        matching=len(names),
        groups=tuple(group for group in GROUPS if group in said),
        server=api.server.display_name,
        fetched_at=fetched.fetched_at,
    )


def _row(place: str, devices: int, books: Books) -> PreviewRow:
    places, sites = books.places, books.sites
    read = places.of(place)
    named = places.site_text(place, sites)
    site = Said(named, sites.find(named))
    location = places.location(place, site.ref, sites, books.locations)
    found = {"location": location, "rack": places.rack(place, site.ref, location), "tenant": places.tenant(place)}
    findings = {group: _finding(said) for group, said in found.items() if said is not None}
    matches = place in places.names
    if read.site or not matches or site.answer.via:
        findings["site"] = _finding(site)
    if site.ref is None:
        # Nothing is inside of a site that is not there
        absent = {group: getattr(read, group) for group in ("location", "rack")}
        findings |= {group: Finding(name, Standing.MISSING) for group, name in absent.items() if name}
    return PreviewRow(text=place, devices=devices, matches=matches, findings=findings)


def _finding(said: Said) -> Finding:
    answer = said.answer
    if said.ref is not None:
        return Finding(said.name, Standing.FOUND, said.ref, answer.via)
    if answer.hidden:
        return Finding(said.name, Standing.HIDDEN)
    return Finding(said.name, Standing.SEVERAL if answer.refs else Standing.MISSING)
