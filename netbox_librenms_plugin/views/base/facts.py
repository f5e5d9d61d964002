"""What the header card says of a LibreNMS device: cleaned, bounded, and in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ...librenms.clock import Clock, KnownBy, moment_of
from ...librenms.lookup import How, clues
from ...librenms.lookup_subjects import load_lookup_subjects
from ...librenms.records import Device
from ...sync.core.device_identity import Identity
from ...sync.core.issues import Code
from ...texts import clean_text
from ...words.sentences import sentence

LONGEST = 120

MATCHED: dict[How, Any] = {
    How.CUSTOM_FIELD: gettext_lazy("linked"),
    How.PRIMARY_IP: gettext_lazy("found by its primary IP address"),
    How.DNS_NAME: gettext_lazy("found by its DNS name"),
    How.NAME: gettext_lazy("found by its name"),
    How.SYSNAME: gettext_lazy("found by its name as sysName"),
}
_DENYING = {
    "name": gettext_lazy("name"),
    "dns_name": gettext_lazy("DNS name"),
    "primary_ip": gettext_lazy("address"),
    "serial": gettext_lazy("serial number"),
}
_CLUES: dict[How, Any] = {
    How.PRIMARY_IP: gettext_lazy("primary IP address"),
    How.DNS_NAME: gettext_lazy("DNS name"),
    How.NAME: gettext_lazy("name"),
    How.SYSNAME: gettext_lazy("sysName"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A device in LibreNMS. ``polled_at`` is a moment only where the server's time zone is known."""

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
    polled_title: str = ""


def facts_of(device: Device, clock: Clock | None = None) -> Facts:
    """What is worth knowing at a glance. ``clock`` is that of the server's times, where its zone is known."""
    status, label, color = _status(device)
    polled = text(device.last_polled)
    polled_at = moment_of(polled, clock, now())
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
        polled_at=polled_at,
        polled_title=_polled_title(polled, polled_at, clock),
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


# What the zone is known by, where it is not configured
_ZONES = {
    KnownBy.CONFIGURATION: gettext_lazy("{time} by the clock of the LibreNMS server, {zone}"),
    KnownBy.ANSWER: gettext_lazy(
        "{time} by the clock of the LibreNMS server, {zone} by the time that its answers carry"
    ),
    KnownBy.NETBOX: gettext_lazy("{time} by the clock of the LibreNMS server, {zone} compared with NetBox's clock"),
}


def _polled_title(polled: str, polled_at: datetime | None, clock: Clock | None) -> str:
    """The time as LibreNMS says it, with the zone that it is taken to be in, and whether the clock is wrong."""
    if polled_at is None or clock is None:
        return _("By the clock of the LibreNMS server")
    said = str(_ZONES[clock.known_by]).format(time=polled, zone=polled_at.tzname() or "")
    if not clock.ahead:
        return said
    wrong = _("{said}. That clock is {time} fast.") if clock.ahead > 0 else _("{said}. That clock is {time} slow.")
    return wrong.format(said=said, time=uptime(round(abs(clock.ahead) / 60) * 60))


def why_doubtful(identity: Identity) -> str:
    """Why an object and a LibreNMS device may not be one, for somebody who is about to link them."""
    doubt = identity.doubt
    if doubt is not None and doubt.code is not Code.IDENTITY_DOUBT:
        return sentence(doubt)
    differing = [str(_DENYING[clue]) for clue in _DENYING if clue in identity.denies]
    if not differing:
        return _("Neither name, address nor serial number can be compared.")
    if len(differing) == 1:
        return _("The {clue} differs, and nothing else can be compared.").format(clue=differing[0])
    *others, last = differing
    words = _("{others} and {last}").format(others=", ".join(others), last=last)
    sentences = _("{clues} both differ."), _("{clues} all differ.")
    return sentences[len(differing) > 2].format(clues=words[:1].upper() + words[1:])


def looked_for(instance: Any) -> list[tuple[Any, str]]:
    """What an object was looked for by: (kind of clue, value)."""
    subject = load_lookup_subjects([instance]).get(instance.pk)
    return [(_CLUES[clue.how], clue.value) for clue in clues(subject)] if subject else []
