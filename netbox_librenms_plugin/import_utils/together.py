"""Import of several devices in one transaction, with the outcome of importing one after the other."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from ..engine import Options, scope_of
from ..librenms.errors import LibreNMSError
from ..librenms.records import Device
from ..librenms.sources import Source
from ..librenms_api import LibreNMSAPI
from ..orm.chassis.devices import create_together
from ..orm.frame.librenms_ids import hold_ids
from ..orm.frame.savepoints import savepoint
from ..sync.chassis.stacks import Stack
from ..sync.core.normalise import text
from .imported import Complaint, Imported
from .left_out import left_out
from .listed_devices import ListedDevices
from .listing import rows_of
from .making import database, hold_serials, new_object, remember, serial_of, stack_of
from .netbox import object_of
from .options import ImportOptions
from .rows import Choice, Kind, Row, State
from .syncing import Synced, sync_together


class ApartError(Exception):
    """Some of the devices can not be imported with others: those with these ids."""

    def __init__(self, ids: frozenset[int]) -> None:
        super().__init__(ids)
        self.ids = ids


def import_together(
    devices: Mapping[int, Device],
    choices: Mapping[int, Choice],
    *,
    source: Source,
    request: Any,
    options: ImportOptions,
    among: ListedDevices,
    seen: Mapping[int, str],
    run: int | None = None,
) -> dict[int, Imported]:
    """Import several devices in one transaction: LibreNMS id → what became of it, as ``import_device`` would say.

    Only what is simple is done so, new devices and those that NetBox has; the others are not in the answer. Raises
    ``ApartError`` where that shows too late, and what NetBox refuses one of them with; then nothing was written.
    ``choices``, ``seen`` and ``run`` as for one, the first two by LibreNMS id.
    """
    api, user = source.api, request.user
    scope = scope_of(api, user, Options())
    with savepoint(database()), transaction.atomic():
        hold_ids(devices, scope, using=database())
        hold_serials(text(one.serial) for one in devices.values())
        rows = rows_of(tuple(devices.values()), api, user=user, choices=choices, among=among)
        held = _held_together([one for one in rows if one.state is State.LINKED], options, user)
        simple = [one for one in rows if _is_simple(one, seen.get(one.librenms_id, ""), devices)]
        new = _of_one_chassis(simple, api, options)
        made = create_together([new_object(one, serial_of(one)) for one in new], scope)
        brought: dict[int, Synced] = {}
        for kind in Kind:
            some = {one.librenms_id: instance for one, instance in zip(new, made, strict=True) if one.kind is kind}
            names = options.resources(virtual=kind is Kind.VM)
            if some and names:
                synced = sync_together(list(some.values()), names, user=user, request=request, source=source, run=run)
                brought |= dict(zip(some, synced, strict=True))
        if apart := frozenset(pk for pk, one in brought.items() if one.error is not None):
            raise ApartError(apart)
    created = {
        one.librenms_id: _created_together(one, instance, brought.get(one.librenms_id, Synced()))
        for one, instance in zip(new, made, strict=True)
    }
    return created | held


def _held_together(rows: Sequence[Row], options: ImportOptions, user: Any) -> dict[int, Imported]:
    """Those that NetBox has and that are not to be synced."""
    found: dict[int, Imported] = {}
    for kind in Kind:
        ids = {
            one.holder.id: one
            for one in rows
            if one.holder is not None and one.holder.kind is kind and one.choice.link is None and not options.existing
        }
        visible = object_of(kind).objects.restrict(user, "view").filter(pk__in=ids) if ids else ()
        for instance in visible:
            row = ids[instance.pk]
            found[row.librenms_id] = Imported(
                librenms_id=row.librenms_id,
                hostname=row.device.hostname,
                outcome="exists",
                object=instance,
                complaints=tuple(Complaint(issue=one) for one in left_out(row, None)),
            )
    return found


def _is_simple(row: Row, seen: str, devices: Mapping[int, Device]) -> bool:
    """Whether the row is something new, still as the person saw it, and no guest of one that is new with it."""
    if row.kind is Kind.VM and row.device.parent_id in devices:
        return False
    return row.state is State.READY and row.holder is None and (not seen or row.fingerprint == seen)


def _of_one_chassis(rows: Sequence[Row], api: LibreNMSAPI, options: ImportOptions) -> list[Row]:
    """Those that are no stacks, as far as LibreNMS answers for them."""
    single: list[Row] = []
    asked: list[tuple[Row, Stack]] = []
    for row in rows:
        try:
            stack = stack_of(row, api, options)
        except LibreNMSError:
            continue
        asked += [(row, stack)] if stack is not None else []
        if stack is None or (stack.issue is None and not stack.members):
            single.append(row)
    remember(asked, api)
    return single


def _created_together(row: Row, instance: Any, synced: Synced) -> Imported:
    counts = {"devices": 1, **synced.counts}
    return Imported(
        librenms_id=row.librenms_id,
        hostname=row.device.hostname,
        outcome="created",
        object=instance,
        complaints=(*(Complaint(issue=one) for one in left_out(row, None)), *synced.complaints),
        counts={name: number for name, number in counts.items() if number},
        gaps=synced.gaps,
    )
