"""Links as rows: each neighbour of a port once, however many protocols and directions speak of it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ...librenms.records import Link
from ..chassis.members import Members
from ..core.issues import Code, issue
from ..core.names import parent_name, spelling
from ..core.plan import Found, Ref
from ..interfaces.port_interfaces import PortInterface
from .jacks import Jack
from .neighbour_texts import SaidNeighbour, said_by
from .neighbours import End, Network, remote_end


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One link with both of its ends; ``owner`` is the device that the local port is on, ``neighbour`` identifies
    whoever is at the other end, a virtual chassis as one."""

    link: Link
    owner: Ref
    said: SaidNeighbour
    local: End
    remote: End
    neighbour: Hashable

    @property
    def key(self) -> str:
        """The key of the link's row."""
        return link_key(self.link.id)

    @property
    def near(self) -> Hashable:
        """What identifies the local end."""
        return _identity(self.local) or ("port", self.link.local_port_id)

    @property
    def far(self) -> Hashable | None:
        """What identifies the remote end; None while it is no interface of NetBox."""
        return _identity(self.remote)


def link_key(link_id: int) -> str:
    """The key of a link's row."""
    return f"link-{link_id}"


def _identity(end: End) -> Hashable | None:
    jack = end.carrier or end.jack
    return None if jack is None else ("jack", jack.id)


@dataclass(frozen=True, kw_only=True)
class Links:
    """The links of one LibreNMS device, and what is known about its own ports. ``ports`` holds the LibreNMS ids of all
    its ports, ``places`` those whose member the user may see; ``chosen`` gives the remote interface by row key."""

    device_id: int
    links: Sequence[Link]
    ports: Collection[int]
    places: Mapping[int, PortInterface]
    members: Members
    network: Network
    chosen: Mapping[str, int]

    def rows(self) -> list[Sighting]:
        """One sighting for each neighbour of each port, in the order of LibreNMS's ids."""
        active = sorted((link for link in self.links if link.active is not False), key=lambda link: link.id)
        said = [said_by(link) for link in active]
        spoken = {one.name for one in said if one.name}
        seen = [self._sighting(link, one, spoken) for link, one in zip(active, said, strict=True)]
        return fold([one for one in seen if one is not None])

    def _sighting(self, link: Link, said: SaidNeighbour, spoken: Collection[str]) -> Sighting | None:
        """None for a port on a member that the user may not see, and for a device that hears itself."""
        port_id = link.local_port_id or 0
        place = self.places.get(port_id)
        if place is None and port_id in self.ports:
            return None
        owner = place.owner if place else self.members.master.ref
        if said.device_id == self.device_id:
            remote = self._own_end(said, owner)
        else:
            remote = remote_end(said, self.network, spoken=spoken, chosen=self.chosen.get(link_key(link.id)))
        if remote is None or self._is_own(remote, owner):
            return None
        local, neighbour = self._local_end(place), self._neighbour(said, remote)
        return Sighting(link=link, owner=owner, said=said, local=local, remote=remote, neighbour=neighbour)

    def _neighbour(self, said: SaidNeighbour, remote: End) -> Hashable:
        if remote.device is not None:
            return self.network.group(remote.device)
        if said.host:
            return "name", said.host
        return ("librenms", said.device_id) if said.device_id else ("port", said.port)

    def _local_end(self, place: PortInterface | None) -> End:
        if place is None:
            return End(name="", port="", issue=issue(Code.LOCAL_PORT_UNKNOWN))
        jack = self._jack(place)
        if jack is None:
            code = Code.INTERFACE_UNSURE if place.ambiguous else Code.INTERFACE_ABSENT
            reason = issue(code, name=place.name)
            return End(name=place.owner.name, port=place.name, device=place.owner, issue=reason)
        carrier = self.network.jacks.carrier(jack)
        return End(name=place.owner.name, port=place.name, device=jack.device, jack=jack, carrier=carrier)

    def _jack(self, place: PortInterface) -> Jack | None:
        """The interface of a port; of a unit that NetBox does not have (``ge-0/0/1.0``), the port that it is a part of:
        a cable can only be there."""
        if place.interface is not None:
            return self.network.jacks.by_id[place.interface.id]
        base = parent_name(place.name)
        if base is None or place.ambiguous:
            return None
        whole = self._by_spelling.get((place.owner.id, spelling(base)))
        return self.network.jacks.by_id.get(whole.id) if whole else self.network.jacks.named(place.owner, base)

    @cached_property
    def _by_spelling(self) -> Mapping[tuple[int | None, str], Found]:
        known = (one for one in self.places.values() if one.interface is not None)
        return {(one.owner.id, spelling(one.name)): one.interface for one in known if one.interface is not None}

    def _own_end(self, said: SaidNeighbour, owner: Ref) -> End | None:
        """Another member of the same virtual chassis; None where it is the port's own device."""
        place = self.places.get(said.port_id or 0)
        return None if place is None or place.owner.id == owner.id else self._local_end(place)

    def _is_own(self, remote: End, owner: Ref) -> bool:
        """A device that hears itself under a name that LibreNMS did not recognise."""
        ids = {member.ref.id for member in self.members.members}
        device = remote.device
        return device is not None and device.id in ids and (remote.jack is None or device.id == owner.id)


def fold(seen: Iterable[Sighting]) -> list[Sighting]:
    """Two protocols that speak of one neighbour, and the two directions of one cable, are one row."""
    spoken: dict[Hashable, list[Sighting]] = defaultdict(list)
    for one in seen:
        spoken[one.near, one.neighbour].append(one)
    distinct = [one for several in spoken.values() for one in _distinct(several)]
    for pair in (_ends, _ports):
        distinct = _first_of_each(distinct, pair)
    return sorted(distinct, key=lambda one: one.link.id)


def _distinct(several: Sequence[Sighting]) -> Iterable[Sighting]:
    """The interfaces that one neighbour was heard from; without any, what says most."""
    known = {one.far: one for one in reversed(several) if one.far is not None}
    if known:
        return known.values()
    return (max(several, key=lambda one: (one.remote.device is not None, bool(one.said.port), -one.link.id)),)


def _ends(one: Sighting) -> Hashable | None:
    return None if one.far is None else frozenset((one.near, one.far))


def _ports(one: Sighting) -> Hashable | None:
    ids = (one.link.local_port_id, one.said.port_id)
    return frozenset(ids) if all(ids) else None


def _first_of_each(rows: Sequence[Sighting], pair: Callable[[Sighting], Hashable | None]) -> list[Sighting]:
    """The first row for each pair; rows without one all stay."""
    first: dict[Hashable, Sighting] = {}
    for one in sorted(rows, key=lambda one: one.link.id):
        first.setdefault(pair(one) or one.key, one)
    return list(first.values())


def crowds(rows: Sequence[Sighting]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Row key → an interface of the row that others name too, and everything that was heard there."""
    at: dict[Hashable, list[tuple[Sighting, End, End]]] = defaultdict(list)
    for one in rows:
        at[one.near].append((one, one.local, one.remote))
        if one.far is not None:
            at[one.far].append((one, one.remote, one.local))
    crowded: dict[str, tuple[str, tuple[str, ...]]] = {}
    for several in at.values():
        for one, here, _there in several if len(several) > 1 else ():
            names = tuple(there.label for _one, _here, there in several)
            crowded.setdefault(one.key, (here.label, names))
    return crowded
