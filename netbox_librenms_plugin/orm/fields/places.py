"""The locations, racks and tenants that names in texts of LibreNMS's can mean, in three queries at most."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from dcim.models import Location, Rack
from django.db.models import Q
from tenancy.models import Tenant

from ...place_names import PlaceNames
from ...sync.core.exact import Book, NamedObject
from ...sync.core.place_books import InSite, PlaceBook
from ...sync.core.plan import Ref
from ..frame.permissions import viewable


def load_places(names: Mapping[str, PlaceNames], sites: Collection[int], user: Any) -> PlaceBook:
    """What the names (text → those that it holds) can mean in these sites, as far as the user may view it."""
    racks = _in_sites(Rack, "location", {one.rack for one in names.values()}, sites, user)
    return PlaceBook(
        names=names,
        locations=load_locations(names, sites, user),
        racks=_refs(racks),
        located={pk: location for pk, _site, _name, location, _label in racks if location is not None},
        tenants=_tenants({one.tenant for one in names.values()} - {""}, user),
    )


def load_locations(names: Mapping[str, PlaceNames], sites: Collection[int], user: Any) -> InSite:
    """The locations alone: one query."""
    return _refs(_in_sites(Location, "parent", {one.location for one in names.values()}, sites, user))


# Primary key, site, name, what it is in, and the name of that
_Row = tuple[int, int, str, int | None, str | None]


def _in_sites(model: Any, within: str, names: Collection[str], sites: Collection[int], user: Any) -> Sequence[_Row]:
    wanted = {name for name in names if name}
    if not wanted or not sites:
        return ()
    rows = viewable(model.objects, user).filter(site_id__in=sites, name__in=wanted).order_by("pk")
    return list(rows.values_list("pk", "site_id", "name", f"{within}_id", f"{within}__name"))


def _refs(rows: Iterable[_Row]) -> InSite:
    called: dict[tuple[int, str], list[_Row]] = defaultdict(list)
    for row in rows:
        called[row[1], row[2]].append(row)
    return {
        key: tuple(Ref(pk, _label(name, around, several=len(some) > 1)) for pk, _site, name, _in, around in some)
        for key, some in called.items()
    }


def _label(name: str, around: str | None, *, several: bool) -> str:
    """Its name; where several are called so, with the name of what it is in."""
    return f"{name} ({around})" if several and around else name


def _tenants(names: Collection[str], user: Any) -> Book:
    if not names:
        return Book()
    rows = viewable(Tenant.objects, user).filter(Q(name__in=names) | Q(slug__in=names)).order_by("pk")
    found = list(rows.values_list("pk", "name", "slug", "group__name"))
    called = [name for _pk, name, _slug, _group in found]
    entries = [
        NamedObject(ref=Ref(pk, _label(name, group, several=called.count(name) > 1)), names=(name, slug))
        for pk, name, slug, group in found
    ]
    return Book.of(("name", "slug"), entries, {}, case_counts=True)
