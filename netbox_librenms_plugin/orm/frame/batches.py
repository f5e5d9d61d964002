"""Rows of plans become audited batches of one model, those of many objects at once; where a batch is refused, object by
object, then row by row."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.models import ObjectChange
from django.core.exceptions import ValidationError
from django.db import DatabaseError, router
from utilities.exceptions import AbortRequest

from ...sync.core.issues import Code, issue
from ...sync.core.plan import Change, Outcome
from . import audit
from .permissions import NotAllowedError, require, require_rows
from .results import RowResult, failed, refused, written
from .savepoints import savepoint
from .scope import Scope
from .subjects import Subject

Values = Mapping[str, Any]
REFUSALS = (DatabaseError, ValidationError, AbortRequest, NotAllowedError)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row that is to be written: of whose plan it is, and its values, with the ids of rows of the same run."""

    subject: Subject
    change: Change
    values: Values

    @property
    def key(self) -> tuple[str, int, str]:
        """What tells it from the rows of the same and of other objects."""
        return (*self.subject.key, self.change.key)


# The rows that are to be written of some objects
Batch = Sequence[tuple[Subject, Sequence[Change]]]
Invalid = tuple[Entry, Exception]
Written = Iterator[tuple[Entry, RowResult]]


@dataclass(slots=True)
class BatchRow:
    """One object of a batch: the entry, and the instance that its values were put into."""

    entry: Entry
    instance: Any

    @property
    def change(self) -> Change:
        """The row of the plan."""
        return self.entry.change

    @property
    def values(self) -> Values:
        """The values to write."""
        return self.entry.values


class Store:
    """Writes one batch of new or of existing objects inside the caller's savepoint; ``announce`` when that held."""

    def __init__(self, model: Any, scope: Scope, using: str) -> None:
        self.model, self.scope, self.using = model, scope, using
        self._done: list[Callable[[], None]] = []

    def write(self, rows: Sequence[BatchRow]) -> None:
        """Write them. All rows are new, or all exist."""
        if not rows:
            return
        creating = rows[0].change.outcome is Outcome.MISSING
        action = "add" if creating else "change"
        require(self.scope.user, action, self.model)
        if creating:
            self.insert(rows)
        else:
            self.update(rows)
        require_rows(self.scope.user, action, self.model, [row.instance.pk for row in rows], using=self.using)

    def insert(self, rows: Sequence[BatchRow]) -> None:
        """Make the objects, which have no many-to-many relations yet."""
        instances = [row.instance for row in rows]
        audit.insert(instances, using=self.using)
        audit.preset_relations(instances)
        self.log(instances, created=True)

    def update(self, rows: Sequence[BatchRow]) -> None:
        """Store the columns that the rows' values name."""
        instances = [row.instance for row in rows]
        audit.update(instances, {name for row in rows for name in row.values}, using=self.using)
        self.log(instances, created=False)

    def log(self, instances: Sequence[Any], *, created: bool) -> list[ObjectChange]:
        """Change log now, events and search when it is certain; the entries of what was logged."""
        entries = audit.log(instances, created=created, message=self.scope.message, using=self.using)
        self._done.append(lambda: audit.announce(instances, created=created, using=self.using))
        return entries

    def announce(self) -> None:
        """Events and search index of everything written."""
        for one in self._done:
            one()


Prepare = Callable[[Sequence[Entry]], tuple[list[BatchRow], list[Invalid]]]


def entries_of(batch: Batch) -> list[Entry]:
    """The rows to write, one by one."""
    return [Entry(subject, change, change.writes) for subject, changes in batch for change in changes]


def write_rows(
    model: Any, entries: Sequence[Entry], scope: Scope, *, prepare: Prepare, store: type[Store] = Store
) -> Written:
    """All rows in one savepoint; when the database or a permission refuses it, in ever smaller parts, to name the
    culprit: each object's rows, then each row.

    ``prepare`` puts values into validated instances; it is asked anew for each try, since a refused batch leaves
    instances that look stored.
    """
    if not entries:
        return
    using = router.db_for_write(model)
    valid, invalid = prepare(entries)
    yield from ((entry, refusal_of(entry.change, error)) for entry, error in invalid)
    batch = store(model, scope, using)
    try:
        with savepoint(using):
            batch.write(valid)
    except REFUSALS as error:
        if len(valid) == 1:
            yield valid[0].entry, refusal_of(valid[0].change, error)
        else:
            for some in _parts([one.entry for one in valid]):
                yield from write_rows(model, some, scope, prepare=prepare, store=store)
        return
    batch.announce()
    yield from ((one.entry, written(one.change, one.instance.pk)) for one in valid)


def _parts(entries: Sequence[Entry]) -> Iterable[Sequence[Entry]]:
    """Each object's entries, or each entry where they are of one object."""
    by_subject: dict[tuple[str, int], list[Entry]] = {}
    for one in entries:
        by_subject.setdefault(one.subject.key, []).append(one)
    return by_subject.values() if len(by_subject) > 1 else [[one] for one in entries]


def refusal_of(change: Change, error: Exception) -> RowResult:
    """The row is not written: a permission, or NetBox's own reason."""
    if isinstance(error, NotAllowedError):
        return failed(change, issue(Code.NO_PERMISSION, what=str(error)))
    return refused(change, error)
