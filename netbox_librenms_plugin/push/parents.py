"""Whom devices depend on in LibreNMS: those that their cables lead to in NetBox, where people said that the role of the
one stands above that of the other."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dcim.models import Device, Interface
from dcim.utils import decompile_path_node
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from ..custom_fields import FIELD_NAME
from ..engine import doubts_about
from ..fleet_sync.finding import DEVICE, load
from ..librenms.identity import read_id
from ..librenms.records import Device as LibreNMSDevice
from ..librenms_api import LibreNMSAPI
from ..orm.frame.permissions import viewable
from .kept import Shared, shared_links

_LINK = f"custom_field_data__{FIELD_NAME}"


@dataclass(slots=True)
class _Ranked:
    """Some devices: id → which of the chosen objects it is a part of; and the place of each object in the order."""

    owners: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    ranks: dict[int, int] = field(default_factory=dict)


def parents_of_devices(
    objects: Sequence[Any], order: Sequence[str], devices: Sequence[LibreNMSDevice], api: LibreNMSAPI, user: Any
) -> dict[int, frozenset[int]]:
    """Object → LibreNMS ids of its parents, for devices whose role is in the ``order`` (slugs, the topmost first). What
    hangs on another member of a chassis hangs on all of it. Neighbours that the user may not view, that are not linked,
    or of which it is in doubt who they are, are nobody's parents. A fixed number of queries."""
    if not order or not objects or not isinstance(objects[0], Device):
        return {}
    ranked = _ranked(objects, order)
    far = _far_ends(ranked)
    parents: defaultdict[int, set[int]] = defaultdict(set)
    known = {one.device_id: one for one in devices}
    for neighbour in _certain(_neighbours(far, api, user), known, api, user):
        for one in far[neighbour.device]:
            if neighbour.role in order and order.index(neighbour.role) < ranked.ranks[one]:
                parents[one].add(neighbour.number)
    return {one: frozenset(parents[one]) for one in ranked.ranks}


def _ranked(objects: Sequence[Any], order: Sequence[str]) -> _Ranked:
    chosen = {one.pk for one in objects}
    of_chassis: defaultdict[int, set[int]] = defaultdict(set)
    for one in objects:
        if one.virtual_chassis_id is not None:
            of_chassis[one.virtual_chassis_id].add(one.pk)
    ranked = _Ranked()
    rows = Device.objects.filter(Q(pk__in=chosen) | Q(virtual_chassis__in=of_chassis)).order_by("pk")
    for pk, chassis, role in rows.values_list("pk", "virtual_chassis_id", "role__slug"):
        ranked.owners[pk] |= of_chassis.get(chassis, set()) | ({pk} & chosen)
        if pk in chosen and role in order:
            ranked.ranks[pk] = order.index(role)
    for pk, owners in ranked.owners.items():
        ranked.owners[pk] = owners & ranked.ranks.keys()
    return ranked


def _far_ends(ranked: _Ranked) -> dict[int, set[int]]:
    """Device at the other end of a complete path → the chosen objects that are at this end."""
    kind = ContentType.objects.get_for_model(Interface).pk
    near = [pk for pk, owners in ranked.owners.items() if owners]
    paths = Interface.objects.filter(device__in=near, _path__is_complete=True).order_by()
    ends: defaultdict[int, set[int]] = defaultdict(set)
    for device, path in paths.values_list("device_id", "_path__path"):
        for node in path[-1]:
            type_id, pk = decompile_path_node(node)
            if type_id == kind:
                ends[pk] |= ranked.owners[device]
    far: defaultdict[int, set[int]] = defaultdict(set)
    for pk, device in Interface.objects.filter(pk__in=ends).order_by().values_list("pk", "device_id"):
        far[device] |= ends[pk]
    return far


@dataclass(frozen=True, slots=True)
class _Neighbour:
    """One that is linked: the device and its role, and who holds the link to which LibreNMS device (it, or another
    member of its chassis)."""

    device: int
    role: str
    holder: int
    number: int


def _neighbours(far: Mapping[int, set[int]], api: LibreNMSAPI, user: Any) -> list[_Neighbour]:
    seen = viewable(Device.objects, user)
    columns = ("pk", "virtual_chassis_id", "role__slug", _LINK)
    rows = list(seen.filter(pk__in=far).order_by("pk").values_list(*columns))
    chassis = {one for _pk, one, _role, _link in rows if one is not None}
    links = seen.filter(virtual_chassis__in=chassis).order_by("pk").values_list("virtual_chassis_id", "pk", _LINK)
    of_chassis = {one: (pk, number) for one, pk, link in links if (number := _number(link, api)) is not None}
    found = []
    for pk, one, role, link in rows:
        own = _number(link, api)
        held = (pk, own) if own is not None else of_chassis.get(one)
        if held is not None:
            found.append(_Neighbour(pk, role, *held))
    return found


def _certain(
    found: Sequence[_Neighbour], devices: Mapping[int, LibreNMSDevice], api: LibreNMSAPI, user: Any
) -> list[_Neighbour]:
    """Without those that other clues deny to be the device that they are linked to, or that share it with others."""
    held = {one.holder: one.number for one in found if one.number in devices}
    holders = load(DEVICE, list(held), user)
    doubtful = doubts_about([(one, devices[held[one.pk]]) for one in holders], user=user, api=api)
    shared = shared_links(Device, held, api, user)
    clear = {one.pk for one in holders if (DEVICE, one.pk) not in doubtful and not shared.get(one.pk, Shared()).others}
    return [one for one in found if one.holder in clear]


def _number(stored: Any, api: LibreNMSAPI) -> int | None:
    return read_id(stored, api.server.key, api.bare_key)
