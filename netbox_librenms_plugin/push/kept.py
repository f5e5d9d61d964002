"""What is kept in step, by the settings; and what has to be known of LibreNMS's locations and of NetBox's links for
that."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dcim.models import Device as NetBoxDevice

from ..custom_fields import FIELD_NAME
from ..fleet_sync.finding import MODELS
from ..librenms.identity import read_id
from ..librenms.records import Device
from ..librenms_api import LibreNMSAPI
from ..location_pattern import names_read
from ..models import LibreNMSSettings
from ..orm.fields.books import load_books
from ..orm.frame.bindings import with_librenms_id
from ..orm.frame.permissions import viewable
from ..orm.frame.scope import Scope
from ..orm.frame.stored_ids import has_librenms_id
from ..sync.core.normalise import text
from ..sync.push.keeping import Keeping, KeepPolicy, Kept, Monitoring, Places


def keeping_of(
    api: LibreNMSAPI, devices: Sequence[Device], settings: LibreNMSSettings, user: Any, fields: Collection[Kept]
) -> Keeping:
    """What of these fields is kept in step: no query and no call where nothing is."""
    policies = {name: policy for name, policy in kept_policies(settings).items() if name in fields}
    if not policies:
        return Keeping()
    return Keeping(
        policies=policies,
        states=_states(settings),
        groups=api.poller_groups() if Kept.POLLER_GROUP in policies else None,
        places=_places(devices, settings.location_pattern, user) if Kept.LOCATION in policies else Places(),
        devices={one.device_id: one for one in devices},
    )


def kept_policies(settings: LibreNMSSettings) -> dict[Kept, KeepPolicy]:
    """The fields that are compared. What was written past validation is nothing that is done."""
    chosen = settings.kept_fields if isinstance(settings.kept_fields, dict) else {}
    known = [one.value for one in KeepPolicy if one is not KeepPolicy.IGNORE]
    return {name: KeepPolicy(chosen[name]) for name in Kept if name in chosen and chosen[name] in known}


def _states(settings: LibreNMSSettings) -> dict[str, Monitoring]:
    chosen = settings.monitoring_map if isinstance(settings.monitoring_map, dict) else {}
    return {status: Monitoring(state) for status, state in chosen.items() if state in list(Monitoring)}


def _places(devices: Iterable[Device], pattern: str, user: Any) -> Places:
    """What the locations that devices are at mean, as far as the user may view it: seven queries at most."""
    names = {name for one in devices if (name := text(one.location_name))}
    books = load_books({"device_type": (), "platform": (), "site": names}, user, names=names_read(pattern, names))
    return Places.of(sorted(names), books.sites, books.locations, books.places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Others hold the same link: the ``spokesman`` of the chassis that they all are members of, or ``others``, as
    reasons name them."""

    spokesman: str = ""
    others: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class _Holder:
    """An object that is linked to a device."""

    model: Any
    pk: int
    name: str
    chassis: int | None = None
    is_master: bool = False

    @property
    def key(self) -> tuple[Any, int]:
        return self.model, self.pk


def shared_links(model: Any, linked: Mapping[int, int], api: LibreNMSAPI, user: Any) -> dict[int, Shared]:
    """Of the objects that are linked (object → LibreNMS id) those that do not have their device for themselves. Members
    of one chassis share it, and one speaks for all: the master, or else the first. A query for each kind, and another
    where a device has several."""
    holders = _holders(set(linked.values()), api) if linked else {}
    several = {number: found for number, found in holders.items() if len(found) > 1}
    seen = _visible(several.values(), user) if several else set()
    found = {pk: _shared((model, pk), several[number], seen) for pk, number in linked.items() if number in several}
    return {pk: one for pk, one in found.items() if one is not None}


def _holders(numbers: Iterable[int], api: LibreNMSAPI) -> dict[int, list[_Holder]]:
    """LibreNMS id → who holds it, whoever may view him."""
    scope = Scope(user=None, server=api.server.key, bare_key=api.bare_key)
    ids = sorted(str(one) for one in numbers)
    found: defaultdict[int, list[_Holder]] = defaultdict(list)
    for model in MODELS.values():
        of_chassis = ("virtual_chassis_id", "virtual_chassis__master_id") if model is NetBoxDevice else ()
        rows = with_librenms_id(model.objects.order_by("pk"), scope).filter(has_librenms_id(ids))
        stored = f"custom_field_data__{FIELD_NAME}"
        for pk, name, value, *of in rows.values_list("pk", "name", stored, *of_chassis):
            number = read_id(value, scope.server, scope.bare_key)
            if number is not None:
                chassis, master = of or (None, None)
                found[number].append(_Holder(model, pk, name or f"#{pk}", chassis, pk == master))
    return found


def _shared(key: tuple[Any, int], holders: Sequence[_Holder], seen: Collection[tuple[Any, int]]) -> Shared | None:
    chassis = {one.chassis for one in holders}
    if len(chassis) == 1 and None not in chassis:
        speaker = next((one for one in holders if one.is_master), holders[0])
        if speaker.key == key:
            return None
        return Shared(spokesman=speaker.name if speaker.key in seen else f"#{speaker.pk}")
    others = [one for one in holders if one.key != key]
    return Shared(
        others=tuple({"id": one.pk, "name": one.name} if one.key in seen else {"hidden": True} for one in others)
    )


def _visible(groups: Iterable[Sequence[_Holder]], user: Any) -> set[tuple[Any, int]]:
    asked: defaultdict[Any, set[int]] = defaultdict(set)
    for one in (one for group in groups for one in group):
        asked[one.model].add(one.pk)
    return {
        (model, pk)
        for model, ids in asked.items()
        for pk in viewable(model.objects, user).filter(pk__in=ids).values_list("pk", flat=True)
    }
