"""Interfaces into NetBox: the rows of a plan become audited batches, in the order their references ask for."""

from collections.abc import Iterable, Iterator, Sequence

from django.db import router

from ...sync.core.issues import Code, issue
from ...sync.core.plan import Change, Outcome, Ref
from ..frame.batches import Invalid, Pair, Row, write_rows
from ..frame.results import Result, failed
from ..frame.scope import Scope
from ..frame.subjects import Subject
from .read import model_of
from .rows import Preparation
from .store import InterfaceStore

_REFERENCES = ("lag", "parent")


def write(subject: Subject, changes: Sequence[Change], scope: Scope) -> Iterator[Result]:
    """Write the rows; each gives one result, and a row that NetBox refuses does not stop the others.

    Runs inside the caller's transaction, which holds the locks.
    """
    model = model_of(subject)
    owners = {one.pk: one for one in subject.members}

    def prepare(rows: Sequence[Pair]) -> tuple[list[Row], list[Invalid]]:
        return Preparation(model, owners, scope, router.db_for_write(model), rows).instances(rows)

    made: dict[str, int] = {}
    for level in _levels(changes):
        ready, blocked = _split(level, made)
        yield from blocked
        for outcome in (Outcome.MISSING, Outcome.CHANGED):
            rows = [_resolved(change, made) for change in ready if change.outcome is outcome]
            for result in write_rows(model, rows, scope, prepare=prepare, store=InterfaceStore):
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


def _resolved(change: Change, made: dict[str, int]) -> Pair:
    """The values to write, with the ids of rows that this run has made."""
    values = change.writes
    for ref_name in _REFERENCES:
        ref = values.get(ref_name)
        if isinstance(ref, Ref) and ref.id is None:
            values[ref_name] = Ref(made[ref.key], ref.name)
    return change, values
