"""What LibreNMS knows beside the devices of an import, in numbers: the most that the import can make of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..librenms.errors import LibreNMSError
from ..librenms_api import LibreNMSAPI
from ..resources.census import Census, Survey
from ..resources.interfaces import INTERFACES
from .options import brought_resources
from .rows import Kind, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """How many there can be: on devices that are ``new`` in NetBox, and on those that it ``holds`` already.

    ``problem`` is LibreNMS's sentence where it did not say.
    """

    new: int = 0
    holds: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The ``figures`` by resource, in the order of the options. ``beside``: device id → resource → number, of the
    resources that say their number beside each device, as far as it is known.

    ``silent``: devices whose ports LibreNMS did not give.
    """

    figures: Mapping[str, Figure]
    beside: Mapping[int, Mapping[str, int]]
    silent: int = 0


def totals_of(api: LibreNMSAPI, rows: Iterable[Row], *, partners: Iterable[int] = ()) -> Totals:
    """Figures for the rows of an import. ``partners``: ids of devices outside of it that a cable can lead to."""
    by_id = {row.librenms_id: row for row in rows}
    new = frozenset(pk for pk, row in by_id.items() if row.holder is None)
    counted = _counted(_survey(api, by_id, partners))
    by_device = {name: one.by_device for name, one in counted.items() if isinstance(one, Census)}
    ports = by_device.get(INTERFACES.name)
    return Totals(
        figures={name: _figure(one, new) for name, one in counted.items()},
        beside={pk: _beside(pk, by_device) for pk in by_id},
        silent=0 if ports is None else len(by_id) - len(ports),
    )


def _beside(device_id: int, by_device: Mapping[str, Mapping[int, int]]) -> dict[str, int]:
    """What is said beside one device, in the order of the options."""
    names = [one.name for one in brought_resources() if one.brought is not None and one.brought.beside is not None]
    known = ((name, by_device.get(name, {}).get(device_id)) for name in names)
    return {name: number for name, number in known if number is not None}


def _survey(api: LibreNMSAPI, by_id: Mapping[int, Row], partners: Iterable[int]) -> Survey:
    return Survey(
        api=api,
        sites={pk: _site(row) for pk, row in by_id.items()},
        virtual=frozenset(pk for pk, row in by_id.items() if row.kind is Kind.VM),
        partners=frozenset(partners),
    )


def _site(row: Row) -> int | None:
    site = row.holder.site if row.holder is not None else row.ref("site")
    return site.id if site else None


def _counted(survey: Survey) -> dict[str, Census | LibreNMSError]:
    """Resource → what LibreNMS knows of it, or why it does not say."""
    counted: dict[str, Census | LibreNMSError] = {}
    for one in brought_resources():
        if one.brought is None or one.brought.count is None:
            continue
        try:
            counted[one.name] = one.brought.count(survey)
        except LibreNMSError as error:
            counted[one.name] = error
    return counted


def _figure(counted: Census | LibreNMSError, new: frozenset[int]) -> Figure:
    """One that is on several devices is new if one of these is."""
    if isinstance(counted, LibreNMSError):
        return Figure(problem=counted.message)
    every = {thing for thing, _device in counted.things}
    of_new = {thing for thing, device in counted.things if device in new}
    return Figure(new=len(of_new), holds=len(every) - len(of_new))
