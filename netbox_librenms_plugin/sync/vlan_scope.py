"""Which NetBox VLAN a VLAN number on a port means: one that is valid where the device is, the most specific first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .plan import Ref

Scope = tuple[str, int]
GLOBAL: Scope = ("global", 0)


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
    """The VLANs that can be meant in one place. ``levels`` runs from the most specific scope to the global one."""

    levels: Sequence[frozenset[Scope]] = ()
    vlans: Mapping[int, Sequence[ScopedVlan]] = field(default_factory=dict)

    def candidates(self, vid: int) -> tuple[ScopedVlan, ...]:
        """The VLANs of the most specific level that has any: one is the answer, none is missing, several a conflict."""
        known = self.vlans.get(vid, ())
        for level in self.levels:
            hits = tuple(vlan for vlan in known if vlan.scope in level)
            if hits:
                return hits
        return ()


def by_vid(vlans: Iterable[ScopedVlan]) -> dict[int, list[ScopedVlan]]:
    """VLAN number → VLANs, for ``VlanChoice``."""
    grouped: dict[int, list[ScopedVlan]] = defaultdict(list)
    for vlan in vlans:
        grouped[vlan.vid].append(vlan)
    return dict(grouped)
