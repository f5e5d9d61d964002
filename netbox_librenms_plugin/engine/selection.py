"""Which rows of a plan are written: those that a person chose, as far as they are still what he saw."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..orm.frame.results import RowResult, failed
from ..orm.frame.subjects import Subject
from ..resources import Resource
from ..sync.core.issues import Code, Issue, issue
from ..sync.core.plan import SYNCABLE, Change, Outcome, Plan, Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which rows of a resource to apply: by ``keys`` (None: all that can be written), of these ``outcomes``.

    ``expected`` holds the fingerprints that the person saw; a row that is no longer so is ``stale`` and not written.
    ``skip`` are rows found to be stale already. ``only``: key → the fields that are written of this row; of rows that
    are not in it all are.
    """

    keys: Sequence[str] | None = None
    expected: Mapping[str, str] | None = None
    exclude_fields: Sequence[str] = ()
    skip: frozenset[str] = frozenset()
    outcomes: Collection[Outcome] = SYNCABLE
    only: Mapping[str, Sequence[str]] = field(default_factory=dict)


def without_stale(plan: Plan, selection: Selection) -> tuple[Selection, list[RowResult]]:
    """The selection without the rows that are no longer as they were shown, and a result for each of those that would
    have been written. Rows that become writable only by the same run stay in, if they are as they were shown."""
    if selection.expected is None:
        return selection, []
    asked = list(plan.by_key) if selection.keys is None else [key for key in selection.keys if key in plan.by_key]
    stale = [key for key in dict.fromkeys(asked) if plan.by_key[key].fingerprint != selection.expected.get(key)]
    told = [plan.by_key[key] for key in stale if selection.keys is not None or plan.by_key[key].syncable]
    return replace(selection, expected=None, skip=frozenset(stale)), [failed(one, issue(Code.STALE)) for one in told]


def rows_to_write(
    resource: Resource, subject: Subject, plan: Plan, selection: Selection
) -> tuple[list[Change], list[RowResult]]:
    """The chosen rows without the fields that were left out, and a result for each that cannot be written."""
    chosen, results = _choose(plan, selection)
    changes = (
        as_chosen(
            resource,
            change,
            selection.exclude_fields,
            virtual=subject.virtual,
            only=selection.only.get(change.key),
        )
        for change in chosen
    )
    return [change for change in changes if change.syncable], results


def as_chosen(
    resource: Resource,
    change: Change,
    exclude_fields: Iterable[str],
    *,
    virtual: bool,
    only: Collection[str] | None = None,
) -> Change:
    """The row without the fields behind the names that people leave out, and of a row that is there with ``only``
    some; what a new object cannot exist without stays."""
    names = frozenset(exclude_fields)
    kept = change.outcome is Outcome.MISSING
    fields = resource.fields(virtual=virtual) if names or only is not None else ()
    return change.without(
        one.name
        for one in fields
        if (one.policy_name in names or one.name in names or (only is not None and one.name not in only and not kept))
        and not (kept and one.required)
    )


def _choose(plan: Plan, selection: Selection) -> tuple[list[Change], list[RowResult]]:
    """The rows to write, and a result for each that was asked for and cannot be."""
    writable = [change.key for change in plan.syncable if change.outcome in selection.outcomes]
    keys = writable if selection.keys is None else list(dict.fromkeys(selection.keys))
    chosen, results = [], []
    for key in (key for key in keys if key not in selection.skip):
        change = plan.by_key.get(key)
        if change is None:
            results.append(failed(_absent(key), issue(Code.UNKNOWN_KEY)))
        elif not change.syncable:
            results.append(failed(change, issue(Code.NOT_SYNCABLE, outcome=change.outcome.value)))
        else:
            chosen.append(change)
    return chosen, results


def _absent(key: str) -> Change:
    """A row that was asked for and is not there."""
    return Change(key=key, name=key, outcome=Outcome.BLOCKED, owner=Ref(None, ""))


def rows_to_remove(
    plan: Plan, snapshot: Any, selection: Selection, *, doubt: Issue | None
) -> tuple[list[Change], list[RowResult]]:
    """The rows to delete: only those that only NetBox has. An answer with gaps proves no absence, nor does one about
    another device (``doubt``), so then none is."""
    keys = list(dict.fromkeys(selection.keys or ()))
    changes = [plan.by_key[key] for key in keys if key in plan.by_key]
    extra = [change for change in changes if change.outcome is Outcome.EXTRA]
    results = [failed(change, issue(Code.STALE)) for change in changes if change.outcome is not Outcome.EXTRA]
    if doubt is not None:
        return [], [*results, *(failed(change, doubt) for change in extra)]
    if not snapshot.complete:
        # Where rows are missing nothing is called extra any more, what was so before the answer had gaps neither
        gone = [_absent(key) for key in keys if key not in plan.by_key]
        return [], [*results, *(failed(change, issue(Code.INCOMPLETE_ANSWER)) for change in (*extra, *gone))]
    return extra, results
