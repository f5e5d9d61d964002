"""Rows of a plan become audited batches of one model: all at once, or one by one where the batch is refused."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, router
from utilities.exceptions import AbortRequest

from ...sync.core.issues import Code, issue
from ...sync.core.plan import Change, Outcome
from . import audit
from .permissions import NotAllowedError, require, require_rows
from .results import Result, failed, refused, written
from .savepoints import savepoint
from .scope import Scope

Values = Mapping[str, Any]
Pair = tuple[Change, Values]
Invalid = tuple[Change, Exception]
REFUSALS = (DatabaseError, ValidationError, AbortRequest, NotAllowedError)


@dataclass(slots=True)
class Row:
    """One object of a batch: the change, the values to write, and the instance they were put into."""

    change: Change
    values: Values
    instance: Any


class Store:
    """Writes one batch of new or of existing objects inside the caller's savepoint; ``announce`` when that held."""

    def __init__(self, model: Any, scope: Scope, using: str) -> None:
        self.model, self.scope, self.using = model, scope, using
        self._done: list[Callable[[], None]] = []

    def write(self, rows: Sequence[Row]) -> dict[str, int]:
        """Row key → primary key. All rows are new, or all exist."""
        if not rows:
            return {}
        creating = rows[0].change.outcome is Outcome.MISSING
        action = "add" if creating else "change"
        require(self.scope.user, action, self.model)
        if creating:
            self.insert(rows)
        else:
            self.update(rows)
        require_rows(self.scope.user, action, self.model, [row.instance.pk for row in rows], using=self.using)
        return {row.change.key: row.instance.pk for row in rows}

    def insert(self, rows: Sequence[Row]) -> None:
        """Make the objects, which have no many-to-many relations yet."""
        instances = [row.instance for row in rows]
        audit.insert(instances, using=self.using)
        audit.preset_relations(instances)
        self.log(instances, created=True)

    def update(self, rows: Sequence[Row]) -> None:
        """Store the columns that the rows' values name."""
        instances = [row.instance for row in rows]
        audit.update(instances, {name for row in rows for name in row.values}, using=self.using)
        self.log(instances, created=False)

    def log(self, instances: Sequence[Any], *, created: bool) -> None:
        """Change log now, events and search when it is certain."""
        audit.log(instances, created=created, message=self.scope.message, using=self.using)
        self._done.append(lambda: audit.announce(instances, created=created, using=self.using))

    def announce(self) -> None:
        """Events and search index of everything written."""
        for one in self._done:
            one()


Prepare = Callable[[Sequence[Pair]], tuple[list[Row], list[Invalid]]]


def write_rows(
    model: Any, rows: Sequence[Pair], scope: Scope, *, prepare: Prepare, store: type[Store] = Store
) -> Iterator[Result]:
    """All rows in one savepoint; when the database or a permission refuses it, one by one, to name the culprit.

    ``prepare`` puts values into validated instances; it is asked anew for each try, since a refused batch leaves
    instances that look stored.
    """
    if not rows:
        return
    using = router.db_for_write(model)
    valid, invalid = prepare(rows)
    yield from (refusal_of(change, error) for change, error in invalid)
    batch = store(model, scope, using)
    try:
        with savepoint(using):
            ids = batch.write(valid)
    except REFUSALS as error:
        if len(valid) == 1:
            yield refusal_of(valid[0].change, error)
        else:
            for one in valid:
                yield from write_rows(model, [(one.change, one.values)], scope, prepare=prepare, store=store)
        return
    batch.announce()
    yield from (written(one.change, ids[one.change.key]) for one in valid)


def refusal_of(change: Change, error: Exception) -> Result:
    """The row is not written: a permission, or NetBox's own reason."""
    if isinstance(error, NotAllowedError):
        return failed(change, issue(Code.NO_PERMISSION, what=str(error)))
    return refused(change, error)
