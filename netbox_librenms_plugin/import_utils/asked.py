"""What a program asks of the import list: filters by name, read strictly, since a misspelt one would let everything in.

REST and the command take the same names.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from django.utils.translation import gettext as _

from ..librenms_api import LibreNMSAPI
from .filters import DOWN, EVERYTHING, EXACT, NO, SHOWS, SORTS, STATE, UP, YES, Filters, in_order, matching, shown
from .listing import Listing
from .rows import Row

LONGEST_TEXT = 255
# Name → what it has to be
FILTERS: Mapping[str, str] = {
    "state": "State of the device, `all` for every state but ignored",
    "q": "Part of any text by which people know the device",
    "hostname": "Part of the hostname",
    "sysname": "Part of the sysName",
    **{name: f"The whole {name} as LibreNMS has it; may be repeated" for name in EXACT},
    "group": "Device group of LibreNMS",
    "status": "Whether LibreNMS reaches the device",
    "disabled": "Whether LibreNMS is told not to poll it: yes or no",
    "sort": "Column to sort by, with - in front for the other way round; by hostname when left out",
}
_FIELDS = {"sysname": "sys_name"}
_TRUTHS = {"yes": YES, "true": YES, "1": YES, "no": NO, "false": NO, "0": NO}
COLUMNS = (*SORTS, STATE)
# Name → value as it is asked → value of the filter
CLOSED: Mapping[str, Mapping[str, str]] = {
    "state": {one: one for one in SHOWS},
    "status": {UP: UP, DOWN: DOWN},
    "disabled": _TRUTHS,
    "sort": {name: name for column in COLUMNS for name in (column, f"-{column}")},
}


class AskedError(Exception):
    """Something was asked that there is not. ``message`` is a sentence that says what there is; ``code`` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Filters, state and order. ``show`` is one of ``SHOWS``, ``sort`` a column, empty for the hostname."""

    filters: Filters = field(default_factory=Filters)
    show: str = EVERYTHING
    sort: str = ""

    @classmethod
    def of(cls, said: Mapping[str, Sequence[str]]) -> Self:
        """From name → values. Raises ``AskedError`` for a name or a value that there is not."""
        read = {name: _read(name, values) for name, values in said.items()}
        show, sort = read.pop("state", "") or EVERYTHING, read.pop("sort", "")
        filters = Filters(**{_FIELDS.get(name, name): value for name, value in read.items()})
        return cls(filters=filters, show=show, sort=sort)

    def matching(self, rows: Iterable[Row], api: LibreNMSAPI, *, refresh: bool = False) -> list[Row]:
        """The rows that all filters but the state's let through. Raises ``AskedError`` and ``LibreNMSError``."""
        group = self.filters.group
        return matching(rows, self.filters, members=_members(group, api, refresh=refresh) if group else None)

    def find(self, found: Listing, api: LibreNMSAPI, *, refresh: bool = False) -> tuple[list[Row], list[Row]]:
        """(those of ``matching``, those among them in the state that was asked for, in order)."""
        rows = self.matching(found.rows, api, refresh=refresh)
        return rows, in_order(shown(rows, self.show), self.sort)


def _read(name: str, values: Sequence[str]) -> Any:
    if name not in FILTERS:
        sentence = _("There is no filter “{name}”. Choose one of: {known}")
        raise AskedError("unknown_filter", sentence.format(name=name[:50], known=", ".join(FILTERS)))
    cleaned = [value.replace("\x00", "").strip()[:LONGEST_TEXT] for value in values]
    told = [value for value in dict.fromkeys(cleaned) if value]
    if name in EXACT:
        return tuple(told)
    if len(told) > 1:
        raise AskedError("unknown_value", _("“{name}” can be given once.").format(name=name))
    return _known(name, told[0]) if told else ""


def _known(name: str, value: str) -> str:
    if name not in CLOSED:
        return value
    known = CLOSED[name]
    if value.casefold() not in known:
        raise _unknown_value(name, value, known)
    return known[value.casefold()]


def _unknown_value(name: str, value: str, known: Iterable[str]) -> AskedError:
    sentence = _("“{value}” is not a valid {name}. Choose one of: {known}")
    return AskedError("unknown_value", sentence.format(name=name, value=value[:50], known=", ".join(known)))


def _members(group: str, api: LibreNMSAPI, *, refresh: bool) -> frozenset[int]:
    """Ids of the devices in a group. LibreNMS answers alike for an empty group and for none at all."""
    members = api.device_group_members(group, refresh=refresh).value
    if not members:
        known = api.device_groups(refresh=refresh).value
        if group not in known:
            raise _unknown_value("group", group, known)
    return members
