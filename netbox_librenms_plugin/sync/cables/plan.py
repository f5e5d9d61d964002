"""Cables: the links that LibreNMS sees as NetBox would hold them, against the cables that there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...librenms.records import DeviceLinks
from ..chassis.members import Members
from ..core.compare import Field, Rules, compare
from ..core.issues import Code, Issue, issue
from ..core.name_patterns import first_fitting
from ..core.plan import Change, Found, Outcome, Plan, Ref, Wanted
from ..core.policy import Policies
from ..interfaces.port_interfaces import PortInterface
from .facts import CableFacts, cable_facts
from .jacks import Jack, occupied, uncabled
from .neighbours import End, Network
from .rows import Links, Sighting, crowds
from .types import cable_type

RESOURCE = "cables"
CONNECTED = "connected"
# How many neighbours of one port a sentence names
NAMES_SHOWN = 5

FIELDS = (
    Field(name="local", own=True, required=True),
    Field(name="remote", own=True, required=True),
    Field(name="status", required=True),
    Field(name="type"),
    Field(name="label"),
    Field(name="tag"),
)
# No matchers: whether two interfaces are joined is read from NetBox's cable paths, and a cable is never changed
RULES = Rules(resource=RESOURCE, fields=FIELDS, matchers=(), extras=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCable:
    """A cable of NetBox in words; ``values`` only where the user may see it."""

    words: str
    values: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CableContext:
    """What is known about a device and its neighbourhood.

    ``found`` holds the members' interfaces, those that the user may not see marked as such; ``places``: which of them
    each port is, by its LibreNMS id; ``chosen`` the remote interface that a person picked, by row key; ``label`` and
    ``tag`` are those of new cables; ``unrecorded`` are the patterns of names and hardware of neighbours that are
    nobody's task.
    """

    members: Members
    found: Sequence[Found] = ()
    places: Mapping[int, PortInterface] = field(default_factory=dict)
    network: Network = field(default_factory=Network)
    cables: Mapping[int, HeldCable] = field(default_factory=dict)
    label: str = ""
    tag: Ref | None = None
    unrecorded: Sequence[str] = ()
    chosen: Mapping[str, int] = field(default_factory=dict)


def plan_cables(seen: DeviceLinks, context: CableContext, policies: Policies) -> Plan:
    """One row for each neighbour of each port."""
    plan = compare(RULES, (), wanted_cables(seen, context), policies)
    return Plan(plan.resource, tuple(_with_cable(change, context) for change in plan.changes))


def waits(seen: DeviceLinks, context: CableContext) -> bool:
    """Whether a neighbour was heard on a port whose interface NetBox does not have."""
    linked = {one.librenms_id for one in context.found}
    heard = {link.local_port_id for link in seen.links if link.local_port_id not in linked}
    if not heard:
        return False
    places = (context.places.get(port_id or 0) for port_id in heard)
    return any(one is not None and one.interface is None and not one.ambiguous for one in places)


def wanted_cables(seen: DeviceLinks, context: CableContext) -> list[Wanted]:
    """The links between interfaces, with the reasons of those that can be no cable."""
    rows = Links(
        device_id=seen.device_id,
        links=seen.links,
        ports={port.port_id for port in seen.ports},
        places=context.places,
        members=context.members,
        network=context.network,
        chosen=context.chosen,
    ).rows()
    crowded = crowds(rows)
    return [_wanted(row, crowded.get(row.key), context) for row in rows]


def _wanted(row: Sighting, crowd: tuple[str, tuple[str, ...]] | None, context: CableContext) -> Wanted:
    local, remote = row.local, row.remote
    ends = {name: jack.ref for name, end in (("local", local), ("remote", remote)) if (jack := end.carrier or end.jack)}
    joined = context.network.jacks.joined(local.jack, remote.jack) if local.jack and remote.jack else None
    wanted = Wanted(
        key=row.key,
        name=f"{local.port or '?'} → {remote.label or '?'}",
        owner=row.owner,
        librenms_id=row.link.local_port_id or 0,
        values=ends,
        facts=CableFacts(local=local, remote=remote, choices={"remote": _options(remote)}),
    )
    if joined is not None:
        return _same(wanted, joined)
    if (unrecorded := _unrecorded(row, context)) is not None:
        return replace(wanted, outcome=Outcome.BLOCKED, issues=(unrecorded,))
    outcome, issues, cable = _obstacles(local, remote, crowd, context)
    if outcome is not None:
        return replace(wanted, outcome=outcome, issues=issues, facts=CableFacts(**cable_facts(wanted), cable=cable))
    assert local.carrier is not None and remote.carrier is not None
    return replace(wanted, values={**ends, **_new(local.carrier, remote.carrier, context)}, issues=_notes(row))


def _unrecorded(row: Sighting, context: CableContext) -> Issue | None:
    """Why a neighbour that neither NetBox nor LibreNMS has is nobody's task: a phone, a laptop."""
    said, reason = row.said, row.remote.issue
    if reason is None or reason.code is not Code.REMOTE_DEVICE_MISSING or said.device_id is not None:
        return None
    pattern = first_fitting(context.unrecorded, said.name, said.platform)
    return issue(Code.NEIGHBOUR_UNRECORDED, name=said.name, pattern=pattern) if pattern else None


def _options(end: End) -> dict[int, str]:
    return {ref.id: ref.name for ref in end.candidates if ref.id is not None}


def _same(wanted: Wanted, joined: tuple[Jack, Jack]) -> Wanted:
    near, far = joined
    facts = CableFacts(**cable_facts(wanted), cable=near.cable or far.cable)
    return replace(wanted, outcome=Outcome.SAME, values={"local": near.ref, "remote": far.ref}, facts=facts)


def _obstacles(
    local: End, remote: End, crowd: tuple[str, tuple[str, ...]] | None, context: CableContext
) -> tuple[Outcome | None, tuple[Issue, ...], int | None]:
    """Why there can be no cable: the outcome, its reasons, and the cable that is in the way."""
    reasons = [reason for end in (local, remote) if (reason := _no_carrier(end)) is not None]
    if crowd is not None:
        interface, names = crowd
        shown = (*names[:NAMES_SHOWN], *(("…",) if len(names) > NAMES_SHOWN else ()))
        reasons.append(issue(Code.SEVERAL_NEIGHBOURS, interface=interface, names=shown))
    if reasons:
        return Outcome.BLOCKED, tuple(reasons), None
    carriers = [end.carrier for end in (local, remote) if end.carrier is not None]
    taken = occupied(carriers, {pk: cable.words for pk, cable in context.cables.items()})
    if taken:
        return Outcome.CONFLICT, taken, next(one.cable for one in carriers if one.cable is not None)
    return None, (), None


def _no_carrier(end: End) -> Issue | None:
    return end.issue if end.jack is None else uncabled(end.jack, end.carrier)


def _notes(row: Sighting) -> tuple[Issue, ...]:
    """The interface that is cabled in place of the one that LibreNMS named."""
    stand_ins = ((end.jack, end.carrier) for end in (row.local, row.remote))
    return tuple(
        issue(Code.MEMBER_CABLED, interface=jack.label, member=carrier.ref.name)
        for jack, carrier in stand_ins
        if jack is not None and carrier is not None and jack.id != carrier.id
    )


def _new(one: Jack, other: Jack, context: CableContext) -> dict[str, Any]:
    """What a new cable gets beside its ends; what nobody says is left out."""
    values = {"type": cable_type(one.type, other.type), "label": context.label, "tag": context.tag}
    return {"status": CONNECTED, **{name: value for name, value in values.items() if value}}


def _with_cable(change: Change, context: CableContext) -> Change:
    """The row with the cable that it is about, as far as the user may see that."""
    number = cable_facts(change).get("cable")
    held = context.cables.get(number) if number is not None else None
    change = replace(change, librenms_id=change.librenms_id or None)
    if held is None or held.values is None:
        return change
    found = {**change.wanted, **held.values} if change.outcome is Outcome.SAME else {}
    return replace(change, netbox_id=number, found=found)
