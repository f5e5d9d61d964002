"""Maintenance of a device: begun by LibreNMS's API, which cannot end it."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.utils.translation import gettext_lazy as _

from .errors import UnexpectedAnswer
from .limits import Limits
from .session import Wire

__all__ = ("Window", "begin_maintenance", "is_under_maintenance")

_WHAT = _("whether the device is under maintenance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """``minutes`` from ``start`` on, which is a time of LibreNMS's own clock without a zone; None means now."""

    title: str
    notes: str
    minutes: int
    start: datetime | None = None

    def body(self) -> dict[str, str]:
        """What LibreNMS's API is sent."""
        hours, minutes = divmod(self.minutes, 60)
        said = {"title": self.title, "notes": self.notes, "duration": f"{hours}:{minutes:02}"}
        return said if self.start is None else {**said, "start": f"{self.start:%Y-%m-%d %H:%M}:00"}


class _Answer(msgspec.Struct):
    is_under_maintenance: bool


def begin_maintenance(wire: Wire, device_id: int, window: Window, limits: Limits) -> None:
    """``POST /devices/:id/maintenance``. Each makes a window more."""
    path = f"/devices/{int(device_id)}/maintenance"
    wire.tell("POST", path, window.body(), what=_("begin a maintenance window"), limits=limits)


def is_under_maintenance(wire: Wire, device_id: int, limits: Limits) -> bool:
    """``GET /devices/:id/maintenance``: whether it is at this moment, by whatever window."""
    body = wire.get(f"/devices/{int(device_id)}/maintenance", what=_WHAT, limits=limits)
    try:
        return msgspec.json.decode(body, type=_Answer, strict=False).is_under_maintenance
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise UnexpectedAnswer(wire.server.display_name, what=_WHAT) from None
