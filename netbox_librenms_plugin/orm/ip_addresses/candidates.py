"""Addresses out of NetBox: those on the interfaces of the objects compared, and those of the hosts LibreNMS lists."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_interface
from typing import Any

from dcim.models import Interface
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from ipam.models import VRF, FHRPGroup, IPAddress
from virtualization.models import VMInterface

from ...sync.core.plan import Found, Ref
from ...sync.interfaces.facts import HolderFacts, holder_facts
from ...sync.ip_addresses.facts import HeldFacts, held_facts
from ...sync.ip_addresses.hosts import Host
from ..frame.among import among
from ..frame.permissions import sees_all, viewable
from ..frame.scope import Scope

Holder = tuple[str, int]

_COLUMNS = ("pk", "address", "vrf_id", "role", "assigned_object_type_id", "assigned_object_id")
_NAMES: dict[type[Model], tuple[str, ...]] = {
    Interface: ("name", "device__name"),
    VMInterface: ("name", "virtual_machine__name"),
    FHRPGroup: ("group_id", "protocol"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The addresses as records, with ``HeldFacts``."""

    found: Sequence[Found] = ()

    def by_host(self) -> dict[Host, list[Found]]:
        """Host → its addresses, those that the user may not see too."""
        grouped: dict[Host, list[Found]] = defaultdict(list)
        for one in self.found:
            grouped[held_facts(one)["host"]].append(one)
        return grouped

    def by_holder(self) -> dict[Holder, list[Found]]:
        """(model name, id) of an interface → the addresses on it that the user may see."""
        grouped: dict[Holder, list[Found]] = defaultdict(list)
        for one in self.found:
            facts = held_facts(one)
            if facts["visible"] and facts["holder"]:
                grouped[facts["holder"]].append(one)
        return grouped


def read_candidates(hosts: Collection[Host], interfaces: Sequence[Found], scope: Scope, *, lock: bool) -> Candidates:
    """At most nine queries, three more with ``lock``: the rows stay locked until the transaction ends.

    Addresses that the user may not see are found too (the host is taken all the same), but their places are not named.
    """
    conditions = list(_conditions(hosts, interfaces))
    if lock:
        for condition in conditions:
            list(_queryset(condition).select_for_update(of=("self",)).values_list("pk"))
    rows = {row["pk"]: row for condition in conditions for row in _queryset(condition).values(*_COLUMNS)}
    visible = visible_ids(IPAddress, rows, scope)
    vrfs = _vrf_names({row["vrf_id"] for row in rows.values()} - {None}, scope)
    holders = _holders(rows.values(), interfaces, scope)
    there = [_record(row, row["pk"] in visible, vrfs, holders) for row in rows.values()]
    return Candidates(found=[*there, *(one for host in hosts for one in scope.foreseen.addresses.get(host, ()))])


def visible_ids(model: Any, ids: Iterable[int], scope: Scope) -> set[int]:
    """Those of the ids that the user may view; a query where anything can be hidden from him."""
    wanted = list(ids)
    if not wanted or sees_all(scope.user):
        return set(wanted)
    return set(viewable(model.objects, scope.user).filter(pk__in=wanted).values_list("pk", flat=True))


def _queryset(condition: Q) -> Any:
    return IPAddress.objects.filter(condition).order_by("pk")


def _conditions(hosts: Collection[Host], interfaces: Sequence[Found]) -> Iterator[Q]:
    """One after the other: each finds its index, both in one would find none."""
    if hosts:
        yield Q(address__net_in=[host.compressed for host in hosts])
    for model in (Interface, VMInterface):
        ids = [pk for kind, pk in (holder_facts(one)["holder"] for one in interfaces) if kind == model._meta.model_name]
        if ids:
            kind = ContentType.objects.get_for_model(model)
            yield Q(among("assigned_object_id", ids), assigned_object_type=kind)


def _vrf_names(ids: Collection[int], scope: Scope) -> dict[int, Ref]:
    if not ids:
        return {}
    names = dict(viewable(VRF.objects, scope.user).filter(pk__in=ids).values_list("pk", "name"))
    return {pk: Ref(pk, names.get(pk) or _("a VRF you may not see")) for pk in ids}


def _holders(
    rows: Iterable[Mapping[str, Any]], interfaces: Sequence[Found], scope: Scope
) -> dict[tuple[int, int], Found]:
    """(content type id, id) → what an address is assigned to, with a name as far as the user may see it."""
    wanted: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        if row["assigned_object_id"] is not None:
            wanted[row["assigned_object_type_id"]].add(row["assigned_object_id"])
    known = {holder_facts(one)["holder"]: one for one in interfaces}
    found: dict[tuple[int, int], Found] = {}
    for model, columns in _NAMES.items():
        kind = ContentType.objects.get_for_model(model)
        ids = wanted.pop(kind.pk, set())
        here = {pk: known[kind.model, pk] for pk in ids if (kind.model, pk) in known}
        elsewhere = _named(model, columns, ids - here.keys(), scope)
        found |= {(kind.pk, pk): one for pk, one in (here | elsewhere).items()}
    return found


def _named(model: type[Model], columns: Sequence[str], ids: Collection[int], scope: Scope) -> dict[int, Found]:
    if not ids:
        return {}
    rows = viewable(model._default_manager, scope.user).filter(pk__in=ids).values_list("pk", *columns)
    names = {pk: (first, second) for pk, first, second in rows}
    return {pk: _other(model, pk, names.get(pk)) for pk in ids}


def _other(model: type[Model], pk: int, name: tuple[Any, Any] | None) -> Found:
    """What an address outside of the objects compared hangs on."""
    first, second = name or ("", "")
    if name is not None and model is FHRPGroup:
        first, second = _("FHRP group {number}").format(number=first), second
    facts = HolderFacts(holder=(model._meta.model_name, pk), visible=name is not None)
    return Found(id=pk, name=str(first), owner=Ref(None, str(second or "")), values={}, facts=facts)


def _place(holder: Found | None) -> str:
    if holder is None:
        return ""
    if not holder_facts(holder)["visible"]:
        return _("something you may not see")
    return f"{holder.name} ({holder.owner.name})" if holder.owner.name else holder.name


def _record(
    row: Mapping[str, Any], visible: bool, vrfs: Mapping[int, Ref], holders: Mapping[tuple[int, int], Found]
) -> Found:
    address = ip_interface(str(row["address"]))
    assigned = row["assigned_object_id"] is not None
    holder = holders.get((row["assigned_object_type_id"], row["assigned_object_id"])) if assigned else None
    place = _place(holder) or (_("something you may not see") if assigned else "")
    return Found(
        id=row["pk"],
        name=address.with_prefixlen,
        owner=holder.owner if holder is not None else Ref(None, ""),
        values={
            "address": address.with_prefixlen,
            "vrf": vrfs.get(row["vrf_id"]),
            "interface": _interface(holder, place) if assigned else None,
        },
        facts=HeldFacts(
            host=address.ip,
            vrf_id=row["vrf_id"],
            role=row["role"] or "",
            fhrp=holder is not None and holder_facts(holder)["holder"][0] == FHRPGroup._meta.model_name,
            holder=holder_facts(holder)["holder"] if holder is not None else None,
            place=place,
            visible=visible,
            mgmt_only=holder is not None and bool(holder_facts(holder).get("mgmt_only")),
        ),
    )


def _interface(holder: Found | None, place: str) -> Ref:
    seen = holder is not None and holder_facts(holder)["visible"]
    return Ref(holder.id if holder is not None else 0, holder.name if holder is not None and seen else place)
