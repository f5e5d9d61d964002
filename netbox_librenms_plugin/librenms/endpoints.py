"""The calls of LibreNMS's API v0 that are made here: address, envelope key, record, and what its 404 means."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

import msgspec
from django.utils.translation import gettext_lazy as _

from .circuit import Circuit
from .config import ServerConfig
from .decode import Rows, decode_rows
from .errors import LibreNMSError, NotFound, RouteMissing, Sentence, UnexpectedAnswer, Unfinished
from .limits import Limits
from .records import (
    Address,
    Alert,
    Availability,
    Device,
    DeviceByAddress,
    DeviceGroup,
    Graph,
    GroupMember,
    HealthKind,
    InventoryItem,
    Link,
    Location,
    Port,
    PortTraffic,
    StackEntry,
    System,
    Vlan,
)
from .session import Answer, Wire, wire_for

__all__ = (
    "ADDRESSES",
    "ALERTS",
    "ALL_PORTS",
    "AVAILABILITY",
    "DEVICE",
    "DEVICES",
    "DEVICES_BY_ADDRESS",
    "DEVICE_ADDRESSES",
    "DEVICE_GROUPS",
    "DEVICE_INVENTORY",
    "DEVICE_LINKS",
    "DEVICE_PORTS",
    "DEVICE_TRAFFIC",
    "DEVICE_VLANS",
    "GROUP_MEMBERS",
    "HEALTH",
    "LINKS",
    "LOCATIONS",
    "POLLER_GROUPS",
    "PORT_STACK",
    "SYSTEM",
    "VLANS",
    "Endpoint",
    "Reader",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint[T]:
    """One GET. ``path`` may hold ``{}`` for an id or name; ``what`` names the answer in sentences for people.

    ``empty_404``: LibreNMS answers 404 where there is nothing, so a 404 (other than "no such route") is an empty list.
    """

    path: str
    key: str
    row: type[T]
    what: Sentence
    empty_404: bool = False


class PollerGroup(msgspec.Struct, frozen=True):
    """A row of ``/poller_group``."""

    id: int = 0


SYSTEM = Endpoint(path="/system", key="system", row=System, what=_("its version"))
POLLER_GROUPS = Endpoint(path="/poller_group", key="get_poller_group", row=PollerGroup, what=_("the poller groups"))
DEVICES = Endpoint(path="/devices", key="devices", row=Device, what=_("the list of devices"))
DEVICES_BY_ADDRESS = Endpoint(path="/devices", key="devices", row=DeviceByAddress, what=_("the list of devices"))
DEVICE = Endpoint(path="/devices/{}", key="devices", row=Device, what=_("the device"))
DEVICE_PORTS = Endpoint(
    path="/devices/{}/ports", key="ports", row=Port, what=_("the ports of the device"), empty_404=True
)
DEVICE_ADDRESSES = Endpoint(
    path="/devices/{}/ip", key="addresses", row=Address, what=_("the IP addresses of the device"), empty_404=True
)
PORT_STACK = Endpoint(
    path="/devices/{}/port_stack", key="mappings", row=StackEntry, what=_("the port stack of the device")
)
ALL_PORTS = Endpoint(path="/ports", key="ports", row=Port, what=_("the list of all ports"))
ADDRESSES = Endpoint(
    path="/resources/ip/addresses/{}",
    key="ip_addresses",
    row=Address,
    what=_("the list of IP addresses"),
    empty_404=True,
)
LINKS = Endpoint(path="/resources/links", key="links", row=Link, what=_("the list of links"), empty_404=True)
DEVICE_LINKS = Endpoint(
    path="/devices/{}/links", key="links", row=Link, what=_("the links of the device"), empty_404=True
)
VLANS = Endpoint(path="/resources/vlans", key="vlans", row=Vlan, what=_("the list of VLANs"), empty_404=True)
DEVICE_VLANS = Endpoint(path="/devices/{}/vlans", key="vlans", row=Vlan, what=_("the VLANs of the device"))
DEVICE_INVENTORY = Endpoint(
    path="/inventory/{}/all", key="inventory", row=InventoryItem, what=_("the inventory of the device")
)
DEVICE_GROUPS = Endpoint(
    path="/devicegroups", key="groups", row=DeviceGroup, what=_("the list of device groups"), empty_404=True
)
GROUP_MEMBERS = Endpoint(
    path="/devicegroups/{}", key="devices", row=GroupMember, what=_("the device group"), empty_404=True
)
LOCATIONS = Endpoint(
    path="/resources/locations", key="locations", row=Location, what=_("the list of locations"), empty_404=True
)

AVAILABILITY = Endpoint(
    path="/devices/{}/availability", key="availability", row=Availability, what=_("the availability of the device")
)
HEALTH = Endpoint(
    path="/devices/{}/health", key="graphs", row=HealthKind, what=_("the sensors of the device"), empty_404=True
)
ALERTS = Endpoint(path="/alerts", key="alerts", row=Alert, what=_("the list of alerts"))
DEVICE_TRAFFIC = Endpoint(
    path="/devices/{}/ports", key="ports", row=PortTraffic, what=_("the ports of the device"), empty_404=True
)
GRAPH = _("the graph")
PICTURES = ("image/svg+xml", "image/png")


class Reader:
    """Typed reading from one server; nothing is cached here. Its calls keep to ``limits``, in whatever thread.

    With ``briefly`` all calls together take so many seconds at most, and none is made while the server's circuit is
    open.
    """

    def __init__(
        self,
        server: ServerConfig,
        *,
        wire: Wire | None = None,
        limits: Limits | None = None,
        briefly: float | None = None,
    ) -> None:
        self.server = server
        self._wire = wire
        self._limits = limits or Limits.of(server)
        self._circuit = Circuit(server) if briefly is not None else None
        self._end = time.monotonic() + briefly if briefly is not None else None

    @property
    def wire(self) -> Wire:
        return self._wire or wire_for(self.server)

    def rows[T](
        self, endpoint: Endpoint[T], ident: int | str = "", *, params: Mapping[str, str] | None = None
    ) -> Rows[T]:
        """The rows LibreNMS answers; ``ident`` fills the path. Raises LibreNMSError."""
        try:
            return self._rows(endpoint, ident, params)
        except RouteMissing:
            raise
        except NotFound:
            if endpoint.empty_404:
                return Rows(())
            raise
        except LibreNMSError as error:
            # Without the frame below, which holds the whole answer
            raise error.bare()

    def graph(self, *parts: int | str, params: Mapping[str, str], megabytes: int) -> Graph:
        """The picture below ``/devices``; ``parts`` are those of its path. AnswerTooLarge beyond so many megabytes,
        UnexpectedAnswer for anything but a picture of ``PICTURES``."""
        path = "/".join(("/devices", *(quote(str(part), safe="") for part in parts)))
        try:
            answer = self._ask(path, params, GRAPH, replace(self._limits, megabytes=megabytes))
        except LibreNMSError as error:
            raise error.bare()
        if answer.kind not in PICTURES or not answer.body:
            raise UnexpectedAnswer(self.server.display_name, what=GRAPH)
        return Graph(kind=answer.kind, content=bytes(answer.body))

    def _ask(self, path: str, params: Mapping[str, str] | None, what: Sentence, limits: Limits) -> Answer:
        if self._circuit is None or self._end is None:
            return self.wire.ask(path, params=params, what=what, limits=limits)
        left = self._end - time.monotonic()
        if left <= 0:
            raise Unfinished(self.server.display_name, seconds=f"{limits.seconds:g}", option=limits.time_option)
        with self._circuit.watching():
            return self.wire.ask(path, params=params, what=what, limits=limits.briefly(left))

    def _rows[T](self, endpoint: Endpoint[T], ident: int | str, params: Mapping[str, str] | None) -> Rows[T]:
        path = endpoint.path.format(quote(str(ident), safe=""))
        answer = self._ask(path, params, endpoint.what, self._limits)
        name = self.server.display_name
        rows = decode_rows(answer.body, endpoint.key, endpoint.row, server=name, what=endpoint.what)
        return replace(rows, said_at=answer.said_at)
