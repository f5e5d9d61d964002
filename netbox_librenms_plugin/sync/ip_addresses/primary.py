"""The primary IP: LibreNMS's management address, where it is or will be on an interface of the object."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..core.compare import Field, Rules, compare
from ..core.identity import Matcher
from ..core.issues import Code, issue
from ..core.plan import Change, Found, Outcome, Plan, Ref, Wanted
from ..core.policy import Policies, Policy
from .facts import AddressFacts, address_facts, held_facts
from .hosts import Host
from .identity import ON_INTERFACE
from .wanted import RESOURCE

FIELD = Field(name="primary_ip", own=True, default=Policy.FILL_IF_EMPTY)
RULES = Rules(
    resource=RESOURCE,
    fields=(FIELD,),
    matchers=(Matcher("", lambda found: found.id, lambda wanted: wanted.owner.id),),
    extras=False,
)
# What a person can say for one run
CHOICES = {"never": Policy.REPORT_ONLY, "if_empty": Policy.FILL_IF_EMPTY, "always": Policy.LIBRENMS_WINS}


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryHolder:
    """A device or VM that can have the primary IP, with those it has: family (4 or 6) → address."""

    ref: Ref
    master: bool = False
    primary: Mapping[int, Ref] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryContext:
    """``management`` is LibreNMS's management address; ``holders`` are the members that the user may see, ``own`` the
    addresses on their interfaces; ``choice`` is what a person said for this run (a key of ``CHOICES``)."""

    management: Host | None = None
    holders: Sequence[PrimaryHolder] = ()
    own: Sequence[Found] = ()
    choice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """An address that can become the primary one; without an id in ``ref`` the row ``ref.key`` brings it first."""

    ref: Ref
    owner: Ref
    mgmt_only: bool
    port_id: int | None = None


# In front of the IP family, the key of the row about a primary IP
KEY = "primary-ipv"


def is_primary(change: Change) -> bool:
    """Whether a row is about a primary IP and not about an address."""
    return "family" in change.facts


def with_primary(plan: Plan, context: PrimaryContext, policies: Policies) -> Plan:
    """The plan of the addresses with the row of the primary IP, which comes after the address it refers to."""
    management = context.management
    if management is None:
        return plan
    candidates = list(_candidates(plan.changes, management, context.own))
    family = management.version
    chosen = _current(candidates, context.holders, family) or (candidates[0] if candidates else None)
    holder = None if chosen is None else _holder(chosen, context.holders, family)
    if chosen is None or holder is None:
        return plan
    several = len(candidates) > 1 and holder.primary.get(family) != chosen.ref
    wanted = _wanted(chosen, holder, family, candidates if several else ())
    found = Found(
        id=holder.ref.id or 0,
        name=wanted.name,
        owner=holder.ref,
        values={FIELD.name: holder.primary.get(family)},
    )
    rows = compare(RULES, [found], [wanted], _as_chosen(policies, context.choice)).changes
    return Plan(plan.resource, (*plan.changes, *(replace(row, librenms_id=chosen.port_id) for row in rows)))


def _as_chosen(policies: Policies, choice: str) -> Policies:
    policy = CHOICES.get(choice)
    return policies if policy is None else Policies({**policies.chosen, (RESOURCE, FIELD.name): policy})


def _candidates(changes: Sequence[Change], management: Host, own: Sequence[Found]) -> Iterator[_Candidate]:
    rows = [one for one in changes if address_facts(one).get("host") == management and one.outcome is not Outcome.EXTRA]
    for row in rows:
        ref = _brought(row)
        if ref is not None:
            mgmt_only = bool(address_facts(row).get("mgmt_only"))
            yield _Candidate(ref=ref, owner=row.owner, mgmt_only=mgmt_only, port_id=row.librenms_id)
    known = {row.netbox_id for row in rows}
    for one in own:
        if held_facts(one)["host"] == management and one.id not in known:
            yield _Candidate(
                ref=Ref(one.id, one.name), owner=one.owner, mgmt_only=bool(held_facts(one).get("mgmt_only"))
            )


def _brought(row: Change) -> Ref | None:
    """The address that is on the object's interface, or that this row would put there."""
    if row.outcome is Outcome.MISSING or (row.outcome is Outcome.CHANGED and "interface" in row.writes):
        return Ref(None, row.name, row.key)
    on_it = row.matched_by == ON_INTERFACE and row.outcome in (Outcome.SAME, Outcome.CHANGED)
    return Ref(row.netbox_id, str(row.found["address"])) if on_it else None


def _current(candidates: Sequence[_Candidate], holders: Sequence[PrimaryHolder], family: int) -> _Candidate | None:
    """Of several the one that is primary already."""
    held = {one.primary[family].id for one in holders if family in one.primary}
    return next((one for one in candidates if one.ref.id is not None and one.ref.id in held), None)


def _holder(chosen: _Candidate, holders: Sequence[PrimaryHolder], family: int) -> PrimaryHolder | None:
    """Who has it already; else the master, who may have any member's address but a management port's; else the member
    whose interface it is on."""
    for one in holders:
        if chosen.ref.id is not None and family in one.primary and one.primary[family].id == chosen.ref.id:
            return one
    for one in holders:
        if one.master and (one.ref.id == chosen.owner.id or not chosen.mgmt_only):
            return one
    return next((one for one in holders if one.ref.id == chosen.owner.id), None)


def _wanted(chosen: _Candidate, holder: PrimaryHolder, family: int, rivals: Sequence[_Candidate]) -> Wanted:
    names = tuple({"id": one.ref.id, "name": one.ref.name, "owner": one.owner.name} for one in rivals)
    problem = (issue(Code.SEVERAL_ADDRESSES, FIELD.name, candidates=names),) if rivals else ()
    return Wanted(
        key=f"{KEY}{family}",
        name=f"Primary IPv{family}",
        owner=holder.ref,
        librenms_id=chosen.port_id or 0,
        values={FIELD.name: chosen.ref},
        outcome=Outcome.CONFLICT if rivals else None,
        issues=problem,
        facts=AddressFacts(family=family),
    )
