"""Which NetBox interface each port is, for resources that hang on interfaces: by the same rules as interfaces."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ...librenms.records import Port
from ..chassis.members import Members
from ..core.identity import Matching, match
from ..core.plan import Found, Outcome, Ref, Wanted
from .facts import holder_facts, port_facts
from .port_identity import MATCHERS, PortIdentity, port_identities


@dataclass(frozen=True, slots=True, kw_only=True)
class PortInterface:
    """A port with its interface: None where NetBox has none, or (``ambiguous``) where it is not certain which it is."""

    port_id: int
    name: str
    owner: Ref
    interface: Found | None = None
    ambiguous: bool = False
    loopback: bool = False


def port_interfaces(
    ports: Sequence[Port], found: Sequence[Found], members: Members, name_field: str
) -> dict[int, PortInterface]:
    """Port id → its interface. ``found`` holds the interfaces of all members, those that the user may not see too
    (``facts["visible"]`` False): what belongs to them is left out here, and is not taken for missing."""
    wanted = [_wanted(one) for one in port_identities(ports, members, name_field)]
    matching = match(found, wanted, MATCHERS)
    visible = {one.ref.id for one in members.members if one.visible}
    names = Counter((one.owner.id, one.name) for one in wanted if one.key not in matching.pairs)
    loopbacks = {port.port_id for port in ports if _is_loopback(port)}
    several = {key for key, number in names.items() if number > 1}
    paired = (_paired(one, matching, visible, several, loopback=one.librenms_id in loopbacks) for one in wanted)
    return {one.port_id: one for one in paired if one is not None}


def _is_loopback(port: Port) -> bool:
    return port.if_type == "softwareLoopback"


def _wanted(one: PortIdentity) -> Wanted:
    return Wanted(
        key=one.key,
        name=one.label,
        owner=one.member.ref,
        librenms_id=one.port.port_id,
        values={},
        outcome=None if one.name else Outcome.BLOCKED,
        facts=one.facts,
    )


def _paired(
    one: Wanted,
    matching: Matching,
    visible: Collection[int | None],
    several: Collection[tuple[int | None, str]],
    *,
    loopback: bool,
) -> PortInterface | None:
    """None for what the user may not see. ``several``: names of which LibreNMS has more than one port without an
    interface."""
    candidates: Sequence[Found] = matching.rivals.get(one.key, ())
    if one.key in matching.pairs:
        candidates = (matching.pairs[one.key][0],)
    if not all(holder_facts(found)["visible"] for found in candidates):
        return None
    if len(candidates) == 1 and one.key not in matching.claimed_twice:
        (found,) = candidates
        return PortInterface(
            port_id=one.librenms_id, name=found.name, owner=found.owner, interface=found, loopback=loopback
        )
    if one.owner.id not in visible:
        return None
    twice = (one.owner.id, one.name) in several
    ambiguous = bool(candidates) or twice or bool(port_facts(one)["unowned"])
    return PortInterface(
        port_id=one.librenms_id, name=one.name, owner=one.owner, ambiguous=ambiguous, loopback=loopback
    )
