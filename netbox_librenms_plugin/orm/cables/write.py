"""New cables into NetBox: plain ones together, the others one by one by NetBox's own ``save()``."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any

from dcim.models import Cable, Interface
from django.core.exceptions import ValidationError
from django.db import IntegrityError, router
from extras.models import Tag
from utilities.exceptions import AbortRequest
from utilities.permissions import get_permission_for_model

from ...sync.core.issues import Code, issue
from ...sync.core.plan import Change
from ..frame.batches import REFUSALS, Batch, Entry, Written, entries_of, refusal_of
from ..frame.permissions import require, require_rows
from ..frame.results import RowResult, failed, written
from ..frame.savepoints import lost_to_another, savepoint
from ..frame.scope import Scope
from ..frame.subjects import Subject
from .store import NewCable, may_have, plain_ends, store

# What NetBox copies to a cable's end, for its filters
_PLACES = ("device__site", "device__location", "device__rack")


def shared(_subject: Subject, change: Change) -> Iterable[Hashable]:
    """The interfaces at its ends: the cable between two devices is a row of both."""
    return _ends(change)


def write(batch: Batch, scope: Scope) -> Written:
    """Each row gives one result. A row whose interfaces are no longer free, or are just being written by somebody
    else, is stale, and so is one that the database gave up for somebody else's sake; one that NetBox refuses does not
    stop the others."""
    using = router.db_for_write(Cable)
    entries = entries_of(batch)
    free = _lock_free_ends({pk for one in entries for pk in _ends(one.change)}, using)
    tags = _tags(entries)
    made = _made_together(_unclaimed(entries, free), free, tags, scope, using)
    for one in entries:
        yield one, made.get(one.key) or _written(one.change, free, tags, scope, using)
        free = {pk: end for pk, end in free.items() if pk not in _ends(one.change)}


def _ends(change: Change) -> tuple[int, int]:
    local, remote = change.writes["local"], change.writes["remote"]
    return local.id, remote.id


def _lock_free_ends(ids: Collection[int], using: str) -> dict[int, Interface]:
    """The interfaces without a cable, locked, in one order for everybody. Those that another transaction holds are
    left out: waiting for them while holding others is how two runs would stop each other."""
    if not ids:
        return {}
    rows = Interface.objects.using(using).filter(pk__in=ids).order_by("pk")
    locked = rows.select_for_update(of=("self",), skip_locked=True).select_related(*_PLACES)
    return {one.pk: one for one in locked if one.cable_id is None}


def _tags(entries: Sequence[Entry]) -> dict[int, Tag]:
    ids = {ref.id for one in entries if (ref := one.values.get("tag"))}
    return Tag.objects.prefetch_related("object_types").in_bulk(ids) if ids else {}


def _unclaimed(entries: Sequence[Entry], free: Mapping[int, Interface]) -> list[Entry]:
    """The rows both of whose interfaces are free, and wanted by no row before them."""
    claimed: set[int] = set()
    chosen = []
    for one in entries:
        ends = set(_ends(one.change))
        if ends <= free.keys() - claimed:
            chosen.append(one)
        claimed |= ends
    return chosen


def _made_together(
    entries: Sequence[Entry], free: Mapping[int, Interface], tags: Mapping[int, Tag], scope: Scope, using: str
) -> dict[tuple[str, int, str], RowResult]:
    """Key of a row → what became of it, for those that could be stored together; where one of them is refused, for
    those that can be stored alone. The others are left to NetBox's own way, which says what is the matter with them."""
    if not entries or not scope.user.has_perm(get_permission_for_model(Cable, "add")):
        return {}
    try:
        with savepoint(using):
            plain = plain_ends({pk for one in entries for pk in _ends(one.change)}, using)
            new = [one for entry in entries if (one := _new_cable(entry, free, plain, tags)) is not None]
            announce = store(new, plain, scope, using) if new else None
    except REFUSALS as error:
        if len(entries) == 1:
            return {entries[0].key: failed(entries[0].change, issue(Code.STALE))} if _is_overtaken(error) else {}
        each = [_made_together([one], free, tags, scope, using) for one in entries]
        return {key: result for one in each for key, result in one.items()}
    if announce is not None:
        announce()
    return {one.entry.key: written(one.entry.change, one.cable.pk) for one in new}


def _is_overtaken(error: Exception) -> bool:
    """Whether somebody else was quicker: his cable reached one of the interfaces without passing their rows, or the
    database gave way to him."""
    return isinstance(error, IntegrityError) or lost_to_another(error)


def _new_cable(
    entry: Entry, free: Mapping[int, Interface], plain: Mapping[int, Any], tags: Mapping[int, Tag]
) -> NewCable | None:
    """The cable, if it is a plain one and NetBox would accept it."""
    ends = [free[pk] for pk in _ends(entry.change)]
    tag = _tag_of(entry.change, tags)
    if any(end.pk not in plain for end in ends) or (tag is not None and not may_have(tag)):
        return None
    cable = _cable(entry.change, ends)
    try:
        cable.full_clean()
    except (ValidationError, AbortRequest):
        return None
    return NewCable(entry=entry, cable=cable, ends=ends, tag=tag)


def _written(
    change: Change, free: Mapping[int, Interface], tags: Mapping[int, Tag], scope: Scope, using: str
) -> RowResult:
    ends = [end for pk in _ends(change) if (end := free.get(pk)) is not None]
    if len(ends) < 2:
        return failed(change, issue(Code.STALE))
    try:
        with savepoint(using):
            return written(change, _create(change, ends, tags, scope, using))
    except REFUSALS as error:
        return failed(change, issue(Code.STALE)) if _is_overtaken(error) else refusal_of(change, error)


def _create(change: Change, ends: Sequence[Interface], tags: Mapping[int, Tag], scope: Scope, using: str) -> int:
    """NetBox's own way, which terminates the cable and traces its paths."""
    require(scope.user, "add", Cable)
    cable = _cable(change, ends)
    cable._changelog_message = scope.message
    cable.full_clean()
    cable.save()
    if (tag := _tag_of(change, tags)) is not None:
        cable.tags.add(tag)
    require_rows(scope.user, "add", Cable, [cable.pk], using=using)
    return int(cable.pk)


def _cable(change: Change, ends: Sequence[Interface]) -> Cable:
    values, (local, remote) = change.writes, ends
    return Cable(
        a_terminations=[local],
        b_terminations=[remote],
        status=values["status"],
        type=values.get("type"),
        label=values.get("label", ""),
    )


def _tag_of(change: Change, tags: Mapping[int, Tag]) -> Tag | None:
    ref = change.writes.get("tag")
    return tags.get(ref.id or 0) if ref is not None else None
