"""Which NetBox address a row is: the one on its interface, else the one that its VRF has free; never one in use."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..core.issues import Code, Issue, issue
from ..core.plan import Found, Outcome, Ref
from ..interfaces.facts import holder_facts
from .facts import held_facts
from .hosts import Host, PortAddress
from .vrfs import Vrfs

# Addresses that several devices have at once (NetBox's address roles)
SHARED_ROLES = frozenset({"anycast", "vip", "vrrp", "hsrp", "glbp", "carp"})
# Of these the one whose addresses are an object of their own on every device
ANYCAST = "anycast"
ON_INTERFACE = "interface"
BY_ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The address that a row is (``found``, by ``matched_by``), or why that is not to be said (``problem``); with
    ``outcome`` SAME somebody else holds it for several devices. Neither: NetBox does not have it, and a new one gets
    the ``role``."""

    found: Found | None = None
    matched_by: str = ""
    outcome: Outcome | None = None
    problem: Issue | None = None
    role: str = ""
    note: Issue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """The addresses NetBox holds of the hosts concerned, whoever may see them (``facts["visible"]``).

    ``held`` are the ids of those that are on the interface that LibreNMS has them on.
    """

    by_host: Mapping[Host, Sequence[Found]] = field(default_factory=dict)
    held: frozenset[int] = frozenset()

    def on(self, interface: Found, host: Host) -> list[Found]:
        """Those of this host on this interface."""
        return [one for one in self.by_host.get(host, ()) if _is_on(one, interface)]

    def within(self, vrf: Ref | None, host: Host) -> list[Found]:
        """Those of this host in one VRF, or in the global table."""
        wanted = None if vrf is None else vrf.id
        return [one for one in self.by_host.get(host, ()) if held_facts(one)["vrf_id"] == wanted]

    def other_vrfs(self, vrf: Ref | None, host: Host) -> tuple[str, ...]:
        """Names of the other VRFs in which the user sees this host."""
        wanted = None if vrf is None else vrf.id
        others = (one for one in self.by_host.get(host, ()) if held_facts(one)["vrf_id"] not in (wanted, None))
        return tuple(dict.fromkeys(one.values["vrf"].name for one in others if held_facts(one)["visible"]))


def _is_on(one: Found, interface: Found) -> bool:
    return bool(held_facts(one)["holder"] == holder_facts(interface)["holder"])


def on_interface(row: PortAddress, interface: Found, addresses: Addresses, vrfs: Vrfs) -> Resolution | None:
    """The address that the interface has already, in whatever VRF; None where it has none."""
    several = addresses.on(interface, row.host)
    if not several:
        return None
    if hidden := _hidden(several):
        return hidden
    choice = vrfs.chosen.get(row.key)
    chosen = [one for one in several if choice is not None and (held_facts(one)["vrf_id"] or 0) == choice] or several
    exact = [one for one in chosen if one.values["address"] == row.text] or chosen
    if len(exact) > 1:
        return _ambiguous(exact)
    return Resolution(found=exact[0], matched_by=ON_INTERFACE)


def in_vrf(row: PortAddress, vrf: Ref | None, addresses: Addresses, vrfs: Vrfs) -> Resolution:
    """The address that the VRF has free. One that something else has is a conflict, one that is meant to be on several
    devices stays where it is."""
    unique = (None if vrf is None else vrf.id) in vrfs.unique
    several = [one for one in addresses.within(vrf, row.host) if unique or one.id not in addresses.held]
    if row.host.is_link_local and not unique:
        several = [one for one in several if _free(one)]
    if not several:
        return Resolution()
    if hidden := _hidden(several):
        return hidden
    if all(held_facts(one)["role"] == ANYCAST and not _free(one) and not held_facts(one)["fhrp"] for one in several):
        return Resolution(role=ANYCAST, note=_shared_note(several[0], Code.ANYCAST_ADDRESS))
    if all(_shared(one) for one in several):
        return _respected(several[0])
    if len(several) > 1:
        return _ambiguous(several)
    if _free(several[0]):
        return Resolution(found=several[0], matched_by=BY_ADDRESS)
    problem = issue(Code.ASSIGNED_ELSEWHERE, "interface", name=several[0].name, place=held_facts(several[0])["place"])
    return Resolution(outcome=Outcome.CONFLICT, problem=problem)


def _free(one: Found) -> bool:
    return not held_facts(one)["place"]


def _shared(one: Found) -> bool:
    return bool(held_facts(one)["fhrp"]) or held_facts(one)["role"] in SHARED_ROLES


def _hidden(several: Iterable[Found]) -> Resolution | None:
    if all(held_facts(one)["visible"] for one in several):
        return None
    return Resolution(outcome=Outcome.CONFLICT, problem=issue(Code.ADDRESS_HIDDEN))


def _respected(one: Found) -> Resolution:
    return Resolution(
        found=one, matched_by=BY_ADDRESS, outcome=Outcome.SAME, problem=_shared_note(one, Code.SHARED_ADDRESS)
    )


def _shared_note(one: Found, code: Code) -> Issue:
    return issue(code, role=held_facts(one)["role"] or "FHRP", place=held_facts(one)["place"] or "–")


def _ambiguous(several: Iterable[Found]) -> Resolution:
    candidates = tuple({"id": one.id, "name": one.name, "owner": held_facts(one)["place"]} for one in several)
    return Resolution(outcome=Outcome.CONFLICT, problem=issue(Code.SEVERAL_ADDRESSES, candidates=candidates))
