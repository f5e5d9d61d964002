"""The calls of LibreNMS's API v0 that are made here: address, envelope key, record, and what its 404 means."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

import msgspec
from django.utils.translation import gettext_lazy as _

from .config import ServerConfig
from .decode import Rows, decode_rows
from .errors import LibreNMSError, NotFound, RouteMissing, Sentence
from .limits import Limits
from .records import (
    Address,
    Device,
    DeviceByAddress,
    DeviceGroup,
    GroupMember,
    InventoryItem,
    Link,
    Location,
    Port,
    StackEntry,
    System,
    Vlan,
)
from .session import Wire, wire_for

__all__ = (
    "ADDRESSES",
    "ALL_PORTS",
    "DEVICE",
    "DEVICES",
    "DEVICES_BY_ADDRESS",
    "DEVICE_ADDRESSES",
    "DEVICE_GROUPS",
    "DEVICE_INVENTORY",
    "DEVICE_LINKS",
    "DEVICE_PORTS",
    "DEVICE_VLANS",
    "GROUP_MEMBERS",
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
    """A row of ``/poller_group``; only its being readable matters."""

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


class Reader:
    """Typed reading from one server; nothing is cached here. Its calls keep to ``limits``, in whatever thread."""

    def __init__(self, server: ServerConfig, *, wire: Wire | None = None, limits: Limits | None = None) -> None:
        self.server = server
        self._wire = wire
        self._limits = limits or Limits.of(server)

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

    def _rows[T](self, endpoint: Endpoint[T], ident: int | str, params: Mapping[str, str] | None) -> Rows[T]:
        path = endpoint.path.format(quote(str(ident), safe=""))
        answer = self.wire.ask(path, params=params, what=endpoint.what, limits=self._limits)
        name = self.server.display_name
        rows = decode_rows(answer.body, endpoint.key, endpoint.row, server=name, what=endpoint.what)
        return replace(rows, said_at=answer.said_at)
