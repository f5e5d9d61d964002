"""What is known of a VLAN's row beside its values."""

from collections.abc import Collection, Sequence
from typing import TypedDict, cast

from ..core.issues import Issue
from ..core.plan import Ref, Row


class VlanFacts(TypedDict, total=False):
    """``used_by``: number of other devices that have NetBox's VLAN. ``place``: where a new one goes, or why that is not
    certain; ``groups``: where it could go, ``taken_in``: ids of the groups in which another one has its name."""

    vid: int
    used_by: int
    place: tuple[Ref | None, Issue | None]
    groups: Sequence[Ref]
    taken_in: Collection[int | None]


def vlan_facts(row: Row) -> VlanFacts:
    """Those of a row of this resource."""
    return cast(VlanFacts, row.facts)
