"""Second half of the wanted interfaces: what can only be said once it is known which port is which interface."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...librenms.records import UNSET
from ..core.identity import Matching
from ..core.issues import Code, Issue, issue
from ..core.names import spelling
from ..core.plan import Found, Outcome, Ref, Wanted
from .facts import PortFacts, interface_facts, port_facts
from .types import NOT_PHYSICAL, settle
from .vlans import Q_IN_Q, TAGGED, TAGGED_ALL, keep_in_gap


def settle_references(wanted: Sequence[Wanted], matching: Matching) -> list[Wanted]:
    """Types give way to specific ones, LAGs and parents become references; what is not certain becomes a conflict."""
    world = _World(wanted, matching)
    named = [_with_identity_settled(one, world) for one in wanted]
    rows = {one.key: one for one in named}
    return [_settled(one, rows, matching) for one in named]


class _World:
    """Who is called what, and who has which MAC address."""

    def __init__(self, wanted: Sequence[Wanted], matching: Matching) -> None:
        paired = [found for found, _matcher in matching.pairs.values()]
        self.matching = matching
        self.names = {(found.owner.id, found.name): found for found in (*paired, *matching.unclaimed)}
        self.macs = Counter(mac for one in wanted if (mac := _own_mac(one)))


def _own_mac(one: Wanted) -> str:
    """The MAC address of a port that can be a jack. Layers above it borrow theirs from it."""
    mac = one.values.get("mac_address", UNSET)
    return mac if isinstance(mac, str) and port_facts(one)["type"].value not in NOT_PHYSICAL else ""


def _with_identity_settled(one: Wanted, world: _World) -> Wanted:
    if one.outcome is not None or one.key in world.matching.rivals:
        return one
    found = _found(one, world.matching)
    same = _of_same_mac(one, found, world)
    if same:
        one = replace(one, facts=_with_choices(one, same))
    problem = _name_problem(one, found, world) or (_stranger(one, same) if found is None else None)
    return replace(one, outcome=Outcome.CONFLICT, issues=(problem, *one.issues)) if problem else one


def _with_choices(one: Wanted, same: Sequence[Found]) -> PortFacts:
    return PortFacts(**port_facts(one), choices={"interface": {held.id: held.name for held in same}})


def _of_same_mac(one: Wanted, found: Found | None, world: _World) -> tuple[Found, ...]:
    """The interfaces that a person can say the port is, or has said: those that no port is, with exactly its MAC
    address."""
    if found is not None:
        return (found,) if found.id == port_facts(one)["chosen"] else ()
    mac = _own_mac(one)
    if not mac or world.macs[mac] != 1:
        return ()
    jacks = (held for held in world.matching.unclaimed if held.values.get("type") not in NOT_PHYSICAL)
    return tuple(held for held in jacks if held.values.get("mac_address") == mac)


def _stranger(one: Wanted, same: Sequence[Found]) -> Issue | None:
    """Why a port that NetBox does not have cannot be made without asking: nobody knows on which member, or it may be an
    interface that is there."""
    if port_facts(one)["unowned"]:
        return issue(Code.CHOOSE_MEMBER, "name", name=one.name)
    if not same or port_facts(one)["chosen"] is not None:
        return None
    names = tuple({"id": held.id, "name": held.name, "owner": held.owner.name} for held in same)
    return issue(Code.SAME_MAC, "mac_address", mac=one.values["mac_address"], candidates=names)


def _found(one: Wanted, matching: Matching) -> Found | None:
    return matching.pairs[one.key][0] if one.key in matching.pairs else None


def _settled(one: Wanted, rows: Mapping[str, Wanted], matching: Matching) -> Wanted:
    if one.outcome is not None or one.key in matching.rivals:
        return one
    found = _found(one, matching)
    values = {**one.values, **_vlans(one, found)}
    if found is not None and _is_called(found, one):
        values["name"] = UNSET
    issues: list[Issue] = list(one.issues)
    if "speed" in one.values:
        held = found.values.get("type") if found else None
        written = settle(port_facts(one)["type"], held)
        if written in NOT_PHYSICAL and found is not None and interface_facts(found).get("cabled"):
            issues.append(issue(Code.TYPE_OF_CABLED, "type", type=written))
            written = None
        effective = written or held
        values["type"] = UNSET if written is None else written
        values["lag"] = UNSET if effective in NOT_PHYSICAL else _reference(one, "lag", rows, matching, issues)
        values["parent"] = _reference(one, "parent", rows, matching, issues) if effective == "virtual" else UNSET
    else:
        values["parent"] = _reference(one, "parent", rows, matching, issues)
    return replace(one, values=values, issues=tuple(issues))


def _reference(
    one: Wanted, name: str, rows: Mapping[str, Wanted], matching: Matching, issues: list[Issue]
) -> Ref | Any:
    """The row that ``one`` refers to: its interface in NetBox, else the one it will become; ``UNSET`` for neither."""
    key = port_facts(one)["lag_key" if name == "lag" else "parent_key"]
    target = rows.get(key)
    if target is None:
        return UNSET
    if key in matching.pairs and key not in matching.claimed_twice:
        found = matching.pairs[key][0]
        return Ref(found.id, found.name, key)
    if target.outcome is None and key not in matching.rivals and key not in matching.claimed_twice:
        return Ref(None, target.name, key)
    issues.append(issue(Code.LAG_NOT_READY if name == "lag" else Code.PARENT_NOT_READY, name, name=target.name))
    return UNSET


def _vlans(one: Wanted, found: Found | None) -> dict[str, Any]:
    """What NetBox's own VLANs say better: "tagged (all)" covers any list, Q-in-Q is not what LibreNMS sees, and a VLAN
    that LibreNMS's number can mean stays where it was chosen by hand."""
    if found is None or one.values.get("mode", UNSET) is UNSET:
        return {}
    mode = found.values.get("mode")
    if mode == Q_IN_Q:
        return {"mode": UNSET, "untagged_vlan": UNSET, "tagged_vlans": UNSET}
    if mode == TAGGED_ALL and one.values["mode"] == TAGGED:
        return {"mode": UNSET, "tagged_vlans": UNSET}
    held = interface_facts(found).get("tagged_vids", ())
    return {"tagged_vlans": keep_in_gap(one.values["tagged_vlans"], held, port_facts(one)["vlan_gap"])}


def _name_problem(one: Wanted, found: Found | None, world: _World) -> Issue | None:
    owner = (found.owner if found else one.owner).id
    holder = world.names.get((owner, one.name))
    renames = found is None or not _is_called(found, one)
    if renames and holder is not None and (found is None or holder.id != found.id):
        return issue(Code.NAME_TAKEN, "name", name=one.name, id=holder.id)
    if found is None and not port_facts(one)["any_member"]:
        unclaimed = world.matching.unclaimed
        other = next((held for held in unclaimed if held.name == one.name and held.owner.id != owner), None)
        if other is not None:
            return issue(Code.HELD_BY_OTHER_MEMBER, "name", owner=other.owner.name, wanted=one.owner.name, id=other.id)
    return None


def _is_called(found: Found, one: Wanted) -> bool:
    """Whether the interface has one of the port's names, in whatever spelling."""
    alias = port_facts(one)["alias"]
    return spelling(found.name) in {spelling(one.name), *([spelling(alias)] if alias else [])}
