"""The table of sites beside LibreNMS's locations."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from dcim.models import Site
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from netbox.tables import BaseTable
from utilities.permissions import get_permission_for_model

from ..models import LocationMapping
from ..sync.core.issues import Code, Issue
from ..sync.core.plan import Outcome, Tone
from ..sync.sites.places import Coordinates
from ..sync.sites.rows import Action, SiteRow
from ..words.matches import matched_by
from ..words.sentences import sentence
from .remedies import Remedy

INC = "netbox_librenms_plugin/inc"
PLUGIN = "plugins:netbox_librenms_plugin"
OUTCOME_LABELS: dict[Outcome, Any] = {
    Outcome.MISSING: gettext_lazy("Missing in NetBox"),
    Outcome.CHANGED: gettext_lazy("Coordinates differ"),
    Outcome.CONFLICT: gettext_lazy("Conflict"),
    Outcome.BLOCKED: gettext_lazy("Blocked"),
    Outcome.EXTRA: gettext_lazy("Missing in LibreNMS"),
    Outcome.SAME: gettext_lazy("Same"),
}
TONES: dict[Outcome, Tone] = {
    Outcome.CONFLICT: Tone.DECIDE,
    Outcome.BLOCKED: Tone.DECIDE,
    Outcome.SAME: Tone.QUIET,
}
ACTION_LABELS: dict[Action, Any] = {
    Action.CREATE_SITE: gettext_lazy("Create site…"),
    Action.CREATE_LOCATION: gettext_lazy("Create location in a site…"),
    Action.TAKE_COORDINATES: gettext_lazy("Take into NetBox…"),
    Action.CREATE_IN_LIBRENMS: gettext_lazy("Create in LibreNMS…"),
    Action.PUSH_COORDINATES: gettext_lazy("Write to LibreNMS…"),
    Action.PLACE_DEVICES: gettext_lazy("Move devices in LibreNMS…"),
}
# Of the number of objects
ACTION_WORDS: dict[Action, Callable[[int], str]] = {
    Action.CREATE_SITE: lambda n: ngettext(
        "{n} site will be created in NetBox", "{n} sites will be created in NetBox", n
    ).format(n=n),
    Action.CREATE_LOCATION: lambda n: ngettext(
        "{n} location will be created in NetBox, with a mapping",
        "{n} locations will be created in NetBox, with a mapping each",
        n,
    ).format(n=n),
    Action.TAKE_COORDINATES: lambda n: ngettext(
        "{n} site in NetBox gets LibreNMS's coordinates", "{n} sites in NetBox get LibreNMS's coordinates", n
    ).format(n=n),
    Action.CREATE_IN_LIBRENMS: lambda n: ngettext(
        "{n} location will be created in LibreNMS", "{n} locations will be created in LibreNMS", n
    ).format(n=n),
    Action.PUSH_COORDINATES: lambda n: ngettext(
        "{n} location in LibreNMS gets NetBox's coordinates", "{n} locations in LibreNMS get NetBox's coordinates", n
    ).format(n=n),
    Action.PLACE_DEVICES: lambda n: ngettext(
        "{n} device will be moved in LibreNMS", "{n} devices will be moved in LibreNMS", n
    ).format(n=n),
}
MAPPED = frozenset(
    {Code.SLUG_TAKEN, Code.PLACE_NAME_TAKEN, Code.PLACE_NAME_TOO_LONG, Code.NAME_AND_SLUG}
    | {Code.SITE_MISSING, Code.LOCATION_MISSING, Code.SEVERAL_MEANT}
)
IN_LIBRENMS = frozenset(
    {Code.ZERO_COORDINATE, Code.LOCATION_UPDATES_FAIL, Code.LOCATION_UPDATES_REFUSED, Code.PLACE_NAME_TOO_LONG}
)
MOST_STRAYS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSurroundings:
    """What rows need beside themselves: who looks, and which actions he may take."""

    user: Any
    allowed: frozenset[Action]
    location_url: Callable[[int], str]
    locations_url: str
    confirm_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLine:
    """A row at its place on the page. ``problem``: why it was not written just now; ``synced``: that it was."""

    row: SiteRow
    number: int
    problem: str = ""
    synced: bool = False


def degrees(place: Coordinates | None) -> str:
    """A place for people."""
    return "" if place is None else f"{_degree(place.latitude)}, {_degree(place.longitude)}"


def _degree(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def metres(number: float | None) -> str:
    """A distance for people: "38 m", "1.4 km", "212 km"."""
    if number is None:
        return ""
    if number < 1_000:
        return _("{n} m").format(n=round(number))
    kilometres = number / 1_000
    return _("{n} km").format(n=f"{kilometres:.1f}" if kilometres < 10 else f"{kilometres:,.0f}")


def written_words(row: SiteRow, action: Action) -> str:
    """What an action writes of a row, in words."""
    if action is Action.PLACE_DEVICES:
        names = [one.name for one in row.strays[:MOST_STRAYS]]
        return ", ".join([*names, "…"] if len(row.strays) > MOST_STRAYS else names)
    if action is Action.CREATE_LOCATION:
        return ""
    from_netbox = action in (Action.CREATE_IN_LIBRENMS, Action.PUSH_COORDINATES)
    before, after = (row.librenms, row.netbox) if from_netbox else (row.netbox, row.librenms)
    return f"{degrees(before)} → {degrees(after)}" if before is not None and after is not None else degrees(after)


def digests(rows: Sequence[SiteRow | None]) -> str:
    """What a page shows, for the form that is sent from it: key and fingerprint of each row, nothing for one that is
    gone."""
    return ",".join("" if row is None else f"{row.key}|{row.fingerprint}" for row in rows)


def read_digests(said: str) -> list[tuple[str, str]]:
    """(key, fingerprint) of what ``digests`` wrote, place by place."""
    parts = (one.partition("|") for one in said[:200_000].split(",")) if said else ()
    return [(key, digest) for key, _bar, digest in parts]


class SiteTable(BaseTable):
    """Locations with the sites that they mean, and sites that no location means, in the order given."""

    pk = tables.Column(empty_values=(), orderable=False, verbose_name=gettext_lazy("Select"))
    place = tables.Column(empty_values=(), verbose_name=gettext_lazy("LibreNMS location"))
    outcome = tables.Column(empty_values=(), verbose_name=gettext_lazy("Outcome"))
    site = tables.Column(empty_values=(), verbose_name=gettext_lazy("NetBox site"))
    coordinates = tables.Column(empty_values=(), orderable=False, verbose_name=gettext_lazy("Coordinates"))
    distance = tables.Column(empty_values=(), verbose_name=gettext_lazy("Distance"))
    devices = tables.Column(empty_values=(), verbose_name=gettext_lazy("Devices"))
    actions = tables.Column(empty_values=(), orderable=False, verbose_name="")

    exempt_columns = ("pk", "place", "actions")

    class Meta(BaseTable.Meta):
        fields: tuple[str, ...] = ("pk", "place", "outcome", "site", "coordinates", "distance", "devices", "actions")
        default_columns = fields
        empty_text = gettext_lazy("No row matches")
        attrs = {"class": "table table-hover object-list librenms-table"}

    def __init__(self, data: Sequence[SiteLine], *, around: SiteSurroundings, **options: Any) -> None:
        super().__init__(data, **options)
        self.around = around
        self.sequence = list(self.Meta.fields)

    @property
    def width(self) -> int:
        """How many columns there are beside the boxes."""
        return len(self.Meta.fields) - 1

    def render_pk(self, record: SiteLine) -> str:
        return self._piece("site_select", record) if self._possible(record.row) else ""

    def render_place(self, record: SiteLine) -> str:
        place = record.row.place
        return self._piece("site_place", record, url=self.around.location_url(place.id) if place is not None else "")

    def render_outcome(self, record: SiteLine) -> str:
        outcome = record.row.outcome
        context = {"label": OUTCOME_LABELS[outcome], "tone": TONES.get(outcome, Tone.WRITE).value}
        return self._piece("site_outcome", record, **context)

    def render_site(self, record: SiteLine) -> str:
        row = record.row
        urls = {
            "site_url": reverse("dcim:site", args=(row.site.id,)) if row.site is not None else "",
            "inside_url": reverse("dcim:location", args=(row.location.id,)) if row.location is not None else "",
        }
        by = matched_by(row.matched_by) if row.matched_by and row.site is not None else ""
        return self._piece("site_site", record, matched_by=by, **urls)

    def render_coordinates(self, record: SiteLine) -> str:
        row = record.row
        context = {"netbox": degrees(row.netbox), "librenms": degrees(row.librenms)}
        return self._piece("site_coordinates", record, same=row.outcome is Outcome.SAME, **context)

    def render_distance(self, record: SiteLine) -> str:
        return metres(record.row.distance) or "—"

    def render_devices(self, record: SiteLine) -> str:
        return self._piece("site_devices", record)

    def render_actions(self, record: SiteLine) -> str:
        actions = [(f"{one.value}|{record.row.key}", ACTION_LABELS[one]) for one in self._possible(record.row)]
        return self._piece("site_actions", record, actions=actions) if actions else ""

    def told(self, line: SiteLine) -> list[tuple[str, list[Remedy]]]:
        """The reasons that a row carries, each with the links that mend it."""
        return [(sentence(one), list(self._remedies(line.row, one))) for one in line.row.issues]

    @property
    def lines(self) -> Iterator[dict[str, Any]]:
        """The rows with their cells and reasons, as the template needs them."""
        for row in self.rows:
            line = row.record
            cells = [(column.name, cell) for column, cell in row.items()]
            yield {"line": line, "cells": cells, "told": self.told(line)}

    def _possible(self, row: SiteRow) -> list[Action]:
        return [one for one in row.possible if one in self.around.allowed]

    def _remedies(self, row: SiteRow, reason: Issue) -> Iterable[Remedy]:
        user = self.around.user
        if reason.code is Code.NO_COORDINATES and row.site is not None and _may(user, "change", Site):
            yield Remedy(label=_("Edit the site"), url=reverse("dcim:site_edit", args=(row.site.id,)))
        if reason.code in MAPPED and _may(user, "add", LocationMapping):
            yield Remedy(label=_("Add a mapping"), url=_mapping_url(row, reason))
        if reason.code is Code.TARGET_HIDDEN and _may(user, "view", LocationMapping):
            query = urlencode({"librenms_location": row.name})
            yield Remedy(label=_("See the mapping"), url=f"{reverse(f'{PLUGIN}:locationmapping_list')}?{query}")
        if reason.code in IN_LIBRENMS or reason.code is Code.SEVERAL_PLACES:
            yield Remedy(label=_("Open in LibreNMS"), url=self.around.locations_url, elsewhere=True)

    def _piece(self, piece: str, record: SiteLine, **context: Any) -> str:
        shared = {"line": record, "row": record.row, "around": self.around}
        return str(get_template(f"{INC}/{piece}.html").render({**shared, **context}))


def _may(user: Any, action: str, model: Any) -> bool:
    return bool(user.has_perm(get_permission_for_model(model, action)))


def _mapping_url(row: SiteRow, reason: Issue) -> str:
    """The form of a mapping, with what is known filled in."""
    known = {"librenms_location": reason.details.get("name") if row.place is None else row.name}
    if reason.code in (Code.SITE_MISSING, Code.NAME_AND_SLUG):
        # What was looked up: the whole text, or the name that the pattern reads out of it
        known["librenms_location"] = reason.details.get("text")
    if row.site is not None:
        known["site"] = row.site.id
    elif reason.code is Code.SLUG_TAKEN:
        known["site"] = reason.details.get("id")
    return f"{reverse(f'{PLUGIN}:locationmapping_add')}?{urlencode({k: v for k, v in known.items() if v})}"
