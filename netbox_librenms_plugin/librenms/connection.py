"""The connection test of one server: is it there, does it take the token, what may the token read, what can it do."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _

from .cache import Shelf
from .decode import Rows
from .endpoints import DEVICES, POLLER_GROUPS, SYSTEM, Reader
from .errors import Busy, LibreNMSError, PermissionDenied, TransportError

__all__ = ("ConnectionReport", "Rights", "check_connection", "since")

VLANS_ON_PORTS_SINCE = (26, 2)
_VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})(?:\.|\D|$)", re.ASCII)


class Rights(StrEnum):
    """What the token's user may read: everything, some devices, nothing."""

    GLOBAL = "global"
    LIMITED = "limited"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionReport:
    """Result of a connection test. ``latency_ms`` is that of one call; ``problems`` are sentences for people.

    ``reachable`` is None when it was not tried, because somebody else's test has no answer yet.

    ``features``: ``vlans_on_ports`` (ports come with their VLANs) and ``ports_at_once`` (the list of all ports can be
    read, so the whole network takes few calls); True, False, or None while nothing is known.
    """

    reachable: bool | None = False
    version: str = ""
    latency_ms: int | None = None
    api_ok: bool = False
    rights: Rights = Rights.NONE
    features: dict[str, bool | None] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def check_connection(reader: Reader, shelf: Shelf) -> ConnectionReport:
    """Test the connection with two or three small calls, one test at a time. Never raises LibreNMSError."""
    try:
        with shelf.alone("check"):
            return _check(reader, shelf)
    except Busy as exc:
        return ConnectionReport(reachable=None, problems=(exc.message,))
    except LibreNMSError as exc:
        return ConnectionReport(reachable=not isinstance(exc, TransportError), problems=(exc.message,))


def _check(reader: Reader, shelf: Shelf) -> ConnectionReport:
    started = time.monotonic()
    system = reader.rows(SYSTEM).rows
    latency = round((time.monotonic() - started) * 1000)
    version = next((row.local_ver[:50] for row in system if isinstance(row.local_ver, str)), "")
    rights, problems = _rights(reader)
    return ConnectionReport(
        reachable=True,
        version=version,
        latency_ms=latency,
        api_ok=True,
        rights=rights,
        features=_features(shelf, version),
        problems=problems,
    )


def _rights(reader: Reader) -> tuple[Rights, tuple[str, ...]]:
    """``/system`` answers every token. The poller groups are a short list that only global rights can read; the list
    of devices of a token with lesser rights holds its own devices and is short as well."""
    error = _error_of(lambda: reader.rows(POLLER_GROUPS))
    if error is None:
        return Rights.GLOBAL, ()
    if not isinstance(error, PermissionDenied):
        return Rights.NONE, (error.message,)
    name = {"server": reader.server.display_name}
    nothing = _("The API token for LibreNMS server %(server)s may read no device: give its user a role in LibreNMS.")
    try:
        devices = reader.rows(DEVICES).rows
    except PermissionDenied:
        return Rights.NONE, (nothing % name,)
    except LibreNMSError as exc:
        return Rights.NONE, (exc.message,)
    if not devices:
        return Rights.NONE, (nothing % name,)
    some = _(
        "The API token for LibreNMS server %(server)s may read some devices only, and no list of all VLANs: give its "
        "user the role global-read in LibreNMS."
    )
    return Rights.LIMITED, (some % name,)


def _error_of(read: Callable[[], Rows[object]]) -> LibreNMSError | None:
    try:
        read()
    except LibreNMSError as exc:
        return exc
    return None


def _features(shelf: Shelf, version: str) -> dict[str, bool | None]:
    """What was seen on earlier reads counts more than the version."""
    seen = shelf.recall("vlans-on-ports")
    return {
        "vlans_on_ports": seen if isinstance(seen, bool) else since(version, VLANS_ON_PORTS_SINCE),
        "ports_at_once": shelf.recall("ports-at-once"),
    }


def since(version: str, first: tuple[int, int]) -> bool | None:
    """Whether a version such as "26.7.0" is ``first`` or a later one; None where it cannot be read."""
    numbers = _VERSION.match(version)
    return (int(numbers[1]), int(numbers[2])) >= first if numbers else None
