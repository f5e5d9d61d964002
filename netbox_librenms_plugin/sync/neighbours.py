"""Who is at the other end of a link: what a neighbour says of itself, against NetBox's devices and interfaces."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ..librenms.records import UNSET, Link
from . import normalise
from .device_names import is_address, same_host, without_domain
from .issues import Code, Issue, issue
from .jacks import Jack, Jacks
from .names import member_position, spelling
from .plan import Ref

# What LibreNMS's columns and people's eyes can hold; a neighbour can send anything
LONGEST = 128
# "ethernet1/1/26 (4cd98ffb1efe)", "eth0 (vmnic2)": LLDP's description of the port, then its id
_TWO_NAMES = re.compile(r"^(?P<one>.*?)\s*\((?P<other>[^()]*)\)$")
_MAC = re.compile(r"(?:[0-9a-f]{2}[\s:.-]?){5}[0-9a-f]{2}", re.IGNORECASE)
_FROM_FIRST_DIGIT = re.compile(r"\d.*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a link says of its other end; ids are LibreNMS's own, None where it does not know the neighbour.

    ``ports`` are the texts that can name the port, ``macs`` those that are its MAC address.
    """

    name: str = ""
    ports: tuple[str, ...] = ()
    macs: frozenset[str] = frozenset()
    device_id: int | None = None
    port_id: int | None = None

    @property
    def port(self) -> str:
        """The port in one phrase, empty where the neighbour does not name it."""
        return self.ports[0] if self.ports else next(iter(sorted(self.macs)), "")

    @property
    def host(self) -> str:
        """The name by which two sayings about one neighbour are the same."""
        return without_domain(self.name.casefold())


def said_by(link: Link) -> Said:
    """The other end of a link, cleaned and bounded."""
    ports, macs = port_texts(link.remote_port)
    return Said(
        name=normalise.text(link.remote_hostname)[:LONGEST],
        ports=ports,
        macs=macs,
        device_id=link.remote_device_id if link.remote_device_id > 0 else None,
        port_id=link.remote_port_id if link.remote_port_id and link.remote_port_id > 0 else None,
    )


def port_texts(text: object) -> tuple[tuple[str, ...], frozenset[str]]:
    """Names and MAC addresses in the text for a port. Of ``name (id)`` both are taken, and the whole as well."""
    whole = normalise.text(text)[:LONGEST]
    two = _TWO_NAMES.match(whole)
    parts = [two["one"].strip(), two["other"].strip()] if two else [whole]
    macs = {mac for part in parts if _MAC.fullmatch(part) and (mac := normalise.mac_address(part)) is not UNSET}
    names = [part for part in parts if part and not _MAC.fullmatch(part)]
    if two and two["one"] and two["other"] and len(names) == 2:
        names.append(whole)
    return tuple(dict.fromkeys(names)), frozenset(macs)


def name_tail(name: str) -> str:
    """What all spellings of a port's name share: from its first digit on, else the whole; for looking up."""
    folded = name.strip().casefold()
    found = _FROM_FIRST_DIGIT.search(folded)
    return found[0] if found else folded


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A device of NetBox; ``chassis`` is the virtual chassis it is a member of."""

    ref: Ref
    librenms_id: int | None = None
    chassis: int | None = None
    position: int | None = None


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
    """Devices and interfaces of NetBox that neighbours can be, as far as the user may see them."""

    nodes: Sequence[Node] = ()
    jacks: Jacks = field(default_factory=Jacks)

    @cached_property
    def _by_librenms_id(self) -> Mapping[int, Sequence[Node]]:
        return _grouped((node.librenms_id, node) for node in self.nodes)

    @cached_property
    def _by_host(self) -> Mapping[str, Sequence[Node]]:
        return _grouped((without_domain(node.ref.name.casefold()), node) for node in self.nodes)

    @cached_property
    def _by_chassis(self) -> Mapping[int, Sequence[Node]]:
        return _grouped((node.chassis, node) for node in self.nodes)

    @cached_property
    def _by_device(self) -> Mapping[int, Sequence[Jack]]:
        return _grouped((jack.device.id, jack) for jack in self.jacks.by_id.values())

    @cached_property
    def _by_port_id(self) -> Mapping[int, Sequence[Jack]]:
        return _grouped((jack.librenms_id, jack) for jack in self.jacks.by_id.values())

    @cached_property
    def _by_mac(self) -> Mapping[str, Sequence[Jack]]:
        return _grouped((mac, jack) for jack in self.jacks.by_id.values() for mac in jack.macs)

    def devices(self, said: Said) -> tuple[Node, ...]:
        """The device that is meant: by its LibreNMS id, its name, its name with or without domain. Several are all."""
        bound = self._by_librenms_id.get(said.device_id or 0, ())
        if bound or not said.name:
            return tuple(bound)
        namesakes = [one for one in self._by_host.get(said.host, ()) if same_host(one.ref.name, said.name)]
        exact = [one for one in namesakes if same_name(one.ref.name, said.name)]
        return tuple(exact or namesakes)

    @cached_property
    def _groups(self) -> Mapping[int | None, int]:
        return {node.ref.id: node.chassis for node in self.nodes if node.chassis is not None}

    def group(self, device: Ref) -> tuple[str, int | None]:
        """What a device has in common with the other members of its virtual chassis."""
        chassis = self._groups.get(device.id)
        return ("device", device.id) if chassis is None else ("chassis", chassis)

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

    def ports(self, nodes: Sequence[Node], said: Said) -> tuple[Jack, ...]:
        """The interfaces that are meant on a device or chassis: by exact name, by spelling, by MAC address."""
        held = [jack for node in nodes for jack in self._by_device.get(node.ref.id or 0, ())]
        spellings = {spelling(name) for name in said.ports}
        for hits in (
            [jack for jack in held if jack.ref.name in said.ports],
            [jack for jack in held if spelling(jack.ref.name) in spellings],
            [jack for jack in held if jack.macs & said.macs],
        ):
            if hits:
                return _at_position(hits, nodes, said)
        return ()


def _grouped[K, V](pairs: Iterable[tuple[K | None, V]]) -> dict[K, list[V]]:
    groups: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        if key is not None:
            groups[key].append(value)
    return groups


def _at_position(hits: Sequence[Jack], nodes: Sequence[Node], said: Said) -> tuple[Jack, ...]:
    """Of interfaces that are called alike on several members, the one on the member that the name says."""
    positions = {node.position: node.ref.id for node in nodes if node.position is not None}
    wanted = {positions[slot] for name in said.ports if (slot := member_position(name, positions)) is not None}
    there = tuple(jack for jack in hits if jack.device.id in wanted)
    return there if len(hits) > 1 and there else tuple(hits)


def remote_end(said: Said, network: Network, *, spoken: Iterable[str] = (), chosen: int | None = None) -> End:
    """The other end in NetBox. ``spoken`` are the names of all neighbours of the device, ``chosen`` the interface that
    a person picked of several."""
    bound = network.bound(said.port_id)
    if bound:
        return _end(said, bound[0].device, bound, network, chosen)
    nodes = network.devices(said)
    if not nodes:
        return _nowhere(said, network, chosen)
    device, meant = nodes[0].ref, network.whole(nodes)
    if not meant:
        names = tuple({"id": node.ref.id, "name": node.ref.name} for node in nodes)
        return _without(said, None, issue(Code.SEVERAL_DEVICES, name=said.name or said.port, candidates=names))
    rival = _rival(said, nodes[0], spoken)
    if rival:
        return _without(said, device, issue(Code.DOMAINS_DIFFER, device=device.name, name=said.name, other=rival))
    if not said.port:
        return _without(said, device, issue(Code.REMOTE_PORT_UNKNOWN, device=device.name))
    return _end(said, device, network.ports(meant, said), network, chosen)


def _rival(said: Said, node: Node, spoken: Iterable[str]) -> str:
    """Another neighbour whose name is the same device's once its domain is gone, where only that made the match."""
    known = said.device_id is not None and node.librenms_id == said.device_id
    if known or is_address(said.name) or same_name(said.name, node.ref.name):
        return ""
    others = (name for name in spoken if without_domain(name.casefold()) == said.host)
    return next((name for name in others if not same_host(name, said.name)), "")


def same_name(one: str, other: str) -> bool:
    """Whether two names are equal, case aside."""
    return one.rstrip(".").casefold() == other.rstrip(".").casefold()


def _nowhere(said: Said, network: Network, chosen: int | None) -> End:
    """A neighbour that is no device of NetBox by its name can still be known by the MAC address of its port."""
    hits = network.with_mac(said.macs)
    if hits:
        return _end(said, hits[0].device, hits, network, chosen)
    if not said.name:
        return _without(said, None, issue(Code.REMOTE_DEVICE_UNKNOWN))
    return _without(said, None, issue(Code.REMOTE_DEVICE_MISSING, name=said.name))


def _without(said: Said, device: Ref | None, reason: Issue) -> End:
    return End(name=said.name, port=said.port, device=device, issue=reason)


def _end(said: Said, device: Ref, hits: Sequence[Jack], network: Network, chosen: int | None) -> End:
    if not hits:
        return _without(said, device, issue(Code.REMOTE_PORT_MISSING, device=device.name, port=said.port))
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
