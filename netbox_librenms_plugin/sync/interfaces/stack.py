"""How ports hang together: which aggregate a port is a member of, which port a sub-interface is a part of.

``port_stack`` (IF-MIB ifStackTable) says which ports are layered, but agents disagree about which side is the upper
one, and put VLANs and bridges into it as well. So a pair says nothing by its order; what the two ports are decides.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ...librenms.records import Part, Port, Snapshot
from ...texts import clean_text
from ..core.issues import Code, Issue, issue
from ..core.names import is_bridge_name, is_lag_name, is_vlan_name, parent_name, slot_of
from ..core.normalise import speed_kbps
from .types import LAG, OTHER, VIRTUAL, InterfaceType, TypeRules

_SUB_INTERFACE_TYPES = frozenset({"l2vlan"})
# ifTypes of what lies on other ports
_LAYERS = frozenset({"l2vlan", "l3ipvlan", "propVirtual", "softwareLoopback", "bridge", "tunnel"})


@dataclass(frozen=True, slots=True)
class PortLayers:
    """Port id → row key of its aggregate or parent; ``issues`` for the ports where that is ambiguous.

    ``lags`` are the aggregates, ``units`` the sub-interfaces of aggregates, known to LibreNMS or not; ``unsure`` the
    ports that may be aggregates, since the layers were not looked at.
    """

    lags: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()
    unsure: frozenset[int] = frozenset()
    lag_of: Mapping[int, str] = field(default_factory=dict)
    parent_of: Mapping[int, str] = field(default_factory=dict)
    issues: Mapping[int, tuple[Issue, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, snapshot: Snapshot, name_field: str) -> "PortLayers":
        """Read the layers of one device."""
        ports = {port.port_id: port for port in snapshot.ports}
        pairs = _pairs(snapshot, ports)
        by_type = {name for port in snapshot.ports if port.if_type == "ieee8023adLag" for name in _names(port)}
        lags = frozenset(port.port_id for port in snapshot.ports if _is_lag(port, pairs, ports, by_type))
        units = frozenset(port.port_id for port in snapshot.ports if _is_unit(port, by_type))
        parents = _parents(ports, lags, pairs)
        members = _members(ports, lags, parents, pairs)
        issues = {
            port_id: (issue(Code.LAG_AMBIGUOUS, "lag", names=tuple(_name(ports[one]) for one in found)),)
            for port_id, found in members.items()
            if len(found) > 1
        }
        lag_of = {port_id: _key(found[0]) for port_id, found in members.items() if len(found) == 1}
        unsure = [
            port.port_id for port in snapshot.ports if port.port_id not in lags | units and _is_named_as_lag(port)
        ]
        return cls(
            lags=lags,
            units=units,
            unsure=frozenset(unsure) if Part.PORT_STACK in snapshot.partial else frozenset(),
            lag_of=lag_of,
            parent_of={child: _key(one) for child, one in parents.items()},
            issues=issues,
        )

    def interface_type(self, port: Port, types: TypeRules) -> InterfaceType:
        """The port's type; what its place in the stack proves comes before what its ifType suggests."""
        speed = speed_kbps(port.if_speed)
        kbps = speed if isinstance(speed, int) else None
        by_rule = types.of(port.if_type if isinstance(port.if_type, str) else None, kbps)
        if by_rule.mapped:
            return by_rule
        if port.port_id in self.lags:
            return InterfaceType(LAG)
        if port.port_id in self.parent_of or port.port_id in self.units:
            return InterfaceType(VIRTUAL)
        return InterfaceType(OTHER, specific=False) if port.port_id in self.unsure else by_rule


def _key(port_id: int) -> str:
    return f"port-{port_id}"


def _name(port: Port) -> str:
    return clean_text(port.if_name or port.if_descr or "")


Pairs = Mapping[int, Mapping[int, bool]]


def _is_unit(port: Port, by_type: Collection[str]) -> bool:
    """Whether it is a part of an aggregate (``ae5.0``, ``Po1.1462``), whatever its ifType says. ``by_type``: the names
    of those that are aggregates by theirs."""
    bases = (base for name in _names(port) if (base := parent_name(name)) is not None)
    return any(is_lag_name(base) or base in by_type for base in bases)


def _is_lag(port: Port, pairs: Pairs, ports: Mapping[int, Port], by_type: Collection[str]) -> bool:
    """By its ifType; where that says less, by a name that only aggregates have. One that is typed as Ethernet has to
    have members as well."""
    if _is_unit(port, by_type):
        return False
    if port.if_type == "ieee8023adLag":
        return True
    if not _is_named_as_lag(port):
        return False
    members = (ports[one] for one in pairs.get(port.port_id, ()))
    return port.if_type in ("propVirtual", "other") or any(_is_physical(one) for one in members)


def _is_named_as_lag(port: Port) -> bool:
    return any(is_lag_name(name) for name in _names(port))


def _pairs(snapshot: Snapshot, ports: Mapping[int, Port]) -> Pairs:
    """Port id → ports that are layered with it, and whether it is said to be the upper one of the two."""
    near: dict[int, dict[int, bool]] = defaultdict(dict)
    for row in snapshot.stack:
        high, low = row.high_port_id, row.low_port_id
        if high is None or low is None or high == low:
            continue
        if row.status == "active" and high in ports and low in ports:
            near[high].setdefault(low, True)
            near[low].setdefault(high, False)
    return near


def _members(
    ports: Mapping[int, Port], lags: Collection[int], parents: Mapping[int, int], pairs: Pairs
) -> dict[int, list[int]]:
    """Port → the aggregates that it is a member of. Junos says it of units: then the port is the member."""
    members: dict[int, set[int]] = defaultdict(set)
    for lag in lags:
        for port_id in _below(lag, ports, pairs, parents):
            member = parents.get(port_id, port_id)
            if port_id not in lags and member not in lags:
                members[member].add(lag)
    return {port_id: sorted(found) for port_id, found in members.items()}


def _below(lag: int, ports: Mapping[int, Port], pairs: Pairs, parents: Mapping[int, int]) -> Iterable[int]:
    """The ports that an aggregate is made of, without what is made of the aggregate: its parts, VLANs and bridges.

    A name with a slot in it is a piece of hardware, whichever side it is said to be. Of others those are members that
    the aggregate lies on (ifStackHigherLayer is the upper one), unless the agent has it the other way round throughout.
    """
    near = {one: upper for one, upper in pairs.get(lag, {}).items() if _may_be_below(one, lag, ports, parents)}
    hardware = {one for one in near if slot_of(_name(ports[one])) is not None}
    usual = any(near.values())
    return [one for one, upper in near.items() if one in hardware or upper is usual]


def _may_be_below(port_id: int, lag: int, ports: Mapping[int, Port], parents: Mapping[int, int]) -> bool:
    port = ports[port_id]
    if port_id in parents:
        return parents[port_id] != lag
    return not is_bridge_name(_name(port)) and port.if_type not in _LAYERS


def _parents(ports: Mapping[int, Port], lags: Collection[int], pairs: Pairs) -> dict[int, int]:
    """Sub-interface → parent: by its name (``Gi1/0/1.100``), else as the one port an 802.1Q interface is stacked on."""
    by_name: dict[str, set[int]] = defaultdict(set)
    for port_id, port in ports.items():
        for name in _names(port):
            by_name[name].add(port_id)
    parents: dict[int, int] = {}
    for port_id, port in ports.items():
        named = {one for name in _names(port) if (base := parent_name(name)) in by_name for one in by_name[base or ""]}
        parent = _only(named)
        if not named and port.if_type in _SUB_INTERFACE_TYPES and not is_vlan_name(_name(port)):
            parent = _only(one for one in pairs.get(port_id, ()) if one in lags or _is_physical(ports[one]))
        if parent is not None and parent != port_id:
            parents[port_id] = parent
    return parents


def _names(port: Port) -> list[str]:
    return [name for name in (_name(port), clean_text(port.if_descr or "")) if name]


def _is_physical(port: Port) -> bool:
    return port.if_type in ("ethernetCsmacd", "gigabitEthernet", "fastEther")


def _only(candidates: Iterable[int]) -> int | None:
    found = list(candidates)
    return found[0] if len(found) == 1 else None
