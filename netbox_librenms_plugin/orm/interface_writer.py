"""Interfaces into NetBox: the rows of a plan become audited batches, in the order their references ask for."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, router, transaction
from utilities.exceptions import AbortRequest

from ..sync.issues import Code, issue
from ..sync.plan import Change, Outcome, Ref
from .interface_rows import Preparation, Values
from .interface_store import Store
from .interfaces import model_of
from .permissions import NotAllowedError
from .results import Result, failed, refused, written
from .scope import Scope
from .subjects import Subject

_REFERENCES = ("lag", "parent")
REFUSALS = (DatabaseError, ValidationError, AbortRequest, NotAllowedError)


def write(subject: Subject, changes: Sequence[Change], scope: Scope) -> Iterator[Result]:
    """Write the rows; each gives one result, and a row that NetBox refuses does not stop the others.

    Runs inside the caller's transaction, which holds the locks.
    """
    model = model_of(subject)
    owners = {one.pk: one for one in subject.members}
    made: dict[str, int] = {}
    for level in _levels(changes):
        ready, blocked = _split(level, made)
        yield from blocked
        for outcome in (Outcome.MISSING, Outcome.CHANGED):
            rows = [_resolved(change, made) for change in ready if change.outcome is outcome]
            for result in _write_batch(model, owners, rows, scope):
                if result.ok and result.netbox_id is not None:
                    made[result.key] = result.netbox_id
                yield result


def _open_references(change: Change) -> list[Ref]:
    """References to rows that are not in NetBox yet."""
    values = (change.writes.get(name) for name in _REFERENCES)
    return [value for value in values if isinstance(value, Ref) and value.id is None]


def _levels(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Rows that others refer to come first; a circle ends up in the last level and fails there by its references."""
    waiting = list(changes)
    while waiting:
        keys = {change.key for change in waiting}
        level = [one for one in waiting if not any(ref.key in keys for ref in _open_references(one))] or waiting
        yield level
        waiting = [one for one in waiting if one not in level]


def _split(level: Iterable[Change], made: dict[str, int]) -> tuple[list[Change], list[Result]]:
    ready, blocked = [], []
    for change in level:
        absent = [ref for ref in _open_references(change) if ref.key not in made]
        if absent:
            blocked.append(failed(change, issue(Code.DEPENDENCY_FAILED, name=absent[0].name)))
        else:
            ready.append(change)
    return ready, blocked


def _resolved(change: Change, made: dict[str, int]) -> tuple[Change, Values]:
    """The values to write, with the ids of rows that this run has made."""
    values = change.writes
    for ref_name in _REFERENCES:
        ref = values.get(ref_name)
        if isinstance(ref, Ref) and ref.id is None:
            values[ref_name] = Ref(made[ref.key], ref.name)
    return change, values


def _write_batch(
    model: Any, owners: dict[int, Any], rows: Sequence[tuple[Change, Values]], scope: Scope
) -> Iterator[Result]:
    """All rows in one savepoint; when the database or a permission refuses it, one by one, to name the culprit."""
    if not rows:
        return
    using = router.db_for_write(model)
    valid, invalid = Preparation(model, owners, scope, using, rows).instances(rows)
    yield from (_refusal(change, error) for change, error in invalid)
    store = Store(model, scope, using)
    try:
        with transaction.atomic(using=using):
            ids = store.write(valid)
    except REFUSALS as error:
        if len(valid) == 1:
            yield _refusal(valid[0].change, error)
        else:
            for one in valid:
                yield from _write_batch(model, owners, [(one.change, one.values)], scope)
        return
    store.announce()
    yield from (written(one.change, ids[one.change.key]) for one in valid)


def _refusal(change: Change, error: Exception) -> Result:
    if isinstance(error, NotAllowedError):
        return failed(change, issue(Code.NO_PERMISSION, what=str(error)))
    return refused(change, error)
