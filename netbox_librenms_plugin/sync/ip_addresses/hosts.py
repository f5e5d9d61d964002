"""The rows of LibreNMS's address list as hosts with a prefix length, without those that are nobody's business."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from ...librenms.records import Address
from ...texts import clean_text

Host = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """Which kinds of addresses are compared beside the usual ones."""

    link_local: bool = False
    loopback: bool = False

    def include(self, host: Host) -> bool:
        """Whether such an address is compared at all; "unspecified" and multicast ones are on no interface."""
        if host.is_unspecified or host.is_multicast:
            return False
        return (self.link_local or not host.is_link_local) and (self.loopback or not host.is_loopback)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortAddress:
    """One address on one port. ``length`` is None where LibreNMS does not know the mask; ``vrf`` is its name there."""

    port_id: int
    host: Host
    length: int | None = None
    vrf: str = ""

    @property
    def key(self) -> str:
        """The row's key, in characters that an address of a page and an element's id can hold."""
        return f"ip-{self.port_id}-{self.host.compressed.replace('.', '-').replace(':', '-')}"

    @property
    def text(self) -> str:
        """The address as people write it, with its mask where that is known."""
        return self.host.compressed if self.length is None else f"{self.host.compressed}/{self.length}"


def read_host(text: Any) -> Host | None:
    """The host in a text, a zone and a mask left off; None for what is no address."""
    if not isinstance(text, str):
        return None
    try:
        return ip_address(text.strip().partition("/")[0].partition("%")[0])
    except ValueError:
        return None


def port_addresses(rows: Iterable[Address], kinds: Kinds) -> list[PortAddress]:
    """The addresses that are compared, in the order of ports and hosts; rows that hold no address are left out."""
    read = (_read(row) for row in rows)
    chosen = {one for one in read if one is not None and kinds.include(one.host)}
    return sorted(chosen, key=lambda one: (one.port_id, one.host.version, one.host, one.length or 0, one.vrf))


def _read(row: Address) -> PortAddress | None:
    texts = ((row.ipv4_address, row.ipv4_prefixlen), (row.ipv6_compressed, row.ipv6_prefixlen))
    for text, length in (*texts, (row.ipv6_address, row.ipv6_prefixlen)):
        host = read_host(text)
        if host is not None:
            known = length if isinstance(length, int) and 0 < length <= host.max_prefixlen else None
            vrf = clean_text(row.context_name)[:100] if isinstance(row.context_name, str) else ""
            return PortAddress(port_id=row.port_id, host=host, length=known, vrf=vrf)
    return None


def assignable(host: Host, length: int) -> bool:
    """Whether NetBox lets an interface have it: not the network's own address, and in IPv4 not its broadcast address
    (RFC 3021 and RFC 6164 except the two longest prefixes)."""
    if length >= host.max_prefixlen - 1:
        return True
    host_bits = int(host) & ((1 << (host.max_prefixlen - length)) - 1)
    last = (1 << (host.max_prefixlen - length)) - 1
    return host_bits != 0 and (host.version == 6 or host_bits != last)
