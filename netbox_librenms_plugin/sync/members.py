"""Which member of a virtual chassis a port belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .names import member_position
from .plan import Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One object that holds interfaces: a chassis member, a lone device or a VM; ``visible`` to the user or not."""

    ref: Ref
    position: int | None = None
    master: bool = False
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Members:
    """All members in their order, and the choices that a person made for single rows (row key → member id)."""

    members: tuple[Member, ...]
    chosen: Mapping[str, int] = field(default_factory=dict)

    @property
    def master(self) -> Member:
        """Who owns what no rule gives to anybody: the master, else the first."""
        return next((one for one in self.members if one.master), self.members[0])

    def by_hand(self, key: str) -> Member | None:
        """The member a person gave this row to."""
        return next((one for one in self.members if one.ref.id == self.chosen.get(key)), None)

    def by_name(self, port_name: str) -> Member | None:
        """The member whose position the port's name gives; None on a single device and for names without one."""
        positions = {one.position: one for one in self.members if one.position is not None}
        if len(self.members) < 2:
            return None
        position = member_position(port_name, positions)
        return None if position is None else positions[position]
