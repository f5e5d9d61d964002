"""Devices one at a time: by LibreNMS id, by hostname, by a filter; each row is checked to be what was asked for."""

from .decode import Rows
from .endpoints import DEVICE, DEVICES, Reader
from .errors import DeviceNotFound, NotFound, RouteMissing, ServerError, WrongDevice
from .records import Device

__all__ = ("device_by_hostname", "device_by_id", "devices_by_sys_name")


def device_by_id(reader: Reader, device_id: int) -> Device:
    """The device with this id. DeviceNotFound, WrongDevice, PermissionDenied or another LibreNMSError otherwise.

    The filtered list is asked first: in every version it has the location as text, while the answer for a single
    device leaves it out (26.4), nests it (26.7), or fails for a guest of a known hypervisor (26.7). When the list has
    no such device, the single answer says whether it is unknown or merely out of reach for the token.
    """
    listed = reader.rows(DEVICES, params={"type": "device_id", "query": str(device_id)})
    for device in listed.rows:
        if device.device_id == device_id:
            return device
    single = _single(reader, device_id).rows
    if not single:
        raise DeviceNotFound(reader.server.display_name, device_id=device_id)
    if single[0].device_id != device_id:
        raise WrongDevice(reader.server.display_name, device_id=device_id)
    return single[0]


def _single(reader: Reader, device_id: int) -> Rows[Device]:
    try:
        return reader.rows(DEVICE, device_id)
    except RouteMissing:
        raise
    except NotFound:
        return Rows(())


def device_by_hostname(reader: Reader, hostname: str) -> tuple[Device, ...]:
    """Devices whose hostname is exactly this, case aside (LibreNMS's collation; DNS): one at most, on a sane server."""
    try:
        rows = reader.rows(DEVICE, hostname).rows
    except RouteMissing:
        raise
    except NotFound:
        return ()
    except ServerError:
        # 26.7 fails so for a guest of a known hypervisor; the list does not. Its filter is a LIKE, hence the check.
        rows = reader.rows(DEVICES, params={"type": "hostname", "query": hostname}).rows
    return tuple(device for device in rows if device.hostname.casefold() == hostname.casefold())


def devices_by_sys_name(reader: Reader, name: str) -> tuple[Device, ...]:
    """Devices whose sysName is exactly this, case aside; several devices may share one."""
    rows = reader.rows(DEVICES, params={"type": "sysName", "query": name}).rows
    return tuple(device for device in rows if isinstance(device.sys_name, str) and _same(device.sys_name, name))


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
