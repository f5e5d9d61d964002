"""Second half of the wanted interfaces: what can only be said once it is known which port is which interface."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..librenms.records import UNSET
from .identity import Matching
from .interface_types import NOT_PHYSICAL, settle
from .interface_vlans import Q_IN_Q, TAGGED, TAGGED_ALL, keep_in_gap
from .issues import Code, Issue, issue
from .names import spelling
from .plan import Found, Outcome, Ref, Wanted


def settle_references(wanted: Sequence[Wanted], matching: Matching) -> list[Wanted]:
    """Types give way to specific ones, LAGs and parents become references, names that are taken become conflicts."""
    taken = _names_in_use(matching)
    named = [_with_name_settled(one, matching, taken) for one in wanted]
    rows = {one.key: one for one in named}
    return [_settled(one, rows, matching) for one in named]


def _with_name_settled(one: Wanted, matching: Matching, taken: Mapping[tuple[Any, str], Found]) -> Wanted:
    if one.outcome is not None or one.key in matching.rivals:
        return one
    problem = _name_problem(one, _found(one, matching), matching, taken)
    return replace(one, outcome=Outcome.CONFLICT, issues=(problem, *one.issues)) if problem else one


def _found(one: Wanted, matching: Matching) -> Found | None:
    return matching.pairs[one.key][0] if one.key in matching.pairs else None


def _settled(one: Wanted, rows: Mapping[str, Wanted], matching: Matching) -> Wanted:
    if one.outcome is not None or one.key in matching.rivals:
        return one
    found = _found(one, matching)
    values = {**one.values, **_vlans(one, found)}
    issues: list[Issue] = list(one.issues)
    if "speed" in one.values:
        held = found.values.get("type") if found else None
        written = settle(one.facts["type"], held)
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
    key = one.facts[f"{name}_key"]
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
    held = found.facts.get("tagged_vids", ())
    return {"tagged_vlans": keep_in_gap(one.values["tagged_vlans"], held, one.facts["vlan_gap"])}


def _names_in_use(matching: Matching) -> dict[tuple[Any, str], Found]:
    """(owner, name) → interface, of the interfaces that some port is paired with, and of those that nobody wants."""
    paired = [found for found, _matcher in matching.pairs.values()]
    return {(found.owner.id, found.name): found for found in (*paired, *matching.unclaimed)}


def _name_problem(
    one: Wanted, found: Found | None, matching: Matching, taken: Mapping[tuple[Any, str], Found]
) -> Issue | None:
    owner = (found.owner if found else one.owner).id
    holder = taken.get((owner, one.name))
    renames = found is None or spelling(found.name) != spelling(one.name)
    if renames and holder is not None and (found is None or holder.id != found.id):
        return issue(Code.NAME_TAKEN, "name", name=one.name, id=holder.id)
    if found is None and not one.facts["any_member"]:
        other = next((held for held in matching.unclaimed if held.name == one.name and held.owner.id != owner), None)
        if other is not None:
            return issue(Code.HELD_BY_OTHER_MEMBER, "name", owner=other.owner.name, wanted=one.owner.name, id=other.id)
    return None
