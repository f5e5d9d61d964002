"""Whether a NetBox object and a LibreNMS device agree about anything that says who they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from ..librenms.records import Device
from .device_names import same_host
from .normalise import text
from .serials import folded_serial


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What NetBox knows of an object, of all its chassis members together. Addresses are without their masks."""

    names: tuple[str, ...] = ()
    dns_names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()


def identity_check(device: Device, known: Known, serials: Iterable[str] = ()) -> tuple[str, ...]:
    """Which of ``name``, ``dns_name``, ``primary_ip`` and ``serial`` agree; none is a reason to doubt.

    ``serials`` are those of the chassis in LibreNMS's inventory, beside the device's own.
    """
    hosts = [name for name in (text(device.sys_name), text(device.hostname)) if name]
    addresses = {_address(value) for value in (device.ip, device.overwrite_ip, device.hostname)} - {""}
    held = {folded_serial(number) for number in known.serials} - {""}
    agreeing = {
        "name": _any_host(known.names, hosts),
        "dns_name": _any_host(known.dns_names, hosts),
        "primary_ip": bool(addresses & {_address(one) for one in known.addresses}),
        "serial": any(folded_serial(number) in held for number in (device.serial, *serials)),
    }
    return tuple(name for name, agrees in agreeing.items() if agrees)


def _any_host(names: Iterable[str], hosts: Iterable[str]) -> bool:
    return any(same_host(name, host) for name in names for host in hosts)


def _address(value: Any) -> str:
    """The usual short form of an address, empty for anything else."""
    try:
        return str(ip_address(value)) if isinstance(value, str) else ""
    except ValueError:
        return ""
