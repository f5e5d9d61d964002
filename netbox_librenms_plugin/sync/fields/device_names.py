"""What a device or VM is called: LibreNMS's sysName or hostname, with its domain or without."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Self

from ...librenms.records import Device
from ..core.normalise import text

SOURCES = ("sysName", "hostname")


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Which of LibreNMS's columns names a device, and whether the domain goes."""

    source: str = "sysName"
    strip_domain: bool = True

    def chosen_by(self, choice: Mapping[str, Any]) -> Self:
        """This naming, as far as a person did not choose otherwise (``name_source``, ``strip_domain``)."""
        source, strip = choice.get("name_source"), choice.get("strip_domain")
        return type(self)(
            source=source if source in SOURCES else self.source,
            strip_domain=strip if isinstance(strip, bool) else self.strip_domain,
        )


def is_address(name: str) -> bool:
    """Whether a name is an IP address."""
    if ":" not in name and not name.replace(".", "").isdigit():
        return False  # most names; asking the library about each takes half of a long list's time
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def without_domain(name: str) -> str:
    """The first label of a domain name; an IP address stays whole."""
    return name if is_address(name) else name.split(".", 1)[0] or name


def device_name(device: Device, naming: Naming, held: str = "") -> str:
    """The name by the chosen column, else by the other one; empty where LibreNMS knows none.

    An address stands in for a name only where there is none at all, and is no reason to rename something (``held`` is
    its name in NetBox).
    """
    columns = {"sysName": text(device.sys_name), "hostname": text(device.hostname)}
    said = [columns[naming.source], *(name for source, name in columns.items() if source != naming.source)]
    names = [name for name in said if name and not is_address(name)]
    if not names:
        return "" if held else next(filter(None, said), "")
    return without_domain(names[0]) if naming.strip_domain else names[0]


def same_host(one: str, other: str) -> bool:
    """Whether two names are of one host: equal, or one of them is the other without its domain. Case does not count."""
    one, other = one.rstrip(".").casefold(), other.rstrip(".").casefold()
    if not one or not other:
        return False
    if one == other:
        return True
    short = [name for name in (one, other) if without_domain(name) == name]
    return len(short) == 1 and without_domain(one) == without_domain(other)
