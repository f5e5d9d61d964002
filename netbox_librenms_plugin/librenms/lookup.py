"""Finding a device or virtual machine in LibreNMS: by clues, in their order, exact only, never a choice among several.

Clues are the primary IP, the DNS name of the primary IP, the name as LibreNMS hostname, and the name as sysName. The
first clue that leads anywhere decides: one device is a hit, several are ambiguous. ``Live`` asks LibreNMS clue by clue
(four calls at most for an object that it does not know); ``LookupIndex`` answers the same questions from the list of
devices.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Protocol

import msgspec

from ..texts import address_text
from .devices import device_by_hostname, devices_by_sys_name
from .endpoints import DEVICE_ADDRESSES, DEVICES_BY_ADDRESS, Reader
from .lookup_subjects import LookupSubject
from .records import Address, Device, DeviceByAddress

__all__ = ("Candidate", "Finding", "Finder", "How", "LookupIndex", "Live", "clues", "find")

# What LibreNMS takes for a hostname; anything else would be an id, another route, or a path upwards.
_HOSTNAME = re.compile(r"[A-Za-z0-9_:](?:[A-Za-z0-9_.:-]{0,126}[A-Za-z0-9_:])?", re.ASCII)
LONGEST_SYS_NAME = 128
MOST_CANDIDATES = 20


class How(StrEnum):
    """How an object was matched; ``ambiguous`` and ``none`` mean that it was not."""

    CUSTOM_FIELD = "custom_field"
    PRIMARY_IP = "primary_ip"
    DNS_NAME = "dns_name"
    NAME = "name"
    SYSNAME = "sysname"
    AMBIGUOUS = "ambiguous"
    NONE = "none"


class Where(StrEnum):
    ADDRESS = "address"
    HOSTNAME = "hostname"
    SYSNAME = "sysname"


class Candidate(msgspec.Struct, frozen=True):
    """A LibreNMS device that a clue led to; ``name`` is its hostname."""

    librenms_id: int
    name: str


class Finding(msgspec.Struct, frozen=True):
    """The outcome of a look-up; ``candidates`` are the one found, or the several that were not chosen from."""

    librenms_id: int | None = None
    how: How = How.NONE
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class LookupClue:
    how: How
    where: Where
    value: str


class Finder(Protocol):
    """Answers which devices a clue leads to."""

    def by(self, where: Where, value: str) -> Iterable[Device]: ...


def clues(subject: LookupSubject) -> tuple[LookupClue, ...]:
    """The clues of an object in their order, at most four. A primary IP without a DNS name is tried as hostname too."""
    name, dns, address = subject.name, subject.dns_name, subject.address
    found = []
    if address:
        found.append(LookupClue(How.PRIMARY_IP, Where.ADDRESS, address))
        found.append(
            LookupClue(How.DNS_NAME, Where.HOSTNAME, dns)
            if dns
            else LookupClue(How.PRIMARY_IP, Where.HOSTNAME, address)
        )
    if name and name.casefold() != dns.casefold():
        found.append(LookupClue(How.NAME, Where.HOSTNAME, name))
    if name:
        found.append(LookupClue(How.SYSNAME, Where.SYSNAME, name))
    return tuple(clue for clue in found if _askable(clue))


def _askable(clue: LookupClue) -> bool:
    if clue.where is Where.HOSTNAME:
        return not clue.value.isdigit() and bool(_HOSTNAME.fullmatch(clue.value))
    return len(clue.value) <= LONGEST_SYS_NAME and clue.value.isprintable()


def find(subject: LookupSubject, finder: Finder) -> Finding:
    """Follow the clues until one leads anywhere. Raises what ``finder`` raises."""
    for clue in clues(subject):
        devices = {device.device_id: device for device in finder.by(clue.where, clue.value)}
        if devices:
            return _finding(clue.how, devices)
    return Finding()


def _finding(how: How, devices: dict[int, Device]) -> Finding:
    ordered = sorted(devices.items())
    candidates = tuple(Candidate(number, device.hostname) for number, device in ordered[:MOST_CANDIDATES])
    if len(devices) > 1:
        return Finding(how=How.AMBIGUOUS, candidates=candidates)
    return Finding(librenms_id=ordered[0][0], how=how, candidates=candidates)


class Live:
    """Asks LibreNMS, and checks each row itself: its filters are wildcards, collations, or absent in old versions."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def by(self, where: Where, value: str) -> Iterable[Device]:
        if where is Where.ADDRESS:
            return self._by_address(value)
        if where is Where.HOSTNAME:
            return device_by_hostname(self._reader, value)
        return devices_by_sys_name(self._reader, value)

    def _by_address(self, value: str) -> list[DeviceByAddress]:
        address = ip_address(value)
        query = {"type": f"ipv{address.version}", "query": address.exploded}
        rows = self._reader.rows(DEVICES_BY_ADDRESS, params=query).rows
        # A row without a port, of a device with another address, means that the server ignored the filter.
        likely = [row for row in rows if value in _addresses_of(row) or isinstance(row.port_id, int)]
        if len({row.device_id for row in likely}) != 1 or value in _addresses_of(likely[0]):
            return likely
        return likely if self._holds(likely[0].device_id, value) else []

    def _holds(self, device_id: int, value: str) -> bool:
        rows = self._reader.rows(DEVICE_ADDRESSES, device_id).rows
        return any(_same_address(text, value) for row in rows for text in _texts(row))


class LookupIndex:
    """The list of devices, in memory. It knows a device's polled address, not those of all its ports."""

    def __init__(self, devices: Iterable[Device]) -> None:
        self._by: dict[Where, dict[str, list[Device]]] = {where: defaultdict(list) for where in Where}
        for device in devices:
            self._add(device)

    def _add(self, device: Device) -> None:
        for address in _addresses_of(device):
            self._by[Where.ADDRESS][address].append(device)
        self._by[Where.HOSTNAME][device.hostname.casefold()].append(device)
        if isinstance(device.sys_name, str) and device.sys_name:
            self._by[Where.SYSNAME][device.sys_name.casefold()].append(device)

    def by(self, where: Where, value: str) -> Iterable[Device]:
        return self._by[where].get(value.casefold(), ())


def _addresses_of(device: Device) -> set[str]:
    texts = (device.ip, device.overwrite_ip, device.hostname)
    return {address for text in texts if (address := address_text(text))}


def _texts(row: Address) -> tuple[object, ...]:
    return (row.ipv4_address, row.ipv6_address, row.ipv6_compressed)


def _same_address(text: object, value: str) -> bool:
    return address_text(text) == value
