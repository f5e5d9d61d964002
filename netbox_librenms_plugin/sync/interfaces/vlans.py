"""The VLANs of a port: mode, untagged and tagged, as far as LibreNMS says and NetBox has them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ...librenms.records import UNSET, Port
from ..core.issues import Code, Issue, issue
from ..core.plan import Ref
from ..vlans.scope import VID_RANGE, VlanChoice

ACCESS = "access"
TAGGED = "tagged"
TAGGED_ALL = "tagged-all"
Q_IN_Q = "q-in-q"


@dataclass(frozen=True, slots=True, kw_only=True)
class PortVlans:
    """What is wanted of a port's three VLAN fields. ``gap`` holds the VLAN numbers that NetBox cannot express yet."""

    values: dict[str, Any] = field(
        default_factory=lambda: {"mode": UNSET, "untagged_vlan": UNSET, "tagged_vlans": UNSET}
    )
    issues: tuple[Issue, ...] = ()
    gap: frozenset[int] = frozenset()


def port_vlans(port: Port, choice: VlanChoice) -> PortVlans:
    """The port's VLANs in NetBox's terms. A port without VLAN rows says nothing (a routed port, or not polled yet).

    A VLAN that NetBox has not, or several of, is an issue and left out, never replaced by another of the same number.
    """
    if port.vlans is UNSET or not port.vlans:
        return PortVlans()
    untagged = sorted({row.vlan for row in port.vlans if row.untagged})
    tagged = sorted({row.vlan for row in port.vlans if not row.untagged} - set(untagged))
    if len(untagged) > 1:
        return PortVlans(issues=(issue(Code.SEVERAL_UNTAGGED, "vlans", vids=tuple(untagged)),))
    vids = (*untagged, *tagged)
    refs = {vid: hits[0].ref for vid in vids if len(hits := choice.candidates(vid)) == 1}
    trunk = bool(tagged) or bool(isinstance(port.if_trunk, str) and port.if_trunk)
    values = {
        "mode": TAGGED if trunk else ACCESS,
        "untagged_vlan": refs.get(untagged[0], UNSET) if untagged else None,
        "tagged_vlans": tuple(refs[vid] for vid in tagged if vid in refs),
    }
    return PortVlans(values=values, issues=tuple(_issues(vids, choice)), gap=frozenset(vids) - set(refs))


def keep_in_gap(wanted: tuple[Ref, ...], held: Iterable[tuple[int, Ref]], gap: frozenset[int]) -> tuple[Ref, ...]:
    """The wanted tagged VLANs, with those of NetBox's (VLAN number, VLAN) that stand for a number in the gap."""
    return (*wanted, *(ref for vid, ref in held if vid in gap))


def _issues(vids: Iterable[int], choice: VlanChoice) -> Iterable[Issue]:
    known = {vid: choice.candidates(vid) for vid in vids if vid in VID_RANGE}
    yield from (issue(Code.OUT_OF_RANGE, "vlans", value=vid) for vid in vids if vid not in VID_RANGE)
    missing = tuple(vid for vid in known if choice.misses(vid))
    if missing:
        yield issue(Code.VLAN_MISSING, "vlans", vids=missing)
    for vid, candidates in known.items():
        if len(candidates) > 1:
            names = tuple(
                {"id": one.ref.id, "name": one.ref.name, "group": one.group.name if one.group else ""}
                for one in candidates
            )
            yield issue(Code.VLAN_AMBIGUOUS, "vlans", vid=vid, candidates=names)
