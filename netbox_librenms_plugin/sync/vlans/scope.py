"""Which NetBox VLAN a VLAN number on a port means: one that is valid where the device is, the most specific first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..core.plan import Ref

Scope = tuple[str, int]
GLOBAL: Scope = ("global", 0)
VID_RANGE = range(1, 4095)
# Every switch has these whether it uses them or not: the default VLAN, and FDDI and Token Ring (IEEE 802.1Q; Cisco)
RESERVED = frozenset({1, 1002, 1003, 1004, 1005})


@dataclass(frozen=True, slots=True)
class ScopedVlan:
    """A NetBox VLAN with the place it is valid in: its group's scope, else its site, else everywhere."""

    vid: int
    ref: Ref
    scope: Scope
    name: str = ""
    group: Ref | None = None


@dataclass(frozen=True, slots=True)
class VlanChoice:
    """The VLANs that can be meant in one place. ``levels`` runs from the most specific scope to the global one.

    Without ``reserved`` nobody misses a VLAN that every switch has.
    """

    levels: Sequence[frozenset[Scope]] = ()
    reserved: bool = True
    vlans: Mapping[int, Sequence[ScopedVlan]] = field(default_factory=dict)

    def candidates(self, vid: int) -> tuple[ScopedVlan, ...]:
        """The VLANs of the most specific level that has any: one is the answer, none is missing, several a conflict."""
        known = self.vlans.get(vid, ())
        for level in self.levels:
            hits = tuple(vlan for vlan in known if vlan.scope in level)
            if hits:
                return hits
        return ()

    def misses(self, vid: int) -> bool:
        """Whether it is worth saying that NetBox has no such VLAN."""
        return not self.candidates(vid) and (self.reserved or vid not in RESERVED)


def by_vid(vlans: Iterable[ScopedVlan]) -> dict[int, list[ScopedVlan]]:
    """VLAN number → VLANs, for ``VlanChoice``."""
    grouped: dict[int, list[ScopedVlan]] = defaultdict(list)
    for vlan in vlans:
        grouped[vlan.vid].append(vlan)
    return dict(grouped)
