"""Sites into NetBox: new ones, and coordinates, in batches; locations inside of a site, each with its mapping."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from dcim.models import Location, Site
from django.db import router
from django.utils.translation import gettext as _

from ...models import LocationMapping
from ...sync.core.plan import Change, Outcome, Ref
from ...sync.sites.places import DECIMALS, Coordinates
from ...sync.sites.rows import SiteRow
from ...sync.sites.slugs import slug_of
from ..frame.batches import REFUSALS, BatchRow, Entry, Invalid, refusal_of, write_rows
from ..frame.permissions import NotAllowedError, refusal, require, require_rows
from ..frame.results import RowResult, written
from ..frame.savepoints import savepoint
from ..frame.scope import Scope
from ..frame.serialised import snapshot
from ..frame.subjects import Subject

COORDINATES = ("latitude", "longitude")
MANY = tuple(one.name for one in Site._meta.many_to_many if one.name != "tags")


def create_sites(rows: Sequence[SiteRow], scope: Scope) -> Iterator[tuple[str, RowResult]]:
    """Make a site of each row. Yields (row key, result)."""

    def prepare(entries: Sequence[Entry]) -> tuple[list[BatchRow], list[Invalid]]:
        return _valid(entries, {})

    yield from _results([_entry(row, Outcome.MISSING, _new_values(row)) for row in rows], scope, prepare)


def take_coordinates(rows: Sequence[SiteRow], scope: Scope) -> Iterator[tuple[str, RowResult]]:
    """Write LibreNMS's coordinates into the site of each row. Yields (row key, result)."""
    using = router.db_for_write(Site)

    def prepare(entries: Sequence[Entry]) -> tuple[list[BatchRow], list[Invalid]]:
        ids = [one.change.netbox_id for one in entries]
        queryset = Site.objects.using(using).restrict(scope.user, "change").filter(pk__in=ids)
        return _valid(entries, {one.pk: one for one in queryset.prefetch_related("tags", *MANY)})

    yield from _results([_entry(row, Outcome.CHANGED, _degrees(row.librenms)) for row in rows], scope, prepare)


def _results(entries: list[Entry], scope: Scope, prepare: Any) -> Iterator[tuple[str, RowResult]]:
    for entry, result in write_rows(Site, entries, scope, prepare=prepare):
        yield entry.change.key, result


def _entry(row: SiteRow, outcome: Outcome, values: dict[str, Any]) -> Entry:
    """A row as batches take it: it is about no device, but about its own site."""
    number = row.site.id if row.site is not None else None
    change = Change(
        key=row.key, name=row.name, outcome=outcome, owner=Ref(None, ""), netbox_id=number, wanted=dict(values)
    )
    subject = Subject(object=Site(pk=number or 0), members=(), visible=frozenset())
    return Entry(subject, change, values)


def _new_values(row: SiteRow) -> dict[str, Any]:
    number = row.place.id if row.place is not None else 0
    return {"name": row.name, "slug": slug_of(row.name, number), **_degrees(row.librenms)}


def _degrees(place: Coordinates | None) -> dict[str, Any]:
    if place is None:
        return {}
    step = Decimal(1).scaleb(-DECIMALS)
    degrees = (place.latitude, place.longitude)
    return {name: Decimal(str(value)).quantize(step) for name, value in zip(COORDINATES, degrees, strict=True)}


def _valid(entries: Sequence[Entry], existing: dict[int, Any]) -> tuple[list[BatchRow], list[Invalid]]:
    valid: list[BatchRow] = []
    invalid: list[Invalid] = []
    for one in entries:
        try:
            instance = _instance(one, existing)
            instance.clean_fields(exclude=[field.name for field in Site._meta.fields if field.is_relation])
            instance.clean()
            valid.append(BatchRow(one, instance))
        except REFUSALS as error:
            invalid.append((one, error))
    return valid, invalid


def _instance(entry: Entry, existing: dict[int, Any]) -> Any:
    if entry.change.outcome is Outcome.MISSING:
        return Site(**entry.values)
    instance = existing.get(entry.change.netbox_id or 0)
    if instance is None:
        raise refusal(Site, "change")
    snapshot(instance)
    for name, value in entry.values.items():
        setattr(instance, name, value)
    return instance


def create_location(row: SiteRow, site_id: int, scope: Scope) -> tuple[RowResult, Any]:
    """Make a location inside of a site, and the mapping by which LibreNMS's location means it: both or none. Gives the
    result and the location."""
    change = _entry(row, Outcome.MISSING, {}).change
    using = router.db_for_write(Location)
    try:
        with savepoint(using):
            location = _location(row, site_id, scope, using)
    except REFUSALS as error:
        return refusal_of(change, error), None
    return written(change, location.pk), location


def _location(row: SiteRow, site_id: int, scope: Scope, using: str) -> Location:
    for model in (Location, LocationMapping):
        require(scope.user, "add", model)
    site = Site.objects.using(using).restrict(scope.user, "view").filter(pk=site_id).first()
    if site is None:
        raise NotAllowedError(_("use this site"))
    number = row.place.id if row.place is not None else 0
    location = Location(site=site, name=row.name, slug=slug_of(row.name, number))
    _saved(location, scope, using)
    _saved(LocationMapping(librenms_location=row.name, site=site, location=location), scope, using)
    return location


def _saved(instance: Any, scope: Scope, using: str) -> None:
    """As NetBox's own form would save it."""
    instance._changelog_message = scope.message
    instance.full_clean()
    instance.save()
    require_rows(scope.user, "add", type(instance), [instance.pk], using=using)
