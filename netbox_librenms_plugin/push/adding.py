"""One device told to LibreNMS, and read back: what is there afterwards counts, whatever was answered."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..librenms.errors import AuthenticationError, LibreNMSError, TimedOut, TransportError, WriteDenied, WriteFailed
from ..librenms.new_devices import NewDevice
from ..librenms.profiles import Profile
from ..librenms.records import Device
from ..librenms_api import LibreNMSAPI
from ..sync.core.issues import Code, Issue, issue
from ..sync.core.normalise import text
from ..sync.push.rows import PushRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The device that LibreNMS has now, or None; and what is to be said. ``final``: no other device would be answered
    better."""

    device: Device | None = None
    problem: Issue | None = None
    final: bool = False


def tell(api: LibreNMSAPI, row: PushRow, profile: Profile | None, *, forced: bool) -> Told:
    """Have LibreNMS add what a row says."""
    wanted = NewDevice(
        hostname=row.hostname,
        display=row.display,
        sys_name=row.sys_name,
        location=row.location,
        poller_group=row.poller_group,
        ping_only=row.ping_only,
        forced=forced,
    )
    error: LibreNMSError | None = None
    try:
        api.add_device(wanted, profile)
    except WriteFailed as refused:
        return Told(problem=_reason(refused), final=isinstance(refused, WriteDenied))
    except LibreNMSError as failed:
        # It can have added it all the same
        error = failed
    return _read_back(api, wanted, error)


def _read_back(api: LibreNMSAPI, wanted: NewDevice, error: LibreNMSError | None) -> Told:
    try:
        device = api.device_named(wanted.hostname)
    except LibreNMSError as failed:
        error = error or failed
        return Told(problem=_reason(error), final=is_final(error))
    if device is None:
        if error is not None:
            return Told(problem=_reason(error), final=is_final(error))
        return Told(problem=issue(Code.NOT_FOUND_AFTERWARDS))
    different = tuple(_different(device, wanted))
    problem = issue(Code.ADDED_OTHERWISE, fields_of_device=different) if different else None
    return Told(device=device, problem=problem)


def _different(device: Device, wanted: NewDevice) -> Iterator[str]:
    """What LibreNMS did not take over, as far as it answers it."""
    if wanted.display and isinstance(device.display, str) and text(device.display) != text(wanted.display):
        yield "display"
    said = device.location_name
    if wanted.location and said is not None and text(said) != text(wanted.location):
        yield "location"
    if isinstance(device.poller_group, int) and device.poller_group != wanted.poller_group:
        yield "poller_group"


def _reason(error: LibreNMSError) -> Issue:
    if isinstance(error, WriteFailed) and error.said:
        return issue(Code.NOT_ADDED, said=error.said)
    return issue(Code.LIBRENMS_FAILED, reason=error.message)


def is_final(error: LibreNMSError) -> bool:
    """Whether the next device would meet the same. One that took too long says nothing of others."""
    if isinstance(error, TimedOut):
        return False
    return isinstance(error, AuthenticationError | TransportError | WriteDenied)
