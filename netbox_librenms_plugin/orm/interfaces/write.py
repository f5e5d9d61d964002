"""Interfaces into NetBox: the rows of plans become audited batches, in the order their references ask for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from django.db import router

from ...sync.core.issues import Code, issue
from ...sync.core.plan import Outcome, Ref
from ..frame.batches import Batch, BatchRow, Entry, Invalid, Written, entries_of, write_rows
from ..frame.results import RowResult, failed
from ..frame.scope import Scope
from .read import model_of
from .rows import Preparation
from .store import InterfaceStore

_REFERENCES = ("lag", "parent")
# (model, id, row) of each row that this run has made → id of its interface
Made = dict[tuple[str, int, str], int]


def write(batch: Batch, scope: Scope) -> Written:
    """Write the rows; each gives one result, and a row that NetBox refuses does not stop the others.

    Runs inside the caller's transaction, which holds the locks.
    """
    for model in {model_of(subject): None for subject, _changes in batch}:
        some = [(subject, changes) for subject, changes in batch if model_of(subject) is model]
        owners = {member.pk: member for subject, _changes in some for member in subject.members}

        def prepare(entries: Sequence[Entry]) -> tuple[list[BatchRow], list[Invalid]]:
            return Preparation(model, owners, scope, router.db_for_write(model), entries).instances(entries)

        made: Made = {}
        for level in _levels(entries_of(some)):
            ready, blocked = _split(level, made)
            yield from blocked
            for outcome in (Outcome.MISSING, Outcome.CHANGED):
                entries = [_resolved(one, made) for one in ready if one.change.outcome is outcome]
                for entry, result in write_rows(model, entries, scope, prepare=prepare, store=InterfaceStore):
                    if result.ok and result.netbox_id is not None:
                        made[entry.key] = result.netbox_id
                    yield entry, result


def _open_references(entry: Entry) -> Mapping[str, Ref]:
    """Field → row that is not in NetBox yet."""
    values = ((name, entry.values.get(name)) for name in _REFERENCES)
    return {name: value for name, value in values if isinstance(value, Ref) and value.id is None}


def _key_of(entry: Entry, ref: Ref) -> tuple[str, int, str]:
    """The key of another row of the same object."""
    return (*entry.subject.key, ref.key)


def _levels(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Rows that others refer to come first; a circle ends up in the last level and fails there by its references."""
    waiting = {one.key: one for one in entries}
    while waiting:
        level = [
            one
            for one in waiting.values()
            if not any(_key_of(one, ref) in waiting for ref in _open_references(one).values())
        ] or list(waiting.values())
        yield level
        for one in level:
            del waiting[one.key]


def _split(level: Iterable[Entry], made: Made) -> tuple[list[Entry], list[tuple[Entry, RowResult]]]:
    ready, blocked = [], []
    for one in level:
        absent = [ref for ref in _open_references(one).values() if _key_of(one, ref) not in made]
        if absent:
            blocked.append((one, failed(one.change, issue(Code.DEPENDENCY_FAILED, name=absent[0].name))))
        else:
            ready.append(one)
    return ready, blocked


def _resolved(entry: Entry, made: Made) -> Entry:
    """With the ids of rows that this run has made."""
    known = {name: Ref(made[_key_of(entry, ref)], ref.name) for name, ref in _open_references(entry).items()}
    return replace(entry, values={**entry.values, **known}) if known else entry
