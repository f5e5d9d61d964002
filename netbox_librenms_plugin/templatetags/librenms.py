"""What the plugin's templates need beyond Django's and NetBox's own filters."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.dateformat import format as formatted
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def row_id(record: Any, table: Any) -> str:
    """The id of a row's element in a table of a comparison."""
    found: str = table.row_id(record)
    return found


@register.filter
def cells(record: Any, table: Any) -> Iterator[tuple[str, Any]]:
    """(attributes of the ``td``, contents) of a row in a table of a comparison."""
    found: Iterator[tuple[str, Any]] = table.cells(record)
    return found


@register.filter
def age(moment: datetime) -> str:
    """How long ago a moment was, in its largest unit: "just now", "3 minutes ago"."""
    if timezone.now() - moment < timedelta(minutes=1):
        return _("just now")
    return _("{time} ago").format(time=timesince(moment, depth=1))


@register.filter
def day(when: date | datetime) -> str:
    """A day as people say it, with its year where that is another one: "12 March", "12 March 2025"."""
    on = timezone.localtime(when).date() if isinstance(when, datetime) else when
    # Translators: day and month, as Django's date formats have it
    return str(formatted(on, _("j F") if on.year == timezone.localdate().year else _("j F Y")))


@register.filter
def lasted(end: datetime, start: datetime) -> str:
    """How long something took: "8 s", "3 min", "2 h 5 min"."""
    seconds = max(0, int((end - start).total_seconds()))
    if seconds < 60:
        return _("{n} s").format(n=seconds)
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return _("{n} min").format(n=minutes)
    return _("{h} h {n} min").format(h=hours, n=minutes)
