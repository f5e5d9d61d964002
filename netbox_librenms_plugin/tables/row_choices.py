"""What a person can decide about a row before it is synced: the member that gets it, the group of a new VLAN."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..sync.core.plan import Change

EVERY_ROW = "*"
# (name of the choice, row key or "*", value as it stands in an address)
Chosen = tuple[str, str, str]

NUMBER_LENGTH = 18


def whole_number(text: str) -> int | None:
    """The id that a text names."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= NUMBER_LENGTH else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChoice:
    """One decision. ``offered`` says for which rows, ``options`` gives value → words for one of them.

    With ``remote`` (the name of a REST list's address) the options are looked up there, beside the one for "0" (none of
    them). ``read`` turns the text of an address into the engine's value, None for what is none. With ``for_all`` it can
    be made for all rows at once, in a box called ``label``, or ``label_for_all`` where that would not be clear.
    ``current`` tells the value that a row has anyway; without it a row can be left undecided.
    """

    name: str
    label: Any
    offered: Callable[[Change], bool]
    options: Callable[[Change], Mapping[str, Any]] = lambda change: {}
    current: Callable[[Change], str] | None = None
    remote: str = ""
    read: Callable[[str], Any] = whole_number
    for_all: bool = False
    label_for_all: Any = ""


def as_engine_takes_it(choices: Iterable[RowChoice], chosen: Iterable[Chosen]) -> dict[str, dict[str, Any]]:
    """Row key → name → value; what is no choice of the table, or no value of it, is left out."""
    by_name = {one.name: one for one in choices}
    found: dict[str, dict[str, Any]] = {}
    for name, key, text in chosen:
        value = by_name[name].read(text) if name in by_name else None
        if value is not None:
            found.setdefault(key, {})[name] = value
    return found
