"""Who is who: an ordered list of matchers, and an answer that is one, none or several. Several is never a choice."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

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
        known = _claimants(matcher, found, wanted)
        pool = _index(matcher, (one for one in found if one.id not in taken))
        claims: dict[int, list[str]] = defaultdict(list)
        for one in wanted:
            if one.key in pairs or one.key in rivals:
                continue
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


@dataclass(frozen=True, slots=True)
class _Claimants:
    """Which wanted objects some matchers know a found one as."""

    claims: Sequence[tuple[Matcher, Mapping[Hashable, frozenset[str]]]]
    holders: Sequence[tuple[Matcher, Mapping[Hashable, frozenset[int]]]]

    def deny(self, found: Found, wanted: Wanted) -> bool:
        """Whether the found object is known as others, and not as this one, or this one as others."""
        several = [keys for matcher, by_key in self.claims if (keys := by_key.get(matcher.of_found(found)))]
        if any(wanted.key in keys for keys in several):
            return False
        if several:
            return True
        others = [ids for matcher, by_key in self.holders if (ids := by_key.get(matcher.of_wanted(wanted)))]
        return bool(others) and all(found.id not in ids for ids in others)


def _claimants(matcher: Matcher, found: Sequence[Found], wanted: Sequence[Wanted]) -> _Claimants:
    bound = [one for one in found if matcher.of_found(one) is not None] if matcher.denied_by else []
    return _Claimants(
        claims=[(one, _by(one.of_wanted, wanted, lambda each: each.key)) for one in matcher.denied_by],
        holders=[(one, _by(one.of_found, bound, lambda each: each.id)) for one in matcher.denied_by],
    )


def _by[T, N: Hashable](
    key_of: Callable[[T], Hashable | None], objects: Iterable[T], name_of: Callable[[T], N]
) -> dict[Hashable, frozenset[N]]:
    """Key → the names of the objects that have it."""
    by_key: dict[Hashable, set[N]] = defaultdict(set)
    for one in objects:
        key = key_of(one)
        if key is not None:
            by_key[key].add(name_of(one))
    return {key: frozenset(names) for key, names in by_key.items()}


def _index(matcher: Matcher, found: Iterable[Found]) -> dict[Hashable, list[Found]]:
    pool: dict[Hashable, list[Found]] = defaultdict(list)
    for one in found:
        key = matcher.of_found(one)
        if key is not None:
            pool[key].append(one)
    return pool
