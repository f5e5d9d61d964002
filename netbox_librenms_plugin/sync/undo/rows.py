"""Whether the effect of a run on an object can be undone: only what nobody changed since."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from ..core.issues import Code, Issue, issue
from .effects import CUSTOM, Action, Effect, Key, Values


class Standing(StrEnum):
    """How a row of an undo stands. ``DONE``: it is as before the run already. ``LEFT``: it stays as it is."""

    READY = "ready"
    DONE = "done"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field: the value that the run left, and the one that comes back; ``absent``: it had none at all, as a custom
    field can that nobody ever set."""

    field: str
    now: Any
    then: Any
    absent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """An entry of the change log that is newer than the run's and not its own. ``fields`` are those that it changed,
    ``when`` is a time as ISO 8601 writes it."""

    who: str
    when: str
    action: str
    fields: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of an object as NetBox holds it now.

    ``present``: its values, None where it is not there. ``later``: the entries of others, the newest first.
    ``refusal``: what the user may not do, empty if he may. ``lost``: field → what its earlier value referred to, which
    is gone; ``needed``: those of them that cannot be empty. ``pairs``: fields that are one value together. ``same``:
    whether two values of a field are one.
    """

    present: Values | None
    later: Sequence[Later] = ()
    refusal: str = ""
    lost: Mapping[str, str] = field(default_factory=dict)
    needed: Collection[str] = ()
    pairs: Sequence[frozenset[str]] = ()
    same: Callable[[str, Any, Any], bool] = lambda _field, one, other: bool(one == other)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoRow:
    """One object of an undo.

    ``owner``: the device or VM that it hangs on, None where there is none. ``fields``: what is put back. ``needs``:
    objects that have to be there again first, by field; ``firm`` are those fields that cannot be empty until then,
    ``late`` those that are set when all others are done. ``along``: the object with which it is deleted. ``first`` and
    ``last``: where the run's entries about it begin and end.
    """

    key: Key
    name: str
    action: Action
    standing: Standing
    first: int
    last: int
    owner: Key | None = None
    owner_name: str = ""
    fields: tuple[FieldChange, ...] = ()
    issues: tuple[Issue, ...] = ()
    needs: Mapping[str, Key] = field(default_factory=dict)
    firm: frozenset[str] = frozenset()
    late: frozenset[str] = frozenset()
    along: Key | None = None

    @property
    def ready(self) -> bool:
        """Whether undoing does something to it."""
        return self.standing is Standing.READY

    def left(self, reason: Issue) -> "UndoRow":
        """The same row, which stays as it is for this reason."""
        return replace(self, standing=Standing.LEFT, fields=(), issues=(*self.issues, reason))


def decide(effect: Effect, known: Known) -> UndoRow:
    """What undoing does to one object, as far as the object itself says."""
    row = UndoRow(
        key=effect.key,
        name=effect.name,
        action=effect.action,
        standing=Standing.READY,
        first=effect.first,
        last=effect.last,
    )
    if effect.unknown:
        return row.left(issue(Code.BEFORE_UNKNOWN))
    decisions = {Action.DELETE: _deleted, Action.PUT_BACK: _put_back, Action.RECREATE: _recreated}
    row = decisions[effect.action](row, effect, known)
    if row.ready and known.refusal:
        return row.left(issue(Code.NO_PERMISSION, what=known.refusal))
    return row


def _deleted(row: UndoRow, effect: Effect, known: Known) -> UndoRow:
    """What the run made goes, if it is exactly as the run left it."""
    if known.present is None:
        return replace(row, standing=Standing.DONE)
    assert effect.after is not None
    names = [name for name in effect.after if name in known.present]
    changed = [name for name in names if not known.same(name, known.present[name], effect.after[name])]
    changed += [
        name
        for name, value in known.present.items()
        if name.startswith(CUSTOM) and name not in effect.after and value not in (None, "")
    ]
    if changed or known.later:
        return row.left(_changed(row, changed, known.later))
    return row


def _put_back(row: UndoRow, effect: Effect, known: Known) -> UndoRow:
    """Each field that the run changed gets its value of before, if it still has that of the run."""
    if known.present is None:
        gone = known.later[0] if known.later and known.later[0].action == "delete" else None
        return row.left(
            issue(Code.DELETED_SINCE, who=gone.who, when=gone.when) if gone else issue(Code.DELETED_SINCE_UNKNOWN)
        )
    assert effect.before is not None and effect.after is not None
    before, after, present = effect.before, effect.after, known.present
    open_fields = [name for name in effect.fields if not known.same(name, present.get(name), before.get(name))]
    if not open_fields:
        return replace(row, standing=Standing.DONE)
    changed = {name for name in open_fields if not known.same(name, present.get(name), after.get(name))}
    lost = {name for name in open_fields if name in known.lost} - changed
    kept_from = _with_partners(changed | lost, known.pairs)
    fields = tuple(
        FieldChange(field=name, now=present.get(name), then=before.get(name), absent=name not in before)
        for name in open_fields
        if name not in kept_from
    )
    issues = (*((_changed(row, sorted(changed), known.later),) if changed else ()), *_lost(row, lost, known))
    standing = Standing.READY if fields else Standing.LEFT
    return replace(row, fields=fields, issues=issues, standing=standing)


def _recreated(row: UndoRow, effect: Effect, known: Known) -> UndoRow:
    """What the run deleted comes back. What it referred to may be gone, where NetBox does without."""
    if known.present is not None:
        return replace(row, standing=Standing.DONE)
    row = replace(row, issues=_lost(row, known.lost, known))
    if any(name in known.needed for name in known.lost):
        return replace(row, standing=Standing.LEFT)
    return row


def _with_partners(names: Collection[str], pairs: Sequence[frozenset[str]]) -> set[str]:
    return {*names, *(name for pair in pairs if pair & set(names) for name in pair)}


def _lost(row: UndoRow, names: Collection[str], known: Known) -> tuple[Issue, ...]:
    return tuple(
        issue(Code.REFERENCE_GONE, fields=[f"{row.key[0]}.{name}"], name=known.lost[name]) for name in sorted(names)
    )


def _changed(row: UndoRow, names: Sequence[str], later: Sequence[Later]) -> Issue:
    """Who changed it, by the newest entry that speaks of it."""
    about = set(names)
    entry = next((one for one in later if one.fields & about), later[0] if later and not about else None)
    fields = [f"{row.key[0]}.{name}" for name in names or sorted(entry.fields if entry else ())]
    if entry is None:
        return issue(Code.CHANGED_SINCE_UNKNOWN, fields=fields)
    if not fields:
        return issue(Code.TOUCHED_SINCE, who=entry.who, when=entry.when)
    return issue(Code.CHANGED_SINCE, fields=fields, who=entry.who, when=entry.when)
