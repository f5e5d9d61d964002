"""Devices and interfaces that neighbours can be, for any number of links in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dcim.constants import NONCONNECTABLE_IFACE_TYPES, VIRTUAL_IFACE_TYPES, WIRELESS_IFACE_TYPES
from dcim.models import Device, Interface, MACAddress
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, F, Func, Q, Value
from django.db.models.functions import Coalesce, Lower

from ...compat import known_columns
from ...custom_fields import FIELD_NAME
from ...librenms.identity import read_id
from ...sync.cables.jacks import Jack, JackKind, Jacks
from ...sync.cables.neighbour_texts import SaidNeighbour, name_tail
from ...sync.cables.neighbours import Network, Node
from ...sync.core import normalise
from ...sync.core.plan import Ref
from ...sync.core.serials import folded_serial
from ..frame.bindings import holding, with_librenms_id
from ..frame.foreseen import columns as columns_of
from ..frame.index import NetBoxIndex, device_rows, with_names
from ..frame.permissions import sees_all, viewable
from ..frame.scope import Scope
from ..frame.stored_ids import has_librenms_id
from .paths import Trace, name_stops, trace_of, words_for

COLUMNS = known_columns(
    Interface,
    (
        "pk",
        "name",
        "device_id",
        "device__name",
        "type",
        "channel_id",
        "parent_id",
        "mark_connected",
        "wireless_link_id",
        "cable_id",
        "cable_end",
        "_path__path",
        "_path__is_complete",
        "custom_field_data",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkQuery:
    """What to look for: sayings about neighbours, and the subjects' own devices, port ids and port names."""

    said: Collection[SaidNeighbour]
    device_ids: Collection[int]
    port_ids: Collection[int]
    port_names: Collection[str]

    @property
    def macs(self) -> set[str]:
        """MAC addresses of remote ports."""
        return {mac for one in self.said for mac in one.macs}

    @property
    def all_port_ids(self) -> list[str]:
        """LibreNMS ids of local and remote ports, as texts."""
        return sorted({str(one) for one in (*self.port_ids, *(said.port_id for said in self.said if said.port_id))})

    @property
    def tails(self) -> set[str]:
        """What names of the ports end with in any spelling."""
        said = (name for one in self.said for name in (*one.ports, *one.outer_ports))
        return {name_tail(name) for name in (*self.port_names, *said)}


def read_network(asked: NetworkQuery, scope: Scope) -> Network:
    """The neighbourhood as far as the user may see it. About ten queries, for one link or for thousands."""
    nodes = _nodes(asked.said, scope)
    by_mac = _interfaces_with(asked.macs)
    queryset = viewable(Interface.objects, scope.user)
    devices = {node.ref.id for node in nodes} | set(asked.device_ids)
    rows = _rows(_by_name_or_id(queryset, asked, devices, by_mac, scope), devices, scope)
    nodes += _nodes_of({row["device_id"] for row in rows} - devices, scope)
    rows = [scope.foreseen.row(row, scope.server) for row in rows]
    rows += _foreseen(devices, scope)
    members = _members([row for row in rows if row["type"] in VIRTUAL_IFACE_TYPES], scope)
    relatives = {pk for several in members.values() for pk in several}
    relatives |= {row["parent_id"] for row in rows if row["type"] in VIRTUAL_IFACE_TYPES and row["parent_id"]}
    absent = relatives - {row["pk"] for row in rows}
    rows += _rows(queryset.filter(pk__in=absent), devices, scope) if absent else []
    jacks = Jacks(by_id=_jacks(rows, by_mac, scope), members=members)
    return Network(nodes=nodes, jacks=jacks, sees_all=sees_all(scope.user))


def _nodes(said: Collection[SaidNeighbour], scope: Scope) -> list[Node]:
    """The devices that neighbours can be by LibreNMS id or name, with the other members of their virtual chassis."""
    ids = sorted({str(one.device_id) for one in said if one.device_id})
    hosts = {host for one in said for host in one.hosts}
    serials = {folded_serial(one.serial) for one in said if one.bare} - {""}
    if not ids and not hosts:
        return []
    if scope.index is not None:
        return _indexed_nodes(scope.index, ids, hosts, serials)
    visible = viewable(Device.objects, scope.user).order_by("pk")
    named = with_names(with_librenms_id(visible, scope))
    by_name = Q(_host__in=hosts) | Q(_folded__in=hosts) | Q(_chassis__in=hosts)
    if serials:
        by_name |= Q(_serial__in=serials)
    nodes = _as_nodes(named.filter(has_librenms_id(ids) | by_name), scope)
    return [*nodes, *_rest_of_chassis(nodes, scope)]


def _indexed_nodes(
    index: NetBoxIndex, ids: Collection[str], hosts: Collection[str], serials: Collection[str]
) -> list[Node]:
    rows = index.devices(ids, hosts, serials)
    known = {row["pk"] for row in rows}
    chassis = {row["virtual_chassis_id"] for row in rows} - {None}
    return [_node(row) for row in (*rows, *(row for row in index.chassis(chassis) if row["pk"] not in known))]


def _nodes_of(device_ids: Collection[int], scope: Scope) -> list[Node]:
    """Devices that only the id or MAC address of a port leads to, each alone: whose they are is all that is asked."""
    if not device_ids:
        return []
    return _as_nodes(viewable(Device.objects, scope.user).filter(pk__in=device_ids), scope)


def _rest_of_chassis(nodes: Sequence[Node], scope: Scope) -> list[Node]:
    """The other members of the virtual chassis of these devices."""
    chassis = {node.chassis for node in nodes if node.chassis}
    if not chassis:
        return []
    visible = viewable(Device.objects, scope.user).order_by("pk")
    known = [node.ref.id for node in nodes]
    return _as_nodes(visible.filter(virtual_chassis_id__in=chassis).exclude(pk__in=known), scope)


def _as_nodes(queryset: Any, scope: Scope) -> list[Node]:
    return [_node(row) for row in device_rows(queryset, scope.server, scope.bare_key)]


def _node(row: Mapping[str, Any]) -> Node:
    return Node(
        ref=Ref(row["pk"], row["name"] or f"#{row['pk']}"),
        librenms_id=row["librenms_id"],
        chassis=row["virtual_chassis_id"],
        chassis_name=row["virtual_chassis__name"] or "",
        position=row["vc_position"],
        serial=row["serial"],
    )


def _interfaces_with(macs: Collection[str]) -> dict[int, frozenset[str]]:
    """Interface id → which of these MAC addresses it has."""
    if not macs:
        return {}
    kind = ContentType.objects.get_for_model(Interface)
    rows = MACAddress.objects.filter(mac_address__in=macs, assigned_object_type=kind)
    held: dict[int, set[str]] = defaultdict(set)
    for mac, pk in rows.order_by("pk").values_list("mac_address", "assigned_object_id"):
        held[pk].add(str(normalise.mac_address(str(mac))))
    return {pk: frozenset(several) for pk, several in held.items()}


def _by_name_or_id(
    queryset: Any, asked: NetworkQuery, devices: Collection[int | None], macs: Iterable[int], scope: Scope
) -> Any:
    """Interfaces of these devices whose names can be meant, and those that carry an id or a MAC address, anywhere.

    The tail that all spellings of a name share keeps a core switch's neighbours from being read port by port.
    """
    from_digit = Func(F("name"), Value(r"\d.*$"), function="SUBSTRING", output_field=CharField())
    named = with_librenms_id(queryset, scope).annotate(_tail=Lower(Coalesce(from_digit, F("name"))))
    there = Q(device_id__in=devices, _tail__in=asked.tails)
    return named.filter(there | holding(Interface, asked.all_port_ids, scope) | Q(pk__in=list(macs)))


def _rows(queryset: Any, devices: Collection[int | None], scope: Scope) -> list[Mapping[str, Any]]:
    """The interfaces' columns; of devices that have not been seen to be visible only those that are."""
    rows: list[Mapping[str, Any]] = list(queryset.order_by("pk").values(*COLUMNS))
    others = {row["device_id"] for row in rows} - set(devices)
    if not others:
        return rows
    visible = set(viewable(Device.objects, scope.user).filter(pk__in=others).values_list("pk", flat=True))
    return [row for row in rows if row["device_id"] in visible or row["device_id"] not in others]


def _foreseen(device_ids: Collection[int | None], scope: Scope) -> list[Mapping[str, Any]]:
    """The columns of interfaces that will be made on these devices."""
    empty: dict[str, Any] = {**dict.fromkeys(COLUMNS), "mark_connected": False}
    made = scope.foreseen.of_owners(pk for pk in device_ids if pk is not None)
    return [
        {
            **empty,
            **columns_of(one.values, scope.server),
            "pk": one.id,
            "device_id": one.owner.id,
            "device__name": one.owner.name,
        }
        for one in made
    ]


def _members(rows: Sequence[Mapping[str, Any]], scope: Scope) -> dict[int, list[int]]:
    """Aggregate or bridge → its members, whether the user may see them or not."""
    ids = [row["pk"] for row in rows]
    members: dict[int, list[int]] = defaultdict(list)
    if not ids:
        return members
    related = Interface.objects.filter(Q(lag_id__in=ids) | Q(bridge_id__in=ids)).order_by("pk")
    for pk, lag, bridge in related.values_list("pk", "lag_id", "bridge_id"):
        for holder in {lag, bridge} & set(ids):
            members[holder].append(pk)
    for holder in ids:
        ahead = scope.foreseen.members.get(holder, ())
        members[holder] += [pk for pk in ahead if pk not in members[holder]]
    return members


def _jacks(rows: Sequence[Mapping[str, Any]], macs: Mapping[int, frozenset[str]], scope: Scope) -> dict[int, Jack]:
    traces = {row["pk"]: trace_of(row["_path__path"], row["_path__is_complete"]) for row in rows if row["_path__path"]}
    names = name_stops(traces.values(), scope)
    return {
        row["pk"]: _jack(row, macs.get(row["pk"], frozenset()), traces.get(row["pk"], Trace()), names, scope)
        for row in rows
    }


def _jack(
    row: Mapping[str, Any],
    macs: frozenset[str],
    trace: Trace,
    names: Mapping[tuple[int, int], str],
    scope: Scope,
) -> Jack:
    far = scope.foreseen.cables.get(row["pk"])
    return Jack(
        ref=Ref(row["pk"], row["name"]),
        device=Ref(row["device_id"], row["device__name"] or f"#{row['device_id']}"),
        type=row["type"],
        kind=_kind(row),
        librenms_id=read_id((row["custom_field_data"] or {}).get(FIELD_NAME), scope.server, scope.bare_key),
        macs=macs,
        parent=row["parent_id"],
        marked=row["mark_connected"],
        wireless=row["wireless_link_id"] is not None,
        cable=row["cable_id"] or (0 if far is not None else None),
        cable_end=row["cable_end"] or "",
        far=trace.interfaces if far is None else frozenset({far}),
        leads_to=words_for(trace, names),
    )


def _kind(row: Mapping[str, Any]) -> JackKind:
    if row["type"] in VIRTUAL_IFACE_TYPES:
        return JackKind.VIRTUAL
    if row["type"] in WIRELESS_IFACE_TYPES:
        return JackKind.WIRELESS
    split = row.get("channel_id") is not None
    return JackKind.CHANNEL if split or row["type"] in NONCONNECTABLE_IFACE_TYPES else JackKind.WIRED
