"""The plan of an undo, read from the change log and from NetBox. Nothing is written."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from dcim.models import Cable, Device
from django.db import router
from extras.models import CustomField
from utilities.permissions import get_permission_for_model

from ...sync.core.issues import Code, issue
from ...sync.undo.effects import CREATE, CUSTOM, Action, Effect, Key, Values
from ...sync.undo.plan import UndoPlan, settled
from ...sync.undo.rows import Known, Standing, UndoRow, decide
from ..frame.permissions import refusal
from .hanging import holder_of, names_of, owners, referrers
from .kinds import Kind, kind_named
from .log import Header, effects, headers, later
from .lost import Referred, referred
from .present import present, same_value

_RIGHTS = {Action.DELETE: "delete", Action.PUT_BACK: "change", Action.RECREATE: "add"}


def plan_of(
    request_id: UUID,
    *,
    user: Any,
    keys: Collection[Key] | None = None,
    despite: Collection[Key] = (),
    own: UUID | None = None,
    lock: bool = False,
) -> tuple[UndoPlan, list[Header]]:
    """What undoing all that a request wrote would do, or what it wrote of some objects (``keys``), and the entries it
    is read from. The number of queries goes by the kinds of objects. With ``lock`` nobody changes them meanwhile.

    ``despite``: what may hang on an object that is to be deleted, since it is undone later. ``own``: the request that
    undoes it, if it has begun.
    """
    found = headers(request_id, keys)
    return _Look(request_id, user, found, own, lock=lock).plan(despite), found


@dataclass(slots=True)
class _Look:
    """Looks at each object that the entries are about."""

    request_id: UUID
    user: Any
    headers: Sequence[Header]
    own: UUID | None
    lock: bool
    using: str
    related: Mapping[Key, Key]

    def __init__(self, request_id: UUID, user: Any, headers: Sequence[Header], own: UUID | None, *, lock: bool) -> None:
        self.request_id, self.user, self.headers, self.own, self.lock = request_id, user, headers, own, lock
        self.using = router.db_for_write(Device) if lock else router.db_for_read(Device)
        self.related = {one.key: one.related for one in headers if one.related is not None}

    def plan(self, despite: Collection[Key]) -> UndoPlan:
        """All rows, settled against each other."""
        keys = dict.fromkeys(one.key for one in self.headers)
        rows: list[UndoRow] = [self._of_gone_kind(key) for key in keys if kind_named(key[0]) is None]
        holders: dict[Key, Key | None] = {}
        for kind, some in effects(self.request_id, keys, own=self.own):
            told = {key: one for key, one in some.items() if not one.did_nothing}
            rows += self._rows(kind, told)
            holders |= {key: holder_of(kind, one, self.related.get(key)) for key, one in some.items()}
        rows = self._with_owners(rows, holders)
        going = [one.key for one in rows if one.ready and one.action is Action.DELETE]
        hanging = referrers(going, using=self.using, user=self.user, among={one.key for one in rows})
        return settled(rows, [one for one in hanging if one.source not in despite])

    def _of_gone_kind(self, key: Key) -> UndoRow:
        mine = [one for one in self.headers if one.key == key]
        return UndoRow(
            key=key,
            name=mine[-1].name,
            action=Action.DELETE if mine[0].action == CREATE else Action.PUT_BACK,
            standing=Standing.LEFT,
            first=mine[0].number,
            last=mine[-1].number,
            issues=(issue(Code.KIND_GONE, kind=key[0]),),
        )

    def _rows(self, kind: Kind, found: Mapping[Key, Effect]) -> Iterable[UndoRow]:
        ids = [pk for _label, pk in found]
        now = present(kind, ids, using=self.using, lock=self.lock) if ids else {}
        since = later(self.request_id, kind, found, own=self.own)
        changing = [one for one in found.values() if one.action is not Action.DELETE and one.before is not None]
        meant = referred(kind, changing, using=self.using, request_id=self.request_id) if changing else {}
        refusals = self._refusals(kind, found)
        defaults = CustomField.objects.get_defaults_for_model(kind.model) if _has_custom_fields(kind) else {}

        def same(name: str, one: Any, other: Any) -> bool:
            return same_value(kind, name, one, other)

        for key, effect in found.items():
            of_it = meant.get(key, Referred())
            known = Known(
                present=_without_defaults(now.get(key[1]), effect, defaults),
                later=since.get(key[1], ()),
                refusal=refusals.get(key[1], ""),
                lost=of_it.lost,
                needed=of_it.firm,
                pairs=kind.pairs,
                same=same,
            )
            yield replace(decide(effect, known), needs=dict(of_it.needs), firm=of_it.firm, late=kind.late)

    def _refusals(self, kind: Kind, found: Mapping[Key, Effect]) -> dict[int, str]:
        """Object → what the user may not do to it: a query for each action that is wanted."""
        if self.user.is_superuser:
            return {}
        refusals: dict[int, str] = {}
        for action, right in _RIGHTS.items():
            ids = [one.key[1] for one in found.values() if one.action is action]
            if not ids:
                continue
            model: Any = Cable if kind.is_part else kind.model
            if kind.is_part or action is Action.RECREATE:
                may = self.user.has_perm(get_permission_for_model(model, right))
                allowed = set(ids) if may else set()
            else:
                rows = model.objects.using(self.using).restrict(self.user, right).filter(pk__in=ids)
                allowed = set(rows.values_list("pk", flat=True))
            refusals |= {pk: str(refusal(model, right)) for pk in ids if pk not in allowed}
        return refusals

    def _with_owners(self, rows: Sequence[UndoRow], holders: Mapping[Key, Key | None]) -> list[UndoRow]:
        of = owners(holders, using=self.using)
        names = names_of(set(of.values()), using=self.using)
        own = {one.key: one.name for one in rows}
        return [
            (
                replace(one, owner=of[one.key], owner_name=names.get(of[one.key]) or own.get(of[one.key], ""))
                if one.key in of
                else one
            )
            for one in rows
        ]


def _has_custom_fields(kind: Kind) -> bool:
    """Whether objects of a kind have custom fields."""
    return "custom_field_data" in kind.fields


def _without_defaults(now: Values | None, effect: Effect, defaults: Mapping[str, Any]) -> Values | None:
    """Without the custom fields that came into being since, and hold what they begin with."""
    if now is None or not defaults:
        return now
    known = effect.after or {}
    new = {f"{CUSTOM}.{name}": value for name, value in defaults.items() if f"{CUSTOM}.{name}" not in known}
    return {name: value for name, value in now.items() if name not in new or new[name] != value}
