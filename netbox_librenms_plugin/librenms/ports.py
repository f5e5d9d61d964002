"""Ports of one device or of all, by named columns; columns that an older server lacks are left out from then on."""

import msgspec

from .cache import Shelf
from .decode import Rows
from .devices import device_by_id
from .endpoints import ALL_PORTS, DEVICE_PORTS, PORT_STACK, Endpoint, Reader
from .errors import InvalidColumns, LibreNMSError, WrongDevice
from .records import Part, Port, Snapshot, StackEntry

__all__ = ("PortReader", "port_names", "read_snapshot")

REQUIRED = ("port_id", "device_id")
# Names on the wire, in the order of the record; "vlans" is no column but a relation (with=vlans).
COLUMNS = tuple(field.encode_name for field in msgspec.structs.fields(Port) if field.encode_name != "vlans")
DAY = 86_400


class PortReader:
    """Reads ports, and remembers for a day which columns the server does not know."""

    def __init__(self, reader: Reader, shelf: Shelf) -> None:
        self._reader = reader
        self._shelf = shelf
        self.absent: tuple[str, ...] = tuple(shelf.recall("absent-columns") or ())

    def of_device(self, device_id: int, *, vlans: bool = False) -> Rows[Port]:
        """The ports of one device in LibreNMS's order, deleted ones left out; WrongDevice when a row is another's."""
        rows = self._rows(DEVICE_PORTS, device_id, {"with": "vlans"} if vlans else {})
        if any(port.device_id != device_id for port in rows.rows):
            raise WrongDevice(self._reader.server.display_name, device_id=device_id)
        return _present(rows)

    def of_all(self) -> Rows[Port]:
        """The ports of all devices that the token may see, in no order, deleted ones left out."""
        return _present(self._rows(ALL_PORTS, "", {}))

    def _rows(self, endpoint: Endpoint[Port], ident: int | str, params: dict[str, str]) -> Rows[Port]:
        try:
            return self._reader.rows(endpoint, ident, params={"columns": self._columns(), **params})
        except InvalidColumns as exc:
            self._leave_out(exc)
        return self._reader.rows(endpoint, ident, params={"columns": self._columns(), **params})

    def _columns(self) -> str:
        # A blank after the comma would be answered with 500.
        return ",".join(name for name in COLUMNS if name not in self.absent)

    def _leave_out(self, refused: InvalidColumns) -> None:
        unknown = [name for name in refused.columns if name in COLUMNS and name not in REQUIRED]
        if len(unknown) < len(refused.columns):
            raise refused
        self.absent = tuple(sorted({*self.absent, *unknown}))
        self._shelf.remember("absent-columns", list(self.absent), DAY)


def port_names(port: Port) -> tuple[object, ...]:
    """What says which port it is: its ids and names."""
    return port.port_id, port.if_index, port.if_name, port.if_descr


def _present(rows: Rows[Port]) -> Rows[Port]:
    return Rows(tuple(port for port in rows.rows if port.deleted is not True), rows.odd)


def read_snapshot(reader: Reader, shelf: Shelf, device_id: int) -> Snapshot:
    """Ports (with VLANs where the server can) and port stack of one device: two calls.

    A device without ports costs a third call, since LibreNMS answers the same for a device that it does not know.
    """
    ports = PortReader(reader, shelf)
    rows = ports.of_device(device_id, vlans=True)
    if not rows.rows and not rows.odd:
        device_by_id(reader, device_id)
    _remember_vlans(shelf, rows.rows)
    stack = _stack(reader, device_id)
    return Snapshot(
        device_id=device_id,
        ports=rows.rows,
        stack=stack.rows if stack is not None else (),
        odd_rows=rows.odd + (stack.odd if stack is not None else 0),
        partial=(*((Part.PORT_STACK,) if stack is None else ()), *_without_vlans(rows.rows), *ports.absent),
    )


def _remember_vlans(shelf: Shelf, ports: tuple[Port, ...]) -> None:
    if ports:
        shelf.remember("vlans-on-ports", any(port.vlans is not msgspec.UNSET for port in ports))


def _without_vlans(ports: tuple[Port, ...]) -> tuple[str, ...]:
    """Servers before 26.2 do not know the VLANs of ports."""
    return (Part.PORT_VLANS,) if ports and all(port.vlans is msgspec.UNSET for port in ports) else ()


def _stack(reader: Reader, device_id: int) -> Rows[StackEntry] | None:
    """The stack, or None: the ports are worth having without it."""
    try:
        return reader.rows(PORT_STACK, device_id)
    except LibreNMSError:
        return None
