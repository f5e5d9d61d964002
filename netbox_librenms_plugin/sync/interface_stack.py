"""How ports hang together: which aggregate a port is a member of, which port a sub-interface is a part of.

``port_stack`` (IF-MIB ifStackTable) says which ports are layered, but agents disagree about which side is the upper
one, and put VLANs and bridges into it as well. So a pair says nothing by its order; what the two ports are decides.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..librenms.records import Port, Snapshot
from .interface_types import LAG, VIRTUAL, InterfaceType, TypeRules
from .issues import Code, Issue, issue
from .names import clean_text, is_lag_name, is_vlan_name, parent_name

_SUB_INTERFACE_TYPES = frozenset({"l2vlan"})


@dataclass(frozen=True, slots=True)
class Stack:
    """Port id → row key of its aggregate or parent; ``issues`` for the ports where that is ambiguous."""

    lags: frozenset[int] = frozenset()
    lag_of: Mapping[int, str] = field(default_factory=dict)
    parent_of: Mapping[int, str] = field(default_factory=dict)
    issues: Mapping[int, tuple[Issue, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, snapshot: Snapshot, name_field: str) -> "Stack":
        """Read the layers of one device."""
        ports = {port.port_id: port for port in snapshot.ports}
        lags = frozenset(port.port_id for port in snapshot.ports if _is_lag(port))
        neighbours = _neighbours(snapshot, ports)
        parents = _parents(ports, lags, neighbours)
        members = {
            port_id: found
            for port_id, near in neighbours.items()
            if port_id not in lags and port_id not in parents and (found := sorted(near & lags))
        }
        issues = {
            port_id: (issue(Code.LAG_AMBIGUOUS, "lag", names=tuple(_name(ports[one]) for one in found)),)
            for port_id, found in members.items()
            if len(found) > 1
        }
        lag_of = {port_id: _key(found[0]) for port_id, found in members.items() if len(found) == 1}
        return cls(
            lags=lags, lag_of=lag_of, parent_of={child: _key(one) for child, one in parents.items()}, issues=issues
        )

    def interface_type(self, port: Port, types: TypeRules) -> InterfaceType:
        """The port's type; what its place in the stack proves comes before what its ifType suggests."""
        kbps = port.if_speed // 1000 if isinstance(port.if_speed, int) else None
        by_rule = types.of(port.if_type if isinstance(port.if_type, str) else None, kbps)
        if by_rule.mapped:
            return by_rule
        if port.port_id in self.lags:
            return InterfaceType(LAG)
        if port.port_id in self.parent_of:
            return InterfaceType(VIRTUAL)
        return by_rule


def _key(port_id: int) -> str:
    return f"port-{port_id}"


def _name(port: Port) -> str:
    return clean_text(port.if_name or port.if_descr or "")


def _is_lag(port: Port) -> bool:
    if port.if_type == "ieee8023adLag":
        return True
    return port.if_type in ("propVirtual", "other") and is_lag_name(_name(port))


def _neighbours(snapshot: Snapshot, ports: Mapping[int, Port]) -> dict[int, set[int]]:
    near: dict[int, set[int]] = defaultdict(set)
    for row in snapshot.stack:
        high, low = row.high_port_id, row.low_port_id
        if high is None or low is None or high == low:
            continue
        if row.status == "active" and high in ports and low in ports:
            near[high].add(low)
            near[low].add(high)
    return near


def _parents(ports: Mapping[int, Port], lags: frozenset[int], neighbours: Mapping[int, set[int]]) -> dict[int, int]:
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
            parent = _only(one for one in neighbours.get(port_id, ()) if one in lags or _is_physical(ports[one]))
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
