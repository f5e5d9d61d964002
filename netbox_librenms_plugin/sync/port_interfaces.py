"""Which NetBox interface each port is, for resources that hang on interfaces: by the same rules as interfaces."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ..librenms.records import Port
from .identity import Matching, match
from .interfaces import MATCHERS, port_key, port_name
from .members import Members
from .plan import Found, Outcome, Ref, Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class PortInterface:
    """A port with its interface: None where NetBox has none, or (``ambiguous``) where it is not certain which it is."""

    port_id: int
    name: str
    owner: Ref
    interface: Found | None = None
    ambiguous: bool = False


def port_interfaces(
    ports: Iterable[Port], found: Sequence[Found], members: Members, name_field: str
) -> dict[int, PortInterface]:
    """Port id → its interface. ``found`` holds the interfaces of all members, those that the user may not see too
    (``facts["visible"]`` False): what belongs to them is left out here, and is not taken for missing."""
    wanted = [_wanted(port, members, name_field) for port in ports]
    matching = match(found, wanted, MATCHERS)
    visible = {one.ref.id for one in members.members if one.visible}
    names = Counter((one.owner.id, one.name) for one in wanted if one.key not in matching.pairs)
    paired = {one.librenms_id: _paired(one, matching, visible, names[one.owner.id, one.name] > 1) for one in wanted}
    return {port_id: one for port_id, one in paired.items() if one is not None}


def _wanted(port: Port, members: Members, name_field: str) -> Wanted:
    name = port_name(port, name_field)
    key = port_key(port.port_id)
    by_rule = members.by_hand(key) or members.by_name(name)
    return Wanted(
        key=key,
        name=name or f"ifIndex {port.if_index}",
        owner=(by_rule or members.master).ref,
        librenms_id=port.port_id,
        values={},
        outcome=None if name else Outcome.BLOCKED,
        facts={"any_member": by_rule is None and len(members.members) > 1},
    )


def _paired(one: Wanted, matching: Matching, visible: Collection[int | None], twice: bool) -> PortInterface | None:
    """None for what the user may not see; ``twice``: LibreNMS has another port of this name without an interface."""
    candidates: Sequence[Found] = matching.rivals.get(one.key, ())
    if one.key in matching.pairs:
        candidates = (matching.pairs[one.key][0],)
    if not all(found.facts["visible"] for found in candidates):
        return None
    if len(candidates) == 1 and one.key not in matching.claimed_twice:
        (found,) = candidates
        return PortInterface(port_id=one.librenms_id, name=found.name, owner=found.owner, interface=found)
    if one.owner.id not in visible:
        return None
    ambiguous = bool(candidates) or twice
    return PortInterface(port_id=one.librenms_id, name=one.name, owner=one.owner, ambiguous=ambiguous)
