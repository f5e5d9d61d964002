"""A device that LibreNMS is to add: what it is told, and which of that is secret."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .limits import Limits
from .profiles import Profile
from .session import Wire

__all__ = ("NewDevice", "add_device")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDevice:
    """``display`` and ``sys_name``: what it is called where its hostname is no name, and where nobody asks it for one.
    ``location``: where it is, whatever it says itself. ``forced``: without LibreNMS's own checks."""

    hostname: str
    display: str = ""
    sys_name: str = ""
    location: str = ""
    poller_group: int = 0
    ping_only: bool = False
    forced: bool = False

    def body(self) -> dict[str, Any]:
        """What LibreNMS's API is sent, but for the profile."""
        said: dict[str, Any] = {"hostname": self.hostname, "poller_group": self.poller_group}
        if self.display:
            said["display"] = self.display
        if self.location:
            said |= {"location": self.location, "override_sysLocation": True}
        if self.ping_only:
            said |= {"snmp_disable": True, "os": "ping", "sysName": self.sys_name}
        return said | ({"force_add": True} if self.forced else {})


def add_device(wire: Wire, device: NewDevice, profile: Profile | None, limits: Limits) -> None:
    """``POST /devices``: with SNMP by ``profile``, or only pinged. LibreNMS asks the device meanwhile, and answers with
    500 whatever keeps it from adding it. Raises ``LibreNMSError``, ``ConfigurationError`` for a secret that cannot be
    read."""
    body = device.body()
    secrets: dict[str, str] = {}
    if profile is not None and not device.ping_only:
        secrets = profile.read_secrets()
        body |= {**profile.plain, **secrets}
    wire.tell("POST", "/devices", body, what=_("add a device"), limits=limits, hush=tuple(secrets.values()))
