"""Where VLANs are valid: the scopes that cover a device or VM, and the VLANs in them, in a fixed number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dcim.models import Location, Region, SiteGroup
from django.db.models import Q
from ipam.models import VLAN

from ..sync.plan import Ref
from ..sync.vlan_scope import GLOBAL, Scope, ScopedVlan, VlanChoice, by_vid


def vlan_choices(members: Sequence[Any], vids: Iterable[int], user: Any) -> dict[int, VlanChoice]:
    """Member id → the VLANs that a number can mean there. Four queries at most, whatever the number of members."""
    wanted = sorted(set(vids))
    if not wanted or not members:
        return {}
    trees = _Trees(members)
    levels = {one.pk: _levels(one, trees) for one in members}
    scopes = {scope for several in levels.values() for level in several for scope in level}
    vlans = by_vid(_scoped(wanted, scopes, user))
    return {primary_key: VlanChoice(several, vlans) for primary_key, several in levels.items()}


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


def _scoped(vids: Sequence[int], scopes: Iterable[Scope], user: Any) -> list[ScopedVlan]:
    by_kind: dict[str, list[int]] = {}
    for kind, primary_key in scopes:
        by_kind.setdefault(kind, []).append(primary_key)
    valid = Q(group__isnull=True, site__isnull=True) | Q(group__isnull=False, group__scope_type__isnull=True)
    valid |= Q(site_id__in=by_kind.get("site", []))
    for kind, ids in by_kind.items():
        valid |= Q(group__scope_type__model=kind, group__scope_id__in=ids)
    rows = (
        VLAN.objects.restrict(user, "view")
        .filter(valid, vid__in=vids)
        .order_by("vid", "pk")
        .values_list("pk", "vid", "name", "site_id", "group__name", "group__scope_type__model", "group__scope_id")
    )
    return [_vlan(*row) for row in rows]


def _vlan(
    primary_key: int, vid: int, name: str, site: int | None, group: str | None, kind: str | None, scope_id: int | None
) -> ScopedVlan:
    """A VLAN's own site says where it is valid; without one its group's scope does."""
    scope: Scope = ("site", site) if site else (kind, scope_id) if kind and scope_id else GLOBAL
    return ScopedVlan(vid=vid, ref=Ref(primary_key, f"{vid} ({name})"), scope=scope, group=group or "")
