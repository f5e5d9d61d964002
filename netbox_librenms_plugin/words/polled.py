"""What LibreNMS says, cleaned and bounded, and its durations and times in words."""

from datetime import datetime
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..librenms.clock import Clock, KnownBy
from ..librenms.clock import moment_of as clock_moment_of
from ..texts import clean_text

LONGEST = 120


def text(value: Any) -> str:
    """One clean line of at most ``LONGEST`` characters; empty for what is no text."""
    line = clean_text(value[: 4 * LONGEST]) if isinstance(value, str) else ""
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def uptime(seconds: Any) -> str:
    """A duration in its largest unit: "42 days"."""
    if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds < 0:
        return ""
    if seconds >= 86_400:
        return ngettext("%(n)d day", "%(n)d days", seconds // 86_400) % {"n": seconds // 86_400}
    if seconds >= 3_600:
        return ngettext("%(n)d hour", "%(n)d hours", seconds // 3_600) % {"n": seconds // 3_600}
    return ngettext("%(n)d minute", "%(n)d minutes", seconds // 60) % {"n": seconds // 60}


def moment_of(polled: str, clock: Clock | None) -> datetime | None:
    """When it was that LibreNMS says so; None where that is not known."""
    return clock_moment_of(polled, clock, now())


# What the zone is known by, where it is not configured
_ZONES = {
    KnownBy.CONFIGURATION: gettext_lazy("{time} by the clock of the LibreNMS server, {zone}"),
    KnownBy.ANSWER: gettext_lazy(
        "{time} by the clock of the LibreNMS server, {zone} by the time that its answers carry"
    ),
    KnownBy.NETBOX: gettext_lazy("{time} by the clock of the LibreNMS server, {zone} compared with NetBox's clock"),
}


def polled_title(polled: str, polled_at: datetime | None, clock: Clock | None) -> str:
    """The time as LibreNMS says it, with the zone that it is taken to be in, and whether the clock is wrong."""
    if polled_at is None or clock is None:
        return _("By the clock of the LibreNMS server")
    said = str(_ZONES[clock.known_by]).format(time=polled, zone=polled_at.tzname() or "")
    if not clock.ahead:
        return said
    wrong = _("{said}. That clock is {time} fast.") if clock.ahead > 0 else _("{said}. That clock is {time} slow.")
    return wrong.format(said=said, time=uptime(round(abs(clock.ahead) / 60) * 60))
