"""What the header card says of a LibreNMS device: cleaned, bounded, and in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ...librenms.lookup import How, clues
from ...librenms.lookup_subjects import load_lookup_subjects
from ...librenms.records import Device
from ...texts import clean_text

LONGEST = 120

MATCHED: dict[How, Any] = {
    How.CUSTOM_FIELD: gettext_lazy("linked"),
    How.PRIMARY_IP: gettext_lazy("found by its primary IP address"),
    How.DNS_NAME: gettext_lazy("found by its DNS name"),
    How.NAME: gettext_lazy("found by its name"),
    How.SYSNAME: gettext_lazy("found by its name as sysName"),
}
_CLUES: dict[How, Any] = {
    How.PRIMARY_IP: gettext_lazy("primary IP address"),
    How.DNS_NAME: gettext_lazy("DNS name"),
    How.NAME: gettext_lazy("name"),
    How.SYSNAME: gettext_lazy("sysName"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A device in LibreNMS. ``polled_at`` is a moment only where LibreNMS says in which time zone."""

    name: str
    status: str
    status_label: Any
    color: str
    reason: str = ""
    uptime: str = ""
    hardware: str = ""
    software: str = ""
    serial: str = ""
    location: str = ""
    polled: str = ""
    polled_at: datetime | None = None


def facts_of(device: Device) -> Facts:
    """What is worth knowing at a glance."""
    status, label, color = _status(device)
    polled = text(device.last_polled)
    return Facts(
        name=text(device.display) or text(device.sys_name) or text(device.hostname),
        status=status,
        status_label=label,
        color=color,
        reason=text(device.status_reason) if status == "down" else "",
        uptime=uptime(device.uptime) if status == "up" else "",
        hardware=text(device.hardware),
        software=" ".join(part for part in (text(device.os), text(device.version)) if part),
        serial=text(device.serial),
        location=text(device.location_name),
        polled=polled,
        polled_at=_moment(polled),
    )


def text(value: Any) -> str:
    """One clean line of at most ``LONGEST`` characters; empty for what is no text."""
    line = clean_text(value[: 4 * LONGEST]) if isinstance(value, str) else ""
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _status(device: Device) -> tuple[str, str, str]:
    if device.disabled is True:
        return "disabled", _("disabled in LibreNMS"), "secondary"
    if device.status is True:
        return "up", _("up"), "green"
    if device.status is False:
        return "down", _("down"), "red"
    return "unknown", _("status unknown"), "secondary"


def uptime(seconds: Any) -> str:
    """A duration in its largest unit: "42 days"."""
    if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds < 0:
        return ""
    if seconds >= 86_400:
        return ngettext("%(n)d day", "%(n)d days", seconds // 86_400) % {"n": seconds // 86_400}
    if seconds >= 3_600:
        return ngettext("%(n)d hour", "%(n)d hours", seconds // 3_600) % {"n": seconds // 3_600}
    return ngettext("%(n)d minute", "%(n)d minutes", seconds // 60) % {"n": seconds // 60}


def _moment(polled: str) -> datetime | None:
    """A list of devices gives the server's clock without its zone; an age made of that could be hours wrong."""
    try:
        moment = parse_datetime(polled)
    except ValueError:
        return None
    return moment if moment is not None and is_aware(moment) else None


def looked_for(instance: Any) -> list[tuple[Any, str]]:
    """What an object was looked for by: (kind of clue, value)."""
    subject = load_lookup_subjects([instance]).get(instance.pk)
    return [(_CLUES[clue.how], clue.value) for clue in clues(subject)] if subject else []
