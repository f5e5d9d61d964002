"""What LibreNMS knows beside the devices of an import, in numbers: the most that the import can make of it.

Read from LibreNMS's lists for the whole server, so that the number of calls does not depend on the number of devices
(up to some fifty devices, the client asks each for its ports instead of the list of all).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from ..librenms.errors import LibreNMSError
from ..librenms.records import FleetPorts, Link
from ..librenms_api import LibreNMSAPI
from ..models import LibreNMSSettings
from ..sync.ip_addresses.hosts import Kinds, port_addresses
from ..sync.vlans.scope import RESERVED, VID_RANGE
from .rows import Kind, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """How many there can be: on devices that are ``new`` in NetBox, and on those that it ``holds`` already.

    ``problem`` is LibreNMS's sentence where it did not say.
    """

    new: int = 0
    holds: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The figures. ``ports`` and ``addresses_of``: device id → number, without devices that are not known about.

    ``silent``: devices whose ports LibreNMS did not give.
    """

    interfaces: Figure
    addresses: Figure
    vlans: Figure
    cables: Figure
    ports: Mapping[int, int] = field(default_factory=dict)
    addresses_of: Mapping[int, int] = field(default_factory=dict)
    silent: int = 0


def totals_of(api: LibreNMSAPI, rows: Iterable[Row], *, partners: Iterable[int] = ()) -> Totals:
    """Figures for the rows of an import. ``partners``: ids of devices outside of it that a cable can lead to."""
    by_id = {row.librenms_id: row for row in rows}
    new = frozenset(pk for pk, row in by_id.items() if row.holder is None)
    known, silence = _ports(api, by_id)
    ports = {pk: sum(one.deleted is not True for one in some) for pk, some in known.items()}
    addresses, address_problem = ({}, silence) if silence else _addresses(api, known)
    return Totals(
        interfaces=_figure(ports, new, silence),
        addresses=_figure(addresses, new, address_problem),
        vlans=_asked(lambda: _vlans(api, by_id)),
        cables=_asked(lambda: _cables(api.fleet_links().value, by_id, new, frozenset(partners))),
        ports=ports,
        addresses_of=addresses,
        silent=0 if silence else len(by_id) - len(ports),
    )


def _asked(ask: Callable[[], Figure]) -> Figure:
    try:
        return ask()
    except LibreNMSError as error:
        return Figure(problem=error.message)


def _figure(counts: Mapping[int, int], new: frozenset[int], problem: str) -> Figure:
    of_new = sum(number for pk, number in counts.items() if pk in new)
    return Figure(new=of_new, holds=sum(counts.values()) - of_new, problem=problem)


def _ports(api: LibreNMSAPI, by_id: Mapping[int, Row]) -> tuple[Mapping[int, tuple], str]:
    try:
        found: FleetPorts = api.fleet_ports(by_id)
    except LibreNMSError as error:
        return {}, error.message
    return found.ports_by_device, ""


def _addresses(api: LibreNMSAPI, known: Mapping[int, tuple]) -> tuple[dict[int, int], str]:
    """Device id → number of addresses of the kinds that are compared, each once a port."""
    settings = LibreNMSSettings.load()
    kinds = Kinds(link_local=settings.include_link_local, loopback=settings.include_loopback)
    owners = {port.port_id: pk for pk, ports in known.items() for port in ports if port.deleted is not True}
    try:
        listed = [one for one in api.fleet_addresses().value if one.port_id in owners]
    except LibreNMSError as error:
        return {}, error.message
    return dict.fromkeys(known, 0) | Counter(owners[one.port_id] for one in port_addresses(listed, kinds)), ""


def _vlans(api: LibreNMSAPI, by_id: Mapping[int, Row]) -> Figure:
    """A VLAN is one for all switches of a site. Virtual machines have none."""
    reserved = LibreNMSSettings.load().include_reserved_vlans
    places: dict[bool, set[tuple[int | None, int]]] = {True: set(), False: set()}
    for one in api.fleet_vlans().value:
        row = by_id.get(one.device_id) if isinstance(one.device_id, int) else None
        if row is None or row.kind is Kind.VM or one.vlan_vlan not in VID_RANGE:
            continue
        if reserved or one.vlan_vlan not in RESERVED:
            places[row.holder is None].add((_site(row), one.vlan_vlan))
    return Figure(new=len(places[True]), holds=len(places[False] - places[True]))


def _site(row: Row) -> int | None:
    site = row.holder.site if row.holder is not None else row.ref("site")
    return site.id if site else None


def _cables(links: Iterable[Link], by_id: Mapping[int, Row], new: frozenset[int], partners: frozenset[int]) -> Figure:
    """Links both of whose devices will be there; what both ends report is one cable."""
    ends = {pk for pk, row in by_id.items() if row.kind is Kind.DEVICE}
    seen: dict[frozenset[tuple[int, int]], bool] = {}
    for link in links:
        here, there = link.local_device_id, link.remote_device_id
        if here not in ends or (there not in ends and there not in partners):
            continue
        one = (here, link.local_port_id or -link.id)
        other = (there, link.remote_port_id or -link.id)
        pair = frozenset((one, other))
        seen[pair] = seen.get(pair, False) or here in new or there in new
    of_new = sum(seen.values())
    return Figure(new=of_new, holds=len(seen) - of_new)
