"""What somebody wants to see of the import list: filters, search and order, over rows that are already computed."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..librenms.records import Device
from ..sync.core.normalise import text
from ..sync.core.ordering import natural
from .rows import Row, State

EVERYTHING = "all"
SHOWS = (EVERYTHING, *(state.value for state in State))
UP, DOWN = "up", "down"
YES, NO = "yes", "no"
# Filters of which several exact values can be chosen
EXACT: Mapping[str, Callable[[Device], str]] = {
    "location": lambda device: text(device.location_name),
    "type": lambda device: text(device.type),
    "os": lambda device: text(device.os),
    "hardware": lambda device: text(device.hardware),
}

_ORDER = {state: number for number, state in enumerate(State)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What rows have to be. Texts are folded before they are compared; an empty filter lets everything through.

    ``hostname`` and ``sys_name`` have to be a part of the name, ``q`` a part of any text by which people know a device;
    of ``EXACT`` one of the values has to be the whole text. ``group`` is a device group of LibreNMS, whose members the
    caller knows.
    """

    q: str = ""
    hostname: str = ""
    sys_name: str = ""
    location: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    os: tuple[str, ...] = ()
    hardware: tuple[str, ...] = ()
    group: str = ""
    status: str = ""
    disabled: str = ""


def matching(rows: Iterable[Row], filters: Filters, *, members: Collection[int] | None = None) -> list[Row]:
    """The rows that all filters but the state's let through. ``members``: ids of the devices of ``filters.group``."""
    tests = list(_tests(filters))
    if filters.group:
        ids = frozenset(members or ())
        tests.append(lambda row: row.librenms_id in ids)
    return [row for row in rows if all(test(row) for test in tests)]


def _tests(filters: Filters) -> Iterable[Callable[[Row], bool]]:
    for name, value_of in EXACT.items():
        wanted = frozenset(one.casefold() for one in getattr(filters, name))
        if wanted:
            yield lambda row, wanted=wanted, of=value_of: of(row.device).casefold() in wanted  # type: ignore[misc]
    if filters.hostname:
        yield lambda row: filters.hostname.casefold() in text(row.device.hostname).casefold()
    if filters.sys_name:
        yield lambda row: filters.sys_name.casefold() in text(row.device.sys_name).casefold()
    if filters.status in (UP, DOWN):
        yield lambda row: is_up(row.device) is (filters.status == UP)
    if filters.disabled in (YES, NO):
        yield lambda row: (row.device.disabled is True) is (filters.disabled == YES)
    if filters.q:
        folded = filters.q.casefold()
        yield lambda row: any(folded in word for word in _words(row))


def _words(row: Row) -> Iterable[str]:
    """What people know a device by, folded."""
    device = row.device
    said = (device.hostname, device.sys_name, device.display, device.ip, device.overwrite_ip, device.hardware)
    for value in (*said, device.location_name, device.serial):
        if isinstance(value, str):
            yield value.casefold()
    yield row.name.casefold()
    if row.holder is not None and row.holder.visible:
        yield row.holder.name.casefold()


def is_up(device: Device) -> bool | None:
    """Whether LibreNMS reaches the device; None where it does not say, or does not try (disabled)."""
    if device.disabled is True or not isinstance(device.status, bool):
        return None
    return device.status


def shown(rows: Iterable[Row], show: str) -> list[Row]:
    """The rows in one state; everything is what is not ignored."""
    if show == EVERYTHING:
        return [row for row in rows if row.state is not State.IGNORED]
    return [row for row in rows if row.state.value == show]


def _field(name: str) -> Callable[[Row], str]:
    def found(row: Row) -> str:
        ref = row.ref(name)
        return ref.name if ref else ""

    return found


def proposed_name(row: Row) -> str:
    """What it is, or would be, called in NetBox."""
    return row.holder.name if row.holder is not None and row.holder.visible else row.name


# Column → the text that it is sorted by
SORTS: Mapping[str, Callable[[Row], str]] = {
    "device": lambda row: text(row.device.hostname),
    "hardware": lambda row: text(row.device.hardware),
    "os": lambda row: text(row.device.os),
    "location": lambda row: text(row.device.location_name),
    "name": proposed_name,
    **{name: _field(name) for name in ("device_type", "site", "role", "rack", "cluster", "platform", "tenant")},
}
STATE = "state"


def in_order(rows: Sequence[Row], sort: str) -> list[Row]:
    """Rows by a column, ``-`` in front for the other way round; numbers in texts count as numbers. What has no text
    comes last both ways. By hostname where no column is named."""
    column, backwards = sort.removeprefix("-"), sort.startswith("-")
    by_name = sorted(rows, key=lambda row: natural(row.device.hostname))
    if column == STATE:
        return sorted(by_name, key=lambda row: _ORDER[row.state], reverse=backwards)
    said = SORTS.get(column)
    if said is None:
        return by_name
    known = [(natural(value), row) for row in by_name if (value := said(row))]
    silent = [row for row in by_name if not said(row)]
    return [row for _key, row in sorted(known, key=lambda pair: pair[0], reverse=backwards)] + silent


def options(rows: Iterable[Row], name: str, *, keep: Sequence[str] = (), most: int = 500) -> list[tuple[str, int]]:
    """The values of one ``EXACT`` filter with the number of rows that have them, in natural order.

    The ``most`` frequent ones, and those of ``keep`` whatever their number.
    """
    of = EXACT[name]
    counted = Counter(value for row in rows if (value := of(row.device)))
    kept = {value: counted[value] for value in keep}
    found = dict(counted.most_common(most)) | kept
    return sorted(found.items(), key=lambda pair: natural(pair[0]))
