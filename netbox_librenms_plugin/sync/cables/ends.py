"""Links whose two ends disagree, as LibreNMS sees both: speed, duplex, MTU, untagged VLAN."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...librenms.records import Link, Port

# Systems count an Ethernet frame's header, VLAN tags and check sum to the MTU, or do not
_HEADERS = frozenset({4, 8, 14, 18, 22, 26})
_DUPLEX = {"fullDuplex": "full", "halfDuplex": "half"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEnds:
    """A link both of whose ports LibreNMS knows; ``here`` is the port with the smaller id."""

    here: Port
    there: Port


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """One thing (``speed`` in kbps, ``duplex``, ``mtu``, ``vlan``) that the ends of a link say differently."""

    ends: LinkEnds
    field: str
    here: Any
    there: Any


def known_ends(links: Iterable[Link], ports: Mapping[int, Port]) -> list[LinkEnds]:
    """The links between two ports that are up and hear nobody else: a port that hears several is no end of a cable."""
    pairs = {
        tuple(sorted((one.local_port_id, one.remote_port_id)))
        for one in links
        if one.local_port_id and one.remote_port_id and one.local_port_id != one.remote_port_id
    }
    heard = Counter(port for pair in pairs for port in pair)
    return [
        LinkEnds(here=ports[here], there=ports[there])
        for here, there in sorted(pairs)
        if heard[here] == heard[there] == 1 and _is_up(ports.get(here)) and _is_up(ports.get(there))
    ]


def disagreements(ends: LinkEnds) -> Iterator[Disagreement]:
    """What the two ports say differently; what one of them does not say is no difference."""
    for field, say in _SAID.items():
        here, there = say(ends.here), say(ends.there)
        if here is None or there is None or here == there:
            continue
        if field == "mtu" and abs(here - there) in _HEADERS:
            continue
        yield Disagreement(ends=ends, field=field, here=here, there=there)


def _is_up(port: Port | None) -> bool:
    return port is not None and port.if_oper_status == "up" and port.deleted is not True


def _speed(port: Port) -> int | None:
    return port.if_speed // 1000 if isinstance(port.if_speed, int) and port.if_speed > 0 else None


def _duplex(port: Port) -> str | None:
    return _DUPLEX.get(port.if_duplex) if isinstance(port.if_duplex, str) else None


def _mtu(port: Port) -> int | None:
    return port.if_mtu if isinstance(port.if_mtu, int) and port.if_mtu > 0 else None


def _vlan(port: Port) -> int | None:
    """The VLAN of an access port; a trunk's is its native one, which many systems do not say."""
    said = port.if_vlan if isinstance(port.if_vlan, str) and not port.if_trunk else ""
    return int(said) if said and said.isascii() and said.isdecimal() and 0 < int(said) < 4095 else None


_SAID: Mapping[str, Any] = {"speed": _speed, "duplex": _duplex, "mtu": _mtu, "vlan": _vlan}
