"""The face of LibreNMS: every conversation of this plugin with a LibreNMS server goes through ``LibreNMSAPI``."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from msgspec.structs import replace

from .librenms.cache import Fetched, Shelf
from .librenms.clock import Clock
from .librenms.config import ServerConfig, configured_servers
from .librenms.connection import ConnectionReport, check_connection
from .librenms.devices import device_by_hostname, device_by_id
from .librenms.endpoints import DEVICE_ADDRESSES, DEVICE_VLANS, POLLER_GROUPS, SYSTEM, Reader
from .librenms.errors import ConfigurationError, DeviceNotFound, LibreNMSError, NotFound
from .librenms.fleet import Fleet
from .librenms.identify import Identification, Identifier
from .librenms.identity import bare_key
from .librenms.inventory import read_inventory
from .librenms.limits import Limits
from .librenms.links import read_links
from .librenms.lookup_subjects import LookupSubject
from .librenms.maintenance import Window
from .librenms.monitoring import Monitoring
from .librenms.new_devices import NewDevice
from .librenms.ports import PortReader, port_names, read_snapshot
from .librenms.profiles import Profile
from .librenms.records import (
    Address,
    Alert,
    Availability,
    Device,
    DeviceAddresses,
    DeviceDetails,
    DeviceLinks,
    DeviceVlans,
    FleetPorts,
    Graph,
    InventoryItem,
    Link,
    Location,
    LocationUpdates,
    Part,
    PortTraffic,
    Snapshot,
    System,
    Vlan,
)
from .librenms.writes import Writer, is_refusal, updates_of

__all__ = ("ConnectionReport", "Fetched", "Identification", "LibreNMSAPI", "ServerConfig")

# An incomplete snapshot is kept this many seconds: what failed may work again soon.
PARTIAL_LIFE = 60
# Seconds that all calls may take for what is shown beside one of NetBox's own pages
GLANCE = 10.0


class LibreNMSAPI:
    """One LibreNMS server: the one named, else the one selected in ``LibreNMSSettings``, else the first configured.

    Every method raises a subclass of ``librenms.errors.LibreNMSError`` and nothing else; answers are cached for the
    server's ``cache_timeout`` and ``refresh=True`` reads them anew. What a call may take is settled when a client is
    made: more inside of ``librenms.limits.in_background``. ``notice`` is a sentence for people when another server than
    the selected one is used, else empty; ``bare_key`` is the server that a bare id in the custom field ``librenms_id``
    belongs to.

    ``glance``: for what is shown beside NetBox's own pages. All its calls together take seconds at most then, and none
    is made for half a minute after the server failed three times in a row (``Resting``).
    """

    def __init__(self, server_key: str | None = None, *, glance: bool = False) -> None:
        servers = configured_servers()
        self.server, self.notice = _choose(servers, server_key)
        limits = Limits.of(self.server).briefly(GLANCE) if glance else Limits.of(self.server)
        self._reader = Reader(self.server, limits=limits, briefly=GLANCE if glance else None)
        self._shelf = Shelf(self.server, limits=limits)
        self._writer = Writer(self._reader, limits)
        self._fleet = Fleet(self._reader, self._shelf)
        self._monitoring = Monitoring(self._reader, self._shelf)
        self.bare_key = bare_key(servers)
        self._identifier = Identifier(self._reader, self._shelf, bare_key=self.bare_key)

    @staticmethod
    def servers() -> dict[str, ServerConfig]:
        """The configured servers by key, in their order. ConfigurationError when the configuration is wrong."""
        return configured_servers()

    def device_url(self, device_id: int, port_id: int | None = None) -> str:
        """Address of a device's page, or of one of its ports, in LibreNMS's web interface."""
        if port_id is None:
            return f"{self.server.url}/device/{int(device_id)}/"
        return f"{self.server.url}/device/device={int(device_id)}/tab=port/port={int(port_id)}/"

    def alerts_url(self, device_id: int) -> str:
        """Address of a device's alerts in LibreNMS's web interface."""
        return f"{self.server.url}/device/device={int(device_id)}/tab=alerts/"

    def graph_url(self, graph: str, number: int) -> str:
        """Address of a graph in LibreNMS's web interface; ``number`` is the port's id for one of ports, else the
        device's."""
        about = "id" if graph.startswith("port_") else "device"
        return f"{self.server.url}/graphs/{about}={int(number)}/type={graph}/"

    def availability(self, device_id: int) -> Fetched[tuple[Availability, ...]]:
        """How much of the last day, week, month and year a device was up; empty for one that LibreNMS does not know."""
        return self._monitoring.availability(device_id)

    def alerts(self) -> Fetched[tuple[Alert, ...]]:
        """The alerts of all devices that are not over, a minute old at most. LibreNMS tells every token of all of
        them, so those of other devices than one asks about are to be left out."""
        return self._monitoring.alerts()

    def health(self, device_id: int) -> Fetched[tuple[str, ...]]:
        """Names of the graphs of the kinds of sensors that a device has."""
        return self._monitoring.health(device_id)

    def port_traffic(self, device_id: int) -> Fetched[tuple[PortTraffic, ...]]:
        """How the ports of a device are, a minute old at most; empty also for a device that LibreNMS does not know."""
        return self._monitoring.ports(device_id)

    def device_graph(self, device_id: int, graph: str, seconds: int) -> Fetched[Graph]:
        """A picture of a device over the last so many seconds, a minute old at most. Raises ServerError where LibreNMS
        has no data for it."""
        return self._monitoring.device_graph(device_id, graph, seconds)

    def port_graph(self, device_id: int, port: str, graph: str, seconds: int, *, by_descr: bool) -> Fetched[Graph]:
        """A picture of the port of this ifName, or with ``by_descr`` of this ifDescr; as ``device_graph``."""
        return self._monitoring.port_graph(device_id, port, graph, seconds, by_descr=by_descr)

    def known_devices(self, device_ids: Iterable[int]) -> dict[int, Fetched[Device]]:
        """What was last heard of devices, of all or of one alone, by id. LibreNMS is not asked."""
        return self._monitoring.known_devices(device_ids)

    def known_traffic(self, device_ids: Iterable[int]) -> dict[int, Fetched[tuple[PortTraffic, ...]]]:
        """What was last heard of the ports of devices, by device id. LibreNMS is not asked."""
        return self._monitoring.known_ports(device_ids)

    def known_ids(self, objs: Iterable[Any]) -> dict[int, int]:
        """LibreNMS ids of objects of one model by primary key, as far as they are stored or were found lately: one SQL
        query at most. LibreNMS is not asked."""
        found = self.identify_many(objs, devices=tuple)
        return {pk: one.librenms_id for pk, one in found.items() if one.librenms_id is not None}

    def device(self, device_id: int, *, refresh: bool = False) -> Fetched[Device]:
        """The device with this LibreNMS id; DeviceNotFound when there is none."""

        def read() -> Fetched[Device]:
            return Fetched.now(device_by_id(self._reader, device_id))

        return self._shelf.fetch(f"device:{int(device_id)}", Device, read, refresh=refresh)

    def device_named(self, hostname: str) -> Device | None:
        """The device with exactly this hostname as it is now, case aside; None when there is none."""
        return next(iter(device_by_hostname(self._reader, hostname)), None)

    def add_device(self, device: NewDevice, profile: Profile | None) -> None:
        """Have LibreNMS add a device, by ``profile`` unless it is only pinged; ``device_named`` says whether it did."""
        for name in ("devices", "locations"):
            self._shelf.drop(name)
        self._writer.add_device(device, profile)

    def begin_maintenance(self, device_id: int, window: Window) -> None:
        """Have LibreNMS put a device under maintenance, which cannot be ended from here."""
        self._writer.begin_maintenance(device_id, window)

    def is_under_maintenance(self, device_id: int) -> bool:
        """Whether a device is under maintenance now. Never from the cache."""
        return self._writer.is_under_maintenance(device_id)

    def remember_device(self, device: Device, fetched_at: datetime) -> None:
        """Keep a row of the list as the answer for this device, so that it need not be asked for once more."""
        self._shelf.put(f"device:{device.device_id}", Fetched(device, fetched_at), self.server.cache_timeout)

    def inventory(self, device_id: int, *, refresh: bool = False) -> Fetched[tuple[InventoryItem, ...]]:
        """Every part of one device: one call. Empty also for a device that LibreNMS does not know."""

        def read() -> Fetched[tuple[InventoryItem, ...]]:
            rows = read_inventory(self._reader, device_id)
            return Fetched.now(rows.rows, odd_rows=rows.odd)

        return self._shelf.fetch(f"inventory:{int(device_id)}", tuple[InventoryItem, ...], read, refresh=refresh)

    def device_details(self, device_id: int, *, with_inventory: bool, refresh: bool = False) -> DeviceDetails:
        """The device, with its parts if they are asked for: one or two calls. Without its parts it is worth having."""
        device = self.device(device_id, refresh=refresh)
        details = DeviceDetails(device=device.value, fetched_at=device.fetched_at)
        if not with_inventory:
            return details
        try:
            parts = self.inventory(device_id, refresh=refresh)
        except LibreNMSError:
            return replace(details, partial=(Part.INVENTORY,))
        fetched_at = min(device.fetched_at, parts.fetched_at)
        return replace(details, inventory=parts.value, fetched_at=fetched_at, odd_rows=parts.odd_rows)

    def snapshot(self, device_id: int, *, refresh: bool = False) -> Snapshot:
        """Ports, their VLANs and their layers of one device: two calls. ``partial`` names what LibreNMS did not give.

        DeviceNotFound for a device that LibreNMS does not know, WrongDevice when it answers with another's rows.
        """

        def read() -> Fetched[Snapshot]:
            snapshot = read_snapshot(self._reader, self._shelf, device_id)
            return Fetched(snapshot, snapshot.fetched_at, snapshot.odd_rows)

        return self._shelf.fetch(
            f"snapshot:{int(device_id)}", Snapshot, read, refresh=refresh, life=self._snapshot_life
        ).value

    def device_vlans(self, device_id: int, *, refresh: bool = False) -> DeviceVlans:
        """The VLANs that one device carries: one call. DeviceNotFound for a device that LibreNMS does not know."""

        def read() -> Fetched[DeviceVlans]:
            try:
                rows = self._reader.rows(DEVICE_VLANS, device_id)
            except NotFound as error:
                raise DeviceNotFound(self.server.display_name, device_id=device_id) from error
            return Fetched.now(DeviceVlans(device_id=device_id, vlans=rows.rows, odd_rows=rows.odd))

        return self._shelf.fetch(f"vlans:{int(device_id)}", DeviceVlans, read, refresh=refresh).value

    def device_addresses(self, device_id: int, *, refresh: bool = False) -> DeviceAddresses:
        """IP addresses of one device with its ports: one call, and those of ``device`` and ``snapshot``.

        With ``refresh`` the ports are asked for too, and all about them is read anew where their names or ids are not
        those that are known. DeviceNotFound as there.
        """

        def read() -> Fetched[tuple[Address, ...]]:
            rows = self._reader.rows(DEVICE_ADDRESSES, device_id)
            return Fetched.now(rows.rows, odd_rows=rows.odd)

        device = self.device(device_id)
        name = f"addresses:{int(device_id)}"
        found = self._shelf.fetch(name, tuple[Address, ...], read, refresh=refresh)
        snapshot = self._snapshot_of_now(device_id) if refresh else self.snapshot(device_id)
        return DeviceAddresses(
            device_id=device_id,
            addresses=found.value,
            ports=snapshot.ports,
            management=device.value.ip if isinstance(device.value.ip, str) else "",
            fetched_at=min(found.fetched_at, snapshot.fetched_at),
            odd_rows=found.odd_rows + snapshot.odd_rows,
        )

    def device_links(self, device_id: int, *, refresh: bool = False) -> DeviceLinks:
        """The neighbours of one device with its ports: one call, and those of ``snapshot`` when that is not cached.

        With ``refresh`` the ports are asked for too, and all about them is read anew where their names or ids are not
        those that are known. DeviceNotFound as there.
        """

        def read() -> Fetched[tuple[Link, ...]]:
            rows = read_links(self._reader, device_id)
            return Fetched.now(rows.rows, odd_rows=rows.odd)

        snapshot = self._snapshot_of_now(device_id) if refresh else self.snapshot(device_id)
        found = self._shelf.fetch(f"links:{int(device_id)}", tuple[Link, ...], read, refresh=refresh)
        return DeviceLinks(
            device_id=device_id,
            links=found.value,
            ports=snapshot.ports,
            fetched_at=found.fetched_at,
            odd_rows=found.odd_rows + snapshot.odd_rows,
        )

    def _snapshot_of_now(self, device_id: int) -> Snapshot:
        """The snapshot that is known, if its ports are still called as they are: one call. LibreNMS can give the id of
        a port to another one, and then what hangs on ports would be said of the wrong one."""
        began = datetime.now(UTC)
        snapshot = self.snapshot(device_id)
        if snapshot.fetched_at >= began:
            return snapshot
        now = PortReader(self._reader, self._shelf).of_device(device_id).rows
        same = {port_names(port) for port in now} == {port_names(port) for port in snapshot.ports}
        return snapshot if same else self.snapshot(device_id, refresh=True)

    def location_url(self, location_id: int) -> str:
        """Address of the list of a location's devices in LibreNMS's web interface."""
        return f"{self.server.url}/devices/location={int(location_id)}"

    @property
    def locations_url(self) -> str:
        """Address of all locations in LibreNMS's web interface, where they can be changed."""
        return f"{self.server.url}/locations"

    def devices(self, *, refresh: bool = False) -> Fetched[tuple[Device, ...]]:
        """All devices; SuspiciousAnswer when there are none, or less than half of those known before."""
        return self._fleet.devices(refresh=refresh)

    def clock(self) -> Clock | None:
        """The clock of the server's times, None while its zone is not known. LibreNMS is not asked."""
        return self._fleet.clock()

    def locations(self, *, refresh: bool = False) -> Fetched[tuple[Location, ...]]:
        """All locations, empty when there are none."""
        return self._fleet.locations(refresh=refresh)

    def version(self, *, refresh: bool = False) -> str:
        """LibreNMS's own version, such as "26.7.0"; empty where it does not say."""

        def read() -> Fetched[tuple[System, ...]]:
            rows = self._reader.rows(SYSTEM)
            return Fetched.now(rows.rows, odd_rows=rows.odd)

        try:
            rows = self._shelf.fetch("system", tuple[System, ...], read, refresh=refresh).value
        except LibreNMSError:
            return ""
        return next((row.local_ver[:50] for row in rows if isinstance(row.local_ver, str)), "")

    def location_updates(self, *, refresh: bool = False) -> LocationUpdates:
        """Whether this server can change a location, by its version and by what came of it before. Nothing is tried."""
        version = self.version(refresh=refresh)
        tried = self._shelf.recall(_updates_key(version))
        return updates_of(version, tried if isinstance(tried, bool) else None)

    def add_location(self, name: str, latitude: float, longitude: float) -> None:
        """Have LibreNMS add a location; ``locations(refresh=True)`` tells whether it did."""
        try:
            self._writer.add_location(name, latitude, longitude)
        finally:
            self._shelf.drop("locations")

    def change_location(self, location_id: int, latitude: float, longitude: float) -> None:
        """Have LibreNMS change the coordinates of a location; ``locations(refresh=True)`` tells whether it did. That a
        server cannot is remembered until it has another version."""
        try:
            self._writer.change_location(location_id, latitude, longitude)
        except LibreNMSError as error:
            if is_refusal(error):
                self._shelf.remember(_updates_key(self.version()), False)
            raise
        finally:
            self._shelf.drop("locations")

    def location_update_seen(self) -> None:
        """Remember that a change of a location was there when it was read back."""
        self._shelf.remember(_updates_key(self.version()), True)

    def place_device(self, device_id: int, location: str) -> None:
        """Have LibreNMS put a device at a location; ``devices(refresh=True)`` tells whether it did."""
        try:
            self._writer.place_device(device_id, location)
        finally:
            self._shelf.drop(f"device:{int(device_id)}")

    def change_device(self, device_id: int, values: Mapping[str, Any]) -> None:
        """Have LibreNMS change columns of a device; ``device(refresh=True)`` tells whether it did."""
        try:
            self._writer.change_device(device_id, values)
        finally:
            for name in (f"device:{int(device_id)}", "devices", "locations"):
                self._shelf.drop(name)

    def set_parents(self, device_id: int, parents: Iterable[int]) -> None:
        """Have LibreNMS make a device depend on these, and on no others; ``device(refresh=True)`` tells whether it
        did."""
        try:
            self._writer.set_parents(device_id, parents)
        finally:
            for name in (f"device:{int(device_id)}", "devices"):
                self._shelf.drop(name)

    def poller_groups(self) -> frozenset[int] | None:
        """Numbers of the poller groups as they are now, without 0, the one that always is there; None where LibreNMS
        does not say."""
        try:
            return frozenset(one.id for one in self._reader.rows(POLLER_GROUPS).rows)
        except LibreNMSError:
            return None

    def device_groups(self, *, refresh: bool = False) -> Fetched[tuple[str, ...]]:
        """Names of all device groups that can be asked for, empty when there are none."""
        return self._fleet.groups(refresh=refresh)

    def device_group_members(self, name: str, *, refresh: bool = False) -> Fetched[frozenset[int]]:
        """LibreNMS ids of the devices in a group, empty also for a group that LibreNMS does not have."""
        return self._fleet.group_members(name, refresh=refresh)

    def fleet_ports(self, device_ids: Iterable[int] | None = None, *, refresh: bool = False) -> FleetPorts:
        """Ports of the devices with these ids (default: all), by device, without VLANs.

        One call where the server can; else one call per device by itself, and ``fallback`` is then True.
        """
        return self._fleet.ports(device_ids, refresh=refresh)

    def fleet_addresses(self, *, refresh: bool = False) -> Fetched[tuple[Address, ...]]:
        """All IPv4 and IPv6 addresses; they name ports and not devices."""
        return self._fleet.addresses(refresh=refresh)

    def fleet_links(self, *, refresh: bool = False) -> Fetched[tuple[Link, ...]]:
        """All links (neighbours by LLDP, CDP …)."""
        return self._fleet.links(refresh=refresh)

    def fleet_vlans(self, *, refresh: bool = False) -> Fetched[tuple[Vlan, ...]]:
        """All VLANs of all devices; PermissionDenied for a token without global rights."""
        return self._fleet.vlans(refresh=refresh)

    def accept_fewer(self) -> None:
        """Take the next lists for facts however short they are: the answer of a person to a SuspiciousAnswer."""
        self._fleet.accept_fewer()

    def identify(self, obj: Any, *, refresh: bool = False) -> Identification:
        """Which LibreNMS device ``obj`` (a device or virtual machine) is, and how that is known.

        Of any other object, an interface say, only the custom field is read.
        """
        return self._identifier.identify(obj, refresh=refresh)

    def get_librenms_id(self, obj: Any) -> int | None:
        """The LibreNMS id of ``obj``: custom field, then cache, then look-up. None when unknown or ambiguous."""
        return self.identify(obj).librenms_id

    def identify_many(
        self, objs: Iterable[Any], *, devices: Callable[[], Iterable[Device]] | None = None
    ) -> dict[int, Identification]:
        """Identifications of objects of one model by primary key: one SQL query and one call at most, none where
        ``devices`` gives the list."""
        return self._identifier.identify_many(objs, devices or (lambda: self.devices().value))

    def identify_subjects(
        self, subjects: Mapping[int, LookupSubject], devices: Iterable[Device]
    ) -> dict[int, Identification]:
        """The same for subjects of one model that were read already, beside a list of ``devices``: LibreNMS is not
        asked."""
        return self._identifier.identify_subjects(subjects, lambda: devices)

    def stored_id(self, value: Any) -> int | None:
        """The LibreNMS id that a value of the custom field holds for this server."""
        return self._identifier.own_id(value)

    def resolve_many(self, objs: Iterable[Any]) -> dict[int, int]:
        """LibreNMS ids of objects of one model by primary key; those without one are left out."""
        found = self.identify_many(objs)
        return {pk: one.librenms_id for pk, one in found.items() if one.librenms_id is not None}

    def check(self) -> ConnectionReport:
        """Test the connection, uncached, in two or three calls; failures are in the report and not raised."""
        return check_connection(self._reader, self._shelf)

    def _snapshot_life(self, fetched: Fetched[Snapshot]) -> int:
        seconds = self.server.cache_timeout
        return min(seconds, PARTIAL_LIFE) if Part.PORT_STACK in fetched.value.partial else seconds


def _updates_key(version: str) -> str:
    return f"location-updates:{version}"


def _choose(servers: dict[str, ServerConfig], key: str | None) -> tuple[ServerConfig, str]:
    if not servers:
        raise ConfigurationError(
            _('No LibreNMS server is configured: add "servers" to PLUGINS_CONFIG["netbox_librenms_plugin"].')
        )
    if key is not None:
        return _named(servers, key), ""
    selected = _selected_key()
    if selected in servers:
        return servers[selected], ""
    first = next(iter(servers.values()))
    return first, _stand_in(selected, first) if selected else ""


def _named(servers: dict[str, ServerConfig], key: str) -> ServerConfig:
    if key not in servers:
        raise ConfigurationError(
            _('No LibreNMS server with the key "%(key)s" is configured: choose one of %(known)s.'),
            key=str(key)[:50],
            known=", ".join(servers),
        )
    return servers[key]


def _selected_key() -> str:
    from .models import LibreNMSSettings  # models cannot be imported before Django's apps are ready

    return LibreNMSSettings.load().selected_server or ""


def _stand_in(selected: str, first: ServerConfig) -> str:
    sentence = _('The selected LibreNMS server "%(key)s" is no longer configured, so %(server)s is used.')
    return sentence % {"key": selected[:50], "server": first.display_name}
