"""Console ports out of NetBox and into it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dcim.models import ConsolePort
from django.core.exceptions import ValidationError
from django.db import router

from netbox_librenms_plugin.librenms.records import Snapshot
from netbox_librenms_plugin.orm.frame.batches import Invalid, Pair, Row, write_rows
from netbox_librenms_plugin.orm.frame.results import Result
from netbox_librenms_plugin.orm.frame.scope import Scope
from netbox_librenms_plugin.orm.frame.subjects import Subject
from netbox_librenms_plugin.sync.core.plan import Change, Found, Outcome, Ref

from .rules import RESOURCE, Context, Reading

Key = tuple[str, int]


def read(
    subjects: Sequence[Subject], snapshots: Mapping[Key, Snapshot], scope: Scope, *, lock: bool = False
) -> dict[Key, Reading]:
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
        one.key: Reading(
            found=[_found(row, one.object) for row in by_device[one.object.pk]],
            context=Context(owner=Ref(one.object.pk, str(one.object)), plugs=plugs),
        )
        for one in chosen
    }


def _found(row: ConsolePort, device: Any) -> Found:
    values = {"name": row.name, "label": row.label, "type": row.type}
    return Found(id=row.pk, name=row.name, owner=Ref(device.pk, str(device)), values=values)


def write(subject: Subject, changes: Sequence[Change], scope: Scope) -> Iterator[Result]:
    """Each row gives one result."""

    def prepare(rows: Sequence[Pair]) -> tuple[list[Row], list[Invalid]]:
        return _instances(rows, subject, scope)

    for outcome in (Outcome.MISSING, Outcome.CHANGED):
        rows = [(change, change.writes) for change in changes if change.outcome is outcome]
        yield from write_rows(ConsolePort, rows, scope, prepare=prepare)


def _instances(rows: Sequence[Pair], subject: Subject, scope: Scope) -> tuple[list[Row], list[Invalid]]:
    using = router.db_for_write(ConsolePort)
    allowed = ConsolePort.objects.using(using).restrict(scope.user, "change")
    held = allowed.in_bulk([change.netbox_id for change, _values in rows if change.netbox_id])
    valid: list[Row] = []
    invalid: list[Invalid] = []
    for change, values in rows:
        instance = held.get(change.netbox_id) or ConsolePort(device=subject.object)
        if instance.pk:
            instance.snapshot()
        for name, value in values.items():
            setattr(instance, name, value)
        try:
            instance.full_clean()
            valid.append(Row(change, values, instance))
        except ValidationError as error:
            invalid.append((change, error))
    return valid, invalid
