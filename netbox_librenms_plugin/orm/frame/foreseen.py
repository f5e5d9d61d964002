"""What earlier resources of the same run will have written, for plans that look ahead: nothing of it is stored yet.

Objects that will be made have negative ids, so that nobody takes them for something in NetBox.
"""

import copy
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from dcim.models import Location, Site
from ipam.models import VLANGroup

from ...custom_fields import FIELD_NAME
from ...librenms.records import UNSET
from ...sync.core.plan import Change, Found, Outcome, Ref
from ...sync.ip_addresses.facts import HeldFacts, address_facts
from ...sync.ip_addresses.hosts import Host
from ...sync.vlans.scope import GLOBAL
from ...sync.vlans.scope import Scope as VlanScope
from ...sync.vlans.scope import ScopedVlan
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
class ForeseenWrites:
    """What will have been written: ``vlans``; new ``interfaces`` by their owner's id; ``changed``: interface id → new
    values; ``members``: aggregate → its new members; ``addresses`` by host; ``cables``: interface → the one at the
    other end. ``made`` counts what will be made."""

    vlans: tuple[ScopedVlan, ...] = ()
    interfaces: Mapping[int, tuple[NewInterface, ...]] = field(default_factory=dict)
    changed: Mapping[int, Values] = field(default_factory=dict)
    members: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    addresses: Mapping[Host, tuple[Found, ...]] = field(default_factory=dict)
    cables: Mapping[int, int] = field(default_factory=dict)
    made: int = 0

    def with_vlans(self, subject: Subject, changes: Iterable[Change]) -> Self:
        """After new VLANs."""
        new = [change for change in changes if change.outcome is Outcome.MISSING]
        scopes = _scopes({group.id for change in new if (group := change.writes.get("group"))})
        made = (_vlan(change, subject, -number, scopes) for number, change in enumerate(new, self.made + 1))
        return replace(self, vlans=(*self.vlans, *made), made=self.made + len(new))

    def with_interfaces(self, changes: Sequence[Change]) -> Self:
        """After new interfaces and new values of others. What one row refers to may be made by another one."""
        new = [change for change in changes if change.outcome is Outcome.MISSING]
        ids = {change.key: -number for number, change in enumerate(new, self.made + 1)}
        interfaces = {**self.interfaces}
        written: dict[int, Values] = {}
        for one in changes:
            values = _resolved(one.writes, ids)
            written[ids.get(one.key) or one.netbox_id or 0] = values
            if one.key in ids:
                made = NewInterface(id=ids[one.key], key=one.key, owner=one.owner, values=values)
                interfaces[one.owner.id or 0] = (*interfaces.get(one.owner.id or 0, ()), made)
        changed = {pk: values for pk, values in written.items() if pk > 0}
        return replace(
            self,
            interfaces=interfaces,
            changed={**self.changed, **changed},
            members={**self.members, **self._with_members(written)},
            made=self.made + len(new),
        )

    def _with_members(self, written: Mapping[int, Values]) -> dict[int, tuple[int, ...]]:
        members: dict[int, tuple[int, ...]] = {}
        for pk, values in written.items():
            lag = values.get("lag")
            if isinstance(lag, Ref) and lag.id is not None:
                members[lag.id] = (*members.get(lag.id, self.members.get(lag.id, ())), pk)
        return members

    def with_addresses(self, changes: Sequence[Change]) -> Self:
        """After new addresses; those that are taken into use are in NetBox already."""
        new = [one for one in changes if one.outcome is Outcome.MISSING and "host" in one.facts]
        addresses = {**self.addresses}
        for number, one in enumerate(new, self.made + 1):
            host = address_facts(one)["host"]
            addresses[host] = (*addresses.get(host, ()), _address(one, -number))
        return replace(self, addresses=addresses, made=self.made + len(new))

    def with_cables(self, changes: Sequence[Change]) -> Self:
        """After new cables."""
        pairs = [(one.writes["local"].id, one.writes["remote"].id) for one in changes]
        return replace(self, cables={**self.cables, **dict(pairs), **{far: near for near, far in pairs}})

    def of_owners(self, owners: Iterable[int]) -> list[NewInterface]:
        """The new interfaces of these devices or VMs."""
        return [one for owner in set(owners) for one in self.interfaces.get(owner, ())]

    def row(self, row: Mapping[str, Any], server: str) -> Mapping[str, Any]:
        """Columns of an interface that is there, as they will be."""
        values = self.changed.get(row["pk"])
        return row if values is None else {**row, **columns(values, server, row.get("custom_field_data"))}


def _address(change: Change, pk: int) -> Found:
    values = change.writes
    vrf, interface = values.get("vrf"), values["interface"]
    return Found(
        id=pk,
        name=str(values["address"]),
        owner=change.owner,
        values={"address": values["address"], "vrf": vrf, "interface": interface},
        facts=HeldFacts(
            host=address_facts(change)["host"],
            vrf_id=vrf.id if isinstance(vrf, Ref) else None,
            role=values.get("role", ""),
            fhrp=False,
            holder=(address_facts(change)["holder_kind"], interface.id),
            place=f"{interface.name} ({change.owner.name})",
            visible=True,
            mgmt_only=bool(address_facts(change).get("mgmt_only")),
        ),
    )


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
