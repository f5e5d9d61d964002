"""Where VLANs are valid: the scopes that cover a device or VM, and the VLANs in them, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from dcim.models import Location, Region, SiteGroup
from django.db.models import Q
from ipam.models import VLAN

from ...sync.core.plan import Ref
from ...sync.vlans.scope import GLOBAL, Scope, ScopedVlan, VlanChoice, by_vid
from ..frame.permissions import viewable


def vlan_choices(
    members: Sequence[Any], vids: Iterable[int], user: Any, *, reserved: bool, also: Sequence[ScopedVlan] = ()
) -> dict[int, VlanChoice]:
    """Member id → the VLANs that a number can mean there, ``also`` some that NetBox does not have yet. Four queries at
    most, whatever the number of members."""
    wanted = sorted(set(vids))
    if not wanted or not members:
        return {}
    levels = scope_levels(members)
    vlans = by_vid([*_scoped(wanted, levels.values(), user), *also])
    return {primary_key: VlanChoice(several, reserved, vlans) for primary_key, several in levels.items()}


def scope_levels(members: Sequence[Any]) -> dict[int, list[frozenset[Scope]]]:
    """Member id → the scopes that cover it, from the most specific to the global one. Three queries at most."""
    trees = _Trees(members)
    return {one.pk: _levels(one, trees) for one in members}


def in_scopes(levels: Iterable[Iterable[frozenset[Scope]]], prefix: str = "") -> Q:
    """The condition that a group (or, with ``prefix``, an object's group) has one of these scopes or none at all."""
    by_kind: dict[str, set[int]] = defaultdict(set)
    for kind, primary_key in {scope for several in levels for level in several for scope in level}:
        by_kind[kind].add(primary_key)
    valid = Q(**{f"{prefix}scope_type__isnull": True})
    for kind, ids in by_kind.items():
        valid |= Q(**{f"{prefix}scope_type__model": kind, f"{prefix}scope_id__in": ids})
    return valid


class _Trees:
    """Parents in the three trees that a site hangs in, read once and only where the members need them."""

    def __init__(self, members: Sequence[Any]) -> None:
        sites = [one.site for one in members if one.site is not None]
        self.region = _parents(Region) if any(site.region_id for site in sites) else {}
        self.site_group = _parents(SiteGroup) if any(site.group_id for site in sites) else {}
        self.location = _parents(Location) if any(getattr(one, "location_id", None) for one in members) else {}


def _parents(model: Any) -> dict[int, int | None]:
    return dict(model.objects.values_list("pk", "parent_id"))


def _path(start: int | None, parents: Mapping[int, int | None]) -> list[int]:
    """From a node up to its root; each node once, even if the tree were damaged."""
    path: list[int] = []
    while start is not None and start not in path:
        path.append(start)
        start = parents.get(start)
    return path


def _levels(member: Any, trees: _Trees) -> list[frozenset[Scope]]:
    """Scopes from the most specific to the global one. Nearer tree nodes come before farther ones."""
    site, cluster = member.site, getattr(member, "cluster", None)
    levels: list[frozenset[Scope]] = []
    if getattr(member, "rack_id", None):
        levels.append(frozenset({("rack", member.rack_id)}))
    levels += [frozenset({("location", one)}) for one in _path(getattr(member, "location_id", None), trees.location)]
    if cluster is not None:
        levels.append(frozenset({("cluster", cluster.pk)}))
        if cluster.group_id:
            levels.append(frozenset({("clustergroup", cluster.group_id)}))
    if site is not None:
        levels.append(frozenset({("site", site.pk)}))
        levels += [frozenset({("sitegroup", one)}) for one in _path(site.group_id, trees.site_group)]
        levels += [frozenset({("region", one)}) for one in _path(site.region_id, trees.region)]
    return [*levels, frozenset({GLOBAL})]


def _scoped(vids: Sequence[int], levels: Collection[Iterable[frozenset[Scope]]], user: Any) -> list[ScopedVlan]:
    sites = {pk for several in levels for level in several for kind, pk in level if kind == "site"}
    valid = Q(group__isnull=True, site__isnull=True) | Q(site_id__in=sites)
    valid |= Q(group__isnull=False) & in_scopes(levels, "group__")
    rows = (
        viewable(VLAN.objects, user)
        .filter(valid, vid__in=vids)
        .order_by("vid", "pk")
        .values_list(
            "pk", "vid", "name", "site_id", "group_id", "group__name", "group__scope_type__model", "group__scope_id"
        )
    )
    return [_vlan(*row) for row in rows]


def _vlan(
    primary_key: int,
    vid: int,
    name: str,
    site: int | None,
    group: int | None,
    group_name: str | None,
    kind: str | None,
    scope_id: int | None,
) -> ScopedVlan:
    """A VLAN's own site says where it is valid; without one its group's scope does."""
    scope: Scope = ("site", site) if site else (kind, scope_id) if kind and scope_id else GLOBAL
    return ScopedVlan(
        vid=vid,
        ref=Ref(primary_key, f"{vid} ({name})"),
        scope=scope,
        name=name,
        group=None if group is None else Ref(group, group_name or ""),
    )
