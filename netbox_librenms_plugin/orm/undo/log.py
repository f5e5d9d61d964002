"""What NetBox's change log says of a run, and what it says of the same objects since."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any
from uuid import UUID

from core.models import ObjectChange
from dcim.models import Device
from django.contrib.contenttypes.models import ContentType
from django.db import router
from django.db.models import Q

from ...choices import RunStateChoices
from ...models import Run, SyncRun
from ...sync.undo.effects import CREATE, UPDATE, Effect, Entry, Key, effect_of, flat, is_gone
from ...sync.undo.rows import Later
from .kinds import Kind, kind_named, label_of_type

# Objects whose entries are held at once: each brings its values twice
OBJECTS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """One entry of a run without its values. ``related``: the object that the change log names beside it."""

    number: int
    key: Key
    action: str
    name: str
    related: Key | None


def entries() -> Any:
    """The change log of the branch that is active, or of main."""
    return ObjectChange.objects.using(router.db_for_read(Device))


def headers(request_id: UUID, keys: Collection[Key] | None = None) -> list[Header]:
    """The entries of one request, or those about some objects, in their order: one query. Their numbers are the
    entries' ids, which grow as they are written, whoever's clock is wrong."""
    columns = ("pk", "changed_object_type_id", "changed_object_id", "action", "object_repr")
    related = ("related_object_type_id", "related_object_id")
    rows = entries().filter(request_id=request_id)
    if keys is not None:
        rows = rows.filter(about(keys))
    rows = rows.order_by("pk").values_list(*columns, *related)
    return [
        Header(
            number=number,
            key=(label_of_type(type_id), pk),
            action=action,
            name=name,
            related=(label_of_type(related_type), related_id) if related_type and related_id else None,
        )
        for number, type_id, pk, action, name, related_type, related_id in rows
    ]


def about(keys: Collection[Key]) -> Q:
    """The condition on entries that they are about one of these objects."""
    by_label: dict[str, list[int]] = defaultdict(list)
    for label, pk in keys:
        by_label[label].append(pk)
    found = Q(pk=None)
    for label, ids in by_label.items():
        app, model = label.split(".")
        kind = ContentType.objects.filter(app_label=app, model=model).first()
        if kind is not None:
            found |= Q(changed_object_type=kind, changed_object_id__in=ids)
    return found


def deleted_by(request_id: UUID, keys: Collection[Key]) -> set[Key]:
    """Those of the objects that a run has deleted, and had not made itself: one query."""
    if not keys:
        return set()
    actions: dict[Key, list[str]] = defaultdict(list)
    for one in headers(request_id, keys):
        actions[one.key].append(one.action)
    return {key for key, some in actions.items() if some[0] != CREATE and is_gone(some)}


def effects(
    request_id: UUID, keys: Iterable[Key], *, own: UUID | None = None
) -> Iterator[tuple[Kind, dict[Key, Effect]]]:
    """What a run did to these objects, kind by kind, some at a time: one query for each time. Objects of a kind that
    NetBox does not have any more are left out.

    ``own``: the request that undoes it. What that has done to them already, as something else was deleted, is taken for
    the run's.
    """
    by_label: dict[str, list[int]] = defaultdict(list)
    for label, pk in keys:
        by_label[label].append(pk)
    for label, ids in by_label.items():
        kind = kind_named(label)
        if kind is None:
            continue
        for some in batched(sorted(set(ids)), OBJECTS_AT_ONCE):
            yield kind, _effects(request_id, kind, some, own)


def _effects(request_id: UUID, kind: Kind, ids: Sequence[int], own: UUID | None) -> dict[Key, Effect]:
    requests = [request_id] if own is None else [request_id, own]
    rows = entries().filter(request_id__in=requests, changed_object_type=kind.content_type, changed_object_id__in=ids)
    columns = ("pk", "changed_object_id", "action", "object_repr", "prechange_data", "postchange_data")
    found: dict[Key, list[Entry]] = defaultdict(list)
    for number, pk, action, name, before, after in rows.order_by("pk").values_list(*columns):
        entry = Entry(
            key=(kind.label, pk),
            action=action,
            number=number,
            name=name,
            before=flat(before, without=kind.derived, sets=kind.sets),
            after=flat(after, without=kind.derived, sets=kind.sets),
        )
        found[entry.key].append(entry)
    return {key: effect_of(some) for key, some in found.items()}


def later(
    request_id: UUID, kind: Kind, effects: Mapping[Key, Effect], *, own: UUID | None = None
) -> dict[int, list[Later]]:
    """Object → the entries of others that are newer than the run's first one about it, the newest first. Those of a
    run that was undone since, and of what undid it, are not among them: together they changed nothing. ``own`` as for
    ``effects``."""
    if not effects:
        return {}
    first = min(one.first for one in effects.values())
    rows = entries().filter(
        changed_object_type=kind.content_type, changed_object_id__in=[pk for _label, pk in effects], pk__gt=first
    )
    columns = ("pk", "changed_object_id", "action", "user_name", "time", "request_id")
    found: dict[int, list[Any]] = defaultdict(list)
    rows = rows.exclude(request_id__in=[one for one in (request_id, own) if one is not None]).order_by("pk")
    for row in rows.values_list(*columns, "prechange_data", "postchange_data"):
        if row[0] > effects[kind.label, row[1]].first:
            found[row[1]].append(row)
    undone = _undone_by({row[5] for some in found.values() for row in some})
    told: dict[int, list[Later]] = {}
    for pk, some in found.items():
        left = _not_cancelled([row[5] for row in some], undone)
        told[pk] = [_later(kind, row) for row in reversed(some) if row[5] in left]
    return {pk: kept for pk, some in told.items() if (kept := [one for one in some if _says_something(one)])}


def _says_something(one: Later) -> bool:
    """Whether anything changed but what follows from other objects, such as an interface's cable."""
    return one.action != UPDATE or bool(one.fields)


def _later(kind: Kind, row: Sequence[Any]) -> Later:
    _pk, _id, action, who, when, _request, before, after = row
    old = flat(before, without=kind.derived, sets=kind.sets) or {}
    new = flat(after, without=kind.derived, sets=kind.sets) or {}
    fields = frozenset(name for name in {*old, *new} if old.get(name) != new.get(name))
    return Later(who=who, when=when.isoformat(), action=action, fields=fields)


def _undone_by(requests: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Request → those of the runs that undid all of what it wrote."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    ids = list(requests)
    if not ids:
        return found
    for model in (Run, SyncRun):
        undone = model.objects.filter(request_id__in=ids, undone_by__state=RunStateChoices.COMPLETED)
        for request, undo in undone.values_list("request_id", "undone_by__request_id"):
            found[request].add(undo)
    return found


def _not_cancelled(requests: Sequence[UUID], undone: Mapping[UUID, set[UUID]]) -> set[UUID]:
    """The requests that are left when each that was undone is taken away together with what undid it."""
    left: list[UUID] = []
    for one in dict.fromkeys(requests):
        if left and one in undone.get(left[-1], ()):
            left.pop()
        else:
            left.append(one)
    return set(left)
