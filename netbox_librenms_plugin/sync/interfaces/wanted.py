"""Interfaces: LibreNMS ports as NetBox would hold them, and the rules to compare the two."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...librenms.records import UNSET, Port, Snapshot
from ...texts import clean_text
from ..chassis.members import Members
from ..core import normalise
from ..core.compare import Field, Rules
from ..core.issues import Code, Issue, issue
from ..core.names import spelling
from ..core.plan import Outcome, Wanted
from ..vlans.scope import VlanChoice
from .facts import PortFacts
from .port_identity import MATCHERS, PortIdentity, port_identities
from .settle import settle_references
from .stack import PortLayers
from .types import TypeRules
from .vlans import PortVlans, port_vlans

RESOURCE = "interfaces"
NAME_LENGTH = 64
DESCRIPTION_LENGTH = 200

_SHARED = (
    Field(name="mtu"),
    Field(name="mac_address", own=True),
    Field(name="enabled"),
    Field(name="description", own=True),
    Field(name="mode", policy="vlans"),
    Field(name="untagged_vlan", policy="vlans"),
    Field(name="tagged_vlans", policy="vlans"),
)
_NAME = Field(name="name", own=True, required=True, normalise=lambda name: spelling(name or ""))
_PARENT = Field(name="parent", own=True)
_LIBRENMS_ID = Field(name="librenms_id", own=True)
DEVICE_FIELDS = (
    _NAME,
    Field(name="type", required=True),
    Field(name="speed"),
    Field(name="duplex"),
    *_SHARED,
    Field(name="lag", own=True),
    _PARENT,
    _LIBRENMS_ID,
)
VM_FIELDS = (_NAME, *_SHARED, _PARENT, _LIBRENMS_ID)

DEVICE_RULES = Rules(resource=RESOURCE, fields=DEVICE_FIELDS, matchers=MATCHERS, refine=settle_references)
VM_RULES = Rules(resource=RESOURCE, fields=VM_FIELDS, matchers=MATCHERS, refine=settle_references)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceContext:
    """What is known about the NetBox object when its interfaces are compared.

    ``elsewhere`` names the objects outside these members that carry a port's id already; ``vlans`` gives each member's
    valid VLANs by member id; ``chosen`` the interface that a person said a port is, by row key (0: a new one).
    """

    members: Members
    name_field: str = "ifName"
    types: TypeRules = field(default_factory=TypeRules)
    vlans: Mapping[int, VlanChoice] = field(default_factory=dict)
    elsewhere: Mapping[int, str] = field(default_factory=dict)
    chosen: Mapping[str, int] = field(default_factory=dict)
    virtual: bool = False

    @property
    def rules(self) -> Rules:
        """A VM's interfaces have no type, speed, duplex and LAG."""
        return VM_RULES if self.virtual else DEVICE_RULES


def wanted_interfaces(snapshot: Snapshot, context: InterfaceContext) -> list[Wanted]:
    """Every port as NetBox would hold it, with the reasons of those that cannot be."""
    stack = PortLayers.of(snapshot, context.name_field)
    identities = port_identities(snapshot.ports, context.members, context.name_field)
    return _mark_duplicates([_wanted(one, stack, context) for one in identities if one.member.visible])


def _wanted(one: PortIdentity, stack: PortLayers, context: InterfaceContext) -> Wanted:
    port = one.port
    problem = _name_problem(one.name) or _bound_elsewhere(port, context)
    vlans = port_vlans(port, context.vlans.get(one.member.ref.id or 0, VlanChoice()))
    notes = () if problem else (*_range_notes(port), *stack.issues.get(port.port_id, ()), *vlans.issues)
    return Wanted(
        key=one.key,
        name=one.label,
        owner=one.member.ref,
        librenms_id=port.port_id,
        values={} if problem else _values(port, one.name, vlans, virtual=context.virtual),
        outcome=None if problem is None else _outcome(problem),
        issues=(*((problem,) if problem else ()), *notes),
        facts=PortFacts(
            **one.facts,
            chosen=context.chosen.get(one.key),
            type=stack.interface_type(port, context.types),
            lag_key=stack.lag_of.get(port.port_id, ""),
            parent_key=stack.parent_of.get(port.port_id, ""),
            vlan_gap=vlans.gap,
        ),
    )


def _outcome(problem: Issue) -> Outcome:
    return Outcome.CONFLICT if problem.code is Code.BOUND_ELSEWHERE else Outcome.BLOCKED


def _name_problem(name: str) -> Issue | None:
    if not name:
        return issue(Code.NO_NAME, "name")
    if len(name) > NAME_LENGTH:
        return issue(Code.NAME_TOO_LONG, "name", length=len(name), limit=NAME_LENGTH)
    return None


def _bound_elsewhere(port: Port, context: InterfaceContext) -> Issue | None:
    holder = context.elsewhere.get(port.port_id)
    return issue(Code.BOUND_ELSEWHERE, "librenms_id", holder=holder, librenms_id=port.port_id) if holder else None


def _values(port: Port, name: str, vlans: PortVlans, *, virtual: bool) -> dict[str, Any]:
    values = {
        "name": name,
        "mtu": normalise.mtu(port.if_mtu),
        "mac_address": normalise.mac_address(port.if_phys_address),
        "enabled": normalise.enabled(port.if_admin_status),
        "description": description(port),
        **vlans.values,
        "librenms_id": port.port_id,
    }
    if not virtual:
        values["speed"] = normalise.speed_kbps(port.if_speed)
        values["duplex"] = normalise.duplex(port.if_duplex)
    return values


def _range_notes(port: Port) -> Iterable[Issue]:
    if isinstance(port.if_mtu, int) and port.if_mtu > 0 and port.if_mtu not in normalise.MTU_RANGE:
        yield issue(Code.OUT_OF_RANGE, "mtu", value=port.if_mtu)


def description(port: Port) -> Any:
    """The alias, cut to NetBox's length; ``UNSET`` where LibreNMS has none and repeats the port's own name instead."""
    if not isinstance(port.if_alias, str):
        return UNSET
    alias = clean_text(port.if_alias)
    own = {clean_text(name) for name in (port.if_name, port.if_descr) if isinstance(name, str)}
    return UNSET if alias and alias in own else alias[:DESCRIPTION_LENGTH]


def _mark_duplicates(wanted: Sequence[Wanted]) -> list[Wanted]:
    seen = Counter((one.owner.id, one.name) for one in wanted if one.outcome is None)
    return [
        (
            replace(
                one, outcome=Outcome.CONFLICT, issues=(issue(Code.DUPLICATE_NAME, "name", count=count), *one.issues)
            )
            if one.outcome is None and (count := seen[(one.owner.id, one.name)]) > 1
            else one
        )
        for one in wanted
    ]
