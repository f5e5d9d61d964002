"""What LibreNMS says about all its devices at once, each list cached and checked against its last known size.

LibreNMS has no pages: a list comes whole or not at all. A list that is suddenly short is an error and not a fact.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import batched
from zoneinfo import ZoneInfo

from .cache import Fetched, Shelf
from .clock import Clock, KnownBy, Sighting, seen_again
from .decode import Rows
from .endpoints import (
    ADDRESSES,
    ALL_PORTS,
    DEVICE_GROUPS,
    DEVICES,
    GROUP_MEMBERS,
    LINKS,
    LOCATIONS,
    VLANS,
    Endpoint,
    Reader,
)
from .errors import (
    AnswerTooLarge,
    AuthenticationError,
    DeviceNotFound,
    Interrupted,
    LibreNMSError,
    NoDevices,
    Sentence,
    ServerError,
    SuspiciousAnswer,
    TimedOut,
    TransportError,
    Unavailable,
)
from .ports import PortReader
from .records import Address, Device, FleetPorts, GroupMember, Link, Location, Port, Vlan
from .session import CALLS_AT_ONCE

__all__ = ("Fleet",)

# When a whole batch fails for lack of a connection, the server is down and the other devices need not be tried.
BATCH = 16
# Below this many devices, asking each is quicker than the list of all ports (measured: 35 ms a device, 4 s the list).
FEW = 50
# Lists shorter than this change by half in the ordinary course of things.
NOTEWORTHY = 10

CLOCK = "clock"
LISTS = ("devices", "locations", "links", "vlans", "addresses", "ports")
TOO_MUCH_AT_ONCE = (ServerError, TimedOut, Interrupted, AnswerTooLarge)


class Fleet:
    """Fleet-wide reads from one server. Every method raises LibreNMSError."""

    def __init__(self, reader: Reader, shelf: Shelf) -> None:
        self._reader = reader
        self._shelf = shelf

    def devices(self, *, refresh: bool = False) -> Fetched[tuple[Device, ...]]:
        """All devices; what their times say of the server's clock is remembered."""

        def read() -> Fetched[tuple[Device, ...]]:
            rows = self._reader.rows(DEVICES)
            found = self._checked("devices", rows, DEVICES.what)
            before = Sighting.of(self._shelf.recall(CLOCK))
            seen = seen_again(before, found.value, found.fetched_at, said_at=rows.said_at)
            if seen is not None:
                self._shelf.remember(CLOCK, seen.as_text())
            else:
                self._shelf.forget(CLOCK)
            return found

        return self._shelf.fetch("devices", tuple[Device, ...], read, refresh=refresh)

    def clock(self) -> Clock | None:
        """The clock of the server's times: its zone as configured, else as lists of devices showed it twice; None
        before that. LibreNMS is not asked."""
        seen = Sighting.of(self._shelf.recall(CLOCK))
        if self._shelf.server.time_zone:
            zone = ZoneInfo(self._shelf.server.time_zone)
            return Clock(zone=zone, known_by=KnownBy.CONFIGURATION, ahead=seen.ahead if seen is not None else 0)
        return seen.clock if seen is not None and seen.certain else None

    def locations(self, *, refresh: bool = False) -> Fetched[tuple[Location, ...]]:
        return self._list(LOCATIONS, Location, "locations", refresh=refresh)

    def groups(self, *, refresh: bool = False) -> Fetched[tuple[str, ...]]:
        """Names of the device groups that can be asked for by name."""

        def read() -> Fetched[tuple[str, ...]]:
            rows = self._reader.rows(DEVICE_GROUPS)
            names = dict.fromkeys(row.name for row in rows.rows if _addressable(row.name))
            return Fetched.now(tuple(names), odd_rows=rows.odd)

        return self._shelf.fetch("groups", tuple[str, ...], read, refresh=refresh)

    def group_members(self, name: str, *, refresh: bool = False) -> Fetched[frozenset[int]]:
        """Ids of the devices in a group, none where there is no such group."""

        def read() -> Fetched[frozenset[int]]:
            none: Rows[GroupMember] = Rows(())
            rows = self._reader.rows(GROUP_MEMBERS, name) if _addressable(name) else none
            return Fetched.now(frozenset(row.device_id for row in rows.rows), odd_rows=rows.odd)

        place = f"group:{hashlib.sha256(name.encode()).hexdigest()[:32]}"
        return self._shelf.fetch(place, frozenset[int], read, refresh=refresh)

    def links(self, *, refresh: bool = False) -> Fetched[tuple[Link, ...]]:
        return self._list(LINKS, Link, "links", refresh=refresh)

    def vlans(self, *, refresh: bool = False) -> Fetched[tuple[Vlan, ...]]:
        return self._list(VLANS, Vlan, "vlans", refresh=refresh)

    def addresses(self, *, refresh: bool = False) -> Fetched[tuple[Address, ...]]:
        """IPv4 and IPv6 addresses of all ports, those of deleted ports among them: two calls."""

        def read() -> Fetched[tuple[Address, ...]]:
            four, six = (self._reader.rows(ADDRESSES, family) for family in ("ipv4", "ipv6"))
            return self._checked("addresses", Rows(four.rows + six.rows, four.odd + six.odd), ADDRESSES.what)

        return self._shelf.fetch("addresses", tuple[Address, ...], read, refresh=refresh)

    def ports(self, device_ids: Iterable[int] | None = None, *, refresh: bool = False) -> FleetPorts:
        """Ports of the devices with these ids, or of every device that LibreNMS lists.

        Falls back to one call per device when the server cannot serve the list of all ports. An id that LibreNMS does
        not list is in ``failed``: nothing is known about its ports.
        """
        wanted = None if device_ids is None else sorted(set(device_ids))
        few = wanted is not None and len(wanted) <= FEW
        if few and (refresh or self._shelf.get("ports", FleetPorts) is None):
            return self._of_each(wanted or (), fallback=False)
        whole = self._shelf.fetch("ports", FleetPorts, self._read_ports, refresh=refresh).value
        return whole if wanted is None else self._only(whole, wanted)

    def accept_fewer(self) -> None:
        """Forget the known sizes: the next lists are facts, however short. For a person who knows that they are."""
        self._shelf.forget(*(f"size:{name}" for name in LISTS))

    def _list[T](self, endpoint: Endpoint[T], kind: type[T], name: str, *, refresh: bool) -> Fetched[tuple[T, ...]]:
        def read() -> Fetched[tuple[T, ...]]:
            return self._checked(name, self._reader.rows(endpoint), endpoint.what)

        return self._shelf.fetch(name, tuple[kind, ...], read, refresh=refresh)  # type: ignore[valid-type]

    def _checked[T](self, name: str, rows: Rows[T], what: Sentence) -> Fetched[tuple[T, ...]]:
        self._check_size(name, len(rows.rows), what)
        return Fetched.now(rows.rows, odd_rows=rows.odd)

    def _check_size(self, name: str, count: int, what: Sentence) -> None:
        server = self._reader.server.display_name
        if name == "devices" and not count:
            raise NoDevices(server)
        known = self._shelf.recall(f"size:{name}") or 0
        if known >= NOTEWORTHY and count * 2 < known:
            raise SuspiciousAnswer(server, what=what, list=name, count=count, known=known)
        self._shelf.remember(f"size:{name}", count)

    def _read_ports(self) -> Fetched[FleetPorts]:
        known = [device.device_id for device in self.devices().value]
        try:
            rows = PortReader(self._reader, self._shelf).of_all()
        except TOO_MUCH_AT_ONCE as exc:
            if isinstance(exc, Unavailable):
                raise
            self._shelf.remember("ports-at-once", False)
        else:
            self._shelf.remember("ports-at-once", True)
            self._check_size("ports", len(rows.rows), ALL_PORTS.what)
            return Fetched.now(_grouped(rows, known))
        return Fetched.now(self._of_each(known, fallback=True))

    def _of_each(self, device_ids: Iterable[int], *, fallback: bool) -> FleetPorts:
        """Ports by one call per device, several at a time."""
        ids, failed = self._split(device_ids)
        ports: dict[int, tuple[Port, ...]] = {}
        odd = 0
        for device_id, answer in self._ask_each(ids):
            if isinstance(answer, LibreNMSError):
                failed[device_id] = answer.message
            else:
                ports[device_id] = answer.rows
                odd += answer.odd
        return FleetPorts(ports_by_device=ports, fallback=fallback, failed=failed, odd_rows=odd)

    def _ask_each(self, ids: Iterable[int]) -> Iterator[tuple[int, Rows[Port] | LibreNMSError]]:
        reader = PortReader(self._reader, self._shelf)

        def ask(device_id: int) -> Rows[Port] | LibreNMSError:
            try:
                return reader.of_device(device_id)
            except LibreNMSError as exc:
                return exc

        with ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="librenms") as pool:
            for batch in batched(ids, BATCH):
                answers = list(pool.map(ask, batch))
                _raise_if_down(answers)
                yield from zip(batch, answers, strict=True)

    def _split(self, device_ids: Iterable[int]) -> tuple[list[int], dict[int, str]]:
        """Ids that LibreNMS lists, and sentences for the others: their ports are unknown, not none."""
        known = {device.device_id for device in self.devices().value}
        server = self._reader.server.display_name
        ids = list(device_ids)
        failed = {n: DeviceNotFound(server, device_id=n).message for n in ids if n not in known}
        return [n for n in ids if n in known], failed

    def _only(self, whole: FleetPorts, wanted: list[int]) -> FleetPorts:
        server = self._reader.server.display_name
        found = {n: whole.ports_by_device[n] for n in wanted if n in whole.ports_by_device}
        failed = {
            n: whole.failed.get(n) or DeviceNotFound(server, device_id=n).message for n in wanted if n not in found
        }
        return FleetPorts(
            ports_by_device=found,
            fallback=whole.fallback,
            failed=failed,
            fetched_at=whole.fetched_at,
            odd_rows=whole.odd_rows,
        )


def _grouped(rows: Rows[Port], known: Iterable[int]) -> FleetPorts:
    groups: dict[int, list[Port]] = defaultdict(list)
    for port in rows.rows:
        if isinstance(port.device_id, int):
            groups[port.device_id].append(port)
    ports: dict[int, tuple[Port, ...]] = dict.fromkeys(known, ())
    ports.update((device_id, tuple(group)) for device_id, group in groups.items())
    unplaced = len(rows.rows) - sum(map(len, groups.values()))
    return FleetPorts(ports_by_device=ports, odd_rows=rows.odd + unplaced)


def _raise_if_down(answers: list[Rows[Port] | LibreNMSError]) -> None:
    failures = [answer for answer in answers if isinstance(answer, TransportError | AuthenticationError)]
    if failures and len(failures) == len(answers):
        raise failures[0]


def _addressable(name: str) -> bool:
    """Whether LibreNMS can be asked for a group of this name: dots alone lead up the address, digits are an id."""
    return "/" not in name and bool(name.strip(". ")) and not name.isdecimal()
