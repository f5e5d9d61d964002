"""Sites out of NetBox, with what locations were mapped to and where linked devices are, in a fixed number of
queries."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from dcim.models import Device, Location, Site
from django.db.models.fields.json import KeyTransform

from ...custom_fields import FIELD_NAME
from ...librenms.identity import read_id
from ...models import LocationMapping
from ...place_names import PlaceNames
from ...sync.core.place_books import PlaceBook
from ...sync.core.plan import Ref
from ...sync.sites.places import coordinates
from ...sync.sites.plan import HeldSite, LinkedDevice, MappedPlace, SiteReading
from ..fields.places import load_locations
from ..frame.permissions import viewable
from ..frame.scope import Scope


def read(scope: Scope, names: Mapping[str, PlaceNames], *, lock: bool = False) -> SiteReading:
    """What the user may view, in four queries, five where ``names`` (text of LibreNMS's → the names in it) hold some of
    locations. With ``lock`` the sites stay locked until the transaction ends."""
    numbers, linked = _devices(scope)
    sites = viewable(Site.objects, scope.user).order_by("pk")
    if lock:
        # A row cannot be locked where a permission joins other tables to it
        held = Site.objects.filter(pk__in=sites.order_by().values("pk")).order_by("pk").select_for_update()
        sites = held
    rows = sites.values_list("pk", "name", "slug", "latitude", "longitude")
    found = [
        HeldSite(ref=Ref(pk, name), slug=slug, place=_place(latitude, longitude), devices=numbers[pk])
        for pk, name, slug, latitude, longitude in rows
    ]
    inside = load_locations(names, [one.ref.id for one in found if one.ref.id is not None], scope.user)
    return SiteReading(
        sites=found,
        mapped=_mapped(found, scope.user),
        linked=linked,
        places=PlaceBook(names=names, locations=inside),
    )


def _place(latitude: Any, longitude: Any) -> Any:
    both = latitude is not None and longitude is not None
    return coordinates(float(latitude), float(longitude)) if both else None


def _devices(scope: Scope) -> tuple[Counter[int], dict[int, LinkedDevice]]:
    """Site → number of devices, and LibreNMS id → device. Of two at different sites that are linked to one neither is
    believed."""
    numbers: Counter[int] = Counter()
    linked: dict[int, LinkedDevice] = {}
    twice: set[int] = set()
    rows = (
        viewable(Device.objects, scope.user).order_by("pk").annotate(_id=KeyTransform(FIELD_NAME, "custom_field_data"))
    )
    for pk, site, stored in rows.values_list("pk", "site_id", "_id"):
        numbers[site] += 1
        librenms_id = read_id(stored, scope.server, scope.bare_key) if stored is not None else None
        if librenms_id is not None and linked.setdefault(librenms_id, LinkedDevice(pk, site)).site != site:
            twice.add(librenms_id)
    return numbers, {number: one for number, one in linked.items() if number not in twice}


def _mapped(sites: list[HeldSite], user: Any) -> dict[str, MappedPlace]:
    """Folded text → what it was mapped to. Mappings are rules of the house, what they lead to is not for everybody."""
    rows = list(LocationMapping.objects.order_by("pk").values_list("librenms_location", "site_id", "location_id"))
    refs = {one.ref.id: one.ref for one in sites}
    ids = {location for _text, _site, location in rows if location is not None}
    inside = dict(viewable(Location.objects, user).filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    found = {}
    for text, site, location in rows:
        hidden = location is not None and location not in inside
        ref = Ref(location, inside[location]) if location is not None and not hidden else None
        found[text.casefold()] = MappedPlace(site=None if hidden else refs.get(site), location=ref)
    return found
