"""What a person can decide about a row before it is synced, whatever face he decides it on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from .words import Text

YES, NO = "yes", "no"
NUMBER_LENGTH = 18


class DecisionKind(Enum):
    """What the value of a decision is."""

    OBJECT = "the id of an object in NetBox"
    MEMBER = "the id of a member of the virtual chassis"
    NUMBER = "a number of LibreNMS's"
    WORD = "one of some words"
    TRUTH = "yes or no"


type Value = int | str | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision. ``help`` says to programs what its value is.

    ``model`` is what an id refers to (``ipam.vrf``); ``or_none`` lets 0 stand for none of them. ``words`` are the
    values of a ``DecisionKind.WORD`` with their labels, or the labels of ``YES`` and ``NO``. With ``for_all`` it can be
    made for all rows at once, in a box called ``label_for_all`` where ``label`` would not be clear.
    """

    name: str
    label: Text
    help: str
    kind: DecisionKind = DecisionKind.OBJECT
    model: str = ""
    or_none: bool = False
    words: Mapping[str, Text] = field(default_factory=dict)
    for_all: bool = False
    label_for_all: Text = ""

    @property
    def least(self) -> int:
        """The smallest number that it can be."""
        return 0 if self.or_none or self.kind is DecisionKind.NUMBER else 1

    def read(self, text: str) -> Value | None:
        """The value that stands in an address or a form; None for what is none."""
        if self.kind is DecisionKind.WORD:
            return text if text in self.words else None
        if self.kind is DecisionKind.TRUTH:
            return {YES: True, NO: False}.get(text)
        return whole_number(text)


def whole_number(text: str) -> int | None:
    """The id that a text names."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= NUMBER_LENGTH else None
