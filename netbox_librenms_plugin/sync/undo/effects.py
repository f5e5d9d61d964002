"""What a run did to an object, from the change log: all of its entries about it become one effect."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

# (kind, id): an object of NetBox. A kind is a model's label, such as ``dcim.interface``
type Key = tuple[str, int]
type Values = Mapping[str, Any]

CUSTOM = "custom_fields"
CREATE, UPDATE, DELETE = "create", "update", "delete"


class Action(StrEnum):
    """What undoing does to an object: the opposite of what the run did."""

    DELETE = "delete"
    PUT_BACK = "put_back"
    RECREATE = "recreate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the change log. ``before`` and ``after`` are as ``flat`` gives them, None where there is none;
    ``number`` orders the entries."""

    key: Key
    action: str
    number: int
    name: str
    before: Values | None
    after: Values | None


@dataclass(frozen=True)
class Effect:
    """What all entries of a run did to one object together: from ``before`` (None: it was not there) to ``after``
    (None: it is gone). ``unknown``: the change log does not say how it was before. ``first``, ``last``: numbers of the
    entries it begins and ends with."""

    key: Key
    name: str
    before: Values | None
    after: Values | None
    first: int
    last: int
    unknown: bool = False

    @property
    def action(self) -> Action:
        """What undoes it."""
        if self.before is None and not self.unknown:
            return Action.DELETE
        return Action.RECREATE if self.after is None else Action.PUT_BACK

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields that the run changed, of an object that was there before and after."""
        if self.before is None or self.after is None:
            return ()
        return tuple(name for name in sorted({*self.before, *self.after}) if self._differs(name))

    @property
    def did_nothing(self) -> bool:
        """Whether all is as before: what was made is deleted again, what was changed was changed back."""
        if self.unknown:
            return False
        return self.before == self.after or (self.action is Action.PUT_BACK and not self.fields)

    def _differs(self, name: str) -> bool:
        assert self.before is not None and self.after is not None
        return bool(self.before.get(name) != self.after.get(name))


def flat(data: Mapping[str, Any] | None, *, without: Collection[str], sets: Collection[str]) -> Values | None:
    """An object's values as the change log has them, each custom field by itself (``custom_fields.NAME``), ``without``
    those that follow from something else. The order of ``sets`` says nothing."""
    if data is None:
        return None
    values = {
        name: sorted(value) if name in sets and isinstance(value, list) else value
        for name, value in data.items()
        if name not in without and name != CUSTOM and not name.startswith("_")
    }
    custom = data.get(CUSTOM)
    return values | {f"{CUSTOM}.{name}": value for name, value in (custom or {}).items()}


def is_gone(actions: Iterable[str]) -> bool:
    """Whether an object is deleted after these actions. NetBox may log a change of what it has logged as deleted: as a
    device goes, so do its addresses, and with them the device's primary one."""
    gone = False
    for one in actions:
        gone = one == DELETE or (gone and one == UPDATE)
    return gone


def effect_of(entries: Iterable[Entry]) -> Effect:
    """The effect of a run's entries about one object, in the order in which they were written."""
    ordered = sorted(entries, key=lambda one: one.number)
    first, last = ordered[0], ordered[-1]
    created = first.action == CREATE
    return Effect(
        key=first.key,
        name=last.name,
        before=None if created else first.before,
        after=None if is_gone(one.action for one in ordered) else last.after,
        first=first.number,
        last=last.number,
        unknown=not created and first.before is None,
    )
