"""Which VRF an address belongs to: the first rule that knows decides, and the row says which one it was."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network

from ..core.issues import Code, Issue, issue
from ..core.plan import Found, Ref
from ..interfaces.facts import holder_facts
from .hosts import Host, PortAddress

EVERY_ROW = "*"


class VrfRule(StrEnum):
    """What decided about the VRF."""

    CHOSEN = "chosen"
    KEPT = "kept"
    INTERFACE = "interface"
    NAME = "name"
    PREFIX = "prefix"
    GLOBAL = "global"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vrf:
    """A VRF that the user may see."""

    ref: Ref
    rd: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vrfs:
    """What decides about VRFs.

    ``known`` holds the VRFs that the user may see, by id; ``prefixes`` the ids of the VRFs (None: global) that have a
    prefix, by network; ``unique`` the VRFs (None: global) in which NetBox refuses a host for the second time;
    ``chosen`` a person's choice of VRF by row key or for ``"*"`` (0: global).
    """

    known: Mapping[int, Vrf] = field(default_factory=dict)
    prefixes: Mapping[IPv4Network | IPv6Network, frozenset[int | None]] = field(default_factory=dict)
    unique: frozenset[int | None] = frozenset()
    chosen: Mapping[str, int] = field(default_factory=dict)

    def choice(self, key: str) -> int | None:
        """What a person chose for this row, or for all."""
        return self.chosen.get(key, self.chosen.get(EVERY_ROW))

    def holding(self, host: Host) -> frozenset[int | None]:
        """The VRFs with a prefix that holds the host, the global table (None) among them."""
        lengths = {network.prefixlen for network in self.prefixes if network.version == host.version}
        around = (ip_network((host, length), strict=False) for length in lengths)
        return frozenset().union(*(self.prefixes.get(network, frozenset()) for network in around))


@dataclass(frozen=True, slots=True, kw_only=True)
class VrfDecision:
    """The VRF (None: global) and the rule that found it. With ``problem`` it is not certain; ``note`` says more."""

    vrf: Ref | None = None
    rule: VrfRule = VrfRule.GLOBAL
    problem: Issue | None = None
    note: Issue | None = None


def decide(row: PortAddress, interface: Found | None, vrfs: Vrfs) -> VrfDecision:
    """The VRF of an address: a person's choice, the interface's VRF in NetBox, LibreNMS's VRF by its exact name or
    route distinguisher, the only VRF with a prefix that holds it; else it is global."""
    choice = vrfs.choice(row.key)
    if choice is not None:
        return _visible(choice, VrfRule.CHOSEN, vrfs) if choice else VrfDecision(rule=VrfRule.CHOSEN)
    own = holder_facts(interface).get("vrf_id") if interface is not None else None
    if own is not None:
        return _visible(own, VrfRule.INTERFACE, vrfs)
    named = _by_name(row.vrf, vrfs) if row.vrf else None
    if named is not None and named.note is None:
        return named
    return _by_prefix(row.host, vrfs, named.note if named else None)


def _visible(vrf_id: int, rule: VrfRule, vrfs: Vrfs) -> VrfDecision:
    vrf = vrfs.known.get(vrf_id)
    if vrf is None:
        return VrfDecision(rule=rule, problem=issue(Code.VRF_UNAVAILABLE, "vrf"))
    return VrfDecision(vrf=vrf.ref, rule=rule)


def _by_name(name: str, vrfs: Vrfs) -> VrfDecision:
    hits = [one for one in vrfs.known.values() if name in (one.ref.name, one.rd)]
    if not hits:
        return VrfDecision(note=issue(Code.VRF_MISSING, "vrf", name=name))
    if len(hits) > 1:
        candidates = tuple({"id": one.ref.id, "name": one.ref.name, "group": one.rd} for one in hits)
        problem = issue(Code.VRF_AMBIGUOUS, "vrf", name=name, candidates=candidates)
        return VrfDecision(rule=VrfRule.NAME, problem=problem)
    return VrfDecision(vrf=hits[0].ref, rule=VrfRule.NAME)


def _by_prefix(host: Host, vrfs: Vrfs, note: Issue | None) -> VrfDecision:
    holding = vrfs.holding(host)
    (only,) = holding if len(holding) == 1 else (None,)
    if only is not None and only in vrfs.known:
        return VrfDecision(vrf=vrfs.known[only].ref, rule=VrfRule.PREFIX, note=note)
    return VrfDecision(note=note)
