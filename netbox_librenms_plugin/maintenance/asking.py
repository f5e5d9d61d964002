"""The window that somebody asks for, by NetBox's clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Self

from django.utils.translation import gettext as _

from ..librenms.clock import Clock
from ..librenms.maintenance import Window
from ..texts import clean_text

LONGEST_NOTE = 500
# A year
MOST_MINUTES = 366 * 24 * 60


class AskError(Exception):
    """No such window can be asked for; the text is a sentence for people. ``about`` names what is wrong: ``start``,
    ``end`` or ``minutes``."""

    def __init__(self, about: str, sentence: str) -> None:
        super().__init__(sentence)
        self.about = about


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedWindow:
    """``minutes`` from ``start`` on, None for now; ``local_start`` is that by LibreNMS's own clock, without a zone."""

    minutes: int
    start: datetime | None = None
    local_start: datetime | None = None
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """To be kept with a run."""
        return {
            "minutes": self.minutes,
            "start": self.start.isoformat() if self.start is not None else None,
            "local_start": self.local_start.isoformat() if self.local_start is not None else None,
            "note": self.note,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """As a run keeps it."""
        start, local = kept.get("start"), kept.get("local_start")
        return cls(
            minutes=int(kept["minutes"]),
            start=datetime.fromisoformat(start) if start else None,
            local_start=datetime.fromisoformat(local) if local else None,
            note=str(kept.get("note", "")),
        )

    def window(self, title: str) -> Window:
        """What LibreNMS is told."""
        return Window(title=title[:255], notes=self.note, minutes=self.minutes, start=self.local_start)


def asked_window(
    *,
    now: datetime,
    clock: Clock | None,
    minutes: int | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    note: str = "",
) -> AskedWindow:
    """The window of so many ``minutes``, or until ``end``, from ``start`` on or from ``now``. ``clock``: that of the
    LibreNMS server, None where its zone is not known. Raises ``AskError``."""
    if start is not None:
        start = start.replace(second=0, microsecond=0)
        if clock is None:
            raise AskError("start", zone_unknown())
        if start <= now:
            raise AskError("start", _("That is over. Leave it empty to begin now."))
    if end is not None:
        minutes = ceil((end - (start or now)) / timedelta(minutes=1))
        if minutes < 1:
            raise AskError("end", _("It would end before it begins."))
    if minutes is None or not 1 <= minutes <= MOST_MINUTES:
        about = "end" if end is not None else "minutes"
        raise AskError(about, _("A window lasts from a minute to a year."))
    return AskedWindow(
        minutes=minutes,
        start=start,
        local_start=clock.shows(start) if start is not None and clock is not None else None,
        note=clean_text(note)[:LONGEST_NOTE],
    )


def zone_unknown() -> str:
    """Why no later time can be told."""
    return _(
        "The time zone of this LibreNMS server is not known, so it can only be told to begin now. "
        "Name it in the configuration (time_zone)."
    )
