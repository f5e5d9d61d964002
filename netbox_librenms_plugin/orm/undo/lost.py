"""What earlier values referred to: whether it is there still, or comes back too."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from extras.models import Tag

from ...sync.undo.effects import Effect, Key
from .kinds import Kind, kind_named
from .log import OBJECTS_AT_ONCE, deleted_by, entries
from .present import references, sets_of_references


@dataclass(frozen=True, slots=True, kw_only=True)
class Referred:
    """What the earlier values of one object refer to. ``lost``: field → name of what is gone. ``needs``: field → what
    is gone and comes back; ``firm``: fields that cannot be empty."""

    lost: Mapping[str, str] = field(default_factory=dict)
    needs: Mapping[str, Key] = field(default_factory=dict)
    firm: frozenset[str] = frozenset()


def referred(kind: Kind, effects: Sequence[Effect], *, using: str, request_id: UUID) -> dict[Key, Referred]:
    """Object → what it refers to, of objects that are put back or come back. A query for each kind that they refer to,
    and some more where something is gone. What the request itself deleted comes back too."""
    single: dict[Key, list[tuple[str, Key]]] = {}
    several: dict[Key, list[tuple[str, Key]]] = {}
    tags: dict[Key, list[str]] = {}
    for one in effects:
        before = one.before or {}
        names = one.fields or tuple(before)
        single[one.key] = list(references(kind, before, names))
        several[one.key] = list(sets_of_references(kind, before, names))
        tags[one.key] = list(before.get("tags") or ()) if "tags" in names else []
    wanted = {key for some in (*single.values(), *several.values()) for _name, key in some}
    gone = _gone(wanted, using)
    coming = deleted_by(request_id, gone)
    names_of_gone = _names(gone - coming)
    lost_tags = _lost_tags({name for some in tags.values() for name in some}, using)
    firm = _firm(kind)
    found: dict[Key, Referred] = {}
    for one in effects:
        missing = [(name, key) for name, key in (*single[one.key], *several[one.key]) if key in gone]
        lost = {name: names_of_gone[key] for name, key in missing if key not in coming}
        if absent := [name for name in tags[one.key] if name in lost_tags]:
            lost["tags"] = ", ".join(absent)
        needs = {name: key for name, key in missing if key in coming}
        found[one.key] = Referred(lost=lost, needs=needs, firm=firm)
    return found


def _firm(kind: Kind) -> frozenset[str]:
    required = {name for name, one in kind.foreign_keys.items() if not one.null}
    return frozenset({*required, *(one.fk_field for one in kind.generic)})


def _gone(keys: Iterable[Key], using: str) -> set[Key]:
    by_label: dict[str, set[int]] = defaultdict(set)
    for label, pk in keys:
        by_label[label].add(pk)
    gone: set[Key] = set()
    for label, ids in by_label.items():
        kind = kind_named(label)
        for some in batched(sorted(ids), OBJECTS_AT_ONCE):
            there = set() if kind is None else _there(kind.model, some, using)
            gone |= {(label, pk) for pk in some if pk not in there}
    return gone


def _there(model: Any, ids: Sequence[int], using: str) -> set[int]:
    return set(model._base_manager.using(using).filter(pk__in=ids).values_list("pk", flat=True))


def _names(keys: Collection[Key]) -> dict[Key, str]:
    """What these were called, by the change log."""
    names = {(label, pk): f"#{pk}" for label, pk in keys}
    for label in {one for one, _pk in keys}:
        app, model = label.split(".")
        kind = ContentType.objects.filter(app_label=app, model=model).first()
        if kind is None:
            continue
        ids = [pk for one, pk in keys if one == label]
        rows = entries().filter(changed_object_type=kind, changed_object_id__in=ids).order_by("pk")
        names |= {(label, pk): name for pk, name in rows.values_list("changed_object_id", "object_repr") if name}
    return names


def _lost_tags(names: Collection[str], using: str) -> set[str]:
    if not names:
        return set()
    return set(names) - set(Tag.objects.using(using).filter(name__in=names).values_list("name", flat=True))
