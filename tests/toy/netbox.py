"""Console ports out of NetBox and into it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from dcim.models import ConsolePort
from django.core.exceptions import ValidationError
from django.db import router

from netbox_librenms_plugin.librenms.records import Snapshot
from netbox_librenms_plugin.orm.frame.batches import Batch, BatchRow, Entry, Invalid, Written, entries_of, write_rows
from netbox_librenms_plugin.orm.frame.scope import Scope
from netbox_librenms_plugin.orm.frame.subjects import Subject
from netbox_librenms_plugin.sync.core.plan import Found, Outcome, Ref

from .rules import RESOURCE, ConsolePortContext, ConsolePortReading

Key = tuple[str, int]


def read(
    subjects: Sequence[Subject], snapshots: Mapping[Key, Snapshot], scope: Scope, *, lock: bool = False
) -> dict[Key, ConsolePortReading]:
    """Subject key → reading, in one query. With ``lock`` the rows stay locked until the transaction ends."""
    chosen = [one for one in subjects if one.key in snapshots]
    rows = ConsolePort.objects.restrict(scope.user, "view").filter(device_id__in=[one.object.pk for one in chosen])
    if lock:
        rows = rows.select_for_update(of=("self",))
    by_device: dict[int, list[ConsolePort]] = defaultdict(list)
    for row in rows.order_by("pk"):
        by_device[row.device_id].append(row)
    plugs = {key: row["type"] for key, row in scope.choices.get(RESOURCE, {}).items() if "type" in row}
    return {
        one.key: ConsolePortReading(
            found=[_found(row, one.object) for row in by_device[one.object.pk]],
            context=ConsolePortContext(owner=Ref(one.object.pk, str(one.object)), plugs=plugs),
        )
        for one in chosen
    }


def _found(row: ConsolePort, device: Any) -> Found:
    values = {"name": row.name, "label": row.label, "type": row.type}
    return Found(id=row.pk, name=row.name, owner=Ref(device.pk, str(device)), values=values)


def write(batch: Batch, scope: Scope) -> Written:
    """Each row gives one result."""

    def prepare(entries: Sequence[Entry]) -> tuple[list[BatchRow], list[Invalid]]:
        return _instances(entries, scope)

    for outcome in (Outcome.MISSING, Outcome.CHANGED):
        entries = [one for one in entries_of(batch) if one.change.outcome is outcome]
        yield from write_rows(ConsolePort, entries, scope, prepare=prepare)


def _instances(entries: Sequence[Entry], scope: Scope) -> tuple[list[BatchRow], list[Invalid]]:
    using = router.db_for_write(ConsolePort)
    allowed = ConsolePort.objects.using(using).restrict(scope.user, "change")
    held = allowed.in_bulk([pk for one in entries if (pk := one.change.netbox_id)])
    valid: list[BatchRow] = []
    invalid: list[Invalid] = []
    for one in entries:
        instance = held.get(one.change.netbox_id) or ConsolePort(device=one.subject.object)
        if instance.pk:
            instance.snapshot()
        for name, value in one.values.items():
            setattr(instance, name, value)
        try:
            instance.full_clean()
            valid.append(BatchRow(one, instance))
        except ValidationError as error:
            invalid.append((one, error))
    return valid, invalid
