"""The plan of an undo: its rows settled against each other, and the steps in which they are done."""

import hashlib
import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ..core.issues import Code, Issue, issue
from .effects import Action, Key
from .rows import Standing, UndoRow

# Objects that are named where something hangs on what was to be deleted
MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Referrer:
    """Something that hangs on an object (``target``) by a ``field``. ``cascades``: it is deleted along with it.
    ``protects``: it keeps NetBox from deleting. ``part``: it is a part of it rather than of anything else it hangs on.
    ``name``: for people."""

    target: Key
    source: Key
    field: str
    name: str = ""
    cascades: bool = False
    protects: bool = False
    part: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do. ``only``: fields that are set, of an object that came back already; None: all of the row.
    ``without``: fields that are left empty for now, since what they refer to comes back later. ``despite``: what hangs
    on the object still when it is its turn to be deleted, as it goes later."""

    key: Key
    only: frozenset[str] | None = None
    without: frozenset[str] = frozenset()
    despite: frozenset[Key] = frozenset()


@dataclass(frozen=True)
class UndoPlan:
    """What undoing a run would do. ``problem``: why nothing of it can be undone at all. ``steps``: the rows that are
    ready, in their order, without those that go along with another."""

    rows: tuple[UndoRow, ...] = ()
    steps: tuple[Step, ...] = ()
    problem: Issue | None = None

    @cached_property
    def by_key(self) -> Mapping[Key, UndoRow]:
        """Key → row."""
        return {one.key: one for one in self.rows}

    @cached_property
    def ready(self) -> tuple[UndoRow, ...]:
        """What undoing would do something to."""
        return tuple(one for one in self.rows if one.ready)

    @cached_property
    def left_out(self) -> tuple[UndoRow, ...]:
        """What stays as it is, wholly or in part, with its reasons."""
        return tuple(one for one in self.rows if one.issues)

    @property
    def counts(self) -> dict[str, int]:
        """Action → rows that are ready; ``done``: those that are as before; ``left``: those that stay."""
        actions = Counter(one.action.value for one in self.ready)
        standings = Counter(one.standing for one in self.rows)
        return {
            **{action.value: actions[action] for action in Action},
            "done": standings[Standing.DONE],
            "left": standings[Standing.LEFT],
        }

    @cached_property
    def fingerprint(self) -> str:
        """Short digest of everything that undoing would do."""
        parts = [(one.key, one.action, [(f.field, f.now, f.then) for f in one.fields]) for one in self.ready]
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def settled(rows: Iterable[UndoRow], referrers: Iterable[Referrer]) -> UndoPlan:
    """The plan of these rows: what something else hangs on is not deleted, what needs something that stays away does
    not come back, and all that is left is ordered."""
    known = {one.key: one for one in rows}
    hanging: dict[Key, list[Referrer]] = defaultdict(list)
    for one in sorted(referrers, key=lambda one: not one.part):
        if one.target in known and one.source != one.target:
            hanging[one.target].append(one)
    while changed := [new for row in known.values() if row.ready and (new := _settled(row, known, hanging)) is not row]:
        known |= {row.key: row for row in changed}
    along = _along(known, hanging)
    ordered = sorted(known.values(), key=lambda one: -one.last)
    placed = tuple(replace(one, along=along[one.key]) if one.key in along else one for one in ordered)
    return UndoPlan(rows=placed, steps=tuple(_steps([one for one in placed if one.ready], hanging)))


def _settled(row: UndoRow, known: Mapping[Key, UndoRow], hanging: Mapping[Key, Sequence[Referrer]]) -> UndoRow:
    if row.action is Action.DELETE:
        kept = dict.fromkeys(one.name for one in hanging.get(row.key, ()) if not _goes(one, known))
        return row.left(issue(Code.HANGS_ON_IT, candidates=list(kept)[:MOST_NAMED], count=len(kept))) if kept else row
    absent = {name: key for name, key in row.needs.items() if not _comes(key, known)}
    if not absent:
        return row
    if row.action is Action.PUT_BACK:
        fields = tuple(one for one in row.fields if one.field not in absent)
        row = replace(row, fields=fields, standing=Standing.READY if fields else Standing.LEFT)
    else:
        row = replace(row, standing=Standing.LEFT)
    names = [
        issue(Code.REFERENCE_GONE, fields=[f"{row.key[0]}.{name}"], name=known[key].name)
        for name, key in absent.items()
    ]
    needs = {name: key for name, key in row.needs.items() if name not in absent}
    return replace(row, issues=(*row.issues, *names), needs=needs)


def _goes(one: Referrer, known: Mapping[Key, UndoRow]) -> bool:
    """Whether what hangs on an object will hang on it no more."""
    source = known.get(one.source)
    if source is None or not source.ready:
        return False
    return source.action is Action.DELETE or any(change.field == one.field for change in source.fields)


def _comes(key: Key, known: Mapping[Key, UndoRow]) -> bool:
    row = known.get(key)
    return row is None or row.standing is not Standing.LEFT


def _along(known: Mapping[Key, UndoRow], hanging: Mapping[Key, Sequence[Referrer]]) -> dict[Key, Key]:
    """What is deleted → the outermost object that it is deleted along with."""
    holder: dict[Key, Key] = {}
    for target, some in hanging.items():
        if not (known[target].ready and known[target].action is Action.DELETE):
            continue
        for one in some:
            if one.cascades and one.source in known and known[one.source].action is Action.DELETE:
                holder.setdefault(one.source, target)
    return {key: _outermost(key, holder) for key in holder}


def _outermost(key: Key, holder: Mapping[Key, Key]) -> Key:
    seen = {key}
    while key in holder and holder[key] not in seen:
        key = holder[key]
        seen.add(key)
    return key


def _steps(rows: Sequence[UndoRow], hanging: Mapping[Key, Sequence[Referrer]]) -> list[Step]:
    """The rows in the reverse order of the run, but what others need comes before them; the rows of one owner stay
    together where nothing speaks against it."""
    by_key = {one.key: one for one in rows}
    root = {one.key: one.along or one.key for one in rows}
    order = _Order([one for one in rows if one.along is None])
    for row in rows:
        if row.action is Action.DELETE:
            for one in hanging.get(row.key, ()):
                if one.source in by_key:
                    order.before(root[one.source], root[row.key], hard=one.protects)
        for name, key in row.needs.items():
            if key in by_key and name not in row.late:
                order.before(key, row.key, hard=name in row.firm)
    done: set[Key] = set()
    steps: list[Step] = []
    later: list[Step] = []
    keys = order.sorted()
    members: dict[Key, list[Key]] = defaultdict(list)
    for key, holder in root.items():
        members[holder].append(key)
    for key in keys:
        row = by_key[key]
        done.add(key)
        if row.action is Action.RECREATE:
            waiting = (
                frozenset(name for name, need in row.needs.items() if need in by_key and need not in done) | row.late
            )
            steps.append(Step(key=key, without=waiting))
            later += [Step(key=key, only=waiting)] if waiting else []
        else:
            cut = order.cuts.get(key, set())
            hung = [one.source for some in members[key] for one in hanging.get(some, ())] if cut else []
            steps.append(Step(key=key, despite=frozenset(one for one in hung if root.get(one) in cut)))
    return [*steps, *later]


class _Order:
    """Sorts by what comes before what. Where that is a circle, only ``hard`` ones count. ``cuts``: object → those that
    it was not kept behind."""

    def __init__(self, rows: Sequence[UndoRow]) -> None:
        self.rows = {one.key: one for one in rows}
        self.after: dict[Key, set[Key]] = defaultdict(set)
        self.waits: dict[Key, dict[Key, bool]] = {one.key: {} for one in rows}
        self.cuts: dict[Key, set[Key]] = defaultdict(set)
        self._of_owner: dict[Key | None, list[tuple[int, Key]]] = defaultdict(list)
        self._ready: list[tuple[int, Key]] = []

    def before(self, first: Key, second: Key, *, hard: bool) -> None:
        """``first`` has to be done before ``second``."""
        if first != second and first in self.rows and second in self.rows:
            self.after[first].add(second)
            self.waits[second][first] = hard or self.waits[second].get(first, False)

    def sorted(self) -> list[Key]:
        """All keys: what is free, that of the same owner first, the last of the run first."""
        found: list[Key] = []
        left = dict.fromkeys(self.rows)
        for one in self.rows:
            self._free(one)
        owner: Key | None = None
        while left:
            found_free = self._next(owner, left)
            if found_free is None:
                self._cut(left)
                continue
            key, owner = found_free, self.rows[found_free].owner
            del left[key]
            found.append(key)
            for other in self.after[key]:
                if self.waits[other].pop(key, None) is not None and other in left:
                    self._free(other)
        return found

    def _free(self, key: Key) -> None:
        if not self.waits[key]:
            place = (-self.rows[key].last, key)
            heapq.heappush(self._of_owner[self.rows[key].owner], place)
            heapq.heappush(self._ready, place)

    def _next(self, owner: Key | None, left: Mapping[Key, None]) -> Key | None:
        for heap in (self._of_owner[owner], self._ready):
            while heap:
                _place, key = heapq.heappop(heap)
                if key in left:
                    return key
        return None

    def _cut(self, left: Mapping[Key, None]) -> None:
        """Open a circle: one of those in it waits no more for the next, where that can be."""
        path: dict[Key, None] = {}
        key = next(iter(left))
        while key not in path:
            path[key] = None
            key = next(iter(self.waits[key]))
        circle = list(path)[list(path).index(key) :]
        pairs = list(zip(circle, [*circle[1:], circle[0]], strict=True))
        waiter, other = min(pairs, key=lambda pair: (self.waits[pair[0]][pair[1]], self._is_put_back(pair[0])))
        del self.waits[waiter][other]
        self.cuts[waiter].add(other)
        self._free(waiter)

    def _is_put_back(self, key: Key) -> bool:
        """What is only put back can wait: nothing waits for it but deletions."""
        return self.rows[key].action is Action.PUT_BACK
