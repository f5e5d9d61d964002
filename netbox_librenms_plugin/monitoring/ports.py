"""Which port of LibreNMS's an interface is, for what is shown beside it. Pure; a sync goes by stricter rules."""

from collections.abc import Sequence

from ..librenms.records import PortTraffic
from ..sync.core.names import spelling


def port_of(ports: Sequence[PortTraffic], name: str, port_id: int | None) -> PortTraffic | None:
    """The port with this stored id, else the only one of this name.

    LibreNMS gives ids by ifIndex, which may move on: where the name is another port's by now, the name counts.
    """
    stored = next((port for port in ports if port.port_id == port_id), None)
    named = _named(ports, name)
    if stored is not None and (not named or stored in named):
        return stored
    return named[0] if len(named) == 1 else None


def _named(ports: Sequence[PortTraffic], name: str) -> list[PortTraffic]:
    """The ports of this name: as it is, then in its other spelling, then by their descriptions."""
    spelt = spelling(name)
    exact = [port for port in ports if port.if_name == name]
    return (
        exact
        or [port for port in ports if _spelt(port.if_name) == spelt]
        or [port for port in ports if _spelt(port.if_descr) == spelt]
    )


def _spelt(name: object) -> str | None:
    return spelling(name) if isinstance(name, str) and name else None
