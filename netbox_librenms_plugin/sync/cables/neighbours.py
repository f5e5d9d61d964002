"""Who is at the other end of a link: what a neighbour says of itself, against NetBox's devices and interfaces."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ..core.issues import Code, Issue, issue
from ..core.names import slot_of, spelling
from ..core.plan import Ref
from ..core.serials import folded_serial
from ..fields.device_names import is_address, same_host, without_domain
from .jacks import Jack, Jacks, cableable
from .neighbour_texts import SaidNeighbour

# Junos counts the units of a chassis from 0
_FROM_ZERO = frozenset({"ge", "xe", "et", "mge", "fe"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A device of NetBox; ``chassis`` is the virtual chassis it is a member of."""

    ref: Ref
    librenms_id: int | None = None
    chassis: int | None = None
    chassis_name: str = ""
    position: int | None = None
    serial: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What it answers to: its own name, and that of the whole chassis."""
        return tuple(name for name in (self.ref.name, self.chassis_name) if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of a link as far as it is known. ``jack`` is the interface that is meant, ``carrier`` the one that a
    cable goes to, ``issue`` why there is none; ``candidates`` are those that could not be chosen between."""

    name: str
    port: str
    device: Ref | None = None
    jack: Jack | None = None
    carrier: Jack | None = None
    issue: Issue | None = None
    candidates: tuple[Ref, ...] = ()

    @property
    def label(self) -> str:
        """Device and port in one phrase, as NetBox calls them where it knows them."""
        if self.jack is not None:
            return self.jack.label
        return " ".join(part for part in (self.device.name if self.device else self.name, self.port) if part)


@dataclass(frozen=True, kw_only=True)
class Network:
    """Devices and interfaces of NetBox that neighbours can be, as far as the user may see them; ``sees_all``: he may
    see them all."""

    nodes: Sequence[Node] = ()
    jacks: Jacks = field(default_factory=Jacks)
    sees_all: bool = False

    @cached_property
    def _by_librenms_id(self) -> Mapping[int, Sequence[Node]]:
        return _grouped((node.librenms_id, node) for node in self.nodes)

    @cached_property
    def _by_host(self) -> Mapping[str, Sequence[Node]]:
        hosts = ((node, {without_domain(name.casefold()) for name in node.names}) for node in self.nodes)
        return _grouped((host, node) for node, several in hosts for host in several)

    @cached_property
    def _by_chassis(self) -> Mapping[int, Sequence[Node]]:
        return _grouped((node.chassis, node) for node in self.nodes)

    @cached_property
    def _by_device(self) -> Mapping[int, Sequence[Jack]]:
        return _grouped((jack.device.id, jack) for jack in self.jacks.by_id.values())

    @cached_property
    def _by_name(self) -> Mapping[tuple[int | None, str], Sequence[Jack]]:
        return _grouped(((jack.device.id, jack.ref.name), jack) for jack in self.jacks.by_id.values())

    @cached_property
    def _by_spelling(self) -> Mapping[tuple[int | None, str], Sequence[Jack]]:
        return _grouped(((jack.device.id, spelling(jack.ref.name)), jack) for jack in self.jacks.by_id.values())

    @cached_property
    def _by_port_id(self) -> Mapping[int, Sequence[Jack]]:
        return _grouped((jack.librenms_id, jack) for jack in self.jacks.by_id.values())

    @cached_property
    def _by_mac(self) -> Mapping[str, Sequence[Jack]]:
        return _grouped((mac, jack) for jack in self.jacks.by_id.values() for mac in jack.macs)

    def devices(self, said: SaidNeighbour) -> "NeighbourDevices":
        """The device that is meant: by its LibreNMS id, its name, its name with or without domain. Several are all."""
        every = self._named(said)
        known = tuple(self._by_librenms_id.get(said.device_id or 0, ()))
        denied = tuple(one for one in (*known, *every) if self.is_another(one, said))
        bound, named = (tuple(one for one in some if one not in denied) for some in (known, every))
        nodes = bound or named
        groups = {self.group(one.ref) for one in nodes}
        numbered = self._by_serial.get(folded_serial(said.serial), ()) if said.bare and nodes else ()
        by_name = () if any(self.answers_by_name(one, said) for one in bound) else named
        rivals = tuple(one for one in (*by_name, *numbered) if self.group(one.ref) not in groups)
        return NeighbourDevices(nodes=nodes, rivals=rivals, denied=denied)

    @cached_property
    def _by_serial(self) -> Mapping[str, Sequence[Node]]:
        return _grouped((folded_serial(node.serial) or None, node) for node in self.nodes)

    def _named(self, said: SaidNeighbour) -> tuple[Node, ...]:
        """The devices of this name; those to the letter, else those of it with or without its domain."""
        for name in filter(None, (said.name, said.bare)):
            known = self._by_host.get(without_domain(name.casefold()), ())
            namesakes = [one for one in known if any(same_host(held, name) for held in one.names)]
            exact = [one for one in namesakes if any(same_name(held, name) for held in one.names)]
            if namesakes:
                return tuple(exact or namesakes)
        return ()

    def answers_to(self, node: Node, said: SaidNeighbour) -> bool:
        """Whether a device is the neighbour by its LibreNMS ID or its name, and be it that of its chassis."""
        crew = self._by_chassis.get(node.chassis or 0) or (node,)
        if said.device_id is not None and said.device_id in {one.librenms_id for one in crew}:
            return True
        return any(self.answers_by_name(one, said) for one in crew)

    @staticmethod
    def answers_by_name(node: Node, said: SaidNeighbour) -> bool:
        """Whether a device has the neighbour's name, with or without its domain."""
        return any(same_host(held, name) for held in node.names for name in (said.name, said.bare) if name)

    def is_another(self, node: Node, said: SaidNeighbour) -> bool:
        """Whether a device of the neighbour's name is not the neighbour: LibreNMS knows both, or its serial number is
        another one than the neighbour says. In a virtual chassis each member's counts."""
        crew = self._by_chassis.get(node.chassis or 0) or (node,)
        ids = {one.librenms_id for one in crew} - {None}
        if said.device_id is not None and ids and said.device_id not in ids:
            return True
        serials = {folded_serial(one.serial) for one in crew} - {""}
        return bool(said.bare and serials) and folded_serial(said.serial) not in serials

    @cached_property
    def _groups(self) -> Mapping[int | None, int]:
        return {node.ref.id: node.chassis for node in self.nodes if node.chassis is not None}

    def group(self, device: Ref) -> tuple[str, int | None]:
        """What a device has in common with the other members of its virtual chassis."""
        chassis = self._groups.get(device.id)
        return ("device", device.id) if chassis is None else ("chassis", chassis)

    def node_of(self, device: Ref) -> Node:
        """The node of a device, with nothing but its name where no neighbour's name or id led to it."""
        return self._by_id.get(device.id or 0) or Node(ref=device)

    @cached_property
    def _by_id(self) -> Mapping[int, Node]:
        return {node.ref.id: node for node in self.nodes if node.ref.id is not None}

    def whole(self, nodes: Sequence[Node]) -> tuple[Node, ...]:
        """A device with the other members of its virtual chassis; nothing for devices that are not one."""
        chassis = {node.chassis for node in nodes}
        if len(nodes) == 1 and nodes[0].chassis is None:
            return tuple(nodes)
        only = chassis.pop() if len(chassis) == 1 else None
        return () if only is None else tuple(self._by_chassis[only])

    def bound(self, port_id: int | None) -> Sequence[Jack]:
        """The interfaces that carry this port's LibreNMS id."""
        return self._by_port_id.get(port_id or 0, ())

    def with_mac(self, macs: Iterable[str]) -> tuple[Jack, ...]:
        """The interfaces that have one of these MAC addresses, wherever they are."""
        return tuple({jack.id: jack for mac in sorted(macs) for jack in self._by_mac.get(mac, ())}.values())

    def ports(self, nodes: Sequence[Node], said: SaidNeighbour) -> tuple[Jack, ...]:
        """The interfaces that are meant on a device or chassis: by exact name, by spelling, by the name of what the
        named one is a part of, by MAC address."""
        for names in (said.ports, said.outer_ports):
            spellings = {spelling(name) for name in names}
            for known, meant in ((self._by_name, names), (self._by_spelling, spellings)):
                hits = self._on(nodes, known, meant)
                if hits:
                    return _at_position(hits, nodes, names)
        held = (jack for node in nodes for jack in self._by_device.get(node.ref.id or 0, ()))
        same = [jack for jack in held if jack.macs & said.macs]
        # A port lends its MAC address to the bridges and VLANs above it
        return cableable(same) or tuple(same)

    @staticmethod
    def _on(
        nodes: Sequence[Node], known: Mapping[tuple[int | None, str], Sequence[Jack]], names: Iterable[str]
    ) -> list[Jack]:
        """The interfaces of these devices that have one of the names, device by device."""
        found = {jack.id: jack for node in nodes for name in names for jack in known.get((node.ref.id or 0, name), ())}
        return list(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourDevices:
    """The devices that a neighbour can be. ``rivals``: others that have its very name; ``denied``: others that have its
    name, and of which something else says that they are not it."""

    nodes: tuple[Node, ...] = ()
    rivals: tuple[Node, ...] = ()
    denied: tuple[Node, ...] = ()


def _grouped[K, V](pairs: Iterable[tuple[K | None, V]]) -> dict[K, list[V]]:
    groups: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        if key is not None:
            groups[key].append(value)
    return groups


def _at_position(hits: Sequence[Jack], nodes: Sequence[Node], names: Iterable[str]) -> tuple[Jack, ...]:
    """Of interfaces that are called alike on several members, the one on the member that the name says."""
    positions = {node.position: node.ref.id for node in nodes if node.position is not None}
    slots = (slot for name in names if (slot := slot_of(name)) is not None)
    # Where NetBox does not, the number is no position
    counted = (slot for slot in slots if slot.prefix not in _FROM_ZERO or 0 in positions)
    wanted = {positions[slot.number] for slot in counted if slot.number in positions}
    there = tuple(jack for jack in hits if jack.device.id in wanted)
    return there if len(hits) > 1 and there else tuple(hits)


def remote_end(said: SaidNeighbour, network: Network, *, spoken: Iterable[str] = (), chosen: int | None = None) -> End:
    """The other end in NetBox. ``spoken`` are the names of all neighbours of the device, ``chosen`` the interface that
    a person picked of several."""
    meant = network.devices(said)
    if meant.rivals:
        return _contradicted(said, meant)
    bound = network.bound(said.port_id)
    if bound:
        return _bound_end(said, bound, meant, network, chosen)
    nodes = meant.nodes
    if not nodes:
        return _another(said, meant.denied[0]) if meant.denied else _nowhere(said, network, chosen)
    device, whole = nodes[0].ref, network.whole(nodes)
    if not whole:
        return _without(said, None, _several_devices(said, nodes))
    rival = _rival(said, nodes[0], spoken)
    if rival:
        return _without(said, device, issue(Code.DOMAINS_DIFFER, device=device.name, name=said.name, other=rival))
    if not said.port:
        return _without(said, device, issue(Code.REMOTE_PORT_UNKNOWN, device=device.name))
    return _end(said, device, network.ports(whole, said), network, chosen)


def _several_devices(said: SaidNeighbour, nodes: Iterable[Node]) -> Issue:
    names = tuple({"id": node.ref.id, "name": node.ref.name} for node in nodes)
    return issue(Code.SEVERAL_DEVICES, name=said.name or said.port, candidates=names)


def _contradicted(said: SaidNeighbour, meant: NeighbourDevices) -> End:
    """LibreNMS's id says one device, and the neighbour's own name is another one's."""
    return _without(said, None, _several_devices(said, (*meant.nodes, *meant.rivals)))


def _another(said: SaidNeighbour, node: Node) -> End:
    """NetBox's device of this name is another one, so the neighbour is not in NetBox."""
    return _without(said, None, issue(Code.NEIGHBOUR_IS_ANOTHER, name=said.name, device=node.ref.name))


def _bound_end(
    said: SaidNeighbour, bound: Sequence[Jack], meant: NeighbourDevices, network: Network, chosen: int | None
) -> End:
    """The interface with the id that LibreNMS gives for the port, unless the neighbour itself names another one."""
    groups = {network.group(one.ref) for one in meant.nodes}
    elsewhere = [jack for jack in bound if groups and network.group(jack.device) not in groups]
    if elsewhere:
        return _without(said, None, _several_devices(said, (*meant.nodes, Node(ref=elsewhere[0].device))))
    node = network.node_of(bound[0].device)
    if network.is_another(node, said):
        return _another(said, node)
    if not groups and said.name and not network.answers_to(node, said):
        return _without(said, None, issue(Code.NEIGHBOUR_IS_ANOTHER, name=said.name, device=node.ref.name))
    named = network.ports(network.whole((node,)), said) or cableable(network.with_mac(said.macs))
    carriers = {one.id for jack in bound for one in network.jacks.carriers(jack)} | {jack.id for jack in bound}
    own = [jack for jack in named if {jack.id, *(one.id for one in network.jacks.carriers(jack))} & carriers]
    others = tuple(jack for jack in named if jack not in own and network.jacks.carriers(jack))
    if not own and others:
        return _end(said, bound[0].device, (*bound, *others), network, chosen)
    # An aggregate has no cable, but the member that the neighbour names has
    wired = [jack for jack in own if network.jacks.carrier(jack) is not None]
    carried = any(network.jacks.carrier(jack) is not None for jack in bound)
    return _end(said, bound[0].device, bound if carried or not wired else wired, network, chosen)


def _rival(said: SaidNeighbour, node: Node, spoken: Iterable[str]) -> str:
    """Another neighbour whose name is the same device's once its domain is gone, where only that made the match."""
    known = said.device_id is not None and node.librenms_id == said.device_id
    exact = any(same_name(one, name) for one in (said.name, said.bare) for name in node.names)
    if known or exact or is_address(said.name):
        return ""
    others = (name for name in spoken if without_domain(name.casefold()) == said.host)
    return next((name for name in others if not same_host(name, said.name)), "")


def same_name(one: str, other: str) -> bool:
    """Whether two names are equal, case aside."""
    return one.rstrip(".").casefold() == other.rstrip(".").casefold()


def _nowhere(said: SaidNeighbour, network: Network, chosen: int | None) -> End:
    """A neighbour that is no device of NetBox by its name can still be known by the MAC address of its port."""
    hits = network.with_mac(said.macs)
    hits = cableable(hits) or hits
    strangers = [node for jack in hits if network.is_another(node := network.node_of(jack.device), said)]
    if strangers:
        return _another(said, strangers[0])
    if hits:
        return _end(said, hits[0].device, hits, network, chosen)
    if not said.name:
        return _without(said, None, issue(Code.REMOTE_DEVICE_UNKNOWN))
    return _without(said, None, _missing(Code.REMOTE_DEVICE_MISSING, network, name=said.name))


def _missing(code: Code, network: Network, **details: str) -> Issue:
    """It is not in NetBox, or the user may not see it; which of the two is said as far as it is known."""
    return issue(code, "", **details, whole=True) if network.sees_all else issue(code, "", **details)


def _without(said: SaidNeighbour, device: Ref | None, reason: Issue) -> End:
    return End(name=said.name, port=said.port, device=device, issue=reason)


def _end(said: SaidNeighbour, device: Ref, hits: Sequence[Jack], network: Network, chosen: int | None) -> End:
    if not hits:
        reason = _missing(Code.REMOTE_PORT_MISSING, network, device=device.name, port=said.port)
        return _without(said, device, reason)
    picked = hits if len(hits) == 1 else [jack for jack in hits if jack.id == chosen]
    if not picked:
        reason = several_ports(said.port, hits)
        return End(name=said.name, port=said.port, device=device, issue=reason, candidates=_refs(hits))
    candidates = _refs(hits) if len(hits) > 1 else ()
    jack = picked[0]
    carrier = network.jacks.carrier(jack)
    return End(name=said.name, port=said.port, device=jack.device, jack=jack, carrier=carrier, candidates=candidates)


def _refs(hits: Iterable[Jack]) -> tuple[Ref, ...]:
    return tuple(Ref(jack.id, jack.label) for jack in hits)


def several_ports(port: str, hits: Iterable[Jack]) -> Issue:
    """The reason for a port that can be several interfaces."""
    names = tuple({"id": jack.id, "name": jack.ref.name, "owner": jack.device.name} for jack in hits)
    return issue(Code.SEVERAL_PORTS, port=port, candidates=names)
