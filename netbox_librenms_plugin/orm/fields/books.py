"""The device types, platforms and sites that texts of LibreNMS's can mean, with people's mappings, in seven queries;
what is inside of sites in three more, where a pattern reads names out of LibreNMS's locations.

Mappings are rules of the house and hold for everybody; what they lead to has to be visible to the user.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from dcim.models import DeviceType, Location, Platform, Site
from django.db.models import Q
from django.db.models.functions import Lower

from ...models import DeviceTypeMapping, LocationMapping, PlatformMapping
from ...place_names import PlaceNames
from ...sync.core.exact import Book, NamedObject
from ...sync.core.place_books import PlaceBook
from ...sync.core.plan import Ref
from ..frame.permissions import viewable
from .places import load_places

Texts = Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """One book for each kind; ``locations`` holds, by folded text, the location that a mapping adds to its site,
    ``places`` what is inside of sites, and ``makers`` the manufacturer's id of device types and platforms, by
    (kind, id)."""

    types: Book = Book()
    platforms: Book = Book()
    sites: Book = Book()
    locations: Mapping[str, Ref] = field(default_factory=dict)
    places: PlaceBook = PlaceBook()
    makers: Mapping[tuple[str, int], int] = field(default_factory=dict)


def load_books(
    texts: Mapping[str, Texts],
    user: Any,
    *,
    names: Mapping[str, PlaceNames] | None = None,
    at: Collection[int] = (),
    virtual_only: bool = False,
) -> Books:
    """Books that know what these texts mean (field → texts). Virtual machines need the platforms only.

    ``names``: text of a location → the names that it holds; ``at``: the sites that they can be about beside those that
    are meant.
    """
    makers: dict[tuple[str, int], int] = {}
    platforms = _platforms(texts["platform"], user, makers)
    if virtual_only:
        return Books(platforms=platforms)
    names = names or {}
    called = {*texts["site"], *(one.site for one in names.values() if one.site)}
    sites = _sites(called, user)
    return Books(
        types=_device_types(texts["device_type"], user, makers),
        platforms=platforms,
        sites=sites,
        locations=_locations(called, user),
        places=load_places(names, {*at, *sites.refs}, user),
        makers=makers,
    )


def _lowered(texts: Texts) -> list[str]:
    return sorted({one.lower() for one in texts})


def _mapped(model: Any, target: str, texts: Texts) -> dict[str, int]:
    """LibreNMS's text as it was mapped → id of the target."""
    rows = model.objects.annotate(_text=Lower(model.text_field)).filter(_text__in=_lowered(texts))
    return dict(rows.order_by("pk").values_list(model.text_field, f"{target}_id"))


def _book(
    kinds: tuple[str, ...], entries: list[NamedObject], mapped: Mapping[str, int], *, case_counts: bool = False
) -> Book:
    refs = {one.ref.id: one.ref for one in entries}
    targets = {text: refs.get(target) for text, target in mapped.items()}
    return Book.of(kinds, entries, targets, case_counts=case_counts)


def _device_types(texts: Texts, user: Any, makers: dict[tuple[str, int], int]) -> Book:
    if not texts:
        return Book()
    mapped, lowered = _mapped(DeviceTypeMapping, "device_type", texts), _lowered(texts)
    rows = viewable(DeviceType.objects, user).annotate(_model=Lower("model"), _part=Lower("part_number"))
    rows = rows.filter(Q(_part__in=lowered) | Q(_model__in=lowered) | Q(pk__in=mapped.values())).order_by("pk")
    found = list(rows.values_list("pk", "manufacturer_id", "manufacturer__name", "model", "part_number"))
    makers |= {("device_type", row[0]): row[1] for row in found}
    entries = [
        NamedObject(ref=Ref(pk, f"{maker} {model}"), names=(part, model)) for pk, _maker_id, maker, model, part in found
    ]
    return _book(("part_number", "model"), entries, mapped)


def _platforms(texts: Texts, user: Any, makers: dict[tuple[str, int], int]) -> Book:
    if not texts:
        return Book()
    mapped, lowered = _mapped(PlatformMapping, "platform", texts), _lowered(texts)
    rows = viewable(Platform.objects, user).annotate(_text=Lower("name"), _slug=Lower("slug"))
    rows = rows.filter(Q(_text__in=lowered) | Q(_slug__in=lowered) | Q(pk__in=mapped.values())).order_by("pk")
    found = list(rows.values_list("pk", "name", "slug", "manufacturer_id"))
    makers |= {("platform", pk): maker for pk, _name, _slug, maker in found if maker is not None}
    entries = [NamedObject(ref=Ref(pk, name), names=(name, slug)) for pk, name, slug, _maker in found]
    return _book(("name", "slug"), entries, mapped)


def _sites(texts: Texts, user: Any) -> Book:
    if not texts:
        return Book()
    mapped = _mapped(LocationMapping, "site", texts)
    rows = viewable(Site.objects, user).order_by("pk")
    rows = rows.filter(Q(name__in=texts) | Q(slug__in=texts) | Q(pk__in=mapped.values()))
    entries = [
        NamedObject(ref=Ref(pk, name), names=(name, slug)) for pk, name, slug in rows.values_list("pk", "name", "slug")
    ]
    return _book(("name", "slug"), entries, mapped, case_counts=True)


def _locations(texts: Texts, user: Any) -> dict[str, Ref]:
    mapped = _mapped(LocationMapping, "location", texts) if texts else {}
    ids = {target for target in mapped.values() if target is not None}
    if not ids:
        return {}
    rows = viewable(Location.objects, user).filter(pk__in=ids).order_by("pk")
    refs = {pk: Ref(pk, name) for pk, name in rows.values_list("pk", "name")}
    return {text.casefold(): refs[target] for text, target in mapped.items() if target in refs}
