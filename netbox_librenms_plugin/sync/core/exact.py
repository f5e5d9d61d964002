"""Which NetBox object a text of LibreNMS's means: the one it is mapped to, else the one of exactly this name."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from ...librenms.records import UNSET
from .issues import Code, Issue, issue
from .plan import Outcome, Ref

LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedObject:
    """A NetBox object with what it is known by, best first (a device type's part number, then its model)."""

    ref: Ref
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExactMatch:
    """What a text can mean: one object, none, or several. ``hidden``: it is mapped to one the user may not view."""

    refs: tuple[Ref, ...] = ()
    via: str = ""
    hidden: bool = False


Index = Mapping[str, Sequence[Ref]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The objects of one kind that texts can mean.

    ``mapped`` holds people's mappings by folded text, None for a target that the user may not view; ``indexes`` are
    tried in their order, each under its name.
    """

    mapped: Mapping[str, Ref | None] = field(default_factory=dict)
    indexes: Sequence[tuple[str, bool, Index]] = ()

    @classmethod
    def of(
        cls,
        kinds: Sequence[str],
        entries: Sequence[NamedObject],
        mapped: Mapping[str, Ref | None],
        *,
        case_counts: bool = False,
    ) -> Self:
        """A book of entries whose names are of these kinds; each kind is tried exactly, then with case aside."""
        indexes: list[tuple[str, bool, Index]] = []
        for number, kind in enumerate(kinds):
            for folds in (False,) if case_counts else (False, True):
                indexes.append((kind, folds, _index(entries, number, folds=folds)))
        return cls(mapped={text.casefold(): ref for text, ref in mapped.items()}, indexes=indexes)

    def maps(self, text: str) -> bool:
        """Whether somebody mapped the text, to whatever."""
        return text.casefold() in self.mapped

    @property
    def refs(self) -> set[int]:
        """The ids of all objects that it knows."""
        called = (ref for _kind, _folds, index in self.indexes for refs in index.values() for ref in refs)
        return {ref.id for ref in (*called, *self.mapped.values()) if ref is not None and ref.id is not None}

    def find(self, text: str) -> ExactMatch:
        """What the text means, by the first rule that knows it."""
        folded = text.casefold()
        if folded in self.mapped:
            ref = self.mapped[folded]
            return ExactMatch((), "mapping", True) if ref is None else ExactMatch((ref,), "mapping")
        for kind, folds, index in self.indexes:
            refs = index.get(folded if folds else text, ())
            if refs:
                return ExactMatch(tuple(refs), kind)
        return ExactMatch()


def _index(entries: Sequence[NamedObject], number: int, *, folds: bool) -> Index:
    index: dict[str, list[Ref]] = defaultdict(list)
    for one in entries:
        name = one.names[number]
        if name:
            index[name.casefold() if folds else name].append(one.ref)
    return index


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a field whose text was looked up: a value to want, or a reason not to have one."""

    wanted: Any = UNSET
    outcome: Outcome | None = None
    issues: tuple[Issue, ...] = ()
    candidates: Mapping[int, str] = field(default_factory=dict)
    via: str = ""


def judge(
    text: str, answer: ExactMatch, *, held: Ref | None, chosen: int | None, absent: Code, **details: str
) -> Verdict:
    """One meaning is wanted; of several, the one that NetBox holds already or that a person chose.

    ``absent`` is the reason where nothing is meant, with its ``details`` beside the text.
    """
    said = text[:LONGEST_TEXT]
    if answer.hidden:
        return Verdict(outcome=Outcome.BLOCKED, issues=(issue(Code.TARGET_HIDDEN, text=said),))
    if not answer.refs:
        return Verdict(outcome=Outcome.BLOCKED, issues=(issue(absent, text=said, **details),))
    candidates = {ref.id: ref.name for ref in answer.refs if ref.id is not None}
    by_id = {ref.id: ref for ref in answer.refs}
    several = candidates if len(candidates) > 1 else {}
    taken = chosen if chosen in by_id else held.id if held is not None and held.id in by_id else None
    if len(answer.refs) == 1 or taken is not None:
        return Verdict(wanted=by_id.get(taken, answer.refs[0]), candidates=several, via=answer.via)
    names = tuple({"id": ref.id, "name": ref.name} for ref in answer.refs)
    reason = issue(Code.SEVERAL_MEANT, text=said, candidates=names)
    return Verdict(outcome=Outcome.CONFLICT, issues=(reason,), candidates=several, via=answer.via)
