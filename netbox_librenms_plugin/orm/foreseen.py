"""What earlier resources of the same run will have written, for plans that look ahead: nothing of it is stored yet.

Objects that will be made have negative ids, so that nobody takes them for something in NetBox.
"""

import copy
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from dcim.models import Location, Site
from ipam.models import VLANGroup

from ..custom_fields import FIELD_NAME
from ..librenms.records import UNSET
from ..sync.plan import Change, Outcome, Ref
from ..sync.vlan_scope import GLOBAL
from ..sync.vlan_scope import Scope as VlanScope
from ..sync.vlan_scope import ScopedVlan
from .subjects import Subject

_PLACES = {"site": Site, "location": Location}
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInterface:
    """An interface that will be made: its id here, the row that makes it, whose it will be, and its values."""

    id: int
    key: str
    owner: Ref
    values: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """``vlans`` and ``interfaces`` that will be made; ``changed``: interface id → values that it will get."""

    vlans: tuple[ScopedVlan, ...] = ()
    interfaces: tuple[NewInterface, ...] = ()
    changed: Mapping[int, Values] = field(default_factory=dict)

    def with_vlans(self, subject: Subject, changes: Iterable[Change]) -> Self:
        """After new VLANs."""
        new = [change for change in changes if change.outcome is Outcome.MISSING]
        scopes = _scopes({group.id for change in new if (group := change.writes.get("group"))})
        start = len(self.vlans) + 1
        made = (_vlan(change, subject, -number, scopes) for number, change in enumerate(new, start))
        return replace(self, vlans=(*self.vlans, *made))

    def with_interfaces(self, changes: Sequence[Change]) -> Self:
        """After new interfaces and new values of others. What one row refers to may be made by another one."""
        start = len(self.interfaces) + 1
        new = [change for change in changes if change.outcome is Outcome.MISSING]
        ids = {change.key: -number for number, change in enumerate(new, start)}
        made = (
            NewInterface(id=ids[one.key], key=one.key, owner=one.owner, values=_resolved(one.writes, ids))
            for one in new
        )
        changed = {
            one.netbox_id: _resolved(one.writes, ids)
            for one in changes
            if one.outcome is Outcome.CHANGED and one.netbox_id is not None
        }
        return replace(self, interfaces=(*self.interfaces, *made), changed={**self.changed, **changed})

    def of_owners(self, owners: Iterable[int]) -> list[NewInterface]:
        """The new interfaces of these devices or VMs."""
        wanted = set(owners)
        return [one for one in self.interfaces if one.owner.id in wanted]

    def lag_members(self) -> Iterator[tuple[int, int]]:
        """(Interface id, id of the aggregate that it will be a member of)."""
        for pk, values in (*((one.id, one.values) for one in self.interfaces), *self.changed.items()):
            lag = values.get("lag")
            if isinstance(lag, Ref) and lag.id is not None:
                yield pk, lag.id

    def row(self, row: Mapping[str, Any], server: str) -> dict[str, Any]:
        """Columns of an interface that is there, as they will be."""
        values = self.changed.get(row["pk"])
        return dict(row) if values is None else {**row, **columns(values, server, row.get("custom_field_data"))}


def columns(values: Values, server: str, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Values of a plan as the columns of an interface that say who it is and what it hangs on."""
    found = {name: values[name] for name in ("name", "type") if values.get(name, UNSET) is not UNSET}
    found |= {f"{name}_id": ref.id for name in ("parent", "lag") if isinstance(ref := values.get(name), Ref)}
    if values.get("librenms_id", UNSET) is not UNSET:
        found["custom_field_data"] = {**(data or {}), FIELD_NAME: {server: values["librenms_id"]}}
    return found


def _resolved(values: Values, ids: Mapping[str, int]) -> Values:
    refs = {name: value for name, value in values.items() if isinstance(value, Ref) and value.id is None}
    return {**values, **{name: replace(ref, id=ids[ref.key]) for name, ref in refs.items() if ref.key in ids}}


def _scopes(groups: Collection[int | None]) -> dict[int, VlanScope]:
    """VLAN group → where its VLANs are valid."""
    rows = VLANGroup.objects.filter(pk__in=groups).values_list("pk", "scope_type__model", "scope_id") if groups else ()
    return {pk: (kind, scope_id) if kind and scope_id else GLOBAL for pk, kind, scope_id in rows}


def _vlan(change: Change, subject: Subject, pk: int, scopes: Mapping[int, VlanScope]) -> ScopedVlan:
    values = change.writes
    group, vid = values.get("group"), values["vid"]
    site = getattr(subject.object, "site_id", None)
    where: VlanScope = scopes.get(group.id, GLOBAL) if group else ("site", site) if site else GLOBAL
    return ScopedVlan(vid=vid, ref=Ref(pk, f"{vid} ({values['name']})"), scope=where, name=values["name"], group=group)


def moved(subject: Subject, changes: Iterable[Change]) -> Subject:
    """The subject after its fields: what they say of its place decides which VLANs are valid there."""
    members = {one.pk: one for one in subject.members}
    for change in changes:
        places = {name: ref for name, ref in change.writes.items() if name in _PLACES and isinstance(ref, Ref)}
        held = members.get(change.owner.id or 0)
        if not places or held is None:
            continue
        twin = copy.copy(held)
        for name, ref in places.items():
            setattr(twin, name, _PLACES[name].objects.filter(pk=ref.id).first())
        members[twin.pk] = twin
    return replace(
        subject,
        object=members.get(subject.object.pk, subject.object),
        members=tuple(members[one.pk] for one in subject.members),
    )
