"""How devices and ports are doing: availability, alerts, rates, and pictures. Nothing of it is compared with NetBox."""

import hashlib
import time
from collections.abc import Iterable
from typing import Any

import msgspec

from .cache import Fetched, Shelf
from .decode import Rows
from .endpoints import ALERTS, AVAILABILITY, DEVICE_TRAFFIC, HEALTH, Reader
from .errors import InvalidColumns, WrongDevice
from .ports import REQUIRED
from .records import Alert, Availability, Device, Graph, PortTraffic

__all__ = ("Monitoring",)

# Seconds that something is kept which changes by the minute
MINUTE = 60
# Megabytes; what LibreNMS draws in the size below takes a tenth of one
LARGEST_GRAPH = 1
WIDTH, HEIGHT = 360, 110
# All but those that are over (0): open, acknowledged, worse, better
ONGOING = "1,2,3,4"
# Names on the wire; without them /devices/:id/ports gives names alone
TRAFFIC = tuple(field.encode_name for field in msgspec.structs.fields(PortTraffic))


class Monitoring:
    """Reads from one server. Every method raises LibreNMSError."""

    def __init__(self, reader: Reader, shelf: Shelf) -> None:
        self._reader = reader
        self._shelf = shelf

    def availability(self, device_id: int) -> Fetched[tuple[Availability, ...]]:
        def read() -> Fetched[tuple[Availability, ...]]:
            rows = self._reader.rows(AVAILABILITY, device_id)
            return Fetched.now(rows.rows, odd_rows=rows.odd)

        return self._shelf.fetch(f"availability:{int(device_id)}", tuple[Availability, ...], read)

    def alerts(self) -> Fetched[tuple[Alert, ...]]:
        def read() -> Fetched[tuple[Alert, ...]]:
            rows = self._reader.rows(ALERTS, params={"state": ONGOING})
            return Fetched.now(rows.rows, odd_rows=rows.odd)

        return self._shelf.fetch("alerts", tuple[Alert, ...], read, life=self._minute)

    def health(self, device_id: int) -> Fetched[tuple[str, ...]]:
        def read() -> Fetched[tuple[str, ...]]:
            rows = self._reader.rows(HEALTH, device_id)
            return Fetched.now(tuple(row.name for row in rows.rows if isinstance(row.name, str)), odd_rows=rows.odd)

        return self._shelf.fetch(f"health:{int(device_id)}", tuple[str, ...], read)

    def ports(self, device_id: int) -> Fetched[tuple[PortTraffic, ...]]:
        """Of the whole device in one call: LibreNMS gives a single port to tokens with global rights alone, and draws a
        port by a name that another one may share."""

        def read() -> Fetched[tuple[PortTraffic, ...]]:
            rows = self._port_rows(device_id)
            if any(row.device_id != device_id for row in rows.rows):
                raise WrongDevice(self._reader.server.display_name, device_id=device_id)
            return Fetched.now(tuple(row for row in rows.rows if row.deleted is not True), odd_rows=rows.odd)

        name = f"traffic:{int(device_id)}"
        kept = self._shelf.get(name, tuple[PortTraffic, ...])
        # It is kept for longer than it is believed here: lists show what was heard last, and when
        old = kept is not None and kept.age.total_seconds() > MINUTE
        return self._shelf.fetch(name, tuple[PortTraffic, ...], read, refresh=old)

    def _port_rows(self, device_id: int) -> Rows[PortTraffic]:
        try:
            return self._reader.rows(DEVICE_TRAFFIC, device_id, params={"columns": ",".join(TRAFFIC)})
        except InvalidColumns as refused:
            known = [name for name in TRAFFIC if name in REQUIRED or name not in refused.columns]
            if len(known) == len(TRAFFIC):
                raise
        return self._reader.rows(DEVICE_TRAFFIC, device_id, params={"columns": ",".join(known)})

    def device_graph(self, device_id: int, graph: str, seconds: int) -> Fetched[Graph]:
        return self._graph((int(device_id), graph), seconds, {})

    def port_graph(self, device_id: int, port: str, graph: str, seconds: int, *, by_descr: bool) -> Fetched[Graph]:
        more = {"ifDescr": "true"} if by_descr else {}
        return self._graph((int(device_id), "ports", port, graph), seconds, more)

    def _graph(self, parts: tuple[int | str, ...], seconds: int, more: dict[str, str]) -> Fetched[Graph]:
        def read() -> Fetched[Graph]:
            now = int(time.time())
            params = {
                "from": str(now - seconds),
                "to": str(now),
                "width": str(WIDTH),
                "height": str(HEIGHT),
                # Servers that do not know it draw one, which takes more room and does no harm
                "legend": "no",
                **more,
            }
            return Fetched.now(self._reader.graph(*parts, params=params, megabytes=LARGEST_GRAPH))

        text = "\n".join(map(str, (*parts, seconds, *more)))
        place = f"graph:{hashlib.sha256(text.encode()).hexdigest()[:32]}"
        return self._shelf.fetch(place, Graph, read, life=lambda _graph: MINUTE)

    def known_devices(self, device_ids: Iterable[int]) -> dict[int, Fetched[Device]]:
        ids = set(device_ids)
        singles = {f"device:{number}": number for number in ids}
        found = {singles[name]: one for name, one in self._shelf.get_many(list(singles), Device).items()}
        listed = self._shelf.get("devices", tuple[Device, ...]) if ids else None
        if listed is None:
            return found
        for device in listed.value:
            number = device.device_id
            if number in ids and (number not in found or found[number].fetched_at < listed.fetched_at):
                found[number] = Fetched(device, listed.fetched_at)
        return found

    def known_ports(self, device_ids: Iterable[int]) -> dict[int, Fetched[tuple[PortTraffic, ...]]]:
        names = {f"traffic:{number}": number for number in set(device_ids)}
        found = self._shelf.get_many(list(names), tuple[PortTraffic, ...])
        return {names[name]: one for name, one in found.items()}

    def _minute(self, _fetched: Fetched[Any]) -> int:
        return min(MINUTE, self._reader.server.cache_timeout)
