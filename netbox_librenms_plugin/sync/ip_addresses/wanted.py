"""IP addresses: those of a device's ports, against the addresses of NetBox."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...librenms.records import UNSET
from ..core.compare import Field, Rules
from ..core.identity import Matcher
from ..core.issues import Code, Issue, issue
from ..core.plan import Found, Outcome, Ref, Wanted
from ..interfaces.facts import holder_facts
from ..interfaces.port_interfaces import PortInterface
from .facts import AddressFacts, address_facts, held_facts
from .hosts import Host, Kinds, PortAddress, assignable
from .identity import BY_ADDRESS, ON_INTERFACE, SHARED_ROLES, Addresses, Resolution, in_vrf, on_interface
from .vrfs import VrfDecision, VrfRule, Vrfs, decide

RESOURCE = "ip_addresses"
FIELDS = (
    Field(name="address", own=True, required=True),
    Field(name="vrf", required=True),
    Field(name="interface", own=True, required=True),
    # Only of a new address: one that is on several devices says so, else NetBox would refuse it
    Field(name="role", required=True),
)


def _by(how: str) -> Matcher:
    """Who is who is settled by ``ip_identity``; a matcher only passes it on."""
    return Matcher(
        how,
        lambda found: found.id,
        lambda wanted: address_facts(wanted)["match"] if address_facts(wanted)["matched_by"] == how else None,
    )


RULES = Rules(resource=RESOURCE, fields=FIELDS, matchers=(_by(ON_INTERFACE), _by(BY_ADDRESS)))


@dataclass(frozen=True, slots=True, kw_only=True)
class IPAddressContext:
    """What is known about the NetBox object when its addresses are compared.

    ``ports`` gives each port's interface as far as the user may see it; ``own`` holds the addresses on the object's
    interfaces, and ``addresses`` all of the hosts concerned, wherever they are.
    """

    ports: Mapping[int, PortInterface] = field(default_factory=dict)
    addresses: Addresses = field(default_factory=Addresses)
    own: Sequence[Found] = ()
    vrfs: Vrfs = field(default_factory=Vrfs)
    kinds: Kinds = field(default_factory=Kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A row on its way: what it is in NetBox, in which VRF, and why it cannot be written (``problem``)."""

    row: PortAddress
    port: PortInterface
    decision: VrfDecision = VrfDecision(rule=VrfRule.KEPT)
    resolution: Resolution = Resolution()
    outcome: Outcome | None = None
    problem: Issue | None = None

    @property
    def makes(self) -> tuple[int | None, Host] | None:
        """(VRF, host) of the address that the row would make or take into use; None where it does neither."""
        if self.outcome is not None or self.resolution.matched_by == ON_INTERFACE:
            return None
        return (None if self.decision.vrf is None else self.decision.vrf.id), self.row.host


def compared(rows: Sequence[PortAddress], context: IPAddressContext) -> tuple[list[Found], list[Wanted]]:
    """Both sides as the comparison takes them: the addresses of NetBox that concern the object, and LibreNMS's."""
    drafts = _without_rivals(list(_drafts(rows, context)), context.vrfs)
    wanted = [_wanted(draft, context) for draft in drafts]
    return [*_taken(drafts, context), *_own(drafts, context)], wanted


def _drafts(rows: Sequence[PortAddress], context: IPAddressContext) -> Iterator[_Draft]:
    seen: dict[str, list[PortAddress]] = defaultdict(list)
    for row in rows:
        if row.port_id in context.ports:
            seen[row.key].append(row)
    merged = [_merged(several) for several in seen.values()]
    places = {row.key: _on_its_interface(row, context) for row, _problem in merged}
    held = frozenset(one.found.id for one in places.values() if one is not None and one.found is not None)
    known = replace(context, addresses=replace(context.addresses, held=held))
    for row, problem in merged:
        port = context.ports[row.port_id]
        if problem is not None:
            yield _Draft(row=row, port=port, outcome=Outcome.CONFLICT, problem=problem)
        else:
            yield _with_mask(_draft(row, port, places[row.key], known))


def _merged(several: Sequence[PortAddress]) -> tuple[PortAddress, Issue | None]:
    """LibreNMS may list one address of a port twice; where it says two things of it, neither is taken."""
    lengths = {one.length for one in several} - {None}
    names = {one.vrf for one in several} - {""}
    if len(lengths) > 1 or len(names) > 1:
        variants = tuple(f"{one.text} {one.vrf}".strip() for one in several)
        return several[0], issue(Code.ADDRESS_CONTRADICTS, "address", variants=variants)
    return replace(several[0], length=next(iter(lengths), None), vrf=next(iter(names), "")), None


def _on_its_interface(row: PortAddress, context: IPAddressContext) -> Resolution | None:
    interface = context.ports[row.port_id].interface
    return None if interface is None else on_interface(row, interface, context.addresses, context.vrfs)


def _draft(row: PortAddress, port: PortInterface, place: Resolution | None, context: IPAddressContext) -> _Draft:
    if place is not None:
        return _placed(row, port, place, context)
    decision = decide(row, port.interface, context.vrfs)
    draft = _Draft(row=row, port=port, decision=decision)
    if port.interface is None:
        code = Code.INTERFACE_UNSURE if port.ambiguous else Code.INTERFACE_ABSENT
        return replace(draft, outcome=Outcome.BLOCKED, problem=issue(code, "interface", name=port.name))
    if decision.problem is not None:
        ambiguous = decision.problem.code is Code.VRF_AMBIGUOUS
        outcome = Outcome.CONFLICT if ambiguous else Outcome.BLOCKED
        return replace(draft, outcome=outcome, problem=decision.problem)
    resolution = in_vrf(row, decision.vrf, context.addresses, context.vrfs)
    return replace(draft, resolution=resolution, outcome=resolution.outcome, problem=resolution.problem)


def _placed(row: PortAddress, port: PortInterface, place: Resolution, context: IPAddressContext) -> _Draft:
    """An address on its interface stays in its VRF, unless a person chose another one for this very row."""
    draft = _Draft(row=row, port=port, resolution=place, outcome=place.outcome, problem=place.problem)
    if place.outcome is not None or row.key not in context.vrfs.chosen:
        return draft
    decision = decide(row, port.interface, context.vrfs)
    outcome = None if decision.problem is None else Outcome.BLOCKED
    return replace(draft, decision=decision, outcome=outcome, problem=decision.problem)


def _with_mask(draft: _Draft) -> _Draft:
    """A new address needs a mask, and not one under which NetBox keeps it off interfaces."""
    row, found = draft.row, draft.resolution.found
    if draft.outcome is not None or (found is not None and found.values["address"] == row.text):
        return draft
    if row.length is None:
        problem = issue(Code.PREFIX_UNKNOWN, "address", name=row.text) if found is None else None
    else:
        fits = assignable(row.host, row.length)
        problem = None if fits else issue(Code.NETWORK_ADDRESS, "address", name=row.text)
    return draft if problem is None else replace(draft, outcome=Outcome.BLOCKED, problem=problem)


def _without_rivals(drafts: Sequence[_Draft], vrfs: Vrfs) -> list[_Draft]:
    """Two ports may have one address, where the VRF lets NetBox hold it twice; neither takes a free one from the
    other."""
    rivals: dict[Any, list[_Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.makes is not None:
            rivals[draft.makes].append(draft)
    return [_contested(draft, rivals.get(draft.makes, ()), vrfs) for draft in drafts]


def _contested(draft: _Draft, rivals: Sequence[_Draft], vrfs: Vrfs) -> _Draft:
    makes = draft.makes
    if makes is None or len(rivals) < 2:
        return draft
    if makes[0] not in vrfs.unique and all(one.resolution.found is None for one in rivals):
        return draft
    names = tuple(one.port.name for one in rivals)
    problem = issue(Code.DUPLICATE_ADDRESS, "address", name=draft.row.text, ports=names)
    return replace(draft, outcome=Outcome.CONFLICT, problem=problem)


def _wanted(draft: _Draft, context: IPAddressContext) -> Wanted:
    row, port, found = draft.row, draft.port, draft.resolution.found
    return Wanted(
        key=row.key,
        name=row.text,
        owner=port.owner,
        librenms_id=row.port_id,
        values=_values(draft),
        outcome=draft.outcome,
        issues=tuple(_issues(draft, context)),
        facts=AddressFacts(
            host=row.host,
            port=port.name,
            vrf_rule=draft.decision.rule.value,
            mgmt_only=port.interface is not None and bool(holder_facts(port.interface).get("mgmt_only")),
            holder_kind=holder_facts(port.interface)["holder"][0] if port.interface is not None else "",
            match=None if found is None else found.id,
            matched_by=draft.resolution.matched_by,
        ),
    )


def _keeps_mask(draft: _Draft) -> bool:
    """Whether NetBox's mask is better than LibreNMS's: some agents say of every address that it is a host's (/32,
    /128), and only on a loopback interface that is usual."""
    row, found = draft.row, draft.resolution.found
    if found is None or draft.port.loopback or row.length != row.host.max_prefixlen:
        return False
    return str(found.values["address"]) != row.text


def _values(draft: _Draft) -> dict[str, Any]:
    interface = draft.port.interface
    uncertain = draft.decision.rule is VrfRule.KEPT or draft.decision.problem is not None
    keeps = draft.resolution.found is not None and draft.decision.rule is not VrfRule.CHOSEN
    values = {
        "address": UNSET if draft.row.length is None or _keeps_mask(draft) else draft.row.text,
        "vrf": UNSET if uncertain or keeps else draft.decision.vrf,
        "interface": UNSET if interface is None else Ref(interface.id, interface.name),
    }
    return values | ({"role": draft.resolution.role} if draft.resolution.role else {})


def _issues(draft: _Draft, context: IPAddressContext) -> Iterator[Issue]:
    if draft.problem is not None:
        yield draft.problem
    if draft.decision.note is not None:
        yield draft.decision.note
    if draft.outcome is None and _keeps_mask(draft):
        yield issue(Code.HOST_MASK, "address", name=draft.row.text)
    if draft.resolution.note is not None:
        yield draft.resolution.note
    if draft.outcome is None and draft.resolution.found is None and draft.decision.rule is VrfRule.GLOBAL:
        names = context.addresses.other_vrfs(draft.decision.vrf, draft.row.host)
        if names:
            yield issue(Code.OTHER_VRF, "vrf", name=draft.row.text, vrfs=names)


def _taken(drafts: Iterable[_Draft], context: IPAddressContext) -> Iterator[Found]:
    """Addresses that rows take into use or respect where they are: they hang on the row's owner, not on somebody's."""
    own = {one.id for one in context.own}
    seen = set()
    for draft in drafts:
        found = draft.resolution.found
        if found is not None and found.id not in own and found.id not in seen:
            seen.add(found.id)
            yield replace(found, owner=draft.port.owner)


def _own(drafts: Sequence[_Draft], context: IPAddressContext) -> Iterator[Found]:
    """The object's own addresses; those left over are only in NetBox. Not so where LibreNMS lists the host and the
    row cannot say which it is, where such addresses are not compared, and where several devices share it."""
    paired = {one.resolution.found.id for one in drafts if one.resolution.found is not None}
    open_hosts = {(one.port.interface.id, one.row.host) for one in drafts if one.problem and one.port.interface}
    for one in context.own:
        listed = (one.values["interface"].id, held_facts(one)["host"]) in open_hosts
        shared = held_facts(one)["role"] in SHARED_ROLES
        if one.id in paired or not (listed or shared or not context.kinds.include(held_facts(one)["host"])):
            yield one
