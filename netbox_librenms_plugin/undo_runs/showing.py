"""The plan of an undo in words, as somebody may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ..orm.undo.names import Names, names_in, viewable_keys
from ..sync.undo.effects import Action
from ..sync.undo.plan import UndoPlan
from ..sync.undo.rows import FieldChange, Standing, UndoRow
from ..words.deviations import value_words
from ..words.labels import model_label
from ..words.sentences import column_label, sentence

# What happens first, what stays last
_ORDER = {action: place for place, action in enumerate((Action.DELETE, Action.PUT_BACK, Action.RECREATE))}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownField:
    """One field: what NetBox calls it, its value now, and the one that comes back."""

    label: str
    now: str
    then: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """One object of an undo. ``action``: what happens to it, empty where it stays. ``hidden``: the user may not view
    it, so it has no name and no values."""

    row: UndoRow
    kind: str
    name: str
    action: str
    hidden: bool
    fields: tuple[ShownField, ...]
    reasons: tuple[str, ...]


def in_order(plan: UndoPlan) -> list[UndoRow]:
    """What undoing does something to and what stays; device by device, first those where not everything can be undone.
    What is as before already is left out."""
    rows = [one for one in plan.rows if one.standing is not Standing.DONE]
    troubled = {one.owner for one in rows if one.issues}
    return sorted(
        rows,
        key=lambda one: (
            one.owner not in troubled,
            one.owner is None,
            one.owner_name,
            one.owner or ("", 0),
            not one.issues,
            _ORDER[one.action],
            one.key,
        ),
    )


def shown(rows: Sequence[UndoRow], *, user: Any, plan: UndoPlan) -> list[ShownRow]:
    """Rows of a plan in words, in a number of queries that goes by the kinds of objects."""
    visible = viewable_keys(rows, user=user)
    returning = {one.key: one.name for one in plan.ready if one.action is Action.RECREATE}
    names = names_in(rows, user=user, returning=returning)
    return [_shown(one, names, hidden=one.key not in visible) for one in rows]


def _shown(row: UndoRow, names: Names, *, hidden: bool) -> ShownRow:
    return ShownRow(
        row=row,
        kind=str(model_label(row.key[0])),
        name=_("an object that you may not view") if hidden else row.name,
        action=row.action.value if row.ready else "",
        hidden=hidden,
        fields=() if hidden else tuple(_field(row, one, names) for one in row.fields),
        reasons=() if hidden else tuple(sentence(one) for one in row.issues),
    )


def _field(row: UndoRow, change: FieldChange, names: Names) -> ShownField:
    return ShownField(
        label=str(column_label(f"{row.key[0]}.{change.field}")),
        now=_value(row, change.field, change.now, names, then=False),
        then=_value(row, change.field, change.then, names, then=True),
    )


def _value(row: UndoRow, field: str, value: Any, names: Names, *, then: bool) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return ", ".join(_value(row, field, one, names, then=then) for one in value)
    known = names.text(row, field, value, then=then)
    return value_words(value) if known is None else known
