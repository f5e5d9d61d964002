"""VLANs out of NetBox: those valid where a device is, and the groups that a new one can go into."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dcim.models import Interface
from django.db import router
from ipam.models import VLAN, VLANGroup

from ...librenms.records import DeviceVlans
from ...sync.core.plan import Found, Ref
from ...sync.vlans.facts import VlanFacts
from ...sync.vlans.scope import GLOBAL, VID_RANGE
from ...sync.vlans.scope import Scope as VlanScope
from ...sync.vlans.scope import ScopedVlan
from ...sync.vlans.wanted import RESOURCE, VlanContext, VlanPlace
from ..frame.permissions import viewable
from ..frame.scope import Scope
from ..frame.subjects import Subject
from .scopes import in_scopes, scope_levels, vlan_choices

Key = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class VlanReading:
    """The VLANs that one subject's numbers can mean, and where new ones can go."""

    found: Sequence[Found]
    context: VlanContext


def read(
    subjects: Sequence[Subject], snapshots: Mapping[Key, DeviceVlans], scope: Scope, *, lock: bool = False
) -> dict[Key, VlanReading]:
    """Subject key → reading. With ``lock`` the VLANs' rows stay locked until the transaction ends."""
    chosen = [one for one in subjects if one.key in snapshots]
    places = [one.object for one in chosen]
    own = {one.key: sorted({row.vlan_vlan for row in snapshots[one.key].vlans}) for one in chosen}
    vids = {vid for several in own.values() for vid in several}
    choices = vlan_choices(places, vids, scope.user, reserved=scope.reserved_vlans, also=scope.foreseen.vlans)
    groups = _group_levels(places, scope) if places else {}
    candidates = {
        one.key: [vlan for vid in own[one.key] for vlan in choices[one.object.pk].candidates(vid)] if vids else []
        for one in chosen
    }
    ids = {vlan.ref.id for several in candidates.values() for vlan in several if vlan.ref.id}
    if lock:
        list(VLAN.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    users = _devices_by_vlan(ids)
    return {
        one.key: VlanReading(
            found=_found(candidates[one.key], users, one),
            context=VlanContext(
                owner=Ref(one.object.pk, str(one.object)),
                levels=groups.get(one.object.pk, ()),
                reserved=scope.reserved_vlans,
                chosen=_chosen_groups(scope),
            ),
        )
        for one in chosen
    }


def _chosen_groups(scope: Scope) -> dict[str, int]:
    choices = scope.choices.get(RESOURCE, {})
    return {key: choice["group"] for key, choice in choices.items() if isinstance(choice.get("group"), int)}


def _group_levels(places: Sequence[Any], scope: Scope) -> dict[int, list[list[VlanPlace]]]:
    """Object id → the groups that cover it, by level, as far as the user may see them."""
    levels = scope_levels(places)
    by_scope: dict[VlanScope, list[VlanPlace]] = {}
    rows = viewable(VLANGroup.objects, scope.user).filter(in_scopes(levels.values())).order_by("name", "pk")
    found = list(rows.values_list("pk", "name", "scope_type__model", "scope_id", "vid_ranges"))
    names = _names_by_group([row[0] for row in found])
    for pk, name, kind, scope_id, vids in found:
        where: VlanScope = (kind, scope_id) if kind and scope_id else GLOBAL
        ranges = [range(one.lower, one.upper) for one in vids or ()] or [VID_RANGE]
        by_scope.setdefault(where, []).append(VlanPlace(group=Ref(pk, name), vids=ranges, names=names.get(pk, {})))
    return {
        pk: [places for level in several if (places := [one for where in level for one in by_scope.get(where, ())])]
        for pk, several in levels.items()
    }


def _names_by_group(groups: Sequence[int]) -> dict[int, dict[str, int]]:
    """Group id → name → number of its VLANs, also of those that the user may not see: their names are taken too."""
    names: dict[int, dict[str, int]] = {}
    rows = VLAN.objects.filter(group_id__in=groups).values_list("group_id", "name", "vid") if groups else ()
    for group, name, vid in rows:
        names.setdefault(group, {})[name] = vid
    return names


def _devices_by_vlan(ids: set[int]) -> dict[int, set[int]]:
    """VLAN id → the devices that have it on an interface."""
    users: dict[int, set[int]] = {}
    through = Interface.tagged_vlans.through.objects.using(router.db_for_read(Interface))
    tagged = through.filter(vlan_id__in=ids)
    untagged = Interface.objects.filter(untagged_vlan_id__in=ids)
    for vlan_id, device_id in (
        *tagged.values_list("vlan_id", "interface__device_id").distinct(),
        *untagged.order_by().values_list("untagged_vlan_id", "device_id").distinct(),
    ):
        users.setdefault(vlan_id, set()).add(device_id)
    return users


def _found(vlans: Iterable[ScopedVlan], users: Mapping[int, set[int]], subject: Subject) -> list[Found]:
    owner, members = Ref(subject.object.pk, str(subject.object)), {one.pk for one in subject.members}
    found = []
    for vlan in vlans:
        using = users.get(vlan.ref.id or 0, set())
        # Counted, since half of a site can use a VLAN: a set without the members would be a copy for each device
        others = len(using) - sum(member in using for member in members)
        found.append(
            Found(
                id=vlan.ref.id or 0,
                name=vlan.name,
                owner=owner,
                values={"vid": vlan.vid, "name": vlan.name, "group": vlan.group},
                facts=VlanFacts(vid=vlan.vid, used_by=others),
            )
        )
    return found
