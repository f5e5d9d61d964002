"""What a neighbour says of itself over LLDP or CDP, as LibreNMS passes it on: cleaned, bounded, taken apart."""

import re
from dataclasses import dataclass

from ...librenms.records import UNSET, Link
from ..core import normalise
from ..core.names import last_of_path, parent_name
from ..fields.device_names import without_domain

# What LibreNMS's columns and people's eyes can hold; a neighbour can send anything
LONGEST = 128
# "ethernet1/1/26 (4cd98ffb1efe)", "eth0 (vmnic2)": LLDP's description of the port, then its id
_TWO_NAMES = re.compile(r"^(?P<one>.*?)\s*\((?P<other>[^()]*)\)$")
# What NX-OS says of itself by CDP; a serial number has digits in it
_NAME_AND_SERIAL = re.compile(r"^(?P<name>[^\s()]+)\s*\((?P<serial>(?=[A-Za-z-]*\d)[A-Za-z0-9-]{5,50})\)$")
_MAC = re.compile(r"(?:[0-9a-f]{2}[\s:.-]?){5}[0-9a-f]{2}", re.IGNORECASE)
_FROM_FIRST_DIGIT = re.compile(r"\d.*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidNeighbour:
    """What a link says of its other end; ids are LibreNMS's own, None where it does not know the neighbour.

    ``ports`` are the texts that can name the port, ``macs`` those that are its MAC address. ``bare`` and ``serial`` are
    the two parts of a name like ``switch(FDO1234X0AB)``, as NX-OS says it by CDP; ``platform`` is its hardware.
    """

    name: str = ""
    bare: str = ""
    serial: str = ""
    platform: str = ""
    ports: tuple[str, ...] = ()
    macs: frozenset[str] = frozenset()
    device_id: int | None = None
    port_id: int | None = None

    @property
    def port(self) -> str:
        """The port in one phrase, empty where the neighbour does not name it."""
        return self.ports[0] if self.ports else next(iter(sorted(self.macs)), "")

    @property
    def outer_ports(self) -> tuple[str, ...]:
        """What the named ports are parts of: the port of a unit (``ge-0/0/1.0``), the last one of a bridge's path."""
        outer = (one(name) for name in self.ports for one in (parent_name, last_of_path))
        return tuple(name for name in outer if name)

    @property
    def host(self) -> str:
        """The name by which two sayings about one neighbour are the same."""
        return without_domain((self.bare or self.name).casefold())

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every name that NetBox's device can have, folded and without its domain."""
        return tuple(without_domain(name.casefold()) for name in (self.name, self.bare) if name)


def said_by(link: Link) -> SaidNeighbour:
    """The other end of a link, cleaned and bounded."""
    ports, macs = port_texts(link.remote_port)
    name = normalise.text(link.remote_hostname)[:LONGEST]
    parts = _NAME_AND_SERIAL.match(name)
    return SaidNeighbour(
        name=name,
        bare=parts["name"] if parts else "",
        serial=parts["serial"] if parts else "",
        platform=normalise.text(link.remote_platform)[:LONGEST],
        ports=ports,
        macs=macs,
        device_id=link.remote_device_id if link.remote_device_id > 0 else None,
        port_id=link.remote_port_id if link.remote_port_id and link.remote_port_id > 0 else None,
    )


def port_texts(text: object) -> tuple[tuple[str, ...], frozenset[str]]:
    """Names and MAC addresses in the text for a port. Of ``name (id)`` both are taken, and the whole as well."""
    whole = normalise.text(text)[:LONGEST]
    two = _TWO_NAMES.match(whole)
    parts = [two["one"].strip(), two["other"].strip()] if two else [whole]
    macs = {mac for part in parts if _MAC.fullmatch(part) and (mac := normalise.mac_address(part)) is not UNSET}
    names = [part for part in parts if part and not _MAC.fullmatch(part)]
    if two and two["one"] and two["other"] and len(names) == 2:
        names.append(whole)
    return tuple(dict.fromkeys(names)), frozenset(macs)


def name_tail(name: str) -> str:
    """What all spellings of a port's name share: from its first digit on, else the whole; for looking up."""
    folded = name.strip().casefold()
    found = _FROM_FIRST_DIGIT.search(folded)
    return found[0] if found else folded
