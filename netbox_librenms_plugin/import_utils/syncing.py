"""What devices have, written once they are there; and asked for ahead of that."""

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from ..engine import Applied, Options, Selection, apply_together
from ..librenms.errors import LibreNMSError
from ..librenms.records import Device
from ..librenms.sources import Source
from ..resources import RESOURCES
from ..sync.chassis.stacks import may_be_stack
from ..sync.core.issues import Code
from ..sync.core.plan import Gap
from ..sync.ip_addresses.primary import KEY as PRIMARY
from .imported import Complaint
from .options import ImportOptions

# Seconds to wait for those who are writing the same thing, again and again
WAIT_FOR_OTHERS = (0.1, 0.4, 1.0, 2.0, 4.0)
# The same in the background, where the others write for several devices before they let go
WAIT_FOR_MANY = (*WAIT_FOR_OTHERS, 8.0, 15.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What became of one object's resources: resource → rows written, what was refused, resource
    → what was not looked at, or why nothing was done."""

    counts: Mapping[str, int] = field(default_factory=dict)
    complaints: Sequence[Complaint] = ()
    gaps: Mapping[str, Sequence[Gap]] = field(default_factory=dict)
    error: Exception | None = None


def sync_together(
    objects: Sequence[Any],
    names: Iterable[str],
    *,
    user: Any,
    request: Any,
    source: Source,
    run: int | None = None,
    pauses: Iterable[float] = WAIT_FOR_OTHERS,
) -> list[Synced]:
    """Write whatever can be written of these resources of some objects, in their order. What keeps all of one from
    being written is its ``error``.

    Where somebody else is quicker, the other end of a cable say, it is looked at again until he is done: then it is
    there. ``run``: id of the run that it is a part of. ``pauses``: seconds to wait, each before another look.
    """
    names, how = list(names), Options(run=run)

    def applied(some: Sequence[Any]) -> list[Synced]:
        selections = {name: Selection() for name in names}
        done = apply_together(some, user=user, request=request, selections=selections, source=source, options=how)
        return [_synced(one, names) for one in done]

    synced = applied(objects)
    for pause in pauses:
        again = [number for number, one in enumerate(synced) if _is_stale(one)]
        if not again:
            break
        time.sleep(pause)
        for number, more in zip(again, applied([objects[number] for number in again]), strict=True):
            before = synced[number].counts
            counts = {name: before[name] + more.counts.get(name, 0) for name in names}
            synced[number] = replace(more, counts=counts)
    return synced


def _is_stale(synced: Synced) -> bool:
    return any(one.issue.code is Code.STALE for one in synced.complaints)


def _synced(applied: Applied, names: Sequence[str]) -> Synced:
    if applied.run is None:
        return Synced(error=applied.error)
    results = {name: applied.run.results.get(name, ()) for name in names}
    return Synced(
        counts={
            name: sum(one.ok and not one.key.startswith(PRIMARY) for one in some) for name, some in results.items()
        },
        complaints=[
            Complaint(issue=one.issue, resource=name, name=one.name)
            for name, some in results.items()
            for one in some
            if one.issue is not None
        ],
        gaps={name: gaps for name in names if (gaps := applied.run.gaps.get(name))},
    )


def fetch_ahead(device: Device, source: Source, options: ImportOptions, *, virtual: bool) -> None:
    """Ask LibreNMS for what the import of a device will need, so that it is in the cache. Whatever fails will fail
    again, with its reason, when the device is imported. No database in here: it runs in a thread of its own."""
    for name in options.resources(virtual=virtual):
        with suppress(LibreNMSError):
            RESOURCES[name].ask(source, device.device_id, in_chassis=False)
    if options.chassis and not virtual and may_be_stack(device):
        with suppress(LibreNMSError):
            source.api.inventory(device.device_id)
