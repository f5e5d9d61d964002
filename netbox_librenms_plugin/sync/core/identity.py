"""Who is who: an ordered list of matchers, and an answer that is one, none or several. Several is never a choice."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from .plan import Found, Wanted


@dataclass(frozen=True, slots=True)
class Matcher:
    """One way to be the same object: both sides give a key, or None where this matcher has nothing to say.

    ``denied_by``: matchers that are asked about each pair of this one. Where they know the found object as another
    wanted one, and not as this, the pair is none; and neither is it where they know the wanted one as another found
    object that this matcher knows as somebody else, too.
    """

    name: str
    of_found: Callable[[Found], Hashable | None]
    of_wanted: Callable[[Wanted], Hashable | None]
    denied_by: tuple["Matcher", ...] = ()


@dataclass(frozen=True, slots=True)
class Matching:
    """The result: wanted key → found (with the matcher's name), wanted key → rivals, and the found nobody wants."""

    pairs: Mapping[str, tuple[Found, str]] = field(default_factory=dict)
    rivals: Mapping[str, tuple[Found, ...]] = field(default_factory=dict)
    claimed_twice: frozenset[str] = frozenset()
    unclaimed: tuple[Found, ...] = ()


def match(found: Sequence[Found], wanted: Sequence[Wanted], matchers: Iterable[Matcher]) -> Matching:
    """Pair the two sides. The first matcher that knows a wanted object decides; a paired object leaves the pool.

    Two wanted objects that claim the same found object are both conflicts, whatever their order.
    """
    pairs: dict[str, tuple[Found, str]] = {}
    rivals: dict[str, tuple[Found, ...]] = {}
    twice: set[str] = set()
    taken: set[int] = set()
    for matcher in matchers:
        waiting = [one for one in wanted if one.key not in pairs and one.key not in rivals]
        if not waiting:
            break
        known = _Claimants(matcher, found, wanted)
        pool = _index(matcher, (one for one in found if one.id not in taken))
        claims: dict[int, list[str]] = defaultdict(list)
        for one in waiting:
            key = matcher.of_wanted(one)
            hits = [hit for hit in pool.get(key, ()) if not known.deny(hit, one)] if key is not None else []
            if len(hits) > 1:
                rivals[one.key] = tuple(hits)
            elif hits:
                pairs[one.key] = (hits[0], matcher.name)
                claims[hits[0].id].append(one.key)
        for keys in claims.values():
            if len(keys) > 1:
                twice.update(keys)
        taken.update(claims)
    in_conflict = {one.id for several in rivals.values() for one in several}
    unclaimed = tuple(one for one in found if one.id not in taken and one.id not in in_conflict)
    return Matching(pairs=pairs, rivals=rivals, claimed_twice=frozenset(twice), unclaimed=unclaimed)


@dataclass(frozen=True)
class _Claimants:
    """Which wanted objects the matchers that may deny one know a found object as, and the other way round."""

    matcher: Matcher
    found: Sequence[Found]
    wanted: Sequence[Wanted]

    def deny(self, found: Found, wanted: Wanted) -> bool:
        """Whether the found object is known as others, and not as this one, or this one as others."""
        # The usual case, which needs no look at all the others
        if any(_agree(one, found, wanted) for one in self.matcher.denied_by):
            return False
        if any(one.of_found(found) in known for one, known in self._claimed):
            return True
        others = [ids for one, held in self._holders if (ids := held.get(one.of_wanted(wanted)))]
        return bool(others) and all(found.id not in ids for ids in others)

    @cached_property
    def _claimed(self) -> Sequence[tuple[Matcher, frozenset[Hashable]]]:
        """By each matcher the keys that some wanted object has."""
        return [(one, _keys(map(one.of_wanted, self.wanted))) for one in self.matcher.denied_by]

    @cached_property
    def _holders(self) -> Sequence[tuple[Matcher, Mapping[Hashable, set[int]]]]:
        """By each matcher the found objects that this one knows as somebody, by their keys."""
        bound = [one for one in self.found if self.matcher.of_found(one) is not None]
        return [(one, _ids(one, bound)) for one in self.matcher.denied_by]


def _agree(matcher: Matcher, found: Found, wanted: Wanted) -> bool:
    key = matcher.of_wanted(wanted)
    return key is not None and key == matcher.of_found(found)


def _keys(keys: Iterable[Hashable | None]) -> frozenset[Hashable]:
    return frozenset(key for key in keys if key is not None)


def _ids(matcher: Matcher, found: Iterable[Found]) -> Mapping[Hashable, set[int]]:
    by_key: dict[Hashable, set[int]] = defaultdict(set)
    for one in found:
        key = matcher.of_found(one)
        if key is not None:
            by_key[key].add(one.id)
    return by_key


def _index(matcher: Matcher, found: Iterable[Found]) -> dict[Hashable, list[Found]]:
    pool: dict[Hashable, list[Found]] = defaultdict(list)
    for one in found:
        key = matcher.of_found(one)
        if key is not None:
            pool[key].append(one)
    return pool
